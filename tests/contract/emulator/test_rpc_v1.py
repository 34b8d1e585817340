"""The local cloud's check of the older signature: exact on the published vectors, unforgiving on everything else."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from contract.emulator.door import Caller
from reelstack.emulator import rpc_v1
from reelstack.emulator.cloud import PERMANENT, TEMPORARY
from reelstack.emulator.errors import ApiError
from reelstack.emulator.verify import FORM, Credential, RawRequest, Verifier

VECTORS: list[dict[str, Any]] = json.loads((Path(__file__).parents[1] / "vectors" / "rpc_v1.json").read_text())
SIGNED_AT = datetime(2026, 1, 15, 8, 30, tzinfo=UTC)
NOTHING: Mapping[str, str] = {}
every_vector = pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])


def request_of(vector: dict[str, Any]) -> RawRequest:
    query = vector["query_without_signature"] | {"Signature": vector["signature"]}
    headers = (("host", "vod.cn-shanghai.aliyuncs.com"), ("content-type", FORM))
    return RawRequest(vector["method"], "/", urlencode(query), headers, urlencode(vector["form"] or {}).encode())


def verifier_of(vector: dict[str, Any]) -> Verifier:
    credential = Credential(vector["access_key_id"], vector["access_key_secret"], vector["security_token"] or "")
    return Verifier([credential])


def code(vector: dict[str, Any], request: RawRequest, now: datetime = SIGNED_AT) -> str:
    with pytest.raises(ApiError) as raised:
        verifier_of(vector).check(request, now)
    return raised.value.code


def signed(cloud: Caller, changes: Mapping[str, str] = NOTHING, credential: Credential = PERMANENT) -> dict[str, str]:
    params = {
        "Action": "ListEditingProjects",
        "Version": "2020-11-09",
        "Format": "json",
        "Timestamp": cloud.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ"),
        "SignatureNonce": "nonce",
        "SignatureMethod": "HMAC-SHA1",
        "SignatureVersion": "1.0",
        "AccessKeyId": credential.access_key_id,
    }
    params |= {"SecurityToken": credential.security_token} if credential.security_token else {}
    params |= dict(changes)
    to_sign = rpc_v1.string_to_sign("GET", params.items())
    return params | {"Signature": rpc_v1.signature(to_sign, credential.access_key_secret)}


@every_vector
def test_a_published_signature_is_accepted(vector: dict[str, Any]) -> None:
    assert verifier_of(vector).check(request_of(vector), SIGNED_AT) == vector["access_key_id"]


@every_vector
def test_the_string_to_sign_is_the_published_one(vector: dict[str, Any]) -> None:
    request = request_of(vector)
    assert rpc_v1.string_to_sign(request.method, request.pairs()) == vector["string_to_sign"]


@every_vector
def test_any_other_byte_is_refused(vector: dict[str, Any]) -> None:
    request = request_of(vector)
    for place in range(len(request.query)):
        changed = f"{request.query[:place]}~{request.query[place + 1 :]}"
        if changed != request.query:
            assert code(vector, replace(request, query=changed))
    assert code(vector, replace(request, body=request.body + b"&x=y")) == "SignatureDoesNotMatch"


@every_vector
def test_the_method_is_signed(vector: dict[str, Any]) -> None:
    other = {"GET": "POST", "POST": "GET"}[vector["method"]]
    assert code(vector, replace(request_of(vector), method=other)) == "SignatureDoesNotMatch"


def test_a_nonce_counts_once() -> None:
    verifier = verifier_of(VECTORS[0])
    verifier.check(request_of(VECTORS[0]), SIGNED_AT)
    with pytest.raises(ApiError, match="SignatureNonceUsed"):
        verifier.check(request_of(VECTORS[0]), SIGNED_AT)


@pytest.mark.parametrize("minutes", [-16, 16])
def test_a_time_more_than_a_quarter_of_an_hour_off_is_expired(minutes: int) -> None:
    now = SIGNED_AT + timedelta(minutes=minutes)
    assert code(VECTORS[0], request_of(VECTORS[0]), now) == "InvalidTimeStamp.Expired"


def test_an_old_request_is_answered_like_a_new_one(cloud: Caller) -> None:
    answer = cloud.http.get("/", params=signed(cloud, {"MaxResults": "3"}))
    assert (answer.status_code, answer.json()["ProjectList"]) == (200, [])
    entry = cloud.control("GET", "requests")[-1]
    assert (entry["action"], entry["access_key_id"]) == ("ListEditingProjects", PERMANENT.access_key_id)
    assert entry["params"] == {"MaxResults": "3"}


def test_the_action_is_the_signed_one_whatever_the_headers_say(cloud: Caller) -> None:
    headers = {"x-acs-action": "DeleteEditingProjects", "x-acs-version": "1999-01-01"}
    assert "ProjectList" in cloud.http.get("/", params=signed(cloud), headers=headers).json()


def test_a_temporary_key_is_good_with_its_token_only(cloud: Caller) -> None:
    assert cloud.http.get("/", params=signed(cloud, credential=TEMPORARY)).status_code == 200
    bare = replace(TEMPORARY, security_token="")
    assert cloud.http.get("/", params=signed(cloud, credential=bare)).json()["Code"] == "MissingSecurityToken"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"SignatureMethod": "HMAC-MD5"}, "IncompleteSignature"),
        ({"SignatureVersion": "2.0"}, "IncompleteSignature"),
        ({"SignatureNonce": ""}, "IncompleteSignature"),
        ({"AccessKeyId": ""}, "MissingAccessKeyId"),
        ({"AccessKeyId": "LTAI5tSomebodyElse"}, "InvalidAccessKeyId.NotFound"),
        ({"Timestamp": "today"}, "IllegalTimestamp"),
        ({"Version": "1999-01-01"}, "InvalidVersion"),
        ({"Action": "MakeCoffee"}, "InvalidAction.NotFound"),
    ],
)
def test_what_is_wrong_is_told(cloud: Caller, changes: dict[str, str], expected: str) -> None:
    assert cloud.http.get("/", params=signed(cloud, changes)).json()["Code"] == expected
