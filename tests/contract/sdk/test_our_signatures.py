"""The reverse: what our clients send, signed anew with the clouds' own code, bears the same signature.

Each request is taken as our transport produced it, from the last place before the network.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import httpx
import pytest
from alibabacloud_tea_openapi.utils import Utils
from darabonba.request import DaraRequest
from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.sdk_request import SdkRequest
from huaweicloudsdkcore.signer.signer import Signer

from kit.clock import ManualClock
from reelstack.clouds.alibaba_ims import requests as ims
from reelstack.clouds.alibaba_ims.client import ImsClient
from reelstack.clouds.alibaba_vod import requests as vod
from reelstack.clouds.alibaba_vod.client import VodClient
from reelstack.clouds.alibaba_vod.production import NewProduction
from reelstack.clouds.credentials import Credentials
from reelstack.clouds.huawei_vod import requests as huawei
from reelstack.clouds.huawei_vod.client import HuaweiVodClient
from reelstack.errors import Rejected
from reelstack.wire.signing.acs3 import Acs3
from reelstack.wire.signing.huawei import SdkHmac
from reelstack.wire.transport import Transport

AWKWARD = "Spring – 春 a+b &c=d/~*'%41(!)"
TIMELINE = {"VideoTracks": [{"VideoTrackClips": [{"MediaId": AWKWARD, "In": 0, "Out": 5.5}]}]}
OUTPUT = {"MediaURL": "https://films.oss-cn-shanghai.aliyuncs.com/a.mp4", "Width": 640}
PERMANENT = Credentials("an-id", "a-secret")
TEMPORARY = Credentials("STS.an-id", "a-secret", "a-token/+=")
PROJECT = "0f00000000000000000000000000000f"


@dataclass
class Refusing:
    """A network on which every request is refused, and kept."""

    asked: list[httpx.Request] = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        said = {"Code": "InvalidParameter", "Message": "no", "error_code": "VOD.10001", "error_msg": "no"}
        return httpx.Response(400, json=said)

    def transport(self, url: str, auth: httpx.Auth) -> Transport:
        clock, network = ManualClock(), httpx.MockTransport(self)
        return Transport(url, auth, clock=clock, random=random.Random(1), transport=network)


def sent(call: Callable[[Any], object], client: Any, network: Refusing) -> httpx.Request:
    """The one request of a call."""
    with pytest.raises(Rejected):
        _carry_out(call, client)
    assert len(network.asked) == 1
    return network.asked[0]


def _carry_out(call: Callable[[Any], object], client: Any) -> None:
    found = call(client)
    if isinstance(found, Iterator):
        next(found)  # a list asks when it is walked


def operations(client: type) -> set[str]:
    return {name for name, value in vars(client).items() if callable(value) and not name.startswith("_")}


# Alibaba Cloud

IMS: Mapping[str, Callable[[ImsClient], object]] = {
    "create_editing_project": lambda c: c.create_editing_project(ims.NewProject(title=AWKWARD, timeline=TIMELINE)),
    "get_editing_project": lambda c: c.get_editing_project(AWKWARD),
    "update_editing_project": lambda c: c.update_editing_project("p", ims.ProjectChange(description="", title=AWKWARD)),
    "delete_editing_projects": lambda c: c.delete_editing_projects(["p1", "p2"]),
    "search_editing_project": lambda c: c.search_editing_project(ims.ProjectSearch(status=("Draft", "Produced"))),
    "list_editing_projects": lambda c: c.list_editing_projects(ims.ProjectFilter(keyword=AWKWARD)),
    "add_editing_project_materials": lambda c: c.add_editing_project_materials("p", ims.MaterialMaps(video=("m",))),
    "get_editing_project_materials": lambda c: c.get_editing_project_materials("p"),
    "delete_editing_project_materials": lambda c: c.delete_editing_project_materials("p", "video", ["m1", "m2"]),
    "submit_media_producing_job": lambda c: c.submit_media_producing_job(
        ims.NewJob(timeline=TIMELINE, output_media_config=OUTPUT, user_data={"k": AWKWARD}, client_token="t")
    ),
    "get_media_producing_job": lambda c: c.get_media_producing_job("j"),
    "list_media_producing_jobs": lambda c: c.list_media_producing_jobs(ims.JobFilter(project_id=AWKWARD)),
    "register_media_info": lambda c: c.register_media_info(ims.NewMedia(input_url="oss://b/ä b.mp4", title=AWKWARD)),
    "get_media_info": lambda c: c.get_media_info(ims.MediaLook(input_url="oss://b/ä b.mp4")),
    "batch_get_media_infos": lambda c: c.batch_get_media_infos(["m1", "m2"]),
    "list_media_basic_infos": lambda c: c.list_media_basic_infos(ims.MediaFilter(source="oss")),
    "delete_media_infos": lambda c: c.delete_media_infos(["m1", "m2"], delete_physical_files=True),
}
VOD: Mapping[str, Callable[[VodClient], object]] = {
    "add_editing_project": lambda c: c.add_editing_project(vod.NewProject(title=AWKWARD, timeline=TIMELINE)),
    "get_editing_project": lambda c: c.get_editing_project(AWKWARD),
    "update_editing_project": lambda c: c.update_editing_project("p", vod.ProjectChange(timeline=_long_timeline())),
    "delete_editing_project": lambda c: c.delete_editing_project(["p1", "p2"]),
    "search_editing_project": lambda c: c.search_editing_project(vod.ProjectSearch(title=AWKWARD)),
    "set_editing_project_materials": lambda c: c.set_editing_project_materials("p", ["m1", "m2"]),
    "get_editing_project_materials": lambda c: c.get_editing_project_materials("p", "video"),
    "produce_editing_project_video": lambda c: c.produce_editing_project_video(NewProduction(project_id="p")),
    "get_video_info": lambda c: c.get_video_info(vod.VideoLook(video_id=AWKWARD)),
    "get_video_infos": lambda c: c.get_video_infos(["v1", "v2"]),
    "delete_video": lambda c: c.delete_video(["v1", "v2"]),
    "search_media": lambda c: c.search_media(vod.MediaSearch(match=f"Title = '{AWKWARD}'")),
}


def _long_timeline() -> dict[str, Any]:
    """One that goes into the body."""
    return {"VideoTracks": [{"VideoTrackClips": [{"MediaId": f"medium-{n:04}"} for n in range(190)]}]}


def alibaba(client: Callable[[Transport], Any], call: Callable[[Any], object], keys: Credentials) -> httpx.Request:
    network = Refusing()
    nonces = (f"nonce-{n}" for n in itertools.count())
    url = "https://service.cn-shanghai.aliyuncs.com"
    return sent(call, client(network.transport(url, Acs3(lambda: keys, ManualClock(), nonces.__next__))), network)


def signed_by_alibaba(request: httpx.Request, keys: Credentials, body: bytes | None = None) -> str:
    """The Authorization that Alibaba Cloud's own code gives the request, with another body if one is given."""
    algorithm, _, parts = request.headers["authorization"].partition(" ")
    names = parts.partition("SignedHeaders=")[2].partition(",")[0].split(";")
    theirs = DaraRequest()
    theirs.method, theirs.pathname = request.method, request.url.path
    theirs.query = dict(parse_qsl(request.url.query.decode(), keep_blank_values=True))
    theirs.headers = {name: request.headers[name] for name in names}
    payload = Utils.hex_encode(Utils.hash(request.content if body is None else body, algorithm))
    assert body is not None or request.headers["x-acs-content-sha256"] == payload
    found: str = Utils.get_authorization(theirs, algorithm, payload, keys.access_key_id, keys.access_key_secret)
    return found


@pytest.mark.parametrize("keys", [PERMANENT, TEMPORARY], ids=["permanent", "temporary"])
@pytest.mark.parametrize("name", IMS)
def test_alibaba_signs_our_ims_requests_as_we_do(name: str, keys: Credentials) -> None:
    request = alibaba(ImsClient, IMS[name], keys)
    assert request.headers["authorization"] == signed_by_alibaba(request, keys)


@pytest.mark.parametrize("keys", [PERMANENT, TEMPORARY], ids=["permanent", "temporary"])
@pytest.mark.parametrize("name", VOD)
def test_alibaba_signs_our_vod_requests_as_we_do(name: str, keys: Credentials) -> None:
    request = alibaba(lambda transport: VodClient(transport, "cn-shanghai"), VOD[name], keys)
    assert request.headers["authorization"] == signed_by_alibaba(request, keys)


def test_a_request_that_was_changed_bears_another_signature() -> None:
    request = alibaba(ImsClient, IMS["submit_media_producing_job"], PERMANENT)
    assert request.headers["authorization"] != signed_by_alibaba(request, PERMANENT, request.content + b"x")
    assert request.headers["authorization"] != signed_by_alibaba(request, Credentials("an-id", "another"))


# Huawei Cloud

INPUT = huawei.EditInput(asset_id="asset0001", timeline_start=0, timeline_end=5.5)
HUAWEI: Mapping[str, Callable[[HuaweiVodClient], object]] = {
    "create_asset_edit_task": lambda c: c.create_asset_edit_task(huawei.NewEditTask(inputs=(INPUT,))),
    "get_asset_edit_task": lambda c: c.get_asset_edit_task(AWKWARD),
    "list_asset_edit_tasks": lambda c: c.list_asset_edit_tasks(),
    "delete_asset_edit_task": lambda c: c.delete_asset_edit_task("t"),
    "show_asset_detail": lambda c: c.show_asset_detail("a", ["transcode_info", "base_info"]),
    "show_asset_meta": lambda c: c.show_asset_meta(["b", "a"]),
    "find_asset_meta": lambda c: c.find_asset_meta(),
    "list_assets": lambda c: c.list_assets(huawei.AssetListFilter(media_type=("MP4", "HLS"), order="desc", size=7)),
    "delete_assets": lambda c: c.delete_assets(["b", "a"], only_source=True),
}


def huaweis(call: Callable[[Any], object], keys: Credentials) -> httpx.Request:
    network = Refusing()
    transport = network.transport(
        "https://vod.cn-north-4.myhuaweicloud.com", SdkHmac(lambda: keys, ManualClock(), PROJECT)
    )
    return sent(call, HuaweiVodClient(transport, PROJECT), network)


def signed_by_huawei(request: httpx.Request, keys: Credentials, body: bytes | None = None) -> str:
    """The Authorization that Huawei Cloud's own code gives the request, with another body if one is given."""
    names = request.headers["authorization"].partition("SignedHeaders=")[2].partition(",")[0].split(";")
    theirs = SdkRequest(
        method=request.method,
        host=request.url.host,
        resource_path=request.url.path,
        query_params=parse_qsl(request.url.query.decode(), keep_blank_values=True),
        header_params={name: request.headers[name] for name in names},
        body=request.content if body is None else body,
    )
    signed = Signer(BasicCredentials(keys.access_key_id, keys.access_key_secret, PROJECT)).sign(theirs)
    return str(signed.header_params["Authorization"])


@pytest.mark.parametrize("keys", [PERMANENT, TEMPORARY], ids=["permanent", "temporary"])
@pytest.mark.parametrize("name", HUAWEI)
def test_huawei_signs_our_requests_as_we_do(name: str, keys: Credentials) -> None:
    request = huaweis(HUAWEI[name], keys)
    assert request.headers["authorization"] == signed_by_huawei(request, keys)


def test_a_task_that_was_changed_bears_another_signature() -> None:
    request = huaweis(HUAWEI["create_asset_edit_task"], PERMANENT)
    assert request.headers["authorization"] != signed_by_huawei(request, PERMANENT, request.content + b"x")
    assert request.headers["authorization"] != signed_by_huawei(request, Credentials("an-id", "another"))


@pytest.mark.parametrize(("client", "called"), [(ImsClient, IMS), (VodClient, VOD), (HuaweiVodClient, HUAWEI)])
def test_every_operation_of_every_client_is_signed_here(client: type, called: Mapping[str, object]) -> None:
    assert operations(client) == set(called)
