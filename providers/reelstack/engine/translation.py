"""The Pulumi CLI's engine events in this package's words. Called by `automation`; knows nothing of processes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from threading import Lock
from typing import Any

from pulumi.automation import events as cli

from reelstack.engine import faults, values
from reelstack.engine import urn as names
from reelstack.engine.events import Diagnostic, Event, OutputsKnown, Severity, StepFinished, StepStarted

_COLOUR = re.compile(r"<\{%.*?%\}>")
_SEVERITIES: Mapping[str, Severity] = {"info": "info", "info#err": "info", "warning": "warning", "error": "error"}
_PARTS = frozenset({"create-replacement", "delete-replaced", "read-replacement", "discard-replaced"})


class Translator:
    """Takes the CLI's events in, one at a time, tells ours, and keeps what the result is made of.

    Once the run is `ending` (a step failed, or somebody stopped it) the CLI breaks the program off: the traceback that
    it leaves on standard error is nobody's fault and is not told.
    """

    def __init__(self, on_event: Callable[[Event], None]) -> None:
        self._on_event = on_event
        self._telling = Lock()
        self._running: dict[tuple[str, str], StepStarted] = {}
        self.finished: list[StepFinished] = []
        self.errors: list[str] = []
        self.counts: Counter[str] = Counter()
        self.outputs: dict[str, Any] = {}
        self.failed = False
        self.ending = False
        self._said: dict[str, str] = {}

    def __call__(self, event: cli.EngineEvent) -> None:
        """Take one event in."""
        if event.resource_pre_event:
            self._begin(event.resource_pre_event.metadata)
        elif event.res_outputs_event:
            self._finish(event.res_outputs_event.metadata)
        elif event.res_op_failed_event:
            self._fail(event.res_op_failed_event.metadata)
        elif event.diagnostic_event:
            self._note(event.diagnostic_event)
        elif event.summary_event:
            self.counts.update({_word(op): count for op, count in event.summary_event.resource_changes.items()})

    def tell(self, event: Event) -> None:
        """Hand an event on, one at a time: an interruption comes from another thread than the CLI's events."""
        with self._telling:
            self._on_event(event)

    def _begin(self, step: cli.StepEventMetadata) -> None:
        told = _started(step)
        self._running[told.op, told.urn] = told
        self.tell(told)

    def _finish(self, step: cli.StepEventMetadata) -> None:
        if names.type_of(step.urn) == names.STACK_TYPE and step.new and step.new.outputs:
            self.outputs = _shown(step.new.outputs)
            self.tell(OutputsKnown(self.outputs))
        op = _word(step.op)
        told = self._running.pop((op, step.urn), None) or self._running.pop(("refresh", step.urn), None)
        if told:
            outcome = "" if op in _PARTS or names.is_default_provider(step.urn) else op
            self._end(told, outcome="same" if outcome == "refresh" else outcome)

    def _fail(self, step: cli.StepEventMetadata) -> None:
        self.failed = self.ending = True
        told = self._running.pop((_word(step.op), step.urn), None) or _started(step)
        self._end(told, ok=False, error=self._said.get(step.urn, ""))

    def _end(self, told: StepStarted, *, ok: bool = True, error: str = "", outcome: str = "") -> None:
        done = told.ended(ok=ok, error=error, outcome=outcome)
        self.finished.append(done)
        self.tell(done)

    def _note(self, event: cli.DiagnosticEvent) -> None:
        severity = _SEVERITIES.get(event.severity)
        message = faults.told(_COLOUR.sub("", event.message).rstrip())
        if severity is None or not message or (self.ending and event.severity == "info#err"):
            return
        if severity == "error":
            self.errors.append(message)
            self._said[event.urn or ""] = message
        self.tell(Diagnostic(severity, event.urn or "", message, bool(event.ephemeral)))


def _started(step: cli.StepEventMetadata) -> StepStarted:
    old, new = step.old, step.new
    was, will = _inputs(old), _inputs(new)
    changed = values.changed_keys(was, will) if old and new else ()
    subject = new or old
    return StepStarted(
        op=_word(step.op),
        urn=step.urn,
        type=step.type,
        name=names.name_of(step.urn),
        parent=subject.parent if subject else "",
        diff_keys=tuple(dict.fromkeys((*changed, *(step.diffs or ())))),
        replace_keys=tuple(step.keys or ()),
        old_inputs=was,
        new_inputs=will,
    )


def _inputs(found: cli.StepEventStateMetadata | None) -> dict[str, Any]:
    shown: dict[str, Any] = _shown(found.inputs or {}) if found else {}
    shown.pop("__provider", None)
    return shown


def _word(op: str) -> str:
    """The CLI's word for an operation, which the Automation API makes an enumeration of where it knows it."""
    return op.value if isinstance(op, cli.OpType) else op


def _shown(value: Any) -> Any:
    """A value as this package shows it: what is secret or not known yet is said in words."""
    if isinstance(value, Mapping):
        secret = value.get(values.SIGNATURE) == values.SECRET
        return "[secret]" if secret else {key: _shown(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_shown(one) for one in value]
    return "[unknown]" if value == values.UNKNOWN_TEXT else value
