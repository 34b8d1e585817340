"""Submitting at most once per key, and what a replayed token may bring back."""

from __future__ import annotations

import dataclasses
import json
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.clock import ManualClock
from kit.clouds import FakeCloud, job, media
from reelstack.errors import NoCredentials, ProductionFailed
from reelstack.models.output import OutputSettings
from reelstack.models.production import Job, Submission, Submitted
from reelstack.models.status import JobStatus
from reelstack.reconcile.submit import MAX_REPLAYS, submit_once
from reelstack.reconcile.token import Key

KEY = Key("stack", "urn::spring/teaser", "spring/teaser", "c0ffee" * 5, (), 1)


def submission(key: Key) -> Submission:
    return Submission(project_id="p", output=OutputSettings(), marker=key.marker, client_token=key.token)


def submit(cloud: FakeCloud, clock: ManualClock) -> tuple[Submitted, Key]:
    return submit_once(cloud, clock, KEY, submission, grace=120, hint=lambda _: None)


def known(cloud: FakeCloud, key: Key, status: JobStatus, **facts: object) -> str:
    """Let the cloud have seen this key before."""
    job_id = f"old-{key.generation}"
    cloud.by_token[key.token] = job_id
    cloud.looks[job_id] = [job(job_id, status, **facts)]
    return job_id


def test_a_new_key_is_submitted_once() -> None:
    cloud = FakeCloud()
    submitted, key = submit(cloud, ManualClock())
    assert (submitted.job_id, key, len(cloud.submissions)) == ("new-1", KEY, 1)


def test_a_replay_returns_the_job_that_a_lost_answer_had_made() -> None:
    cloud = FakeCloud()
    job_id = known(cloud, KEY, JobStatus.PROCESSING)
    assert submit(cloud, ManualClock())[0].job_id == job_id


def test_a_replayed_job_whose_asset_is_there_is_taken() -> None:
    cloud = FakeCloud(assets={"media-of-old-1": media("media-of-old-1")})
    job_id = known(cloud, KEY, JobStatus.SUCCESS)
    assert submit(cloud, ManualClock())[0].job_id == job_id


def test_a_replayed_job_whose_asset_is_gone_gives_way_to_the_next_generation() -> None:
    cloud = FakeCloud()
    known(cloud, KEY, JobStatus.SUCCESS)
    submitted, key = submit(cloud, ManualClock())
    assert (submitted.job_id, key.generation) == ("new-2", 2)


def test_a_job_that_failed_long_ago_gives_way_to_the_next_generation() -> None:
    clock, cloud = ManualClock(), FakeCloud()
    known(cloud, KEY, JobStatus.FAILED, created=clock.now() - timedelta(hours=1))
    assert submit(cloud, clock)[1].generation == 2


def test_a_job_that_failed_at_once_is_not_submitted_again() -> None:
    clock, cloud = ManualClock(), FakeCloud()
    job_id = known(cloud, KEY, JobStatus.FAILED, created=clock.now())
    assert submit(cloud, clock)[0].job_id == job_id


def test_an_endless_line_of_spent_jobs_ends_in_an_error() -> None:
    cloud = FakeCloud()
    for generation in range(1, MAX_REPLAYS + 1):
        known(cloud, dataclasses.replace(KEY, generation=generation), JobStatus.SUCCESS)
    with pytest.raises(ProductionFailed, match="earlier submissions"):
        submit(cloud, ManualClock())


WORD = st.text(max_size=3)
KEYS = st.builds(Key, WORD, WORD, st.just("teaser"), WORD, st.tuples(WORD), st.integers(1, 9))


@given(KEYS, KEYS)
def test_two_keys_share_a_token_only_when_they_are_one(one: Key, other: Key) -> None:
    assert (one.token == other.token) == (one == other)


@given(KEYS)
def test_a_token_is_what_the_cloud_takes(key: Key) -> None:
    assert key.token.isascii()
    assert len(key.token) <= 64


def test_the_token_of_a_key_never_changes() -> None:
    assert KEY.token == "b6216e49ee671de2b3bbf2a75ef4d4f8"


@given(KEYS, KEYS)
def test_two_keys_share_an_object_name_only_when_they_are_one(one: Key, other: Key) -> None:
    assert (one.object_name == other.object_name) == (one == other)


def test_an_object_name_is_safe_in_a_url() -> None:
    named = Key("abc" * 8, "urn", "spring/täaser", "f" * 32, (), 3)
    assert named.object_name == f"abcabcabcabc/spring-t-aser-g3-{named.token[:16]}"


def test_two_long_names_that_begin_alike_have_markers_of_their_own() -> None:
    cells = [Key("5tack", "urn", f"summer-sale/product-launch-hero-de-DE-{size}", "f", (), 1) for size in "abc"]
    assert [cells[0].marker["name"], len({one.marker["name"] for one in cells})] == [cells[0].name, 3]
    longer = [dataclasses.replace(one, name=f"brand-2026/{one.name}") for one in cells]
    assert len({one.marker["name"] for one in longer}) == 3
    assert {len(one.marker["name"]) for one in longer} == {40}


def test_a_marker_leaves_room_in_the_user_data() -> None:
    longest = Key("a" * 24, "urn", "春" * 64, "f" * 32, (), 99)
    assert len(json.dumps({"reelstack": longest.marker}, ensure_ascii=False).encode()) <= 200


def test_a_key_that_was_paid_for_with_another_title_gives_the_job_of_then() -> None:
    cloud = FakeCloud(refuses={KEY.token}, assets={"media-of-old-1": media("media-of-old-1")})
    job_id = known(cloud, KEY, JobStatus.SUCCESS)
    assert submit(cloud, ManualClock())[0].job_id == job_id


def test_a_spent_job_that_was_found_by_its_marker_gives_way_to_the_next_generation() -> None:
    cloud = FakeCloud(refuses={KEY.token})
    known(cloud, KEY, JobStatus.SUCCESS)
    assert submit(cloud, ManualClock())[1].generation == 2


def test_a_used_token_whose_job_cannot_be_found_stops_and_says_what_to_do() -> None:
    cloud = FakeCloud(refuses={KEY.token}, findable=False)
    with pytest.raises(ProductionFailed, match="change a trigger"):
        submit(cloud, ManualClock())


def test_an_authoring_fault_is_not_submitted_again_however_old_it_is() -> None:
    clock, cloud = ManualClock(), FakeCloud()
    old = clock.now() - timedelta(days=3)
    job_id = known(cloud, KEY, JobStatus.FAILED, code="TimelineFormatError", created=old)
    assert submit(cloud, clock)[0].job_id == job_id


def test_a_look_that_fails_after_the_submission_loses_no_id() -> None:
    cloud = FakeCloud(silent={"new-1"})
    assert submit(cloud, ManualClock())[0].job_id == "new-1"


class Keyless(FakeCloud):
    """The keys end between the submission and the look."""

    def get_job(self, job_id: str) -> Job:
        raise NoCredentials("no credentials any more")


def test_keys_that_end_after_the_submission_lose_no_id() -> None:
    assert submit(Keyless(), ManualClock())[0].job_id == "new-1"


def test_a_replayed_job_whose_asset_may_still_be_coming_is_taken() -> None:
    clock, cloud = ManualClock(), FakeCloud()
    job_id = known(cloud, KEY, JobStatus.SUCCESS, completed=clock.now())
    assert submit(cloud, clock)[0].job_id == job_id
    clock.move(121)
    assert submit(cloud, clock)[1].generation == 2


def test_a_replayed_job_whose_record_and_asset_are_gone_gives_way_to_the_next_generation() -> None:
    clock, cloud = ManualClock(), FakeCloud()
    cloud.by_token[KEY.token] = "old-1"
    assert submit(cloud, clock)[1].generation == 2
    assert sum(clock.slept) == 120


def test_a_replayed_job_whose_record_is_gone_and_whose_asset_is_there_is_taken() -> None:
    clock, cloud = ManualClock(), FakeCloud(assets={"media-of-old-1": media("media-of-old-1")})
    cloud.by_token[KEY.token] = "old-1"
    assert submit(cloud, clock)[0].job_id == "old-1"
    assert clock.slept == []


class Late(FakeCloud):
    """A job's record is there at the second look."""

    def get_job(self, job_id: str) -> Job:
        if len(self.asked) > 1:
            self.looks[job_id] = [job(job_id, JobStatus.QUEUING)]
        return super().get_job(job_id)


def test_a_job_whose_record_is_late_is_taken() -> None:
    cloud = Late(by_token={KEY.token: "old-1"})
    assert submit(cloud, ManualClock())[0].job_id == "old-1"


def test_a_replayed_job_without_a_media_id_is_not_taken_for_lost() -> None:
    cloud = FakeCloud(refuses={KEY.token})
    job_id = known(cloud, KEY, JobStatus.SUCCESS, media_id="")
    assert submit(cloud, ManualClock())[0].job_id == job_id


def test_another_location_is_another_key() -> None:
    assert dataclasses.replace(KEY, location="https://b.oss-cn-shanghai.aliyuncs.com/x").token != KEY.token


def test_where_no_token_can_have_been_used_nothing_is_looked_at() -> None:
    cloud = FakeCloud()
    submit_once(cloud, ManualClock(), KEY, submission, grace=120, hint=None)
    assert cloud.asked == []


@pytest.mark.parametrize(("status", "asked"), [(JobStatus.QUEUING, []), (JobStatus.FAILED, ["get new-1"])])
def test_a_job_that_a_list_shows_on_its_way_needs_no_look_and_any_other_does(
    status: JobStatus, asked: list[str]
) -> None:
    cloud = FakeCloud()
    submit_once(cloud, ManualClock(), KEY, submission, grace=120, hint=lambda one: job(one, status))
    assert cloud.asked == asked
