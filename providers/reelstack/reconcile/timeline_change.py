"""What can happen to a cut, in editors' words. Frozen values; times in seconds, paths as in `VideoTracks[0].Opacity`.

`timeline_diff` finds them, `timeline_words` says them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Seconds = float
Range = tuple[Seconds | None, Seconds | None]
"""From where to where in the material; of a picture or caption (None, how long it is shown). None: its end."""


@dataclass(frozen=True)
class Spot:
    """One clip, caption or effect, and where it lies on the output. `name`: its material, or its text."""

    kind: str
    path: str
    name: str
    at: Seconds
    until: Seconds


@dataclass(frozen=True)
class Added:
    """It is new."""

    clip: Spot


@dataclass(frozen=True)
class Removed:
    """It is gone; the place is that of then."""

    clip: Spot


@dataclass(frozen=True)
class Moved:
    """It stands elsewhere: in another order, on another track, or at another time of its own."""

    clip: Spot
    old: Spot


@dataclass(frozen=True)
class Trimmed:
    """Another part of the material is shown, or the same for longer or shorter."""

    clip: Spot
    old: Range
    new: Range


@dataclass(frozen=True)
class Retimed:
    """It runs at another speed."""

    clip: Spot
    old: float
    new: float


@dataclass(frozen=True)
class Shifted:
    """Clips of one track come earlier or later because of what happened before them, all by the same time."""

    first: Spot
    count: int
    by: Seconds


@dataclass(frozen=True)
class ReplacedMedia:
    """Another material stands in the same place."""

    clip: Spot
    old: str


@dataclass(frozen=True)
class CaptionText:
    """A caption, or a text on a clip, says something else."""

    clip: Spot
    old: str
    new: str


@dataclass(frozen=True)
class CaptionRestyled:
    """A caption looks different. Only the values that differ, as in `FontSize`; None: the service's default."""

    clip: Spot
    old: Mapping[str, object]
    new: Mapping[str, object]


@dataclass(frozen=True)
class EffectChanged:
    """An effect of a clip is another, is new (`old` is None) or is gone (`new` is None)."""

    clip: Spot
    effect: str
    old: Mapping[str, Any] | None
    new: Mapping[str, Any] | None


@dataclass(frozen=True)
class TransitionChanged:
    """How a clip gives way to the next: name and seconds, None for a plain cut."""

    clip: Spot
    old: tuple[str, Seconds] | None
    new: tuple[str, Seconds] | None


@dataclass(frozen=True)
class VolumeChanged:
    """How loud it is: 1 is as recorded, 0 is mute."""

    clip: Spot
    old: float
    new: float


@dataclass(frozen=True)
class TrackAdded:
    """A whole track is new, with so many clips."""

    kind: str
    path: str
    clips: int


@dataclass(frozen=True)
class TrackRemoved:
    """A whole track is gone, with so many clips; the path is that of then."""

    kind: str
    path: str
    clips: int


@dataclass(frozen=True)
class TrackMoved:
    """A track lies in another layer."""

    kind: str
    path: str
    old: str


@dataclass(frozen=True)
class OtherChanged:
    """Any other value is another. None: it is not there on that side."""

    path: str
    old: object
    new: object


OfClip = (
    Trimmed
    | Retimed
    | ReplacedMedia
    | CaptionText
    | CaptionRestyled
    | EffectChanged
    | TransitionChanged
    | VolumeChanged
)
Change = Added | Removed | Moved | Shifted | OfClip | TrackAdded | TrackRemoved | TrackMoved | OtherChanged


@dataclass(frozen=True)
class TimelineDiff:
    """All that changed, in the order of the output; false when nothing did.

    `affected`: the seconds of the output that look or sound different, merged. `sure` is False when a clip's length
    is known to the service only: then everything after it counts as affected, and times after it are estimates.
    """

    changes: tuple[Change, ...] = ()
    affected: tuple[tuple[Seconds, Seconds], ...] = ()
    old_seconds: Seconds = 0.0
    new_seconds: Seconds = 0.0
    sure: bool = True

    def __bool__(self) -> bool:
        return bool(self.changes)
