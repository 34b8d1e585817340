"""Times as people write them (`3s`, `250ms`, `00:01:02.5`, `75f@25`, `2.5`) and as timelines keep them: seconds."""

from __future__ import annotations

import re

_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "min": 60.0}
_AMOUNT = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|s|min|m)?")
_FRAMES = re.compile(r"(\d+)\s*f(?:\s*@\s*(\d+(?:\.\d+)?))?")
# Rates that are written short and mean a thousandth less than a whole number of frames.
_BROADCAST = {23.976: 24, 23.98: 24, 29.97: 30, 47.952: 48, 59.94: 60, 119.88: 120}
MAX_RATE = 240
_CLOCK = re.compile(r"(?:(\d+):)?(\d{1,2}):(\d{1,2}(?:\.\d+)?)")
DECIMALS = 4

# The texts that are read, as a pattern of JSON Schema.
PATTERN = rf"^\s*({_AMOUNT.pattern}|{_CLOCK.pattern}|{_FRAMES.pattern})\s*$"


def seconds(written: str | int | float, rate: float | None = None) -> float:
    """Turn a written time into seconds; raises ValueError that says which forms there are.

    `rate` is what frames without one of their own are counted in, in frames a second.
    """
    if isinstance(written, int | float) and not isinstance(written, bool):
        value = float(written)
    elif match := _AMOUNT.fullmatch(str(written).strip()):
        value = float(match[1]) * _UNITS[match[2] or "s"]
    elif match := _CLOCK.fullmatch(str(written).strip()):
        value = int(match[1] or 0) * 3600 + int(match[2]) * 60 + float(match[3])
    elif match := _FRAMES.fullmatch(str(written).strip()):
        value = int(match[1]) * _frame(match[0], float(match[2]) if match[2] else rate)
    else:
        raise ValueError(f"{written!r} is not a time; write it as 3s, 250ms, 75f@25 or 00:01:02.5")
    if not 0 <= value < 86_400:
        raise ValueError(f"{written!r} is out of range: a time lies between 0 and 24 hours")
    return round(value, DECIMALS)


def written(value: float) -> str:
    """Write seconds as campaign files have them: `2.5s`, from a minute on `1:02.5`, as short as can be."""
    whole = round(value, DECIMALS)
    if whole < 60:
        return f"{_short(whole)}s"
    minutes, rest = divmod(round(whole * 10**DECIMALS), 60 * 10**DECIMALS)
    second, dot, part = _short(rest / 10**DECIMALS).partition(".")
    ended = f"{second:>02}{dot}{part}"
    return f"{minutes}:{ended}" if minutes < 60 else f"{minutes // 60}:{minutes % 60:02}:{ended}"


def _short(value: float) -> str:
    return f"{value:.{DECIMALS}f}".rstrip("0").rstrip(".")


def _frame(written: str, rate: float | None) -> float:
    """How long one frame is, in seconds."""
    if rate is None:
        raise ValueError(f"{written!r}: give the frames a rate, as in {written}@25, or the campaign a `rate`")
    if not 1 <= rate <= MAX_RATE:
        raise ValueError(f"{written!r}: a rate lies between 1 and {MAX_RATE} frames a second")
    return 1.001 / _BROADCAST[rate] if rate in _BROADCAST else 1 / rate


def spell(value: float) -> str:
    """Write seconds for a person: `2.5 s`, `1:02.5`."""
    if value < 60:
        return f"{value:.4g} s"
    minutes, rest = divmod(value, 60)
    return f"{int(minutes)}:{rest:04.1f}"
