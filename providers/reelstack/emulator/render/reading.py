"""Reading hostile JSON: every value is checked, and every key that nobody reads is found out.

`plan` and its neighbours read the timeline through `Node`. A wrong type is a `ProduceTimelineFormatError`, a value out
of range an `InvalidParameter`, both naming the place. What was never read becomes a note, so that nothing in a
timeline can be dropped in silence.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from reelstack.emulator.render.model import FORMAT_ERROR, INVALID, TimelineError

BOOKKEEPING = frozenset(
    {
        "Id",
        "ClipId",
        "TrackId",
        "VirginDuration",
        "Title",
        "FECanvas",
        "AspectRatio",
        "CoverURL",
        "Name",
        "State",
    }
)
"""Keys that editors keep for themselves: they change no picture."""

LARGEST_NUMBER = 10**9
"""No time, size or factor of a timeline comes near; arithmetic with much larger ones would never end."""
LONGEST_NUMBER = 40
"""Characters of a number that are looked at."""


class Notes:
    """Collects what has to be said about a render, each sentence once."""

    def __init__(self) -> None:
        self._nodes: list[Node] = []
        self._said: dict[str, None] = {}

    def open(self, value: object, path: str = "") -> Node:
        """Wrap a JSON object for reading; fail when it is not one."""
        if not isinstance(value, Mapping):
            raise TimelineError(FORMAT_ERROR, f"{path or 'Timeline'} must be an object")
        node = Node(value, path, self)
        self._nodes.append(node)
        return node

    def say(self, sentence: str) -> None:
        """Remember a note."""
        self._said.setdefault(sentence)

    def sentences(self) -> tuple[str, ...]:
        """Everything said, then every key that was not read."""
        for node in self._nodes:
            for key in node.unread():
                self.say(f"{node.at(key)}: not rendered")
        return tuple(self._said)


class Node:
    """A JSON object at a path. An absent key and null are the same."""

    def __init__(self, value: Mapping[str, object], path: str, notes: Notes) -> None:
        self.path = path
        self._value = value
        self._notes = notes
        self._read: set[str] = set()

    def at(self, key: str) -> str:
        """The path of a key, as in `VideoTracks[0].MainTrack`."""
        return f"{self.path}.{key}" if self.path else key

    def note(self, sentence: str, key: str = "") -> None:
        """Say something about this object, or one of its keys."""
        self._notes.say(f"{self.at(key) if key else self.path}: {sentence}")

    def has(self, key: str) -> bool:
        """Whether the key holds a value. Does not count as reading it."""
        return self._value.get(key) is not None

    def skip(self) -> None:
        """Count every key as read: one note speaks for the whole object."""
        self._read.update(self._value)

    def unread(self) -> list[str]:
        """Keys that hold something and were never asked for."""
        keys = (key for key in self._value if key not in self._read and key not in BOOKKEEPING)
        return [key for key in keys if self._value[key] not in (None, "", [], {})]

    def text(self, *keys: str, default: str = "") -> str:
        """The first of these keys that holds a non-empty string."""
        values = [self._take(key) for key in keys]
        for key, value in zip(keys, values, strict=True):
            if value is not None and not isinstance(value, str):
                raise TimelineError(FORMAT_ERROR, f"{self.at(key)} must be a string")
        return next((value for value in values if isinstance(value, str) and value), default)

    def flag(self, key: str) -> bool:
        """A boolean, false when absent; the words `true` and `false` count too."""
        value = self._take(key)
        if isinstance(value, str) and value.lower() in ("true", "false"):
            return value.lower() == "true"
        if value is not None and not isinstance(value, bool):
            raise TimelineError(FORMAT_ERROR, f"{self.at(key)} must be true or false")
        return bool(value)

    def number(self, key: str, *, low: float | None = None, high: float | None = None) -> Fraction | None:
        """A number, exactly as written in decimal, or None when absent."""
        value = self._take(key)
        if value is None:
            return None
        number = self._exact(key, value)
        if (low is not None and number < low) or (high is not None and number > high):
            limits = f"between {low:g} and {high:g}" if high is not None else f"at least {low:g}"
            raise TimelineError(INVALID, f"{self.at(key)} is {value}, it must be {limits}")
        return number

    def child(self, key: str) -> Node | None:
        """A nested object, or None when absent."""
        value = self._take(key)
        return None if value is None else self._notes.open(value, self.at(key))

    def children(self, key: str, *, limit: int | None = None) -> Iterator[Node]:
        """The objects of a list, none when absent."""
        value = self._take(key)
        if value is not None and not isinstance(value, list):
            raise TimelineError(FORMAT_ERROR, f"{self.at(key)} must be a list")
        if limit is not None and len(value or []) > limit:
            raise TimelineError(INVALID, f"{self.at(key)} has more than {limit} entries")
        for index, item in enumerate(value or []):
            yield self._notes.open(item, f"{self.at(key)}[{index}]")

    def _take(self, key: str) -> object:
        self._read.add(key)
        return self._value.get(key)

    def _exact(self, key: str, value: object) -> Fraction:
        # A number in quotes occurs in published samples; str() of a float is its shortest decimal, so 0.1 stays 1/10.
        if isinstance(value, (int, float, str)) and not isinstance(value, bool):
            try:
                number = Decimal(str(value)[:LONGEST_NUMBER])
            except InvalidOperation:
                number = Decimal("NaN")
            if number.is_finite() and number.copy_abs() < LARGEST_NUMBER:
                return Fraction(number.quantize(Decimal("0.000001")))
        raise TimelineError(FORMAT_ERROR, f"{self.at(key)} must be a number")
