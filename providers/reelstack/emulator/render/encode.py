"""A plan becomes an MP4: H.264 and AAC, with exactly the plan's frames and samples.

The file is written beside the target and moved there when it is complete, so a target that exists is whole.
"""

from __future__ import annotations

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
from reelstack.emulator.render.model import BAD_CONTENT, SAMPLE_RATE, RenderPlan, TimelineError
from reelstack.emulator.render.picture import Material, Stage

QUALITY = "23"
"""x264's constant rate factor when no bitrate is asked for."""
KEYFRAME_EVERY = 2
"""Seconds: players can then jump about."""
THREADS = 2
"""Of the encoder. Fixed, because its memory grows with them."""
AUDIO_BITRATE = 128_000
LIMITED_RANGE = BT709 = 1


@dataclass(frozen=True)
class Result:
    """The finished file. `duration` is seconds, `size` bytes, `bitrate` kbit/s."""

    duration: float
    width: int
    height: int
    size: int
    fps: float
    bitrate: int


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

    Raises TimelineError when a material cannot be decoded.
    """
    unfinished = target.with_name(f".{target.name}.part")
    try:
        with av.open(str(unfinished), "w", format="mp4", options={"movflags": "+faststart"}) as container:
            _write(container, plan, materials, preset=preset, progress=progress, note=note)
        unfinished.replace(target)
    except av.error.InvalidDataError as error:
        raise TimelineError(BAD_CONTENT, f"a material cannot be decoded: {error}") from error
    finally:
        unfinished.unlink(missing_ok=True)
    size = target.stat().st_size
    rate = round(size * 8 / float(plan.duration) / 1000)
    return Result(float(plan.duration), plan.width, plan.height, size, float(plan.fps), rate)


def video_stream(
    container: OutputContainer, width: int, height: int, fps: Fraction, *, preset: str, bitrate: int | None
) -> VideoStream:
    """Add an H.264 stream, tagged as limited-range BT.709."""
    options = {"preset": preset, "g": str(round(fps * KEYFRAME_EVERY))}
    options |= {"maxrate": f"{bitrate}k", "bufsize": f"{2 * bitrate}k"} if bitrate else {"crf": QUALITY}
    stream = container.add_stream("libx264", rate=fps, options=options)
    stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
    codec = stream.codec_context
    if bitrate:
        codec.bit_rate = bitrate * 1000
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
    video = video_stream(container, plan.width, plan.height, plan.fps, preset=preset, bitrate=plan.bitrate)
    sound = audio_stream(container)
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


def _audio_frames(plan: RenderPlan, materials: Mapping[str, Material]) -> Iterator[AudioFrame]:
    start = 0
    for block in audio.blocks(plan, materials):
        yield audio_frame(block, start)
        start += block.shape[1]
