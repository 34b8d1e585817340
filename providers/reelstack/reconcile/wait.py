"""Waiting for productions: every gate of a run waits here, over one board per site that looks for all of them.

No thread of its own: whichever waiter finds the board's last look too old takes the next one for everybody. A few
jobs are looked at one by one, which also brings their progress; many are looked up together from the recent list,
and only what the list does not show is looked at by id.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from reelstack.clock import Clock
from reelstack.clouds.base import Productions
from reelstack.errors import NotFound, TimedOut
from reelstack.models.production import Job, Media
from reelstack.models.status import JobStatus

ONE_BY_ONE = 8  # up to so many unfinished jobs each get a look of their own


@dataclass(frozen=True)
class Pace:
    """How often to look, in seconds: first after `first`, then slower by `growth` up to `longest`."""

    first: float = 3.0
    longest: float = 15.0
    growth: float = 1.3


@dataclass
class Board:
    """The newest look at every production that somebody waits for, at one site."""

    cloud: Productions
    clock: Clock
    pace: Pace = Pace()
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _jobs: dict[str, Job | None] = field(default_factory=dict)
    _watched: dict[str, datetime] = field(default_factory=dict)
    _looked: float = float("-inf")
    _interval: float = 0.0

    def watch(self, job_id: str) -> None:
        """Take a job into the looks to come, and look soon again."""
        with self._lock:
            self._watched.setdefault(job_id, self.clock.now())
            self._interval = self.pace.first
            if job_id not in self._jobs:
                self._looked = float("-inf")

    def look(self, job_id: str) -> Job | None:
        """The newest look at a job, at most one interval old; None when the cloud has no record of it."""
        with self._lock:
            if self.clock.monotonic() - self._looked >= self._interval:
                self._look_at_all()
            return self._jobs.get(job_id)

    @property
    def interval(self) -> float:
        """Seconds between two looks at present."""
        return self._interval

    def _look_at_all(self) -> None:
        open_ids = [job_id for job_id in self._watched if not self._settled(job_id)]
        listed = {}
        if len(open_ids) > ONE_BY_ONE:
            listed = dict(self.cloud.recent_jobs(open_ids, min(self._watched[job_id] for job_id in open_ids)))
        for job_id in open_ids:
            self._jobs[job_id] = listed.get(job_id) or self._look_by_id(job_id)
        self._looked = self.clock.monotonic()
        self._interval = min(self.pace.longest, self._interval * self.pace.growth)

    def _settled(self, job_id: str) -> bool:
        job = self._jobs.get(job_id)
        return job is not None and job.status.terminal

    def _look_by_id(self, job_id: str) -> Job | None:
        try:
            return self.cloud.get_job(job_id)
        except NotFound:
            return None


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
    """Wait until a job has succeeded or failed and return that look; None when the cloud has no record of it."""
    board.watch(job_id)
    said = ""
    while True:
        job = board.look(job_id)
        if job is None or job.status.terminal:
            return job
        now = describe(job)
        if now != said:
            watch.tell(now)
            said = now
        watch.pause(board.interval, f"{label}: job {job_id} is {now}")


def until_analysed(cloud: Productions, media_id: str, label: str, pace: Pace, watch: Watch) -> Media | None:
    """Wait until a produced asset is registered and analysed; None when it is not there at the deadline's end."""
    watch.tell("produced, being analysed")
    interval = pace.first
    while True:
        media = cloud.get_media([media_id]).get(media_id)
        if media is not None and (media.analysed or media.status.failed):
            return media
        watch.pause(interval, f"{label}: asset {media_id} is being analysed")
        interval = min(pace.longest, interval * pace.growth)


def describe(job: Job) -> str:
    """A job's state in a few words, for a row of a display."""
    word = job.status.name.lower()
    return f"{word} {job.progress}%" if job.progress is not None and job.status is JobStatus.PROCESSING else word
