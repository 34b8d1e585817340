"""The Huawei room's signature check: exact on the published vectors, unforgiving on everything else."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from contract.emulator.huawei_door import TASKS, Room, as_it_is, raw, said
from reelstack.emulator.errors import ApiError
from reelstack.emulator.huawei.keys import PERMANENT, TEMPORARY, Key
from reelstack.emulator.huawei.verify import Verifier, canonical_request, string_to_sign
from reelstack.emulator.verify import RawRequest

FILE = Path(__file__).parents[2] / "unit" / "wire" / "vectors" / "huawei.json"
VECTORS: list[dict[str, Any]] = json.loads(FILE.read_text())
SIGNED_AT = datetime(2026, 1, 15, 8, 30, tzinfo=UTC)
every_vector = pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])


def request_of(vector: dict[str, Any]) -> RawRequest:
    headers = [(name.lower(), value) for name, value in vector["headers"].items()]
    headers.append(("authorization", vector["authorization"]))
    query = vector["request_uri"].partition("?")[2]
    return RawRequest(vector["method"], vector["path"], query, tuple(headers), vector["body"].encode())


def verifier_of(vector: dict[str, Any]) -> Verifier:
    return Verifier([Key(vector["access_key"], vector["secret_key"], vector["security_token"] or "")])


def code(vector: dict[str, Any], request: RawRequest, now: datetime = SIGNED_AT) -> str:
    with pytest.raises(ApiError) as raised:
        verifier_of(vector).check(request, now)
    return raised.value.code


@every_vector
def test_a_published_signature_is_accepted(vector: dict[str, Any]) -> None:
    assert verifier_of(vector).check(request_of(vector), SIGNED_AT) == vector["access_key"]


@every_vector
def test_the_canonical_form_is_the_published_one(vector: dict[str, Any]) -> None:
    signed = vector["authorization"].partition("SignedHeaders=")[2].partition(",")[0].split(";")
    assert canonical_request(request_of(vector), signed) == vector["canonical_request"]
    assert string_to_sign(request_of(vector), signed) == vector["string_to_sign"]


@every_vector
def test_any_other_header_value_is_refused(vector: dict[str, Any]) -> None:
    request = request_of(vector)
    for place, (name, value) in enumerate(request.headers[:-1]):
        changed = (*request.headers[:place], (name, f"{value}~"), *request.headers[place + 1 :])
        assert code(vector, replace(request, headers=changed)) == "APIGW.0301"


@every_vector
def test_any_other_method_path_query_or_body_is_refused(vector: dict[str, Any]) -> None:
    request = request_of(vector)
    others: list[dict[str, Any]] = [
        {"method": "PUT"},
        {"path": f"{request.path}x"},
        {"query": f"{request.query}&x=1"},
        {"body": request.body + b" "},
    ]
    assert {code(vector, replace(request, **other)) for other in others} == {"APIGW.0301"}


def test_a_body_hash_that_is_told_must_be_right() -> None:
    vector = VECTORS[1]
    request = request_of(vector)
    right = hashlib.sha256(request.body).hexdigest()
    told = {said: replace(request, headers=(*request.headers, ("x-sdk-content-sha256", said))) for said in (right, "0")}
    assert verifier_of(vector).check(told[right], SIGNED_AT)
    assert code(vector, told["0"]) == "APIGW.0301"


@pytest.mark.parametrize("minutes", [-16, 16])
def test_a_date_more_than_a_quarter_of_an_hour_off_is_refused(minutes: int) -> None:
    now = SIGNED_AT + timedelta(minutes=minutes)
    assert code(VECTORS[0], request_of(VECTORS[0]), now) == "APIGW.0303"


@pytest.mark.parametrize("name", ["host", "x-sdk-date", "x-security-token"])
def test_a_header_that_must_be_signed_and_is_not_is_refused(name: str) -> None:
    vector = VECTORS[2]
    names = [each for each in ("content-type", "host", "x-sdk-date", "x-security-token") if each != name]
    given = vector["authorization"].replace(
        "content-type;host;x-project-id;x-sdk-date;x-security-token", ";".join(names)
    )
    request = replace(request_of(vector), headers=(*request_of(vector).headers[:-1], ("authorization", given)))
    with pytest.raises(ApiError, match=f"must be signed: {name}"):
        verifier_of(vector).check(request, SIGNED_AT)


def test_a_key_that_failed_five_times_is_locked_for_five_minutes() -> None:
    vector = VECTORS[0]
    verifier, good = verifier_of(vector), request_of(vector)
    for _ in range(5):
        with pytest.raises(ApiError, match="string to sign"):
            verifier.check(replace(good, query=""), SIGNED_AT)
    with pytest.raises(ApiError, match="locked"):
        verifier.check(good, SIGNED_AT)
    assert verifier.check(good, SIGNED_AT + timedelta(minutes=5))


def test_failures_count_only_in_a_row() -> None:
    vector = VECTORS[0]
    verifier, good = verifier_of(vector), request_of(vector)
    for _ in range(3):
        for _ in range(4):
            with pytest.raises(ApiError, match="string to sign"):
                verifier.check(replace(good, query=""), SIGNED_AT)
        assert verifier.check(good, SIGNED_AT)


@pytest.mark.parametrize(
    "key",
    [
        Key("SOMEBODYELSE", "secret"),
        replace(PERMANENT, secret="wrong"),
        replace(PERMANENT, security_token="superfluous"),
        replace(TEMPORARY, security_token=""),
        replace(TEMPORARY, security_token="another"),
    ],
    ids=["unknown", "secret", "no token wanted", "token wanted", "other token"],
)
def test_a_key_that_is_not_right_in_every_part_is_refused(huawei: Room, key: Key) -> None:
    assert said(raw(huawei.cloud, huawei.clock, key).get(TASKS)) == (401, "APIGW.0301")


def test_a_temporary_key_is_good_with_its_token(huawei: Room) -> None:
    assert raw(huawei.cloud, huawei.clock, TEMPORARY).get(TASKS).status_code == 200


@pytest.mark.parametrize("headers", [{}, {"authorization": "Bearer x"}, {"x-auth-token": "made-up"}])
def test_who_does_not_say_who_he_is_is_refused(huawei: Room, headers: dict[str, str]) -> None:
    assert said(huawei.http.get(TASKS, headers=headers, auth=as_it_is)) == (401, "APIGW.0301")


def test_the_date_must_be_one(huawei: Room) -> None:
    request = huawei.http.build_request("GET", TASKS, headers={"x-sdk-date": "today"})
    signed = f"SDK-HMAC-SHA256 Access={PERMANENT.access}, SignedHeaders=host;x-sdk-date, Signature=00"
    request.headers["authorization"] = signed
    assert said(huawei.http.send(request, auth=as_it_is)) == (401, "APIGW.0301")
