"""One run of an engine, shown: as a display, as one JSON document, or as JSON lines. `deploy` says what to run."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any

import typer
from rich.console import Console

from reelstack import engine
from reelstack.cli import report
from reelstack.cli.display import open_display
from reelstack.engine import EngineName
from reelstack.engine.events import Event, Result


class How(Enum):
    """How a run is shown."""

    SHOWN = "shown"
    DOCUMENT = "document"
    EVENTS = "events"


@dataclass(frozen=True)
class Run:
    """A request, by which engine, and how it is shown."""

    request: engine.Request
    using: EngineName
    how: How

    def asking(self, **more: Any) -> Run:
        """The same run with other fields of the request."""
        return dataclasses.replace(self, request=dataclasses.replace(self.request, **more))

    def carried_out(self, **more: Any) -> Result:
        """Carry it out and show it."""
        return self.asking(**more).show()

    def show(self) -> Result:
        """Carry it out as it is."""
        match self.how:
            case How.SHOWN:
                return self._displayed()
            case How.DOCUMENT:
                result = self._drive(lambda _: None)
                report.as_json(self.request, result)
            case How.EVENTS:
                result = self._drive(report.event_line)
                report.result_line(self.request, result)
        return result

    def show_first(self, *, in_any_case: bool = False, **more: Any) -> None:
        """Show what would be done, and end here when that fails.

        A program that reads JSON sees the end result only: for it this is left out, unless it is to be found out
        `in_any_case`, and shown when it fails.
        """
        first = self.asking(**more)
        if self.how is How.SHOWN:
            result = first.show()
        elif in_any_case:
            result = first.show_failure()
        else:
            return
        if result.exit_code:
            raise typer.Exit(result.exit_code)

    def show_failure(self) -> Result:
        """Carry it out as it is, and show it only when it fails, to a program that reads JSON."""
        told: list[Event] = []
        result = self._drive(told.append)
        if result.exit_code and self.how is How.DOCUMENT:
            report.as_json(self.request, result)
        elif result.exit_code:
            for event in told:
                report.event_line(event)
            report.result_line(self.request, result)
        return result

    def _displayed(self) -> Result:
        console = Console()
        console.print(f"[bold]{_heading(self.request)}[/] ({self.request.stack})", highlight=False)
        display = open_display(console, preview=self.request.dry)
        try:
            result = self._drive(display)
        except BaseException:
            display.abandon()
            raise
        display.finish(result)
        if self.request.operation == "up" and result.exit_code == 0:
            report.deployed(result.outputs, self.request.project, console)
        return result

    def _drive(self, on_event: Callable[[Event], None]) -> Result:
        # As `pulumi` does on -C: a backend's relative URL is meant from the project's directory.
        with contextlib.chdir(self.request.project):
            return engine.run(self.request, on_event, using=self.using)


def _heading(request: engine.Request) -> str:
    if request.dry:
        return "Previewing" if request.operation == "preview" else f"Previewing {request.operation}"
    return {"up": "Updating", "refresh": "Refreshing", "destroy": "Destroying"}[request.operation]
