"""One request as a handler reads it: query parameters and body, and everything wrong with them as VOD.10053.

Lists come repeated (`a=1&a=2`), as the SDK sends them, or separated by commas, as the pages write them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from reelstack.emulator.huawei.errors import illegal

TIME = "%Y%m%d%H%M%S"
_INTEGER = re.compile(r"-?[0-9]{1,18}")
_KEY = re.compile(r"[^,\x00-\x1f\ud800-\udfff]{1,128}")


@dataclass(frozen=True)
class Call:
    """Query pairs in the order in which they came, and the raw body. An empty value counts as absent."""

    pairs: Sequence[tuple[str, str]]
    body: bytes = b""

    def text(self, name: str) -> str:
        """The value, or empty. The last of several counts."""
        return next((value for key, value in reversed(self.pairs) if key == name), "")

    def key(self, name: str) -> str:
        """An id that must be given."""
        return checked_key(self.text(name), name)

    def values(self, name: str, *, most: int, allowed: Collection[str] = ()) -> list[str]:
        """All values of a list, each once, in order."""
        given = [part.strip() for key, value in self.pairs if key == name for part in value.split(",")]
        found = list(dict.fromkeys(part for part in given if part))
        if len(found) > most:
            raise illegal(name, f"has {len(found)} values, at most {most} are allowed")
        for value in found:
            if allowed and value not in allowed:
                raise illegal(name, f"is {value[:40]!r}, not one of {', '.join(allowed)}")
        return found

    def keys(self, name: str, *, most: int) -> list[str]:
        """A list of ids."""
        return [checked_key(value, name) for value in self.values(name, most=most)]

    def choice(self, name: str, allowed: Collection[str]) -> str:
        """One of a closed list, or empty."""
        value = self.text(name)
        if value and value not in allowed:
            raise illegal(name, f"is {value[:40]!r}, not one of {', '.join(allowed)}")
        return value

    def integer(self, name: str, default: int, low: int, high: int) -> int:
        """A whole number between two bounds."""
        value = self.text(name)
        if not value:
            return default
        if not _INTEGER.fullmatch(value) or not low <= int(value) <= high:
            raise illegal(name, f"is {value[:40]!r}, not a whole number from {low} to {high}")
        return int(value)

    def moment(self, name: str) -> str:
        """A time as yyyymmddhhmmss, as records keep it; empty when absent."""
        value = self.text(name)
        if not value:
            return ""
        try:
            return datetime.strptime(value, TIME).replace(tzinfo=UTC).isoformat()
        except ValueError as error:
            raise illegal(name, f"is {value[:40]!r}, not a time as yyyymmddhhmmss") from error

    def document(self) -> dict[str, Any]:
        """The body, which must be a JSON object."""
        try:
            found = json.loads(self.body)
        except (ValueError, RecursionError) as error:
            raise illegal("body", "is not JSON") from error
        if not isinstance(found, dict):
            raise illegal("body", "is not a JSON object")
        return found


def checked_key(value: object, name: str) -> str:
    """An id from outside: text of a sane length."""
    if not value:
        raise illegal(name, "is mandatory")
    if not isinstance(value, str) or not _KEY.fullmatch(value):
        raise illegal(name, "is not a text of at most 128 characters without commas")
    return value
