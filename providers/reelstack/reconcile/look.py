"""Look at a submitted production by id, its asset and its job, and judge what it has come to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from reelstack.clouds.base import Jobs, job_or_none
from reelstack.models.production import Job, Media
from reelstack.models.status import MediaStatus
from reelstack.reconcile.outcome import Verdict, finished_lately, judge

# No production takes so long: what was submitted before has settled.
SETTLED = timedelta(days=2)


def look(
    cloud: Jobs,
    media_by_id: Callable[[str], Media | None],
    job_id: str,
    media_id: str,
    *,
    attempt: int,
    submitted: datetime | None,
    now: datetime,
    grace: float,
    forgetful: bool = False,
) -> tuple[Verdict, Job | None]:
    """The verdict on a production and the job that it was judged by, None when none was needed or known.

    The asset is read first, by `media_by_id`, which may join the reads of many: where it is in order, nothing else is
    asked. `grace` is in seconds: so long after its submission or its end nothing absent is taken for gone.
    """
    media = media_by_id(media_id) if media_id else None
    if media is not None and media.status is MediaStatus.NORMAL:
        return Verdict.DONE, None
    job = job_or_none(cloud, job_id)
    if job is not None and job.unheard and submitted is not None and now - submitted >= SETTLED:
        job = None
    if job is not None and not job.status.succeeded:
        return judge(job, None, attempt=attempt, young=False), job
    if not media_id:
        media_id = job.media_id if job else ""
        if not media_id:
            return Verdict.DONE, job  # nothing is known of an asset, so nothing can be said to be missing
        media = media_by_id(media_id)
    young = finished_lately(job, now, grace) if job else _is_new(submitted, now, grace)
    return judge(job, media, attempt=attempt, young=young, forgetful=forgetful), job


def _is_new(submitted: datetime | None, now: datetime, grace: float) -> bool:
    return submitted is not None and (now - submitted).total_seconds() < grace
