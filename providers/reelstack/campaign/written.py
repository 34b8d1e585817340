"""What a campaign says, gathered from its file and from those that it names, and where each part is written.

Pure but for reading those files. Faults of the files themselves are kept: others are looked for all the same.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from reelstack.campaign import document, files, native, tables
from reelstack.campaign.document import Document, Location
from reelstack.errors import ConfigError, Fault, property_path

_Read = Callable[[str, str], tuple[Any, Callable[[], Document]]]

_known: dict[str, Document] = {}
_KNOWN_MOST = 256

INCLUDED = (".yaml", ".yml")
MOST_INCLUDED = 20
# What files share by including one, and how many names deep one goes before the other.
SHARED = {"sources": 1, "brand": 3, "texts": 2}


@dataclass(frozen=True)
class Mount:
    """A file's text, and the path in the campaign at which its values stand."""

    prefix: Location
    name: str
    read: Callable[[], Document]

    def place(self, location: Location) -> tuple[int, str]:
        """How much of a path stands in this file, and `file:line:column` of the deepest part that does."""
        depth, line, column = self.read().place(location[len(self.prefix) :])
        return len(self.prefix) + depth, f"{self.name}:{line}:{column}"


@dataclass
class Written:
    """A campaign as it is written: plain values, the files that they come from, and what is wrong with those."""

    file: Path
    name: str
    values: dict[str, Any] = field(default_factory=dict)
    mounts: list[Mount] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    broken: set[tuple[int | str, ...]] = field(default_factory=set)
    lacks: bool = False  # what an included file says, which could not be read
    shared: dict[Path, str] = field(default_factory=dict)
    """The files that are included, and how messages call them."""

    def where(self, location: Location) -> str:
        """`file:line:column` of the deepest part of a path that is written anywhere; the first file wins."""
        reaching = [one for one in self.mounts if location[: len(one.prefix)] == one.prefix]
        best = (-1, self.name)
        for place in (one.place(location) for one in reaching):
            best = place if place[0] > best[0] else best
        return best[1]

    def fault(self, location: Location, message: str) -> None:
        """Note something wrong at a path; what stands there cannot be used."""
        self.faults.append(Fault(message, property_path(location), self.where(location)))
        self.broken.add(location)


def gather(file: Path, name: str) -> Written:
    """Read a campaign file and what it names; raises ConfigError when the file itself cannot be read."""
    try:
        text = files.text(file)
    except ConfigError as error:
        raise ConfigError.of([Fault(str(error), where=name)]) from error
    main = parsed(text, name)
    if not isinstance(main.values, dict):
        raise ConfigError.of([Fault("expected a mapping with campaign, sources, projects and videos", where=name)])
    written = Written(file, name, dict(main.values), [Mount((), name, lambda: main)])
    _included(written, file, main, name, [file.resolve()])
    _named_files(written)
    return written


def beside(name: str, named: str) -> str:
    """How messages call a file that another one names by a relative path."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(name), named))


def _about(named: str, said: str) -> str:
    return f"{named!r} {said}" if said.startswith(("is ", "cannot")) else said


def parsed(text: str, name: str) -> Document:
    """A text's values and marks. Each text is parsed once: two versions of a stack share most of their files."""
    if text not in _known:
        found = document.parse(text, name)
        if len(_known) >= _KNOWN_MOST:
            _known.clear()
        _known[text] = found
    return _known[text]


def _included(written: Written, file: Path, given: Document, name: str, above: list[Path]) -> None:
    """Put in what a file includes, the later files first: what is there already goes before it."""
    listed = given.values.get("include")
    for at, named in reversed(list(enumerate(listed if isinstance(listed, list) else ()))):
        if not isinstance(named, str):
            continue
        _, line, column = given.place(("include", at))
        where, shown = f"{name}:{line}:{column}", beside(name, named)
        if len(written.mounts) > MOST_INCLUDED:
            said = f"more than {MOST_INCLUDED} files are included"
            written.lacks = True
            written.faults = [*(one for one in written.faults if one.message != said), Fault(said, "include", where)]
            return
        try:
            found = files.named(named, file, INCLUDED)
            text = files.text(found)
        except ConfigError as error:
            written.faults.append(Fault(_about(named, str(error)), property_path(("include", at)), where))
            written.lacks = True
            continue
        if found in above:
            circle = " → ".join(one.name for one in [*above[above.index(found) :], found])
            written.faults.append(Fault(f"files include each other: {circle}", property_path(("include", at)), where))
            continue
        try:
            _merge_file(written, parsed(text, shown), shown, found, above)
        except ConfigError as error:
            written.faults += error.faults
            written.lacks = True


def _merge_file(written: Written, held: Document, shown: str, found: Path, above: list[Path]) -> None:
    if not isinstance(held.values, dict):
        written.faults.append(Fault(f"expected a mapping with {', '.join(SHARED)}", where=shown))
        written.lacks = True
        return
    for key, value in held.values.items():
        _, line, column = held.place((key,))
        where = f"{shown}:{line}:{column}"
        if key in SHARED and isinstance(value, dict):
            written.values[key] = _merged(written.values.get(key), value, SHARED[key])
        elif key in SHARED:
            written.faults.append(Fault("expected a mapping", key, where))
        elif key != "include":
            said = f"a file that is included holds {', '.join(SHARED)} and include, not this"
            written.faults.append(Fault(said, key, where))
    written.mounts.append(Mount((), shown, lambda: held))
    written.shared[found] = shown
    _included(written, found, held, shown, [*above, found])


def _merged(mine: object, other: dict[str, Any], depth: int) -> Any:
    """What two files say, of which one goes before the other, name by name as deep as names go."""
    if not isinstance(mine, dict):
        return other if mine is None else mine
    if depth == 0:
        return mine
    return {
        **other,
        **{
            key: _merged(value, other[key], depth - 1) if _both(value, other.get(key)) else value
            for key, value in mine.items()
        },
    }


def _both(one: object, other: object) -> bool:
    return isinstance(one, dict) and isinstance(other, dict)


def _named_files(written: Written) -> None:
    """Put in what projects and videos name files of: native timelines, tables of texts."""
    for group, key, read in (("projects", "timeline", _timeline), ("videos", "texts", _table)):
        parts = written.values.get(group)
        if not isinstance(parts, dict):
            continue
        filled = dict(parts)
        for name, part in parts.items():
            named = part.get(key) if isinstance(part, dict) else None
            if isinstance(named, str) and (held := _held(written, (group, name, key), named, read)) is not None:
                filled[name] = {**part, key: held}
        written.values[group] = filled


def _held(written: Written, location: Location, named: str, read: _Read) -> Any:
    """What the file holds that a part of the campaign names; None when it cannot be read."""
    shown = beside(written.name, named)
    try:
        endings = native.ENDINGS if read is _timeline else (*tables.CSV, *tables.YAML)
        text = files.text(files.named(named, written.file, endings))
    except ConfigError as error:
        written.fault(location, _about(named, str(error)))
        return None
    try:
        value, marked = read(text, shown)
    except ConfigError as error:
        written.faults += error.faults
        written.broken.add(location)
        return None
    written.mounts.append(Mount(location, shown, marked))
    return value


def _timeline(text: str, name: str) -> tuple[Any, Callable[[], Document]]:
    return native.read(text, name), lambda: _marked(text, name)


def _table(text: str, name: str) -> tuple[Any, Callable[[], Document]]:
    found = tables.read(text, name) if name.endswith(tables.CSV) else parsed(text, name)
    if not isinstance(found.values, dict):
        raise ConfigError.of([Fault("expected texts by name, each by locale", where=name)])
    return found.values, lambda: found


def _marked(text: str, name: str) -> Document:
    """Where the values of a JSON text stand: nearly all JSON is YAML, and of the rest the file is told."""
    try:
        return parsed(text, name)
    except ConfigError:
        return Document(None)
