"""Pictures of the video itself, before and after, at a few of the seconds that change. Values; others take them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from reelstack.preview.plan import Fate, ProjectPlan
from reelstack.reconcile.timeline_change import Spot

MOST = 4
LATEST = 300.0
_THIRDS = (1 / 6, 1 / 2, 5 / 6)


@dataclass(frozen=True)
class Frame:
    """What is seen at a second of the output, as JPEG; None where that version has no such second."""

    at: float
    before: bytes | None = None
    after: bytes | None = None


@dataclass(frozen=True)
class Shots:
    """The frames of one cut. `stand_ins` are the materials in whose place test pictures are seen."""

    frames: tuple[Frame, ...]
    stand_ins: tuple[str, ...] = ()


Taken = Mapping[str, Shots]
"""By the name of the project."""


def instants(project: ProjectPlan) -> tuple[float, ...]:
    """The seconds at which to look: in the middle of each clip and text that changes, then of what else is others."""
    found = dict.fromkeys(round(second, 1) for second in _instants(project))
    return tuple(sorted([second for second in found if second <= LATEST][:MOST]))


def _instants(project: ProjectPlan) -> Iterator[float]:
    if project.fate is not Fate.CHANGED:
        length = max(project.before.seconds, project.after.seconds)
        yield from (length * part for part in _THIRDS)
        return
    seen = list(dict.fromkeys(_seen(project)))[:MOST]
    yield from seen
    spans = [span for span in project.cut.affected if not any(span[0] <= second <= span[1] for second in seen)]
    if len(spans) == 1 and not seen:
        begin, end = spans[0]
        yield from (begin + (end - begin) * part for part in _THIRDS)
    else:
        yield from ((begin + end) / 2 for begin, end in spans[:MOST])


def _seen(project: ProjectPlan) -> Iterator[float]:
    """The middle of each clip, picture and text that is told of; what is only shifted looks as it did."""
    for change in project.cut.changes:
        clip = getattr(change, "clip", None)
        if isinstance(clip, Spot) and clip.kind != "sound":
            yield round((clip.at + clip.until) / 2, 1)
