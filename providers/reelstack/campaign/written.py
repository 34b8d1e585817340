"""What a campaign says, gathered from its file and from those that it names, and where each part is written.

Pure but for reading those files. Faults of the files themselves are kept: others are looked for all the same.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from reelstack.campaign import document, files, native
from reelstack.campaign.document import Document, Location
from reelstack.errors import ConfigError, Fault, property_path

_known: dict[str, Document] = {}
_KNOWN_MOST = 256


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

    def where(self, location: Location) -> str:
        """`file:line:column` of the deepest part of a path that is written anywhere; the first file wins."""
        reaching = [one for one in self.mounts if location[: len(one.prefix)] == one.prefix]
        best = (-1, self.name)
        for place in (one.place(location) for one in reaching):
            best = place if place[0] > best[0] else best
        return best[1]

    def beside(self, named: str) -> str:
        """How messages call a file that the campaign names by a relative path."""
        return posixpath.normpath(posixpath.join(posixpath.dirname(self.name), named))

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
    _timelines(written)
    return written


def parsed(text: str, name: str) -> Document:
    """A text's values and marks. Each text is parsed once: two versions of a stack share most of their files."""
    if text not in _known:
        found = document.parse(text, name)
        if len(_known) >= _KNOWN_MOST:
            _known.clear()
        _known[text] = found
    return _known[text]


def _timelines(written: Written) -> None:
    """Put the native timelines in, where a project names a file of one."""
    projects = written.values.get("projects")
    if not isinstance(projects, dict):
        return
    filled = dict(projects)
    for name, project in projects.items():
        named = project.get("timeline") if isinstance(project, dict) else None
        if isinstance(named, str):
            location = ("projects", name, "timeline")
            if (timeline := _timeline(written, location, named)) is not None:
                filled[name] = {**project, "timeline": timeline}
    written.values["projects"] = filled


def _timeline(written: Written, location: Location, named: str) -> dict[str, Any] | None:
    shown = written.beside(named)
    try:
        text = files.text(native.file_of(named, written.file))
    except ConfigError as error:
        written.fault(location, f"{named!r} {error}" if str(error).startswith(("is ", "cannot")) else str(error))
        return None
    try:
        timeline = native.read(text, shown)
    except ConfigError as error:
        written.faults += error.faults
        written.broken.add(location)
        return None
    written.mounts.append(Mount(location, shown, lambda: _marked(text, shown)))
    return timeline


def _marked(text: str, name: str) -> Document:
    """Where the values of a JSON text stand: nearly all JSON is YAML, and of the rest the file is told."""
    try:
        return parsed(text, name)
    except ConfigError:
        return Document(None)
