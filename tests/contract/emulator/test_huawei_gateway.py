"""The gateway in front of the Huawei room: tokens, limits, faults, journal, and errors in its shape."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
import pytest

from contract.emulator.door import Door
from contract.emulator.huawei_door import ASSETS, INPUT, TASKS, Room, as_it_is, client, said
from reelstack.emulator.app import BODY_MOST
from reelstack.emulator.huawei.keys import PERMANENT, PROJECT_ID, REGION, USER
from reelstack.errors import Denied, OutcomeUnknown, Throttled, Unavailable
from reelstack.wire.iam import IamTokens, User
from reelstack.wire.signing.token import TokenAuth

TOKENS = "/v3/auth/tokens"


def identity(**user: object) -> dict[str, Any]:
    found = {"name": USER.name, "password": USER.password, "domain": {"name": USER.domain}} | user
    return {"methods": ["password"], "password": {"user": found}}


def token(huawei: Room, scope: dict[str, Any] | None = None, **user: object) -> httpx.Response:
    auth = {"identity": identity(**user), "scope": {"project": {"id": PROJECT_ID}} if scope is None else scope}
    return huawei.http.post(TOKENS, json={"auth": auth}, auth=as_it_is)


def look(huawei: Room, found: str) -> httpx.Response:
    return huawei.http.get(TASKS, headers={"x-auth-token": found}, auth=as_it_is)


# Tokens


@pytest.mark.parametrize("project", [{"id": PROJECT_ID}, {"name": REGION}, {"name": "ap-southeast-3"}])
def test_a_user_gets_a_token_for_the_password(huawei: Room, project: dict[str, str]) -> None:
    answer = token(huawei, {"project": project})
    assert answer.status_code == 201
    assert answer.json()["token"]["expires_at"].startswith("2026-01-16T08:30:00")
    assert look(huawei, answer.headers["x-subject-token"]).status_code == 200


def test_a_token_holds_for_a_day(huawei: Room) -> None:
    found = token(huawei).headers["x-subject-token"]
    huawei.clock.move(24 * 3600 - 1)
    assert look(huawei, found).status_code == 200
    huawei.clock.move(1)
    assert said(look(huawei, found)) == (401, "APIGW.0301")


def test_our_client_renews_the_token_of_a_long_day(huawei: Room) -> None:
    user = User(USER.name, USER.password, USER.domain, project_id=PROJECT_ID)
    tokens = IamTokens("http://testserver", lambda: user, huawei.clock, transport=Door(huawei.cloud))
    vod = client(huawei.cloud, huawei.clock, TokenAuth(tokens))
    for _ in range(3):
        assert list(vod.list_asset_edit_tasks()) == []
        huawei.clock.move(24 * 3600)
    asked = [each["action"] for each in huawei.control("GET", "requests")]
    assert asked.count("KeystoneCreateUserTokenByPassword") == 3


@pytest.mark.parametrize("wrong", [{"password": "guess"}, {"name": "eve"}, {"domain": {"name": "other"}}])
def test_whoever_is_unknown_gets_no_token(huawei: Room, wrong: dict[str, Any]) -> None:
    answer = token(huawei, **wrong)
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, 401)
    user = User(USER.name, "guess", USER.domain)
    tokens = IamTokens("http://testserver", lambda: user, huawei.clock, transport=Door(huawei.cloud))
    with pytest.raises(Denied, match="password is wrong"):
        tokens.current()


def test_a_token_without_a_project_opens_nothing(huawei: Room) -> None:
    answer = token(huawei, {"domain": {"name": USER.domain}})
    assert answer.status_code == 201
    assert said(look(huawei, answer.headers["x-subject-token"])) == (403, "VOD.10054")


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"auth": {"identity": {"methods": ["token"]}}}'])
def test_a_request_for_a_token_that_is_none_is_refused(huawei: Room, body: bytes) -> None:
    answer = huawei.http.post(TOKENS, content=body, auth=as_it_is)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, 400)


# Routes and shapes


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", f"/v1.0/{PROJECT_ID}/asset/editing/tasks"),
        ("GET", f"/v1/{PROJECT_ID}/asset/details"),
        ("PUT", TASKS),
        ("GET", TOKENS),
        ("GET", "/v1//asset/editing/tasks"),
    ],
)
def test_what_is_no_operation_is_told_by_the_gateway(huawei: Room, method: str, path: str) -> None:
    answer = huawei.http.request(method, path)
    assert said(answer) == (404, "APIGW.0101")
    assert answer.json()["request_id"] == answer.headers["x-request-id"]


def test_the_request_id_is_in_the_header_alone(huawei: Room) -> None:
    answer = huawei.http.get(f"{ASSETS}/details", params={"asset_id": "nobody's"})
    assert said(answer) == (403, "VOD.10062")
    assert set(answer.json()) == {"error_code", "error_msg"}
    assert answer.headers["x-request-id"]


def test_a_body_that_is_too_large_is_refused(huawei: Room) -> None:
    answer = huawei.http.post(TASKS, content=b"x" * (BODY_MOST + 1))
    assert said(answer) == (413, "APIGW.0201")
    assert answer.headers["x-request-id"] == answer.json()["request_id"]


def test_another_project_is_refused(huawei: Room) -> None:
    assert said(huawei.http.get(TASKS.replace(PROJECT_ID, "f" * 32))) == (403, "VOD.10054")


# Limits and faults


def test_an_operation_has_so_many_requests_a_minute(huawei: Room) -> None:
    for _ in range(100):
        assert huawei.http.get(TASKS).status_code == 200
    assert said(huawei.http.get(TASKS)) == (429, "APIGW.0308")
    assert huawei.create().status_code == 200
    huawei.clock.move(60)
    assert huawei.http.get(TASKS).status_code == 200


def test_reading_assets_is_limited_more_widely(huawei: Room) -> None:
    for _ in range(101):
        assert huawei.http.get(f"{ASSETS}/list").status_code == 200


def test_the_next_requests_are_throttled(huawei: Room) -> None:
    huawei.go_wrong(kind="throttle", action="ListAssetEditTask", retry_after=1500)
    answer = huawei.http.get(TASKS)
    assert said(answer) == (429, "APIGW.0308")
    assert answer.headers["retry-after"] == "2"
    assert huawei.http.get(TASKS).status_code == 200


def test_our_client_waits_for_the_next_minute(huawei: Room) -> None:
    huawei.go_wrong(kind="throttle", action="ListAssetEditTask", times=2)
    assert list(huawei.vod.list_asset_edit_tasks()) == []
    huawei.go_wrong(kind="throttle", action="ListAssetEditTask", times=100)
    with pytest.raises(Throttled):
        list(huawei.vod.list_asset_edit_tasks())


def test_an_error_inside_comes_as_the_service_says_it(huawei: Room) -> None:
    huawei.go_wrong(kind="error")
    assert said(huawei.http.get(TASKS)) == (403, "VOD.10051")
    huawei.go_wrong(kind="error", status=503, code="VOD.10052", times=100)
    assert said(huawei.http.get(TASKS)) == (503, "VOD.10052")
    with pytest.raises(Unavailable):
        huawei.vod.get_asset_edit_task("t")


def test_a_slow_answer_takes_its_time(huawei: Room) -> None:
    huawei.go_wrong(kind="slow", seconds=7)
    before = huawei.clock.now()
    assert huawei.http.get(TASKS).status_code == 200
    assert huawei.clock.now() - before == timedelta(seconds=7)


def test_a_lost_answer_was_carried_out_once(huawei: Room) -> None:
    huawei.go_wrong(kind="lost", action="CreateAssetEditTask")
    with pytest.raises(OutcomeUnknown):
        huawei.cut()
    assert len(list(huawei.vod.list_asset_edit_tasks())) == 1


# Journal


def test_the_journal_tells_who_asked_for_what_and_no_secret(huawei: Room) -> None:
    made = huawei.create().json()
    found = token(huawei).headers["x-subject-token"]
    look(huawei, found)
    entries = huawei.control("GET", "requests")
    created, asked = entries[0], entries[1]
    assert (created["action"], created["access_key_id"]) == ("CreateAssetEditTask", PERMANENT.access)
    assert (created["answer"], INPUT["asset_id"] in created["params"]["body"]) == (made, True)
    assert (asked["action"], asked["status"]) == ("KeystoneCreateUserTokenByPassword", 201)
    assert not any(secret in str(entries) for secret in (USER.password, PERMANENT.secret, found))
