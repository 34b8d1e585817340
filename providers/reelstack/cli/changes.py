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
    if event.op == "create" and event.new_inputs.get("adopt_id"):
        return (f"takes over {event.new_inputs['adopt_id']}",)
    if event.op == "delete" and _is_kept(event.old_inputs):
        return ("kept in the cloud",)
    named = event.replace_keys or event.diff_keys
    if found is None:
        return named
    return tuple(f"{key}: {timeline_words.summary(found)}" if key in CUTS else key for key in named)


def _is_kept(inputs: Mapping[str, object]) -> bool:
    return inputs.get("on_delete", "retain" if inputs.get("adopt_id") else "delete") == "retain"


def lines(found: TimelineDiff | None) -> tuple[str, ...]:
    """Every change of the timeline in a line, as many as a person reads."""
    told = [redact.text(line) for line in timeline_words.lines(found)] if found else []
    if len(told) <= MOST_LINES:
        return tuple(told)
    return (*told[:MOST_LINES], f"… and {len(told) - MOST_LINES} more")
