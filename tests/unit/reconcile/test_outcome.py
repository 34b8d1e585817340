"""What a production has come to: the laws of latched success and of failures."""

from __future__ import annotations

import pytest

from kit.clouds import job, media
from reelstack.models.status import JobStatus
from reelstack.reconcile.outcome import MAX_ATTEMPTS, Verdict, judge

FAILED = JobStatus.FAILED


def test_success_is_latched_when_the_record_has_expired() -> None:
    assert judge(None, media(), attempt=1) is Verdict.DONE


def test_an_asset_missing_by_id_is_lost() -> None:
    assert judge(job(), None, attempt=1) is Verdict.LOST
    assert judge(None, None, attempt=1) is Verdict.LOST


@pytest.mark.parametrize("status", [JobStatus.INIT, JobStatus.QUEUING, JobStatus.PROCESSING, JobStatus.UNKNOWN])
def test_a_job_that_is_not_settled_is_waited_for(status: JobStatus) -> None:
    assert judge(job(status=status), None, attempt=1) is Verdict.UNSETTLED


@pytest.mark.parametrize(
    "code", ["InvalidParameter.ResourceContentBad", "InvalidMaterial.NotFound", "TimelineFormatError"]
)
def test_a_fault_of_the_content_is_not_tried_again(code: str) -> None:
    assert judge(job(status=FAILED, code=code), None, attempt=1) is Verdict.BLOCKED


@pytest.mark.parametrize("code", ["InternalError", "ServiceUnAvailable", "QueryMaterialFailed", ""])
def test_any_other_failure_is_tried_again_a_few_times(code: str) -> None:
    verdicts = [judge(job(status=FAILED, code=code), None, attempt=n) for n in range(1, MAX_ATTEMPTS + 1)]
    assert verdicts == [Verdict.RETRY] * (MAX_ATTEMPTS - 1) + [Verdict.BLOCKED]
