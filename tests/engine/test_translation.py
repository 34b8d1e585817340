"""The Pulumi CLI's events, told in our words."""

from __future__ import annotations

from typing import Any

from pulumi.automation.events import EngineEvent

from engine.playground import STACK, thing
from reelstack.engine.events import Diagnostic, Event, OutputsKnown, StepFinished, StepStarted
from reelstack.engine.translation import Translator
from reelstack.engine.values import SECRET, SIGNATURE, UNKNOWN_TEXT


def _told(*events: dict[str, Any]) -> tuple[list[Event], Translator]:
    told: list[Event] = []
    translator = Translator(told.append)
    for event in events:
        translator(EngineEvent.from_json({"sequence": 0, "timestamp": 0, **event}))
    return told, translator


def _step(op: str, urn: str, **more: Any) -> dict[str, Any]:
    return {"metadata": {"op": op, "urn": urn, "type": urn.split("::")[2], "provider": "", **more}}


def _state(**more: Any) -> dict[str, Any]:
    return {"type": "t", "urn": "u", "id": "1", "parent": STACK, "provider": "", **more}


def test_a_step_begins_and_ends() -> None:
    old, new = _state(inputs={"label": "one", "__provider": "x"}), _state(inputs={"label": "two"})
    more = {"old": old, "new": new, "diffs": ["label"], "keys": None}
    told, translator = _told(
        {"resourcePreEvent": _step("update", thing("a"), **more)},
        {"resOutputsEvent": _step("update", thing("a"), **more)},
    )
    assert [(type(one), one.op, one.diff_keys, one.old_inputs) for one in told if isinstance(one, StepStarted)] == [
        (StepStarted, "update", ("label",), {"label": "one"}),
        (StepFinished, "update", ("label",), {"label": "one"}),
    ]
    assert [(one.ok, one.outcome) for one in translator.finished] == [(True, "update")]


def test_what_a_refresh_found_is_its_outcome() -> None:
    _, translator = _told(
        {"resourcePreEvent": _step("refresh", thing("a"))}, {"resOutputsEvent": _step("delete", thing("a"))}
    )
    assert [(one.op, one.outcome) for one in translator.finished] == [("refresh", "delete")]


def test_a_failed_step_ends_with_what_was_said() -> None:
    said = {"message": "<{%reset%}>no\n", "color": "", "severity": "error", "urn": thing("a")}
    _, translator = _told(
        {"resourcePreEvent": _step("create", thing("a"))},
        {"diagnosticEvent": said},
        {"resOpFailedEvent": {**_step("create", thing("a")), "status": 0, "steps": 0}},
    )
    assert [(one.ok, one.error) for one in translator.finished] == [(False, "no")]
    assert translator.errors == ["no"]


def test_what_a_broken_off_program_prints_is_not_told() -> None:
    noise = {"diagnosticEvent": {"message": "Traceback", "color": "", "severity": "info#err", "urn": STACK}}
    failed = {"resOpFailedEvent": {**_step("create", thing("a")), "status": 0, "steps": 0}}
    told, _ = _told(noise, failed, noise)
    assert sum(isinstance(one, Diagnostic) for one in told) == 1


def test_secret_and_unknown_outputs_are_said_in_words() -> None:
    outputs = {"s": {SIGNATURE: SECRET, "ciphertext": "x"}, "u": [UNKNOWN_TEXT], "n": 1}
    told, translator = _told({"resOutputsEvent": _step("same", STACK, new=_state(outputs=outputs))})
    assert told == [OutputsKnown({"s": "[secret]", "u": ["[unknown]"], "n": 1})]
    assert translator.outputs == {"s": "[secret]", "u": ["[unknown]"], "n": 1}
