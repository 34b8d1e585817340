"""A door between a program and the local cloud at which the program is killed, at any boundary of any request.

It takes HTTP requests on a loopback port and hands them on as they are, counting; a broken connection too. At the
chosen boundary the program's process group is killed with SIGKILL; from then on nothing is handed on any more.
"""

from __future__ import annotations

import http.client
import os
import signal
import socket
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit


class Phase(StrEnum):
    """When, in the life of a request, the program dies."""

    BEFORE = "before"  # it was about to be sent
    COMMITTED = "committed"  # it was carried out, and nobody hears the answer
    ANSWERED = "answered"  # the answer came, and what it says is in no state yet


ANY = "*"


@dataclass(frozen=True)
class Boundary:
    """The `nth` request of an action, or of `ANY`, counted from 1, and when it is met; written `before:SubmitJob:1`."""

    phase: Phase
    action: str
    nth: int

    @classmethod
    def parse(cls, text: str) -> Boundary:
        phase, rest = text.split(":", 1)
        action, _, nth = rest.rpartition(":")
        return cls(Phase(phase), action, int(nth))

    def __str__(self) -> str:
        return f"{self.phase}:{self.action}:{self.nth}"


@dataclass
class Door:
    """`seen` are the requests since `open`, each with its count among those of its action."""

    url: str
    cloud: str
    seen: list[tuple[str, int]] = field(default_factory=list)
    boundary: Boundary | None = None
    victim: int = 0
    closed: bool = False
    _counts: Counter[str] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _inside: int = 0
    _left: threading.Condition = field(default_factory=threading.Condition)

    def open(self, boundary: Boundary | None = None) -> None:
        """Begin to count anew; `victim` is the process group to kill when the boundary is reached."""
        with self._lock:
            self.seen, self.boundary, self.closed, self.victim = [], boundary, False, 0
            self._counts.clear()

    def kill(self, pid: int) -> None:
        """Say who is to be killed. A program takes longer to start than this."""
        self.victim = pid

    @property
    def boundaries(self) -> list[Boundary]:
        """Every boundary that the requests seen have."""
        return [Boundary(phase, *one) for one in self.seen for phase in Phase]

    def drain(self) -> None:
        """Wait until every request that was let through has been carried out."""
        with self._left:
            assert self._left.wait_for(lambda: not self._inside, 60)

    def pass_on(self, action: str, forward: Callable[[], bytes], answer: Callable[[bytes], None]) -> None:
        """Let one request through, or kill who sent it."""
        with self._left:
            self._inside += 1
        try:
            self._pass_on(action, forward, answer)
        finally:
            with self._left:
                self._inside -= 1
                self._left.notify_all()

    def _pass_on(self, action: str, forward: Callable[[], bytes], answer: Callable[[bytes], None]) -> None:
        with self._lock:
            self._counts[action] += 1
            nth = self._counts[action]
            self.seen.append((action, nth))
            place = len(self.seen)
        if self._meets(Phase.BEFORE, action, nth, place):
            self._strike()
        if self.closed:
            return
        try:
            said = forward()
        except http.client.RemoteDisconnected:
            return  # the cloud was told to lose this one: whoever asked hears nothing either
        if self._meets(Phase.COMMITTED, action, nth, place):
            self._strike()
        if self._meets(Phase.ANSWERED, action, nth, place):
            # The engine stands still while its provider host reads the answer: no state can be written.
            os.kill(self.victim, signal.SIGSTOP)
            answer(said)
            self._strike()
        if not self.closed:
            answer(said)

    def _meets(self, phase: Phase, action: str, nth: int, place: int) -> bool:
        return self.boundary in (Boundary(phase, action, nth), Boundary(phase, ANY, place))

    def _strike(self) -> None:
        self.closed = True
        os.killpg(self.victim, signal.SIGKILL)


@contextmanager
def standing(cloud: str) -> Iterator[Door]:
    """A door before the cloud at that address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    door = Door(f"http://127.0.0.1:{server.server_port}", cloud)
    server.RequestHandlerClass = _handler(door)
    thread = threading.Thread(target=lambda: server.serve_forever(poll_interval=0.02))
    thread.start()
    try:
        yield door
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _handler(door: Door) -> type[BaseHTTPRequestHandler]:
    cloud = urlsplit(door.cloud)

    class Handler(BaseHTTPRequestHandler):
        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))

            def forward() -> bytes:
                connection = http.client.HTTPConnection(cloud.hostname or "", cloud.port, timeout=60)
                connection.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
                for name, value in self.headers.items():
                    if name.lower() != "connection":
                        connection.putheader(name, value)
                connection.endheaders(body)
                came = connection.getresponse()
                content = came.read()
                connection.close()
                kept = [pair for pair in came.getheaders() if pair[0].lower() not in ("content-length", "connection")]
                lines = [f"HTTP/1.1 {came.status} {came.reason}", *(f"{name}: {value}" for name, value in kept)]
                head = "\r\n".join([*lines, f"content-length: {len(content)}", "connection: close", "", ""])
                return head.encode("latin-1") + content

            def answer(said: bytes) -> None:
                with suppress(OSError):  # who asked may be gone
                    self.wfile.write(said)
                    self.wfile.flush()
                    self.connection.shutdown(socket.SHUT_WR)

            self.close_connection = True
            if self.path.startswith("/_control/"):
                answer(forward())  # nothing of the cloud's: the command line asks where files lie
            else:
                door.pass_on(_action(self.headers.get("x-acs-action"), self.command, self.path), forward, answer)

        do_GET = do_POST = do_PUT = do_DELETE = _serve  # noqa: N815 - http.server's names

        def log_message(self, *_: object) -> None:
            return

    return Handler


def _action(named: str | None, method: str, path: str) -> str:
    """The request's action; where the service has none, the method and the end of the path."""
    return named or f"{method}-{'/'.join(urlsplit(path).path.split('/')[3:])}"
