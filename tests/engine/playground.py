"""A project in a temporary directory whose resources are things in a JSON file, and the engine run on it."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from reelstack import engine
from reelstack.engine import Diagnostic, Event, Request, Result, StepFinished, StepStarted

SCENARIOS = Path(__file__).with_name("scenarios")
HEADER = "import os, pulumi\nfrom pulumi import ResourceOptions as O, Output\nfrom things import Thing, Group\n"
STACK = "urn:pulumi:dev::scenarios::pulumi:pulumi:Stack::scenarios-dev"


def thing(name: str) -> str:
    """The URN of a thing without a parent."""
    return f"urn:pulumi:dev::scenarios::pulumi-python:dynamic:Thing::{name}"


@dataclass
class Playground:
    """The project. `events` holds those of the last run."""

    root: Path
    events: list[Event] = field(default_factory=list)
    listener: Callable[[Event], None] | None = None

    def __post_init__(self) -> None:
        shutil.copy(SCENARIOS / "things.py", self.root)
        backend = f"backend:\n  url: file://{self.root}\n"
        (self.root / "Pulumi.yaml").write_text(f"name: scenarios\nruntime: python\n{backend}")

    def program(self, text: str) -> None:
        """Set the program."""
        (self.root / "__main__.py").write_text(HEADER + text)

    def run(
        self, operation: Any, program: str | None = None, *, env: Mapping[str, str] | None = None, **more: Any
    ) -> Result:
        """Run the engine in this process."""
        if program is not None:
            self.program(program)
        self.events.clear()
        env = {"THINGS_FILE": str(self.cloud_file), **(env or {})}
        return engine.run(Request(operation, self.root, "dev", env=env, **more), self._on_event)

    def _on_event(self, event: Event) -> None:
        self.events.append(event)
        if self.listener:
            self.listener(event)

    def up(self, program: str | None = None, **more: Any) -> Result:
        """Deploy."""
        return self.run("up", program, **more)

    @property
    def cloud_file(self) -> Path:
        return self.root / "cloud.json"

    @property
    def cloud(self) -> dict[str, Any]:
        """What is in the cloud, and which calls reached it."""
        if not self.cloud_file.exists():
            return {"next": 1, "things": {}, "calls": []}
        return dict(json.loads(self.cloud_file.read_text()))

    @property
    def calls(self) -> list[str]:
        """The calls as `verb label`."""
        return [f"{verb} {label}" for verb, _, label in self.cloud["calls"]]

    @property
    def state_file(self) -> Path:
        return self.root / ".pulumi" / "stacks" / "scenarios" / "dev.json"

    @property
    def journal(self) -> Path:
        return self.root / ".pulumi" / "journals" / "scenarios" / "dev.jsonl"

    @property
    def locks(self) -> Path:
        return self.root / ".pulumi" / "locks" / "organization" / "scenarios" / "dev"

    @property
    def files(self) -> dict[str, bytes]:
        """Every file of the backend."""
        return {str(path): path.read_bytes() for path in sorted(self.root.glob(".pulumi/**/*")) if path.is_file()}

    @property
    def state(self) -> list[dict[str, Any]]:
        """The resources in the state."""
        return list(json.loads(self.state_file.read_text())["checkpoint"]["latest"].get("resources", []))

    def in_state(self, name: str) -> list[dict[str, Any]]:
        """The state's resources of one name."""
        return [one for one in self.state if one["urn"].endswith(f"::{name}")]

    @property
    def operations(self) -> list[tuple[str, str]]:
        """The steps of the last run as (operation, type::name), failed ones twice, as the recordings have them."""
        found = []
        for event in self.events:
            if isinstance(event, StepFinished):
                if not event.ok:
                    found.append((f"failed:{event.op}", short(event.urn)))
            elif isinstance(event, StepStarted):
                found.append((event.op, short(event.urn)))
        return found

    @property
    def said(self) -> list[Diagnostic]:
        """The last run's diagnostics."""
        return [event for event in self.events if isinstance(event, Diagnostic)]

    def pipe(self, name: str) -> Path:
        """A named pipe for a thing that waits."""
        path = self.root / name
        os.mkfifo(path)
        return path


def short(urn: str) -> str:
    """A URN as the recordings write it."""
    return urn.split("::", 2)[2] if urn else ""
