"""What an editor would say changed between two versions of a cut, and which seconds of the output look different.

Clips are matched by what they are (material and range), not by where they stand: one clip inserted at the head of a
thousand is one addition and a ripple. DeepDiff, place by place, would report thousands of changed numbers.

Works on the native timeline of IMS and VOD and on the inputs of a Huawei task. Pure; the same input gives the same
order. What it does not know is compared as it is, so nothing that differs is left out.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from reelstack.errors import property_path
from reelstack.reconcile import caption_style, diff, effects_diff, layout, matching
from reelstack.reconcile.layout import EFFECTS, KINDS, SUBTITLES, Layout, Piece, Track
from reelstack.reconcile.timeline_change import (
    Added,
    CaptionRestyled,
    CaptionText,
    Change,
    Moved,
    OtherChanged,
    Removed,
    ReplacedMedia,
    Retimed,
    Shifted,
    Spot,
    TimelineDiff,
    TrackAdded,
    TrackMoved,
    TrackRemoved,
    Trimmed,
)

SAME = 0.0005
"""Seconds by which a place may differ and be the same: half of what a service's rounding may cost."""
_ANYWHERE = dict.fromkeys(layout.PLACES)
_Pair = tuple[Piece, Piece]
_Interval = tuple[float, float]


def compare(old: object, new: object) -> TimelineDiff:
    """Compare two timelines, or two lists of inputs; either may be JSON text, or None for none."""
    before, after = layout.read(old), layout.read(new)
    if old == new:
        return TimelineDiff((), (), before.seconds, after.seconds, sure=before.sure and after.sure)
    return _Comparison(before, after).result()


def paired(old: Layout, new: Layout) -> tuple[TimelineDiff, dict[str, str]]:
    """The same of two cuts that are read already, and where each clip that both have was: old paths by new ones."""
    comparison = _Comparison(old, new)
    found = comparison.result()
    return found, {property_path(now.path): property_path(was.path) for was, now in comparison.pairs}


class _Comparison:
    """One comparison under way: collects changes with the second at which each is told, and affected seconds."""

    def __init__(self, old: Layout, new: Layout) -> None:
        self.old, self.new = old, new
        self.changes: list[tuple[float, Change]] = []
        self.affected: list[_Interval] = []
        self.pairs: list[_Pair] = []
        self.resting: list[_Pair] = []

    def result(self) -> TimelineDiff:
        for kind in dict.fromkeys(track.kind for track in (*self.old.tracks, *self.new.tracks)):
            self._tracks(*([track for track in one.tracks if track.kind == kind] for one in (self.old, self.new)))
        for was, now in self.pairs:
            self._piece(was, now)
        self._places()
        others = list(self._others("", self.old.rest, self.new.rest))
        self.changes += [(-1.0, change) for change in others]
        if others:
            self.affected.append((0.0, max(self.old.seconds, self.new.seconds)))
        self.changes.sort(key=lambda told: told[0])
        lengths = round(self.old.seconds, 4), round(self.new.seconds, 4)
        if abs(lengths[0] - lengths[1]) > SAME:
            self.affected.append((min(lengths), max(lengths)))
        sure = self.old.sure and self.new.sure
        return TimelineDiff(tuple(change for _, change in self.changes), self._seconds(), *lengths, sure=sure)

    def _tracks(self, old: list[Track], new: list[Track]) -> None:
        found = pair_tracks(old, new)
        for was, now in found.kept + found.moved:
            self._pieces(was, now)
            others = list(self._others(property_path(now.path), was.fields, now.fields))
            self.changes += [(-1.0, change) for change in others]
            self.affected += [_whole(was), _whole(now)] if others else []
        for was, now in found.moved:
            self._tell(_whole(now)[0], TrackMoved(KINDS.get(now.kind, now.kind), _path(now), _path(was)))
            self.affected += [_whole(was), _whole(now)]
        for track in found.removed:
            self._whole_track(track, TrackRemoved, Removed)
        for track in found.added:
            self._whole_track(track, TrackAdded, Added)

    def _whole_track(
        self, track: Track, track_word: type[TrackAdded | TrackRemoved], clip_word: type[Added | Removed]
    ) -> None:
        """A track with one clip in it is told as that clip: captions and insets often have a track each."""
        if len(track.pieces) == 1:
            self._tell(track.pieces[0].at, clip_word(spot(track.pieces[0])))
        else:
            kind = KINDS.get(track.kind, track.kind)
            self._tell(_whole(track)[0], track_word(kind, _path(track), len(track.pieces)))
        self.affected += [(piece.at, piece.until) for piece in track.pieces]

    def _pieces(self, old: Track, new: Track) -> None:
        found = matching.match(
            old.pieces,
            new.pieces,
            alike=(_written, _content, _identity),
            same=_same,
            akin=(_time if new.kind in (SUBTITLES, EFFECTS) else _media,),
        )
        for piece in found.removed:
            self._tell(piece.at, Removed(spot(piece)))
            self.affected.append((piece.at, piece.until))
        for piece in found.added:
            self._tell(piece.at, Added(spot(piece)))
            self.affected.append((piece.at, piece.until))
        for was, now in found.moved:
            self._tell(now.at, Moved(spot(now), spot(was)))
            self.affected += [(was.at, was.until), (now.at, now.until)]
        self.pairs += found.kept + found.moved
        self.resting += found.kept

    def _piece(self, old: Piece, new: Piece) -> None:
        """What differs in one clip, apart from its place."""
        if _same(old, new) and abs(old.seconds - new.seconds) <= SAME:
            return
        told = [*self._content(old, new), *effects_diff.compare(old, new, spot(new))]
        others = list(self._others("", _other(old), _other(new)))
        if new.kind == SUBTITLES:
            looks = [change for change in others if caption_style.is_look(change.path)]
            others = [change for change in others if not caption_style.is_look(change.path)]
            told += _restyled(new, looks)
        others = [replace(change, path=f"{property_path(new.path)}.{change.path}") for change in others]
        for change in (*told, *others):
            self._tell(new.at, change)
        if told or others:
            self.affected += effects_diff.affected(old, new, [] if others else told)

    def _content(self, old: Piece, new: Piece) -> Iterator[Change]:
        if old.media != new.media:
            texts = new.kind == SUBTITLES
            yield CaptionText(spot(new), old.media, new.media) if texts else ReplacedMedia(spot(new), old.media)
        if _differs(old.range, new.range):
            yield Trimmed(spot(new), old.range, new.range)
        elif abs(old.speed - new.speed) <= SAME and abs(old.seconds - new.seconds) > SAME:
            lengths = (round(piece.seconds, 4) for piece in (old, new))  # a loop that ends elsewhere
            yield Trimmed(spot(new), *((None, seconds) for seconds in lengths))
        if abs(old.speed - new.speed) > SAME:
            yield Retimed(spot(new), old.speed, new.speed)

    def _places(self) -> None:
        """Who comes earlier or later: alone by a time of its own, or with others."""
        shifts = [(was, now, round(now.at - was.at, 3)) for was, now in self.resting if abs(now.at - was.at) > SAME]
        carried = {by for _, now, by in shifts if not now.is_timed}
        together = Counter(by for _, now, by in shifts if now.is_timed)
        groups: defaultdict[tuple[str, float], list[Piece]] = defaultdict(list)
        for was, now, by in shifts:
            self.affected += [(was.at, was.until), (now.at, now.until)]
            if now.is_timed and by not in carried and together[by] == 1:
                self._tell(now.at, Moved(spot(now), spot(was)))
            else:
                groups[KINDS.get(now.kind, now.kind), by].append(now)
        for (_, by), pieces in groups.items():
            self._tell(pieces[0].at, Shifted(spot(pieces[0]), len(pieces), by))

    def _others(self, path: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[OtherChanged]:
        for change in diff.compare(old, new):
            yield OtherChanged(f"{path}.{change.path}" if path else change.path, change.old, change.new)

    def _tell(self, at: float, change: Change) -> None:
        self.changes.append((at, change))

    def _seconds(self) -> tuple[_Interval, ...]:
        merged = merge(self.affected)
        pieces = (piece for one in (self.old, self.new) for track in one.tracks for piece in track.pieces)
        unsure = min((piece.at for piece in pieces if not piece.span.sure), default=None)
        if unsure is None or not any(until > unsure for _, until in merged):
            return merged
        return merge([*merged, (unsure, max(self.old.seconds, self.new.seconds, merged[-1][1]))])


def pair_tracks(old: list[Track], new: list[Track]) -> matching.Matching[Track]:
    """Which track of one kind is which: by what they share, then in their order. Moved are those in another layer."""
    pairs = _by_likeness(old, new)
    left = [i for i in range(len(old)) if i not in {i for i, _ in pairs}]
    right = [j for j in range(len(new)) if j not in {j for _, j in pairs}]
    # A track of text that shares nothing is another one, unless just that many are left on both sides.
    if len(left) == len(right) or not (new and new[0].kind in (SUBTITLES, EFFECTS)):
        pairs += zip(left, right, strict=False)
    pairs.sort(key=lambda pair: pair[1])
    kept = set(matching.longest_rise(pairs))
    return matching.Matching(
        tuple((old[i], new[j]) for i, j in pairs if (i, j) in kept),
        tuple((old[i], new[j]) for i, j in pairs if (i, j) not in kept),
        tuple(track for i, track in enumerate(old) if i not in {i for i, _ in pairs}),
        tuple(track for j, track in enumerate(new) if j not in {j for _, j in pairs}),
    )


def _by_likeness(old: list[Track], new: list[Track]) -> matching.Pairs:
    """The most alike first; of equals, the nearest."""
    if len(old) == len(new) == 1:
        return [(0, 0)]
    holders: defaultdict[object, Counter[int]] = defaultdict(Counter)
    for i, track in enumerate(old):
        for token in _tokens(track):
            holders[token][i] += 1
    scores: Counter[tuple[int, int]] = Counter()
    for j, track in enumerate(new):
        for token, count in Counter(_tokens(track)).items():
            for i, held in holders.get(token, {}).items():
                scores[i, j] += min(count, held)
    pairs: matching.Pairs = []
    taken_old: set[int] = set()
    taken_new: set[int] = set()
    for i, j in sorted(scores, key=lambda pair: (-scores[pair], abs(pair[0] - pair[1]), pair)):
        if i not in taken_old and j not in taken_new:
            pairs.append((i, j))
            taken_old.add(i)
            taken_new.add(j)
    return pairs


def _tokens(track: Track) -> Iterator[object]:
    """What a track can be known by: what it shows, in which range; of texts, also when."""
    for piece in track.pieces:
        yield piece.media
        yield _time(piece) if piece.kind in (SUBTITLES, EFFECTS) else piece.identity


def merge(intervals: Iterable[_Interval]) -> tuple[_Interval, ...]:
    """Intervals in order, none touching another, none empty; to four decimals."""
    found: list[_Interval] = []
    for begin, end in sorted((round(begin, 4), round(end, 4)) for begin, end in intervals):
        if end <= begin:
            continue
        if found and begin <= found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], end)
        else:
            found.append((begin, end))
    return tuple(found)


def spot(piece: Piece) -> Spot:
    """Where a piece lies, as a value to keep."""
    kind = KINDS.get(piece.kind, "clip")
    return Spot(kind, property_path(piece.path), piece.media, round(piece.at, 4), round(piece.until, 4))


def _restyled(new: Piece, looks: Sequence[OtherChanged]) -> Iterator[Change]:
    if looks:
        was, now = {one.path: one.old for one in looks}, {one.path: one.new for one in looks}
        yield CaptionRestyled(spot(new), was, now)


def _other(piece: Piece) -> dict[str, Any]:
    listed = effects_diff.is_listed(piece)
    return {key: held for key, held in piece.look.items() if key != "Effects" or not listed}


def _differs(old: tuple[float | None, float | None], new: tuple[float | None, float | None]) -> bool:
    return any(
        was != now and (was is None or now is None or abs(was - now) > SAME) for was, now in zip(old, new, strict=True)
    )


def _whole(track: Track) -> _Interval:
    ends = [piece.until for piece in track.pieces]
    return min((piece.at for piece in track.pieces), default=0.0), max(ends, default=0.0)


def _path(track: Track) -> str:
    return property_path(track.path)


def _same(old: Piece, new: Piece) -> bool:
    """Whether two pieces are written alike, apart from their places."""
    return old.raw == new.raw or {**old.raw, **_ANYWHERE} == {**new.raw, **_ANYWHERE}


def _written(piece: Piece) -> object:
    return piece.written


def _content(piece: Piece) -> object:
    return piece.content


def _identity(piece: Piece) -> object:
    return piece.identity


def _media(piece: Piece) -> object:
    return piece.media


def _time(piece: Piece) -> object:
    return round(piece.at, 3), round(piece.until, 3)
