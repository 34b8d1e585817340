"""The clouds' request limits: a token bucket over an injected clock."""

from __future__ import annotations

from reelstack.clock import Clock


class Bucket:
    """Holds one second's worth of requests, at least one, and refills steadily."""

    def __init__(self, clock: Clock, per_second: float) -> None:
        self._clock = clock
        self.per_second = per_second
        self._most = max(1.0, per_second)
        self._left = self._most
        self._seen = clock.monotonic()

    def take(self) -> bool:
        """Whether one more request may pass now."""
        now = self._clock.monotonic()
        self._left = min(self._most, self._left + (now - self._seen) * self.per_second)
        self._seen = now
        if self._left < 1:
            return False
        self._left -= 1
        return True
