"""Status words in every spelling that was seen."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reelstack.models.status import (
    AssetStatus,
    EditTaskStatus,
    FileStatus,
    JobStatus,
    MediaStatus,
    ProjectStatus,
    VideoStatus,
)

ANYTHING = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.integers())
KINDS = (ProjectStatus, JobStatus, MediaStatus, FileStatus, VideoStatus, EditTaskStatus, AssetStatus)
Status = ProjectStatus | JobStatus | MediaStatus | FileStatus | VideoStatus | EditTaskStatus | AssetStatus
MEMBERS = [member for kind in KINDS for member in kind]


@pytest.mark.parametrize("value", [5, 5.0, "5", " 5 ", "ProduceFailed", "PRODUCE_FAILED", "produce-failed"])
def test_a_project_status_has_many_spellings(value: object) -> None:
    assert ProjectStatus.parse(value) is ProjectStatus.PRODUCE_FAILED


@pytest.mark.parametrize(("number", "name"), [(1, "Draft"), (2, "Editing"), (3, "Producing"), (4, "Produced")])
def test_each_number_has_its_name(number: int, name: str) -> None:
    assert ProjectStatus.parse(number).value == name


def test_six_is_no_status_and_seven_is_deleted() -> None:
    assert ProjectStatus.parse(6) is ProjectStatus.UNKNOWN
    assert ProjectStatus.parse("7") is ProjectStatus.DELETED


@pytest.mark.parametrize(
    ("word", "status"),
    [("Finished", "Success"), ("S3UploadSuccess", "Success"), ("S3UploadFailed", "Failed"), ("QUEUING", "Queuing")],
)
def test_the_words_of_the_vendors_own_tools_are_known(word: str, status: str) -> None:
    assert JobStatus.parse(word).value == status


def test_media_have_two_spellings_of_failure() -> None:
    assert MediaStatus.parse("PrepareFailed") is MediaStatus.parse("PrepareFail") is MediaStatus.PREPARE_FAIL
    assert MediaStatus.parse("UploadFailed").failed


@pytest.mark.parametrize("member", MEMBERS)
def test_every_member_reads_itself(member: Status) -> None:
    assert type(member).parse(member) is member


@pytest.mark.parametrize("member", MEMBERS)
def test_a_result_is_final_and_never_both_good_and_bad(
    member: Status,
) -> None:
    assert not (member.succeeded and member.failed)
    assert member.terminal or not (member.succeeded or member.failed)


@pytest.mark.parametrize("kind", KINDS)
def test_an_unknown_word_is_not_taken_for_a_result(kind: type[JobStatus]) -> None:
    assert kind.parse("Reticulating") is kind.UNKNOWN
    assert not kind.UNKNOWN.terminal


@given(ANYTHING, st.sampled_from(KINDS))
def test_reading_is_total(value: object, kind: type[JobStatus]) -> None:
    assert kind.parse(value) in kind


def test_jobs_that_run_are_not_final() -> None:
    assert [member for member in JobStatus if member.terminal] == [JobStatus.SUCCESS, JobStatus.FAILED]


def test_a_project_that_vod_calls_normal_is_a_draft_and_no_result() -> None:
    assert ProjectStatus.parse("Normal") is ProjectStatus.DRAFT
    assert not ProjectStatus.parse("Normal").succeeded


def test_a_video_that_is_uploaded_but_not_transcoded_is_not_final() -> None:
    assert [one for one in VideoStatus if not one.terminal] == [
        *(VideoStatus.UPLOADING, VideoStatus.UPLOADED, VideoStatus.TRANSCODING, VideoStatus.UNKNOWN)
    ]


def test_a_cancelled_task_brings_no_result() -> None:
    assert [one for one in EditTaskStatus if one.failed] == [EditTaskStatus.FAILED, EditTaskStatus.CANCEL]


@pytest.mark.parametrize("word", ["UNCREATED", "NO_ASSET", "NOASSET", "DELETED"])
def test_an_asset_is_absent_in_several_words(word: str) -> None:
    status = AssetStatus.parse(word)
    assert status.absent
    assert not status.succeeded
