"""Waiting for productions: every gate of a run waits here, beside one board per site that looks for many at once.

No thread of its own. While few jobs are open, each waiter looks at its own, which also brings its progress. When
many are, whichever waiter comes by lists the recent ones for all; a listed job that has not settled needs no look of
its own, and whatever the list does not show, or shows as settled, is looked at by id, because only that answer
counts and names its request. Nobody waits for a lock during a call, so a slow answer delays nobody else's deadline.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from reelstack.clock import Clock
from reelstack.clouds.base import Jobs, job_or_none
from reelstack.errors import CloudError, Throttled, TimedOut, Unavailable
from reelstack.models.production import Job, Media
from reelstack.models.status import MOVING, JobStatus


@dataclass(frozen=True)
class Pace:
    """How often to look, in seconds: first after `first`, then slower by `growth` up to `longest`.

    `grace` is how long a new record may take to be readable, and an asset to be registered after its job succeeded:
    so long nothing absent is taken for gone. Up to `one_by_one` open jobs each get looks of their own. Where a list
    says of a job all that a look by id does, `lists_tell_all`, and what it shows is looked at no further.
    """

    first: float = 3.0
    longest: float = 15.0
    growth: float = 1.3
    grace: float = 120.0
    one_by_one: int = 8
    lists_tell_all: bool = False

    def slower(self, interval: float) -> float:
        """The interval after this one."""
        return min(self.longest, interval * self.growth)


@dataclass
class Board:
    """What is known at one site of the jobs that somebody waits for."""

    cloud: Jobs
    clock: Clock
    pace: Pace = Pace()
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _listing: threading.Lock = field(default_factory=threading.Lock)
    _open: dict[str, datetime] = field(default_factory=dict)
    _listed: dict[str, Job] = field(default_factory=dict)
    _listed_at: float = float("-inf")

    def join(self, job: Job) -> None:
        """Take a job that is not settled into the lists to come."""
        with self._lock:
            self._open[job.job_id] = job.created or self.clock.now()

    def leave(self, job_id: str) -> None:
        """Nobody waits for this job any more."""
        with self._lock:
            self._open.pop(job_id, None)
            self._listed.pop(job_id, None)

    def look(self, job_id: str) -> Job | None:
        """Look at a job; None when the cloud has no record of it."""
        listed = self._recent(job_id)
        if listed is not None and (self.pace.lists_tell_all or listed.status in MOVING):
            return listed
        return job_or_none(self.cloud, job_id)

    def _recent(self, job_id: str) -> Job | None:
        """The job as the newest list shows it, listing anew when that is due and nobody else is at it."""
        with self._lock:
            wanted = dict(self._open)
            due = self.clock.monotonic() - self._listed_at >= self.pace.first
        if len(wanted) <= self.pace.one_by_one:
            return None
        if due and self._listing.acquire(blocking=False):
            try:
                self._list(wanted)
            finally:
                self._listing.release()
        with self._lock:
            return self._listed.get(job_id)

    def _list(self, wanted: dict[str, datetime]) -> None:
        try:
            listed = dict(self.cloud.recent_jobs(wanted, min(wanted.values())))
        except CloudError:
            listed = {}  # a list is a hint only: without it every waiter looks by id
        with self._lock:
            self._listed = listed
            self._listed_at = self.clock.monotonic()


@dataclass(frozen=True)
class Watch:
    """How one waiter waits: until when, how often it may wake, and whether it should give up.

    `deadline` is on the clock's monotonic scale; `given_up` is asked at every waking, so that an interrupted run
    does not hold its gates; `tell` is given one line per change of what is seen.
    """

    clock: Clock
    deadline: float
    tell: Callable[[str], None]
    given_up: Callable[[], bool] = lambda: False
    nap: float = 1.0

    def pause(self, seconds: float, unfinished: str) -> None:
        """Sleep in naps; raises `TimedOut` at the deadline or when the run gives up."""
        until = self.clock.monotonic() + seconds
        while (left := until - self.clock.monotonic()) > 0:
            self.check(unfinished)
            self.clock.sleep(min(left, self.nap))
        self.check(unfinished)

    def check(self, unfinished: str) -> None:
        """Raise `TimedOut` when there is no reason to wait on."""
        hint = "It goes on in the cloud; run again to go on waiting."
        if self.given_up():
            raise TimedOut(f"stopped waiting: {unfinished}.", hint=hint)
        if self.clock.monotonic() >= self.deadline:
            raise TimedOut(f"timed out: {unfinished}.", hint=hint)


def until_settled(board: Board, job_id: str, label: str, watch: Watch) -> Job | None:
    """Wait until a job has succeeded or failed and return that look; None when the cloud has no record of it.

    A cloud that does not answer for a while is waited for as well: the render goes on without us.
    """
    said, interval = "", board.pace.first
    try:
        while True:
            try:
                job = board.look(job_id)
            except (Throttled, Unavailable) as error:
                now = f"the cloud does not answer ({error.code})"
            else:
                if job is None or job.status.terminal:
                    return job
                board.join(job)
                now = describe(job)
            if now != said:
                watch.tell(now)
                said = now
            watch.pause(interval, f"{label}: job {job_id} is {now}")
            interval = board.pace.slower(interval)
    finally:
        board.leave(job_id)


def until_seen(
    cloud: Jobs, media_id: str, enough: Callable[[Media], bool], label: str, pace: Pace, watch: Watch
) -> Media | None:
    """Wait until a produced asset is as far as `enough` says, or has failed; None when it never came to be there."""
    watch.tell("produced, being analysed")
    began, interval = watch.clock.monotonic(), pace.first
    while True:
        try:
            media = cloud.get_media([media_id]).get(media_id)
        except (Throttled, Unavailable) as error:
            watch.tell(f"the cloud does not answer ({error.code})")
            began = watch.clock.monotonic()
        else:
            if media is not None and (enough(media) or media.status.failed):
                return media
            if media is None and watch.clock.monotonic() - began >= pace.grace:
                return None
        watch.pause(interval, f"{label}: asset {media_id} is awaited")
        interval = pace.slower(interval)


def describe(job: Job) -> str:
    """A job's state in a few words, for a row of a display."""
    word = job.status.name.lower()
    return f"{word} {job.progress}%" if job.progress is not None and job.status is JobStatus.PROCESSING else word
