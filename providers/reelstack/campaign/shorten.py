"""A cut up to a time: what comes later is left out, what lasts longer ends there. Pure."""

from __future__ import annotations

from typing import TypeVar

from reelstack.campaign.dress import Origins
from reelstack.models import timecode
from reelstack.models.campaign import Project
from reelstack.models.pieces import Caption, Clip, Inset, Sound

Piece = TypeVar("Piece", bound=Clip)
Timed = TypeVar("Timed", Caption, Inset, Sound)


def shortened(project: Project, to: float) -> tuple[Project, Origins]:
    """The cut up to `to` seconds, and where what moved up in its list is written."""
    origins: Origins = {}
    captions = _kept(project.captions, to, "captions", origins)
    insets = _kept(project.insets, to, "insets", origins)
    sounds = _kept(project.sounds, to, "sounds", origins)
    made = project.model_copy(
        update={
            "video": _clips(project.video, to),
            "captions": tuple(
                one.model_copy(update={"length": round(min(one.length, to - one.at), timecode.DECIMALS)})
                for one in captions
            ),
            "insets": tuple(_ended(one, to - one.at) for one in insets),
            "sounds": tuple(
                one.model_copy(update={"out": round(min(one.end, one.in_ + to - one.at), 4), "length": None})
                for one in sounds
            ),
        }
    )
    return made, origins


def _clips(clips: tuple[Clip, ...], to: float) -> tuple[Clip, ...]:
    """The clips up to a time. One that would only be seen in a transition is left out with it."""
    kept: list[Clip] = []
    at = 0.0
    for clip in clips:
        overlap = kept[-1].transition.duration if kept and kept[-1].transition else 0.0
        start = at - overlap
        if kept and to - start <= overlap + 10**-timecode.DECIMALS:
            break
        kept.append(clip)
        at = start + clip.seconds
    start = at - kept[-1].seconds
    if to < at or len(kept) < len(clips):
        kept[-1] = _ended(kept[-1], to - start).model_copy(update={"transition": None})
    return tuple(kept)


def _ended(clip: Piece, seconds: float) -> Piece:
    """A clip that lasts no longer than this."""
    if clip.seconds <= seconds:
        return clip
    end = round(clip.in_ + seconds * clip.speed, timecode.DECIMALS)
    return clip.model_copy(update={"out": end, "length": None})


def _kept(pieces: tuple[Timed, ...], to: float, key: str, origins: Origins) -> list[Timed]:
    """Those that begin before the time."""
    kept = [(at, one) for at, one in enumerate(pieces) if one.at < to]
    origins |= {f"{key}[{now}]": f"{key}[{was}]" for now, (was, _) in enumerate(kept) if now != was}
    return [one for _, one in kept]
