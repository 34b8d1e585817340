"""What one run may render: `reelstack:maxRenders` and `reelstack:maxRenderSeconds`.

Renders are counted where they become certain: when a resource is checked that the engine is about to create. So a
preview finds them all, and `up` stops before the first that is one too many.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass

from reelstack.errors import ConfigError

RENDERS, SECONDS = "maxRenders", "maxRenderSeconds"
NAMES = (RENDERS, SECONDS)
MOST_TOLD = 10


@dataclass(frozen=True)
class Render:
    """One video that is about to be rendered: how long it is, in seconds, None when unknown, and why it is."""

    name: str
    seconds: float | None
    because: str

    def __str__(self) -> str:
        length = "length unknown" if self.seconds is None else f"{self.seconds:.1f} s"
        return f"{self.name} ({length}): {self.because}"


class Budget:
    """The limits of a run and what is planned in it, by resource. Safe to use from many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._limits: dict[str, float] = {}
        self._planned: dict[str, Render] = {}

    def limit(self, settings: Mapping[str, str | None]) -> None:
        """Take up the limits among settings by name; raises ConfigError for what is no number above 0."""
        with self._lock:
            self._limits = {name: _number(name, settings[name] or "") for name in NAMES if settings.get(name)}

    def plan(self, resource: str, render: Render) -> str:
        """Count a render and say what is wrong with it; nothing when it is within the limits."""
        with self._lock:
            self._planned[resource] = render
            planned = list(self._planned.values())
            limits = dict(self._limits)
        sums = {RENDERS: float(len(planned)), SECONDS: sum(one.seconds or 0 for one in planned)}
        broken = [name for name, limit in limits.items() if sums[name] > limit]
        return "\n".join(_said(name, sums[name], limits[name], planned) for name in broken)


def _number(name: str, text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not number > 0:
        raise ConfigError(f"reelstack:{name} is a number above 0, not {text!r}.")
    return number


def _said(name: str, found: float, limit: float, planned: list[Render]) -> str:
    told = [f"  {one}" for one in planned[:MOST_TOLD]]
    left = [f"  … and {len(planned) - MOST_TOLD} more"] if len(planned) > MOST_TOLD else []
    what = "renders" if name == RENDERS else "seconds of video"
    head = f"this run would submit {found:g} {what}, and reelstack:{name} allows {limit:g}:"
    return "\n".join([head, *told, *left])
