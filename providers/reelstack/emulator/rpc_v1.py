"""The clouds' older signature, RPC V1: HMAC-SHA1 over all parameters, which carry the action, the key and the nonce.

Read and recomputed here; `verify` decides what is accepted. Headers are not signed, so nothing is taken from them.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

METHOD, VERSION = "HMAC-SHA1", "1.0"
_COMMON = frozenset(
    (
        "Action",
        "Version",
        "Format",
        "Timestamp",
        "SignatureNonce",
        "SignatureMethod",
        "SignatureVersion",
        "SignatureType",
        "AccessKeyId",
        "SecurityToken",
        "Signature",
    )
)


@dataclass(frozen=True)
class Signed:
    """What a request says of itself in its parameters."""

    action: str
    version: str
    scheme: tuple[str, str]
    key: str
    token: str = field(repr=False)
    time: str
    nonce: str
    signature: str


def read(params: Mapping[str, str]) -> Signed | None:
    """The request's signature; None when it carries none."""
    if "Signature" not in params:
        return None
    return Signed(
        action=params.get("Action", ""),
        version=params.get("Version", ""),
        scheme=(params.get("SignatureMethod", ""), params.get("SignatureVersion", "")),
        key=params.get("AccessKeyId", ""),
        token=params.get("SecurityToken", ""),
        time=params.get("Timestamp", ""),
        nonce=params.get("SignatureNonce", ""),
        signature=params["Signature"],
    )


def business(params: Mapping[str, str]) -> dict[str, str]:
    """The parameters without those that every request has."""
    return {name: value for name, value in params.items() if name not in _COMMON}


def string_to_sign(method: str, pairs: Iterable[tuple[str, str]]) -> str:
    """What the signature signs: the method, the path, all parameters but itself."""
    listed = "&".join(f"{_percent(name)}={_percent(value)}" for name, value in sorted(pairs) if name != "Signature")
    return f"{method.upper()}&%2F&{_percent(listed)}"


def signature(to_sign: str, secret: str) -> str:
    """The signature as it is sent."""
    return base64.b64encode(hmac.new(f"{secret}&".encode(), to_sign.encode(), hashlib.sha1).digest()).decode()


def _percent(text: str) -> str:
    return quote(text, safe="-_.~", encoding="utf-8", errors="surrogateescape")
