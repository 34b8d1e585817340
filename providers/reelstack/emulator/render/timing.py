"""Seconds to frames and samples. One rounding rule, applied to boundaries and never to durations.

A boundary that two clips share falls on the same frame for both, so nothing is lost or doubled at a fractional cut.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

from reelstack.emulator.render.model import SAMPLE_RATE

NTSC = {Fraction(rate * 1000, 1001) for rate in (24, 30, 48, 60, 120)}
"""Frame rates that people write rounded, as 29.97."""


def frame_rate(value: Fraction) -> Fraction:
    """The rate that a written one stands for: 29.97 is 30000/1001."""
    return next((rate for rate in NTSC if abs(rate - value) < Fraction(1, 200)), value)


@dataclass(frozen=True)
class Timing:
    """The output's frame rate."""

    fps: Fraction

    def frame(self, seconds: Fraction) -> int:
        """The boundary nearest to a moment; half-way ones go up."""
        return math.floor(seconds * self.fps + Fraction(1, 2))

    def seconds(self, frame: int) -> Fraction:
        """The moment of a boundary."""
        return frame / self.fps

    def sample(self, frame: int) -> int:
        """The sample of sound at a boundary."""
        return round(self.seconds(frame) * SAMPLE_RATE)
