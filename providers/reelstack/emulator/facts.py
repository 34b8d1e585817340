"""What is known of a media file, in the local cloud's words, and how it is found out.

The one place that calls the renderer's prober; it is imported on first use, because the server starts without it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

Prober = Callable[[Path], "Facts"]

_KINDS = {
    "video": "mp4 mov m4v mkv avi flv webm wmv mpg mpeg ts m3u8 3gp mxf",
    "audio": "mp3 wav aac m4a flac ogg opus wma amr",
    "image": "png jpg jpeg gif webp bmp tif tiff svg",
    "text": "srt ass vtt txt json",
}
_BY_SUFFIX = {suffix: kind for kind, suffixes in _KINDS.items() for suffix in suffixes.split()}


class ProbeError(ValueError):
    """The file is not media that can be read; the message says why."""


@dataclass(frozen=True)
class Facts:
    """Seconds, pixels, bytes, kbit/s; 0 or empty where the kind of file has no such thing, or nobody knows."""

    kind: str
    duration: float = 0.0
    width: int = 0
    height: int = 0
    fps: float = 0.0
    has_audio: bool = False
    size: int = 0
    bitrate: float = 0.0
    format: str = ""
    codec: str = ""
    audio_codec: str = ""


def kind_of(name: str) -> str:
    """video, audio, image or text, by the file name's extension; empty when it tells nothing."""
    return _BY_SUFFIX.get(name.rpartition(".")[2].lower(), "")


def probe(path: Path) -> Facts:
    """Look into the file. Raises `ProbeError` when it is not media, or when the renderer is not installed."""
    try:
        from reelstack.emulator.render.probe import probe as look
    except ImportError as error:
        raise ProbeError(f"media cannot be looked at without the renderer: {error}") from error
    try:
        found = look(path)
    except Exception as error:  # whatever the decoder makes of a broken file
        raise ProbeError(f"{path.name} is not media that can be read: {error}") from error
    return Facts(
        kind=found.kind,
        duration=float(found.duration or 0),
        width=found.width or 0,
        height=found.height or 0,
        fps=float(found.fps or 0),
        has_audio=bool(found.has_audio),
        size=found.size,
        bitrate=float(found.bitrate or 0),
        format=found.format,
        codec=found.codec,
        audio_codec=found.audio_codec,
    )
