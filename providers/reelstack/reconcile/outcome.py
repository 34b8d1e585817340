"""What a submitted production has come to, judged from its job and its media: one table of decisions.

Success is latched: a job whose record has expired is not a change while its asset exists. A failed job is never
taken for a success; whether it is worth another try depends on the cause.
"""

from __future__ import annotations

from datetime import datetime
from enum import Enum

from reelstack.models.production import Job, Media

MAX_ATTEMPTS = 3

# Codes that name a fault of the timeline or of a material: the same content would fail again
# (IMS, SubmitMediaProducingJob: job-level codes).
AUTHORING_CODES = ("InvalidParameter", "InvalidMaterial", "ProduceTimelineFormatError", "TimelineFormatError")


class Verdict(Enum):
    """What to do about a submitted production."""

    UNSETTLED = "unsettled"  # still running, or nothing known to the contrary: wait
    DONE = "done"  # the asset is there
    RETRY = "job_failed"  # failed for a cause that may pass: submit anew
    BLOCKED = "blocked"  # failed for a cause that the same content would meet again
    LOST = "asset_missing"  # it was made, and is gone: render again


def judge(job: Job | None, media: Media | None, *, attempt: int, young: bool) -> Verdict:
    """Judge a production. `job` is None when the cloud has no record of it, `media` None when it has no such asset;
    both must come from reads by id, at the site where the production was submitted.

    `young` says that it was submitted or finished so lately that an absent record or asset may still be coming.
    """
    if job is not None and job.status.failed:
        return Verdict.BLOCKED if is_authoring_fault(job.code) or attempt >= MAX_ATTEMPTS else Verdict.RETRY
    if job is not None and not job.status.succeeded:
        return Verdict.UNSETTLED
    if media is not None:
        return Verdict.DONE
    return Verdict.UNSETTLED if young else Verdict.LOST


def finished_lately(job: Job, now: datetime, grace: float) -> bool:
    """Whether a job ended less than `grace` seconds ago; one that does not say when has ended long ago."""
    ended = job.completed or job.created
    return ended is not None and (now - ended).total_seconds() < grace


def is_authoring_fault(code: str) -> bool:
    """Whether a job's failure code names a fault of what was declared, not of the cloud."""
    return code.startswith(AUTHORING_CODES)


def failure(job: Job | None) -> str:
    """What happened to a job that did not succeed, with what the cloud's support would ask for."""
    if job is None:
        return "is not known to the cloud"
    request = f" (request id {job.request_id})" if job.request_id else ""
    return f"failed: {job.code or 'no code'}: {job.message.rstrip('.') or 'the cloud gave no reason'}{request}"
