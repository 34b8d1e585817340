"""The one poller of a site: whatever gates wait for there is looked at together, however many they are.

Those who wait never call the cloud. They say what they await, and whoever of them comes by when a look is due starts
it in a thread of its own: so a slow answer holds up nobody's deadline, and nobody who gives up. While few jobs are
open each is looked at by id, which also brings its progress. When many are, lists and batches tell of all; a listed
job that is on its way needs no look of its own, and whatever the list does not show, or shows as settled, is looked
at by id, because only that answer counts and names its request. Assets are read by id in batches always.

Pauses are drawn anew each time (full jitter), so that runs which began together do not look together. They are short
while somebody comes or goes, and grow while nothing happens.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import SystemRandom
from typing import Generic, Protocol, TypeVar

from reelstack.clock import Clock
from reelstack.clouds.base import Jobs, job_or_none
from reelstack.errors import CloudError
from reelstack.models.production import Job, Media
from reelstack.models.status import MOVING

Found = TypeVar("Found")

JOIN = 0.03  # seconds to wait for others before something is looked at for the first time
SOON = 0.05  # seconds after which to come by again while a look is under way
MOST = 200  # so often a second all of them together come by then

# How far back a job is first looked for in a list; one that is older is looked at by id.
RECENT = timedelta(hours=1)


class Random(Protocol):
    """What we need of randomness; `random.Random` has it."""

    def random(self) -> float:
        """A number from 0 up to, not including, 1."""


@dataclass(frozen=True)
class Pace:
    """How often to look, in seconds on average: first every `first`, then slower by `growth` up to `longest`.

    `grace` is how long a new record may take to be readable, and an asset to be registered after its job succeeded:
    so long nothing absent is taken for gone. Up to `one_by_one` open jobs each get looks of their own. Where a list
    says of a job all that a look by id does, `lists_tell_all`, and what it shows is looked at no further. A production
    that nothing is heard of (`Job.unheard`) is expected for `patience` after its submission by whoever wants it gone.
    """

    first: float = 3.0
    longest: float = 15.0
    growth: float = 1.3
    grace: float = 120.0
    one_by_one: int = 8
    lists_tell_all: bool = False
    patience: float = 1800.0

    def slower(self, interval: float) -> float:
        """The interval after this one."""
        return min(self.longest, interval * self.growth)


@dataclass(frozen=True)
class Look(Generic[Found]):
    """What one look brought: what was found, None where there is nothing, or the error instead of an answer."""

    found: Found | None = None
    error: BaseException | None = None


@dataclass
class _Awaited(Generic[Found]):
    since: float
    waiters: int = 0
    busy: bool = False
    look: Look[Found] | None = None


Note = Callable[[str, Look[Found]], None]
Ask = Callable[[Collection[str], Note[Found]], None]
Spawn = Callable[[Callable[[], None]], None]


def at_once(work: Callable[[], None]) -> None:
    """Do it here: for those who have no deadline to keep."""
    work()


def in_background(work: Callable[[], None]) -> None:
    """Do it in a thread of its own, which no process waits for when it ends."""
    threading.Thread(target=work, name="look", daemon=True).start()


class Poller(Generic[Found]):
    """Looks at all of one kind that is awaited at one site. `ask` looks at several and notes each as it is known."""

    def __init__(self, ask: Ask[Found], clock: Clock, random: Random, pace: Pace, spawn: Spawn) -> None:
        self._ask = ask
        self._clock = clock
        self._random = random
        self._pace = pace
        self._spawn = spawn
        self._lock = threading.Lock()
        self._awaited: dict[str, _Awaited[Found]] = {}
        self._new: set[str] = set()
        self._interval = pace.first
        self._next = float("-inf")

    @contextmanager
    def awaiting(self, id_: str) -> Iterator[None]:
        """Within this, the id is looked at whenever it is time to."""
        with self._lock:
            one = self._awaited.setdefault(id_, _Awaited(self._clock.monotonic()))
            one.waiters += 1
            if one.look is None:
                self._new.add(id_)
            self._hurry()
        try:
            yield
        finally:
            with self._lock:
                one.waiters -= 1
                if not one.waiters:
                    self._awaited.pop(id_, None)
                    self._new.discard(id_)
                self._hurry()

    def newest(self, id_: str) -> Look[Found] | None:
        """Start the looks that are due, and return the newest at this id; None before the first has come back."""
        if due := self._due():
            self._spawn(lambda: self._round(due))
        with self._lock:
            return self._awaited[id_].look

    def rest(self, id_: str) -> float:
        """For how many seconds there is no need to come by again."""
        with self._lock:
            one, now = self._awaited[id_], self._clock.monotonic()
            if one.busy:
                return max(SOON, len(self._awaited) / MOST)
            return max(0.0, (one.since + JOIN if one.look is None else self._next) - now)

    def _due(self) -> list[str]:
        with self._lock:
            now = self._clock.monotonic()
            due = {one for one in self._new if now - self._awaited[one].since >= JOIN}
            self._new -= due
            if now >= self._next:
                due |= {id_ for id_, one in self._awaited.items() if one.look is not None}
                self._interval = self._pace.slower(self._interval)
                self._next = now + self._pause()
            found = [id_ for id_ in due if not self._awaited[id_].busy]
            for id_ in found:
                self._awaited[id_].busy = True
            return found

    def _round(self, ids: Collection[str]) -> None:
        try:
            self._ask(ids, self._note)
        except BaseException as error:  # noqa: BLE001 - whatever it is, those who wait must hear of it
            for id_ in ids:
                self._note(id_, Look(error=error))

    def _note(self, id_: str, look: Look[Found]) -> None:
        with self._lock:
            if one := self._awaited.get(id_):
                one.look, one.busy = look, False

    def _hurry(self) -> None:
        """Somebody came or went: look soon, and often for a while."""
        self._interval, now = self._pace.first, self._clock.monotonic()
        if not now < self._next <= now + 2 * self._interval:
            self._next = now + self._pause()

    def _pause(self) -> float:
        return 2 * self._interval * self._random.random()


@dataclass
class Board:
    """What is awaited at one site, jobs and assets. `spawn` says where calls are made."""

    cloud: Jobs
    clock: Clock
    pace: Pace = Pace()
    random: Random = field(default_factory=SystemRandom)
    spawn: Spawn = at_once
    jobs: Poller[Job] = field(init=False)
    media: Poller[Media] = field(init=False)
    _created: dict[str, datetime] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.jobs = Poller(self._look_at_jobs, self.clock, self.random, self.pace, self.spawn)
        self.media = Poller(self._look_at_media, self.clock, self.random, self.pace, self.spawn)

    def _look_at_jobs(self, ids: Collection[str], note: Note[Job]) -> None:
        listed = self._listed(ids) if len(ids) > self.pace.one_by_one else {}
        for id_ in ids:
            job = listed.get(id_)
            if job is not None and (self.pace.lists_tell_all or job.status in MOVING):
                self._noted(id_, job, note)
            else:
                self._spawn_look(id_, note)

    def _listed(self, ids: Collection[str]) -> dict[str, Job]:
        since = self.clock.now() - RECENT
        try:
            return dict(self.cloud.recent_jobs(ids, min(self._created.get(id_, since) for id_ in ids)))
        except CloudError:
            return {}  # a list is a hint only: without it all are looked at by id

    def _spawn_look(self, id_: str, note: Note[Job]) -> None:
        def look() -> None:
            try:
                self._noted(id_, job_or_none(self.cloud, id_), note)
            except BaseException as error:  # noqa: BLE001 - whatever it is, those who wait must hear of it
                note(id_, Look(error=error))

        self.spawn(look)

    def _noted(self, id_: str, job: Job | None, note: Note[Job]) -> None:
        if job is not None and job.created is not None:
            self._created[id_] = job.created
        note(id_, Look(job))

    def _look_at_media(self, ids: Collection[str], note: Note[Media]) -> None:
        found = self.cloud.get_media(ids)
        for id_ in ids:
            note(id_, Look(found.get(id_)))
