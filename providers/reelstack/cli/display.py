"""What a run looks like: a row per resource that changes, live in a terminal, line by line elsewhere.

Fed with the engine's events, one at a time. Colours and symbols are those that Pulumi's users know.
"""

from __future__ import annotations

import re
import threading
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.spinner import Spinner
from rich.text import Text

from reelstack.cli import changes, table
from reelstack.engine.events import Diagnostic, Event, Result, StepFinished, StepStarted
from reelstack.errors import visible, visible_lines

SYMBOLS = {
    "create": ("+", "green"),
    "create-replacement": ("+-", "yellow"),
    "replace": ("+-", "yellow"),
    "update": ("~", "yellow"),
    "delete": ("-", "red"),
    "delete-replaced": ("-", "red"),
    "refresh": ("↻", "cyan"),
    "read": ("<", "cyan"),
    "same": (" ", "dim"),
}
OTHER = ("*", "cyan")  # an operation that is rare enough to be told by its word alone
# What a resource is called for a person, where its own name says little.
KINDS = {"SubmissionIntent": "Submission"}
QUIET = ("same", "refresh", "replace")
DONE = {
    "create": "created",
    "create-replacement": "created anew",
    "update": "updated",
    "delete": "deleted",
    "delete-replaced": "old one deleted",
    "read": "read",
}
COUNTED = {"create": "+", "update": "~", "replace": "+-", "delete": "-", "same": " "}

INTERRUPTED = 130
ENGINES_LAST_WORD = "update failed"

_PERCENT = re.compile(r"(\d{1,3})%$")
_OUR_CLASS = re.compile(r"^reelstack\.errors\.\w+: ")
# How Pulumi's engine, and ours as it does, puts a property's fault: the type and the name are told beside it.
_REFUSED = re.compile(
    r"pulumi-python:dynamic\S* resource '.*?'"
    r"(?:: property (?P<path>.+?)(?: value \{(?P<value>.*?)\})?)? has a problem: ",
    re.DOTALL,
)
_LONGEST_VALUE = 60


class Display(Protocol):
    """Something that shows a run."""

    def __call__(self, event: Event) -> None:
        """Take in one event."""

    def finish(self, result: Result) -> None:
        """Show how it ended."""

    def abandon(self) -> None:
        """Stop showing, because the run broke off."""


@dataclass
class Row:
    """One resource that changes, as it is shown."""

    op: str
    kind: str
    name: str
    keys: tuple[str, ...] = ()
    apart: str = ""
    lines: tuple[str, ...] = ()
    status: str = ""
    started: float = 0.0
    ended: float | None = None
    ok: bool = True


def kind_of(resource_type: str) -> str:
    """The last word of a resource type: `EditingProject`."""
    return re.split(r"[:/]", resource_type)[-1]


def _shown_kind(resource_type: str) -> str:
    kind = kind_of(resource_type)
    return KINDS.get(kind, kind)


def short(name: str) -> str:
    """A resource's name without its campaign's: `teaser` of `spring/teaser`."""
    return name.rsplit("/", 1)[-1]


def said(message: str) -> str:
    """A provider's message without what the host or the engine puts in front: our own error class, resource's type."""
    message = _OUR_CLASS.sub("", message.strip())
    refused = _REFUSED.match(message)
    return _of_property(refused, message[refused.end() :]) if refused else message


def _of_property(refused: re.Match[str], reason: str) -> str:
    """A property's fault: `output.width: …`, with its value when that is short and not told in the reason."""
    path, value = refused["path"], refused["value"]
    if not path:
        return reason
    shown = value and len(value) <= _LONGEST_VALUE and value not in reason
    return f"{path}: {reason} (it is {value})" if shown else f"{path}: {reason}"


@dataclass
class _Base:
    """What both displays keep: rows of what changes, and what is to be said at the end."""

    console: Console
    preview: bool
    rows: dict[str, Row] = field(default_factory=dict)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    notice: str = ""  # the status of the whole run, to be said at once

    def take(self, event: Event) -> Row | None:
        """Take in one event; the row that it changed, None when none did."""
        if isinstance(event, StepFinished):
            return self._finish_row(event)
        if isinstance(event, StepStarted):
            return self._start_row(event)
        if isinstance(event, Diagnostic):
            return self._note(event)
        return None

    def _start_row(self, event: StepStarted) -> Row | None:
        if event.op in QUIET or event.type.startswith("pulumi:providers:"):
            return None
        cut = changes.of_timeline(event)
        row = Row(
            event.op,
            _shown_kind(event.type),
            event.name,
            changes.keys(event, cut),
            changes.apart(event),
            changes.lines(cut),
        )
        row.started = time.monotonic()
        self.rows[_key(event)] = row
        return row

    def _finish_row(self, event: StepFinished) -> Row | None:
        row = self.rows.get(_key(event)) or (None if event.ok else self._start_row(event))
        if row is None and event.op == "refresh" and event.outcome in ("update", "delete"):
            row = self.rows[_key(event)] = Row(
                event.outcome, _shown_kind(event.type), event.name, started=time.monotonic()
            )
        if row is not None:
            row.ended, row.ok = time.monotonic(), event.ok
            row.status = "waiting stopped" if _only_stopped(event) else "failed"
        return row

    def _note(self, event: Diagnostic) -> Row | None:
        if not event.ephemeral:
            self.diagnostics.append(event)
            return None
        if not event.urn:
            self.notice = event.message
            return None
        row = next((row for key, row in self.rows.items() if key.endswith(event.urn) and row.ended is None), None)
        if row is not None:
            row.status = event.message
        return row

    def cut_off(self, result: Result) -> list[Row]:
        """The rows that an interrupted run ended without: whoever pressed Ctrl-C twice wants to know them."""
        rows = [row for row in self.rows.values() if row.ended is None and result.exit_code == INTERRUPTED]
        for row in rows:
            row.ended, row.ok, row.status = time.monotonic(), False, "cut off"
        return rows

    def words(self, row: Row) -> str:
        """What is said of a row that has ended, or that a preview foretells."""
        if not row.ok:
            return row.status
        why = f" [{visible(', '.join(row.keys))}]" if row.keys else ""
        if self.preview:
            plan = {"create-replacement": "replace", "delete-replaced": "delete the old one"}
            return plan.get(row.op, row.op) + why
        return DONE.get(row.op, row.op) + why

    def close(self, result: Result) -> None:
        """What changes in cuts that a preview foretells, the diagnostics, the errors, the counts."""
        for row in self.rows.values():
            if self.preview and row.lines:
                told = "\n".join(f"  {visible(line)}" for line in row.lines)
                self.console.print(Text(f"{short(row.name)}:\n{told}"), soft_wrap=True, highlight=False)
        ended_ill = [step for step in result.steps if not step.ok]
        failed = sum(not _only_stopped(step) for step in ended_ill)
        for diagnostic in self.diagnostics:
            if ended_ill and diagnostic.message.strip() == ENGINES_LAST_WORD:
                continue  # what failed is said already
            message = said(diagnostic.message)
            # What is said of a resource may quote what strangers wrote; what the program itself prints is its own.
            shown = visible_lines(message) if diagnostic.urn else message
            self._say(diagnostic.severity, diagnostic.urn.rsplit("::", 1)[-1], shown)
        told = " ".join(diagnostic.message for diagnostic in self.diagnostics)
        for error in result.errors:
            if error.strip() and error.strip() not in told:
                self._say("error", "", said(error))
        apart = Counter(row.apart for row in self.rows.values() if row.apart and row.ok and row.ended is not None)
        counts = summary(result.summary, self.preview, apart)
        self.console.print(f"{counts}, [bold red]{failed} failed[/]" if failed else counts, highlight=False)
        if result.exit_code == INTERRUPTED:
            self.console.print("Interrupted: run again to go on with what is left.", highlight=False)
        if not self.preview:
            self.console.print(f"[dim]Duration: {result.duration:.0f} s[/]", highlight=False)

    def _say(self, severity: str, name: str, message: str) -> None:
        colour = {"error": "bold red", "warning": "yellow"}.get(severity, "cyan")
        line = Text(f"{severity}: ", style=colour)
        named = message.startswith(f"{short(name)}: ")
        line.append("" if named or not name else f"{name}: ", style="bold")
        line.append(message, style="default")
        self.console.print(line, soft_wrap=True, highlight=False)


def _only_stopped(step: StepFinished) -> bool:
    """Whether a gate gave up waiting: what it waits for goes on."""
    return "stopped waiting" in step.error


def _key(event: StepStarted) -> str:
    return f"{event.op} {event.urn}"


APART = {"taken over": ("create", "to take over", "taken over"), "kept": ("delete", "to keep", "kept")}
"""What an engine counts among creations and deletions though nothing is made or deleted; and how it is told."""


def summary(counts: dict[str, int], preview: bool, apart: Mapping[str, int] | None = None) -> str:
    """The counts in one line: `Resources: + 9 created, 1 taken over, 3 unchanged`. `apart` by `changes.apart`."""
    words = (
        {"create": "to create", "update": "to update", "replace": "to replace", "delete": "to delete"}
        if preview
        else {"create": "created", "update": "updated", "replace": "replaced", "delete": "deleted"}
    )
    told = {word: (apart or {}).get(word, 0) for word in APART}
    counted = Counter(counts)
    counted.subtract({APART[word][0]: count for word, count in told.items()})
    parts = [
        f"[{SYMBOLS[op][1]}]{COUNTED[op]} {counted[op]} {word}[/]" for op, word in words.items() if counted[op] > 0
    ]
    parts += [f"{count} {APART[word][1 if preview else 2]}" for word, count in told.items() if count]
    if counted["same"]:
        parts.append(f"{counted['same']} unchanged")
    return "[bold]Resources:[/] " + (", ".join(parts) if parts else "none")


@dataclass
class Lines(_Base):
    """For pipes and logs: one line per thing that happened."""

    def __call__(self, event: Event) -> None:
        """Take in one event, and print a line when a resource has come to something."""
        row = self.take(event)
        if self.notice:
            self.console.print(self.notice, highlight=False, markup=False, soft_wrap=True)
            self.notice = ""
        if row is None:
            return
        if row.ended is not None:
            self._line(row, self.words(row))
        elif isinstance(event, Diagnostic) and not _PERCENT.search(row.status):
            self._line(row, row.status)

    def finish(self, result: Result) -> None:
        """Show how it ended."""
        for row in self.cut_off(result):
            self._line(row, self.words(row))
        self.close(result)

    def abandon(self) -> None:
        """Nothing is open."""

    def _line(self, row: Row, words: str) -> None:
        text = f"{SYMBOLS.get(row.op, OTHER)[0]:<2} {row.kind:<15} {row.name}  {words}"
        self.console.print(text, highlight=False, markup=False, soft_wrap=True)


@dataclass
class LiveTable(_Base):
    """For terminals: all rows at once, renders with their progress."""

    _live: Live | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, event: Event) -> None:
        """Take in one event and draw again."""
        with self._lock:
            self.take(event)
            if self._live is None:
                self._live = Live(get_renderable=self._draw, console=self.console, refresh_per_second=10)
                self._live.start()
            if self.notice:
                self._live.refresh()

    def finish(self, result: Result) -> None:
        """Leave the last drawing standing and say how it ended."""
        self.notice = ""
        self.cut_off(result)
        self.abandon()
        self.close(result)

    def abandon(self) -> None:
        """Give the terminal back."""
        with self._lock:
            if self._live is not None:
                self._live.stop()

    def _draw(self) -> RenderableType:
        rows = list(self.rows.values())
        drawn = table.Rows([self._line(row) for row in rows], whole=self.preview)
        return Group(drawn, Text(self.notice, style="yellow")) if self.notice else drawn if rows else Text("")

    def _line(self, row: Row) -> table.Line:
        symbol, colour = SYMBOLS.get(row.op, OTHER)
        colour = colour if row.ok else "bold red"
        head = (symbol, colour, row.kind, visible(short(row.name)))
        if row.ended is not None or self.preview:
            spent = "" if self.preview or row.ended is None else f"{row.ended - row.started:.1f} s"
            return table.Line(*head, Text(self.words(row), style=colour), spent)
        if percent := _PERCENT.search(row.status):
            return table.Line(
                *head, ProgressBar(total=100, completed=int(percent[1]), width=24), row.status, percent[0]
            )
        return table.Line(*head, Spinner("dots", text=Text(row.status or "…", style="dim")))


def open_display(console: Console, *, preview: bool) -> Display:
    """The display that suits where the output goes."""
    return LiveTable(console, preview) if console.is_terminal else Lines(console, preview)
