"""Times of a cut as exact fractions of a second, and as the timecodes that editors read.

Editors count frames at a rate. The rates of 23.976, 29.97 and 59.94 are fractions over 1001 and are written in many
roundings; they are taken for what they mean, so that an hour of frames is not off by some of them.
"""

from __future__ import annotations

import math
from fractions import Fraction

from opentimelineio import opentime

from reelstack.errors import ConfigError
from reelstack.models import timecode

# In the order in which they are tried when a campaign, which knows no frames, is written.
RATES = tuple(
    Fraction(*rate)
    for rate in ((25, 1), (24, 1), (30, 1), (50, 1), (60, 1), (24000, 1001), (30000, 1001), (60000, 1001))
)
MAX_RATE = 100_000
# Campaigns keep this much of a second: what differs by less is the same time.
GRAIN = Fraction(1, 10**timecode.DECIMALS)
DAY = 86_400


def rate_of(written: float) -> Fraction:
    """The exact rate that is meant by a written one; raises ConfigError for one that cannot be."""
    if not (math.isfinite(written) and 0 < written <= MAX_RATE):
        raise ConfigError(f"the cut counts time at a rate of {written:g}: a rate is a number of frames per second.")
    nominal = round(written)
    ntsc = Fraction(nominal * 1000, 1001)
    if written != nominal and abs(written - ntsc) < 0.005:
        return ntsc
    return Fraction(written).limit_denominator(1001)


def seconds(time: opentime.RationalTime) -> Fraction:
    """A rational time in seconds; raises ConfigError for what is no number, or beyond all cuts."""
    rate = rate_of(time.rate)
    if not math.isfinite(time.value) or abs(time.value) > DAY * 30 * rate:
        raise ConfigError(f"the cut holds a time of {time.value:g} frames, which no cut reaches.")
    return Fraction(time.value) / rate


def rational(at: Fraction, rate: Fraction) -> opentime.RationalTime:
    """Seconds as frames at a rate: whole frames where the time is one, less the grain."""
    frames = at * rate
    return opentime.RationalTime(float(round(frames)) if is_whole(at, rate) else float(frames), float(rate))


def is_whole(at: Fraction, rate: Fraction) -> bool:
    """Whether a time of a campaign is the time of a frame, as near as campaigns tell times."""
    frames = at * rate
    return abs(frames - round(frames)) <= GRAIN / 2 * rate


def snapped(at: Fraction, rate: Fraction) -> Fraction:
    """The time of the nearest frame."""
    return Fraction(round(at * rate)) / rate


def code(at: Fraction, rate: Fraction) -> str:
    """A time as editors read it, `00:00:05:12`: hours, minutes, seconds and frames, without dropped numbers."""
    nominal = max(1, round(rate))
    frames = max(0, round(at * rate))
    whole, frame = divmod(frames, nominal)
    digits = max(2, len(str(nominal - 1)))
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}:{frame:0{digits}}"


def spelled(at: Fraction, rate: Fraction | None = None) -> str:
    """A time as campaigns write it: seconds where that is exact, else frames at this rate, or at a common one."""
    if rate and round(at, timecode.DECIMALS) != at:
        for one in (rate, *RATES):
            frames = at * one
            if frames.denominator == 1 and (name := _rate_name(one)):
                return f"{frames}f@{name}"
    return timecode.written(float(at))


def _rate_name(rate: Fraction) -> str:
    """How a campaign writes a rate; empty for one that it cannot write exactly."""
    name = str(rate) if rate.denominator == 1 else f"{float(rate):.3f}".rstrip("0")
    return name if rate <= timecode.MAX_RATE and rate_of(float(name)) == rate else ""
