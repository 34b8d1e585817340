"""What the Huawei client asks, how it reads the answers, and what it makes of trouble."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from kit.clock import ManualClock
from reelstack.clouds.credentials import Credentials
from reelstack.clouds.huawei_vod import requests, shapes
from reelstack.clouds.huawei_vod.client import HuaweiVodClient
from reelstack.clouds.huawei_vod.requests import EditingSettings, EditInput, NewEditTask
from reelstack.errors import CloudError, ConfigError, NotFound, OutcomeUnknown, Rejected
from reelstack.models.status import AssetStatus, EditTaskStatus
from reelstack.wire.signing.huawei import SdkHmac
from unit.wire.network import Answer, Network

VECTORS = json.loads((Path(__file__).parents[1] / "wire" / "vectors" / "huawei.json").read_text())
URL = "https://vod.cn-north-4.myhuaweicloud.com"
NEW = NewEditTask(
    inputs=(EditInput(asset_id="asset0001", timeline_start=0, timeline_end=5.5),),
    editing_settings=EditingSettings(format="MP4"),
)


def said(status: int = 200, **body: Any) -> httpx.Response:
    return httpx.Response(status, json=body, headers={"X-Request-Id": "r-1"})


def refused(code: str, status: int = 403) -> httpx.Response:
    return said(status, error_code=code, error_msg="so it is")


NO_CONTENT = httpx.Response(204, headers={"X-Request-Id": "r-1"})


def client_of(*answers: Answer, **options: Any) -> tuple[HuaweiVodClient, Network]:
    network = Network.of(*answers)
    return HuaweiVodClient(network.transport(URL, **options), "p1"), network


def asked(network: Network, at: int = -1) -> tuple[str, str, list[tuple[str, str]]]:
    request = network.asked[at]
    return request.method, request.url.path, list(request.url.params.multi_items())


def task(task_id: str = "t1", **facts: Any) -> dict[str, Any]:
    return {"task_id": task_id, "asset_id": f"of-{task_id}", "status": "SUCCEED", **facts}


# What is asked


def test_a_creation_is_byte_for_byte_what_the_vendors_own_client_sends_and_signs() -> None:
    vector = VECTORS[1]
    clock = ManualClock(datetime(2026, 1, 15, 8, 30, tzinfo=UTC))
    keys = Credentials(vector["access_key"], vector["secret_key"])
    project = vector["headers"]["X-Project-Id"]
    network = Network.of(said(task_id="t", asset_id="a"))
    transport = network.transport(URL, auth=SdkHmac(lambda: keys, clock, project), clock=clock)
    HuaweiVodClient(transport, project).create_asset_edit_task(NEW)
    assert network.asked[0].content.decode() == vector["body"]
    assert network.asked[0].headers["authorization"] == vector["authorization"]


def test_what_the_service_would_refuse_is_not_sent() -> None:
    client, network = client_of(said())
    with pytest.raises(ConfigError, match="inputs") as caught:
        client.create_asset_edit_task(NewEditTask(inputs=(), editing_settings=EditingSettings(width=1)))
    assert len(caught.value.faults) == 2
    assert network.asked == []


def test_every_operation_has_its_method_path_and_query() -> None:
    client, network = client_of(
        *(said(tasks=[task()]), NO_CONTENT, said(asset_id="a"), said(asset_info_array=[]), said(assets=[])),
        *(said(asset_info_array=[]), said(delete_result_array=[{"asset_id": "a", "status": "DELETED"}])),
    )
    client.get_asset_edit_task("t1")
    client.delete_asset_edit_task("t1")
    client.show_asset_detail("a", ["base_info", "transcode_info"])
    client.show_asset_meta(["a", "b"])
    list(client.list_assets(requests.AssetListFilter(media_type=("MP4", "HLS"), order="desc", size=7)))
    list(client.find_asset_meta())
    client.delete_assets(["a"], only_source=True)
    tasks, assets = "/v1/p1/asset/editing/tasks", "/v1.0/p1/asset"
    detail = [("asset_id", "a"), ("categories", "base_info"), ("categories", "transcode_info")]
    listing = [("media_type", "HLS"), ("media_type", "MP4"), ("order", "desc"), ("page", "0"), ("size", "7")]
    assert [asked(network, at) for at in range(7)] == [
        ("GET", tasks, [("task_id", "t1")]),
        ("DELETE", tasks, [("task_id", "t1")]),
        ("GET", f"{assets}/details", detail),
        ("GET", f"{assets}/info", [("asset_id", "a"), ("asset_id", "b")]),
        ("GET", f"{assets}/list", listing),
        ("GET", f"{assets}/info", [("page", "0"), ("size", "100")]),
        ("DELETE", assets, [("asset_id", "a"), ("delete_type", "origin")]),
    ]
    assert {request.headers["content-type"] for request in network.asked} == {"application/json"}


def test_without_a_project_there_is_no_client() -> None:
    with pytest.raises(ConfigError, match="HUAWEICLOUD_SDK_PROJECT_ID"):
        HuaweiVodClient(Network.of(said()).transport(URL), "")


# How answers are read


def test_a_creation_tells_the_task_and_the_asset_to_be() -> None:
    created = client_of(said(task_id="t", asset_id="a"))[0].create_asset_edit_task(NEW)
    assert (created.task_id, created.asset_id, created.request_id) == ("t", "a", "r-1")


@pytest.mark.parametrize("body", [{}, {"task_id": None}, {"task_id": "", "asset_id": "a"}])
def test_a_creation_without_a_task_may_have_happened(body: dict[str, Any]) -> None:
    with pytest.raises(OutcomeUnknown, match="r-1"):
        client_of(said(**body))[0].create_asset_edit_task(NEW)


def test_a_task_is_read() -> None:
    facts: dict[str, Any] = {"progress": 100, "create_time": "2025-09-01T18:50:20Z", "end_time": "2025-09-01T19:50:20Z"}
    found = client_of(said(total=1, tasks=[task(**facts)]))[0].get_asset_edit_task("t1")
    assert (found.asset_id, found.status, found.progress) == ("of-t1", EditTaskStatus.SUCCEED, 100)
    assert found.create_time == datetime(2025, 9, 1, 18, 50, 20, tzinfo=UTC)
    assert found.end_time == datetime(2025, 9, 1, 19, 50, 20, tzinfo=UTC)


def test_a_status_that_nobody_knows_is_still_moving() -> None:
    found = client_of(said(tasks=[task(status="RETICULATING")]))[0].get_asset_edit_task("t1")
    assert (found.status, found.status_word, found.status.terminal) == (EditTaskStatus.UNKNOWN, "RETICULATING", False)


DETAIL: dict[str, Any] = {
    "asset_id": "a",
    "base_info": {
        "title": "T",
        "create_time": "20200901185020",
        "cover_info_array": [{"cover_url": "c"}],
        "meta_data": {
            "duration": 5,
            "duration_ms": 5523,
            "hight": 720,
            "width": "1280",
            "video_size": 99,
            "codec": "H.264",
        },
        "source_path": {"bucket": "b", "location": "cn-north-4", "object": "o.mp4"},
        "output_path": None,
        "subtitle_info": [{"language": "en"}],
    },
    "transcode_info": {"transcode_status": "UN_TRANSCODE", "output": [{"play_type": "hls"}]},
    "thumbnail_info": {"x": 1},
    "review_info": [],
}


def test_an_asset_is_read_with_its_own_time_format_and_its_old_misspelling() -> None:
    found = client_of(said(**DETAIL))[0].show_asset_detail("a")
    meta = found.base_info.meta_data
    assert found.base_info.create_time == datetime(2020, 9, 1, 18, 50, 20, tzinfo=UTC)
    assert (meta.width, meta.height, meta.video_size, meta.seconds) == (1280, 720, 99, 5.523)
    assert (found.base_info.covers[0].cover_url, found.base_info.source_path.object) == ("c", "o.mp4")
    assert (found.transcode_info.transcode_status, found.thumbnail_info) == ("UN_TRANSCODE", {"x": 1})
    assert (found.base_info.output_path, found.review_info) == (shapes.ObjectPath(), {})


def test_assets_are_read_ten_at_a_time_and_the_missing_have_a_status_that_says_so() -> None:
    play = {"play_type": "hls", "url": "u", "meta_data": {"duration": 3}}
    first = {"asset_id": "a0", "status": "PUBLISHED", "base_info": {"title": "T"}, "play_info_array": [play]}
    client, network = client_of(
        said(asset_info_array=[first], total=1), said(asset_info_array=[{"asset_id": "a10", "status": "NOASSET"}])
    )
    found = client.show_asset_meta([f"a{number}" for number in range(11)])
    assert [len(network.asked[at].url.params.get_list("asset_id")) for at in (0, 1)] == [10, 1]
    assert [(one.status, one.status.absent) for one in found] == [
        (AssetStatus.PUBLISHED, False),
        (AssetStatus.NO_ASSET, True),
    ]
    assert (found[0].plays[0].url, found[0].plays[0].meta_data.seconds) == ("u", 3.0)


@pytest.mark.parametrize("look", ["tasks", "assets"])
def test_a_success_without_its_list_is_not_taken_for_an_empty_one(look: str) -> None:
    client, _ = client_of(said(message="maintenance"))
    with pytest.raises(OutcomeUnknown, match="r-1"):
        client.get_asset_edit_task("t") if look == "tasks" else client.show_asset_meta(["a"])


# What is there no more


@pytest.mark.parametrize("answer", [said(total=0), said(total=0, tasks=[]), refused("VOD.10062"), said(tasks=[task()])])
def test_a_task_without_a_record_is_not_found(answer: httpx.Response) -> None:
    with pytest.raises(NotFound, match="r-1"):
        client_of(answer)[0].get_asset_edit_task("t9")


@pytest.mark.parametrize("status", [400, 403])
def test_an_asset_that_is_gone_is_not_found_whatever_the_http_status(status: int) -> None:
    with pytest.raises(NotFound):
        client_of(refused("VOD.10062", status))[0].show_asset_detail("a")


def test_a_task_that_does_not_wait_cannot_be_cancelled() -> None:
    with pytest.raises(Rejected, match=r"VOD\.10083"):
        client_of(refused("VOD.10083", 400))[0].delete_asset_edit_task("t1")


def deleted(*ids: str, status: str = "DELETED") -> httpx.Response:
    return said(delete_result_array=[{"asset_id": one, "status": status} for one in ids])


def test_assets_are_deleted_ten_at_a_time_and_one_by_one_when_one_is_gone() -> None:
    ids = [f"a{number}" for number in range(12)]
    client, network = client_of(deleted(*ids[:10]), refused("VOD.10062"), refused("VOD.10062"), deleted("a11"))
    assert client.delete_assets(ids) == ("a10",)
    assert [len(request.url.params.get_list("asset_id")) for request in network.asked] == [10, 2, 1, 1]


def test_a_refusal_inside_a_success_is_raised_after_the_others_were_tried() -> None:
    ids = [f"a{number}" for number in range(11)]
    client, network = client_of(deleted(*ids[:10], status="FAILED"), deleted("a10"))
    with pytest.raises(Rejected, match=r"a0, a1.*r-1.*transcoded"):
        client.delete_assets(ids)
    assert len(network.asked) == 2


def test_what_a_deletion_does_not_mention_is_not_taken_for_deleted() -> None:
    with pytest.raises(Rejected, match="b"):
        client_of(deleted("a"))[0].delete_assets(["a", "b"])


def test_no_ids_no_request() -> None:
    client, network = client_of(said())
    assert (client.delete_assets([]), client.show_asset_meta([])) == ((), ())
    assert network.asked == []


# Lists


def test_tasks_are_listed_a_hundred_at_a_time_and_each_once() -> None:
    pages = [[task(f"t{number}") for number in range(start, start + 100)] for start in (0, 99)]
    client, network = client_of(*(said(total=203, tasks=page) for page in pages), said(total=203, tasks=[task("t199")]))
    assert [one.task_id for one in client.list_asset_edit_tasks()] == [f"t{number}" for number in range(200)]
    assert [request.url.params["offset"] for request in network.asked] == ["0", "100", "200"]


def test_a_list_that_does_not_turn_pages_ends() -> None:
    page = said(tasks=[task(f"t{number}") for number in range(100)])
    client, network = client_of(page)
    assert len(list(client.list_asset_edit_tasks())) == 100
    assert len(network.asked) == 2


def test_assets_with_status_are_listed_until_nothing_is_cut_off() -> None:
    client, network = client_of(
        said(asset_info_array=[{"asset_id": "a"}], is_truncated=1), said(asset_info_array=[{"asset_id": "b"}])
    )
    assert [one.asset_id for one in client.find_asset_meta()] == ["a", "b"]
    assert [request.url.params["page"] for request in network.asked] == ["0", "1"]


def test_assets_are_listed_until_a_page_is_not_full() -> None:
    facts = {"asset_status": "CREATED", "duration_ms": 1500, "size": 10, "create_time": "20200901185020"}
    client, _ = client_of(said(total=3, assets=[{"asset_id": "a", **facts}, {"asset_id": "b"}]), said(assets=[]))
    found = list(client.list_assets(requests.AssetListFilter(size=2)))
    assert [one.asset_id for one in found] == ["a", "b"]
    assert (found[0].asset_status, found[0].duration_ms, found[0].size) == (AssetStatus.CREATED, 1500.0, 10)


# What is repeated

Ask = Callable[[HuaweiVodClient], object]
ONCE: dict[str, Ask] = {"CreateAssetEditTask": lambda c: c.create_asset_edit_task(NEW)}
AGAIN: dict[str, Ask] = {
    "ListAssetEditTask": lambda c: c.get_asset_edit_task("t1"),
    "DeleteAssetEditTask": lambda c: c.delete_asset_edit_task("t1"),
    "ShowAssetDetail": lambda c: c.show_asset_detail("a"),
    "ShowAssetMeta": lambda c: c.show_asset_meta(["a"]),
    "ListAssetList": lambda c: list(c.list_assets()),
    "DeleteAssets": lambda c: c.delete_assets(["a"]),
}
FITS_ALL: dict[str, Any] = {
    "task_id": "t1",
    "asset_id": "a",
    "tasks": [task()],
    "assets": [],
    "asset_info_array": [],
    "delete_result_array": [{"asset_id": "a", "status": "DELETED"}],
}
MAY_HAVE_HAPPENED = [httpx.ReadTimeout(""), refused("VOD.10051"), refused("VST.10002", 400), httpx.Response(502)]


@pytest.mark.parametrize("trouble", MAY_HAVE_HAPPENED)
def test_a_task_that_may_have_been_created_is_not_created_twice(trouble: Answer) -> None:
    client, network = client_of(trouble, said(**FITS_ALL))
    with pytest.raises(OutcomeUnknown):
        client.create_asset_edit_task(NEW)
    assert len(network.asked) == 1


@pytest.mark.parametrize("action", AGAIN)
@pytest.mark.parametrize("trouble", MAY_HAVE_HAPPENED[:2])
def test_what_can_be_repeated_is(action: str, trouble: Answer) -> None:
    client, network = client_of(trouble, said(**FITS_ALL))
    AGAIN[action](client)
    assert len(network.asked) == 2
    assert asked(network, 0) == asked(network, 1)


@pytest.mark.parametrize("action", [*ONCE, *AGAIN])
def test_every_operation_tells_the_clouds_own_words(action: str) -> None:
    client, _ = client_of(refused("VOD.10053", 400))
    with pytest.raises(CloudError, match=rf"huawei-vod {action}: VOD\.10053: so it is. \(request id r-1\)"):
        (ONCE | AGAIN)[action](client)


@pytest.mark.parametrize("code", ["APIGW.0301", "APIGW.0303", "VOD.10054"])
def test_wrong_keys_are_shown_once_because_five_times_lock_them(code: str) -> None:
    client, network = client_of(refused(code, 401))
    with pytest.raises(CloudError, match=code):
        client.show_asset_detail("a")
    assert len(network.asked) == 1
