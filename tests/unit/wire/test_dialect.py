"""The two families' ways of refusing, and requests in REST's style."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reelstack.errors import CloudError, Denied, NotFound, OutcomeUnknown, Rejected, Throttled, Unavailable
from reelstack.wire import decode, rate, retry
from reelstack.wire.dialect import HUAWEI
from reelstack.wire.message import Rest
from unit.wire.network import Always, Network

NOW = datetime(2026, 1, 15, 8, 30, tzinfo=UTC)
CALL = decode.Call("huawei-vod", "ShowAssetDetail", idempotent=True, dialect=HUAWEI)
LOOK = Rest("GET", ("v1", "p"))


def answer(status: int, body: object, **headers: str) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.Response(status, json=body, headers=named)


def refusal(status: int, code: str, **headers: str) -> httpx.Response:
    return answer(status, {"error_code": code, "error_msg": "so it is"}, **headers)


def error_of(response: httpx.Response) -> CloudError:
    with pytest.raises(CloudError) as caught:
        decode.payload(response, CALL, NOW)
    return caught.value


CODES: list[tuple[int, str, type[CloudError]]] = [
    (400, "VOD.10053", Rejected),
    (400, "VOD.10081", Rejected),
    (400, "VOD.10062", NotFound),
    (403, "VOD.10062", NotFound),
    (400, "VOD.10083", Rejected),
    (403, "VOD.10051", OutcomeUnknown),
    (403, "VOD.10052", OutcomeUnknown),
    (403, "VOD.10054", Denied),
    (403, "VOD.10055", Denied),
    (403, "VOD.19999", Rejected),
    (400, "VST.10001", Rejected),
    (400, "VST.10002", OutcomeUnknown),
    (400, "VST.10004", Denied),
    (404, "APIGW.0101", Rejected),
    (413, "APIGW.0201", Rejected),
    (401, "APIGW.0301", Denied),
    (401, "APIGW.0303", Denied),
    (403, "APIGW.0302", Denied),
    (403, "APIGW.0305", Denied),
    (429, "APIGW.0308", Throttled),
    (400, "APIGW.0308", Throttled),
    (429, "APIGW.9999", Throttled),
    (503, "APIGW.9999", Unavailable),
    (500, "APIGW.9999", OutcomeUnknown),
]


@pytest.mark.parametrize(("status", "code", "kind"), CODES)
def test_the_code_decides_and_not_the_status(status: int, code: str, kind: type[CloudError]) -> None:
    error = error_of(refusal(status, code, X_Request_Id="r-1"))
    assert type(error) is kind
    assert (error.code, error.reason, error.request_id, error.status) == (code, "so it is", "r-1", status)


@pytest.mark.parametrize(
    "body",
    [
        {"error_code": "VOD.10062", "error_msg": "gone", "request_id": "r-2"},
        {"errorCode": "VOD.10062", "errorMsg": "gone", "requestId": "r-2"},
        {"code": "VOD.10062", "message": "gone", "request_id": "r-2"},
        {"error": {"error_code": "VOD.10062", "error_msg": "gone", "request_id": "r-2"}},
    ],
)
def test_an_error_has_many_spellings(body: dict[str, Any]) -> None:
    error = error_of(answer(403, body))
    assert (type(error), error.reason, error.request_id) == (NotFound, "gone", "r-2")


def test_a_404_never_makes_anything_gone_by_itself() -> None:
    assert type(error_of(httpx.Response(404, html="<h1>Not Found</h1>"))) is Rejected
    assert type(error_of(refusal(404, "VOD.1"))) is Rejected


def test_a_403_without_words_is_no_answer_of_the_service() -> None:
    assert "endpoint" in error_of(httpx.Response(403, text="<html>")).hint


def test_a_wrong_clock_is_told_apart_from_wrong_keys() -> None:
    late = "Thu, 15 Jan 2026 08:50:00 GMT"
    assert "1200 s behind" in error_of(refusal(401, "APIGW.0303", date=late)).hint
    assert "reelstack doctor" in error_of(refusal(401, "APIGW.0301")).hint


def test_no_content_is_an_empty_answer_and_the_request_id_is_taken_along() -> None:
    assert decode.payload(httpx.Response(204, headers={"X-Request-Id": "r-3"}), CALL, NOW) == {"request_id": "r-3"}
    assert decode.payload(answer(200, {"total": 1}), CALL, NOW) == {"total": 1}


def test_an_empty_answer_that_should_have_content_may_have_happened() -> None:
    assert type(error_of(httpx.Response(200))) is OutcomeUnknown


@given(status=st.integers(200, 599), body=st.binary())
def test_any_bytes_give_an_object_or_an_error_of_ours(status: int, body: bytes) -> None:
    try:
        found = decode.payload(httpx.Response(status, content=body), CALL, NOW)
    except CloudError:
        return
    assert isinstance(found, dict)


# A REST request


def test_a_body_is_json_and_its_type_is_said() -> None:
    sent = Rest("POST", ("v1", "a"), body={"b": "ü", "a": [1, True]}).encoded("A")
    assert (sent.method, sent.target, sent.headers) == ("POST", "v1/a", {"content-type": "application/json"})
    assert sent.content == '{"b":"ü","a":[1,true]}'.encode()


def test_repeated_names_stay_repeated() -> None:
    assert Rest("GET", ("a",), (("id", "2"), ("id", "1"), ("x", ""))).encoded("A").target == "a?id=1&id=2&x="


def test_a_segment_leads_nowhere_else() -> None:
    assert Rest("GET", ("v1", "../a?b#c")).encoded("A").target == "v1/..%2Fa%3Fb%23c"


@pytest.mark.parametrize("segment", ["", ".", ".."])
def test_a_segment_that_is_none_is_refused_before_sending(segment: str) -> None:
    network = Network.of(httpx.Response(200, json={}))
    with pytest.raises(Rejected, match="parameters"):
        network.transport().send("A", Rest("GET", ("v1", segment)), cloud="t", idempotent=True, dialect=HUAWEI)
    assert network.asked == []


@pytest.mark.parametrize("body", [{"x": float("nan")}, {"x": "\ud800"}])
def test_a_body_that_is_no_json_is_refused_before_sending(body: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"JSON|surrogates"):
        Rest("POST", ("v1",), body=body).encoded("A")


# Limits by the minute


def test_a_throttle_is_waited_out_beyond_its_minute() -> None:
    network = Network.of(*[refusal(429, "APIGW.0308")] * 5, answer(200, {}))
    transport = network.transport(random=Always(0), limits=retry.PER_MINUTE)
    transport.send("A", LOOK, cloud="t", idempotent=False, dialect=HUAWEI)
    assert network.clock.slept == [15.0] * 5


def test_a_pause_that_the_service_names_is_kept_to() -> None:
    error = error_of(refusal(429, "APIGW.0308", Retry_After="7"))
    assert isinstance(error, Throttled)
    assert error.retry_after == 7.0


@pytest.mark.parametrize(("action", "number"), [("CreateAssetEditTask", 100), ("ShowAssetMeta", 1500)])
def test_limits_count_by_the_minute(action: str, number: int) -> None:
    network = Network.of(answer(200, {}))
    limiter = rate.huawei_vod(network.clock)
    for _ in range(number):
        limiter.wait(action)
    assert network.clock.slept == []
    limiter.wait(action)
    assert network.clock.slept == [60.0]


def test_what_the_wire_carries_back_is_the_object() -> None:
    network = Network.of(answer(200, {"tasks": []}))
    assert network.transport().send("A", LOOK, cloud="t", idempotent=True, dialect=HUAWEI) == {"tasks": []}
    assert json.loads(network.asked[0].content or b"null") is None
