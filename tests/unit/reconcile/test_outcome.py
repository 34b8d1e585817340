"""What a production has come to: the laws of latched success and of failures."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from kit.clouds import job, media
from reelstack.models.status import JobStatus, MediaStatus
from reelstack.reconcile.outcome import MAX_ATTEMPTS, Cause, Verdict, cause, finished_lately, judge

FAILED = JobStatus.FAILED


def test_success_is_latched_when_the_record_has_expired() -> None:
    assert judge(None, media(), attempt=1, young=False) is Verdict.DONE


def test_an_asset_that_cannot_be_used_is_no_success() -> None:
    broken = media(status=MediaStatus.PREPARE_FAIL)
    assert judge(job(), broken, attempt=1, young=False) is Verdict.UNSETTLED


def test_to_know_nothing_is_no_failure_where_a_success_may_be_forgotten_as_well() -> None:
    assert judge(None, None, attempt=MAX_ATTEMPTS, young=False, forgetful=True) is Verdict.VANISHED


def test_an_asset_missing_by_id_is_lost() -> None:
    assert judge(job(), None, attempt=1, young=False) is Verdict.LOST


def test_what_nothing_is_known_of_is_tried_again_a_few_times() -> None:
    verdicts = [judge(None, None, attempt=n, young=False) for n in range(1, MAX_ATTEMPTS + 1)]
    assert verdicts == [Verdict.VANISHED] * (MAX_ATTEMPTS - 1) + [Verdict.BLOCKED]


@pytest.mark.parametrize("status", [JobStatus.INIT, JobStatus.QUEUING, JobStatus.PROCESSING, JobStatus.UNKNOWN])
def test_a_job_that_is_not_settled_is_waited_for(status: JobStatus) -> None:
    assert judge(job(status=status), None, attempt=1, young=False) is Verdict.UNSETTLED


@pytest.mark.parametrize(
    "code", ["InvalidParameter.ResourceContentBad", "InvalidMaterial.NotFound", "TimelineFormatError", "Blocked"]
)
def test_a_fault_of_the_content_is_not_tried_again(code: str) -> None:
    assert judge(job(status=FAILED, code=code), None, attempt=1, young=False) is Verdict.BLOCKED


@pytest.mark.parametrize("code", ["InternalError", "ServiceUnAvailable", "QueryMaterialFailed", ""])
def test_any_other_failure_is_tried_again_a_few_times(code: str) -> None:
    verdicts = [judge(job(status=FAILED, code=code), None, attempt=n, young=False) for n in range(1, MAX_ATTEMPTS + 1)]
    assert verdicts == [Verdict.RETRY] * (MAX_ATTEMPTS - 1) + [Verdict.BLOCKED]


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("InvalidMaterial.NotFound", Cause.AUTHORING),
        ("Blocked", Cause.AUTHORING),
        ("OperationDenied.Suspended", Cause.QUOTA),
        ("ProduceFailed", Cause.UNKNOWN),
        ("", Cause.UNKNOWN),
        ("InternalError", Cause.TRANSIENT),
        ("NeverHeardOf", Cause.TRANSIENT),
    ],
)
def test_a_failure_is_told_with_its_cause(code: str, why: Cause) -> None:
    assert cause(code) is why


@pytest.mark.parametrize("why", [Cause.TRANSIENT, Cause.UNKNOWN, Cause.QUOTA])
def test_no_more_attempts_are_promised_than_there_are(why: Cause) -> None:
    assert f"Run again: it is submitted anew, {MAX_ATTEMPTS} times at most" in why.value


def test_who_mends_a_material_is_told_what_makes_the_same_timeline_be_submitted_anew() -> None:
    faulty = job(status=FAILED, code="InvalidMaterial.NotFound")
    assert judge(faulty, None, attempt=1, young=False) is Verdict.BLOCKED
    assert "change a trigger" in Cause.AUTHORING.value


def test_an_absent_asset_of_a_job_that_has_just_ended_may_still_be_coming() -> None:
    assert judge(job(), None, attempt=1, young=True) is Verdict.UNSETTLED
    assert judge(None, None, attempt=1, young=True) is Verdict.UNSETTLED


@pytest.mark.parametrize(("seconds", "lately"), [(10, True), (119, True), (121, False)])
def test_a_job_ended_lately_within_the_grace(seconds: int, lately: bool) -> None:
    now = datetime(2026, 1, 15, tzinfo=UTC)
    assert finished_lately(job(completed=now - timedelta(seconds=seconds)), now, 120) is lately


def test_a_job_that_does_not_say_when_has_ended_long_ago() -> None:
    assert not finished_lately(job(), datetime(2026, 1, 15, tzinfo=UTC), 120)
