"""Checks signatures from the raw request, the way the clouds' gateway does: ACS3-HMAC-SHA256, or the older RPC V1.

A second opinion: written from the schemes' descriptions, sharing no line with our signers. ACS3: it uses the header
names in `SignedHeaders`, refuses when one that must be signed is not in the list, and hashes the body's bytes as they
came. RPC V1: `rpc_v1` reads it; what is remembered and refused is here.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, quote

from reelstack.emulator import rpc_v1
from reelstack.emulator.errors import ApiError

FORM = "application/x-www-form-urlencoded"
ALGORITHM = "ACS3-HMAC-SHA256"
WINDOW = timedelta(minutes=15)
_ALWAYS_SIGNED = frozenset(
    ("host", "x-acs-action", "x-acs-version", "x-acs-date", "x-acs-signature-nonce", "x-acs-content-sha256")
)
_AUTHORIZATION = re.compile(
    rf"{ALGORITHM} +Credential=(?P<key>[^,\s]+), *SignedHeaders=(?P<signed>[a-z0-9;_-]+), *"
    r"Signature=(?P<signature>[0-9a-f]+)"
)


@dataclass(frozen=True)
class Credential:
    """A key that the local cloud accepts. With a token it is a temporary one."""

    access_key_id: str
    access_key_secret: str = field(repr=False)
    security_token: str = field(default="", repr=False)


@dataclass(frozen=True)
class RawRequest:
    """A request as it came: header names in lower case, nothing decoded."""

    method: str
    path: str
    query: str
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str:
        """The header's values, joined as the signature joins them; empty when it is absent."""
        return ",".join(sorted(value.strip() for key, value in self.headers if key == name))

    def pairs(self) -> list[tuple[str, str]]:
        """The parameters of the query, then those of a form body."""
        found = parse_qsl(self.query, keep_blank_values=True)
        if self.header("content-type").partition(";")[0].strip().lower() == FORM:
            found += parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True)
        return found


class Verifier:
    """Knows the accepted keys and the nonces seen inside the clock window."""

    def __init__(self, credentials: Iterable[Credential]) -> None:
        self._credentials = {each.access_key_id: each for each in credentials}
        self._nonces: dict[tuple[str, str], datetime] = {}

    def check(self, request: RawRequest, now: datetime) -> str:
        """Return the access key id that signed the request; raise `ApiError` with the gateway's code otherwise."""
        given = request.header("authorization")
        if not given:
            return self._check_v1(request, now)
        parts = _AUTHORIZATION.fullmatch(given)
        if not parts:
            raise ApiError(
                400,
                "IncompleteSignature",
                f"The Authorization header does not conform to {ALGORITHM}. It is the only scheme for that header.",
            )
        credential = self._known(parts["key"])
        signed = parts["signed"].split(";")
        _check_signed(request, signed)
        _check_date("x-acs-date", request.header("x-acs-date"), now)
        _check_token(request.header("x-acs-security-token"), credential)
        _check_signature(request, signed, credential, parts["signature"])
        self._check_nonce(credential.access_key_id, request.header("x-acs-signature-nonce"), now)
        return credential.access_key_id

    def _check_v1(self, request: RawRequest, now: datetime) -> str:
        signed = rpc_v1.read(dict(request.pairs()))
        if signed is None or not signed.key:
            raise ApiError(400, "MissingAccessKeyId", "AccessKeyId is mandatory for this action.")
        if signed.scheme != (rpc_v1.METHOD, rpc_v1.VERSION) or not signed.nonce:
            raise ApiError(
                400,
                "IncompleteSignature",
                "The request signature does not conform to Aliyun standards: SignatureNonce, SignatureMethod"
                f" {rpc_v1.METHOD} and SignatureVersion {rpc_v1.VERSION} are needed.",
            )
        credential = self._known(signed.key)
        _check_date("Timestamp", signed.time, now)
        _check_token(signed.token, credential)
        to_sign = rpc_v1.string_to_sign(request.method, request.pairs())
        expected = rpc_v1.signature(to_sign, credential.access_key_secret)
        if not hmac.compare_digest(expected.encode(), signed.signature.encode()):
            raise ApiError(
                400,
                "SignatureDoesNotMatch",
                f"Specified signature is not matched with our calculation. server string to sign is:{to_sign}",
            )
        self._check_nonce(credential.access_key_id, signed.nonce, now)
        return credential.access_key_id

    def _known(self, key: str) -> Credential:
        credential = self._credentials.get(key)
        if credential is None:
            raise ApiError(404, "InvalidAccessKeyId.NotFound", "Specified access key is not found.")
        return credential

    def _check_nonce(self, key: str, nonce: str, now: datetime) -> None:
        # A date older than the window is refused before, so older nonces need not be remembered.
        for known, seen in list(self._nonces.items()):
            if seen >= now - 2 * WINDOW:
                break  # in order of time
            del self._nonces[known]
        if (key, nonce) in self._nonces:
            raise ApiError(400, "SignatureNonceUsed", "Specified signature nonce was used already.")
        self._nonces[key, nonce] = now


def _check_signed(request: RawRequest, signed: list[str]) -> None:
    present = {name for name, _ in request.headers}
    needed = _ALWAYS_SIGNED | {n for n in present if n.startswith("x-acs-") or n == "content-type"}
    missing = sorted((needed - set(signed)) | (_ALWAYS_SIGNED - present))
    if missing:
        raise ApiError(400, "IncompleteSignature", f"These headers must be sent and signed: {', '.join(missing)}.")


def _check_date(name: str, text: str, now: datetime) -> None:
    try:
        sent = datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError as error:
        raise ApiError(400, "IllegalTimestamp", f"The input parameter {name} is not well formed.") from error
    if abs(now - sent) > WINDOW:
        raise ApiError(400, "InvalidTimeStamp.Expired", "Specified time stamp or date value is expired.")


def _check_token(token: str, credential: Credential) -> None:
    if credential.security_token and not token:
        raise ApiError(400, "MissingSecurityToken", "SecurityToken is mandatory for this action.")
    if token and not credential.security_token:
        raise ApiError(
            400,
            "InvalidSecurityToken.MismatchWithAccessKey",
            "Specified SecurityToken mismatches with the AccessKey.",
        )
    if not hmac.compare_digest(token.encode(), credential.security_token.encode()):
        raise ApiError(400, "InvalidSecurityToken.Malformed", "Specified SecurityToken is malformed.")


def _check_signature(request: RawRequest, signed: list[str], credential: Credential, given: str) -> None:
    to_sign = string_to_sign(request, signed)
    expected = hmac.new(credential.access_key_secret.encode(), to_sign.encode(), hashlib.sha256).hexdigest()
    if not hmac.compare_digest(expected, given):
        raise ApiError(
            400,
            "SignatureDoesNotMatch",
            "Specified signature is not matched with our calculation."
            f" server string to sign is:{to_sign} server canonical request is:{canonical_request(request, signed)}",
        )


def string_to_sign(request: RawRequest, signed: list[str]) -> str:
    """What the signature signs."""
    return f"{ALGORITHM}\n{hashlib.sha256(canonical_request(request, signed).encode()).hexdigest()}"


def canonical_request(request: RawRequest, signed: list[str]) -> str:
    """The request in the one form on which both sides agree."""
    headers = "".join(f"{name}:{request.header(name)}\n" for name in sorted(signed))
    payload = hashlib.sha256(request.body).hexdigest()
    return "\n".join(
        (
            request.method,
            request.path or "/",
            _canonical_query(request.query),
            headers,
            ";".join(sorted(signed)),
            payload,
        )
    )


def _canonical_query(query: str) -> str:
    # Decoded and encoded anew: clients may write a space as + on the wire and sign it as %20.
    pairs = sorted(parse_qsl(query, keep_blank_values=True, encoding="utf-8", errors="surrogateescape"))
    return "&".join(f"{_percent(name)}={_percent(value)}" for name, value in pairs)


def _percent(text: str) -> str:
    return quote(text, safe="-_.~", encoding="utf-8", errors="surrogateescape")
