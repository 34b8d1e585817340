"""What a step changes, in words: a changed timeline is told as an editor would tell it, not as JSON.

Between the engine's events, which hold inputs, and whoever shows them: the display and the JSON report.
"""

from __future__ import annotations

from collections.abc import Mapping

from reelstack import redact
from reelstack.engine.events import StepStarted
from reelstack.reconcile import timeline_diff, timeline_words
from reelstack.reconcile.timeline_change import TimelineDiff

# A timeline, and the pieces that an editing task joins.
CUTS = ("timeline", "inputs")
MOST_LINES = 20
# What forces a replacement or changes, where the name of the property says nothing to a person.
WORDS = {
    "spec_hash": "its content changes",
    "triggers": "a trigger changes",
    "location": "it is written elsewhere",
    "job_failed": "its job failed",
    "asset_missing": "its asset is gone",
    "nothing_known": "neither its job nor its asset is known",
    "project_missing": "it is gone",
    "on_delete": "whether it is kept in the end",
    "adopt_id": "what it takes over",
    "content": "its content changes",
    "jobs": "its videos change",
    "productions": "its videos change",
}


def of_timeline(event: StepStarted) -> TimelineDiff | None:
    """What changes in the timeline; None when that is not what changes, or not to be seen (unknown, secret)."""
    for key in CUTS:
        old, new = event.old_inputs.get(key), event.new_inputs.get(key)
        if key in (*event.diff_keys, *event.replace_keys) and isinstance(old, Mapping | list):
            return timeline_diff.compare(old, new) if isinstance(new, Mapping | list) else None
    return None


def keys(event: StepStarted, found: TimelineDiff | None) -> tuple[str, ...]:
    """The inputs that change, or those that force a replacement: `timeline: 1 added, 999 shifted by 3 s`.

    Of what is taken over, or stays in the cloud though it leaves the stack, that is told instead.
    """
    match apart(event):
        case "taken over":
            return (f"takes over {event.new_inputs['adopt_id']}",)
        case "kept":
            return ("kept in the cloud",)
    named = event.replace_keys or event.diff_keys
    return tuple(_word(key, found) for key in named)


def apart(event: StepStarted) -> str:
    """What neither makes nor deletes anything, though the engine calls it so: `taken over`, `kept`; else empty."""
    if event.op == "create" and event.new_inputs.get("adopt_id"):
        return "taken over"
    return "kept" if event.op == "delete" and _is_kept(event.old_inputs) else ""


def _word(key: str, found: TimelineDiff | None) -> str:
    if key in CUTS and found is not None:
        return f"{key}: {timeline_words.summary(found)}"
    return WORDS.get(key) or key.replace("_", " ")


def _is_kept(inputs: Mapping[str, object]) -> bool:
    return inputs.get("on_delete", "retain" if inputs.get("adopt_id") else "delete") == "retain"


def lines(found: TimelineDiff | None) -> tuple[str, ...]:
    """Every change of the timeline in a line, as many as a person reads."""
    told = [redact.text(line) for line in timeline_words.lines(found)] if found else []
    if len(told) <= MOST_LINES:
        return tuple(told)
    return (*told[:MOST_LINES], f"… and {len(told) - MOST_LINES} more")
