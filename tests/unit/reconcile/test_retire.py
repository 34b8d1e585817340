"""Taking away: never the only good video, never before the successor is there."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kit.clock import ManualClock
from kit.clouds import FakeCloud, job, media
from reelstack.errors import ProductionFailed, TimedOut
from reelstack.models.production import Media
from reelstack.models.status import JobStatus, MediaStatus
from reelstack.reconcile.poll import Board
from reelstack.reconcile.retire import retire
from reelstack.reconcile.wait import Watch


def take_away(cloud: FakeCloud, successor: str | None = None, media_id: str | None = "m-old") -> ManualClock:
    clock = ManualClock()
    watch = Watch(clock, 200, lambda _: None)
    retire(cloud, Board(cloud, clock), "old", media_id, successor, watch)
    return clock


def test_media_of_a_finished_job_is_deleted_at_once() -> None:
    cloud = FakeCloud({"old": [job("old")]})
    take_away(cloud)
    assert cloud.deleted == ["m-old"]


def test_a_job_whose_record_expired_still_has_its_media_deleted() -> None:
    cloud = FakeCloud()
    take_away(cloud)
    assert cloud.deleted == ["m-old"]


def test_a_running_job_is_waited_for_before_its_media_is_deleted() -> None:
    cloud = FakeCloud({"old": [job("old", JobStatus.PROCESSING), job("old", JobStatus.PROCESSING), job("old")]})
    cloud.assets["m-old"] = media("m-old")
    assert take_away(cloud).monotonic() > 0
    assert cloud.deleted == ["m-old"]


def test_a_job_that_nothing_is_heard_of_is_expected_for_half_an_hour_and_told() -> None:
    cloud, clock = FakeCloud({"old": [job("old", JobStatus.INIT, unheard=True)]}), ManualClock()
    board, watch = Board(cloud, clock), Watch(clock, 1800, lambda _: None)
    submitted = clock.now() - timedelta(minutes=20)
    last = retire(cloud, board, "old", "m-old", None, watch, submitted=submitted)
    assert last is not None
    assert last.unheard
    assert 600 <= clock.monotonic() < 700
    assert cloud.deleted == ["m-old"]


def test_a_job_that_waits_its_turn_is_not_taken_for_lost() -> None:
    cloud, clock = FakeCloud({"old": [job("old", JobStatus.INIT)]}), ManualClock()
    watch = Watch(clock, 200, lambda _: None)
    with pytest.raises(TimedOut):
        retire(cloud, Board(cloud, clock), "old", "m-old", None, watch, submitted=clock.now() - timedelta(hours=1))
    assert cloud.deleted == []


def test_a_job_that_has_not_begun_is_cancelled_and_not_waited_for() -> None:
    cloud = FakeCloud({"old": [job("old", JobStatus.QUEUING)]}, waiting={"old"})
    assert take_away(cloud).monotonic() == 0
    assert (cloud.cancelled, cloud.deleted) == (["old"], ["m-old"])


def test_a_failed_successor_keeps_the_old_video() -> None:
    cloud = FakeCloud(
        {"old": [job("old")], "new": [job("new", JobStatus.FAILED, code="Bad", message="no", request_id="r1")]}
    )
    with pytest.raises(ProductionFailed, match=r"kept.*Bad: no \(request id r1\)"):
        take_away(cloud, successor="new")
    assert cloud.deleted == []


@pytest.mark.parametrize(
    ("assets", "said"),
    [({}, "is not there"), ({"media-of-new": media(status=MediaStatus.PREPARE_FAIL)}, "cannot be used")],
)
def test_a_successor_without_an_asset_that_can_be_used_keeps_the_old_video(assets: dict[str, Media], said: str) -> None:
    cloud = FakeCloud({"old": [job("old")], "new": [job("new")]}, assets=assets)
    with pytest.raises(ProductionFailed, match=f"kept: its successor, asset media-of-new, {said}"):
        take_away(cloud, successor="new")
    assert cloud.deleted == []


def test_the_old_video_goes_when_its_successor_is_there() -> None:
    cloud = FakeCloud({"old": [job("old")], "new": [job("new")]}, assets={"media-of-new": media("media-of-new")})
    take_away(cloud, successor="new")
    assert cloud.deleted == ["m-old"]


def test_an_unfinished_successor_keeps_the_old_video() -> None:
    cloud = FakeCloud({"old": [job("old")], "new": [job("new", JobStatus.PROCESSING)]})
    with pytest.raises(TimedOut):
        take_away(cloud, successor="new")
    assert cloud.deleted == []


def test_a_fixed_object_is_left_alone() -> None:
    cloud = FakeCloud({"old": [job("old")]})
    take_away(cloud, media_id=None)
    assert cloud.deleted == []


def test_an_asset_that_the_submission_did_not_tell_is_deleted_by_what_the_job_tells() -> None:
    cloud = FakeCloud({"old": [job("old", JobStatus.PROCESSING, media_id=""), job("old")]})
    cloud.assets["media-of-old"] = media("media-of-old")
    take_away(cloud, media_id="")
    assert cloud.deleted == ["media-of-old"]
