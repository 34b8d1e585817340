"""Stand-ins for material that nobody has: a labelled moving picture, a labelled still, a music bed.

Called by the IMS room when a production names media that were never registered, so that every campaign renders on a
laptop. The same label gives the same file content; different labels differ in colour and pitch.
"""

from __future__ import annotations

import colorsys
import zlib
from collections.abc import Iterator
from fractions import Fraction
from itertools import repeat
from math import ceil
from pathlib import Path

import av
import numpy as np
from av import AudioFrame
from PIL import Image

from reelstack.emulator.render import encode, music, text
from reelstack.emulator.render.audio import BLOCK, Samples
from reelstack.emulator.render.geometry import Size
from reelstack.emulator.render.graph import ALPHA, OPAQUE, Chain, Pictures, feed, new, through
from reelstack.emulator.render.model import SAMPLE_RATE, Title, TitleStyle

FPS = Fraction(25)
PRESET = "ultrafast"
TONES = (220.0, 261.63, 293.66, 329.63, 392.0)
TONE_LOUDNESS = 0.08
COARSE = 4
"""The gradient is computed this many times smaller than it is shown: nobody can tell, and it costs a sixteenth."""
LONGEST_PIECE = 60.0
"""Seconds of music that are composed; a longer bed repeats a piece of equal shares."""
AUDIO_CODECS = {".mp3": "libmp3lame", ".wav": "pcm_s16le", ".flac": "flac"}
"""By suffix; everything else is AAC in MP4."""


def synthesise(
    path: Path, *, kind: str, label: str, duration: float = 10.0, width: int = 1280, height: int = 720
) -> None:
    """Make a stand-in of a kind: `video`, `audio` or `image`.

    `duration` is seconds, `width` and `height` pixels. The suffix of `path` decides the format of images and of sound;
    video is H.264 and AAC in MP4.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".part-{path.name}")
    try:
        if kind == "image":
            _image(unfinished, label, Size(width, height))
        elif kind == "audio":
            _music(unfinished, duration)
        else:
            _video(unfinished, label, duration, Size(width // 2 * 2, height // 2 * 2))
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def _video(path: Path, label: str, duration: float, size: Size) -> None:
    frames = max(1, round(duration * FPS))
    tone = _tone(label, round(Fraction(frames * SAMPLE_RATE) / FPS))
    with av.open(str(path), "w", format="mp4", options={"movflags": "+faststart"}) as container:
        video = encode.video_stream(container, size.width, size.height, FPS, preset=PRESET, bitrate=None)
        sound = encode.audio_stream(container)
        for index, picture in enumerate(_pictures(label, size, frames)):
            picture.pts, picture.time_base, picture.pict_type = index, 1 / FPS, 0
            container.mux(video.encode(picture))
        for start in range(0, tone.shape[1], BLOCK):
            container.mux(sound.encode(encode.audio_frame(tone[:, start : start + BLOCK], start)))
        container.mux(video.encode(None))
        container.mux(sound.encode(None))


def _pictures(label: str, size: Size, frames: int) -> Pictures:
    """A slowly turning gradient of the label's colours under the label and the running time."""
    dark, light = (f"0x{red:02x}{green:02x}{blue:02x}" for red, green, blue in _colors(label))
    coarse = f"{max(2, size.width // COARSE)}x{max(2, size.height // COARSE)}"
    options = {"size": coarse, "rate": FPS, "c0": dark, "c1": light, "nb_colors": 2}
    gradient = Chain.start(new(), "gradients", **options, seed=_seed(label) % 1000, speed=0.012).tagged(OPAQUE)
    background = gradient.then("scale", w=size.width, h=size.height).pictures()
    name, first = text.draw(_label(label, size), size), text.draw(_clock(0, size), size)
    graph = new()
    base = feed(graph, size, OPAQUE, FPS)
    layers = [feed(graph, Size(drawn.image.width, drawn.image.height), ALPHA, FPS) for drawn in (name, first)]
    merged = base.then("overlay", layers[0], x=name.x, y=name.y).then("overlay", layers[1], x=first.x, y=first.y)
    times = (text.frame(text.draw(_clock(index, size), size).image) for index in range(frames))
    feeds = [background, repeat(text.frame(name.image)), times]
    return through([base, *layers], merged.then("format", pix_fmts=OPAQUE), feeds, frames, FPS)


def _label(label: str, size: Size) -> Title:
    style = TitleStyle(size=max(12, size.height // 9), bold=True)
    return Title(label, 0, 1, 0, -size.height // 20, "CenterCenter", style, wrap=size.width * 9 // 10)


def _clock(frame: int, size: Size) -> Title:
    seconds, part = divmod(frame, int(FPS))
    written = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}:{part:02}"
    style = TitleStyle(size=max(10, size.height // 14))
    return Title(written, 0, 1, 0, size.height // 16, "BottomCenter", style)


def _image(path: Path, label: str, size: Size) -> None:
    dark, light = (np.array(color, np.float32) for color in _colors(label))
    down, across = np.mgrid[0 : size.height, 0 : size.width].astype(np.float32)
    share = ((across / size.width + down / size.height) / 2)[..., None]
    picture = Image.fromarray((dark * (1 - share) + light * share).astype(np.uint8))
    name = text.draw(_label(label, size), size)
    picture.paste(name.image, (name.x, name.y), name.image)
    picture.save(path)


def _music(path: Path, duration: float) -> None:
    """Write whole rounds of a piece that loops, so that the file loops as well."""
    rounds = max(1, ceil(duration / LONGEST_PIECE))
    piece = music.compose(duration / rounds, SAMPLE_RATE)
    codec = AUDIO_CODECS.get(path.suffix, "aac")
    with av.open(str(path), "w", format=path.suffix[1:] if path.suffix in AUDIO_CODECS else "mp4") as container:
        stream = encode.audio_stream(container, codec)
        for block in _blocks(piece, rounds):
            container.mux(stream.encode(block))
        container.mux(stream.encode(None))


def _blocks(piece: Samples, rounds: int = 1) -> Iterator[AudioFrame]:
    length = piece.shape[1]
    for start in range(0, length * rounds, BLOCK):
        end = min(start + BLOCK, length * rounds)
        yield encode.audio_frame(np.take(piece, range(start, end), axis=1, mode="wrap"), start)


def _tone(label: str, samples: int) -> Samples:
    """A quiet tone of the label's pitch, with soft ends."""
    time = np.arange(samples) / SAMPLE_RATE
    ends = np.clip(np.minimum(time, time[::-1]) / 0.02, 0, 1)
    wave = np.sin(2 * np.pi * TONES[_seed(label) % len(TONES)] * time) * ends * TONE_LOUDNESS
    return np.stack([wave, wave]).astype(np.float32)


def _colors(label: str) -> tuple[tuple[int, int, int], tuple[int, int, int]]:
    """A dark and a lighter colour of neighbouring hues: white letters can be read on both."""
    hue = _seed(label) % 360 / 360
    dark, light = colorsys.hsv_to_rgb(hue, 0.75, 0.28), colorsys.hsv_to_rgb((hue + 0.11) % 1, 0.6, 0.66)
    return _bytes(dark), _bytes(light)


def _bytes(color: tuple[float, float, float]) -> tuple[int, int, int]:
    red, green, blue = (round(part * 255) for part in color)
    return red, green, blue


def _seed(label: str) -> int:
    return zlib.crc32(label.encode())
