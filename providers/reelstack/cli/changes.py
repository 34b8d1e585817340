"""What a step changes, in words: a changed timeline is told as an editor would tell it, not as JSON.

Between the engine's events, which hold inputs, and whoever shows them: the display and the JSON report.
"""

from __future__ import annotations

from collections.abc import Mapping

from reelstack import redact
from reelstack.engine.events import StepStarted
from reelstack.reconcile import timeline_diff, timeline_words
from reelstack.reconcile.timeline_change import TimelineDiff

TIMELINE = "timeline"
MOST_LINES = 20


def of_timeline(event: StepStarted) -> TimelineDiff | None:
    """What changes in the timeline; None when that is not what changes, or not to be seen (unknown, secret)."""
    old, new = event.old_inputs.get(TIMELINE), event.new_inputs.get(TIMELINE)
    if TIMELINE not in (*event.diff_keys, *event.replace_keys):
        return None
    if not (isinstance(old, Mapping) and isinstance(new, Mapping)):
        return None
    return timeline_diff.compare(old, new)


def keys(event: StepStarted, found: TimelineDiff | None) -> tuple[str, ...]:
    """The inputs that change, or those that force a replacement: `timeline: 1 added, 999 shifted by 3 s`."""
    named = event.replace_keys or event.diff_keys
    if found is None:
        return named
    return tuple(f"{key}: {timeline_words.summary(found)}" if key == TIMELINE else key for key in named)


def lines(found: TimelineDiff | None) -> tuple[str, ...]:
    """Every change of the timeline in a line, as many as a person reads."""
    told = [redact.text(line) for line in timeline_words.lines(found)] if found else []
    if len(told) <= MOST_LINES:
        return tuple(told)
    return (*told[:MOST_LINES], f"… and {len(told) - MOST_LINES} more")
