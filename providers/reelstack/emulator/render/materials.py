"""From a clip to its material: which file it means, and which part of it.

Pure. A clip names a MediaId or a MediaURL; only what was handed in under that name exists.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from reelstack.emulator.render.model import (
    BAD_CONTENT,
    FORMAT_ERROR,
    INVALID,
    NOT_FOUND,
    MediaFacts,
    TimelineError,
)
from reelstack.emulator.render.reading import Node

NAMES = ("MediaId", "MediaURL", "MediaUrl", "VideoId", "ImageId", "ImageURL", "ImageUrl")
"""The keys that may name a material. VideoId is the VOD editor's old one, the image ones belong to ImageTracks."""
SLOWEST, FASTEST = 0.1, 100
"""The documented limits of Speed."""

Materials = Mapping[str, MediaFacts]
"""Facts by the name that the timeline uses."""


@dataclass(frozen=True)
class Part:
    """The part of a material that a clip uses, in seconds of the material."""

    start: Fraction
    end: Fraction
    speed: Fraction

    @property
    def length(self) -> Fraction:
        """Seconds on the timeline."""
        return (self.end - self.start) / self.speed


def find(node: Node, materials: Materials) -> tuple[str, MediaFacts]:
    """Look up the material that a clip names."""
    name = node.text(*NAMES)
    if not name:
        raise TimelineError(FORMAT_ERROR, f"{node.path} names no material: MediaId or MediaURL is missing")
    if name not in materials:
        raise TimelineError(NOT_FOUND, f"{node.path}: the material {name} does not exist")
    return name, materials[name]


def part(node: Node, facts: MediaFacts) -> Part:
    """Read In, Out, MaxOut and Speed. An Out beyond the material means its end."""
    duration = Fraction(round(facts.duration * 1_000_000), 1_000_000)
    if duration <= 0:
        raise TimelineError(BAD_CONTENT, f"{node.path}: the material has no duration")
    start, end, limit = (node.number(key, low=0) for key in ("In", "Out", "MaxOut"))
    start = start or Fraction(0)
    written = end if end is not None else limit
    end = duration if written is None else min(duration, written)
    if end <= start:
        raise TimelineError(INVALID, f"{node.path}: Out ({float(end):g} s) must be after In ({float(start):g} s)")
    return Part(start, end, node.number("Speed", low=SLOWEST, high=FASTEST) or Fraction(1))


def timeline_out(node: Node, start: Fraction | None) -> Fraction | None:
    """Read TimelineOut; it must be after TimelineIn."""
    end = node.number("TimelineOut", low=0)
    if start is not None and end is not None and end <= start:
        raise TimelineError(INVALID, f"{node.path}: TimelineOut must be after TimelineIn")
    return end


def warn_of_other_length(node: Node, start: Fraction, end: Fraction | None, length: Fraction) -> None:
    """The service takes a clip's length from In and Out alone: say so when TimelineOut tells another one."""
    if end is not None and abs(end - start - length) > Fraction(1, 100):
        node.note(
            f"the clip lasts {float(length):g} s, from In and Out, and not until here: set In and Out to cut it",
            "TimelineOut",
        )
