"""A music bed made of arithmetic: soft chords, a bass and a few bells, the same samples every time.

Bars of a calm progression fill any length exactly. Every note begins softly and the last ones have died away at the
end, so the piece loops without a click, whatever a codec does to its edges.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.float32]

CHORDS = ((57, 60, 64, 67), (53, 57, 60, 64), (48, 55, 60, 64), (55, 59, 62, 69))
"""Am7, Fmaj7, C, Gadd9 as MIDI notes."""
BASS = (33, 29, 36, 31)
MELODY = ((76, 72, 74, 79), (77, 76, 72, 69), (79, 76, 74, 72), (74, 71, 69, 74))
"""Of each bar one note a beat."""
BAR = 3.2
"""Seconds of a bar, nearly: bars are stretched so that whole ones fill the piece."""
BEATS = 4
CONCERT_A = 440.0
LOUDNESS = 0.5
"""The highest peak: a bed lies under speech and other sound."""


@dataclass(frozen=True)
class Note:
    """A tone: its pitch as a MIDI note, seconds of its start and length, its loudness, its place from left to right."""

    pitch: int
    start: float
    length: float
    loudness: float
    pan: float
    kind: str


def compose(duration: float, rate: int) -> Samples:
    """A stereo piece of that many seconds, two rows of samples."""
    count = max(1, round(duration * rate))
    mix = np.zeros((2, count), np.float32)
    bars = max(1, round(duration / BAR))
    for note in _score(bars, duration / bars):
        _add(mix, note, rate)
    peak = float(np.abs(mix).max())
    return (mix * (LOUDNESS / peak if peak else 0)).astype(np.float32)


def _score(bars: int, length: float) -> Iterator[Note]:
    for bar in range(bars):
        start, step = bar * length, bar % len(CHORDS)
        for index, pitch in enumerate(CHORDS[step]):
            yield Note(pitch, start, length * 1.25, 0.16, 0.2 + 0.2 * index, "pad")
        yield Note(BASS[step] + 12, start, length, 0.3, 0.5, "bass")
        yield Note(BASS[step] + 12, start + length * 5 / 8, length * 3 / 8, 0.18, 0.5, "bass")
        for beat, pitch in enumerate(MELODY[step]):
            if (bar + beat) % 3 != 2:
                pan = 0.35 if beat % 2 else 0.65
                yield Note(pitch, start + beat * length / BEATS, length * 0.75, 0.1, pan, "bell")


def _add(mix: Samples, note: Note, rate: int) -> None:
    """Add a note; one that would ring beyond the end dies away in time."""
    first = round(note.start * rate)
    count = min(round(note.length * rate), mix.shape[1] - first)
    tone = _tone(replace(note, length=count / rate), np.arange(count) / rate) * note.loudness
    sides = np.array([[np.cos(note.pan * np.pi / 2)], [np.sin(note.pan * np.pi / 2)]])
    mix[:, first : first + count] += (tone * sides).astype(np.float32)


def _tone(note: Note, time: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    phase = 2 * np.pi * CONCERT_A * 2 ** ((note.pitch - 69) / 12) * time
    if note.kind == "bell":
        ring = np.exp(-3.2 * time / note.length) * np.minimum(1, time / 0.012)
        return ring * _release(time, note.length, 0.25) * (np.sin(phase) + 0.3 * np.exp(-4 * time) * np.sin(2 * phase))
    if note.kind == "bass":
        swell = np.minimum(1, time / 0.06) * np.exp(-0.9 * time / note.length)
        return swell * _release(time, note.length, 0.3) * (np.sin(phase) + 0.18 * np.sin(2 * phase))
    rise = 0.5 - 0.5 * np.cos(np.pi * np.minimum(1, time / (0.3 * note.length)))
    warm = np.sin(phase) + 0.5 * np.sin(phase * 1.003) + 0.22 * np.sin(2 * phase) + 0.08 * np.sin(3 * phase)
    return rise * _release(time, note.length, 0.35) * warm * (1 + 0.08 * np.sin(2 * np.pi * 0.9 * time))


def _release(time: npt.NDArray[np.float64], length: float, share: float) -> npt.NDArray[np.float64]:
    """Fall softly to silence over the last share of a note."""
    left = np.clip((length - time) / (share * length), 0, 1)
    fallen: npt.NDArray[np.float64] = 0.5 - 0.5 * np.cos(np.pi * left)
    return fallen
