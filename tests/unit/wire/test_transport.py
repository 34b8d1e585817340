"""One operation to a cloud and back."""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

from kit.clock import ManualClock
from reelstack.errors import ConfigError, Denied, OutcomeUnknown, Rejected, Throttled, Unavailable
from reelstack.wire import connection, document
from reelstack.wire.rate import Limiter
from reelstack.wire.transport import Transport
from unit.wire.network import Always, Network, Unsigned, call, refused, said


def test_the_payload_comes_back_and_the_operation_is_in_the_headers() -> None:
    network = Network.of(said(Answer=42))
    assert call(network.transport(), Title="a b")["Answer"] == 42
    request = network.asked[0]
    assert (request.method, request.url.query) == ("POST", b"Title=a%20b")
    assert (request.headers["x-acs-action"], request.headers["x-acs-version"]) == ("DoIt", "2020-11-09")
    assert request.headers["accept"] == "application/json"


def test_a_passing_failure_is_bridged_and_the_pauses_are_slept_on_the_clock() -> None:
    network = Network.of(refused(503, "ServiceUnAvailable"), httpx.ReadTimeout("slow"), said())
    call(network.transport(random=Always(0.5)))
    assert network.clock.slept == [0.25, 0.5]


def test_a_throttle_is_waited_out_even_for_what_must_not_happen_twice() -> None:
    network = Network.of(refused(400, "Throttling.User", x_acs_retry_after="2000"), said())
    call(network.transport(random=Always(0)), idempotent=False)
    assert network.clock.slept == [2.0]


@pytest.mark.parametrize("lost", [httpx.ReadTimeout(""), httpx.RemoteProtocolError(""), refused(500, "InternalError")])
def test_what_may_have_happened_is_not_asked_for_twice(lost: httpx.Response | Exception) -> None:
    network = Network.of(lost, said())
    with pytest.raises(OutcomeUnknown):
        call(network.transport(), idempotent=False)
    assert len(network.asked) == 1


def test_what_never_left_is_sent_again_whatever_it_is() -> None:
    network = Network.of(httpx.ConnectTimeout(""), said())
    call(network.transport(), idempotent=False)
    assert len(network.asked) == 2


@pytest.mark.parametrize("code", ["SignatureDoesNotMatch", "InvalidAccessKeyId.NotFound", "InvalidTimeStamp.Expired"])
def test_wrong_keys_are_shown_once(code: str) -> None:
    network = Network.of(refused(400, code))
    with pytest.raises(Denied):
        call(network.transport())
    assert len(network.asked) == 1


def test_patience_ends() -> None:
    network = Network.of(refused(400, "Throttling.User"))
    with pytest.raises(Throttled):
        call(network.transport())
    assert 1 < len(network.asked) <= 6


def test_the_library_below_never_leaks_but_is_the_cause() -> None:
    network = Network.of(httpx.ReadError("gone"))
    with pytest.raises(OutcomeUnknown) as caught:
        call(network.transport())
    assert isinstance(caught.value.__cause__, httpx.ReadError)


@pytest.mark.parametrize("value", ["x" * 70_000, "\ud800"])
def test_parameters_that_fit_into_no_request_are_refused_before_sending(value: str) -> None:
    network = Network.of(said())
    with pytest.raises(Rejected, match="parameters"):
        call(network.transport(), Title=value)
    assert network.asked == []


def test_the_rate_holds_for_repeats_too() -> None:
    network = Network.of(httpx.ReadTimeout(""), said())
    limiter = Limiter(network.clock, {}, default=1)
    call(network.transport(limiter=limiter, random=Always(0)))
    assert network.clock.monotonic() == 1.0


def test_a_throttle_slows_all_that_follow() -> None:
    network = Network.of(refused(429, "Throttling.User"), said())
    limiter = Limiter(network.clock, {}, default=4)
    transport = network.transport(limiter=limiter, random=Always(0))
    for _ in range(3):
        call(transport)
    assert network.clock.monotonic() == 1.0


@pytest.mark.parametrize("url", ["", "ice.aliyuncs.com", "ftp://h", "https://", "http://h:port", "http://[::1"])
def test_an_endpoint_that_is_none_is_a_fault_of_the_settings(url: str) -> None:
    with pytest.raises(ConfigError, match="endpoint"):
        Transport(url, Unsigned(), clock=ManualClock(), random=random.Random(1))


@pytest.mark.parametrize(
    ("url", "local"),
    [
        ("http://127.0.0.1:8757", True),
        ("http://localhost", True),
        ("http://[::1]:1", True),
        ("http://a.localhost", True),
        ("https://ice.cn-shanghai.aliyuncs.com", False),
        ("http://10.0.0.1", False),
    ],
)
def test_this_machines_own_addresses_are_known(url: str, local: bool) -> None:
    assert connection.is_local(url) is local


def test_httpx_logs_no_parameters(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="httpx"):
        call(Network.of(said()).transport(), OutputMediaConfig='{"AccessKeySecret":"hushhush"}')
    assert "ice.cn-shanghai" in caplog.text
    assert "hushhush" not in caplog.text


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.server.ports.append(self.client_address[1])  # type: ignore[attr-defined]
        body = b'{"RequestId":"r"}'
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        self.do_GET()

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[ThreadingHTTPServer]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as running:
        running.daemon_threads = True
        running.ports = []  # type: ignore[attr-defined]
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield running
        running.shutdown()
        thread.join()


def test_connections_are_reused(server: ThreadingHTTPServer) -> None:
    url = f"http://127.0.0.1:{server.server_port}"
    with Transport(url, Unsigned(), clock=ManualClock(), random=random.Random(1)) as transport:
        call(transport)
        call(transport)
    first, second = server.ports  # type: ignore[attr-defined]
    assert first == second


def test_no_proxy_for_this_machine(server: ThreadingHTTPServer, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "ALL_PROXY", "http_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    url = f"http://127.0.0.1:{server.server_port}"
    with Transport(url, Unsigned(), clock=ManualClock(), random=random.Random(1)) as transport:
        assert call(transport) == {"RequestId": "r"}
    assert document.fetch(url) == {"RequestId": "r"}


def test_proxy_settings_that_cannot_be_used_are_named_and_not_quoted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", "socks9://user:hushhush@proxy")
    with pytest.raises(ConfigError, match="ALL_PROXY") as caught:
        Transport("https://ice.aliyuncs.com", Unsigned(), clock=ManualClock(), random=random.Random(1))
    assert "hushhush" not in str(caught.value)


def test_a_local_cloud_that_is_not_there_is_said_at_once() -> None:
    clock = ManualClock()
    transport = Transport("http://127.0.0.1:1", Unsigned(), clock=clock, random=random.Random(1))
    with transport, pytest.raises(Unavailable, match="reelstack cloud start"):
        call(transport)
    assert clock.slept == []
