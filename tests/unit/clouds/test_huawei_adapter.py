"""Huawei Cloud VOD in our words: what becomes of its statuses, facts, refusals and silences."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from reelstack.clouds.huawei_vod import adapter
from reelstack.clouds.huawei_vod.adapter import HuaweiCloud
from reelstack.errors import ConfigError, NotFound, OutcomeUnknown, Rejected, Unavailable
from reelstack.models.cut import Cut, CutSettings, Piece
from reelstack.models.status import JobStatus, MediaStatus
from unit.clouds.test_huawei_client import NO_CONTENT, client_of, refused, said, task
from unit.wire.network import Answer, Network

NOON = datetime(2026, 1, 15, 12, tzinfo=UTC)
PIECE = Piece(asset_id="a", start=1, end="5.5")


def cloud_of(*answers: Answer) -> tuple[HuaweiCloud, Network]:
    client, network = client_of(*answers)
    return HuaweiCloud(client), network


def at(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def asset(asset_id: str = "a", status: str = "CREATED", **base: Any) -> dict[str, Any]:
    return {"asset_id": asset_id, "status": status, "base_info": base}


# ── tasks ──


def test_a_cut_becomes_the_services_request_and_its_ids_ours() -> None:
    cloud, network = cloud_of(said(task_id="t", asset_id="a9"))
    settings = CutSettings(format="MP4", width=1280, height=720, codec="h265", resolution_upsample=True)
    made = cloud.submit_cut(Cut(inputs=(PIECE,), settings=settings))
    assert (made.job_id, made.media_id, made.request_id) == ("t", "a9", "r-1")
    assert httpx.Response(200, content=network.asked[0].content).json() == {
        "inputs": [{"asset_id": "a", "timeline_start": "1", "timeline_end": "5.5"}],
        "editing_settings": {
            "format": "MP4",
            "width": 1280,
            "height": 720,
            "video_codec": 2,
            "resolution_upsample": True,
        },
    }


def test_a_submission_without_an_answer_is_not_repeated() -> None:
    cloud, network = cloud_of(httpx.ReadTimeout(""))
    with pytest.raises(OutcomeUnknown):
        cloud.submit_cut(Cut(inputs=(PIECE,)))
    assert len(network.asked) == 1


def test_a_sound_format_is_refused_when_an_input_has_a_picture_and_only_then() -> None:
    cut = Cut(inputs=(PIECE,), settings=CutSettings(format="MP3"))
    cloud, network = cloud_of(said(asset_info_array=[asset(meta_data={"width": 640})]))
    with pytest.raises(ConfigError, match=r"settings\.format: MP3 is for sound only"):
        cloud.submit_cut(cut)
    assert [request.method for request in network.asked] == ["GET"]
    cloud, _ = cloud_of(said(asset_info_array=[asset(meta_data={"duration": 9})]), said(task_id="t"))
    assert cloud.submit_cut(cut).job_id == "t"


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("WAITING", JobStatus.QUEUING),
        ("PROCESSING", JobStatus.PROCESSING),
        ("SUCCEED", JobStatus.SUCCESS),
        ("FAILED", JobStatus.FAILED),
        ("CANCEL", JobStatus.FAILED),
        ("SLEEPING", JobStatus.UNKNOWN),
    ],
)
def test_every_status_of_a_task_has_its_meaning(word: str, status: JobStatus) -> None:
    assert cloud_of(said(tasks=[task(status=word)]))[0].get_job("t1").status is status


def test_a_task_is_a_job_and_a_cancelled_one_says_so() -> None:
    facts: dict[str, Any] = {
        "progress": 100,
        "create_time": at(NOON),
        "end_time": at(NOON + timedelta(minutes=1)),
        "status": "CANCEL",
    }
    job = cloud_of(said(tasks=[task(**facts)]))[0].get_job("t1")
    assert (job.job_id, job.media_id, job.progress) == ("t1", "of-t1", 100)
    assert (job.created, job.completed) == (NOON, NOON + timedelta(minutes=1))
    assert (job.code, job.message) == ("CANCEL", "the task was cancelled")


def test_a_task_without_a_record_is_not_found() -> None:
    with pytest.raises(NotFound):
        cloud_of(said(total=0, tasks=[]))[0].get_job("t1")


def test_many_tasks_are_looked_at_in_one_call() -> None:
    cloud, network = cloud_of(said(total=300, tasks=[task(f"t{number}") for number in range(100)]))
    assert set(cloud.recent_jobs({"t3", "t99"}, NOON)) == {"t3", "t99"}
    assert len(network.asked) == 1


def test_a_list_that_has_come_to_older_tasks_is_left_and_its_end_is_a_hint_only() -> None:
    new = [task(f"n{number}", create_time=at(NOON)) for number in range(99)]
    old = task("old", create_time=at(NOON - timedelta(days=1)))
    cloud, network = cloud_of(said(total=900, tasks=[*new, old]))
    assert set(cloud.recent_jobs({"n1", "gone"}, NOON)) == {"n1"}
    assert len(network.asked) == 1


def test_a_list_in_any_other_order_is_walked_for_a_few_pages() -> None:
    pages = [[task(f"{page}-{at}", create_time="2020-01-01T00:00:00Z") for at in range(100)] for page in range(9)]
    cloud, network = cloud_of(*(said(total=900, tasks=page) for page in pages))
    assert cloud.recent_jobs({"gone"}, NOON) == {}
    assert len(network.asked) == adapter.MOST_PAGES


def test_tasks_since_a_moment_are_all_of_them_in_whatever_order() -> None:
    old, new = [at(NOON - timedelta(seconds=1)), at(NOON)]
    first = [task(f"t{number}", create_time=old) for number in range(100)]
    cloud, _ = cloud_of(
        said(tasks=first), said(tasks=[task("new", create_time=new), task("silent"), task("old", create_time=old)])
    )
    assert [job.job_id for job in cloud.tasks_since(NOON)] == ["new", "silent"]


def test_a_waiting_task_is_cancelled() -> None:
    cloud, network = cloud_of(NO_CONTENT)
    assert cloud.cancel_job("t1") is True
    assert [request.method for request in network.asked] == ["DELETE"]


@pytest.mark.parametrize(("word", "done"), [("PROCESSING", False), ("SUCCEED", False), ("CANCEL", True)])
def test_a_refused_cancellation_is_settled_by_a_look(word: str, done: bool) -> None:
    cloud, _ = cloud_of(refused("VOD.10083", 400), said(tasks=[task(status=word)]))
    assert cloud.cancel_job("t1") is done


@pytest.mark.parametrize("answers", [[refused("VOD.10062")], [refused("VOD.10083", 400), said(total=0, tasks=[])]])
def test_a_task_that_nobody_knows_is_not_cancelled(answers: list[httpx.Response]) -> None:
    assert cloud_of(*answers)[0].cancel_job("t1") is False


# ── assets ──


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("CREATED", MediaStatus.NORMAL),
        ("PUBLISHED", MediaStatus.NORMAL),
        ("TRANSCODE_SUCCEED", MediaStatus.NORMAL),
        ("CREATING", MediaStatus.UPLOADING),
        ("TRANSCODING", MediaStatus.PREPARING),
        ("DELETING", MediaStatus.UNKNOWN),
        ("UPLOAD_FAILED", MediaStatus.UPLOAD_FAIL),
        ("SERVER_ERROR", MediaStatus.PREPARE_FAIL),
        ("ODD", MediaStatus.UNKNOWN),
    ],
)
def test_every_status_of_an_asset_has_its_meaning(word: str, status: MediaStatus) -> None:
    assert cloud_of(said(asset_info_array=[asset(status=word)]))[0].get_media(["a"])["a"].status is status


@pytest.mark.parametrize("word", ["NO_ASSET", "NOASSET", "DELETED", "UNCREATED"])
def test_an_asset_that_is_said_not_to_exist_is_absent(word: str) -> None:
    assert cloud_of(said(asset_info_array=[asset(status=word)]))[0].get_media(["a"]) == {}


def test_an_assets_facts_come_with_an_url_that_does_not_expire() -> None:
    meta = {"duration": 5, "duration_ms": 5523, "width": 1280, "hight": 720, "video_size": 99}
    told = asset(title="T", video_url="https://v.example/a.mp4?Expires=1&Signature=s", meta_data=meta)
    media = cloud_of(said(asset_info_array=[told]))[0].get_media(["a"])["a"]
    assert (media.title, media.url) == ("T", "https://v.example/a.mp4")
    assert (media.duration, media.width, media.height, media.size) == (5.523, 1280, 720, 99)
    assert media.analysed


def test_an_asset_that_tells_nothing_itself_is_described_by_its_playable_form() -> None:
    play = {"play_type": "hls", "url": "https://v.example/a.m3u8", "meta_data": {"duration": 7, "width": 640}}
    media = cloud_of(said(asset_info_array=[{**asset(), "play_info_array": [play]}]))[0].get_media(["a"])["a"]
    assert (media.url, media.duration, media.width) == ("https://v.example/a.m3u8", 7, 640)


def test_an_asset_of_which_nothing_is_said_is_asked_for_by_itself() -> None:
    assert cloud_of(said(asset_info_array=[]), refused("VOD.10062"))[0].get_media(["a"]) == {}
    with pytest.raises(Unavailable, match="nothing was said of a"):
        cloud_of(said(asset_info_array=[]), said(asset_id="a"))[0].get_media(["a"])


def test_a_deletion_that_the_service_refuses_names_what_is_left() -> None:
    with pytest.raises(Rejected, match="still there: b"):
        cloud_of(said(delete_result_array=[{"asset_id": "b", "status": "FAILED"}]))[0].delete_media(["b"])


def test_what_is_gone_already_is_deleted() -> None:
    cloud, network = cloud_of(refused("VOD.10062"))
    cloud.delete_media(["a"])
    assert len(network.asked) == 1


def test_faults_are_told_in_our_words() -> None:
    wrong = Cut(
        inputs=(Piece(asset_id="", start="x", end=1), Piece(asset_id="a", start=2, end=1)),
        settings=CutSettings(format="WEBM", width=1, codec="h265"),
    )
    assert {fault.path for fault in adapter.faults(wrong)} == {
        *("inputs[0].asset_id", "inputs[0].start", "inputs[1].end", "settings.format", "settings.width")
    }
