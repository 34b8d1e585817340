"""A cut as rows of blocks, as an editor's timeline shows it: texts on top, then overlays, the main track, the sound.

Each block says what happens to it. Long cuts are bounded: a picture is looked at, not searched.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from itertools import groupby
from math import inf

from reelstack.errors import property_path
from reelstack.preview import plain
from reelstack.reconcile import layout, timeline_diff, timeline_words
from reelstack.reconcile.layout import EFFECTS, SUBTITLES, Layout, Piece, Track
from reelstack.reconcile.timeline_change import (
    Added,
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
MOST_SINGLE = 40
MOST_BLOCKS = 120
NAME = 60
_TEXT = 4000


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
    """A whole cut, which ends when it ends. `left_out` counts the blocks that have no place in it."""

    rows: tuple[Row, ...] = ()
    seconds: float = 0.0
    left_out: int = 0


def pair(old: Layout, new: Layout, found: TimelineDiff, places: Mapping[str, str]) -> tuple[Strip, Strip]:
    """Both versions of a cut, marked. `places`: where each clip that both have was, old paths by new ones."""
    marks = _marks(new, found, places)
    before = {was: marks[now] for now, was in places.items()}
    return _strip(old, before, Mark.REMOVED), _strip(new, marks, Mark.ADDED)


def _marks(new: Layout, found: TimelineDiff, places: Mapping[str, str]) -> dict[str, Mark]:
    """What happens to each clip that both versions have, by its new path."""
    pieces = {property_path(piece.path): piece for track in new.tracks for piece in track.pieces}
    shifts: dict[str, float] = {}
    marks: dict[str, Mark] = {}
    for change in found.changes:
        match change:
            case Shifted(first, _, _):
                shifts[first.kind] = min(first.at, shifts.get(first.kind, first.at))
            case TrackMoved(_, path, _):
                marks |= {one: Mark.MOVED for one in pieces if one.startswith(f"{path}.")}
            case OtherChanged(path, _, _):
                marks |= {one: Mark.CHANGED for one in pieces if path.startswith(f"{one}.")}
            case Moved(clip, _):
                marks.setdefault(clip.path, Mark.MOVED)
            case Added() | Removed() | TrackAdded() | TrackRemoved():
                pass  # only one side has it
            case _:
                marks[change.clip.path] = Mark.CHANGED
    return {path: marks.get(path) or _at_rest(pieces[path], shifts) for path in places}


def _at_rest(piece: Piece, shifts: Mapping[str, float]) -> Mark:
    """Clips of a kind are shifted from the first that is; those before it stay."""
    first = shifts.get(layout.KINDS.get(piece.kind, "clip"))
    return Mark.SAME if first is None or piece.at < first - timeline_diff.SAME else Mark.SHIFTED


def _strip(shown: Layout, marks: Mapping[str, Mark], alone: Mark) -> Strip:
    end = shown.seconds if shown.sure and shown.seconds else inf

    def block(piece: Piece) -> Block:
        # Masked before it is shortened, so that no half of a secret is left.
        name = plain.short(timeline_words.material(plain.text(piece.media, _TEXT)), NAME)
        return Block(name, piece.at, min(piece.until, end), marks.get(property_path(piece.path), alone))

    groups = [(label, [piece for track in tracks for piece in track.pieces]) for label, tracks in _groups(shown)]
    unseen = sum(piece.at >= end for _, pieces in groups for piece in pieces)
    seen = ((label, [block(piece) for piece in pieces if piece.at < end]) for label, pieces in groups)
    rows = [row for label, blocks in seen for row in _rows(label, blocks)]
    rows = [Row(row.label, _gathered(row.blocks)) for row in rows]
    kept = tuple(Row(row.label, row.blocks[:MOST_BLOCKS]) for row in rows[:MOST_ROWS])
    left_out = unseen + sum(len(row.blocks) for row in rows) - sum(len(row.blocks) for row in kept)
    return Strip(kept, shown.seconds, left_out)


def _gathered(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """In a long row, neighbours to which the same happens are one block."""
    if len(blocks) <= MOST_SINGLE:
        return blocks
    runs = [list(run) for _, run in groupby(blocks, key=lambda block: block.mark)]
    return tuple(
        run[0] if len(run) == 1 else Block(f"{len(run)} clips", run[0].at, max(one.until for one in run), run[0].mark)
        for run in runs
    )


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


def _rows(label: str, found: Iterable[Block]) -> Iterator[Row]:
    """As few rows as hold all blocks side by side; the clips of the main track overlap where transitions are."""
    blocks = sorted(found, key=lambda one: one.at)
    if label == "Main":
        yield from [Row(label, tuple(blocks))] if blocks else []
        return
    rows: list[list[Block]] = []
    for one in blocks:
        fitting = next((row for row in rows if row[-1].until <= one.at + timeline_diff.SAME), None)
        if fitting is None:
            rows.append([one])
        else:
            fitting.append(one)
    yield from (Row(label, tuple(row)) for row in rows)
