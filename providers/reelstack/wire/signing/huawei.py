"""Huawei Cloud's signature SDK-HMAC-SHA256, as an httpx.Auth.

The transport hands each attempt through it, so each attempt has its own date. It signs the path, the query and the
body bytes that are sent, the host, the content type and the headers that it sets itself. It reads the credentials at
each attempt and keeps none.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Generator
from datetime import UTC
from urllib.parse import unquote

import httpx

from reelstack.clock import Clock
from reelstack.wire import encoding
from reelstack.wire.signing.keys import Keys, signature

ALGORITHM = "SDK-HMAC-SHA256"
DATE = "x-sdk-date"
_PROJECT, _TOKEN = "x-project-id", "x-security-token"
_SIGNED = frozenset({"host", "content-type", DATE, _PROJECT, _TOKEN})


class SdkHmac(httpx.Auth):
    """Signs each request. With a `project_id` it says for which project the request is."""

    requires_request_body = True

    def __init__(self, credentials: Callable[[], Keys], clock: Clock, project_id: str = "") -> None:
        self._credentials = credentials
        self._clock = clock
        self._project_id = project_id

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Sign and send; the answer is of no interest here."""
        keys = self._credentials()
        self._stamp(request, keys)
        names = signed_headers(request)
        signed = signature(keys, string_to_sign(request, names))
        request.headers["authorization"] = (
            f"{ALGORITHM} Access={keys.access_key_id}, SignedHeaders={';'.join(names)}, Signature={signed}"
        )
        yield request

    def _stamp(self, request: httpx.Request, keys: Keys) -> None:
        request.headers[DATE] = self._clock.now().astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
        for name, value in ((_PROJECT, self._project_id), (_TOKEN, keys.security_token)):
            request.headers.pop(name, None)
            if value:
                request.headers[name] = value


def signed_headers(request: httpx.Request) -> list[str]:
    """The names that the signature covers, sorted. What proxies are known to change is left out."""
    return sorted({name for name in request.headers if name in _SIGNED})


def canonical_request(request: httpx.Request, names: list[str]) -> str:
    """The one spelling of a request that both sides can compute. Its path ends with a slash, the sent one need not."""
    path, _, query = request.url.raw_path.decode("ascii").partition("?")
    segments = "/".join(encoding.percent(unquote(segment)) for segment in path.rstrip("/").split("/"))
    lines = (f"{name}:{request.headers[name].strip()}\n" for name in names)
    body_hash = hashlib.sha256(request.content).hexdigest()
    canonical_query = encoding.query(encoding.pairs(query))
    return "\n".join((request.method, f"{segments}/", canonical_query, "".join(lines), ";".join(names), body_hash))


def string_to_sign(request: httpx.Request, names: list[str]) -> str:
    """What the key is applied to: the algorithm, the date and the canonical request's hash."""
    hashed = hashlib.sha256(canonical_request(request, names).encode()).hexdigest()
    return f"{ALGORITHM}\n{request.headers[DATE]}\n{hashed}"
