"""Media assets of the Huawei room: details, info, list, delete, and files of the user's own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from contract.emulator.huawei_door import ASSETS, Room, said
from reelstack.clouds.huawei_vod.requests import AssetFilter, AssetListFilter
from reelstack.emulator.render.synthesise import synthesise
from reelstack.errors import NotFound, Rejected
from reelstack.models.status import AssetStatus

START = datetime(2026, 1, 15, 8, 30, tzinfo=UTC)


def asked(huawei: Room, what: str, **query: Any) -> dict[str, Any]:
    answer = huawei.http.get(f"{ASSETS}/{what}", params=query)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def deleted(huawei: Room, *ids: str, **query: str) -> httpx.Response:
    return huawei.http.delete(ASSETS, params={"asset_id": list(ids), **query})


def made(huawei: Room, count: int) -> list[str]:
    """The outputs of so many tasks, a minute apart."""
    found = []
    for _ in range(count):
        found.append(huawei.cut().asset_id)
        huawei.clock.move(60)
    return found


# Details


def test_the_details_have_the_services_fields(huawei: Room) -> None:
    asset_id = huawei.cut(("film", 0, 0.4), width=640, video_codec=2).asset_id
    base = asked(huawei, "details", asset_id=asset_id)["base_info"]
    assert (base["create_time"], base["video_type"], base["category_id"]) == ("20260115083000", "MP4", -1)
    assert base["video_url"].endswith(f"/objects/reelstack-huawei-vod/{asset_id}/{asset_id}.mp4")
    assert base["sign_url"].startswith(f"{base['video_url']}?")
    meta = base["meta_data"]
    assert (meta["duration"], meta["duration_ms"]) == (1, 400)
    assert (meta["width"], meta["hight"], meta["height"]) == (640, 360, 360)
    assert (meta["codec"], meta["audio_codec"], meta["frame_rate"], meta["quality"]) == ("H.265", "AAC", 6, "FLUENT")


def test_the_file_is_fetched_at_its_address(huawei: Room) -> None:
    base = asked(huawei, "details", asset_id=huawei.cut().asset_id)["base_info"]
    path = base["sign_url"].removeprefix("http://127.0.0.1:8757")
    assert huawei.http.get(path).content


@pytest.mark.parametrize(
    ("categories", "parts"),
    [
        ([], {"base_info", "transcode_info", "thumbnail_info", "review_info"}),
        (["base_info"], {"base_info"}),
        (["base_info", "review_info"], {"base_info", "review_info"}),
        (["thumbnail_info,transcode_info"], {"thumbnail_info", "transcode_info"}),
    ],
)
def test_the_details_are_those_that_were_asked_for(huawei: Room, categories: list[str], parts: set[str]) -> None:
    found = asked(huawei, "details", asset_id=huawei.cut().asset_id, categories=categories)
    assert set(found) - {"asset_id"} == parts


def test_an_unknown_category_is_refused(huawei: Room) -> None:
    query = {"asset_id": huawei.cut().asset_id, "categories": "all"}
    assert said(huawei.http.get(f"{ASSETS}/details", params=query)) == (400, "VOD.10053")


def test_an_asset_that_is_being_made_has_no_file_yet(huawei: Room) -> None:
    huawei.set(pace="timed")
    asset_id = huawei.cut().asset_id
    for seconds in (0, 15):  # the task is done then, but not the asset
        huawei.clock.move(seconds)
        base = asked(huawei, "details", asset_id=asset_id)["base_info"]
        assert not {"meta_data", "video_url"} & set(base)
    huawei.clock.move(1)
    assert "video_url" in asked(huawei, "details", asset_id=asset_id)["base_info"]


def test_what_is_not_there_is_a_403_and_no_lack_of_permission(huawei: Room) -> None:
    assert said(huawei.http.get(f"{ASSETS}/details", params={"asset_id": "nobody's"})) == (403, "VOD.10062")
    with pytest.raises(NotFound):
        huawei.vod.show_asset_detail("nobody's")
    assert said(huawei.http.get(f"{ASSETS}/details")) == (400, "VOD.10053")


# Info


@pytest.mark.parametrize("apart", [True, False], ids=["repeated", "commas"])
def test_every_id_that_is_asked_for_is_answered_in_order(huawei: Room, apart: bool) -> None:
    first, second = made(huawei, 2)
    deleted(huawei, second)
    ids = [second, "nobody's", first]
    found = asked(huawei, "info", asset_id=ids if apart else ",".join(ids), page="7", size="1")
    shown = [(each["asset_id"], each["status"]) for each in found["asset_info_array"]]
    assert shown == [(second, "DELETED"), ("nobody's", "NO_ASSET"), (first, "CREATED")]
    assert (found["total"], found["is_truncated"]) == (3, 0)


def test_our_client_asks_ten_at_a_time(huawei: Room) -> None:
    ids = made(huawei, 12)
    assert {each.asset_id for each in huawei.vod.show_asset_meta(ids)} == set(ids)
    eleven = {"asset_id": ids[:11]}
    for what in ("info", "list"):
        assert said(huawei.http.get(f"{ASSETS}/{what}", params=eleven)) == (400, "VOD.10053")


@pytest.mark.parametrize(("kind", "play"), [("MP4", "mp4"), ("HLS", "hls"), ("FLV", "mp4")])
def test_what_is_there_can_be_played(huawei: Room, kind: str, play: str) -> None:
    found = huawei.vod.show_asset_meta([huawei.cut(format=kind).asset_id])[0]
    assert [each.play_type for each in found.plays] == [play]
    assert found.plays[0].url.endswith("playlist.m3u8" if kind == "HLS" else f".{kind.lower()}")


def test_without_ids_the_assets_come_page_by_page(huawei: Room) -> None:
    ids = made(huawei, 4)
    pages = [asked(huawei, "info", page=str(page), size="2") for page in range(3)]
    assert [page["is_truncated"] for page in pages] == [1, 1, 0]
    assert [page["total"] for page in pages] == [5] * 3
    assert {each.asset_id for each in huawei.vod.find_asset_meta(AssetFilter(size=2))} == {*ids, "opening"}


def test_lists_are_filtered(huawei: Room) -> None:
    ids = made(huawei, 3)
    huawei.go_wrong(kind="fail_job")
    failed = huawei.cut().asset_id
    late = START + timedelta(minutes=2)
    wanted: list[tuple[AssetFilter, set[str]]] = [
        (AssetFilter(status=("UPLOAD_FAILED",)), {failed}),
        (AssetFilter(status=("UPLOAD_FAILED", "CREATED")), {failed, "opening", *ids}),
        (AssetFilter(start_time=late), {failed, ids[2]}),
        (AssetFilter(end_time=START), {"opening", ids[0]}),
        (AssetFilter(query_string="OPEN"), {"opening"}),
        (AssetFilter(transcode_status=("TRANSCODING",)), set()),
        (AssetFilter(asset_status=("PUBLISHED",)), set()),
        (AssetFilter(category_id=5), set()),
        (AssetFilter(tags="spring"), set()),
    ]
    for filters, expected in wanted:
        assert {each.asset_id for each in huawei.vod.find_asset_meta(filters)} == expected, filters


# List


def test_the_list_says_what_went_wrong_in_one_word(huawei: Room) -> None:
    huawei.go_wrong(kind="fail_job")
    failed = huawei.cut().asset_id
    found = {each["asset_id"]: each for each in asked(huawei, "list")["assets"]}
    assert (found[failed]["asset_status"], "duration" in found[failed]) == ("FAILED", False)
    assert (found["opening"]["asset_status"], found["opening"]["media_type"]) == ("CREATED", "MP4")


def test_the_list_is_ordered_and_filtered(huawei: Room) -> None:
    first, second = made(huawei, 2)
    order = [each.asset_id for each in huawei.vod.list_assets(AssetListFilter(order="asc", size=2))]
    assert order == [*[each for each in ("opening", first) if each], second]
    assert [each.asset_id for each in huawei.vod.list_assets(AssetListFilter(asset_id=(second,)))] == [second]
    assert not list(huawei.vod.list_assets(AssetListFilter(media_type=("FLV",))))
    assert not list(huawei.vod.list_assets(AssetListFilter(status=("PUBLISHED",))))


@pytest.mark.parametrize(
    "query",
    [{"size": "101"}, {"size": "0"}, {"page": "-1"}, {"order": "up"}, {"start_time": "2026-01-15T08:30:00Z"}],
)
def test_a_list_that_is_none_is_refused(huawei: Room, query: dict[str, str]) -> None:
    assert said(huawei.http.get(f"{ASSETS}/list", params=query)) == (400, "VOD.10053")


def test_late_lists_show_new_assets_later(huawei: Room) -> None:
    huawei.go_wrong(kind="late_lists", seconds=30)
    asset_id = huawei.cut().asset_id
    assert asked(huawei, "list")["total"] == asked(huawei, "info")["total"] == 0
    assert huawei.vod.show_asset_meta([asset_id])[0].status is AssetStatus.CREATED
    huawei.clock.move(30)
    assert asked(huawei, "list")["total"] == 2


# Delete


def test_what_is_deleted_is_gone_with_its_file(huawei: Room) -> None:
    asset_id = huawei.cut(format="HLS").asset_id
    path = Path(huawei.control("GET", f"media/{asset_id}")["path"])
    assert path.exists()
    assert deleted(huawei, asset_id).json() == {"delete_result_array": [{"asset_id": asset_id, "status": "DELETED"}]}
    assert not path.parent.exists()
    assert said(deleted(huawei, asset_id)) == (403, "VOD.10062")
    assert huawei.vod.delete_assets([asset_id]) == (asset_id,)


def test_what_is_being_made_cannot_be_deleted(huawei: Room) -> None:
    done = huawei.cut().asset_id
    huawei.set(pace="per_look")
    making = huawei.cut().asset_id
    results = deleted(huawei, making, done).json()["delete_result_array"]
    assert {each["asset_id"]: each["status"] for each in results} == {making: "FAILED", done: "DELETED"}
    with pytest.raises(Rejected, match=making):
        huawei.vod.delete_assets([making])


def test_a_deletion_with_an_unknown_asset_deletes_nothing(huawei: Room) -> None:
    asset_id = huawei.cut().asset_id
    assert said(deleted(huawei, asset_id, "nobody's")) == (403, "VOD.10062")
    assert huawei.vod.show_asset_meta([asset_id])[0].status is AssetStatus.CREATED
    assert huawei.vod.delete_assets([asset_id, "nobody's"]) == ("nobody's",)


def test_one_to_ten_are_deleted_at_a_time(huawei: Room) -> None:
    assert said(deleted(huawei)) == (400, "VOD.10053")
    assert said(deleted(huawei, *made(huawei, 11))) == (400, "VOD.10053")
    assert said(deleted(huawei, "opening", delete_type="all")) == (400, "VOD.10053")


def test_the_source_file_alone_is_deleted_and_the_record_stays(huawei: Room) -> None:
    asset_id = huawei.cut().asset_id
    assert deleted(huawei, asset_id, delete_type="origin").status_code == 200
    assert huawei.vod.show_asset_meta([asset_id])[0].status is AssetStatus.CREATED
    assert not Path(huawei.control("GET", f"media/{asset_id}")["path"]).exists()


# Files of the user's own


def test_an_own_file_is_an_asset_and_stays_the_users(huawei: Room, tmp_path: Path) -> None:
    own = tmp_path / "own film.mp4"
    synthesise(own, kind="video", label="own", duration=1, width=192, height=128)
    for _ in range(2):
        huawei.control("POST", "media", path=str(own), media_id="own", title="Own")
    detail = huawei.vod.show_asset_detail("own")
    assert (detail.base_info.title, detail.base_info.meta_data.seconds) == ("Own", 1)
    huawei.vod.delete_assets(["own"])
    assert own.exists()


@pytest.mark.parametrize(("start", "status"), [("0.9", "SUCCEED"), ("1", "FAILED")])
def test_a_piece_that_begins_after_its_asset_fails_the_task(
    huawei: Room, tmp_path: Path, start: str, status: str
) -> None:
    synthesise(tmp_path / "own.m4a", kind="audio", label="own", duration=1)
    huawei.control("POST", "media", path=str(tmp_path / "own.m4a"), media_id="own")
    task_id = huawei.cut(("own", float(start), 5687)).task_id
    assert huawei.vod.get_asset_edit_task(task_id).status_word == status


def test_an_own_picture_is_no_input(huawei: Room, tmp_path: Path) -> None:
    synthesise(tmp_path / "own.png", kind="image", label="own", width=192, height=128)
    huawei.control("POST", "media", path=str(tmp_path / "own.png"), media_id="own")
    with pytest.raises(Rejected, match="neither video nor audio"):
        huawei.cut(("own", 0, 1))
