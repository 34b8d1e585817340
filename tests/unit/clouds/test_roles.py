"""Temporary keys: whom they are asked of, how, how often, and what is said when they cannot be had."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from kit.clock import ManualClock
from kit.loopback import CLOSED, Loopback, serving
from reelstack.clouds import credentials
from reelstack.clouds.credentials import Credentials, huawei
from reelstack.clouds.credentials.chain import Found
from reelstack.clouds.credentials.renewal import Renewed
from reelstack.errors import ConfigError, Denied, NoCredentials, Unavailable
from reelstack.wire.lease import Lease

HOUR = timedelta(hours=1)
CLOCK = ManualClock()
ROLE: dict[str, Any] = {"ram_role_arn": "acs:ram::1:role/editor", "ram_session_name": "ci", "expired_seconds": 1800}


@pytest.fixture
def server() -> Iterator[Loopback]:
    with serving() as loopback:
        yield loopback


def keys(who: str = "role", clock: ManualClock = CLOCK) -> dict[str, Any]:
    until = (clock.now() + HOUR).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {"AccessKeyId": f"{who}-id", "AccessKeySecret": "s", "SecurityToken": "tok", "Expiration": until}


def cli(home: Path, *profiles: dict[str, Any]) -> None:
    (home / ".aliyun").mkdir()
    (home / ".aliyun" / "config.json").write_text(json.dumps({"current": "default", "profiles": profiles}))


def pair(name: str = "default", mode: str = "AK", **more: Any) -> dict[str, Any]:
    return {"name": name, "mode": mode, "access_key_id": "base-id", "access_key_secret": "base-secret", **more}


def alibaba(server: Loopback, home: Path, clock: ManualClock = CLOCK, **environ: str) -> Found:
    places = {"REELSTACK_STS_ENDPOINT": server.url, "REELSTACK_ECS_METADATA_ENDPOINT": server.url}
    return credentials.find(places | environ, home, clock=clock)


# Roles that other keys assume


def test_a_role_is_asked_for_with_the_profiles_keys_and_signed(server: Loopback, tmp_path: Path) -> None:
    cli(tmp_path, pair(mode="RamRoleArn", external_id="x-1", **ROLE))
    server.answers["POST /"] = (200, {"RequestId": "r", "Credentials": keys()})
    assert alibaba(server, tmp_path).provider() == Credentials("role-id", "s", "tok")
    asked = server.asked[0]
    assert asked.headers["x-acs-action"] == "AssumeRole"
    assert "Credential=base-id," in asked.headers["authorization"]
    assert asked.query == {
        "RoleArn": "acs:ram::1:role/editor",
        "RoleSessionName": "ci",
        "DurationSeconds": "1800",
        "ExternalId": "x-1",
    }


def test_a_role_is_asked_for_once_and_again_before_it_ends(server: Loopback, tmp_path: Path) -> None:
    clock = ManualClock()
    cli(tmp_path, pair(mode="RamRoleArn", **ROLE))
    server.answers["POST /"] = lambda _: (200, {"Credentials": keys(f"n{len(server.asked)}", clock)})
    provider = alibaba(server, tmp_path, clock).provider
    assert [provider().access_key_id, provider().access_key_id] == ["n1-id", "n1-id"]
    clock.move(56 * 60)
    assert provider().access_key_id == "n2-id"


def test_a_role_is_asked_for_anew_when_the_profiles_keys_were_rotated(server: Loopback, tmp_path: Path) -> None:
    cli(tmp_path, pair(mode="RamRoleArn", **ROLE))
    server.answers["POST /"] = (200, {"Credentials": keys()})
    provider = alibaba(server, tmp_path).provider
    file = tmp_path / ".aliyun" / "config.json"
    file.write_text(file.read_text().replace("base-id", "rotated-id"))
    provider()
    assert "Credential=rotated-id," in server.asked[-1].headers["authorization"]


def test_a_role_may_stand_on_another(server: Loopback, tmp_path: Path) -> None:
    chained = {"name": "default", "mode": "ChainableRamRoleArn", "source_profile": "first", **ROLE}
    cli(tmp_path, chained, pair("first", "RamRoleArn", **ROLE | {"ram_role_arn": "acs:ram::1:role/first"}))
    server.answers["POST /"] = lambda asked: (200, {"Credentials": keys(asked.query["RoleArn"].rpartition("/")[2])})
    assert alibaba(server, tmp_path).provider().access_key_id == "editor-id"
    assert "Credential=first-id," in server.asked[1].headers["authorization"]


def test_roles_that_lead_back_to_themselves_are_an_error(server: Loopback, tmp_path: Path) -> None:
    loop: dict[str, Any] = {"mode": "ChainableRamRoleArn", **ROLE}
    cli(
        tmp_path, {"name": "default", "source_profile": "b", **loop}, {"name": "b", "source_profile": "default", **loop}
    )
    with pytest.raises(ConfigError, match="leads back to itself"):
        alibaba(server, tmp_path)


def test_keys_that_may_not_assume_the_role_are_an_error_and_no_other_source_is_taken(
    server: Loopback, tmp_path: Path
) -> None:
    cli(tmp_path, pair(mode="RamRoleArn", **ROLE))
    server.answers["POST /"] = (403, {"Code": "NoPermission", "Message": "not you"})
    with pytest.raises(Denied, match="Allow sts:AssumeRole"):
        alibaba(server, tmp_path, ALIBABA_CLOUD_CREDENTIALS_URI=CLOSED)
    assert len(server.asked) == 1


@pytest.mark.parametrize("said", [{}, {"Credentials": {"AccessKeyId": "hush"}}, "no json", ""])
def test_an_answer_without_keys_is_an_error_that_shows_nothing_of_it(
    server: Loopback, tmp_path: Path, said: object
) -> None:
    cli(tmp_path, pair(mode="RamRoleArn", **ROLE))
    server.answers["POST /"] = (200, said)
    with pytest.raises(Unavailable) as caught:
        alibaba(server, tmp_path)
    assert "hush" not in str(caught.value)


def test_the_sections_of_the_ini_file_know_roles_too(server: Loopback, tmp_path: Path) -> None:
    (tmp_path / ".alibabacloud").mkdir()
    (tmp_path / ".alibabacloud" / "credentials").write_text(
        "[default]\ntype = ram_role_arn\naccess_key_id = a\naccess_key_secret = b\nrole_arn = acs:ram::1:role/x\n"
    )
    server.answers["POST /"] = (200, {"Credentials": keys()})
    found = alibaba(server, tmp_path)
    assert (found.source_name, found.provider().access_key_id) == ("INI file ~/.alibabacloud/credentials", "role-id")


# Roles by the token of a pod


def test_a_pods_token_is_read_each_time_and_never_in_the_address(server: Loopback, tmp_path: Path) -> None:
    clock, file = ManualClock(), tmp_path / "token"
    file.write_text("first\n")
    server.answers["POST /"] = lambda _: (200, {"Credentials": keys(clock=clock)})
    environ = {
        "ALIBABA_CLOUD_OIDC_TOKEN_FILE": str(file),
        "ALIBABA_CLOUD_ROLE_ARN": "acs:ram::1:role/pod",
        "ALIBABA_CLOUD_OIDC_PROVIDER_ARN": "acs:ram::1:oidc-provider/ack",
    }
    found = alibaba(server, tmp_path, clock, **environ)
    file.write_text("second")
    clock.move(3600)
    assert (found.source_name, found.provider().access_key_id) == ("OIDC role", "role-id")
    assert [one.form["OIDCToken"] for one in server.asked] == ["first", "second"]
    assert server.asked[0].query["Action"] == "AssumeRoleWithOIDC"
    assert "OIDCToken" not in server.asked[0].query
    assert "authorization" not in server.asked[0].headers


def test_a_pods_token_that_is_missing_is_an_error(server: Loopback, tmp_path: Path) -> None:
    names = ("ALIBABA_CLOUD_OIDC_TOKEN_FILE", "ALIBABA_CLOUD_ROLE_ARN", "ALIBABA_CLOUD_OIDC_PROVIDER_ARN")
    with pytest.raises(ConfigError, match=r"OIDC token file .*no such file"):
        alibaba(server, tmp_path, CLOCK, **dict.fromkeys(names, str(tmp_path / "none")))


# The machine's role


def ecs(server: Loopback, *, tokens: bool = True) -> None:
    path = "/latest/meta-data/ram/security-credentials/"
    server.answers["PUT /latest/api/token"] = (200, "ticket") if tokens else (404, "")
    server.answers[f"GET {path}"] = (200, "my-role\n")
    server.answers[f"GET {path}my-role"] = (200, {"Code": "Success", **keys("ecs")})


def test_the_machines_role_is_asked_for_with_a_token(server: Loopback, tmp_path: Path) -> None:
    ecs(server)
    found = alibaba(server, tmp_path)
    assert (found.source_name, found.provider().access_key_id) == ("role of this machine", "ecs-id")
    assert [one.headers.get("x-aliyun-ecs-metadata-token") for one in server.asked] == [None, "ticket", "ticket"]
    assert server.asked[0].headers["x-aliyun-ecs-metadata-token-ttl-seconds"] == "21600"


def test_a_machine_without_tokens_is_asked_without_unless_that_is_forbidden(server: Loopback, tmp_path: Path) -> None:
    ecs(server, tokens=False)
    assert alibaba(server, tmp_path).provider().access_key_id == "ecs-id"
    with pytest.raises(NoCredentials, match="role of this machine: it answers with HTTP status 404"):
        alibaba(server, tmp_path, ALIBABA_CLOUD_IMDSV1_DISABLED="true")


def test_a_named_role_is_not_asked_for_by_name(server: Loopback, tmp_path: Path) -> None:
    ecs(server)
    assert alibaba(server, tmp_path, ALIBABA_CLOUD_ECS_METADATA="my-role").provider().access_key_id == "ecs-id"
    assert len(server.asked) == 2


def test_the_machine_is_not_asked_when_that_is_switched_off(server: Loopback, tmp_path: Path) -> None:
    with pytest.raises(NoCredentials, match="switched off by ALIBABA_CLOUD_ECS_METADATA_DISABLED"):
        alibaba(server, tmp_path, ALIBABA_CLOUD_ECS_METADATA_DISABLED="true")
    assert not server.asked


def test_a_machine_is_never_asked_through_a_proxy(
    server: Loopback, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", CLOSED)
    ecs(server)
    assert alibaba(server, tmp_path).provider().access_key_id == "ecs-id"


def test_a_profile_that_asks_for_the_machines_role_must_get_it(tmp_path: Path) -> None:
    cli(tmp_path, {"name": "default", "mode": "EcsRamRole"})
    with pytest.raises(ConfigError, match="which a profile asks for") as caught:
        credentials.find({"REELSTACK_ECS_METADATA_ENDPOINT": CLOSED}, tmp_path)
    assert not isinstance(caught.value, NoCredentials)


# Huawei Cloud


def agency(who: str) -> dict[str, Any]:
    until = (CLOCK.now() + HOUR).strftime("%Y-%m-%dT%H:%M:%S.000000Z")
    return {"credential": {"access": f"{who}-ak", "secret": "s", "securitytoken": "tok", "expires_at": until}}


def test_huaweis_machine_is_asked_for_its_agency_with_a_token(server: Loopback, tmp_path: Path) -> None:
    server.answers["PUT /meta-data/latest/api/token"] = (200, "ticket")
    server.answers["GET /openstack/latest/securitykey"] = (200, agency("ecs"))
    found = huawei.find({"REELSTACK_HUAWEI_METADATA_ENDPOINT": server.url}, tmp_path, clock=CLOCK)
    assert (found.source_name, found.provider()) == ("agency of this machine", Credentials("ecs-ak", "s", "tok"))
    assert server.asked[1].headers["x-metadata-token"] == "ticket"
    assert len(server.asked) == 2


def test_huaweis_agency_is_given_for_an_oidc_token(server: Loopback, tmp_path: Path) -> None:
    server.answers["POST /v5/agencies/assume-with-oidc"] = (200, {"credentials": agency("oidc")["credential"]})
    environ = {
        "HUAWEICLOUD_SDK_STS_ENDPOINT": server.url,
        "HUAWEICLOUD_OIDC_PROVIDER_URN": "p",
        "HUAWEICLOUD_OIDC_AGENCY_URN": "a",
        "HUAWEICLOUD_OIDC_ID_TOKEN": "t",
    }
    assert huawei.find(environ, tmp_path, clock=CLOCK).provider().access_key_id == "oidc-ak"
    assert json.loads(server.asked[0].body)["id_token"] == "t"


def test_huaweis_pod_shows_its_token(server: Loopback, tmp_path: Path) -> None:
    (tmp_path / "token").write_text("pod-token\n")
    server.answers["POST /keys"] = (200, agency("pod"))
    environ = {
        "REELSTACK_HUAWEI_METADATA_ENDPOINT": CLOSED,
        "HC_CONTAINER_CREDENTIALS_FULL_URI": f"{server.url}/keys",
        "HC_CONTAINER_AUTHORIZATION_TOKEN_FILE": str(tmp_path / "token"),
    }
    assert huawei.find(environ, tmp_path, clock=CLOCK).provider().access_key_id == "pod-ak"
    assert server.asked[0].headers["authorization"] == "pod-token"


def test_an_agency_that_is_refused_is_an_error_and_no_absence(server: Loopback, tmp_path: Path) -> None:
    names = ("HUAWEICLOUD_OIDC_PROVIDER_URN", "HUAWEICLOUD_OIDC_AGENCY_URN", "HUAWEICLOUD_OIDC_ID_TOKEN")
    with pytest.raises(ConfigError, match="OIDC agency: it answers with HTTP status 404") as caught:
        huawei.find(dict.fromkeys(names, "x") | {"HUAWEICLOUD_SDK_STS_ENDPOINT": server.url}, tmp_path)
    assert not isinstance(caught.value, NoCredentials)


# Keeping and renewing


def lease(who: str, until: timedelta | None, clock: ManualClock) -> Lease:
    return Lease(who, "s", "t", None if until is None else clock.now() + until)


def test_threads_that_need_keys_together_ask_once() -> None:
    clock, asked, all_there = ManualClock(), list[int](), threading.Barrier(8)

    def obtain() -> Lease:
        asked.append(1)
        return lease("a", HOUR, clock)

    source = Renewed(obtain, clock)

    def use() -> str:
        all_there.wait()
        return source().access_key_id

    with ThreadPoolExecutor(8) as pool:
        assert {each.result() for each in [pool.submit(use) for _ in range(8)]} == {"a"}
    assert len(asked) == 1


def test_keys_that_still_hold_are_used_on_when_new_ones_cannot_be_had_and_no_longer() -> None:
    clock, works, asked = ManualClock(), [True], list[int]()

    def obtain() -> Lease:
        asked.append(1)
        if not works[0]:
            raise ConfigError("down")
        return lease("a", HOUR, clock)

    source = Renewed(obtain, clock)
    source()
    works[0] = False
    clock.move(57 * 60)
    assert source() == source() == Credentials("a", "s", "t")
    assert len(asked) == 2  # the refusal was not asked for a second time at once
    clock.move(3 * 60)
    with pytest.raises(ConfigError, match="down"):
        source()


def test_a_failure_is_shared_by_those_who_waited_and_forgotten_soon() -> None:
    clock, asked = ManualClock(), list[int]()

    def obtain() -> Lease:
        asked.append(1)
        raise ConfigError("down")

    source = Renewed(obtain, clock)
    for _ in range(3):
        with pytest.raises(ConfigError, match="down"):
            source()
    assert len(asked) == 1
    clock.move(6)
    with pytest.raises(ConfigError, match="down"):
        source()
    assert len(asked) == 2


def test_keys_of_which_no_end_is_said_are_asked_for_each_time() -> None:
    clock, names = ManualClock(), iter("ab")
    source = Renewed(lambda: lease(next(names), None, clock), clock)
    assert [source().access_key_id, source().access_key_id] == ["a", "b"]


def test_a_search_that_found_nothing_is_not_repeated_at_once() -> None:
    clock, searches = ManualClock(), list[int]()

    def find() -> Found:
        searches.append(1)
        raise NoCredentials("none", hint="set some")

    source = credentials.chain.kept_to(find, clock)
    for _ in range(3):
        with pytest.raises(NoCredentials, match="none set some"):
            source()
    assert len(searches) == 1
    clock.move(31)
    with pytest.raises(NoCredentials):
        source()
    assert len(searches) == 2
