"""The parameters of an RPC operation, from our spelling to the services' own.

The clients' requests are dataclasses on this base. A field that is None is not sent; an empty text is. Parameters
that a service takes as JSON inside a text are given as Python values.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any, Protocol, runtime_checkable

from reelstack.models import canonical

Json = Mapping[str, Any]

_MOMENT = "%Y-%m-%dT%H:%M:%SZ"
_UPPER = {"url": "URL"}


@runtime_checkable
class Document(Protocol):
    """A value that is sent as JSON inside a text."""

    def document(self) -> Json:
        """As the service reads it."""


def pascal(name: str) -> str:
    """Our spelling of a field as the services spell it: `media_url` is MediaURL."""
    return "".join(_UPPER.get(part, part.capitalize()) for part in name.split("_"))


def text(value: object) -> str:
    """A parameter as text: JSON canonical, ids joined by commas, truth in lower case, times in UTC."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime(_MOMENT)
    if isinstance(value, tuple):
        return ",".join(value)
    if isinstance(value, Document):
        return canonical.text(value.document())
    return canonical.text(value) if isinstance(value, Mapping | list) else str(value)


@dataclass(frozen=True, kw_only=True)
class Parameters:
    """The base of all requests: how their fields become parameters."""

    def query(self) -> dict[str, str]:
        """The parameters of the query: all but the timeline."""
        return {name: value for name, value in self._texts().items() if name != "Timeline"}

    def form(self) -> dict[str, str] | None:
        """The parameters of the form body: the timeline, which is too long for an address."""
        texts = self._texts()
        return {"Timeline": texts["Timeline"]} if "Timeline" in texts else None

    def _texts(self) -> dict[str, str]:
        values = {each.name: getattr(self, each.name) for each in fields(self)}
        return {pascal(name): text(value) for name, value in values.items() if value is not None}
