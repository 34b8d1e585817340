"""Look at a submitted production by id, its job and its asset, and judge what it has come to."""

from __future__ import annotations

from datetime import datetime

from reelstack.clouds.base import Jobs, job_or_none
from reelstack.models.production import Job
from reelstack.reconcile.outcome import Verdict, finished_lately, judge


def look(
    cloud: Jobs,
    job_id: str,
    media_id: str,
    *,
    attempt: int,
    submitted: datetime | None,
    now: datetime,
    grace: float,
) -> tuple[Verdict, Job | None]:
    """The verdict on a production and the job that it was judged by, None when the cloud has no record of it.

    `grace` is in seconds: so long after its submission or its end nothing absent is taken for gone.
    """
    job = job_or_none(cloud, job_id)
    media_id = media_id or (job.media_id if job else "")
    settled = job is None or job.status.succeeded
    if settled and not media_id:
        return Verdict.DONE, job  # nothing is known of an asset, so nothing can be said to be missing
    media = cloud.get_media([media_id]).get(media_id) if settled else None
    young = finished_lately(job, now, grace) if job else _is_new(submitted, now, grace)
    return judge(job, media, attempt=attempt, young=young), job


def _is_new(submitted: datetime | None, now: datetime, grace: float) -> bool:
    return submitted is not None and (now - submitted).total_seconds() < grace
