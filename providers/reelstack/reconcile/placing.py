"""Where the clips of a native timeline lie on the output, in seconds, by the rules of the service.

Clips follow one another: each begins where the one before ends, less what a transition overlaps, unless it has a
TimelineIn. A clip lasts (Out − In) / Speed, an image its Duration. Where only the service knows a length (a clip
without Out is the material's whole rest) one is assumed, the same for the same clip on every side, and the place is
marked as not `sure`.

Rules: "Timeline configurations" (IMS), shared by the editor of VOD. Numbers may be written as text.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

ASSUMED = 10.0
"""Seconds of a clip whose length is not in the timeline."""
TRANSITION = 1.0
"""Seconds of a transition without Duration."""
SLOWEST, FASTEST = 0.1, 100.0
TOLERANCE = 0.001
"""Seconds by which two times may differ and be the same: less than a frame, as a service may round what it computes."""

Fields = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Span:
    """From `at` to `until`; `sure` when no assumed length is in it. `implied`: where it would begin by itself."""

    at: float
    until: float
    sure: bool = True
    implied: float = 0.0


def number(value: object) -> float | None:
    """A number, also one that is written as text; None for anything else."""
    if type(value) is float or type(value) is int:
        return float(value) if math.isfinite(value) else None
    if not isinstance(value, str):
        return None
    try:
        found = float(value)
    except ValueError:
        return None
    return found if math.isfinite(found) else None


def sequence(clips: Sequence[object], *, still: bool = False) -> Iterator[Span]:
    """The spans of one track's clips, in their order; what is no clip has no length. `still`: they are pictures."""
    end = overlap = 0.0
    sure = True
    for clip in clips:
        if not isinstance(clip, Mapping) or clip.get("Type") == "GlobalImage":
            yield Span(end, end, sure, end)
            continue
        shared = min(overlap, length(clip, 0.0, still=still)[0]) if overlap else 0.0
        implied = end - shared
        given = number(clip.get("TimelineIn"))
        begin = implied if given is None or abs(given - implied) <= TOLERANCE else given
        seconds, known = length(clip, begin, still=still)
        sure = (sure or given is not None) and known
        end = begin + seconds
        yield Span(begin, end, sure, implied)
        overlap = max(0.0, min(transition(clip), seconds - (shared if begin == implied else 0.0)))


def length(clip: Fields, begin: float, *, still: bool = False) -> tuple[float, bool]:
    """How many seconds a clip lasts that begins there, and whether the timeline says so."""
    until = number(clip.get("TimelineOut"))
    rest = max(0.0, until - begin) if until is not None else None
    if rest is not None and (is_still(clip, still=still) or is_looped(clip)):
        return rest, True
    own = own_length(clip, still=still)
    if own is not None:
        return own, True
    return (ASSUMED if rest is None else rest), False


def own_length(clip: Fields, *, still: bool = False) -> float | None:
    """How many seconds a clip lasts by itself, wherever it lies; None when the timeline does not say."""
    if is_still(clip, still=still):
        return number(clip.get("Duration"))
    out = number(clip.get("Out"))
    if out is None:
        out = number(clip.get("VirginDuration"))  # an editor's note of how long the material is
    if out is None:
        return None
    seconds = max(0.0, out - (number(clip.get("In")) or 0.0))
    speed = number(clip.get("Speed")) or 1.0
    return seconds / min(FASTEST, max(SLOWEST, speed))


def is_still(clip: Fields, *, still: bool = False) -> bool:
    """Whether a clip is a picture; `still`: all of its track are."""
    return still or clip.get("Type") == "Image"


def is_looped(clip: Fields) -> bool:
    """Whether a sound goes round until its TimelineOut, or without one until the output ends."""
    return clip.get("LoopMode") in (True, "true", "True")


def transition(clip: Fields) -> float:
    """By how many seconds the next clip begins early."""
    effects = clip.get("Effects")
    for effect in effects if isinstance(effects, list) else ():
        if isinstance(effect, Mapping) and effect.get("Type") == "Transition":
            seconds = number(effect.get("Duration"))
            return TRANSITION if seconds is None or seconds < 0 else seconds
    return 0.0


def free(clip: Fields, begin: float, end: float) -> tuple[float, float]:
    """The span of what has times of its own (a caption, an effect), within the span of what it belongs to."""
    at = number(clip.get("TimelineIn"))
    until, seconds = number(clip.get("TimelineOut")), number(clip.get("Duration"))
    begin = begin if at is None else at
    if until is None:
        until = end if seconds is None else begin + seconds
    return begin, max(begin, until)
