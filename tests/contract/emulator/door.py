"""The local cloud in process: a synchronous httpx transport into the ASGI application, and a small signer.

The signer is a third opinion: it shares nothing with the one under `wire` nor with the local cloud's check.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import itertools
import json
from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import httpx

from kit.clock import ManualClock
from reelstack.clock import Clock, SystemClock
from reelstack.emulator import app
from reelstack.emulator.cloud import PERMANENT, Cloud
from reelstack.emulator.settings import Pace, Settings
from reelstack.emulator.verify import Credential

IMS, VOD = "2020-11-09", "2017-03-21"
TIMELINE = {"VideoTracks": [{"VideoTrackClips": [{"MediaId": "clip0000000000000001", "In": 0, "Out": 4}]}]}
OUTPUT = {"MediaURL": "https://films.oss-cn-shanghai.aliyuncs.com/spring/teaser.mp4", "Width": 640, "Height": 360}


class Door(httpx.BaseTransport):
    """Calls the application; a connection that it drops becomes httpx's error for that."""

    def __init__(self, cloud: Cloud) -> None:
        self._app = app.create(cloud)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return asyncio.run(self._answer(request, request.read()))

    async def _answer(self, request: httpx.Request, body: bytes) -> httpx.Response:
        dropped: list[bool] = []
        came: list[MutableMapping[str, Any]] = []
        to_come = [{"type": "http.request", "body": body, "more_body": False}]

        async def receive() -> MutableMapping[str, Any]:
            if not to_come and not dropped:
                await asyncio.Event().wait()  # we stay connected
            return to_come.pop() if to_come else {"type": "http.disconnect"}

        async def send(message: MutableMapping[str, Any]) -> None:
            came.append(message)

        await self._app(_scope(request) | {"extensions": {app.DROP: lambda: dropped.append(True)}}, receive, send)
        if dropped:
            raise httpx.RemoteProtocolError("Server disconnected without sending a response.", request=request)
        content = b"".join(message.get("body", b"") for message in came[1:])
        return httpx.Response(came[0]["status"], headers=came[0]["headers"], content=content)


def _scope(request: httpx.Request) -> dict[str, Any]:
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": request.url.scheme,
        "path": request.url.path,
        "raw_path": request.url.raw_path.partition(b"?")[0],
        "root_path": "",
        "query_string": request.url.query,
        "headers": [(name.lower(), value) for name, value in request.headers.raw],
        "server": ("testserver", 80),
        "client": ("127.0.0.1", 1),
    }


class Caller:
    """Signs and sends calls as an SDK does, all parameters in the query but Timeline."""

    def __init__(self, transport: httpx.BaseTransport, clock: Clock, base_url: str = "http://testserver") -> None:
        self.http = httpx.Client(transport=transport, base_url=base_url)
        self._clock = clock
        self.credential = PERMANENT
        self.version = IMS
        self._nonces = itertools.count()

    @classmethod
    def at(cls, url: str) -> Caller:
        """Someone to call a local cloud that runs on its own; close it, by `with`."""
        return cls(httpx.HTTPTransport(), SystemClock(), url)

    def __enter__(self) -> Caller:
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()

    @property
    def clock(self) -> ManualClock:
        """The clock, for tests that move it."""
        assert isinstance(self._clock, ManualClock)
        return self._clock

    def send(
        self, action: str, params: Mapping[str, object], headers: Mapping[str, str] | None = None
    ) -> httpx.Response:
        texts = {name: value if isinstance(value, str) else json.dumps(value) for name, value in params.items()}
        form = {name: texts.pop(name) for name in ("Timeline",) if name in texts}
        body = urlencode(form).encode()
        base = {
            "host": self.http.base_url.netloc.decode(),
            "x-acs-action": action,
            "x-acs-version": self.version,
            "x-acs-date": self._clock.now().strftime("%Y-%m-%dT%H:%M:%SZ"),
            "x-acs-signature-nonce": f"nonce-{id(self)}-{next(self._nonces)}",
            "x-acs-content-sha256": hashlib.sha256(body).hexdigest(),
        }
        if self.credential.security_token:
            base["x-acs-security-token"] = self.credential.security_token
        if form:
            base["content-type"] = "application/x-www-form-urlencoded"
        signed = base | dict(headers or {})
        query = urlencode(sorted(texts.items()), quote_via=quote, safe="-_.~")
        signed["authorization"] = authorization(self.credential, query, signed)
        return self.http.post(f"/?{query}", headers=signed, content=body)

    def ok(self, action: str, **params: object) -> dict[str, Any]:
        answer = self.send(action, params)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def refused(self, action: str, **params: object) -> tuple[int, str, str]:
        answer = self.send(action, params)
        said = answer.json()
        assert answer.status_code >= 400, said
        return answer.status_code, said["Code"], said["Message"]

    def control(self, method: str, route: str, /, **given: object) -> Any:
        answer = self.http.request(method, f"/_control/{route}", json=given or None)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def submit(self, **params: object) -> dict[str, Any]:
        return self.ok("SubmitMediaProducingJob", **({"Timeline": TIMELINE, "OutputMediaConfig": OUTPUT} | params))

    def job(self, job_id: str) -> dict[str, Any]:
        found: dict[str, Any] = self.ok("GetMediaProducingJob", JobId=job_id)["MediaProducingJob"]
        return found


def authorization(credential: Credential, query: str, headers: Mapping[str, str]) -> str:
    names = sorted(headers)
    lines = "".join(f"{name}:{headers[name]}\n" for name in names)
    listed = ";".join(names)
    canonical = f"POST\n/\n{query}\n{lines}\n{listed}\n{headers['x-acs-content-sha256']}"
    to_sign = "ACS3-HMAC-SHA256\n" + hashlib.sha256(canonical.encode()).hexdigest()
    signature = hmac.new(credential.access_key_secret.encode(), to_sign.encode(), hashlib.sha256).hexdigest()
    return f"ACS3-HMAC-SHA256 Credential={credential.access_key_id},SignedHeaders={listed},Signature={signature}"


@contextmanager
def opened(directory: Path, pace: Pace = "immediate", clock: ManualClock | None = None) -> Iterator[Caller]:
    """A local cloud in the folder, with a manual clock and predictable ids, and someone to call it."""
    clock = clock or ManualClock()
    with Cloud(directory, clock=clock, settings=Settings(pace=pace), seed="tests") as cloud:
        yield caller_of(cloud, clock)


def caller_of(cloud: Cloud, clock: ManualClock) -> Caller:
    return Caller(Door(cloud), clock)
