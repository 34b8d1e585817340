"""Where the two VOD services answer."""

from __future__ import annotations

import pytest

from reelstack.clouds.alibaba_vod import endpoints as alibaba
from reelstack.clouds.huawei_vod import endpoints as huawei


@pytest.mark.parametrize(
    ("region", "host"),
    [
        ("cn-shanghai", "vod.cn-shanghai.aliyuncs.com"),
        ("cn-hangzhou", "vod.cn-shanghai.aliyuncs.com"),
        ("us-east-1", "vod.aliyuncs.com"),
        ("xx-new-7", "vod.xx-new-7.aliyuncs.com"),
    ],
)
def test_alibabas_regions_share_some_houses(region: str, host: str) -> None:
    assert alibaba.endpoint(region) == f"https://{host}"


def test_huaweis_regions_have_their_own() -> None:
    assert huawei.endpoint("cn-north-4", {}) == "https://vod.cn-north-4.myhuaweicloud.com"
    assert huawei.iam_endpoint("cn-north-4", {}) == "https://iam.cn-north-4.myhuaweicloud.com"


@pytest.mark.parametrize("value", ["https://a.example/, https://b.example", "a.example"])
def test_the_vendors_own_variables_come_first(value: str) -> None:
    environ = {"HUAWEICLOUD_SDK_REGION_VOD_CN_NORTH_4": value}
    assert huawei.endpoint("cn-north-4", environ) == "https://a.example"
    assert huawei.endpoint("cn-north-1", environ) == "https://vod.cn-north-1.myhuaweicloud.com"
    assert huawei.iam_endpoint("cn-north-4", environ) == "https://iam.cn-north-4.myhuaweicloud.com"
