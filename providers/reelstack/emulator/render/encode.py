"""A plan becomes a file, in the container and codecs that it names, with exactly the plan's frames and samples.

The file is written beside the target and moved there when it is complete, so a target that exists is whole. An HLS
playlist is the target; its segments lie beside it.
"""

from __future__ import annotations

import contextlib
import hashlib
import re
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av import AudioFrame
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.video.stream import VideoStream

from reelstack.emulator.render import audio
from reelstack.emulator.render.audio import Samples
from reelstack.emulator.render.model import BAD_CONTENT, INVALID, SAMPLE_RATE, RenderPlan, TimelineError
from reelstack.emulator.render.picture import Material, Stage

QUALITY = "23"
"""The constant rate factor when no bitrate is asked for."""
KEYFRAME_EVERY = 2
"""Seconds: players can then jump about."""
THREADS = 2
"""Of the encoder. Fixed, because its memory grows with them."""
AUDIO_BITRATE = 128_000
LIMITED_RANGE = BT709 = 1
ENCODERS = {"h264": "libx264", "hevc": "libx265", "aac": "aac", "mp3": "libmp3lame"}
MUXERS = {"mp4": {"movflags": "+faststart"}, "mov": {"movflags": "+faststart"}, "flv": {}, "avi": {}, "mp3": {}}
"""Their options, by container; HLS has its own."""
WITHOUT_HEVC = ("avi",)
IN_ORDER = ("avi", "flv")
"""Containers whose pictures lie in the order in which they are shown: one without times, one without negative ones."""


@dataclass(frozen=True)
class Result:
    """The finished file, without width when it is sound alone. `duration` is seconds, `size` bytes, `bitrate` kbit/s.

    The size of an HLS playlist includes its segments.
    """

    duration: float
    width: int
    height: int
    size: int
    fps: float
    bitrate: int
    codec: str
    audio_codec: str
    has_audio: bool = True


def encode(
    plan: RenderPlan,
    materials: Mapping[str, Material],
    target: Path,
    *,
    preset: str = "veryfast",
    progress: Callable[[int], None] = lambda _: None,
    note: Callable[[str], None] = lambda _: None,
) -> Result:
    """Render a plan to `target`. `progress` is told the percentage, `note` what could not be drawn as meant.

    Raises TimelineError when a material cannot be decoded, or the container cannot hold the codec.
    """
    if plan.container in WITHOUT_HEVC and plan.codec == "hevc":
        raise TimelineError(INVALID, f"{plan.container.upper()} cannot hold H.265")
    unfinished = target.with_name(f".{target.name}.part")
    segments: list[Path] = []
    try:
        with _plain(target.parent) as folder:
            options = _segmented(folder, target) if plan.container == "hls" else MUXERS[plan.container]
            with av.open(str(unfinished), "w", format=plan.container, options=options) as container:
                _write(container, plan, materials, preset=preset, progress=progress, note=note)
        segments = _segments(unfinished) if plan.container == "hls" else []
        unfinished.replace(target)
    except av.error.InvalidDataError as error:
        raise TimelineError(BAD_CONTENT, f"a material cannot be decoded: {error}") from error
    finally:
        unfinished.unlink(missing_ok=True)
    size = sum(each.stat().st_size for each in (target, *segments))
    return Result(
        duration=float(plan.duration),
        width=plan.width,
        height=plan.height,
        size=size,
        fps=float(plan.fps) if plan.width else 0.0,
        bitrate=round(size * 8 / float(plan.duration) / 1000),
        codec=plan.codec if plan.width else "",
        audio_codec=plan.audio_codec,
    )


def _segmented(folder: Path, target: Path) -> dict[str, str]:
    """Options of the HLS muxer: whole segments beside the playlist, named after it."""
    return {
        "hls_time": str(KEYFRAME_EVERY),
        "hls_playlist_type": "vod",
        "hls_segment_filename": f"{folder}/{_name_of_segments(target)}-%05d.ts",
    }


@contextlib.contextmanager
def _plain(folder: Path) -> Iterator[Path]:
    """The folder by a name without `%`: the HLS muxer takes the whole path of a segment for a pattern."""
    if "%" not in str(folder):
        yield folder
        return
    with tempfile.TemporaryDirectory(prefix="reelstack-") as place:
        link = Path(place) / "folder"
        link.symlink_to(folder.resolve(), target_is_directory=True)
        yield link


def _segments(playlist: Path) -> list[Path]:
    """The files that a finished playlist names. `OSError` without them: the muxer keeps silent about what it could
    not write.
    """
    names = [line for line in playlist.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    found = [playlist.with_name(name) for name in names]
    if not found or not all(path.is_file() for path in found):
        raise OSError(f"not all segments of {playlist.name} could be written")
    return found


def _name_of_segments(target: Path) -> str:
    """The playlist's name where it can be written in a playlist as it is, else its digest."""
    plain = re.fullmatch("[A-Za-z0-9._-]+", target.stem)
    return target.stem if plain else hashlib.sha256(target.stem.encode()).hexdigest()[:16]


def video_stream(
    container: OutputContainer,
    width: int,
    height: int,
    fps: Fraction,
    *,
    preset: str,
    bitrate: int | None,
    codec_name: str = "h264",
) -> VideoStream:
    """Add a stream of H.264 or H.265, tagged as limited-range BT.709."""
    options = {"preset": preset, "g": str(round(fps * KEYFRAME_EVERY))}
    options |= {"maxrate": f"{bitrate}k", "bufsize": f"{2 * bitrate}k"} if bitrate else {"crf": QUALITY}
    if codec_name == "hevc":
        options |= {"x265-params": f"log-level=none:pools={THREADS}:frame-threads=1"}
    if container.format.name in IN_ORDER:
        options |= {"bf": "0"}
    stream = container.add_stream(ENCODERS[codec_name], rate=fps, options=options)
    assert isinstance(stream, VideoStream)
    stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
    codec = stream.codec_context
    if bitrate:
        codec.bit_rate = bitrate * 1000
    if codec_name == "hevc" and container.format.name in ("mp4", "mov"):
        codec.codec_tag = "hvc1"  # the one that players know
    codec.thread_type, codec.thread_count = "FRAME", THREADS
    codec.color_range = LIMITED_RANGE
    codec.colorspace = codec.color_primaries = codec.color_trc = BT709
    return stream


def audio_stream(container: OutputContainer, codec: str = "aac") -> AudioStream:
    """Add a stereo stream at the renderer's sample rate."""
    stream = container.add_stream(codec, rate=SAMPLE_RATE, layout="stereo")
    assert isinstance(stream, AudioStream)
    stream.bit_rate = AUDIO_BITRATE
    return stream


def audio_frame(samples: Samples, start: int) -> AudioFrame:
    """A block of samples as what an encoder takes."""
    frame = AudioFrame.from_ndarray(np.ascontiguousarray(samples), format="fltp", layout="stereo")
    frame.sample_rate, frame.pts, frame.time_base = SAMPLE_RATE, start, Fraction(1, SAMPLE_RATE)
    return frame


def _write(
    container: OutputContainer,
    plan: RenderPlan,
    materials: Mapping[str, Material],
    *,
    preset: str,
    progress: Callable[[int], None],
    note: Callable[[str], None],
) -> None:
    if not plan.width:
        _write_sound(container, plan, materials, progress)
        return
    video = video_stream(
        container, plan.width, plan.height, plan.fps, preset=preset, bitrate=plan.bitrate, codec_name=plan.codec
    )
    sound = audio_stream(container, ENCODERS[plan.audio_codec])
    frames = _audio_frames(plan, materials)
    heard = Fraction(0)
    for index, picture in enumerate(Stage(plan, materials, note).pictures()):
        picture.pts, picture.time_base, picture.pict_type = index, 1 / plan.fps, 0
        container.mux(video.encode(picture))
        while heard <= index / plan.fps and (frame := next(frames, None)):
            container.mux(sound.encode(frame))
            heard += Fraction(frame.samples, SAMPLE_RATE)
        progress((index + 1) * 100 // plan.frames)
    for frame in frames:
        container.mux(sound.encode(frame))
    container.mux(video.encode(None))
    container.mux(sound.encode(None))


def _write_sound(
    container: OutputContainer, plan: RenderPlan, materials: Mapping[str, Material], progress: Callable[[int], None]
) -> None:
    sound = audio_stream(container, ENCODERS[plan.audio_codec])
    heard = 0
    for frame in _audio_frames(plan, materials):
        container.mux(sound.encode(frame))
        heard += frame.samples
        progress(heard * 100 // plan.samples)
    container.mux(sound.encode(None))


def _audio_frames(plan: RenderPlan, materials: Mapping[str, Material]) -> Iterator[AudioFrame]:
    start = 0
    for block in audio.blocks(plan, materials):
        yield audio_frame(block, start)
        start += block.shape[1]
