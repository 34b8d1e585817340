"""Waiting for productions: until a job has settled, until an asset is there, or until a deadline.

The calls are the poller's (`poll`): who waits here only naps, so a deadline is kept and a run that ends is left at
once, whatever the cloud is doing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from reelstack.clock import Clock
from reelstack.errors import Throttled, TimedOut, Unavailable
from reelstack.models.production import Job, Media
from reelstack.models.status import JobStatus
from reelstack.reconcile.poll import Board, Look, Poller

Found = TypeVar("Found")

LEAST = 0.01  # seconds: whoever waits comes by no more often


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


def has_ended(job: Job) -> bool:
    """Whether a job has succeeded or failed."""
    return job.status.terminal


def until_settled(
    board: Board,
    job_id: str,
    label: str,
    watch: Watch,
    *,
    grace: float = 0.0,
    enough: Callable[[Job], bool] = has_ended,
) -> Job | None:
    """Wait until a job is as far as `enough` says and return that look; None when the cloud has no record of it.

    A cloud that does not answer for a while is waited for as well: the render goes on without us. For `grace` seconds
    a record that is not there may still be coming.
    """
    now, began = f"job {job_id} is looked for", watch.clock.monotonic()

    def settled(look: Look[Job]) -> bool:
        nonlocal now
        if look.found is not None and enough(look.found):
            return True
        if look.found is None and look.error is None:
            return watch.clock.monotonic() - began >= grace
        seen = describe(look.found) if look.found else _silence(look.error)
        is_now = f"job {job_id} is {seen}" if look.found else f"job {job_id} cannot be seen: {seen.rstrip('.')}"
        if is_now != now:
            watch.tell(seen)
            now = is_now
        return False

    return _until(board.jobs, job_id, settled, watch, lambda: f"{label}: {now}")


def until_seen(board: Board, media_id: str, enough: Callable[[Media], bool], label: str, watch: Watch) -> Media | None:
    """Wait until a produced asset is as far as `enough` says, or has failed; None when it never came to be there."""
    now, absent_since = "", watch.clock.monotonic()

    def is_enough(found: Media | None) -> bool:
        if found is None:
            return watch.clock.monotonic() - absent_since >= board.pace.grace
        return enough(found) or found.status.failed

    def seen(look: Look[Media]) -> bool:
        nonlocal now, absent_since
        if look.error is None and is_enough(look.found):
            return True
        if look.error is not None:
            absent_since = watch.clock.monotonic()
        told = _silence(look.error) if look.error is not None else "produced, being analysed"
        if told != now:
            watch.tell(told)
            now = told
        return False

    return _until(board.media, media_id, seen, watch, lambda: f"{label}: asset {media_id} is awaited")


def once_seen(board: Board, media_id: str, label: str, watch: Watch) -> Media | None:
    """An asset as it is now; None when there is none."""
    return _until(
        board.media, media_id, lambda look: look.error is None, watch, lambda: f"{label}: asset {media_id} is awaited"
    )


def _until(
    poller: Poller[Found],
    id_: str,
    enough: Callable[[Look[Found]], bool],
    watch: Watch,
    unfinished: Callable[[], str],
) -> Found | None:
    """Wait for a look that is enough. Raises what a look raised, unless the cloud was only silent for a while."""
    judged = None
    with poller.awaiting(id_):
        while True:
            look = poller.newest(id_)
            if look is not None and look is not judged:
                if look.error is not None and not isinstance(look.error, Throttled | Unavailable):
                    raise look.error
                if enough(look):
                    return look.found
                judged = look
            watch.pause(max(poller.rest(id_), LEAST), unfinished())


def _silence(error: BaseException | None) -> str:
    """That the cloud does not answer, and what a person can do about it where nothing answered at all."""
    told = f"the cloud does not answer ({getattr(error, 'code', '')})"
    hint = error.hint if isinstance(error, Unavailable) and not error.status else None
    return f"{told}. {hint}" if hint else told


def describe(job: Job) -> str:
    """A job's state in a few words, for a row of a display."""
    word = job.status.name.lower()
    return f"{word} {job.progress}%" if job.progress is not None and job.status is JobStatus.PROCESSING else word
