"""Where a site answers and with whose keys; and that opening one again is the same client."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kit.clock import ManualClock
from kit.loopback import serving
from reelstack.clouds import local, reach
from reelstack.clouds import open as clouds_open
from reelstack.clouds.base import Site
from reelstack.errors import ConfigError, NoCredentials
from reelstack.wire.signing.huawei import SdkHmac
from reelstack.wire.signing.token import TokenAuth

CLOCK = ManualClock()
KEYS = {"HUAWEICLOUD_SDK_AK": "ak", "HUAWEICLOUD_SDK_SK": "sk"}
USER = {"REELSTACK_HUAWEI_USER": "u", "REELSTACK_HUAWEI_PASSWORD": "hush", "REELSTACK_HUAWEI_DOMAIN": "d"}
ALIBABA = {"url": "http://127.0.0.1:9", "access_key_id": "local-id", "access_key_secret": "local-secret"}
HUAWEI = {"huawei_access_key": "local-ak", "huawei_secret_key": "local-sk", "huawei_project_id": "local-project"}


def running(directory: Path, **said: str) -> None:
    place = directory / local.DIRECTORY
    place.mkdir(parents=True)
    (place / local.FILE).write_text(json.dumps(said))


def huawei(site: Site, environ: dict[str, str], place: Path) -> reach.HuaweiAccess:
    return reach.huawei(site, CLOCK, environ, place)


@pytest.mark.parametrize(
    ("service", "region", "url"),
    [
        ("ims", "cn-beijing", "https://ice.cn-beijing.aliyuncs.com"),
        ("vod", "cn-hangzhou", "https://vod.cn-shanghai.aliyuncs.com"),
        ("huawei", "cn-north-4", "https://vod.cn-north-4.myhuaweicloud.com"),
    ],
)
def test_a_region_has_an_address_the_environment_another_and_the_site_has_the_last_word(
    service: str, region: str, url: str
) -> None:
    environ = {reach.ENDPOINT_VARIABLES[service]: "near.example"}
    assert reach.endpoint(Site(service, region), {}) == url
    assert reach.endpoint(Site(service, region), environ) == "https://near.example"
    assert reach.endpoint(Site(service, region, "http://made.example"), environ) == "http://made.example"


def test_the_local_cloud_is_found_above_with_its_own_keys_whatever_the_environment_says(tmp_path: Path) -> None:
    running(tmp_path, **ALIBABA, **HUAWEI, pid="7")
    environ = {**KEYS, **USER, **dict.fromkeys(reach.ENDPOINT_VARIABLES.values(), "https://real.example")}
    found = reach.alibaba(Site("vod", "r", "local"), CLOCK, environ, tmp_path / "a" / "b")
    assert (found.url, found.keys().access_key_id) == ("http://127.0.0.1:9", "local-id")
    other = huawei(Site("huawei", "r", "local"), environ, tmp_path)
    assert (other.url, other.project_id) == ("http://127.0.0.1:9", "local-project")
    assert isinstance(other.auth, SdkHmac)


def test_a_local_cloud_that_does_not_serve_huawei_says_so(tmp_path: Path) -> None:
    running(tmp_path, **ALIBABA)
    with pytest.raises(ConfigError, match="does not serve Huawei"):
        huawei(Site("huawei", "r", "local"), {}, tmp_path)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"url": "http://127.0.0.1:9"}'])
def test_a_file_of_the_local_cloud_that_is_no_description_is_an_error_that_says_what_to_do(
    tmp_path: Path, text: str
) -> None:
    running(tmp_path)
    (tmp_path / local.DIRECTORY / local.FILE).write_text(text)
    with pytest.raises(ConfigError, match="start it again"):
        local.find(tmp_path, {})


def test_the_project_is_the_sites_account_or_the_one_beside_the_keys(tmp_path: Path) -> None:
    environ = {**KEYS, "HUAWEICLOUD_SDK_PROJECT_ID": "p"}
    assert huawei(Site("huawei", "r"), environ, tmp_path).project_id == "p"
    assert huawei(Site("huawei", "r", account="mine"), environ, tmp_path).project_id == "mine"


@pytest.mark.parametrize("more", [{"REELSTACK_HUAWEI_TOKEN": "t"}, USER])
def test_a_token_or_a_user_comes_before_the_keys(tmp_path: Path, more: dict[str, str]) -> None:
    found = huawei(Site("huawei", "r"), {**KEYS, **more, "HUAWEICLOUD_SDK_PROJECT_ID": "p"}, tmp_path)
    assert isinstance(found.auth, TokenAuth)
    assert found.project_id == "p"


def test_half_a_user_is_an_error_that_names_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="Set REELSTACK_HUAWEI_USER and REELSTACK_HUAWEI_DOMAIN too"):
        huawei(Site("huawei", "r"), {"REELSTACK_HUAWEI_PASSWORD": "hush"}, tmp_path)


def test_the_identity_service_may_be_elsewhere() -> None:
    site = Site("huawei", "cn-north-4")
    assert reach.iam_endpoint(site, {}) == "https://iam.cn-north-4.myhuaweicloud.com"
    assert reach.iam_endpoint(site, {reach.IAM_ENDPOINT_VARIABLE: "http://127.0.0.1:1"}) == "http://127.0.0.1:1"


def test_where_nothing_is_found_all_sites_learn_it_from_one_search(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HUAWEICLOUD_SDK_AK", "HUAWEICLOUD_SDK_PROJECT_ID", *USER):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    with serving() as machine:
        monkeypatch.setenv("REELSTACK_HUAWEI_METADATA_ENDPOINT", machine.url)
        for region in ("r1", "r2", "r1"):
            with pytest.raises(NoCredentials):
                clouds_open.huawei_client(Site("huawei", region), CLOCK)
    assert len(machine.asked) == 2  # for a token and for keys, once


def test_a_site_has_one_client_per_service_and_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    running(tmp_path, **ALIBABA, **HUAWEI)
    monkeypatch.setenv(local.DIRECTORY_VARIABLE, str(tmp_path / local.DIRECTORY))
    for opened, service in ((clouds_open.ims_client, "ims"), (clouds_open.vod_client, "vod")):
        site = Site(service, "one-client", "local")
        assert opened(site, CLOCK) is opened(site, CLOCK)
    site = Site("huawei", "one-client", "local")
    assert clouds_open.huawei_client(site, CLOCK) is clouds_open.huawei_client(site, CLOCK)


def test_a_client_without_a_project_is_an_error_that_names_the_variable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HUAWEICLOUD_SDK_PROJECT_ID", raising=False)
    monkeypatch.setenv("REELSTACK_HUAWEI_TOKEN", "t")
    with pytest.raises(ConfigError, match="HUAWEICLOUD_SDK_PROJECT_ID"):
        clouds_open.huawei_client(Site("huawei", "no-project"), CLOCK)
