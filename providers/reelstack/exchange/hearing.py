"""What is heard in an editor's cut: which sound belongs to which picture, and how the others are played."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from reelstack.exchange import timing
from reelstack.exchange.lay import Laid, Piece
from reelstack.exchange.timing import spelled


def runs_with(sound: Piece, picture: Piece) -> bool:
    """Whether a sound belongs to a picture: the same material, running along with it."""
    assert sound.material is not None
    assert picture.material is not None
    if sound.ours.get("of", picture.track) != picture.track or sound.ours.get("music"):
        return False
    names = set(sound.material.names) & set(picture.material.names)
    near = abs(sound.origin - picture.origin) <= Fraction(1, 50) and sound.speed == picture.speed
    return bool(names) and near and _shared(sound, picture) > 0


def same_sound(one: Piece, other: Piece) -> bool:
    """Whether two pieces are the same seconds of one material at the same time."""
    places = ((piece.material and piece.material.key, piece.start, piece.begin, piece.length) for piece in (one, other))
    return len(set(places)) == 1


def fit(sound: Piece, picture: Piece) -> Fraction:
    """How well a sound covers a picture: the time that they share, less the time that they do not."""
    whole = max(sound.end, picture.end) - min(sound.start, picture.start)
    return 2 * _shared(sound, picture) - whole


def _shared(sound: Piece, picture: Piece) -> Fraction:
    return min(sound.end, picture.end) - max(sound.start, picture.start)


def played(chosen: Piece, begin: Fraction, total: Fraction, rate: Fraction) -> dict[str, Any]:
    """How the music is played; a sound of an editor's is heard once, at its own volume."""
    ours = chosen.ours.get("music")
    if isinstance(ours, dict):
        out = ours.get("out") if chosen.end >= total - timing.GRAIN else spelled(begin + chosen.length, rate)
        mixed = {key: ours.get(key) for key in ("volume", "loop", "duck", "duck_fade")}
        said = {"in": spelled(begin, rate), "out": out, **mixed}
        return {key: value for key, value in said.items() if value is not None}
    out = spelled(begin + min(chosen.length, total), rate)
    return {"in": spelled(begin, rate), "out": out, "volume": 1, "loop": False}


def fades(chosen: Piece, heard: Iterable[Laid], rate: Fraction) -> dict[str, Any]:
    """How it is faded, by the transitions at its ends, or as we noted when we wrote the cut."""
    ours = chosen.ours.get("music")
    found = {key: ours[key] for key in ("fade_in", "fade_out") if ours.get(key)} if isinstance(ours, dict) else {}
    for joint in (joint for track in heard if track.name == chosen.track for joint in track.joints):
        for key, edge in (("fade_in", chosen.start), ("fade_out", chosen.end)):
            if joint.at == edge:
                found[key] = spelled(joint.before + joint.after, rate)
    return found
