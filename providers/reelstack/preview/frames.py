"""Pictures of the video itself, before and after, at a few of the seconds that change. Values; others take them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from reelstack.preview.plan import Fate, ProjectPlan

MOST = 3
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
    """The seconds at which to look: in the middle of what changes; all over what is new or goes."""
    found = sorted({round(second, 1) for second in _instants(project)})
    return tuple(second for second in found if second <= LATEST)[:MOST]


def _instants(project: ProjectPlan) -> Iterator[float]:
    spans = list(project.cut.affected)
    if project.fate is not Fate.CHANGED:
        spans = [(0.0, max(project.before.seconds, project.after.seconds))]
    if len(spans) == 1:
        begin, end = spans[0]
        yield from (begin + (end - begin) * part for part in _THIRDS)
    else:
        yield from ((begin + end) / 2 for begin, end in spans[:MOST])
