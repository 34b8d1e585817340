"""Masks what must never be read by others: signatures, keys, tokens.

Called on every text and mapping that is on its way into a log, an error or a display. It errs on the side of masking
too much. Names that are no secret by nature (client tokens, page tokens, nonces) stay readable: support asks for them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

MASK = "***"

_NAME = (
    r"(?:(?:oss)?access[-_]?key(?:[-_]?(?:id|secret))?|secret[-_]?(?:access[-_]?)?key|(?:client|app)[-_]?secret"
    r"|(?:security|sts|session|auth|subject|id|oidc|metadata)[-_]?token|private[-_]?key|password|passphrase|passwd"
    r"|(?:set-)?cookie|signature|credential|authorization|(?<![a-z0-9-])(?:secret|sk)(?![a-z0-9-]))"
)
# Between a name and its value: = or : in any dress (JSON, JSON in JSON, percent-encoded once or twice), or an XML tag.
_ENCODED_QUOTE = r"(?:%(?:25)*(?:22|5C))*"
_SEPARATOR = rf"\\*[\"']?{_ENCODED_QUOTE}\s*(?:[:=>]|%(?:25)*3[AD])\s*(?:%(?:25)*20|\+)*b?\\*[\"']?{_ENCODED_QUOTE}"
_VALUE = r"(?:[^\s\"'&,;<>\\{}%]|%(?!(?:25)*(?:22|26|2C|5C|7D)))+"

_QUOTED = re.compile(rf"({_NAME}[\"']?\s*[:=]\s*)(?:\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*')", re.IGNORECASE)
_PLAIN = re.compile(rf"({_NAME}{_SEPARATOR}){_VALUE}", re.IGNORECASE)
_HEADER = re.compile(r"((?:proxy-)?authorization[\"']?\s*[:=,]\s*b?[\"']?)[^\r\n\"']+", re.IGNORECASE)
_USERINFO = re.compile(r"(://)[^/\s@\"']+@")
_BARE = re.compile(r"\b(?:LTAI[0-9A-Za-z]{8,}|STS\.[0-9A-Za-z]{8,}|CAIS[0-9A-Za-z+/=_-]{16,})")

_SECRET_NAME = re.compile(rf"{_NAME}$|^(?:secret|ak|sk)$", re.IGNORECASE)


def text(value: str) -> str:
    """The text with every secret that can be recognised in it masked. Idempotent."""
    value = _HEADER.sub(rf"\1{MASK}", value)
    value = _QUOTED.sub(rf'\1"{MASK}"', value)
    value = _PLAIN.sub(rf"\1{MASK}", value)
    value = _USERINFO.sub(rf"\1{MASK}@", value)
    return _BARE.sub(MASK, value)


def mapping(values: Mapping[str, object]) -> dict[str, object]:
    """A copy in which the values of secret names, and secrets inside texts, are masked at any depth."""
    return {name: MASK if is_secret(name) else _value(value) for name, value in values.items()}


def is_secret(name: str) -> bool:
    """Whether a parameter, header or field of this name holds a secret."""
    return bool(_SECRET_NAME.search(name))


def _value(value: object) -> object:
    if isinstance(value, str):
        return text(value)
    if isinstance(value, Mapping):
        return mapping(value)
    if isinstance(value, list | tuple):
        return [_value(item) for item in value]
    return value
