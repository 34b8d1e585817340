"""Times as people write them (`3s`, `250ms`, `00:01:02.5`, `2.5`) and as the timeline format keeps them: seconds."""

from __future__ import annotations

import re

_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "min": 60.0}
_AMOUNT = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|s|min|m)?")
_CLOCK = re.compile(r"(?:(\d+):)?(\d{1,2}):(\d{1,2}(?:\.\d+)?)")
DECIMALS = 4

# The texts that are read, as a pattern of JSON Schema.
PATTERN = rf"^\s*({_AMOUNT.pattern}|{_CLOCK.pattern})\s*$"


def seconds(written: str | int | float) -> float:
    """Turn a written time into seconds; raises ValueError that says which forms there are."""
    if isinstance(written, int | float) and not isinstance(written, bool):
        value = float(written)
    elif match := _AMOUNT.fullmatch(str(written).strip()):
        value = float(match[1]) * _UNITS[match[2] or "s"]
    elif match := _CLOCK.fullmatch(str(written).strip()):
        value = int(match[1] or 0) * 3600 + int(match[2]) * 60 + float(match[3])
    else:
        raise ValueError(f"{written!r} is not a time; write it as 3s, 250ms or 00:01:02.5")
    if not 0 <= value < 86_400:
        raise ValueError(f"{written!r} is out of range: a time lies between 0 and 24 hours")
    return round(value, DECIMALS)


def written(value: float) -> str:
    """Write seconds as campaign files have them: `2.5s`, with no more decimals than there are."""
    return f"{round(value, DECIMALS):.{DECIMALS}f}".rstrip("0").rstrip(".") + "s"


def spell(value: float) -> str:
    """Write seconds for a person: `2.5 s`, `1:02.5`."""
    if value < 60:
        return f"{value:.4g} s"
    minutes, rest = divmod(value, 60)
    return f"{int(minutes)}:{rest:04.1f}"
