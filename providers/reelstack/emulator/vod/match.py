"""The language of SearchMedia's filter: conditions joined by `and`; alternatives by `or`, inside parentheses.

    Status in ('Normal','Transcoding') and (Title = 'spring' or Tags = 'q2')
    CreationTime = ['2026-01-01T00:00:00Z','2026-02-01T00:00:00Z')    [ and ] include the bound, ( and ) do not

Titles and descriptions are compared loosely: they contain the words, in any case of letters. Everything else is
exact. What is not in the published language is refused: a client must not get used to what the service may not know.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from reelstack.emulator.errors import ApiError, invalid

Value = str | float
Row = Mapping[str, Value]
Test = Callable[[Row], bool]

LONGEST, DEEPEST = 4096, 32
LOOSE = ("Title", "Description")
EXACT = ("VideoId", "AudioId", "ImageId", "Status", "StorageLocation", "MediaSource", "AppId", "TranscodeMode")
NUMBERS = ("CateId", "Duration", "Size")
TIMES = ("CreationTime", "ModificationTime")
_FIELDS = (*LOOSE, *EXACT, "Tags", *NUMBERS, *TIMES)
_TOKEN = re.compile(r"\s*(?:(?P<text>'[^']*')|(?P<word>[A-Za-z]+)|(?P<number>-?\d+(?:\.\d+)?)|(?P<sign>[()\[\],=]))")


def parse(text: str) -> Test:
    """Read a filter; raises InvalidParameter with the place that is not understood. An empty one takes everything."""
    if len(text) > LONGEST:
        raise invalid("Match", f"it is longer than {LONGEST} characters")
    if not text.strip():
        return lambda _: True
    reader = _Reader(_tokens(text))
    test = reader.conjunction(0)
    if reader.kind:
        raise reader.fault("and, or nothing more")
    return test


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    place: int


def _tokens(text: str) -> list[_Token]:
    found, place = [], 0
    text = text.rstrip()
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None:
            raise invalid("Match", f"at {place}: {text[place : place + 20]!r} is not understood")
        found.append(_Token(str(match.lastgroup), match[match.lastgroup or 0], match.start(match.lastgroup or 0)))
        place = match.end()
    return [*found, _Token("", "", place)]


class _Reader:
    """Reads one token after the other."""

    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens = tokens
        self._at = 0

    @property
    def kind(self) -> str:
        """What the next token is; empty at the end."""
        return self._tokens[self._at].kind

    def conjunction(self, depth: int) -> Test:
        """item and item …"""
        tests = [self._item(depth)]
        while self._word("and"):
            tests.append(self._item(depth))
        return tests[0] if len(tests) == 1 else lambda row: all(test(row) for test in tests)

    def _item(self, depth: int) -> Test:
        if depth > DEEPEST:
            raise invalid("Match", f"it is nested deeper than {DEEPEST} levels")
        if not self._sign("("):
            return self._condition()
        tests = [self.conjunction(depth + 1)]
        while self._word("or"):
            tests.append(self.conjunction(depth + 1))
        self._need(")")
        return lambda row: any(test(row) for test in tests)

    def _condition(self) -> Test:
        name = self._take("word").text
        if name not in _FIELDS:
            raise invalid("Match", f"{name!r} is not a field; there are {', '.join(_FIELDS)}")
        if self._word("in"):
            self._need("(")
            values = [self._value(name)]
            while self._sign(","):
                values.append(self._value(name))
            self._need(")")
            return lambda row: any(_equal(name, row, value) for value in values)
        self._need("=")
        for opening in "([":
            if self._sign(opening):
                return self._range(name, closed=opening == "[")
        value = self._value(name)
        return lambda row: _equal(name, row, value)

    def _range(self, name: str, *, closed: bool) -> Test:
        if name not in (*NUMBERS, *TIMES):
            raise invalid("Match", f"{name} has no ranges")
        low = self._value(name)
        self._need(",")
        high = self._value(name)
        until_closed = self._sign("]")
        if not until_closed:
            self._need(")")

        def within(row: Row) -> bool:
            found = row.get(name)
            if not isinstance(found, (int, float)) or isinstance(low, str) or isinstance(high, str):
                return False
            return (found > low or (closed and found == low)) and (found < high or (until_closed and found == high))

        return within

    def _value(self, name: str) -> Value:
        if name in NUMBERS:
            # Numbers are seen with and without quotes.
            token = self._take("number") if self.kind == "number" else self._take("text")
            return _number(name, token.text.strip("'"))
        text = self._take("text").text[1:-1]
        return seconds(text) if name in TIMES else text

    def _word(self, word: str) -> bool:
        token = self._tokens[self._at]
        return self._skip(found=token.kind == "word" and token.text.lower() == word)

    def _sign(self, sign: str) -> bool:
        return self._skip(found=self._tokens[self._at].text == sign)

    def _skip(self, *, found: bool) -> bool:
        self._at += found
        return found

    def _need(self, sign: str) -> None:
        if not self._sign(sign):
            raise self.fault(sign)

    def _take(self, kind: str) -> _Token:
        token = self._tokens[self._at]
        if token.kind != kind:
            raise self.fault({"text": "a text in single quotes", "word": "a field"}[kind])
        self._at += 1
        return token

    def fault(self, expected: str) -> ApiError:
        """What is wrong at the next token."""
        token = self._tokens[self._at]
        return invalid("Match", f"at {token.place}: {token.text or 'the end'!r} where {expected} is expected")


def _equal(name: str, row: Row, value: Value) -> bool:
    found = row.get(name)
    if name in LOOSE:
        return str(value).lower() in str(found).lower()
    if name == "Tags":
        return value in str(found).split(",")
    return found == value


def _number(name: str, text: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise invalid("Match", f"{name}: {text!r} is not a number") from error


def seconds(text: str) -> float:
    """A time as a number that can be compared."""
    try:
        return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC).timestamp()
    except ValueError as error:
        raise invalid("Match", f"{text[:40]!r} is not a time like 2026-01-15T08:30:00Z") from error
