"""Facts about a material file, found by opening it.

Called by `__main__` and by the IMS room. Files are hostile: only demuxers that read a single file are allowed, since a
playlist would name others.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
from av.container import InputContainer
from av.stream import Disposition
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from reelstack.emulator.render.model import BAD_CONTENT, NOT_FOUND, MediaFacts, TimelineError

__all__ = ["MediaFacts", "probe"]

DEMUXERS = (
    "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,flv,mpegts,mpeg,mpegvideo,asf,mxf,ogg,wav,mp3,aac,flac,aiff,ac3,amr,"
    "gif,apng,png_pipe,jpeg_pipe,webp_pipe,bmp_pipe,tiff_pipe,h264,hevc"
)
IMAGES = {
    b"\x89PNG\r\n": "png_pipe",
    b"\xff\xd8\xff": "jpeg_pipe",
    b"GIF8": "gif",
    b"BM": "bmp_pipe",
    b"II*\x00": "tiff_pipe",
    b"MM\x00*": "tiff_pipe",
}
STILL = ("gif", "apng")
UNTAGGED = 2
"""Colour spaces are numbered as in ITU-T H.273: "unspecified"."""
HD_HEIGHT = 720
"""Untagged video is taken for BT.709 from this height on and for BT.601 below, as players do."""


def probe(path: Path) -> MediaFacts:
    """Open a file and look. Raises TimelineError: InvalidMaterial.NotFound, or ResourceContentBad."""
    if not path.is_file():
        raise TimelineError(NOT_FOUND, f"the material {path.name} does not exist")
    try:
        with av.open(str(path), format=_image_demuxer(path), options={"format_whitelist": DEMUXERS}) as container:
            return _facts(container, path)
    except (av.FFmpegError, OSError, ValueError) as error:
        raise TimelineError(BAD_CONTENT, f"the material {path.name} cannot be read: {error}") from error


def _image_demuxer(path: Path) -> str | None:
    """The demuxer of an image by its first bytes: left to itself libav goes by the name, and reads patterns in it."""
    with path.open("rb") as file:
        head = file.read(12)
    if head.startswith(b"RIFF") and head.endswith(b"WEBP"):
        return "webp_pipe"
    return next((demuxer for magic, demuxer in IMAGES.items() if head.startswith(magic)), None)


def _facts(container: InputContainer, path: Path) -> MediaFacts:
    name, size = container.format.name, path.stat().st_size
    still = name.endswith("_pipe") or name in STILL
    moving = [stream for stream in container.streams.video if not stream.disposition & Disposition.attached_pic]
    has_audio = bool(container.streams.audio)
    duration = 0.0 if still else _duration(container)
    facts = MediaFacts(
        kind="audio",
        duration=duration,
        has_audio=has_audio,
        size=size,
        bitrate=round(size * 8 / duration / 1000) if duration else 0,
        format=name,
        demuxer=name.split(",")[0],
        start=0.0 if still else (container.start_time or 0) / av.time_base,
        audio_codec=container.streams.audio[0].codec_context.codec.canonical_name if has_audio else "",
    )
    if moving:
        return _with_picture(facts, container, moving[0], still=still)
    if not has_audio:
        raise ValueError("it holds neither picture nor sound")
    return facts


def _duration(container: InputContainer) -> float:
    if container.duration:
        return container.duration / av.time_base
    known = [float(s.duration * s.time_base) for s in container.streams if s.duration and s.time_base]
    return max(known, default=0.0)


def _with_picture(facts: MediaFacts, container: InputContainer, stream: VideoStream, *, still: bool) -> MediaFacts:
    """Add what only a decoded picture tells: its rotation, its shape as shown, whether it is transparent."""
    frame = next(container.decode(stream), None)
    if frame is None:
        raise ValueError("it holds no picture")
    rotation = -frame.rotation % 360  # the display matrix turns counter-clockwise
    width, height = round(frame.width * (stream.sample_aspect_ratio or Fraction(1))), frame.height
    if rotation % 180:
        width, height = height, width
    rate = stream.average_rate or stream.guessed_rate
    return replace(
        facts,
        kind="image" if still else "video",
        width=width,
        height=height,
        fps=0.0 if still else float(rate or 0),
        rotation=rotation,
        matrix=_matrix(frame),
        codec=stream.codec_context.codec.canonical_name,
        has_alpha=any(component.is_alpha for component in frame.format.components),
    )


def _matrix(frame: VideoFrame) -> str:
    """The matrix to assume where the file names none."""
    if frame.colorspace != UNTAGGED or frame.format.name.startswith(("rgb", "bgr", "gbr", "pal")):
        return ""
    return "bt709" if frame.height >= HD_HEIGHT else "smpte170m"
