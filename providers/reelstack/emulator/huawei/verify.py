"""Checks SDK-HMAC-SHA256 signatures from the raw request, the way the API gateway does.

A second opinion: written from the scheme's description, sharing no line with our signer. It uses the header names in
`SignedHeaders`, refuses when one that must be signed is not in the list, and hashes the body's bytes as they came.
Five failures of one key in a row lock it for five minutes, as documented.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, quote

from reelstack.emulator.errors import ApiError
from reelstack.emulator.huawei.errors import out_of_time, unauthenticated
from reelstack.emulator.huawei.keys import Key
from reelstack.emulator.verify import RawRequest

ALGORITHM = "SDK-HMAC-SHA256"
WINDOW = timedelta(minutes=15)
FAILURES_MOST = 5
LOCKED_FOR = timedelta(minutes=5)
_DATE = "%Y%m%dT%H%M%SZ"
_AUTHORIZATION = re.compile(
    rf"{ALGORITHM} +Access=(?P<key>[^,\s]+), *SignedHeaders=(?P<signed>[a-z0-9;-]+), *"
    r"Signature=(?P<signature>[0-9a-f]+)"
)


class Verifier:
    """Knows the accepted keys, and which of them failed lately."""

    def __init__(self, keys: Iterable[Key]) -> None:
        self._keys = {each.access: each for each in keys}
        self._failures: dict[str, int] = {}
        self._locked: dict[str, datetime] = {}

    def forget(self) -> None:
        """Unlock every key."""
        self._failures.clear()
        self._locked.clear()

    def check(self, request: RawRequest, now: datetime) -> str:
        """Return the access key that signed the request; raise `ApiError` with the gateway's code otherwise."""
        parts = _AUTHORIZATION.fullmatch(request.header("authorization"))
        if not parts:
            raise unauthenticated(f"the Authorization header is not of the scheme {ALGORITHM}")
        key = self._keys.get(parts["key"])
        if key is None:
            raise unauthenticated(f"ak {parts['key'][:64]} does not exist")
        if now < self._locked.get(key.access, now):
            raise unauthenticated(f"ak {key.access} is locked after {FAILURES_MOST} failures, wait for five minutes")
        try:
            _check(request, key, parts["signed"].split(";"), parts["signature"], now)
        except ApiError:
            self._count(key.access, now)
            raise
        self._failures.pop(key.access, None)
        return key.access

    def _count(self, access: str, now: datetime) -> None:
        self._failures[access] = self._failures.get(access, 0) + 1
        if self._failures[access] >= FAILURES_MOST:
            del self._failures[access]
            self._locked[access] = now + LOCKED_FOR


def _check(request: RawRequest, key: Key, signed: list[str], given: str, now: datetime) -> None:
    token = request.header("x-security-token")
    needed = {"host", "x-sdk-date"} | ({"x-security-token"} if token else set())
    if missing := sorted(needed - set(signed)):
        raise unauthenticated(f"these headers must be signed: {', '.join(missing)}")
    _check_date(request.header("x-sdk-date"), now)
    if not hmac.compare_digest(token.encode(), key.security_token.encode()):
        raise unauthenticated("the security token does not belong to the ak" if token else "a security token is needed")
    to_sign = string_to_sign(request, signed)
    expected = hmac.new(key.secret.encode(), to_sign.encode(), hashlib.sha256).hexdigest()
    if not hmac.compare_digest(expected, given):
        canonical = canonical_request(request, signed)
        raise unauthenticated(f"verify aksk signature fail, string to sign is {to_sign!r} of {canonical!r}")


def _check_date(text: str, now: datetime) -> None:
    try:
        sent = datetime.strptime(text, _DATE).replace(tzinfo=UTC)
    except ValueError as error:
        raise unauthenticated("X-Sdk-Date is not a time as yyyyMMddTHHmmssZ") from error
    if abs(now - sent) > WINDOW:
        raise out_of_time()


def string_to_sign(request: RawRequest, signed: list[str]) -> str:
    """What the signature signs."""
    digest = hashlib.sha256(canonical_request(request, signed).encode()).hexdigest()
    return f"{ALGORITHM}\n{request.header('x-sdk-date')}\n{digest}"


def canonical_request(request: RawRequest, signed: list[str]) -> str:
    """The request in the one form on which both sides agree: the path always ends with a slash."""
    path = "/".join(_percent(part) for part in request.path.split("/"))
    headers = "".join(f"{name}:{request.header(name)}\n" for name in sorted(signed))
    return "\n".join(
        (
            request.method,
            path if path.endswith("/") else f"{path}/",
            _canonical_query(request.query),
            headers,
            ";".join(sorted(signed)),
            _payload_hash(request),
        )
    )


def _payload_hash(request: RawRequest) -> str:
    found = hashlib.sha256(request.body).hexdigest()
    said = request.header("x-sdk-content-sha256")
    if said not in ("", found):  # bodies that need no signature are not JSON, and all of ours are
        raise unauthenticated("X-Sdk-Content-Sha256 is not the hash of the body")
    return found


def _canonical_query(query: str) -> str:
    pairs = sorted(parse_qsl(query, keep_blank_values=True, encoding="utf-8", errors="surrogateescape"))
    return "&".join(f"{_percent(name)}={_percent(value)}" for name, value in pairs)


def _percent(text: str) -> str:
    return quote(text, safe="-_.~", encoding="utf-8", errors="surrogateescape")
