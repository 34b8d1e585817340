"""Temporary keys as a service hands them out: a key pair, its token, and until when they hold.

Made here from what the services answer, whatever they call the fields. Nothing of an answer is ever quoted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from reelstack.errors import ConfigError

_IDS = ("AccessKeyId", "access", "accessKeyId", "access_key_id")
_SECRETS = ("AccessKeySecret", "secret", "secretAccessKey", "secret_access_key")
_TOKENS = ("SecurityToken", "securitytoken", "securityToken", "security_token")
_ENDS = ("Expiration", "expires_at", "expiration")
_WRAPPERS = ("Credentials", "credential", "credentials")


@dataclass(frozen=True)
class Lease:
    """Keys that hold until a moment; None when nothing was said of it. Shows nothing when printed."""

    access_key_id: str = field(repr=False)
    access_key_secret: str = field(repr=False)
    security_token: str = field(default="", repr=False)
    until: datetime | None = None


def read(answer: Mapping[str, object]) -> Lease:
    """The keys in an answer, which may lie one object deeper; raises ConfigError when it has none."""
    inner = next((found for name in _WRAPPERS if isinstance(found := answer.get(name), dict)), answer)
    if str(answer.get("Code", "Success")) != "Success":
        raise ConfigError("it answers without success.")
    pair = (_text(inner, _IDS), _text(inner, _SECRETS))
    if not all(pair):
        raise ConfigError("its answer holds no key pair.")
    return Lease(*pair, _text(inner, _TOKENS), _moment(_text(inner, _ENDS)))


def _text(values: Mapping[str, object], names: tuple[str, ...]) -> str:
    return next((str(values[name]).strip() for name in names if values.get(name)), "")


def _moment(said: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(said)
    except ValueError:
        return None
    return found.replace(tzinfo=found.tzinfo or UTC)
