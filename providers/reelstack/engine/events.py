"""What a run tells while it happens, and what it returns.

The engine calls one function with these values, one at a time, from whatever thread finished something; whoever
draws a display (the command line) turns them into rows. Nothing here knows how a run works.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Literal

Severity = Literal["info", "warning", "error"]


@dataclass(frozen=True)
class StepStarted:
    """A step begins. `op` is Pulumi's word for it: create, same, update, replace, create-replacement, delete, ….

    `diff_keys` are the inputs that changed, `replace_keys` what forces a replacement; secrets in the inputs are
    masked.
    """

    op: str
    urn: str
    type: str
    name: str
    parent: str = ""
    diff_keys: tuple[str, ...] = ()
    replace_keys: tuple[str, ...] = ()
    old_inputs: Mapping[str, Any] = field(default_factory=dict)
    new_inputs: Mapping[str, Any] = field(default_factory=dict)

    def ended(self, *, ok: bool = True, error: str = "", outcome: str = "") -> StepFinished:
        """The end of this very step."""
        known = {one.name: getattr(self, one.name) for one in fields(StepStarted)}
        return StepFinished(**known, ok=ok, error=error, outcome=outcome)


@dataclass(frozen=True)
class StepFinished(StepStarted):
    """The step of the same `op` and `urn` ended.

    `outcome` is the word under which it counts in the summary, empty where it does not count: for a refresh what
    was found (same, update, delete), for anything else `op`.
    """

    ok: bool = True
    error: str = ""
    outcome: str = ""


@dataclass(frozen=True)
class Diagnostic:
    """Something said by the program, a provider or the engine.

    An `ephemeral` one is the row's status of the moment; of the whole run where it has no URN.
    """

    severity: Severity
    urn: str
    message: str
    ephemeral: bool = False


@dataclass(frozen=True)
class OutputsKnown:
    """The program published stack outputs, perhaps only the first part of them. Secrets are masked."""

    outputs: Mapping[str, Any]


Event = StepStarted | StepFinished | Diagnostic | OutputsKnown


class Listener:
    """Hands events on until whoever listens fails, as a display does whose pipe was closed.

    The run goes on without: it may be in the middle of what is paid for. `complain` raises the failure afterwards.
    """

    def __init__(self, on_event: Callable[[Event], None]) -> None:
        self._on_event = on_event
        self._failure: Exception | SystemExit | None = None

    def __call__(self, event: Event) -> None:
        """Hand one event on."""
        if self._failure is None:
            try:
                self._on_event(event)
            except (Exception, SystemExit) as failure:  # noqa: BLE001 - in a thread of the run it would end nothing well
                self._failure = failure

    def complain(self) -> None:
        """Raise what made the listener fail, if anything did."""
        if self._failure is not None:
            raise self._failure


@dataclass(frozen=True)
class Result:
    """How a run ended: 0 well, 1 failed, 7 changes where none were expected, 130 interrupted."""

    exit_code: int
    summary: dict[str, int]
    outputs: dict[str, Any]
    steps: tuple[StepFinished, ...]
    errors: tuple[str, ...]
    duration: float
