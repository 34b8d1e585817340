"""Event callbacks: to receivers on this machine, in order, once, and never in the way of a request."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from contract.emulator.door import caller_of
from kit.clock import ManualClock
from reelstack.emulator.callbacks import Callbacks
from reelstack.emulator.cloud import Cloud
from reelstack.emulator.settings import Settings

EVENT = {"EventType": "ProduceMediaComplete", "Status": "success", "MediaId": "m"}


class Receiver(HTTPServer):
    """Keeps what it is told, and answers with the status that the path names."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.told: list[dict[str, Any]] = []
        self.asked, self.released = threading.Event(), threading.Event()

    def url(self, path: str = "/200") -> str:
        return f"http://127.0.0.1:{self.server_port}{path}"


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        self.server.told.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
        self.server.asked.set()
        if self.path == "/hang":
            self.server.released.wait(30)
        self.send_response(int(self.path.strip("/")) if self.path[1:].isdigit() else 200)
        self.send_header("location", "/200")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as running:
        thread = threading.Thread(target=running.serve_forever, args=(0.01,))
        thread.start()
        yield running
        running.shutdown()
        thread.join()


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Cloud]:
    with Cloud(tmp_path, clock=ManualClock(), settings=Settings(pace="immediate")) as cloud:
        yield cloud


def journal(cloud: Cloud) -> list[dict[str, Any]]:
    assert cloud.callbacks.wait_until_idle(30)
    return [entry for entry in cloud.gateway.journal.entries() if entry["service"] == "callback"]


def test_events_arrive_in_order_and_are_journalled(running: Cloud, receiver: Receiver) -> None:
    for number in range(3):
        running.callbacks.send(receiver.url(), EVENT | {"Number": number})
    entries = journal(running)
    assert [event["Number"] for event in receiver.told] == [0, 1, 2]
    assert [(entry["action"], entry["status"], entry["code"]) for entry in entries] == [
        ("ProduceMediaComplete", 200, "")
    ] * 3
    assert entries[0]["answer"] == {"MediaId": "m"}


@pytest.mark.parametrize(
    "address", ["{}?token=HUSH&to=me", "http://me:HUSH@127.0.0.1:9/hook", "ftp://me:HUSH@x/?key=HUSH"]
)
def test_the_journal_and_the_log_hold_no_secret_of_an_address_or_of_an_event(
    running: Cloud, receiver: Receiver, address: str, caplog: pytest.LogCaptureFixture
) -> None:
    echoed = json.dumps({"NotifyAddress": "http://127.0.0.1/?a=1&Signature=HUSH", "password": "HUSH"})
    running.callbacks.send(address.format(receiver.url()), EVENT | {"UserData": echoed})
    told = str(journal(running)) + caplog.text
    assert "ProduceMediaComplete" in told
    assert "HUSH" not in told
    assert all("HUSH" in event["UserData"] for event in receiver.told)


@pytest.mark.parametrize(
    "url",
    [
        "http://198.51.100.1/hook",
        "http://example.com/hook",
        "https://127.0.0.1/hook",
        "http://127.0.0.1.example.com/hook",
        "http://127.0.0.1@example.com/hook",
        "ftp://127.0.0.1/hook",
        "http://127.0.0.1:port/hook",
        "http://0.0.0.0/hook",
        "",
    ],
)
def test_nothing_leaves_this_machine(tmp_path: Path, url: str) -> None:
    called: list[object] = []

    def post(*given: object) -> int:
        called.append(given)
        return 200

    with Cloud(tmp_path, clock=ManualClock()) as cloud:
        callbacks = Callbacks(cloud.gateway.journal, cloud.clock, cloud.ids, post)
        callbacks.send(url, EVENT)
        assert callbacks.wait_until_idle(30)
        callbacks.stop()
        assert journal(cloud)[0]["code"].startswith("CallbackRefused: ")
    assert called == []


def test_the_local_cloud_itself_is_not_called(running: Cloud) -> None:
    running.serve_at("http://127.0.0.1:8757")
    running.callbacks.send("http://127.0.0.1:8757/_control/reset", EVENT)
    assert "is the local cloud itself" in journal(running)[0]["code"]


def test_a_receiver_that_refuses_or_sends_elsewhere_is_journalled(running: Cloud, receiver: Receiver) -> None:
    for status in (500, 302):
        running.callbacks.send(receiver.url(f"/{status}"), EVENT)
    assert [entry["code"] for entry in journal(running)] == [
        "CallbackFailed: the receiver answered 500",
        "CallbackFailed: the receiver answered 302",
    ]
    assert len(receiver.told) == 2


def test_nobody_there_is_journalled(running: Cloud) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    running.callbacks.send(f"http://127.0.0.1:{port}/hook", EVENT)
    entry = journal(running)[0]
    assert entry["status"] == 0
    assert entry["code"].startswith("CallbackFailed: ")


def test_a_receiver_that_hangs_holds_nobody_up_and_a_reset_forgets_what_waits(
    running: Cloud, receiver: Receiver
) -> None:
    for _ in range(2):
        running.callbacks.send(receiver.url("/hang"), EVENT)
    assert receiver.asked.wait(30)
    assert isinstance(running.clock, ManualClock)
    caller = caller_of(running, running.clock)
    assert caller.submit()["JobId"]
    caller.control("POST", "reset")
    receiver.released.set()
    assert len(journal(running)) == len(receiver.told) == 1
