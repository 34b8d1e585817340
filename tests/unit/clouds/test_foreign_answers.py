"""A cloud that answers with somebody else's thing is not believed: whoever asked by id hears of no other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from reelstack.clouds.alibaba_ims.adapter import ImsCloud
from reelstack.clouds.alibaba_ims.client import ImsClient
from reelstack.clouds.alibaba_vod.adapter import VodCloud
from reelstack.clouds.alibaba_vod.client import VodClient
from reelstack.clouds.huawei_vod.adapter import HuaweiCloud
from reelstack.errors import Unavailable
from unit.clouds.test_huawei_client import client_of as huawei_client
from unit.clouds.test_huawei_client import said as huawei_said
from unit.wire.network import Network, said

PROJECT = {"ProjectId": "theirs", "Title": "Theirs", "Status": "Draft"}


def ims(**answer: Any) -> ImsCloud:
    return ImsCloud(ImsClient(Network.of(said(**answer)).transport()))


def vod(**answer: Any) -> VodCloud:
    return VodCloud(VodClient(Network.of(said(**answer)).transport(), "cn-shanghai"))


def huawei(*answers: httpx.Response) -> HuaweiCloud:
    return HuaweiCloud(huawei_client(*answers)[0])


ASKED: dict[str, Callable[[], object]] = {
    "a project of IMS": lambda: ims(Project=PROJECT).get_project("ours"),
    "a job of IMS": lambda: ims(MediaProducingJob={"JobId": "theirs", "Status": "Success"}).get_job("ours"),
    "media of IMS": lambda: ims(MediaInfos=[{"MediaId": "theirs"}]).get_media(["ours"]),
    "a project of VOD": lambda: vod(Project=PROJECT).get_project("ours"),
    "a video of VOD": lambda: vod(VideoList=[{"VideoId": "theirs", "Status": "Normal"}]).get_job("p/ours"),
    "media of VOD": lambda: vod(VideoList=[{"VideoId": "theirs", "Status": "Normal"}]).get_media(["ours"]),
    "an asset of Huawei Cloud": lambda: huawei(
        huawei_said(asset_info_array=[{"asset_id": "theirs", "status": "CREATED"}]),
        huawei_said(asset_id="ours"),
    ).get_media(["ours"]),
}


@pytest.mark.parametrize("what", ASKED)
def test_an_answer_about_something_else_is_an_error_and_never_taken_for_ours(what: str) -> None:
    with pytest.raises(Unavailable, match="ours"):
        ASKED[what]()
