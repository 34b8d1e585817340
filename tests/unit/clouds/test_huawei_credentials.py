"""Huawei Cloud's chain of credentials: who wins, what is told, what never is."""

from __future__ import annotations

from pathlib import Path

import pytest

from kit.clock import ManualClock
from kit.loopback import CLOSED
from reelstack.clouds.credentials import huawei
from reelstack.clouds.credentials.huawei import HuaweiCredentials
from reelstack.errors import ConfigError

QUIET = {"REELSTACK_HUAWEI_METADATA_ENDPOINT": CLOSED}
ENVIRONMENT = {"HUAWEICLOUD_SDK_AK": "env-ak", "HUAWEICLOUD_SDK_SK": "env-sk"}
PROFILE = "[basic]\nak = ini-ak\nsk = a%b#c\nproject_id = p1\ndomain_id = d1\n[global]\nak = other\nsk = other\n"


def profile(home: Path, text: str = PROFILE) -> None:
    (home / ".huaweicloud").mkdir()
    (home / ".huaweicloud" / "credentials").write_text(text)


def never() -> HuaweiCredentials:
    raise AssertionError("nobody needs to ask")


def test_the_environment_comes_before_the_profile(tmp_path: Path) -> None:
    profile(tmp_path)
    found = huawei.find(ENVIRONMENT, tmp_path)
    assert (found.source_name, found.provider()) == ("environment", HuaweiCredentials("env-ak", "env-sk"))


def test_temporary_keys_project_and_domain_are_read_beside_them(tmp_path: Path) -> None:
    more = {"SECURITY_TOKEN": "tok\n", "PROJECT_ID": "p", "DOMAIN_ID": "d"}
    environ = ENVIRONMENT | {f"HUAWEICLOUD_SDK_{name}": value for name, value in more.items()}
    assert huawei.find(environ, tmp_path).provider() == HuaweiCredentials("env-ak", "env-sk", "tok", "p", "d")
    assert huawei.project_id(environ, never) == "p"


def test_the_profile_of_regional_services_is_read(tmp_path: Path) -> None:
    profile(tmp_path)
    found = huawei.find({"HUAWEICLOUD_SDK_AK": "half a pair"}, tmp_path)
    assert found.source_name == "profile in ~/.huaweicloud/credentials"
    assert found.provider() == HuaweiCredentials("ini-ak", "a%b#c", project_id="p1", domain_id="d1")


def test_the_profile_may_be_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "keys").write_text(PROFILE)
    found = huawei.find({"HUAWEICLOUD_SDK_CREDENTIALS_FILE": "~/keys"}, tmp_path)
    assert huawei.project_id({}, found.provider) == "p1"


def test_the_project_can_be_told_without_any_call_where_it_is_written_down(tmp_path: Path) -> None:
    profile(tmp_path)
    assert huawei.named_project({}, tmp_path) == "p1"
    assert huawei.named_project({"HUAWEICLOUD_SDK_PROJECT_ID": "p"}, tmp_path) == "p"
    assert huawei.named_project(ENVIRONMENT, tmp_path) == ""  # the profile's belongs to other keys
    oidc = ("HUAWEICLOUD_OIDC_PROVIDER_URN", "HUAWEICLOUD_OIDC_AGENCY_URN", "HUAWEICLOUD_OIDC_ID_TOKEN")
    assert huawei.named_project(dict.fromkeys(oidc, "x"), tmp_path) == ""


def test_a_project_that_is_named_nowhere_is_an_error_that_says_what_to_set(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="reelstack:account"):
        huawei.project_id({}, huawei.find(ENVIRONMENT, tmp_path).provider)


@pytest.mark.parametrize(
    ("environ", "text"),
    [
        ({"HUAWEICLOUD_SDK_IDP_ID": "x", "HUAWEICLOUD_SDK_ID_TOKEN_FILE": "x", **ENVIRONMENT}, PROFILE),
        ({}, "[basic]\nidp_id = x\nid_token_file = y\nak = a\nsk = s\n"),
    ],
    ids=["federation", "federation in the profile"],
)
def test_what_we_cannot_do_stops_the_search_and_is_named(tmp_path: Path, environ: dict[str, str], text: str) -> None:
    profile(tmp_path, text)
    with pytest.raises(ConfigError, match=r"federation.*not supported yet"):
        huawei.find(environ, tmp_path)


@pytest.mark.parametrize("text", ["\x00", "[global]\nak = a\nsk = s\n", "[basic]\nak = a\n", "ak = a"])
def test_a_profile_that_has_no_pair_is_told(tmp_path: Path, text: str) -> None:
    profile(tmp_path, text)
    with pytest.raises(ConfigError, match=r"profile in ~/\.huaweicloud/credentials: "):
        huawei.find(QUIET, tmp_path)


def test_with_nothing_found_every_place_is_listed(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no Huawei Cloud credentials") as caught:
        huawei.find(QUIET, tmp_path)
    assert [fault.path.split()[0] for fault in caught.value.faults] == [
        *("stack", "OIDC", "environment", "profile", "agency", "identity")
    ]
    assert "HUAWEICLOUD_SDK_AK" in caught.value.hint


def test_rotated_keys_are_taken_up_and_vanished_ones_are_an_error(tmp_path: Path) -> None:
    profile(tmp_path)
    environ = dict(ENVIRONMENT)
    provider = huawei.find(environ, tmp_path).provider
    environ["HUAWEICLOUD_SDK_SK"] = "new"
    assert provider().access_key_secret == "new"
    environ.clear()
    with pytest.raises(ConfigError, match="environment has no credentials any more"):
        provider()


def test_the_default_chain_reads_this_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("HUAWEICLOUD_OIDC_PROVIDER_URN", *huawei._FEDERATION, "HUAWEICLOUD_SDK_SECURITY_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    source = huawei.default_chain(ManualClock())
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    assert source().access_key_id == "env-ak"


def test_no_printed_form_and_no_description_shows_a_secret(tmp_path: Path) -> None:
    assert "hush" not in repr(HuaweiCredentials("hush1", "hush2", "hush3", "p"))
    assert huawei.describe(ENVIRONMENT, tmp_path) == "environment"
    assert huawei.describe(QUIET, tmp_path) == "no Huawei Cloud credentials were found."
