"""The secrets of one run, kept out of what it tells.

Providers are given secrets in plain text, since the dynamic host accepts nothing else, and what they say may quote
one: a fault of a value, a cloud's refusal. `executor` masks every text that it hands on with what was learnt here.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from threading import Lock
from typing import Any

from reelstack.engine.values import Secret, Unknown, plain

MASK = "[secret]"
# What is shorter is no secret worth the name, and masked it would make every other text unreadable. Parts of a secret
# object are often words that stand elsewhere too.
SHORTEST, SHORTEST_PART = 3, 8
PART = 20  # characters: a long secret may be quoted in part, by its beginning, its end or both


class Discretion:
    """What must not be said. Learns from properties; never forgets."""

    def __init__(self) -> None:
        self._words: frozenset[str] = frozenset()
        self._learning = Lock()

    def learn(self, properties: Any) -> None:
        """Note every secret text in there. Safe to use from several threads."""
        found = frozenset(form for secret in _secrets(properties) for form in _forms(secret))
        with self._learning:
            self._words |= found

    def text(self, said: str) -> str:
        """The text without any secret, also one that is quoted in part."""
        for word in self._quoted(said, lambda word: word[:PART]):
            said = _without(said, word, MASK)
        for word in self._quoted(said, lambda word: word[-PART:]):
            said = _without(said[::-1], word[::-1], MASK[::-1])[::-1]
        return said

    def _quoted(self, said: str, part: Callable[[str], str]) -> list[str]:
        """What is quoted there, at least in part; first what is quoted as a whole."""
        found = (word for word in self._words if part(word) in said)
        return sorted(found, key=lambda word: (word in said, len(word)), reverse=True)


def _forms(secret: str) -> Iterator[str]:
    """How a secret may be quoted: as it is, as Python or JSON writes it, and of many lines a single one."""
    yield secret
    yield repr(secret)[1:-1]
    yield json.dumps(secret)[1:-1]
    yield json.dumps(secret, ensure_ascii=False)[1:-1]
    lines = secret.splitlines()
    yield from (line for line in lines if len(lines) > 1 and len(line) >= SHORTEST_PART)


def _without(said: str, word: str, mask: str) -> str:
    parts = said.split(word[:PART])
    rest = word[PART:]
    return mask.join([parts[0], *(part[_common(part, rest) :] for part in parts[1:])])


def _common(one: str, other: str) -> int:
    """How many characters two texts have in common at their beginnings."""
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _secrets(value: Any) -> Iterator[str]:
    match value:
        case Secret(value=str(text)):
            yield from [text] if len(text) >= SHORTEST else []
        case Secret(value=inner) if not isinstance(inner, Unknown):
            yield from (text for text in _texts(plain(inner)) if len(text) >= SHORTEST_PART)
        case dict():
            for item in value.values():
                yield from _secrets(item)
        case list() | tuple():
            for item in value:
                yield from _secrets(item)


def _texts(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for item in value.values():
                yield from _texts(item)
        case list() | tuple():
            for item in value:
                yield from _texts(item)
