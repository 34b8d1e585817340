"""What a gate says when it opens, and why it stays shut."""

from __future__ import annotations

from typing import Any

import pytest

from kit.clock import ManualClock
from kit.clouds import FakeCloud, job, media
from reelstack.errors import NotFound, ProductionFailed, TimedOut
from reelstack.models.production import Job
from reelstack.models.status import JobStatus, MediaStatus
from reelstack.reconcile.deliver import Production, WaitFor, deliver
from reelstack.reconcile.poll import Board
from reelstack.reconcile.wait import Watch

PRODUCTION = Production(
    name="teaser",
    service="ims",
    region="cn-shanghai",
    job_id="j1",
    project_id="p1",
    media_id="media-of-j1",
    spec_hash="s",
)


REMARKS: list[str] = []


def wait(cloud: FakeCloud, wait_for: WaitFor = WaitFor.READY, production: Production = PRODUCTION) -> dict[str, Any]:
    clock = ManualClock()
    watch = Watch(clock, 600, lambda _: None)
    return deliver(Board(cloud, clock), production, wait_for, watch, remark=REMARKS.append)


def test_a_ready_production_has_every_fact() -> None:
    asset = media(url="https://b.oss-cn-shanghai.aliyuncs.com/a.mp4", width=640, height=360, size=99)
    facts = wait(FakeCloud({"j1": [job()]}, {"media-of-j1": asset}))
    assert facts == {
        "service": "ims",
        "project_id": "p1",
        "job_id": "j1",
        "media_id": "media-of-j1",
        "asset_id": "media-of-j1",
        "url": "https://b.oss-cn-shanghai.aliyuncs.com/a.mp4",
        "duration": 5.0,
        "width": 640,
        "height": 360,
        "size": 99,
        "spec_hash": "s",
    }


def test_a_failed_job_is_named_with_code_message_and_request_id() -> None:
    failed = job(status=JobStatus.FAILED, code="TimelineFormatError", message="Out is before In.", request_id="R-1")
    with pytest.raises(
        ProductionFailed, match=r"job j1 failed: TimelineFormatError: Out is before In \(request id R-1\)"
    ):
        wait(FakeCloud({"j1": [failed]}))


def test_an_expired_record_is_no_failure_while_the_asset_exists() -> None:
    assert wait(FakeCloud(assets={"media-of-j1": media()}))["duration"] == 5.0


class Late(FakeCloud):
    """A cloud whose records are late."""

    def get_job(self, job_id: str) -> Job:
        self.asked.append(f"get {job_id}")
        if len(self.asked) < 5:
            raise NotFound(cloud="fake", action="GetJob", code="NotFound", message=job_id)
        self.assets["media-of-j1"] = media()
        return job()


def test_a_record_that_is_late_is_waited_for() -> None:
    assert wait(Late())["duration"] == 5.0


def test_a_production_that_nobody_knows_is_a_failure() -> None:
    with pytest.raises(ProductionFailed, match="knows neither job j1 nor asset"):
        wait(FakeCloud())


def test_a_production_without_job_or_the_id_of_an_asset_is_no_success() -> None:
    with pytest.raises(ProductionFailed, match="knows neither job j1 nor an asset of it"):
        wait(FakeCloud(), production=PRODUCTION.model_copy(update={"media_id": ""}))


def test_ready_waits_for_the_analysis_and_produced_does_not() -> None:
    unread = media(status=MediaStatus.PREPARING, duration=None)
    cloud = FakeCloud({"j1": [job(duration=4.0)]}, {"media-of-j1": unread})
    assert wait(cloud, WaitFor.PRODUCED)["duration"] == 4.0
    with pytest.raises(Exception, match="is awaited"):
        wait(cloud, WaitFor.READY)


def test_an_asset_that_cannot_be_analysed_is_a_failure() -> None:
    broken = media(status=MediaStatus.PREPARE_FAIL, duration=None)
    with pytest.raises(ProductionFailed, match="could not analyse"):
        wait(FakeCloud({"j1": [job()]}, {"media-of-j1": broken}))


@pytest.mark.parametrize(
    ("expected", "delivered", "short"),
    [
        (5, 5, False),
        (5.4, 4.95, False),
        (5.4, 4.8, True),
        (5.9, 5, False),
        (6.5, 5, True),
        (5, 6, False),
        (300, 297.5, False),
        (300, 296.5, True),
    ],
)
def test_a_video_that_is_shorter_than_its_cut_is_told_with_both_lengths(
    expected: float, delivered: float, *, short: bool
) -> None:
    REMARKS.clear()
    cloud = FakeCloud({"j1": [job()]}, {"media-of-j1": media(duration=delivered)})
    facts = wait(cloud, production=PRODUCTION.model_copy(update={"expected_seconds": expected}))
    assert facts["duration"] == delivered
    said = [f"teaser: it is {delivered:.2f} s long, and its cut {expected:.2f} s. "]
    assert [remark.partition("Does")[0] for remark in REMARKS] == (said if short else [])


def test_what_the_cloud_remarks_on_a_success_is_passed_on() -> None:
    wait(FakeCloud({"j1": [job(message="Filter 'x' is not rendered")]}, {"media-of-j1": media()}))
    assert REMARKS[-1] == "teaser: Filter 'x' is not rendered"


def test_uploaded_waits_until_the_file_is_stored() -> None:
    stored = media(status=MediaStatus.PREPARING, duration=None)
    cloud = FakeCloud({"j1": [job(duration=4.0)]}, {"media-of-j1": stored})
    assert wait(cloud, WaitFor.UPLOADED)["duration"] == 4.0
    cloud.assets["media-of-j1"] = media(status=MediaStatus.UPLOADING, duration=None)
    with pytest.raises(TimedOut):
        wait(cloud, WaitFor.UPLOADED)


def test_an_asset_that_never_comes_to_be_there_is_a_failure() -> None:
    with pytest.raises(ProductionFailed, match="asset media-of-j1 is not there"):
        wait(FakeCloud({"j1": [job()]}))


def test_a_production_that_did_not_know_its_asset_takes_it_from_the_job() -> None:
    cloud, clock = FakeCloud({"j1": [job()]}, {"media-of-j1": media()}), ManualClock()
    production = PRODUCTION.model_copy(update={"media_id": ""})
    watch = Watch(clock, 600, lambda _: None)
    facts = deliver(Board(cloud, clock), production, WaitFor.READY, watch, remark=REMARKS.append)
    assert facts["asset_id"] == "media-of-j1"
