"""Take away a production that is no longer declared: its media with their files, once nobody needs them.

A replaced video goes only after its successor is there. A job that has not begun is cancelled where the cloud can do
that; one that runs is waited for, bounded, because its media would come after we had looked away.
"""

from __future__ import annotations

from datetime import datetime

from reelstack.clouds.base import Jobs, job_or_none
from reelstack.errors import ProductionFailed
from reelstack.models.production import Job
from reelstack.reconcile.outcome import failure
from reelstack.reconcile.poll import Board
from reelstack.reconcile.wait import Watch, has_ended, until_seen, until_settled


def retire(
    cloud: Jobs,
    board: Board,
    job_id: str,
    media_id: str | None,
    successor: str | None,
    watch: Watch,
    *,
    submitted: datetime | None = None,
) -> Job | None:
    """Delete what a job produced. `successor` is the job that replaces it, None when nothing does.

    `media_id` is empty where the submission did not tell it: then the job does. None leaves the media where they are.
    Returns the last look at the job; where that is `unheard`, nothing was heard of it for longer after it was
    `submitted` than a production is expected: its media, should they come after all, are left.

    Raises `ProductionFailed` when the successor failed, `TimedOut` when it or the job itself is not settled in time;
    in both cases nothing was deleted, and the next run tries again.
    """
    if successor is not None:
        _require_success(board, successor, watch)

    def is_over(job: Job) -> bool:
        waited = (watch.clock.now() - submitted).total_seconds() if submitted else 0.0
        return has_ended(job) or (job.unheard and waited >= board.pace.patience)

    job = job_or_none(cloud, job_id)
    if media_id == "" and job is not None:
        media_id = job.media_id
    if job is not None and not job.status.terminal and not cloud.cancel_job(job_id):
        job = until_settled(board, job_id, "the production to be deleted", watch, enough=is_over)
        if media_id == "" and job is not None:
            media_id = job.media_id
        if media_id and job is not None and job.status.succeeded:
            until_seen(board, media_id, lambda _: True, "the production to be deleted", watch)
    if media_id:
        cloud.delete_media([media_id])
    return job


def _require_success(board: Board, job_id: str, watch: Watch) -> None:
    """A success is a job that succeeded, and its asset where the job names one."""
    job = until_settled(board, job_id, "the successor", watch)
    if job is None or not job.status.succeeded:
        raise _kept(f"job {job_id}, {failure(job)}")
    if job.media_id:
        asset = until_seen(board, job.media_id, lambda media: media.stored, "the successor", watch)
        if asset is None or asset.status.failed:
            raise _kept(f"asset {job.media_id}, {'cannot be used' if asset else 'is not there'}")


def _kept(successor: str) -> ProductionFailed:
    return ProductionFailed(
        f"the old video is kept: its successor, {successor}.",
        hint="Mend the cause and run again; the old video is deleted when the new one is there.",
    )
