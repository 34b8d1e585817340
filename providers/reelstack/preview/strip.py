"""A cut as rows of blocks, as an editor's timeline shows it: texts on top, then overlays, the main track, the sound.

Each block says what happens to it. Long cuts are bounded: a picture is looked at, not searched.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

from reelstack.errors import property_path
from reelstack.preview import plain
from reelstack.reconcile import layout, timeline_words
from reelstack.reconcile.layout import EFFECTS, SUBTITLES, Layout, Piece, Track
from reelstack.reconcile.timeline_change import (
    Added,
    Change,
    Moved,
    OtherChanged,
    Removed,
    Shifted,
    TimelineDiff,
    TrackAdded,
    TrackMoved,
    TrackRemoved,
)

MOST_ROWS = 10
MOST_BLOCKS = 120
NAME = 60


class Mark(Enum):
    """What happens to a block; the value is how it is called in the legend."""

    SAME = "unchanged"
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"
    SHIFTED = "shifted"


@dataclass(frozen=True)
class Block:
    """One clip, caption or effect; `at` and `until` in seconds of the output."""

    name: str
    at: float
    until: float
    mark: Mark


@dataclass(frozen=True)
class Row:
    """One track, or several that hold one text each."""

    label: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Strip:
    """A whole cut. `left_out` counts the blocks that have no place in it."""

    rows: tuple[Row, ...] = ()
    seconds: float = 0.0
    left_out: int = 0


def pair(old: Layout, new: Layout, found: TimelineDiff, back: TimelineDiff) -> tuple[Strip, Strip]:
    """Both versions of a cut, marked.

    `found` leads from old to new, `back` from new to old: it knows where things were.
    """
    return _strip(old, _Marks(back, old, gone=True)), _strip(new, _Marks(found, new, gone=False))


class _Marks:
    """Which piece of one version is marked how."""

    def __init__(self, found: TimelineDiff, shown: Layout, *, gone: bool) -> None:
        self._one_sided = Mark.REMOVED if gone else Mark.ADDED
        self._by_path: dict[str, Mark] = {}
        self._shifted: defaultdict[str, float] = defaultdict(lambda: float("inf"))
        for change in found.changes:
            self._take(change, shown)

    def _take(self, change: Change, shown: Layout) -> None:
        match change:
            case Shifted(first, _, _):
                self._shifted[first.kind] = min(self._shifted[first.kind], first.at)
            case TrackAdded(_, path, _):
                self._whole(path, shown, self._one_sided)
            case TrackMoved(_, path, _):
                self._whole(path, shown, Mark.MOVED)
            case Removed() | TrackRemoved():
                pass  # it is on the other side only
            case OtherChanged(path, _, _):
                self._inside(path, shown)
            case Added(clip):
                self._by_path[clip.path] = self._one_sided
            case Moved(clip, _):
                self._by_path.setdefault(clip.path, Mark.MOVED)
            case _:
                self._by_path[change.clip.path] = Mark.CHANGED

    def _whole(self, path: str, shown: Layout, mark: Mark) -> None:
        for track in shown.tracks:
            if property_path(track.path) == path:
                self._by_path |= {property_path(piece.path): mark for piece in track.pieces}

    def _inside(self, path: str, shown: Layout) -> None:
        paths = (property_path(piece.path) for track in shown.tracks for piece in track.pieces)
        self._by_path |= {one: Mark.CHANGED for one in paths if path.startswith(f"{one}.")}

    def of(self, piece: Piece) -> Mark:
        """The mark of one piece."""
        mark = self._by_path.get(property_path(piece.path))
        if mark is not None:
            return mark
        kind = layout.KINDS.get(piece.kind, "clip")
        return Mark.SHIFTED if piece.at >= self._shifted[kind] - 0.001 else Mark.SAME


def _strip(shown: Layout, marks: _Marks) -> Strip:
    rows = [row for label, tracks in _groups(shown) for row in _rows(label, tracks, marks)]
    kept = tuple(Row(row.label, row.blocks[:MOST_BLOCKS]) for row in rows[:MOST_ROWS])
    left_out = sum(len(row.blocks) for row in rows) - sum(len(row.blocks) for row in kept)
    return Strip(kept, shown.seconds, left_out)


_ORDER: Mapping[str, tuple[int, str]] = {
    SUBTITLES: (0, "Captions"),
    "ImageTracks": (1, "Pictures"),
    EFFECTS: (2, "Effects"),
    "AudioTracks": (5, "Sound"),
}


def _groups(shown: Layout) -> Iterator[tuple[str, list[Track]]]:
    groups: defaultdict[tuple[int, str], list[Track]] = defaultdict(list)
    for track in shown.tracks:
        groups[_group(track)].append(track)
    for (_, label), tracks in sorted(groups.items(), key=lambda item: item[0]):
        yield label, tracks


def _group(track: Track) -> tuple[int, str]:
    kind = track.pieces[0].kind if track.pieces else track.kind
    if kind in _ORDER:
        return _ORDER[kind]
    is_first = track.path[-1] in (0, layout.INPUTS)
    return (4, "Main") if is_first or track.fields.get("MainTrack") is True else (3, "Overlay")


def _rows(label: str, tracks: Iterable[Track], marks: _Marks) -> Iterator[Row]:
    """As few rows as hold all blocks side by side; the clips of the main track overlap where transitions are."""
    blocks = sorted((_block(piece, marks) for track in tracks for piece in track.pieces), key=lambda one: one.at)
    if label == "Main":
        yield from [Row(label, tuple(blocks))] if blocks else []
        return
    rows: list[list[Block]] = []
    for block in blocks:
        fitting = next((row for row in rows if row[-1].until <= block.at + 0.001), None)
        if fitting is None:
            rows.append([block])
        else:
            fitting.append(block)
    yield from (Row(label, tuple(row)) for row in rows)


def _block(piece: Piece, marks: _Marks) -> Block:
    return Block(plain.text(timeline_words.material(piece.media), NAME), piece.at, piece.until, marks.of(piece))
