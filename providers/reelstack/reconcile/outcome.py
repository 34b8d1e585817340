"""What a submitted production has come to, judged from its job and its media: one table of decisions.

Success is latched: a job whose record has expired is not a change while its asset exists. A failed job is never
taken for a success; whether it is worth another try depends on the cause.
"""

from __future__ import annotations

from datetime import datetime
from enum import Enum

from reelstack.models.production import Job, Media

MAX_ATTEMPTS = 3
AGAIN = f"Run again: it is submitted anew, {MAX_ATTEMPTS} times at most, and after that when a trigger changes."


class Cause(Enum):
    """Why a production failed, as far as its code tells. The value is what to do now."""

    AUTHORING = (
        "Mend the timeline and run again; where a material is mended and keeps its id, change a trigger as well."
    )
    QUOTA = f"Settle the account or raise its quota. {AGAIN}"
    UNKNOWN = f"The service gives no reason in its answers: look for these ids in its console. {AGAIN}"
    TRANSIENT = AGAIN


# How codes begin. Authoring: the same content would fail again (IMS, SubmitMediaProducingJob: job-level codes; VOD:
# the audit of a video). Unknown: VOD and Huawei tell no more than that it failed. The lists are not closed.
CODES = {
    Cause.AUTHORING: (
        *("InvalidParameter", "InvalidMaterial", "ProduceTimelineFormatError", "TimelineFormatError"),
        "Blocked",
    ),
    Cause.QUOTA: ("OperationDenied.Suspended", "Quota", "LimitExceeded", "InsufficientBalance"),
    Cause.UNKNOWN: ("ProduceFailed", "FAILED"),
}


class Verdict(Enum):
    """What to do about a submitted production."""

    UNSETTLED = "unsettled"  # still running, or nothing known to the contrary: wait
    DONE = "done"  # the asset is there
    RETRY = "job_failed"  # failed for a cause that may pass: submit anew
    BLOCKED = "blocked"  # failed for a cause that the same content would meet again
    LOST = "asset_missing"  # it was made, and is gone: render again
    VANISHED = "nothing_known"  # neither a record nor an asset, so it may never have been made: submit anew

    @property
    def gone(self) -> bool:
        """Whether there is no video, and nothing that will become one."""
        return self in (Verdict.LOST, Verdict.VANISHED)


def judge(job: Job | None, media: Media | None, *, attempt: int, young: bool, forgetful: bool = False) -> Verdict:
    """Judge a production. `job` is None when the cloud has no record of it, `media` None when it has no such asset;
    both must come from reads by id, at the site where the production was submitted.

    `young` says that it was submitted or finished so lately that an absent record or asset may still be coming,
    `forgetful` that the cloud may have forgotten a success as well: then to know nothing of it is no failure.
    """
    if job is not None and job.status.failed:
        return Verdict.BLOCKED if is_authoring_fault(job.code) or attempt >= MAX_ATTEMPTS else Verdict.RETRY
    if job is not None and not job.status.succeeded:
        return Verdict.UNSETTLED
    if media is not None:
        return Verdict.UNSETTLED if media.status.failed else Verdict.DONE  # what failed is for its gate to tell
    if young:
        return Verdict.UNSETTLED
    if job is not None:
        return Verdict.LOST
    return Verdict.BLOCKED if attempt >= MAX_ATTEMPTS and not forgetful else Verdict.VANISHED


def finished_lately(job: Job, now: datetime, grace: float) -> bool:
    """Whether a job ended less than `grace` seconds ago; one that does not say when has ended long ago."""
    ended = job.completed or job.created
    return ended is not None and (now - ended).total_seconds() < grace


def cause(code: str) -> Cause:
    """The cause that a failed job's code tells of; a code that is not listed may pass."""
    if not code:
        return Cause.UNKNOWN
    return next((one for one, starts in CODES.items() if code.startswith(starts)), Cause.TRANSIENT)


def is_authoring_fault(code: str) -> bool:
    """Whether a job's failure code names a fault of what was declared, not of the cloud."""
    return cause(code) is Cause.AUTHORING


def failure(job: Job | None) -> str:
    """What happened to a job that did not succeed, with what the cloud's support would ask for."""
    if job is None:
        return "is not known to the cloud"
    request = f" (request id {job.request_id})" if job.request_id else ""
    return f"failed: {job.code or 'no code'}: {job.message.rstrip('.') or 'the cloud gave no reason'}{request}"
