"""The sound of a plan, block by block: each sound decoded by a small graph of its own, mixed here to the sample.

Gain, fades and the mix are plain arithmetic on samples: where a sound begins and how loud it is does not depend on how
a filter buffers. Sounds are opened when they begin and closed when they end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction

import numpy as np
import numpy.typing as npt
from av import AudioFrame

from reelstack.emulator.render.graph import SEEK_MARGIN, Chain, new
from reelstack.emulator.render.model import SAMPLE_RATE, Fade, RenderPlan, Sound
from reelstack.emulator.render.picture import Material

Samples = npt.NDArray[np.float32]
"""Two rows, left and right, of samples between -1 and 1."""

BLOCK = 1024
"""Samples of a mixed block: one AAC frame."""
KNEE = 0.9
"""Above this the mix is bent instead of cut off, so that loud sums do not crackle."""
SLOWEST_TEMPO = Fraction(1, 2)
"""What one atempo filter can do; slower ones are chained."""

CURVES: Mapping[str, Callable[[Samples], npt.NDArray[np.floating]]] = {
    "tri": lambda g: g,
    "qsin": lambda g: np.sin(g * np.pi / 2),
    "iqsin": lambda g: np.arcsin(g) * 2 / np.pi,
    "hsin": lambda g: (1 - np.cos(g * np.pi)) / 2,
    "ihsin": lambda g: np.arccos(1 - 2 * g) / np.pi,
    "exp": lambda g: np.where(g > 0, np.exp(-np.log(100_000) * (1 - g)), 0),
    "log": lambda g: np.clip(1 + 0.2 * np.log10(np.maximum(g, 1e-9)), 0, 1),
    "par": lambda g: 1 - np.sqrt(1 - g),
    "ipar": lambda g: 1 - (1 - g) ** 2,
    "qua": lambda g: g**2,
    "cub": lambda g: g**3,
    "squ": np.sqrt,
    "cbr": np.cbrt,
}
"""How loud a fade is when the share `g` of it has passed, by the names that FFmpeg and the service use."""


def blocks(plan: RenderPlan, materials: Mapping[str, Material]) -> Iterator[Samples]:
    """Exactly the plan's samples; the last block may be short."""
    waiting = sorted(plan.sounds, key=lambda sound: sound.start, reverse=True)
    playing: list[tuple[Sound, _Reader]] = []
    for start in range(0, plan.samples, BLOCK):
        end = min(start + BLOCK, plan.samples)
        while waiting and waiting[-1].start < end:
            sound = waiting.pop()
            playing.append((sound, _Reader(sound, materials[sound.source])))
        mix = np.zeros((2, end - start), np.float32)
        for sound, reader in playing:
            first, last = max(start, sound.start), min(end, sound.end)
            loudness = envelope(sound, first - sound.start, last - first)
            mix[:, first - start : last - start] += reader.read(last - first) * loudness
        playing = [pair for pair in playing if pair[0].end > end]
        yield _bend(mix)


def envelope(sound: Sound, first: int, count: int) -> Samples:
    """How loud a sound is at `count` of its own samples from `first` on."""
    loudness = np.full(count, sound.gain, np.float32)
    position = np.arange(first, first + count, dtype=np.float32)
    for fade in sound.fades:
        loudness *= CURVES[fade.curve](_share(fade, position))
    return loudness


def _share(fade: Fade, position: Samples) -> Samples:
    passed: Samples = np.clip((position - fade.start) / fade.length, 0, 1)
    return passed if fade.direction == "in" else 1 - passed


def _bend(mix: Samples) -> Samples:
    loud = np.abs(mix)
    if loud.max(initial=0) <= KNEE:
        return mix
    bent = KNEE + (1 - KNEE) * np.tanh((loud - KNEE) / (1 - KNEE))
    return np.where(loud > KNEE, np.sign(mix) * bent, mix).astype(np.float32)


class _Reader:
    """Samples of one sound in order; silence when its material has ended."""

    def __init__(self, sound: Sound, material: Material) -> None:
        self._sound = sound
        self._material = material
        self._pieces = self._rounds() if sound.loop else self._decoded()
        self._left = np.zeros((2, 0), np.float32)

    def read(self, count: int) -> Samples:
        """The next `count` samples."""
        parts, have = [self._left], self._left.shape[1]
        while have < count:
            piece = next(self._pieces, None)
            parts.append(np.zeros((2, count - have), np.float32) if piece is None else piece)
            have += parts[-1].shape[1]
        joined = np.concatenate(parts, axis=1)
        self._left = joined[:, count:]
        return joined[:, :count]

    def _rounds(self) -> Iterator[Samples]:
        """The looped part over and over, each round of the same length."""
        assert self._sound.loop
        while True:
            have = 0
            for piece in self._decoded():
                kept = piece[:, : self._sound.loop - have]
                have += kept.shape[1]
                yield kept
                if have >= self._sound.loop:
                    break
            yield np.zeros((2, self._sound.loop - have), np.float32)

    def _decoded(self) -> Iterator[Samples]:
        sound, facts = self._sound, self._material.facts
        graph = new()
        seek = sound.in_point - SEEK_MARGIN
        options = {"seek_point": f"{float(seek):.6f}"} if seek > 0 else {}
        path = self._material.path.resolve()
        source = Chain.start(graph, "amovie", filename=path, format_name=facts.demuxer, **options)
        chain = (
            source.then("asetpts", expr=f"PTS-{float(sound.in_point) + facts.start:.6f}/TB")
            .then("atrim", start=0)
            .then("aresample", sample_rate=SAMPLE_RATE, **{"async": 1, "first_pts": 0})
        )
        for tempo in _tempos(sound.speed):
            chain = chain.then("atempo", tempo=f"{float(tempo):.6f}")
        chain = chain.then("aformat", sample_fmts="fltp", sample_rates=SAMPLE_RATE, channel_layouts="stereo")
        sink = chain.then("abuffersink").context
        graph.configure()
        while True:
            try:
                frame = sink.pull()
            except EOFError:
                return
            assert isinstance(frame, AudioFrame)
            yield frame.to_ndarray().astype(np.float32, copy=False)


def _tempos(speed: Fraction) -> Iterator[Fraction]:
    while speed < SLOWEST_TEMPO:
        yield SLOWEST_TEMPO
        speed /= SLOWEST_TEMPO
    if speed != 1:
        yield speed
