"""The clouds' request limits, over an injected clock: a token bucket by the second, a count by the minute."""

from __future__ import annotations

from reelstack.clock import Clock

MINUTE = 60.0


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


class PerMinute:
    """So many requests in each minute; the minute begins with its first request."""

    def __init__(self, clock: Clock, most: float) -> None:
        self._clock = clock
        self._most = most
        self._taken = 0
        self._begun = clock.monotonic()

    def take(self) -> bool:
        """Whether one more request may pass in this minute."""
        now = self._clock.monotonic()
        if now - self._begun >= MINUTE:
            self._begun, self._taken = now, 0
        if self._taken >= self._most:
            return False
        self._taken += 1
        return True
