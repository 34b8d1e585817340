"""Source media that nobody registered: labelled test pictures and music, made when a production needs them.

A room *declares* what it needs when a production is submitted; the render worker *makes* the files before it renders,
in a child process (`python -m reelstack.emulator.sources RECIPE.json`). Nothing is ever made on a read.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from reelstack.emulator.objects import Name, Objects
from reelstack.emulator.store import Store, Table


@dataclass(frozen=True)
class Source:
    """One synthesised file: `duration` is what was promised so far, `made` what the file on disk holds (0: no file)."""

    object: str
    kind: str
    label: str
    duration: float
    width: int
    height: int
    made: float = 0.0

    @property
    def name(self) -> Name:
        """Where the file lies."""
        return Name.parse(self.object)


class Sources:
    """The synthesised files, by object name."""

    def __init__(self, store: Store, objects: Objects) -> None:
        self._table: Table[Source] = store.table("source", Source)
        self._objects = objects

    def declare(self, wanted: Source) -> Source:
        """Promise a file of at least this length. A longer wish, or another kind, makes it anew."""
        known = self._table.get(wanted.object)
        if known and known.kind == wanted.kind and known.duration >= wanted.duration:
            return known
        self._table.put(wanted.object, wanted)
        return wanted

    def get(self, name: Name) -> Source | None:
        """The promise for this object, if it is one of ours."""
        return self._table.get(str(name))

    def to_make(self, name: Name) -> Source | None:
        """What must be made before this object can be opened; None when there is nothing to do."""
        known = self.get(name)
        if known is None or (known.made >= known.duration and self._objects.exists(name)):
            return None
        return known

    def made(self, source: Source) -> None:
        """The file is there."""
        self._table.put(source.object, replace(source, made=source.duration))

    def forget(self, name: Name) -> None:
        """The file was deleted; do not make it again unless it is declared again."""
        self._table.remove(str(name))


def recipe(source: Source, target: Path) -> str:
    """What the child process reads."""
    return json.dumps({**asdict(source), "target": str(target)})


def main(arguments: list[str]) -> int:
    """Make one file from its recipe, here in the child process."""
    from reelstack.emulator.render.synthesise import synthesise

    given = json.loads(Path(arguments[0]).read_text(encoding="utf-8"))
    synthesise(
        Path(given["target"]),
        kind=given["kind"],
        label=given["label"],
        duration=given["duration"],
        width=given["width"],
        height=given["height"],
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
