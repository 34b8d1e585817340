"""From answers and lost connections to payloads and errors of ours."""

from __future__ import annotations

import json
import ssl
from datetime import UTC, datetime

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reelstack.errors import CloudError, Denied, NotFound, OutcomeUnknown, Rejected, Throttled, Unavailable
from reelstack.wire import decode
from unit.wire.network import refused, said

NOW = datetime(2026, 1, 15, 8, 30, tzinfo=UTC)
CALL = decode.Call("alibaba-ims", "GetEditingProject", idempotent=True)
ONCE = decode.Call("alibaba-ims", "CreateEditingProject", idempotent=False)
LOCAL = decode.Call("alibaba-ims", "GetEditingProject", idempotent=True, local=True)


def error_of(response: httpx.Response, call: decode.Call = CALL) -> CloudError:
    with pytest.raises(CloudError) as caught:
        decode.payload(response, call, NOW)
    return caught.value


CODES: list[tuple[int, str, type[CloudError]]] = [
    (400, "MissingParameter", Rejected),
    (400, "InvalidParameter", Rejected),
    (400, "IdempotentParameterMismatch", Rejected),
    (403, "OperationDenied", Denied),
    (403, "OperationDenied.Suspended", Denied),
    (404, "ProjectNotFound", NotFound),
    (404, "ResourceNotFound", NotFound),
    (403, "InvalidVideo.NotFound", NotFound),
    (404, "InvalidAction.NotFound", Rejected),
    (403, "RequestsTooFrequent", Throttled),
    (403, "Forbidden.RAM", Denied),
    (401, "Whatever", Denied),
    (500, "InternalError", OutcomeUnknown),
    (503, "ServiceUnAvailable", Unavailable),
    (502, "BadGateway", OutcomeUnknown),
    (400, "Throttling.User", Throttled),
    (429, "Throttling.User", Throttled),
    (503, "Throttling.Api", Throttled),
    (404, "InvalidAccessKeyId.NotFound", Denied),
    (403, "InvalidAccessKeyId.Inactive", Denied),
    (400, "SignatureDoesNotMatch", Denied),
    (400, "InvalidTimeStamp.Expired", Denied),
    (400, "IllegalTimestamp", Denied),
    (400, "InvalidSecurityToken.Expired", Denied),
    (400, "SignatureNonceUsed", OutcomeUnknown),
]


@pytest.mark.parametrize(("status", "code", "kind"), CODES)
def test_each_documented_error_has_its_class_and_keeps_its_facts(
    status: int, code: str, kind: type[CloudError]
) -> None:
    error = error_of(refused(status, code, "why it is so"))
    assert type(error) is kind
    assert (error.cloud, error.action, error.code) == ("alibaba-ims", "GetEditingProject", code)
    assert (error.reason, error.request_id, error.status) == ("why it is so", "r-1", status)


def test_an_object_is_the_payload() -> None:
    assert decode.payload(said(Project={"Title": "ü"}), CALL, NOW) == {"RequestId": "r-1", "Project": {"Title": "ü"}}


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b'{"RequestId": "r', b"\xff\xfe\xfa", b"<html>", b"[" * 10**5])
def test_a_success_that_cannot_be_read_may_have_happened(body: bytes) -> None:
    error = error_of(httpx.Response(200, content=body), ONCE)
    assert type(error) is OutcomeUnknown
    assert "look in the cloud's console" in error.hint


def test_a_404_that_the_service_did_not_write_makes_nothing_gone() -> None:
    error = error_of(httpx.Response(404, html="<h1>Not Found</h1>"))
    assert type(error) is Rejected
    assert "endpoint" in error.hint


def test_a_redirect_is_no_answer_of_the_service() -> None:
    assert type(error_of(httpx.Response(302, headers={"location": "https://login"}))) is Rejected


def test_a_failing_gateway_without_words_leaves_the_outcome_open() -> None:
    error = error_of(httpx.Response(503, text="upstream\x1b[31m timed out"))
    assert type(error) is OutcomeUnknown
    assert error.code == "Http503"
    assert "upstream" in error.message
    assert "\x1b" not in error.message


def test_keys_may_begin_with_a_lower_case_letter() -> None:
    body = {"code": "ProjectNotFound", "message": "m", "requestId": "r-9"}
    error = error_of(httpx.Response(404, json=body))
    assert (type(error), error.request_id) == (NotFound, "r-9")


def test_errors_may_be_xml() -> None:
    fields = "<RequestId>r-7</RequestId><Code>Throttling</Code><Message>a &lt; b</Message>"
    body = f"<?xml version='1.0'?><Error>{fields}</Error>"
    error = error_of(httpx.Response(400, text=body, headers={"content-type": "text/xml;charset=utf-8"}))
    assert (type(error), error.request_id, error.reason) == (Throttled, "r-7", "a < b")


def test_a_request_id_may_be_in_the_header_only() -> None:
    assert error_of(httpx.Response(500, headers={"x-acs-request-id": "r-3"})).request_id == "r-3"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"x_acs_retry_after": "1500"}, 1.5),
        ({"Retry_After": "7"}, 7.0),
        ({"x_acs_retry_after": "soon"}, None),
        ({}, None),
    ],
)
def test_a_throttle_carries_the_pause_in_seconds(headers: dict[str, str], seconds: float | None) -> None:
    error = error_of(refused(429, "Throttling.User", **headers))
    assert isinstance(error, Throttled)
    assert error.retry_after == seconds


def test_a_pause_makes_a_refusal_a_throttle_but_never_hides_wrong_keys_or_an_open_outcome() -> None:
    kinds = [
        type(error_of(refused(status, code, x_acs_retry_after="100")))
        for status, code in ((400, "Busy"), (400, "SignatureDoesNotMatch"), (500, "InternalError"))
    ]
    assert kinds == [Throttled, Denied, OutcomeUnknown]


def test_the_hint_on_a_wrong_clock_tells_how_wrong() -> None:
    late = "Thu, 15 Jan 2026 08:50:00 GMT"
    assert "1200 s behind" in error_of(refused(400, "InvalidTimeStamp.Expired", date=late)).hint
    assert "Set this machine's clock" in error_of(refused(400, "IllegalTimestamp", date="?")).hint


def test_hints_say_what_to_do_about_keys() -> None:
    unknown = refused(404, "InvalidAccessKeyId.NotFound")
    assert "reelstack doctor" in error_of(unknown).hint
    assert "cloud status" in error_of(unknown, LOCAL).hint
    assert "Allow ice:GetEditingProject" in error_of(refused(403, "Forbidden.RAM")).hint


def test_messages_hold_no_secret_and_no_string_to_sign() -> None:
    message = (
        'bad OutputMediaConfig {\\"AccessKeySecret\\":\\"hushhush\\"}'
        " server string to sign is:x-acs-security-token:CAISverysecret"
    )
    shown = str(error_of(refused(400, "SignatureDoesNotMatch", message)))
    assert "hushhush" not in shown
    assert "verysecret" not in shown


def test_long_messages_are_cut() -> None:
    assert len(error_of(refused(400, "InvalidParameter", "x" * 10**6)).message) < 1000


EXCEPTIONS = [
    kind
    for kind in vars(httpx).values()
    if isinstance(kind, type) and issubclass(kind, httpx.RequestError) and not kind.__subclasses__()
]
NEVER_SENT = {"ConnectError", "ConnectTimeout", "PoolTimeout", "ProxyError", "UnsupportedProtocol"}


@pytest.mark.parametrize("kind", EXCEPTIONS, ids=lambda kind: kind.__name__)
def test_each_exception_of_the_library_has_its_class(kind: type[httpx.RequestError]) -> None:
    error = decode.lost(kind("secret-in-text"), ONCE)
    wanted = Unavailable if kind.__name__ in NEVER_SENT else OutcomeUnknown
    assert type(error) is (Rejected if kind is httpx.LocalProtocolError else wanted)
    assert kind.__name__ in NEVER_SENT or "secret-in-text" not in str(error)


def test_the_local_cloud_that_does_not_run_is_named_as_that() -> None:
    error = decode.lost(httpx.ConnectError("refused"), LOCAL)
    assert error.hint == "Start it with `reelstack cloud start`."


def test_a_certificate_that_is_not_trusted_is_told_apart() -> None:
    broken = httpx.ConnectError("ssl")
    broken.__cause__ = ssl.SSLCertVerificationError("self-signed")
    assert "SSL_CERT_FILE" in decode.lost(broken, CALL).hint


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner) | st.dictionaries(st.sampled_from(["Code", "code", "Message", "RequestId", "x"]), inner)
    ),
    max_leaves=8,
)


@given(status=st.integers(200, 599), body=st.binary(), header=st.text(st.characters(codec="ascii"), max_size=20))
def test_any_bytes_give_an_object_or_an_error_of_ours(status: int, body: bytes, header: str) -> None:
    response = httpx.Response(status, content=body, headers=[(b"x-acs-retry-after", header.encode())])
    try:
        found = decode.payload(response, CALL, NOW)
    except CloudError:
        return
    assert isinstance(found, dict)


@given(status=st.integers(400, 599), body=JSON)
def test_any_json_error_body_gives_an_error_of_ours(status: int, body: object) -> None:
    assert error_of(httpx.Response(status, text=json.dumps(body))).status == status
