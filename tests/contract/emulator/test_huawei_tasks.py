"""Editing tasks: what is accepted, how they move, what is told of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contract.emulator import huawei_door
from contract.emulator.huawei_door import ASSETS, INPUT, TASKS, Room, said
from reelstack.emulator.settings import Settings
from reelstack.errors import ConfigError, NotFound, Rejected
from reelstack.models.status import AssetStatus, EditTaskStatus


def tasks(huawei: Room, **query: object) -> dict[str, Any]:
    answer = huawei.http.get(TASKS, params={name: str(value) for name, value in query.items()})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def task(huawei: Room, task_id: str) -> dict[str, Any]:
    found: dict[str, Any] = tasks(huawei, task_id=task_id)["tasks"][0]
    return found


def status(huawei: Room, asset_id: str) -> AssetStatus:
    return huawei.vod.show_asset_meta([asset_id])[0].status


# How they move


def test_a_task_waits_is_processed_and_succeeds(huawei: Room) -> None:
    huawei.set(pace="per_look")
    made = huawei.cut()
    seen = [task(huawei, made.task_id) for _ in range(5)]
    assert [each["status"] for each in seen] == ["WAITING", "WAITING", "PROCESSING", "PROCESSING", "SUCCEED"]
    assert [each["progress"] for each in seen] == [0, 0, 10, 60, 100]
    assert ["end_time" in each for each in seen] == [False] * 4 + [True]


def test_a_task_moves_with_time(huawei: Room) -> None:
    huawei.set(pace="timed")
    made = huawei.cut()
    assert task(huawei, made.task_id)["create_time"] == "2026-01-15T08:30:00Z"
    huawei.clock.move(3)
    assert task(huawei, made.task_id)["status"] == "PROCESSING"
    huawei.clock.move(12)
    assert task(huawei, made.task_id)["end_time"] == "2026-01-15T08:30:15Z"


def test_the_asset_is_known_at_once_and_there_when_the_task_is_done(huawei: Room) -> None:
    huawei.set(pace="per_look")
    made = huawei.cut()
    seen: list[AssetStatus] = []
    while not seen or seen[-1] is AssetStatus.CREATING:
        huawei.vod.get_asset_edit_task(made.task_id)
        seen.append(status(huawei, made.asset_id))
    assert seen == [AssetStatus.CREATING] * 4 + [AssetStatus.CREATED]


def test_a_task_made_to_fail_fails_without_a_reason(huawei: Room) -> None:
    huawei.go_wrong(kind="fail_job", message="not told")
    made = huawei.cut()
    failed = task(huawei, made.task_id)
    assert failed["status"] == "FAILED"
    assert set(failed) == {"task_id", "asset_id", "status", "progress", "create_time", "end_time"}
    assert status(huawei, made.asset_id) is AssetStatus.UPLOAD_FAILED
    assert huawei.control("GET", f"jobs/{made.task_id}")["production"]["message"] == "not told"


def test_avi_with_h265_fails(huawei: Room) -> None:
    made = huawei.cut(format="AVI", video_codec=2)
    assert huawei.vod.get_asset_edit_task(made.task_id).status is EditTaskStatus.FAILED


def test_each_call_is_a_task_of_its_own(huawei: Room) -> None:
    first, second = huawei.create().json(), huawei.create().json()
    assert len({first["task_id"], second["task_id"], first["asset_id"], second["asset_id"]}) == 4


# Cancelling


@pytest.mark.parametrize("looks", [0, 1])
def test_a_waiting_task_is_cancelled(huawei: Room, looks: int) -> None:
    huawei.set(pace="per_look")
    made = huawei.cut()
    for _ in range(looks):
        task(huawei, made.task_id)
    answer = huawei.http.delete(TASKS, params={"task_id": made.task_id})
    assert (answer.status_code, answer.content) == (204, b"")
    cancelled = task(huawei, made.task_id)
    assert (cancelled["status"], cancelled["end_time"]) == ("CANCEL", "2026-01-15T08:30:00Z")
    assert status(huawei, made.asset_id) is AssetStatus.CANCELLED
    assert huawei.vod.delete_assets([made.asset_id]) == ()


def test_a_task_that_waits_no_longer_cannot_be_cancelled(huawei: Room) -> None:
    done = huawei.cut()
    huawei.set(pace="per_look")
    processing = huawei.cut()
    for _ in range(2):
        task(huawei, processing.task_id)
    for made in (done, processing):
        assert said(huawei.http.delete(TASKS, params={"task_id": made.task_id})) == (400, "VOD.10083")
    with pytest.raises(Rejected):
        huawei.vod.delete_asset_edit_task(done.task_id)


def test_an_unknown_task_cannot_be_cancelled(huawei: Room) -> None:
    assert said(huawei.http.delete(TASKS, params={"task_id": "t"})) == (400, "VOD.10062")
    assert said(huawei.http.delete(TASKS)) == (400, "VOD.10053")


# Lists


def test_an_unknown_task_is_an_empty_list(huawei: Room) -> None:
    assert tasks(huawei, task_id="t") == {"total": 0, "tasks": []}
    with pytest.raises(NotFound):
        huawei.vod.get_asset_edit_task("t")


def test_the_newest_come_first_page_by_page(huawei: Room) -> None:
    made = [huawei.cut().task_id for _ in range(12)]
    assert [each["task_id"] for each in tasks(huawei)["tasks"]] == made[:1:-1]
    page = tasks(huawei, offset=11, limit=100)
    assert (page["total"], [each["task_id"] for each in page["tasks"]]) == (12, made[:1])
    assert {each.task_id for each in huawei.vod.list_asset_edit_tasks()} == set(made)


@pytest.mark.parametrize("query", [{"limit": "101"}, {"limit": "0"}, {"offset": "-1"}, {"offset": "x"}])
def test_a_page_that_is_none_is_refused(huawei: Room, query: dict[str, str]) -> None:
    assert said(huawei.http.get(TASKS, params=query)) == (400, "VOD.10053")


def test_late_lists_show_new_tasks_later(huawei: Room) -> None:
    huawei.go_wrong(kind="late_lists", seconds=30)
    made = huawei.cut()
    assert tasks(huawei)["total"] == 0
    assert task(huawei, made.task_id)
    huawei.clock.move(30)
    assert tasks(huawei)["total"] == 1


def test_an_expired_record_is_gone_and_its_asset_stays(huawei: Room) -> None:
    made = huawei.cut()
    huawei.control("POST", "expire", job_id=made.task_id)
    assert tasks(huawei) == {"total": 0, "tasks": []}
    assert status(huawei, made.asset_id) is AssetStatus.CREATED


# What is accepted


@pytest.mark.parametrize(
    ("wanted", "name"),
    [
        ({"format": "mp4"}, "format"),
        ({"reference": "MIN"}, "reference"),
        ({"video_codec": True}, "video_codec"),
        ({"video_codec": "1"}, "video_codec"),
        ({"resolution_adaptation": "true"}, "resolution_adaptation"),
        ({"width": 31.9}, "width"),
        ({"width": 4097}, "width"),
        ({"width": "640"}, "width"),
        ({"width": True}, "width"),
        ({"height": -2}, "height"),
        ({"height": 2881}, "height"),
        ({"height": 159, "video_codec": 2}, "height"),
        ({"height": 1e400}, "height"),
        ({"width": 10**400}, "width"),
    ],
)
def test_settings_out_of_their_range_are_refused_by_name(huawei: Room, wanted: dict[str, Any], name: str) -> None:
    body = huawei_door.json_of({"inputs": [INPUT], "editing_settings": wanted})
    answer = huawei.http.post(TASKS, content=body)
    assert said(answer) == (400, "VOD.10053")
    assert f"editing_settings.{name}" in answer.json()["error_msg"]


@pytest.mark.parametrize(
    "wanted",
    [
        {"width": 32.9, "height": 0.9},
        {"width": 4096, "height": 2880, "video_codec": 2},
        {"unknown": 1},
        {"format": None},
    ],
)
def test_settings_in_their_range_are_taken(huawei: Room, wanted: dict[str, Any]) -> None:
    assert huawei.create(editing_settings=wanted).status_code == 200


@pytest.mark.parametrize(
    ("changed", "name"),
    [
        ({"timeline_start": 0}, "timeline_start"),
        ({"timeline_start": None}, "timeline_start"),
        ({"timeline_end": "1e3"}, "timeline_end"),
        ({"timeline_end": "-1"}, "timeline_end"),
        ({"timeline_end": "1" + "0" * 32}, "timeline_end"),
        ({"timeline_start": "2.5"}, "timeline_end"),
        ({"asset_id": ""}, "asset_id"),
        ({"asset_id": 7}, "asset_id"),
        ({"asset_id": "a,b"}, "asset_id"),
        ({"asset_id": "\ud800"}, "asset_id"),
        ({"asset_id": "a" * 129}, "asset_id"),
    ],
)
def test_an_input_that_is_none_is_refused_by_name(huawei: Room, changed: dict[str, Any], name: str) -> None:
    answer = huawei.http.post(TASKS, content=huawei_door.json_of({"inputs": [INPUT, INPUT | changed]}))
    assert said(answer) == (400, "VOD.10053")
    assert f"inputs[1].{name}" in answer.json()["error_msg"]


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b"{}", b'{"inputs": {}}', b'{"inputs": []}', b"[" * 100000, b"\xff"]
)
def test_a_body_that_is_none_is_refused(huawei: Room, body: bytes) -> None:
    assert said(huawei.http.post(TASKS, content=body)) == (400, "VOD.10053")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
NAMES = ("resolution_adaptation", "resolution_upsample", "format", "width", "height", "reference", "video_codec")


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    given_input=JSON | st.fixed_dictionaries(dict.fromkeys(INPUT, JSON)),
    given_settings=JSON | st.dictionaries(st.sampled_from(NAMES), JSON),
)
def test_whatever_is_sent_is_taken_or_refused_by_name(
    huawei: Room, given_input: object, given_settings: object
) -> None:
    huawei.set(huawei_tasks_per_minute=1_000_000)
    for inputs, wanted in (([given_input], None), ([INPUT], given_settings)):
        body = huawei_door.json_of({"inputs": inputs, "editing_settings": wanted})
        answer = huawei.http.post(TASKS, content=body)
        assert answer.status_code == 200 or said(answer) == (400, "VOD.10053"), answer.text


def test_there_are_one_to_twenty_inputs(huawei: Room) -> None:
    assert huawei.create(inputs=[INPUT] * 20).status_code == 200
    assert said(huawei.create(inputs=[INPUT] * 21)) == (400, "VOD.10053")
    with pytest.raises(ConfigError, match="between 1 and 20 inputs"):
        huawei.cut(*[("opening", 0, 1)] * 21)


def test_a_time_may_have_thirty_two_characters(huawei: Room) -> None:
    longest = "2." + "5" * 30
    assert huawei.create(inputs=[INPUT | {"timeline_end": longest}]).status_code == 200


# What it is made of


def test_what_nobody_registered_is_synthesised_at_creation_alone(huawei: Room) -> None:
    assert status(huawei, "opening") is AssetStatus.NO_ASSET
    huawei.cut()
    assert status(huawei, "opening") is AssetStatus.CREATED


@pytest.mark.parametrize("asset_id", ["../../../etc/passwd", "/etc/passwd", "a b", "片头", "%2e%2e"])
def test_an_id_that_looks_like_a_path_stays_an_id(huawei: Room, asset_id: str) -> None:
    assert huawei.create(inputs=[INPUT | {"asset_id": asset_id}]).status_code == 200
    place = Path(huawei.control("GET", f"media/{quote(asset_id, safe='')}")["path"])
    assert place.is_relative_to(huawei.cloud.objects.root)
    assert status(huawei, asset_id) is AssetStatus.CREATED


def test_tasks_live_through_a_restart(tmp_path: Path) -> None:
    with huawei_door.opened(tmp_path, Settings(pace="timed")) as before:
        made = before.cut()
    with huawei_door.opened(tmp_path, Settings(pace="timed")) as after:
        assert after.vod.get_asset_edit_task(made.task_id).status is EditTaskStatus.WAITING
        after.clock.move(60)
        assert after.vod.get_asset_edit_task(made.task_id).asset_id == made.asset_id
        after.clock.move(1)
        assert status(after, made.asset_id) is AssetStatus.CREATED


def test_in_strict_mode_everything_must_be_registered(huawei: Room) -> None:
    huawei.set(strict=True)
    assert said(huawei.create()) == (400, "VOD.10062")
    assert tasks(huawei)["total"] == 0


def test_a_deleted_asset_is_not_made_up_again(huawei: Room) -> None:
    made = huawei.cut()
    huawei.vod.delete_assets(["opening", made.asset_id])
    for key in ("opening", made.asset_id):
        assert said(huawei.create(inputs=[INPUT | {"asset_id": key}])) == (400, "VOD.10062")


def test_an_output_is_an_input_of_the_next_task_when_it_is_there(huawei: Room) -> None:
    huawei.set(pace="per_look")
    made = huawei.cut()
    again = INPUT | {"asset_id": made.asset_id}
    assert said(huawei.create(inputs=[again])) == (400, "VOD.10083")
    while huawei.vod.get_asset_edit_task(made.task_id).status is not EditTaskStatus.SUCCEED:
        pass
    status(huawei, made.asset_id)
    assert huawei.create(inputs=[again]).status_code == 200


def test_a_video_does_not_become_an_mp3(huawei: Room) -> None:
    huawei.cut(("film", 0, 1))
    assert said(huawei.create(inputs=[INPUT | {"asset_id": "film"}], editing_settings={"format": "MP3"})) == (
        400,
        "VOD.10053",
    )


def test_sound_becomes_an_mp3(huawei: Room) -> None:
    made = huawei.cut(("song", 0, 5), format="MP3")
    answer = huawei.http.get(f"{ASSETS}/details", params={"asset_id": made.asset_id}).json()
    meta = answer["base_info"]["meta_data"]
    assert (meta["pack_type"], meta["codec"], meta["duration_ms"], "width" in meta) == ("MP3", "MP3", 5000, False)


def test_the_pieces_are_as_long_as_they_are_together(huawei: Room) -> None:
    made = huawei.cut(("film", 0, 4), ("other", 1, 2.25))
    assert huawei.vod.show_asset_detail(made.asset_id).base_info.meta_data.seconds == 5.25
