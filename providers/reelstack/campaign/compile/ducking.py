"""Music that steps back while somebody speaks, in the words of the native timeline: pieces of fixed gain. Pure.

The format has no gain that changes over time. So the music is cut into pieces of full and of lower gain, on two tracks
that overlap; straight fades over the overlap add up to a straight slope from one gain to the other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from reelstack.models import timecode
from reelstack.models.campaign import Project
from reelstack.models.pieces import Inset, Music, Sound

MOST_REPEATS = 100


@dataclass(frozen=True)
class Stretch:
    """A stretch of the output with one gain, and how long it takes to come and to go; all in seconds."""

    begin: float
    end: float
    quiet: bool
    rise: float
    fall: float


def is_ducked(project: Project) -> bool:
    """Whether somebody speaks over music that is to step back."""
    return project.music is not None and project.music.duck < 1 and bool(list(_spoken(project)))


def tracks(project: Project, music: Music, media: str) -> list[dict[str, Any]]:
    """The two native tracks of the music: full gain, lower gain."""
    found = stretches(project, music)
    gains = {False: music.volume, True: music.volume * music.duck}
    return [
        {"AudioTrackClips": [clip for one in found if one.quiet is quiet for clip in _clips(one, music, media, gain)]}
        for quiet, gain in gains.items()
        if any(one.quiet is quiet for one in found)
    ]


def stretches(project: Project, music: Music) -> list[Stretch]:
    """Where the music is loud and where it is quiet, from its beginning to its end."""
    end = _end(project, music)
    found: list[Stretch] = []
    at, rise = 0.0, music.fade_in
    for begin, until in _quiet(project, music, end):
        if begin > 0:
            found.append(Stretch(at, begin, quiet=False, rise=rise, fall=music.duck_fade))
            rise = music.duck_fade
        last = until >= end
        start = begin - music.duck_fade if begin > 0 else 0.0
        stop, fall = (end, music.fade_out) if last else (until + music.duck_fade, music.duck_fade)
        found.append(Stretch(start, stop, quiet=True, rise=rise, fall=fall))
        at, rise = until, music.duck_fade
    if at < end:
        found.append(Stretch(at, end, quiet=False, rise=rise, fall=music.fade_out))
    return found


def faults(project: Project) -> Iterator[tuple[str, str]]:
    """What cannot be ducked as it is written, each with its path in the project."""
    music = project.music
    if music is None or not is_ducked(project):
        return
    if music.out is None:
        yield "music.duck", "the music is cut where somebody speaks: say with `out` where it ends"
        return
    if music.out - music.in_ < project.seconds / MOST_REPEATS:
        yield "music.out", f"the music is too short: it would be repeated more than {MOST_REPEATS} times"
        return
    for one in stretches(project, music):
        if one.rise + one.fall > one.end - one.begin + 10**-timecode.DECIMALS:
            edge = "fade_in" if one.begin == 0 else "fade_out"
            yield f"music.{edge}", f"it reaches into what is spoken at {timecode.spell(one.end)}: make it shorter"


def _end(project: Project, music: Music) -> float:
    """When the music is over: with the cut, or sooner when it is not repeated."""
    if music.loop or music.out is None:
        return project.seconds
    return min(project.seconds, music.out - music.in_)


def _spoken(project: Project) -> Iterator[tuple[float, float]]:
    """When somebody speaks."""
    at = 0.0
    for clip in project.video:
        if clip.spoken:
            yield at, at + clip.seconds
        at += clip.seconds - (clip.transition.duration if clip.transition else 0)
    laid: tuple[Inset | Sound, ...] = (*project.insets, *project.sounds)
    yield from ((one.at, one.at + one.seconds) for one in laid if one.spoken)


def _quiet(project: Project, music: Music, end: float) -> list[tuple[float, float]]:
    """When the music is quiet: what is spoken, without pauses too short to be heard in full."""
    found: list[tuple[float, float]] = []
    for begin, until in sorted(_spoken(project)):
        begin, until = max(begin, 0.0), min(until, end)
        if begin >= end:
            continue
        if found and begin - found[-1][1] <= 2 * music.duck_fade:
            begin, until = found[-1][0], max(until, found[-1][1])
            found.pop()
        found.append((begin if begin > music.duck_fade else 0.0, until if end - until > music.duck_fade else end))
    return found


def _clips(one: Stretch, music: Music, media: str, gain: float) -> Iterator[dict[str, Any]]:
    """A stretch as clips: one, or more where the music begins again."""
    assert music.out is not None
    period = music.out - music.in_
    parts: list[tuple[float, float]] = []
    at = one.begin
    while at < one.end - 10**-timecode.DECIMALS:
        until = min(one.end, (int(at / period + 10**-timecode.DECIMALS) + 1) * period)
        parts.append((at, until))
        at = until
    for number, (begin, until) in enumerate(parts):
        start = music.in_ + begin - int(begin / period + 10**-timecode.DECIMALS) * period
        rise = one.rise if number == 0 else 0
        fall = one.fall if number == len(parts) - 1 else 0
        fades = [("In", min(rise, until - begin)), ("Out", min(fall, until - begin))]
        yield {
            "MediaId": media,
            "In": _seconds(start),
            "Out": _seconds(start + until - begin),
            "TimelineIn": _seconds(begin),
            "TimelineOut": _seconds(until),
            "Effects": [
                {"Type": "Volume", "Gain": _seconds(gain)},
                *(
                    {"Type": "AFade", "SubType": kind, "Duration": _seconds(length), "Curve": "tri"}
                    for kind, length in fades
                    if length > 0
                ),
            ],
        }


def _seconds(value: float) -> float:
    return round(value, timecode.DECIMALS)
