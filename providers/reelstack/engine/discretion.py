"""The secrets of one run, kept out of what it tells.

Providers are given secrets in plain text, since the dynamic host accepts nothing else, and what they say may quote
one: a fault of a value, a cloud's refusal. `executor` masks every text that it hands on with what was learnt here.
"""

from __future__ import annotations

from collections.abc import Iterator
from threading import Lock
from typing import Any

from reelstack.engine.values import Secret, Unknown, plain

MASK = "[secret]"
# What is shorter is no secret worth the name, and masked it would make every other text unreadable. Parts of a secret
# object are often words that stand elsewhere too.
SHORTEST, SHORTEST_PART = 3, 8
HEAD = 24  # characters: a long secret may be quoted in part


class Discretion:
    """What must not be said. Learns from properties; never forgets."""

    def __init__(self) -> None:
        self._words: frozenset[str] = frozenset()
        self._learning = Lock()

    def learn(self, properties: Any) -> None:
        """Note every secret text in there. Safe to use from several threads."""
        found = frozenset(_secrets(properties))
        with self._learning:
            self._words |= found

    def text(self, said: str) -> str:
        """The text without any secret, also one that is quoted in part."""
        for word in sorted((word for word in self._words if word[:HEAD] in said), key=len, reverse=True):
            said = _without(said, word)
        return said


def _without(said: str, word: str) -> str:
    parts = said.split(word[:HEAD])
    rest = word[HEAD:]
    return MASK.join([parts[0], *(part[_common(part, rest) :] for part in parts[1:])])


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
