"""Percent-encoding as RFC 3986 has it, and the one order of parameters: what is sent is what is signed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from urllib.parse import parse_qsl, quote


def percent(text: str) -> str:
    """Everything but letters, digits and `-_.~` becomes %XX of its UTF-8 bytes; a space is %20."""
    return quote(text, safe="-_.~", encoding="utf-8", errors="surrogateescape")


def query(parameters: Mapping[str, str] | Iterable[tuple[str, str]]) -> str:
    """`name=value` joined by `&`, sorted by name. An empty value keeps its `=`."""
    pairs = parameters.items() if isinstance(parameters, Mapping) else parameters
    return "&".join(f"{percent(name)}={percent(value)}" for name, value in sorted(pairs))


def pairs(text: str) -> list[tuple[str, str]]:
    """The parameters of a query as a server reads them; `+` is a space."""
    return parse_qsl(text, keep_blank_values=True, encoding="utf-8", errors="surrogateescape")
