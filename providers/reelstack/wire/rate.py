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

# In each window without a refusal, a halved limit grows by this part of the whole.
_STEPS = 10


def huawei_vod(clock: Clock) -> Limiter:
    """The limiter for Huawei Cloud VOD."""
    return Limiter(clock, HUAWEI_VOD, default=HUAWEI_VOD_DEFAULT, window=MINUTE)


class _Operation:
    """One operation's requests: when they passed, and how many a window may hold now."""

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._allowed = rate
        self._slowed = self._changed = float("-inf")
        self._passed: deque[float] = deque(maxlen=rate)

    def place(self, now: float, window: float) -> float:
        """The moment at which the next request may pass; it is taken."""
        self._recover(now, window)
        full = len(self._passed) >= self._allowed
        place = max(now, self._passed[-self._allowed] + window) if full else now
        self._passed.append(place)
        return place

    def slow_down(self, now: float, window: float) -> None:
        """Halve what is allowed, once a window: requests that were refused together tell one thing."""
        if now - self._slowed >= window:
            self._allowed = max(1, self._allowed // 2)
            self._slowed = self._changed = now

    def _recover(self, now: float, window: float) -> None:
        if self._allowed < self._rate and now - self._changed >= window:
            quiet = int((now - self._changed) // window)
            self._allowed = min(self._rate, self._allowed + quiet * max(1, self._rate // _STEPS))
            self._changed = now


class Limiter:
    """Limits requests per operation and `window` (seconds). `rates` has the operations that differ from `default`.

    A cloud's limit is the account's: when somebody else uses it too, requests are refused below our own limit. Then
    ours is halved, and grows back step by step while nothing is refused.
    """

    def __init__(
        self, clock: Clock, rates: Mapping[str, int] = ALIBABA, *, default: int = DEFAULT, window: float = 1.0
    ) -> None:
        self._clock = clock
        self._rates = rates
        self._default = default
        self._window = window
        self._lock = threading.Lock()
        self._operations: dict[str, _Operation] = {}

    def wait(self, action: str) -> None:
        """Return when a request of this operation may be sent."""
        with self._lock:
            now = self._clock.monotonic()
            delay = self._operation(action).place(now, self._window) - now
        if delay > 0:
            self._clock.sleep(delay)

    def refused(self, action: str) -> None:
        """The cloud found requests of this operation too many."""
        with self._lock:
            self._operation(action).slow_down(self._clock.monotonic(), self._window)

    def _operation(self, action: str) -> _Operation:
        rate = self._rates.get(action, self._default)
        return self._operations.setdefault(action, _Operation(rate))
