"""The chain of credentials: who wins, what is told, what never is."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest

from kit.clock import ManualClock
from kit.loopback import CLOSED, Asked, serving
from reelstack.clouds import credentials
from reelstack.clouds.credentials import Credentials
from reelstack.errors import ConfigError

QUIET = {"ALIBABA_CLOUD_ECS_METADATA_DISABLED": "true"}
ENVIRONMENT = {"ALIBABA_CLOUD_ACCESS_KEY_ID": "env-id", "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "env-secret"}
URI = {**QUIET, "ALIBABA_CLOUD_CREDENTIALS_URI": f"{CLOSED}/keys"}


def cli(home: Path, *profiles: Mapping[str, str], current: str = "default") -> None:
    (home / ".aliyun").mkdir()
    (home / ".aliyun" / "config.json").write_text(json.dumps({"current": current, "profiles": profiles}))


def profile(name: str = "default", mode: str = "AK", **more: str) -> dict[str, str]:
    return {"name": name, "mode": mode, "access_key_id": f"{name}-id", "access_key_secret": f"{name}-secret", **more}


def ini(home: Path, text: str) -> None:
    (home / ".alibabacloud").mkdir()
    (home / ".alibabacloud" / "credentials.ini").write_text(text)


def found(environ: Mapping[str, str], home: Path) -> Credentials:
    return credentials.find(environ, home).provider()


def test_the_environment_comes_first(tmp_path: Path) -> None:
    cli(tmp_path, profile())
    assert found(ENVIRONMENT, tmp_path) == Credentials("env-id", "env-secret")


def test_a_token_makes_them_temporary(tmp_path: Path) -> None:
    environ = ENVIRONMENT | {"ALIBABA_CLOUD_SECURITY_TOKEN": "tok\n"}
    assert found(environ, tmp_path).security_token == "tok"


def test_half_a_pair_is_none(tmp_path: Path) -> None:
    cli(tmp_path, profile())
    assert found({"ALIBABA_CLOUD_ACCESS_KEY_ID": "x"}, tmp_path).access_key_id == "default-id"


def test_the_current_profile_is_taken_or_the_one_that_is_named(tmp_path: Path) -> None:
    cli(tmp_path, profile(), profile("work", "StsToken", sts_token="tok"))
    assert found(QUIET, tmp_path).access_key_id == "default-id"
    named = found({"ALIBABA_CLOUD_PROFILE": "work"}, tmp_path)
    assert (named.access_key_id, named.security_token) == ("work-id", "tok")


def test_a_profile_can_be_switched_off(tmp_path: Path) -> None:
    cli(tmp_path, profile())
    with pytest.raises(ConfigError, match="switched off by ALIBABA_CLOUD_CLI_PROFILE_DISABLED"):
        credentials.find(QUIET | {"ALIBABA_CLOUD_CLI_PROFILE_DISABLED": "true"}, tmp_path)


@pytest.mark.parametrize("mode", ["CloudSSO", "OAuth", "External"])
def test_a_mode_that_we_cannot_do_stops_the_search_and_is_named(tmp_path: Path, mode: str) -> None:
    cli(tmp_path, profile(mode=mode))
    ini(tmp_path, "[default]\ntype = access_key\naccess_key_id = other-account\naccess_key_secret = s\n")
    with pytest.raises(ConfigError, match=rf"{mode}.*not supported yet"):
        credentials.find(QUIET, tmp_path)


def test_the_ini_file_is_read_with_its_comments(tmp_path: Path) -> None:
    ini(tmp_path, "[default]\ntype = access_key # plain\naccess_key_id = ini-id\naccess_key_secret = a%b # mine\n")
    assert found(QUIET, tmp_path) == Credentials("ini-id", "a%b")


def test_the_ini_file_may_be_elsewhere_and_have_another_section(tmp_path: Path) -> None:
    (tmp_path / "keys").write_text("[work]\ntype = access_key\naccess_key_id = w\naccess_key_secret = s\n")
    environ = {"ALIBABA_CLOUD_CREDENTIALS_FILE": "~/keys", "ALIBABA_CLOUD_PROFILE": "work"}
    assert found(environ, tmp_path).access_key_id == "w"


@pytest.mark.parametrize("text", ["{", "[]", '{"profiles": 3}', '{"current": "a", "profiles": [7]}', "\x00"])
def test_a_profile_file_that_is_broken_is_passed_over_and_told(tmp_path: Path, text: str) -> None:
    cli(tmp_path)
    (tmp_path / ".aliyun" / "config.json").write_text(text)
    with pytest.raises(ConfigError, match=r"profile in ~/\.aliyun/config\.json: it "):
        credentials.find(QUIET, tmp_path)


def answer(**more: str) -> dict[str, object]:
    return {"Code": "Success", "AccessKeyId": "uri-id", "AccessKeySecret": "s", "SecurityToken": "tok", **more}


def test_an_address_is_asked_again_shortly_before_its_keys_expire(tmp_path: Path) -> None:
    clock = ManualClock()

    def keys(_: Asked) -> tuple[int, object]:
        return 200, answer(Expiration=(clock.now() + timedelta(hours=1)).isoformat().replace("+00:00", "Z"))

    with serving() as address:
        address.answers["GET /keys"] = keys
        environ = URI | {"ALIBABA_CLOUD_CREDENTIALS_URI": f"{address.url}/keys"}
        provider = credentials.find(environ, tmp_path, clock=clock).provider
        assert provider() == provider() == Credentials("uri-id", "s", "tok")
        clock.move(54 * 60)
        provider()
        assert len(address.asked) == 1
        clock.move(2 * 60)
        provider()
        assert len(address.asked) == 2


def test_an_address_that_refuses_is_told_without_its_answer(tmp_path: Path) -> None:
    with serving() as address:
        address.answers["GET /keys"] = (200, answer(Code="Denied", AccessKeyId="hush"))
        with pytest.raises(ConfigError, match="answers without success") as caught:
            credentials.find(URI | {"ALIBABA_CLOUD_CREDENTIALS_URI": f"{address.url}/keys"}, tmp_path)
    assert "hush" not in str(caught.value)


def test_an_address_where_nobody_answers_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no answer"):
        credentials.find(URI, tmp_path)


def test_with_nothing_found_every_place_is_listed(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        credentials.find(QUIET, tmp_path)
    places = [fault.path for fault in caught.value.faults]
    starts = ["stack", "environment", "OIDC", "profile", "INI", "role", "credentials"]
    assert [place.split()[0] for place in places] == starts
    assert all(place in str(caught.value) for place in places)


def test_rotated_keys_are_taken_up(tmp_path: Path) -> None:
    environ = dict(ENVIRONMENT)
    provider = credentials.find(environ, tmp_path).provider
    environ["ALIBABA_CLOUD_ACCESS_KEY_SECRET"] = "new"
    assert provider().access_key_secret == "new"


def test_keys_that_vanish_are_an_error_and_no_other_source_is_taken(tmp_path: Path) -> None:
    cli(tmp_path, profile())
    environ = dict(ENVIRONMENT)
    provider = credentials.find(environ, tmp_path).provider
    environ.clear()
    with pytest.raises(ConfigError, match="environment has no credentials any more"):
        provider()


def test_no_printed_form_shows_a_secret() -> None:
    assert repr(Credentials("hush1", "hush2", "hush3")) == "Credentials()"


@pytest.mark.parametrize("bad", ["two words", "line\nbreak", "schlüssel"])
def test_what_cannot_be_a_key_is_refused_without_showing_it(bad: str) -> None:
    with pytest.raises(ConfigError) as caught:
        Credentials("id", bad)
    assert bad not in str(caught.value)


def test_a_description_names_the_source_and_asks_no_network(tmp_path: Path) -> None:
    assert credentials.describe(ENVIRONMENT, tmp_path) == "environment"
    assert credentials.describe(URI, tmp_path) == "credentials address"
    assert credentials.describe(QUIET, tmp_path) == "no Alibaba Cloud credentials were found."
