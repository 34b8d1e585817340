"""Submissions to a service that tells its tasks apart by nothing of ours: never twice, by an intent and its list.

Huawei Cloud VOD takes neither a client token nor a marker, and does not say what a task was made of. So an older
intent (`referee`) has everything of the account listed that was created since: what was there before, what failed or
lost its video and what belongs to other resources of this run is put aside. Nothing left proves that nothing was
submitted. Anything left may be it, and no machine can tell: then nothing is submitted, and a person decides.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from reelstack.clouds.base import Edits
from reelstack.errors import OutcomeUnknown, ProductionFailed
from reelstack.models.cut import Cut
from reelstack.models.production import Job, Submitted
from reelstack.reconcile.outcome import finished_lately
from reelstack.reconcile.poll import Board
from reelstack.reconcile.referee import Intent, Meant
from reelstack.reconcile.submit import submitted_by
from reelstack.reconcile.wait import Watch

# The cloud's clock and ours may differ by so much; beyond it requests are refused.
SKEW = timedelta(minutes=15)

# So often others of this run are asked which tasks are theirs, in seconds.
ASKED = 0.5

# So long a list of the newest tasks will do for further intents, in seconds.
KNOWN = 30.0
MOST_TOLD = 5


@dataclass
class Roster:
    """The newest tasks at one site, listed once for all intents that are drawn together."""

    board: Board
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _listed: tuple[str, ...] = ()
    _listed_at: float = float("-inf")

    def known(self, cloud: Edits) -> tuple[str, ...]:
        """The tasks that a search for anything submitted from now on could meet, and that are there already."""
        with self._lock:
            clock = self.board.clock
            if clock.monotonic() - self._listed_at >= KNOWN:
                # Twice: a task of our past may be in our future by the cloud's clock, and the other way round.
                self._listed = tuple(job.job_id for job in cloud.tasks_since(clock.now() - 2 * SKEW))
                self._listed_at = clock.monotonic()
            return self._listed


@dataclass(frozen=True)
class Claims:
    """What is known in this run: whether it made the intent, which tasks are others', and which one a person chose."""

    fresh: bool
    taken: Callable[[str], bool]
    adopt: str | None = None


def submit_unmarked(
    cloud: Edits, board: Board, name: str, cut: Cut, intent: Intent, claims: Claims, watch: Watch
) -> Submitted:
    """Submit a cut unless an earlier run may have done so; return the ids of the new task or of the chosen one.

    Raises `ProductionFailed` that names the tasks in question when a person must decide, and `OutcomeUnknown` when
    the service did not answer.
    """
    if not claims.fresh:
        left = _left(cloud, board, intent, claims, watch)
        chosen = next((job for job in left if job.job_id == claims.adopt), None)
        if chosen is not None:
            return submitted_by(chosen)
        if left:
            raise _undecided(name, intent, left)
    try:
        return cloud.submit_cut(cut)
    except OutcomeUnknown as error:
        error.hint = f"Run again: the newest tasks are looked through before {name} is submitted."
        raise


def _left(cloud: Edits, board: Board, intent: Intent, claims: Claims, watch: Watch) -> list[Job]:
    """The tasks that an earlier run may have submitted for this intent, listed as long as records may lag."""
    until = board.clock.monotonic() + board.pace.grace
    looking = "an earlier run may have submitted this already; looking for it"
    while True:
        left = _unclaimed(_alive(cloud, board, intent), board, claims, watch)
        if left or board.clock.monotonic() >= until:
            return left
        watch.tell(looking)
        watch.pause(min(board.pace.longest, until - board.clock.monotonic()), looking)


def _alive(cloud: Edits, board: Board, intent: Meant) -> list[Job]:
    """What was created since the intent and may still be of use: neither failed nor without its asset."""
    jobs = [job for job in cloud.tasks_since(intent.since - SKEW) if job.job_id not in intent.known]
    hopeful = [job for job in jobs if not job.status.failed]
    assets = cloud.get_media({job.media_id for job in hopeful if job.status.succeeded and job.media_id})
    return [job for job in hopeful if _may_be_of_use(job, job.media_id in assets, board)]


def _may_be_of_use(job: Job, has_asset: bool, board: Board) -> bool:
    if not job.status.succeeded or not job.media_id or has_asset:
        return True
    return finished_lately(job, board.clock.now(), board.pace.grace)


def _unclaimed(jobs: Sequence[Job], board: Board, claims: Claims, watch: Watch) -> list[Job]:
    """What nobody of this run says is theirs, after those who have not spoken yet had time to."""
    until = watch.clock.monotonic() + board.pace.longest
    while True:
        left = [job for job in jobs if not claims.taken(job.job_id)]
        if not left or claims.adopt in {job.job_id for job in left} or watch.clock.monotonic() >= until:
            return left
        watch.pause(ASKED, "others of this run are asked for their tasks")


def astray(cloud: Edits, board: Board, name: str, earlier: Sequence[Meant], claims: Claims, watch: Watch) -> str:
    """What to say of tasks that may have been submitted for what a video was meant to be before; nothing if none is."""
    first = min(earlier, key=lambda meant: meant.since)
    left = _unclaimed(_alive(cloud, board, first), board, claims, watch)
    if not left:
        return ""
    return (
        f"{name}: an earlier run may have submitted another content of this video, and got no answer. Since "
        f"{first.since:%Y-%m-%d %H:%M:%S} UTC there are, in no state that this run knows: {_listed(left)}. The cloud "
        "does not say what a task is made of. If one is that video, take it over by `adopt_id` in an entry of its own, "
        "or delete its asset in the console."
    )


def _listed(left: Sequence[Job]) -> str:
    told = [
        f"task {job.job_id} (asset {job.media_id or 'not told'}, {job.status.name.lower()}"
        + (f", created {job.created:%Y-%m-%d %H:%M:%S} UTC)" if job.created else ")")
        for job in left[:MOST_TOLD]
    ]
    more = f" and {len(left) - MOST_TOLD} more" if len(left) > MOST_TOLD else ""
    return f"{'; '.join(told)}{more}"


def _undecided(name: str, intent: Intent, left: Sequence[Job]) -> ProductionFailed:
    return ProductionFailed(
        f"{name}: an earlier run may have submitted this already, and the cloud does not say what a task is made of. "
        f"Since {intent.since:%Y-%m-%d %H:%M:%S} UTC there are: {_listed(left)}. Nothing was submitted.",
        hint="If one of them is this video, give its id as `adopt_id`: it is taken for it, and kept in the end unless "
        "`on_delete` is `delete`. If none is, change a trigger of the video: that submits, and pays for, it anew.",
    )
