"""Submit a production at most once per key, and look at what a replayed token gives back.

A token that was used before (a run that was killed, a video that was removed and declared again) returns the old
job, or is refused because something beside the content differs; then the old job is found by its marker. When what
it made is gone, or it failed long ago for a cause that may pass, the next generation is submitted instead.

What the cloud remembers of tokens has an end (IMS does not document which). Beyond it, a submission whose answer
was lost is found by nothing here.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import timedelta

from reelstack.clock import Clock
from reelstack.clouds.base import Productions, job_or_none
from reelstack.errors import ProductionFailed, ReelstackError, Rejected
from reelstack.models.production import Job, Submission, Submitted
from reelstack.models.status import MOVING
from reelstack.reconcile.outcome import finished_lately, is_authoring_fault
from reelstack.reconcile.token import Key

MAX_REPLAYS = 20

# A younger failed job may be the one just submitted, whatever the two clocks say: its gate reports it.
FRESH = timedelta(minutes=20)

# How far back a job is looked for by its marker; the list operation takes windows of up to 30 days.
MARKER_WINDOW = timedelta(days=29)

LOOK_SECONDS = 10.0

# The service's word for a token that was used with other parameters.
TOKEN_USED = "IdempotentParameterMismatch"  # noqa: S105 - an error code


def submit_once(
    cloud: Productions,
    clock: Clock,
    key: Key,
    submission: Callable[[Key], Submission],
    *,
    grace: float,
    hint: Callable[[str], Job | None] | None,
) -> tuple[Submitted, Key]:
    """Submit for this key, or for the first later generation whose job is of use; return the ids and that key.

    An asset that is absent so many seconds after its job succeeded (`grace`) is gone, before that it may be coming.
    `hint` is a job as a list shows it: one that is on its way is no old one. Without a hint no token can have been
    used before, and nothing is looked at.
    """
    for _ in range(MAX_REPLAYS):
        submitted = _submit(cloud, clock, key, submission(key))
        if hint is None or _is_moving(hint, submitted.job_id) or not is_spent(cloud, clock, submitted, grace):
            return submitted, key
        key = dataclasses.replace(key, generation=key.generation + 1)
    raise exhausted(key)


def exhausted(key: Key) -> ProductionFailed:
    """What to say when one generation after the other was of no use."""
    return ProductionFailed(
        f"{key.name}: {MAX_REPLAYS} earlier submissions of this content have failed or lost their video.",
        hint="Look at what failed, then change the content or its triggers to submit anew.",
    )


def _submit(cloud: Productions, clock: Clock, key: Key, submission: Submission) -> Submitted:
    """Submit; a key that was paid for with another title or project gives the job that was made then."""
    try:
        return cloud.submit(submission)
    except Rejected as error:
        if not error.code.startswith(TOKEN_USED):
            raise
        found = cloud.find_job(submission, clock.now() - MARKER_WINDOW)
        if found is None:
            raise ProductionFailed(
                f"{key.name}: this content was submitted before, and the job of then is not to be seen ({error.code}).",
                hint="Run again in a minute: the cloud's lists may lag. If it stays so, change a trigger of the video; "
                "that renders, and pays for, it anew.",
            ) from error
        job = job_or_none(cloud, found.job_id) or found  # a list leaves out some of the ids
        return submitted_by(job)


def _is_moving(hint: Callable[[str], Job | None], job_id: str) -> bool:
    try:
        listed = hint(job_id)
    except ReelstackError:
        return False
    return listed is not None and listed.status in MOVING


def is_spent(cloud: Productions, clock: Clock, submitted: Submitted, grace: float) -> bool:
    """Whether the submission returned an old job that is no use any more; when in doubt, its gate decides."""
    try:
        job = job_or_none(cloud, submitted.job_id)
        if job is None:
            return _has_left_nothing(cloud, clock, submitted, grace)
        if job.status.failed:
            old = job.created is not None and clock.now() - job.created > FRESH
            return old and not is_authoring_fault(job.code)
        media_id = submitted.media_id or job.media_id
        if not job.status.succeeded or not media_id or finished_lately(job, clock.now(), grace):
            return False
        return media_id not in cloud.get_media([media_id])
    except ReelstackError:
        # The id is paid for and must reach the state: nothing that a look cannot do (nor keys that end) may lose it.
        return False


def _has_left_nothing(cloud: Productions, clock: Clock, submitted: Submitted, grace: float) -> bool:
    """Whether neither the job's record nor its asset is there: they expired and were deleted, and none is only late."""
    until = clock.monotonic() + grace
    while submitted.media_id and submitted.media_id not in cloud.get_media([submitted.media_id]):
        if clock.monotonic() >= until:
            return True
        clock.sleep(min(LOOK_SECONDS, until - clock.monotonic()))
        if job_or_none(cloud, submitted.job_id) is not None:
            return False  # it was late; its gate decides
    return False


def submitted_by(job: Job) -> Submitted:
    """The ids of a job that is there already, as its submission would have answered."""
    return Submitted(
        job_id=job.job_id,
        project_id=job.project_id,
        media_id=job.media_id,
        vod_media_id=job.vod_media_id,
        request_id=job.request_id,
    )
