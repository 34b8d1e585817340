"""The plan: what deploying one side in place of another means. Frozen values; every text in it is harmless already.

`compare` makes it, the renderers show it. Seconds are seconds of output, sizes pixels.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from reelstack.preview.strip import Strip
from reelstack.reconcile.timeline_change import TimelineDiff

# A video's class, by its shorter side in pixels: services bill a second of output by such classes.
CLASSES = ((480, "480p"), (720, "720p"), (1080, "1080p"), (1440, "1440p"), (2160, "2160p"))
OPEN = "size of the material"
UNTOLD = (
    "this project declares nothing in campaign files, so that `diff` cannot tell what changes: "
    "`reelstack preview` runs the program and can"
)
"""The warning that stands in a plan for all that campaign files would have told."""


class Fate(Enum):
    """What happens to a video or a project."""

    NEW = "new"
    ANEW = "rendered anew"
    CHANGED = "changed"
    REMOVED = "removed"
    ADOPTED = "taken over"
    KEPT = "left in the cloud"
    SAME = "unchanged"


SIGNS = {
    Fate.NEW: "+",
    Fate.ANEW: "±",
    Fate.CHANGED: "~",
    Fate.REMOVED: "−",
    Fate.ADOPTED: "→",
    Fate.KEPT: "·",
    Fate.SAME: " ",
}


@dataclass(frozen=True)
class VideoPlan:
    """One video. `seconds` is its length afterwards (of a removed one: before); `why` says what makes it anew.

    `old_seconds` is its length before, where it is made of the same cut on both sides and both lengths are known.
    """

    name: str
    fate: Fate
    project: str
    width: int = 0
    height: int = 0
    seconds: float = 0.0
    sure: bool = True
    why: tuple[str, ...] = ()
    old_seconds: float | None = None

    @property
    def resolution(self) -> str:
        """Its class, such as `720p`."""
        return resolution(self.width, self.height)


@dataclass(frozen=True)
class ProjectPlan:
    """One cut: what changes in it, in words, in values, and as two strips."""

    name: str
    fate: Fate
    summary: str = ""
    words: tuple[str, ...] = ()
    cut: TimelineDiff = field(default_factory=TimelineDiff)
    before: Strip = field(default_factory=Strip)
    after: Strip = field(default_factory=Strip)


@dataclass(frozen=True)
class Bill:
    """What deploying it submits and takes away. `seconds` is output by class, the small ones first."""

    renders: int = 0
    seconds: tuple[tuple[str, float], ...] = ()
    sure: bool = True
    replaced: int = 0
    destroyed: int = 0

    @property
    def total(self) -> float:
        """All seconds of output."""
        return sum(seconds for _, seconds in self.seconds)


@dataclass(frozen=True)
class Plan:
    """All of it. `drift` is what is deployed and not what the first side declares; it is no part of the counts."""

    project: str
    stack: str
    service: str
    before: str
    after: str
    videos: tuple[VideoPlan, ...] = ()
    projects: tuple[ProjectPlan, ...] = ()
    bill: Bill = field(default_factory=Bill)
    unchanged: int = 0
    warnings: tuple[str, ...] = ()
    drift: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Whether anything would be done."""
        return bool(self.videos or self.projects or self.warnings)

    @property
    def is_untold(self) -> bool:
        """Whether nothing can be said of what would be done."""
        return UNTOLD in self.warnings

    def of(self, fate: Fate) -> tuple[VideoPlan, ...]:
        """The videos that share a fate."""
        return tuple(video for video in self.videos if video.fate is fate)


def resolution(width: int, height: int) -> str:
    """The class of a size."""
    shorter = min(width, height)
    if not shorter:
        return OPEN
    return next((name for most, name in CLASSES if shorter <= most), CLASSES[-1][1])
