"""Huawei Cloud's two ways in: signing, held against what the vendor's own signer produced, and tokens."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.clock import ManualClock
from reelstack.clouds.credentials import Credentials
from reelstack.errors import Denied, Unavailable
from reelstack.wire.dialect import HUAWEI
from reelstack.wire.iam import IamTokens, User
from reelstack.wire.message import Rest
from reelstack.wire.signing import huawei
from reelstack.wire.signing.huawei import SdkHmac
from reelstack.wire.signing.token import Given, TokenAuth
from unit.wire.network import Always, Network, said

VECTORS: list[dict[str, Any]] = json.loads((Path(__file__).parent / "vectors" / "huawei.json").read_text())
each_vector = pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
TASKS = Rest("GET", ("v1", "p", "asset", "editing", "tasks"))
USER = User("ann", "hushhush", "acme", project="cn-north-4")


def send(vector: dict[str, Any]) -> httpx.Request:
    """What goes out on the network for a vector's operation."""
    headers = vector["headers"]
    clock = ManualClock(datetime.fromisoformat(headers["X-Sdk-Date"]))
    keys = Credentials(vector["access_key"], vector["secret_key"], vector["security_token"] or "")
    network = Network.of(said())
    auth = SdkHmac(lambda: keys, clock, headers["X-Project-Id"])
    message = Rest(
        vector["method"],
        vector["path"].strip("/").split("/"),
        tuple((name, str(value)) for name, value in vector["query"]),
        json.loads(vector["body"]) if vector["body"] else None,
    )
    transport = network.transport(f"https://{vector['host']}", auth=auth, clock=clock)
    transport.send("A", message, cloud="t", idempotent=True, dialect=HUAWEI)
    return network.asked[0]


@each_vector
def test_a_request_has_the_vendors_signature(vector: dict[str, Any]) -> None:
    assert send(vector).headers["authorization"] == vector["authorization"]


@each_vector
def test_what_is_signed_is_what_the_vendor_signs(vector: dict[str, Any]) -> None:
    request = send(vector)
    names = huawei.signed_headers(request)
    assert huawei.canonical_request(request, names) == vector["canonical_request"]
    assert huawei.string_to_sign(request, names) == vector["string_to_sign"]


@each_vector
def test_path_query_and_body_are_sent_as_they_are_signed(vector: dict[str, Any]) -> None:
    request = send(vector)
    assert request.url.raw_path.decode() == vector["request_uri"]
    assert request.content.decode() == vector["body"]
    assert {name: request.headers[name] for name in vector["headers"]} == vector["headers"]


def test_each_attempt_has_its_own_date_and_keys_and_an_old_token_is_dropped() -> None:
    keys = iter([Credentials("id", "secret", "token"), Credentials("id", "secret")])
    network = Network.of(httpx.ConnectError(""), said())
    network.clock.move(0.7)
    auth = SdkHmac(lambda: next(keys), network.clock)
    network.transport(auth=auth, random=Always(0.99)).send("A", TASKS, cloud="t", idempotent=True, dialect=HUAWEI)
    first, second = (request.headers for request in network.asked)
    assert first["x-sdk-date"] < second["x-sdk-date"]
    assert (first["x-security-token"], "x-security-token" in second) == ("token", False)
    assert "x-project-id" not in first


@given(segment=st.text(min_size=1), name=st.text(), value=st.text())
def test_whatever_is_in_path_and_query_is_signed_as_it_is_sent(segment: str, name: str, value: str) -> None:
    try:
        sent = Rest("GET", ("v1", segment), ((name, value),)).encoded("A")
    except ValueError:
        return
    request = httpx.Request(sent.method, f"https://h/{sent.target}")
    path, _, query = request.url.raw_path.decode().partition("?")
    assert f"/{sent.target}" == request.url.raw_path.decode()
    assert huawei.canonical_request(request, []).startswith(f"GET\n{path}/\n{query}\n")


# Tokens


def ask(network: Network, auth: httpx.Auth) -> dict[str, object]:
    return network.transport(auth=auth, clock=network.clock).send(
        "A", TASKS, cloud="t", idempotent=False, dialect=HUAWEI
    )


def wrong(status: int = 401, code: str = "APIGW.0301") -> httpx.Response:
    return httpx.Response(status, json={"error_code": code, "error_msg": "Incorrect IAM authentication information"})


def issued(token: str, **body: Any) -> httpx.Response:
    return httpx.Response(201, json={"token": body}, headers={"X-Subject-Token": token})


def tokens(network: Network, *answers: httpx.Response | Exception) -> tuple[IamTokens, Network]:
    iam = Network.of(*answers)
    url = "https://iam.cn-north-4.myhuaweicloud.com"
    return IamTokens(url, lambda: USER, network.clock, transport=httpx.MockTransport(iam)), iam


def test_a_given_token_is_put_on_each_request_and_nothing_is_signed() -> None:
    network = Network.of(said())
    ask(network, TokenAuth(Given("tok")))
    assert network.asked[0].headers["x-auth-token"] == "tok"
    assert "authorization" not in network.asked[0].headers


def test_a_given_token_that_is_refused_is_shown_once() -> None:
    network = Network.of(wrong())
    with pytest.raises(Denied):
        ask(network, TokenAuth(Given("tok")))
    assert len(network.asked) == 1


def test_a_token_is_asked_for_with_name_and_password() -> None:
    network = Network.of(said())
    source, iam = tokens(network, issued("tok"))
    ask(network, TokenAuth(source))
    assert network.asked[0].headers["x-auth-token"] == "tok"
    assert iam.asked[0].url == "https://iam.cn-north-4.myhuaweicloud.com/v3/auth/tokens"
    assert json.loads(iam.asked[0].content) == {
        "auth": {
            "identity": {
                "methods": ["password"],
                "password": {"user": {"name": "ann", "password": "hushhush", "domain": {"name": "acme"}}},
            },
            "scope": {"project": {"name": "cn-north-4"}},
        }
    }


def test_a_project_may_be_named_by_its_id() -> None:
    assert '"scope": {"project": {"id": "p1"}}' in json.dumps(User("a", "b", "c", project_id="p1").request())


def test_a_token_is_kept_until_shortly_before_it_expires() -> None:
    network = Network.of(said())
    until = (network.clock.now() + timedelta(hours=24)).strftime("%Y-%m-%dT%H:%M:%S.000000Z")
    source, iam = tokens(network, issued("one", expires_at=until), issued("two"))
    assert [source.current(), source.current()] == ["one", "one"]
    network.clock.move(24 * 3600 - 301)
    assert source.current() == "one"
    network.clock.move(2)
    assert source.current() == "two"
    assert len(iam.asked) == 2


@pytest.mark.parametrize("refusal", [wrong(), wrong(403, "VOD.10054"), httpx.Response(401)])
def test_a_refused_token_is_renewed_and_the_request_sent_once_more(refusal: httpx.Response) -> None:
    network = Network.of(refusal, said(answer=42))
    source, _ = tokens(network, issued("one"), issued("two"))
    assert ask(network, TokenAuth(source))["answer"] == 42
    assert [request.headers["x-auth-token"] for request in network.asked] == ["one", "two"]


def test_a_token_is_renewed_once_and_not_in_a_loop() -> None:
    network = Network.of(wrong())
    source, iam = tokens(network, issued("one"), issued("two"))
    with pytest.raises(Denied):
        ask(network, TokenAuth(source))
    assert (len(network.asked), len(iam.asked)) == (2, 2)


@pytest.mark.parametrize("refusal", [wrong(403, "VOD.10062"), httpx.Response(403, text="<html>"), wrong(500, "x")])
def test_other_refusals_renew_nothing(refusal: httpx.Response) -> None:
    network = Network.of(refusal)
    source, iam = tokens(network, issued("one"))
    with pytest.raises(Exception, match="t A"):
        ask(network, TokenAuth(source))
    assert (len(network.asked), len(iam.asked)) == (1, 1)


def test_a_token_that_another_thread_renewed_is_taken_over() -> None:
    source, iam = tokens(Network.of(said()), issued("one"), issued("two"), issued("three"))
    first = source.current()
    assert [source.renewed(first), source.renewed(first)] == ["two", "two"]
    assert len(iam.asked) == 2


def test_a_wrong_password_is_denied_in_the_identity_services_words_and_never_shown() -> None:
    network = Network.of(said())
    refusal = httpx.Response(401, json={"error": {"code": 401, "message": "The username or password is wrong."}})
    source, _ = tokens(network, refusal)
    with pytest.raises(Denied, match=r"huawei-iam CreateToken: 401: The username or password is wrong\.") as caught:
        ask(network, TokenAuth(source))
    assert network.asked == []
    assert "hushhush" not in str(caught.value) + repr(USER)


def test_a_wrong_password_is_shown_once_however_many_ask() -> None:
    network = Network.of(said())
    source, identity = tokens(network, httpx.Response(401, json={"error": {"code": 401, "message": "wrong"}}))
    for _ in range(3):
        with pytest.raises(Denied, match="wrong"):
            ask(network, TokenAuth(source))
    assert len(identity.asked) == 1


def test_a_token_that_still_holds_is_used_on_when_no_new_one_can_be_had() -> None:
    network = Network.of(said())
    until = (network.clock.now() + timedelta(hours=24)).isoformat()
    source, identity = tokens(network, issued("first", expires_at=until), httpx.Response(503))
    ask(network, TokenAuth(source))
    network.clock.move(24 * 3600 - 120)
    ask(network, TokenAuth(source))
    assert [request.headers["x-auth-token"] for request in network.asked] == ["first", "first"]
    assert len(identity.asked) == 2


@pytest.mark.parametrize("trouble", [httpx.Response(502), httpx.ReadTimeout(""), httpx.Response(201, text="<html>")])
def test_without_a_token_nothing_was_sent_so_it_is_tried_again(trouble: httpx.Response | Exception) -> None:
    network = Network.of(said())
    source, iam = tokens(network, trouble, issued("tok"))
    ask(network, TokenAuth(source))
    assert (len(iam.asked), len(network.asked)) == (2, 1)


def test_an_answer_without_a_token_is_an_error() -> None:
    source, _ = tokens(Network.of(said()), httpx.Response(201, json={"token": {}}))
    with pytest.raises(Unavailable, match="X-Subject-Token"):
        source.current()
