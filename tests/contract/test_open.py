"""The three clients as the product opens them, against the local cloud: address, keys, signature and project fit."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from reelstack.clock import SystemClock
from reelstack.clouds import local
from reelstack.clouds import open as clouds_open
from reelstack.clouds.base import Site
from reelstack.emulator import daemon
from reelstack.errors import Denied

CLOCK = SystemClock()


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    directory = tmp_path_factory.mktemp("cloud")
    daemon.start(directory, 0)
    try:
        yield directory
    finally:
        daemon.stop(directory)


@pytest.fixture
def cloud(running: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(local.DIRECTORY_VARIABLE, str(running))


@pytest.mark.usefixtures("cloud")
def test_all_three_services_are_reached_by_the_word_local() -> None:
    assert list(clouds_open.ims_client(Site("ims", "cn-shanghai", "local"), CLOCK).list_editing_projects()) == []
    assert list(clouds_open.vod_client(Site("vod", "cn-shanghai", "local"), CLOCK).search_editing_project()) == []
    assert list(clouds_open.huawei_client(Site("huawei", "cn-north-4", "local"), CLOCK).list_asset_edit_tasks()) == []


def test_keys_of_the_environment_are_used_at_an_address(running: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = local.find(running, {local.DIRECTORY_VARIABLE: str(running)})
    monkeypatch.setenv("HUAWEICLOUD_SDK_AK", found.huawei_access_key)
    monkeypatch.setenv("HUAWEICLOUD_SDK_SK", found.huawei_secret_key)
    site = Site("huawei", "cn-north-4", found.url, found.huawei_project_id)
    client = clouds_open.huawei_client(site, SystemClock())
    assert list(client.list_asset_edit_tasks()) == []
    monkeypatch.setenv("HUAWEICLOUD_SDK_SK", "wrong")
    with pytest.raises(Denied, match="APIGW"):
        list(client.list_asset_edit_tasks())


def test_the_endpoint_of_the_environment_leads_there(running: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = local.find(running, {local.DIRECTORY_VARIABLE: str(running)})
    monkeypatch.setenv("REELSTACK_VOD_ENDPOINT", found.url)
    monkeypatch.setenv("ALIBABA_CLOUD_ACCESS_KEY_ID", found.access_key_id)
    monkeypatch.setenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET", found.access_key_secret)
    assert list(clouds_open.vod_client(Site("vod", "cn-shanghai"), SystemClock()).search_editing_project()) == []
