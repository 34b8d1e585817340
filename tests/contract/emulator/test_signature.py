"""The local cloud's signature check: exact on the published vectors, unforgiving on everything else."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from contract.emulator.door import Caller, authorization
from kit.clock import ManualClock
from reelstack.emulator.cloud import PERMANENT, TEMPORARY
from reelstack.emulator.errors import ApiError
from reelstack.emulator.verify import Credential, RawRequest, Verifier, canonical_request, string_to_sign

VECTORS: list[dict[str, Any]] = json.loads((Path(__file__).parents[1] / "vectors" / "acs3.json").read_text())
SIGNED_AT = datetime(2026, 1, 15, 8, 30, tzinfo=UTC)
every_vector = pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])


def request_of(vector: dict[str, Any]) -> RawRequest:
    headers = [*vector["headers"].items(), ("authorization", vector["authorization"])]
    return RawRequest(
        vector["method"], vector["path"], vector["canonical_query"], tuple(headers), vector["body"].encode()
    )


def verifier_of(vector: dict[str, Any]) -> Verifier:
    credential = Credential(vector["access_key_id"], vector["access_key_secret"], vector["security_token"] or "")
    return Verifier([credential])


def code(vector: dict[str, Any], request: RawRequest, now: datetime = SIGNED_AT) -> str:
    with pytest.raises(ApiError) as raised:
        verifier_of(vector).check(request, now)
    return raised.value.code


@every_vector
def test_a_published_signature_is_accepted(vector: dict[str, Any]) -> None:
    assert verifier_of(vector).check(request_of(vector), SIGNED_AT) == vector["access_key_id"]


@every_vector
def test_the_canonical_form_is_the_published_one(vector: dict[str, Any]) -> None:
    signed = vector["authorization"].partition("SignedHeaders=")[2].partition(",")[0].split(";")
    assert canonical_request(request_of(vector), signed) == vector["canonical_request"]
    assert string_to_sign(request_of(vector), signed) == vector["string_to_sign"]


@every_vector
def test_any_other_header_value_is_refused(vector: dict[str, Any]) -> None:
    request = request_of(vector)
    for place, (name, value) in enumerate(request.headers[:-1]):
        changed = (*request.headers[:place], (name, value[:-1] + "~"), *request.headers[place + 1 :])
        assert code(vector, replace(request, headers=changed))


@every_vector
def test_any_other_byte_of_query_or_body_is_refused(vector: dict[str, Any]) -> None:
    request = request_of(vector)
    for place in range(len(request.query)):
        changed = f"{request.query[:place]}~{request.query[place + 1 :]}"
        if changed != request.query:
            assert code(vector, replace(request, query=changed)) == "SignatureDoesNotMatch"
    assert code(vector, replace(request, body=request.body + b"x")) == "SignatureDoesNotMatch"


def test_a_plus_on_the_wire_is_the_space_that_was_signed() -> None:
    request = request_of(VECTORS[1])
    assert verifier_of(VECTORS[1]).check(replace(request, query=request.query.replace("%20", "+")), SIGNED_AT)


def test_a_mismatch_tells_the_servers_string_to_sign(cloud: Caller) -> None:
    cloud.credential = replace(PERMANENT, access_key_secret="wrong")
    status, said, message = cloud.refused("ListEditingProjects")
    assert (status, said) == (400, "SignatureDoesNotMatch")
    assert "server string to sign is:ACS3-HMAC-SHA256\n" in message


def test_a_nonce_counts_once() -> None:
    verifier = verifier_of(VECTORS[0])
    verifier.check(request_of(VECTORS[0]), SIGNED_AT)
    with pytest.raises(ApiError, match="SignatureNonceUsed"):
        verifier.check(request_of(VECTORS[0]), SIGNED_AT)


@pytest.mark.parametrize("minutes", [-16, 16])
def test_a_date_more_than_a_quarter_of_an_hour_off_is_expired(minutes: int) -> None:
    now = SIGNED_AT + timedelta(minutes=minutes)
    assert code(VECTORS[0], request_of(VECTORS[0]), now) == "InvalidTimeStamp.Expired"


def test_a_date_of_another_form_is_refused(cloud: Caller) -> None:
    answer = cloud.send("ListEditingProjects", {}, {"x-acs-date": "today"})
    assert (answer.status_code, answer.json()["Code"]) == (400, "IllegalTimestamp")


def test_an_unknown_key_is_not_found(cloud: Caller) -> None:
    cloud.credential = Credential("LTAI5tSomebodyElse", "secret")
    assert cloud.refused("ListEditingProjects")[:2] == (404, "InvalidAccessKeyId.NotFound")


@pytest.mark.parametrize("name", ["x-acs-action", "x-acs-signature-nonce", "content-type", "x-acs-extra", "host"])
def test_a_header_that_must_be_signed_and_is_not_is_refused(name: str) -> None:
    headers = dict(VECTORS[1]["headers"]) | {"x-acs-extra": "1"}
    credential = Credential(VECTORS[1]["access_key_id"], VECTORS[1]["access_key_secret"])
    signed = {key: value for key, value in headers.items() if key != name}
    headers["authorization"] = authorization(credential, VECTORS[1]["canonical_query"], signed)
    request = replace(request_of(VECTORS[1]), headers=tuple(headers.items()))
    with pytest.raises(ApiError, match=f"IncompleteSignature: .*{name}"):
        Verifier([credential]).check(request, SIGNED_AT)


def test_an_unsigned_request_is_refused(cloud: Caller) -> None:
    answer = cloud.http.post("/", headers={"x-acs-version": "2020-11-09", "x-acs-action": "ListEditingProjects"})
    assert (answer.status_code, answer.json()["Code"]) == (400, "MissingAccessKeyId")


def test_a_temporary_key_is_good_with_its_token_only(cloud: Caller) -> None:
    cloud.credential = TEMPORARY
    assert cloud.ok("ListEditingProjects")["ProjectList"] == []
    cloud.credential = replace(TEMPORARY, security_token="")
    assert cloud.refused("ListEditingProjects")[:2] == (400, "MissingSecurityToken")
    cloud.credential = replace(TEMPORARY, security_token="another")
    assert cloud.refused("ListEditingProjects")[:2] == (400, "InvalidSecurityToken.Malformed")


def test_an_old_nonce_is_forgotten_with_its_date(cloud: Caller) -> None:
    clock = ManualClock()
    verifier = Verifier([PERMANENT])
    request = RawRequest("POST", "/", "", (("x-acs-signature-nonce", "n"),), b"")
    verifier._check_nonce("key", request.header("x-acs-signature-nonce"), clock.now())
    clock.move(3600)
    verifier._check_nonce("key", "n", clock.now())
