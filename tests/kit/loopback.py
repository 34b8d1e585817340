"""A server on a loopback port that answers as a test says, and keeps what it was asked."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

CLOSED = "http://127.0.0.1:1"  # nobody listens there


@dataclass(frozen=True)
class Asked:
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: str

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body))


@dataclass
class Loopback:
    """`answers` maps `METHOD /path` to a status and a body, text or JSON, or to a function of what was asked."""

    url: str
    answers: dict[str, Any] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)

    @property
    def paths(self) -> list[str]:
        return [f"{one.method} {one.path}" for one in self.asked]

    def answer(self, asked: Asked) -> tuple[int, Any]:
        self.asked.append(asked)
        found = self.answers.get(f"{asked.method} {asked.path}", (404, "none"))
        status, body = found(asked) if callable(found) else found
        return status, body


@contextmanager
def serving(answer: Callable[[Asked], tuple[int, Any]] | None = None) -> Iterator[Loopback]:
    """A server for the time of a test; `answer` answers in place of what the test sets."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    loopback = Loopback(f"http://127.0.0.1:{server.server_port}")
    server.RequestHandlerClass = _handler(answer or loopback.answer)
    thread = threading.Thread(target=lambda: server.serve_forever(poll_interval=0.01))
    thread.start()
    try:
        yield loopback
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _handler(answer: Callable[[Asked], tuple[int, Any]]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0)).decode()
            url = urlsplit(self.path)
            headers = {name.lower(): value for name, value in self.headers.items()}
            status, said = answer(Asked(self.command, url.path, dict(parse_qsl(url.query)), headers, body))
            content = (said if isinstance(said, str) else json.dumps(said)).encode()
            self.send_response(status)
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _serve  # noqa: N815 - http.server's names

        def log_message(self, *_: Any) -> None:
            return

    return Handler
