"""Submit a production at most once per key, and look at what a replayed token gives back.

A token that was used before (a run that was killed, a video that was removed and declared again) returns the old
job. When that job has failed, or what it made is gone, the next generation is submitted instead.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import timedelta

from reelstack.clock import Clock
from reelstack.clouds.base import Productions
from reelstack.errors import NotFound, ProductionFailed
from reelstack.models.production import Job, Submission, Submitted
from reelstack.reconcile.token import Key

MAX_REPLAYS = 20

# A job that failed within this time of its creation may be the one just submitted: its gate reports it.
FRESH = timedelta(seconds=60)

# Registration of a produced asset may follow the job's success by a moment: so long an absent asset is looked for.
REGISTRATION_SECONDS = 5


def submit_once(
    cloud: Productions, clock: Clock, key: Key, submission: Callable[[Key], Submission]
) -> tuple[Submitted, Key]:
    """Submit for this key, or for the first later generation whose job is alive; return the ids and that key."""
    for _ in range(MAX_REPLAYS):
        submitted = cloud.submit(submission(key))
        if not _is_spent(cloud, clock, submitted):
            return submitted, key
        key = dataclasses.replace(key, generation=key.generation + 1)
    raise ProductionFailed(
        f"{key.name}: {MAX_REPLAYS} earlier submissions of this content have failed or lost their video.",
        hint="Look at the job's failure, then change the content or its triggers to submit anew.",
    )


def _is_spent(cloud: Productions, clock: Clock, submitted: Submitted) -> bool:
    """Whether the submission returned an old job that is no use any more."""
    try:
        job = cloud.get_job(submitted.job_id)
    except NotFound:
        return False  # too new to be listed, or its record expired: what its gate finds decides
    if job.status.failed:
        return job.created is not None and clock.now() - job.created > FRESH
    return job.status.succeeded and _is_gone(cloud, clock, job)


def _is_gone(cloud: Productions, clock: Clock, job: Job) -> bool:
    for _ in range(REGISTRATION_SECONDS):
        if job.media_id in cloud.get_media([job.media_id]):
            return False
        clock.sleep(1)
    return True
