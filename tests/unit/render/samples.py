"""Small sources for render tests, and ways to look at what came out."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
from av import AudioFrame, VideoFrame
from av.audio.stream import AudioStream
from av.video.stream import VideoStream
from PIL import Image

from reelstack.emulator.render import plan
from reelstack.emulator.render.encode import Result, encode
from reelstack.emulator.render.model import MediaFacts
from reelstack.emulator.render.picture import Material
from reelstack.emulator.render.probe import probe

RED, GREEN, BLUE, BLACK = (200, 30, 30), (30, 160, 60), (30, 60, 200), (0, 0, 0)
RATE = 48_000
Color = tuple[int, int, int]
Json = dict[str, object]


def facts(duration: float = 10.0, *, width: int = 640, height: int = 360, has_audio: bool = True) -> MediaFacts:
    return MediaFacts("video", duration, width, height, 25.0, has_audio=has_audio, demuxer="mov")


IMAGE = MediaFacts("image", width=200, height=100)
MUSIC = MediaFacts("audio", 30.0, has_audio=True)


def video(*clips: Json, **track: object) -> Json:
    return {"VideoTracks": [{"VideoTrackClips": list(clips), **track}]}


def clip(media: str, start: float, end: float, **more: object) -> Json:
    return {"MediaId": media, "In": start, "Out": end, **more}


def transition(seconds: float, kind: str = "Transition", name: str = "fade") -> Json:
    return {"Type": kind, "SubType": name, "Duration": seconds}


def write_clip(
    path: Path,
    color: Color,
    *,
    below: Color | None = None,
    seconds: float = 2.0,
    fps: Fraction = Fraction(25),
    tone: float | None = 440,
) -> Path:
    """A clip of one colour, or of two, one below the other; 160x128, with a tone when a pitch is given."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=fps, options={"preset": "ultrafast", "crf": "10"})
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = 160, 128, "yuv420p"
        sound = container.add_stream("aac", rate=RATE, layout="stereo") if tone else None
        pixels = np.full((128, 160, 3), color, np.uint8)
        pixels[64:] = below or color
        picture = VideoFrame.from_ndarray(pixels, format="rgb24")
        picture = picture.reformat(format="yuv420p")
        for index in range(round(seconds * fps)):
            picture.pts, picture.time_base = index, 1 / fps
            container.mux(stream.encode(picture))
        if isinstance(sound, AudioStream) and tone:
            _write_tone(container, sound, tone, seconds)
        container.mux(stream.encode(None))
    return path


def _write_tone(container: av.container.OutputContainer, sound: AudioStream, tone: float, seconds: float) -> None:
    wave = 0.4 * np.sin(2 * np.pi * tone * np.arange(round(seconds * RATE)) / RATE)
    for start in range(0, len(wave), 1024):
        block = np.stack([wave[start : start + 1024]] * 2).astype(np.float32)
        frame = AudioFrame.from_ndarray(block, format="fltp", layout="stereo")
        frame.sample_rate, frame.pts, frame.time_base = RATE, start, Fraction(1, RATE)
        container.mux(sound.encode(frame))
    container.mux(sound.encode(None))


def turn(path: Path) -> Path:
    """Mark a clip as filmed with the camera turned: the matrix in its track header, 16.16 fixed point."""
    one, minus_one, last = (0x10000).to_bytes(4), (0xFFFF0000).to_bytes(4), (0x40000000).to_bytes(4)
    upright = one + bytes(12) + one + bytes(12) + last
    turned = bytes(4) + one + bytes(4) + minus_one + bytes(16) + last
    data = path.read_bytes()
    at = data.rindex(upright)  # the movie header has one as well, the track's comes later
    path.write_bytes(data[:at] + turned + data[at + len(turned) :])
    return path


def write_image(path: Path, color: tuple[int, ...]) -> Path:
    Image.new("RGBA" if len(color) == 4 else "RGB", (64, 64), color).save(path)
    return path


@dataclass(frozen=True)
class Film:
    """A rendered file, decoded."""

    result: Result
    duration: float
    frames: list[npt.NDArray[np.uint8]]
    sound: npt.NDArray[np.float32]
    notes: list[str]

    def color(self, frame: int, x: int = 80, y: int = 64) -> Color:
        red, green, blue = (int(value) for value in self.frames[frame][y, x])
        return red, green, blue

    def loudness(self, start: float, end: float) -> float:
        part = self.sound[:, round(start * RATE) : round(end * RATE)]
        return float(np.sqrt(np.mean(part**2)))


def shoot(timeline: Json, files: dict[str, Path], target: Path, **output: object) -> Film:
    """Render at 160x128 unless told otherwise, and decode what came out."""
    materials = {name: Material(path, probe(path)) for name, path in files.items()}
    known = {name: material.facts for name, material in materials.items()}
    made = plan.make(timeline, {"Width": 160, "Height": 128, **output}, known)
    notes = list(made.notes)
    result = encode(made, materials, target, preset="ultrafast", note=notes.append)
    with av.open(str(target)) as container:
        duration = (container.duration or 0) / av.time_base
        frames = [frame.to_ndarray(format="rgb24").astype(np.uint8, copy=False) for frame in container.decode(video=0)]
    with av.open(str(target)) as container:
        blocks = [frame.to_ndarray() for frame in container.decode(audio=0)]
    return Film(result, duration, frames, np.concatenate(blocks, axis=1), notes)


def near(seen: Color, wanted: Color, tolerance: int = 14) -> bool:
    return all(abs(a - b) <= tolerance for a, b in zip(seen, wanted, strict=True))


def mixed(one: Color, other: Color, share: float) -> Color:
    red, green, blue = (round(a * (1 - share) + b * share) for a, b in zip(one, other, strict=True))
    return red, green, blue
