"""Clips of one track, laid out in time: who follows whom, what overlaps, what a transition costs.

Pure. Two passes: `arrange` finds each clip's exact seconds, `settle` snaps the boundaries to frames and makes sure
that at most two clips meet, and only in a transition.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from reelstack.emulator.render.effects import Effects, WantedTransition
from reelstack.emulator.render.model import MediaFacts, Placement, Transition
from reelstack.emulator.render.reading import Node
from reelstack.emulator.render.timing import Timing


@dataclass(frozen=True)
class Draft:
    """A clip as the timeline states it. `at` is its TimelineIn, None to follow the clip before."""

    node: Node
    source: str
    facts: MediaFacts
    placement: Placement | None
    length: Fraction
    at: Fraction | None = None
    in_point: Fraction = Fraction(0)
    speed: Fraction = Fraction(1)
    opacity: float = 1.0
    effects: Effects = field(default_factory=Effects)


@dataclass(frozen=True)
class Span:
    """A draft with its exact place in time, in seconds."""

    draft: Draft
    start: Fraction
    end: Fraction


@dataclass(frozen=True)
class Scene:
    """A draft on whole frames. It is seen until `end` and heard until `heard`; `crossed` says that its entry overlaps
    the sound of the clip before, too.
    """

    draft: Draft
    start: int
    end: int
    heard: int
    entry: Transition | None = None
    crossed: bool = False

    @property
    def settled(self) -> int:
        """The first frame after the entry."""
        return self.start + (self.entry.frames if self.entry else 0)


def arrange(drafts: Sequence[Draft]) -> list[Span]:
    """Give every clip its seconds: at its TimelineIn, or after the one before, less the overlap of a transition."""
    spans: list[Span] = []
    cursor = overlapped = Fraction(0)
    for index, draft in enumerate(drafts):
        overlap = _overlap(drafts[index - 1], draft, overlapped) if index and draft.at is None else Fraction(0)
        start = cursor - overlap if draft.at is None else draft.at
        spans.append(Span(draft, start, start + draft.length))
        cursor, overlapped = spans[-1].end, overlap
    if drafts and drafts[-1].effects.transition:
        drafts[-1].node.note("its transition has no clip to lead to")
    return spans


def settle(spans: Sequence[Span], timing: Timing) -> list[Scene]:
    """Snap to frames, in order of time; where clips overlap without a transition the later one is seen."""
    scenes: list[Scene] = []
    for span in sorted(spans, key=lambda span: span.start):
        start, end = timing.frame(span.start), timing.frame(span.end)
        if end <= start:
            span.draft.node.note("is shorter than a frame, not shown")
            continue
        scene = Scene(span.draft, start, end, heard=end)
        while scenes and scenes[-1].settled > scene.start:
            scenes[-1].draft.node.note(f"is covered by {span.draft.node.path}")
            scenes.pop()
        if scenes:
            scenes[-1], scene = _meet(scenes[-1], scene, timing)
        scenes.append(scene)
    return [scene for scene in scenes if scene.end > scene.start]


def _overlap(before: Draft, after: Draft, taken: Fraction) -> Fraction:
    """Seconds that two neighbours share. `taken` is what the earlier one already shares with the one before it."""
    wanted = before.effects.transition
    if not wanted or not wanted.overlaps:
        return Fraction(0)
    overlap = min(wanted.seconds, before.length - taken, after.length)
    if overlap < wanted.seconds:
        before.node.note(f"its transition is shortened to {float(overlap):g} s, the clips are too short")
    return overlap


def _meet(before: Scene, after: Scene, timing: Timing) -> tuple[Scene, Scene]:
    wanted = before.draft.effects.transition
    overlap = before.end - after.start
    if wanted and overlap > 0:
        frames = min(overlap, after.end - after.start)
        return replace(before, end=after.start + frames, heard=after.start + frames), replace(
            after, entry=Transition(wanted.name, frames), crossed=True
        )
    if wanted and overlap == 0 and (not wanted.overlaps or after.draft.at is not None):
        return _lead_over(before, after, wanted, timing)
    if wanted and overlap < 0:
        before.draft.node.note("its transition is not drawn: a gap follows")
    if overlap > 0:
        after.draft.node.note(f"overlaps {before.draft.node.path} without a transition, drawn above it")
        return replace(before, end=after.start), after
    return before, after


def _lead_over(before: Scene, after: Scene, wanted: WantedTransition, timing: Timing) -> tuple[Scene, Scene]:
    """A transition that costs no time: the earlier clip goes on under the beginning of the later one."""
    frames = min(timing.frame(wanted.seconds), after.end - after.start)
    if frames == 0:
        return before, after
    if wanted.overlaps:
        before.draft.node.note("its transition shortens nothing: the next clip has a TimelineIn of its own")
    return replace(before, end=after.start + frames), replace(after, entry=Transition(wanted.name, frames))
