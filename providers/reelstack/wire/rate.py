"""Keeps this process under a cloud's request limits, so that throttling is the exception and not the rule.

One limiter is shared by all threads that use a transport. At most N requests of an operation pass in any second (or
minute, where a cloud counts so); whoever comes later is given a place in time and sleeps until then, once.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Mapping
from types import MappingProxyType

from reelstack.clock import Clock

# Published for the submission only; 20 is a guess on the safe side for the operations without a published number.
ALIBABA: Mapping[str, int] = MappingProxyType({"SubmitMediaProducingJob": 30})
# The pages of the other operations that are used show no number.
ALIBABA_VOD: Mapping[str, int] = MappingProxyType({"SearchMedia": 50, "DeleteVideo": 30, "DeleteEditingProject": 20})
DEFAULT = 20

# Huawei Cloud counts by the minute. No number is published for the editing tasks: 100 is that of their neighbours.
MINUTE = 60.0
_LOOKS_PER_MINUTE = 1500
HUAWEI_VOD: Mapping[str, int] = MappingProxyType(
    dict.fromkeys(("ShowAssetDetail", "ShowAssetMeta", "ListAssetList"), _LOOKS_PER_MINUTE)
)
HUAWEI_VOD_DEFAULT = 100


def huawei_vod(clock: Clock) -> Limiter:
    """The limiter for Huawei Cloud VOD."""
    return Limiter(clock, HUAWEI_VOD, default=HUAWEI_VOD_DEFAULT, window=MINUTE)


class Limiter:
    """Limits requests per operation and `window` (seconds). `rates` has the operations that differ from `default`."""

    def __init__(
        self, clock: Clock, rates: Mapping[str, int] = ALIBABA, *, default: int = DEFAULT, window: float = 1.0
    ) -> None:
        self._clock = clock
        self._rates = rates
        self._default = default
        self._window = window
        self._lock = threading.Lock()
        self._passed: dict[str, deque[float]] = {}

    def wait(self, action: str) -> None:
        """Return when a request of this operation may be sent."""
        delay = self._reserve(action)
        if delay > 0:
            self._clock.sleep(delay)

    def _reserve(self, action: str) -> float:
        with self._lock:
            now = self._clock.monotonic()
            rate = self._rates.get(action, self._default)
            passed = self._passed.setdefault(action, deque(maxlen=rate))
            place = max(now, passed[0] + self._window) if len(passed) == rate else now
            passed.append(place)
            return place - now
