"""Pieces of files joined one after another, turned into a render plan: what an editing task is.

Pure: no file is opened here. Called by `__main__`, and by the Huawei room for the size and the encoding. Where the
service's page leaves something open: `resolution_upsample` false never makes the picture larger than the source,
keeping the shape that was asked for; a picture of another shape is letterboxed; the frame rate is the first video's; a
piece that is to go on beyond the end of its asset ends with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from reelstack.emulator.render.geometry import Box, Size, adapt
from reelstack.emulator.render.materials import Materials
from reelstack.emulator.render.model import (
    BAD_CONTENT,
    INVALID,
    NOT_FOUND,
    SAMPLE_RATE,
    Clip,
    MediaFacts,
    RenderPlan,
    Sound,
    TimelineError,
)
from reelstack.emulator.render.plan import DEFAULT_FPS, LONGEST
from reelstack.emulator.render.timing import Timing, frame_rate

H265 = 2
FASTEST = Fraction(60)
"""Frames a second: the highest that the service has a word for."""


@dataclass(frozen=True)
class Encoding:
    """The container and the codecs, as FFmpeg calls them."""

    container: str
    codec: str
    audio_codec: str


@dataclass(frozen=True)
class Piece:
    """A part of a material, in seconds of it, and where it begins in the output."""

    source: str
    facts: MediaFacts
    start: Fraction
    length: Fraction
    at: Fraction


def encoding(settings: Mapping[str, Any]) -> Encoding:
    """What the settings' format and video_codec mean. AVI has no room for AAC."""
    container = str(settings.get("format") or "MP4").lower()
    codec = "hevc" if settings.get("video_codec") == H265 else "h264"
    return Encoding(container, codec, "mp3" if container in ("mp3", "avi") else "aac")


def size(settings: Mapping[str, Any], pictures: Sequence[tuple[int, int]]) -> Size | None:
    """The output's size, from the settings and the inputs' sizes in order; None when none has a picture."""
    if not pictures:
        return None
    largest = settings.get("reference") == "MAX_RESOLUTION"
    source = Size(*(max(pictures, key=lambda sides: sides[0] * sides[1]) if largest else pictures[0]))
    width, height = (Fraction(int(settings.get(name) or 0)) for name in ("width", "height"))
    if settings.get("resolution_adaptation") is not False and source.height > source.width:
        width, height = height, width  # they mean the long and the short side
    shape = Fraction(source.width, source.height)
    if not width and not height:
        width, height = Fraction(source.width), Fraction(source.height)
    width, height = width or height * shape, height or width / shape
    if not settings.get("resolution_upsample"):
        scale = min(Fraction(1), source.width / width, source.height / height)
        width, height = width * scale, height * scale
    return Size(_even(width), _even(height))


def make(inputs: Sequence[Mapping[str, Any]], settings: Mapping[str, Any], materials: Materials) -> RenderPlan:
    """Plan the render of an editing task. `materials` holds the facts of each asset under its id.

    Raises TimelineError with a code for the log: the service itself tells no reason.
    """
    pieces = list(_pieces(inputs, materials))
    shown = [piece.facts for piece in pieces if piece.facts.kind == "video"]
    total = pieces[-1].at + pieces[-1].length
    if total > LONGEST:
        raise TimelineError(INVALID, f"the video would last {float(total):g} s; at most {LONGEST} s are rendered here")
    canvas, wanted = size(settings, [(facts.width, facts.height) for facts in shown]), encoding(settings)
    timing = Timing(_fps(shown[0]) if shown else Fraction(SAMPLE_RATE))
    plan = RenderPlan(
        canvas.width if canvas else 0,
        canvas.height if canvas else 0,
        timing.fps,
        max(1, timing.frame(total)),
        tracks=(tuple(_clips(pieces, canvas, timing)),) if canvas else (),
        sounds=tuple(_sounds(pieces, timing)),
        bitrate=_bitrate(settings, pieces),
        container=wanted.container,
        codec=wanted.codec,
        audio_codec=wanted.audio_codec,
    )
    if not canvas and not plan.sounds:
        raise TimelineError(BAD_CONTENT, "the inputs have neither picture nor sound")
    return plan


def _pieces(inputs: Sequence[Mapping[str, Any]], materials: Materials) -> Iterator[Piece]:
    at = Fraction(0)
    for index, each in enumerate(inputs):
        source = str(each["asset_id"])
        if source not in materials:
            raise TimelineError(NOT_FOUND, f"inputs[{index}]: the asset {source} does not exist")
        facts = materials[source]
        end = Fraction(round(facts.duration * 1_000_000), 1_000_000)
        start, end = Fraction(each["timeline_start"]), min(Fraction(each["timeline_end"]), end)
        if end <= start:
            raise TimelineError(
                INVALID, f"inputs[{index}]: {float(start):g} s is not before the end of {source} ({float(end):g} s)"
            )
        yield Piece(source, facts, start, end - start, at)
        at += end - start


def _clips(pieces: Sequence[Piece], canvas: Size, timing: Timing) -> Iterator[Clip]:
    whole = Box(Fraction(0), Fraction(0), Fraction(canvas.width), Fraction(canvas.height))
    for piece in pieces:
        start, end = _frames(piece, timing)
        if piece.facts.kind != "video" or end <= start:
            continue
        placement = adapt(whole, Fraction(piece.facts.width, piece.facts.height), "Contain", canvas)
        assert placement, "what is fitted to the output lies in it"
        yield Clip(piece.source, start, end, placement, piece.start)


def _sounds(pieces: Sequence[Piece], timing: Timing) -> Iterator[Sound]:
    for piece in pieces:
        start, end = _frames(piece, timing)
        if piece.facts.has_audio and end > start:
            yield Sound(piece.source, timing.sample(start), timing.sample(end), piece.start)


def _frames(piece: Piece, timing: Timing) -> tuple[int, int]:
    return timing.frame(piece.at), timing.frame(piece.at + piece.length)


def _fps(facts: MediaFacts) -> Fraction:
    found = frame_rate(Fraction(facts.fps).limit_denominator(1001)) if facts.fps else DEFAULT_FPS
    return min(found, FASTEST)


def _bitrate(settings: Mapping[str, Any], pieces: Sequence[Piece]) -> int | None:
    """kbit/s; None leaves it to the picture."""
    if settings.get("reference") != "MAX_BITRATE":
        return None
    return max(piece.facts.bitrate for piece in pieces) or None


def _even(length: Fraction) -> int:
    return max(2, round(length / 2) * 2)
