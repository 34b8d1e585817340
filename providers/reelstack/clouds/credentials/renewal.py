"""Temporary keys that are obtained anew before they expire: one thread asks, the others wait for its answer."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import datetime, timedelta

from reelstack.clock import Clock
from reelstack.clouds.credentials.chain import Absent, Credentials, Source
from reelstack.errors import ReelstackError
from reelstack.wire.lease import Lease

_BEFORE = timedelta(minutes=5)
_PATIENCE = timedelta(seconds=30)  # how long keys that still hold are used on after new ones were refused
_FAILURE_HOLDS = timedelta(seconds=5)  # all who waited for the one that asked learn of its failure, and do not ask anew

Obtain = Callable[[], Lease]


@dataclass(frozen=True)
class _Kept:
    keys: Credentials
    until: datetime
    due: datetime


class Renewed:
    """A source that keeps what it obtained. Keys that still hold are used on when new ones cannot be had."""

    def __init__(self, obtain: Obtain, clock: Clock) -> None:
        self._obtain = obtain
        self._clock = clock
        self._lock = threading.Lock()
        self._kept: _Kept | None = None
        self._failure: tuple[datetime, ReelstackError | Absent] | None = None

    def __call__(self) -> Credentials:
        """The keys; obtained when there are none yet, or when these are about to expire."""
        with self._lock:
            now = self._clock.now()
            if self._kept is None or self._kept.due <= now:
                self._kept = self._again(self._kept, now)
            return self._kept.keys

    def _again(self, held: _Kept | None, now: datetime) -> _Kept:
        if self._failure is not None and now - self._failure[0] < _FAILURE_HOLDS:
            raise self._failure[1]
        try:
            lease = self._obtain()
        except (ReelstackError, Absent) as error:
            if held is None or held.until <= now:
                self._failure = (self._clock.now(), error)
                raise
            return _Kept(held.keys, held.until, min(held.until, now + _PATIENCE))
        keys = Credentials(lease.access_key_id, lease.access_key_secret, lease.security_token)
        until = lease.until or now  # not said: asked again each time
        return _Kept(keys, until, until - min(_BEFORE, (until - now) / 4))


class Leases:
    """The renewed sources of one chain, each known by what it was made for, so that a chain may be walked again."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._sources: dict[Hashable, Source] = {}

    def of(self, made_for: Hashable, obtain: Obtain) -> Source:
        """The source for this; made when there is none yet."""
        with self._lock:
            return self._sources.setdefault(made_for, Renewed(obtain, self._clock))
