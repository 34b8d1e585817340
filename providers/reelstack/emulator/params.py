"""The parameters of one request, query and form merged, and the clouds' faults: MissingParameter, InvalidParameter."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from reelstack.emulator.errors import invalid, missing

NESTING_MOST = 64
_INTEGER = re.compile(r"-?[0-9]{1,18}")


class Params:
    """One request's parameters. An empty value counts as absent, except for `given`."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self.values = dict(values)
        for name, value in self.values.items():
            if "\0" in value:
                raise invalid(name, "it holds a NUL character")

    def given(self, name: str) -> bool:
        """Whether the parameter was sent at all, be it empty."""
        return name in self.values

    def without(self, name: str) -> Params:
        """The other parameters."""
        return Params({key: value for key, value in self.values.items() if key != name})

    def text(self, name: str, *, most: int = 0) -> str:
        """The value, or empty. `most` limits its bytes."""
        value = self.values.get(name, "")
        if most and len(value.encode()) > most:
            raise invalid(name, f"it is longer than {most} bytes")
        return value

    def required(self, name: str) -> str:
        """The value, which must be there."""
        value = self.values.get(name, "")
        if not value:
            raise missing(name)
        return value

    def choice(self, name: str, allowed: Collection[str], default: str = "") -> str:
        """One of a closed list."""
        value = self.values.get(name) or default
        if value and value not in allowed:
            raise invalid(name, f"{value!r} is not one of {', '.join(allowed)}")
        return value

    def integer(self, name: str, default: int, low: int, high: int) -> int:
        """A whole number between two bounds."""
        value = self.values.get(name, "")
        if not value:
            return default
        if not _INTEGER.fullmatch(value) or not low <= int(value) <= high:
            raise invalid(name, f"{value[:40]!r} is not a whole number from {low} to {high}")
        return int(value)

    def flag(self, name: str, *, default: bool = False) -> bool:
        """A boolean in any case of letters: SDKs send Python's `True`."""
        value = self.values.get(name, "").lower()
        if value not in ("", "true", "false"):
            raise invalid(name, f"{value[:40]!r} is neither true nor false")
        return default if not value else value == "true"

    def moment(self, name: str) -> datetime | None:
        """A time, `yyyy-MM-ddTHH:mm:ssZ`."""
        value = self.values.get(name, "")
        if not value:
            return None
        try:
            return datetime.strptime(value, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
        except ValueError as error:
            raise invalid(name, f"{value[:40]!r} is not a time like 2026-01-15T08:30:00Z") from error

    def json_object(self, name: str, *, most: int = 0) -> dict[str, Any]:
        """A JSON object in text; empty when the parameter is absent."""
        value = self.text(name, most=most)
        if not value:
            return {}
        try:
            found = json.loads(value)
        except (ValueError, RecursionError) as error:
            raise invalid(name, f"it is not JSON ({error})") from error
        if not isinstance(found, dict):
            raise invalid(name, "it is not a JSON object")
        if _nested_too_deep(found):
            raise invalid(name, f"it is nested deeper than {NESTING_MOST} levels")
        if _has_half_characters(found):
            raise invalid(name, "it holds half of a surrogate pair")
        if any("\0" in text for text in _texts(found)):
            raise invalid(name, "it holds a NUL character")
        return found

    def ids(self, name: str, most: int) -> list[str]:
        """Ids joined with commas, in order, each once; empty when the parameter is absent."""
        found = list(dict.fromkeys(part.strip() for part in self.values.get(name, "").split(",") if part.strip()))
        if len(found) > most:
            raise invalid(name, f"there are {len(found)} ids, at most {most} are allowed")
        return found


def _nested_too_deep(value: object) -> bool:
    level = [value]
    for _ in range(NESTING_MOST):
        level = [child for each in level for child in _children(each)]
        if not level:
            return False
    return True


def _children(value: object) -> Iterable[object]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from value
    for child in _children(value):
        yield from _texts(child)


def _has_half_characters(value: object) -> bool:
    # JSON can spell what no encoding can hold, and what no answer could carry.
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return True
    return False


def stamp(moment: str | datetime) -> str:
    """A time as the answers show it: UTC, whole seconds."""
    found = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    return found.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
