"""YAML text as plain values, and where each of them stands. The only module of campaigns that knows YAML.

A file may come from a stranger's fork: there are no tags, no repeated keys, no second document, and limits on depth and
on the number of values, aliases counted as often as they are used. Words mean what YAML 1.2 says: `on` and a date are
texts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import yaml

from reelstack.errors import ConfigError, Fault

MAX_NODES = 100_000
MAX_DEPTH = 40

Location = tuple[int | str, ...]
# Line and column from 1, and the marks of what is inside: by key, or by index.
Mark = tuple[int, int, "dict[Any, Mark] | None"]

# The C parser is many times as fast; a PyYAML that was built without it has the other, which does the same.
_Reader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_WORDS: dict[str, bool | None] = {"": None, "~": None, "null": None, "Null": None, "NULL": None}
_WORDS |= {word: word.lower() == "true" for word in ("true", "True", "TRUE", "false", "False", "FALSE")}
_INTEGER = re.compile(r"[-+]?[0-9]{1,18}")
_BASED = re.compile(r"0o[0-7]{1,20}|0x[0-9a-fA-F]{1,15}")
_FLOAT = re.compile(
    r"[-+]?(?:\.[0-9]{1,40}|[0-9]{1,40}(?:\.[0-9]{0,40})?)(?:[eE][-+]?[0-9]{1,4})?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)"
)
_BARE_COLOUR = re.compile(r"[^#]*:\s+(#[0-9a-fA-F]{3,8})\b")


@dataclass(frozen=True)
class Document:
    """The values of a text, and their marks."""

    values: Any
    mark: Mark = (1, 1, None)

    def place(self, location: Location) -> tuple[int, int, int]:
        """How much of the path stands in the text, and line and column of the deepest part that does."""
        line, column, inner = self.mark
        for depth, part in enumerate(location):
            if inner is None or part not in inner:
                return depth, line, column
            line, column, inner = inner[part]
        return len(location), line, column


def parse(text: str, name: str) -> Document:
    """Read YAML text; raises ConfigError with the one thing that is wrong with it, and where in the file `name`."""
    reader = _Reader(text)
    try:
        return _Builder(reader, name).document()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problem = (error.problem or error.context or "syntax error").splitlines()[0]
        raise _refused(f"is not YAML: {problem}{_commented_out(text, mark)}", name, mark) from error
    except (yaml.YAMLError, ValueError) as error:
        raise _refused(f"cannot be read as YAML: {str(error).splitlines()[0]}", name) from error
    finally:
        reader.dispose()


def _refused(message: str, name: str, mark: Any = None) -> ConfigError:
    where = f"{name}:{mark.line + 1}:{mark.column + 1}" if mark is not None else name
    return ConfigError.of([Fault(message, where=where)])


def _commented_out(text: str, mark: Any) -> str:
    """A hint when before the mark a colour without quotes made a comment of the rest of its line."""
    lines = text.splitlines()[: mark.line + 1] if mark is not None else []
    found = [(at, match[1]) for at, line in enumerate(lines, 1) if (match := _BARE_COLOUR.match(line))]
    if not found:
        return ""
    at, colour = found[-1]
    return f'; in line {at} # begins a comment: write "{colour}" in quotes'


@dataclass
class _Builder:
    """Makes values of the parser's events. A node is its value, its mark and how many values it counts."""

    reader: Any
    name: str
    depth: int = 0
    nodes: int = 0
    anchors: dict[str, tuple[Any, Any, int] | None] = field(default_factory=dict)
    repeated: list[Fault] = field(default_factory=list)

    def document(self) -> Document:
        self._next()  # the stream begins
        event = self._next()
        if isinstance(event, yaml.StreamEndEvent):
            return Document(None)
        values, mark = self._node(self._next())
        self._next()  # the document ends
        second = self._next()
        if not isinstance(second, yaml.StreamEndEvent):
            raise _refused("a second document is not allowed", self.name, second.start_mark)
        if self.repeated:
            raise ConfigError.of(self.repeated)
        return Document(values, mark)

    def _next(self) -> Any:
        return self.reader.get_event()

    def _node(self, event: Any) -> tuple[Any, Mark]:
        at = event.start_mark
        if isinstance(event, yaml.AliasEvent):
            value, inner = self._alias(event)
            return value, (at.line + 1, at.column + 1, inner)
        if event.tag is not None:
            raise _refused("a tag is not allowed here", self.name, at)
        before = self.nodes
        self._count(1, at)
        if event.anchor is not None:
            self.anchors[event.anchor] = None
        value, inner = self._scalar(event) if isinstance(event, yaml.ScalarEvent) else self._collection(event)
        if event.anchor is not None:
            self.anchors[event.anchor] = value, inner, self.nodes - before
        return value, (at.line + 1, at.column + 1, inner)

    def _count(self, nodes: int, mark: Any) -> None:
        self.nodes += nodes
        if self.nodes > MAX_NODES:
            raise _refused(f"more than {MAX_NODES:,} values; split the campaign", self.name, mark)

    def _alias(self, event: Any) -> tuple[Any, Any]:
        if event.anchor not in self.anchors:
            raise _refused(f"there is no anchor {event.anchor!r} above", self.name, event.start_mark)
        known = self.anchors[event.anchor]
        if known is None:
            raise _refused(f"the alias {event.anchor!r} lies within itself", self.name, event.start_mark)
        value, inner, nodes = known
        self._count(nodes, event.start_mark)
        return value, inner

    def _scalar(self, event: Any) -> tuple[Any, None]:
        return (_plain(event.value) if event.implicit[0] else event.value), None

    def _collection(self, event: Any) -> tuple[Any, Any]:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise _refused(f"nested more than {MAX_DEPTH} deep", self.name, event.start_mark)
        made = self._sequence() if isinstance(event, yaml.SequenceStartEvent) else self._mapping()
        self.depth -= 1
        return made

    def _sequence(self) -> tuple[list[Any], dict[Any, Mark]]:
        values: list[Any] = []
        marks: dict[Any, Mark] = {}
        while not isinstance(event := self._next(), yaml.SequenceEndEvent):
            value, mark = self._node(event)
            marks[len(values)] = mark
            values.append(value)
        return values, marks

    def _mapping(self) -> tuple[dict[str, Any], dict[Any, Mark]]:
        values: dict[str, Any] = {}
        marks: dict[Any, Mark] = {}
        merged: list[tuple[Any, Mark]] = []
        while not isinstance(event := self._next(), yaml.MappingEndEvent):
            at = event.start_mark
            if not isinstance(event, yaml.ScalarEvent) or event.tag is not None or event.anchor is not None:
                raise _refused("a key is a plain word or a text", self.name, at)
            key = event.value
            value, (line, column, inner) = self._node(self._next())
            if key == "<<" and event.implicit[0]:
                merged.append((value, (line, column, inner)))
                continue
            if key in values:
                self.repeated += _refused(f"the key {key!r} is there twice", self.name, at).faults
                continue
            values[key] = value
            marks[key] = at.line + 1, at.column + 1, inner
        for value, mark in merged:
            self._merge(value, mark, values, marks)
        return values, marks

    def _merge(self, value: Any, mark: Mark, values: dict[str, Any], marks: dict[Any, Mark]) -> None:
        """What `<<` brings in, a mapping or a list of them, where the mapping says nothing itself."""
        line, column, inner = mark
        listed = isinstance(value, list)
        for at, one in enumerate(value if listed else [value]):
            if not isinstance(one, dict):
                raise ConfigError.of([Fault("`<<` takes a mapping", where=f"{self.name}:{line}:{column}")])
            places = (inner[at][2] if listed else inner) if inner else None
            for key, held in one.items():
                if key not in values:
                    values[key], marks[key] = held, (places or {}).get(key, mark)


def _plain(text: str) -> Any:
    """What a word without quotes means."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in "+-.0123456789":
        return text
    if _INTEGER.fullmatch(text):
        return int(text)
    if _BASED.fullmatch(text):
        return int(text, 0)
    if _FLOAT.fullmatch(text):
        return float(text if text[-1] not in "fFnN" else text.replace(".", "", 1))
    return text
