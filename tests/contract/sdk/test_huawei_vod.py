"""The official Huawei Cloud SDK as a client of the local cloud: every operation, over loopback, really signed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import httpx
import pytest
from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException, ConnectionException
from huaweicloudsdkvod.v1 import (
    CreateAssetEditTaskReq,
    CreateAssetEditTaskRequest,
    DeleteAssetEditTaskRequest,
    DeleteAssetsRequest,
    EditInput,
    ListAssetEditTaskRequest,
    ListAssetListRequest,
    ShowAssetDetailRequest,
    ShowAssetMetaRequest,
    VodClient,
    VodEditingSetting,
)

from contract.sdk.serve import Served
from reelstack.emulator.huawei import keys
from reelstack.emulator.render.synthesise import synthesise


@pytest.fixture
def vod(local: Served) -> VodClient:
    return client(local, BasicCredentials(keys.PERMANENT.access, keys.PERMANENT.secret, keys.PROJECT_ID))


def client(local: Served, credentials: BasicCredentials) -> VodClient:
    return VodClient.new_builder().with_credentials(credentials).with_endpoint(local.url).build()


def piece(asset_id: str = "opening", start: str = "0", end: str = "2.5") -> EditInput:
    return EditInput(asset_id=asset_id, timeline_start=start, timeline_end=end)


def cut(vod: VodClient, *inputs: EditInput, **settings: object) -> Any:
    body = CreateAssetEditTaskReq(inputs=list(inputs) or [piece()], editing_settings=VodEditingSetting(**settings))
    return vod.create_asset_edit_task(CreateAssetEditTaskRequest(body=body))


def task(vod: VodClient, task_id: str) -> Any:
    found = vod.list_asset_edit_task(ListAssetEditTaskRequest(task_id=task_id))
    assert found.total == 1
    return found.tasks[0]


def refused(call: Callable[[], object]) -> tuple[int, str]:
    with pytest.raises(ClientRequestException) as raised:
        call()
    assert raised.value.error_msg
    assert raised.value.request_id
    return raised.value.status_code, raised.value.error_code


def test_a_task_becomes_an_asset(vod: VodClient) -> None:
    made = cut(vod, piece(), piece("ending", "1", "3"), format="MOV", width=640, resolution_upsample=True)
    done = task(vod, made.task_id)
    assert (done.status, done.progress, done.asset_id) == ("SUCCEED", 100, made.asset_id)
    meta = vod.show_asset_detail(ShowAssetDetailRequest(asset_id=made.asset_id)).base_info.meta_data
    assert (meta.pack_type, meta.codec, meta.duration, meta.duration_ms) == ("MOV", "H.264", 4, 4500)
    assert (meta.width, meta.hight, meta.height) == (640, 360, 360)


def test_tasks_come_page_by_page(vod: VodClient) -> None:
    made = [cut(vod).task_id for _ in range(5)]
    pages = [vod.list_asset_edit_task(ListAssetEditTaskRequest(offset=at, limit=2)) for at in (0, 2, 4, 6)]
    assert [page.total for page in pages] == [5] * 4
    assert [each.task_id for page in pages for each in page.tasks] == made[::-1]


def test_a_waiting_task_can_be_cancelled_and_no_other(vod: VodClient, local: Served) -> None:
    local.set(pace="per_look")
    waiting = cut(vod).task_id
    vod.delete_asset_edit_task(DeleteAssetEditTaskRequest(task_id=waiting))
    cancelled = task(vod, waiting)
    assert (cancelled.status, bool(cancelled.end_time)) == ("CANCEL", True)
    again = DeleteAssetEditTaskRequest(task_id=waiting)
    assert refused(lambda: vod.delete_asset_edit_task(again)) == (400, "VOD.10083")


def test_assets_are_asked_for_ten_at_a_time(vod: VodClient) -> None:
    made = cut(vod).asset_id
    found = vod.show_asset_meta(ShowAssetMetaRequest(asset_id=[made, "opening", "nobody's"]))
    shown = {each.asset_id: each for each in found.asset_info_array}
    assert {key: each.status for key, each in shown.items()} == {
        made: "CREATED",
        "opening": "CREATED",
        "nobody's": "NO_ASSET",
    }
    assert shown[made].play_info_array[0].play_type == "mp4"
    many = ShowAssetMetaRequest(asset_id=[str(number) for number in range(11)])
    assert refused(lambda: vod.show_asset_meta(many)) == (400, "VOD.10053")


def test_assets_come_page_by_page(vod: VodClient) -> None:
    made = {cut(vod).asset_id for _ in range(3)} | {"opening"}
    listed = [vod.list_asset_list(ListAssetListRequest(page=page, size=3)) for page in (0, 1)]
    assert {each.asset_id for page in listed for each in page.assets} == made
    infos = [vod.show_asset_meta(ShowAssetMetaRequest(page=page, size=3)) for page in (0, 1)]
    assert [(page.is_truncated, page.total) for page in infos] == [(1, 4), (0, 4)]


def test_deleted_assets_are_gone(vod: VodClient) -> None:
    made = [cut(vod).asset_id for _ in range(2)]
    deleted = vod.delete_assets(DeleteAssetsRequest(asset_id=made)).delete_result_array
    assert {each.asset_id: each.status for each in deleted} == dict.fromkeys(made, "DELETED")
    asked = ShowAssetDetailRequest(asset_id=made[0])
    assert refused(lambda: vod.show_asset_detail(asked)) == (403, "VOD.10062")
    assert refused(lambda: vod.delete_assets(DeleteAssetsRequest(asset_id=made))) == (403, "VOD.10062")


@pytest.mark.parametrize(
    "settings",
    [{"video_codec": 2, "width": 100}, {"video_codec": 3}, {"format": "GIF"}, {"height": 2881}, {"reference": "BEST"}],
)
def test_settings_out_of_their_range_are_refused(vod: VodClient, settings: dict[str, object]) -> None:
    assert refused(lambda: cut(vod, **settings)) == (400, "VOD.10053")


def test_a_temporary_key_needs_its_token(local: Served) -> None:
    key = keys.TEMPORARY
    signer = BasicCredentials(key.access, key.secret, keys.PROJECT_ID)
    nothing = ListAssetEditTaskRequest()
    assert refused(lambda: client(local, signer).list_asset_edit_task(nothing)) == (401, "APIGW.0301")
    assert client(local, signer.with_security_token(key.security_token)).list_asset_edit_task(nothing).total == 0


def test_a_wrong_secret_and_another_project_are_refused(local: Served) -> None:
    key, nothing = keys.PERMANENT, ListAssetEditTaskRequest()
    wrong = client(local, BasicCredentials(key.access, "wrong", keys.PROJECT_ID))
    assert refused(lambda: wrong.list_asset_edit_task(nothing)) == (401, "APIGW.0301")
    other = client(local, BasicCredentials(key.access, key.secret, "f" * 32))
    assert refused(lambda: other.list_asset_edit_task(nothing)) == (403, "VOD.10054")


def test_the_limit_is_told_with_its_own_code(vod: VodClient, local: Served) -> None:
    local.set(huawei_tasks_per_minute=1)
    cut(vod)
    assert refused(lambda: cut(vod)) == (429, "APIGW.0308")


def test_own_files_are_assets(vod: VodClient, local: Served, tmp_path: Path) -> None:
    synthesise(tmp_path / "own.mp4", kind="video", label="own", duration=1, width=192, height=128)
    given = {"path": str(tmp_path / "own.mp4"), "media_id": "own"}
    assert httpx.post(f"{local.url}/_control/media", json=given).status_code == 200
    meta = vod.show_asset_detail(ShowAssetDetailRequest(asset_id="own")).base_info.meta_data
    assert (meta.width, meta.duration_ms, meta.codec, meta.audio_codec) == (192, 1000, "H.264", "AAC")
    made = cut(vod, piece("own", "0", "1"))
    assert vod.show_asset_detail(ShowAssetDetailRequest(asset_id=made.asset_id)).base_info.meta_data.height == 128


@pytest.mark.parametrize(("container", "codec", "name"), [("HLS", 1, "H.264"), ("MP4", 2, "H.265")])
def test_a_task_is_rendered_and_played(vod: VodClient, local: Served, container: str, codec: int, name: str) -> None:
    local.set(pace="rendered", source_width=192, source_height=160, source_seconds=2, analysis_seconds=0)
    made = cut(vod, piece("opening", "0", "1"), piece("ending", "0.4", "1"), format=container, video_codec=codec)
    assert local.cloud.worker.wait_until_idle(60)
    assert task(vod, made.task_id).status == "SUCCEED"
    info = vod.show_asset_meta(ShowAssetMetaRequest(asset_id=[made.asset_id])).asset_info_array[0]
    meta = info.play_info_array[0].meta_data
    assert (info.status, meta.codec, meta.duration_ms, meta.width) == ("CREATED", name, 1600, 192)
    with av.open(info.play_info_array[0].url) as played:
        assert played.streams.video[0].codec_context.width == 192
        assert played.duration == pytest.approx(1_600_000, abs=50_000)


def test_lists_are_filtered_as_the_sdk_spells_it(vod: VodClient) -> None:
    made = cut(vod).asset_id
    asked = ShowAssetMetaRequest(
        status=["CREATED", "PUBLISHED"],
        transcode_status=["UN_TRANSCODE"],
        asset_status=["CREATED"],
        start_time="20200101000000",
        query_string=made,
    )
    assert [each.asset_id for each in vod.show_asset_meta(asked).asset_info_array] == [made]
    listed = ListAssetListRequest(asset_id=[made], status=["CREATED"], media_type=["MP4", "FLV"], order="asc")
    assert [each.asset_id for each in vod.list_asset_list(listed).assets] == [made]
    detail = ShowAssetDetailRequest(asset_id=made, categories=["transcode_info", "review_info"])
    found = vod.show_asset_detail(detail)
    assert (found.base_info, found.transcode_info.transcode_status) == (None, "UN_TRANSCODE")


def test_what_fails_is_told_without_a_reason(vod: VodClient, local: Served) -> None:
    local.go_wrong(kind="fail_job")
    assert task(vod, cut(vod).task_id).status == "FAILED"


def test_a_lost_answer_is_a_broken_connection(vod: VodClient, local: Served) -> None:
    local.go_wrong(kind="lost", action="CreateAssetEditTask")
    with pytest.raises(ConnectionException):
        cut(vod)
    assert vod.list_asset_edit_task(ListAssetEditTaskRequest()).total == 1
