"""What one version of a stack declares, or what is deployed of it. Values only; the command line fills them.

Names are those of the resources, such as `spring/teaser`: they are what two sides are matched by.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class End:
    """What becomes of a thing when it is no longer declared: as `on_delete` says, else what was adopted is kept."""

    adopted: bool = False
    on_delete: str = ""

    @property
    def keeps(self) -> bool:
        """Whether it stays in the cloud."""
        return (self.on_delete or ("retain" if self.adopted else "delete")) == "retain"


@dataclass(frozen=True)
class Cut:
    """One edit: a project, or the inputs of a task. `timeline` is native (a mapping), or a list of inputs."""

    name: str
    timeline: Any
    title: str = ""
    description: str = ""
    end: End = End()


@dataclass(frozen=True)
class Film:
    """One video that is produced from a cut.

    `spec` is the hash of what is rendered: two films that share it are the same video. `content` is the part of it
    that is the cut's, `output` the settings. `width` and `height` in pixels, 0 where the material decides.
    """

    name: str
    cut: str
    spec: str
    content: str = ""
    output: Mapping[str, Any] = field(default_factory=dict)
    triggers: tuple[str, ...] = ()
    location: str = ""
    width: int = 0
    height: int = 0
    end: End = End()


@dataclass(frozen=True)
class Side:
    """A whole side. `settings` are those that say where everything lives: service, region, endpoint.

    `declares` is true of what campaign files say, false of what a stack holds; `apart` are the names of what a stack
    holds that no campaign made, but its program by itself. `waiting` says of each video with variants how many of its
    cells wait until their pilot is approved. `lost` are the videos that the stack holds and the cloud has no more.
    `doubts` is what is to be said of how it is declared, `remarks` what only matters where something changes.
    """

    label: str
    cuts: Mapping[str, Cut] = field(default_factory=dict)
    films: Mapping[str, Film] = field(default_factory=dict)
    settings: Mapping[str, str] = field(default_factory=dict)
    waiting: Mapping[str, int] = field(default_factory=dict)
    lost: frozenset[str] = frozenset()
    declares: bool = False
    apart: frozenset[str] = frozenset()
    doubts: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing in it that could be compared."""
        return not (self.cuts or self.films or self.waiting)
