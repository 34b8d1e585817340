"""Alibaba Cloud's signature V3, ACS3-HMAC-SHA256, as an httpx.Auth.

The transport hands each attempt through it, so each attempt has its own nonce and date. It signs the query and the
body bytes that are sent, the host, the content type and every x-acs header. It reads the credentials at each
attempt and keeps none.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Generator
from datetime import UTC

import httpx

from reelstack.clock import Clock
from reelstack.wire import encoding
from reelstack.wire.signing.keys import Keys, signature

ALGORITHM = "ACS3-HMAC-SHA256"
_SIGNED = ("accept", "content-type", "host")
_TOKEN_HEADERS = ("x-acs-accesskey-id", "x-acs-security-token")


class Acs3(httpx.Auth):
    """Signs each request. `nonce` returns a text that was never used before."""

    requires_request_body = True

    def __init__(self, credentials: Callable[[], Keys], clock: Clock, nonce: Callable[[], str]) -> None:
        self._credentials = credentials
        self._clock = clock
        self._nonce = nonce

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Sign and send; the answer is of no interest here."""
        keys = self._credentials()
        self._stamp(request, keys)
        names = signed_headers(request)
        signed = signature(keys, string_to_sign(request, names))
        request.headers["authorization"] = (
            f"{ALGORITHM} Credential={keys.access_key_id},SignedHeaders={';'.join(names)},Signature={signed}"
        )
        yield request

    def _stamp(self, request: httpx.Request, keys: Keys) -> None:
        headers = request.headers
        for name in _TOKEN_HEADERS:
            headers.pop(name, None)
        headers["x-acs-date"] = self._clock.now().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        headers["x-acs-signature-nonce"] = self._nonce()
        headers["x-acs-content-sha256"] = hashlib.sha256(request.content).hexdigest()
        if keys.security_token:
            headers["x-acs-accesskey-id"] = keys.access_key_id
            headers["x-acs-security-token"] = keys.security_token


def signed_headers(request: httpx.Request) -> list[str]:
    """The names that the signature covers, sorted. The user agent is left out: proxies are known to change it."""
    return sorted({name for name in request.headers if name in _SIGNED or name.startswith("x-acs-")})


def canonical_request(request: httpx.Request, names: list[str]) -> str:
    """The one spelling of a request that both sides can compute."""
    path, _, query = request.url.raw_path.decode("ascii").partition("?")
    lines = (f"{name}:{_value(request, name)}\n" for name in names)
    body_hash = request.headers["x-acs-content-sha256"]
    canonical_query = encoding.query(encoding.pairs(query))
    return "\n".join((request.method, path, canonical_query, "".join(lines), ";".join(names), body_hash))


def string_to_sign(request: httpx.Request, names: list[str]) -> str:
    """What the key is applied to: the algorithm and the canonical request's hash."""
    return f"{ALGORITHM}\n{hashlib.sha256(canonical_request(request, names).encode()).hexdigest()}"


def _value(request: httpx.Request, name: str) -> str:
    return ",".join(sorted(value.strip() for value in request.headers.get_list(name)))
