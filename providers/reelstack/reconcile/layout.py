"""A cut as a list of tracks with pieces, each with its place on the output: what two versions of it are compared as.

Read from the native timeline of IMS and VOD, or from a task's list of inputs on Huawei. Values stay as they are
written; a piece brings them into one form (`normalize`) when it is looked at.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from reelstack.reconcile import normalize, placing
from reelstack.reconcile.placing import Fields, Span

KINDS = {
    "VideoTracks": "clip",
    "AudioTracks": "sound",
    "ImageTracks": "picture",
    "SubtitleTracks": "caption",
    "EffectTracks": "effect",
}
INPUTS = "inputs"
MATERIAL = ("MediaId", "MediaURL", "VideoId", "MediaUrl", "ImageId", "ImageURL", "ImageUrl", "asset_id")
STARTS, ENDS = ("timeline_start", "start"), ("timeline_end", "end")
TIMES = frozenset(("In", "Out", "Duration", "Speed", "TimelineIn", "TimelineOut"))
"""What `Piece` holds in words of its own."""
PLACES = frozenset(("TimelineIn", "TimelineOut"))
SUBTITLES, EFFECTS = "SubtitleTracks", "EffectTracks"


@dataclass(frozen=True, eq=False)
class Piece:
    """One clip, caption or effect. Times in seconds of the output: `at`, `until`; of the material: `start`, `end`."""

    path: tuple[int | str, ...]
    raw: Fields
    kind: str
    span: Span

    @property
    def at(self) -> float:
        """Where it begins on the output."""
        return self.span.at

    @property
    def until(self) -> float:
        """Where it ends on the output."""
        return self.span.until

    @cached_property
    def written(self) -> str:
        """All but its place, as it is written: equal texts are the same thing, and cheap to compare."""
        return json.dumps({key: held for key, held in self.raw.items() if key not in PLACES}, default=repr)

    @cached_property
    def fields(self) -> Fields:
        """All of it, in one form."""
        found: Fields = normalize.clip(self.raw, self.kind)
        return found

    @cached_property
    def media(self) -> str:
        """The material's id or address, or a caption's text, or an effect's name: what an editor calls it by."""
        if self.kind == SUBTITLES:
            return str(self.fields.get("Content") or self.fields.get("FileURL") or "")
        if self.kind == EFFECTS:
            return f"{self.fields.get('Type', '')} {self.fields.get('SubType', '')}".strip()
        return next((str(held) for key in MATERIAL if (held := self.fields.get(key))), "")

    @property
    def seconds(self) -> float:
        """How long it is seen or heard."""
        return self.until - self.at

    @property
    def is_timed(self) -> bool:
        """Whether it has a place of its own, and does not just follow the one before."""
        return self.kind in (SUBTITLES, EFFECTS) or self.raw.get("TimelineIn") is not None

    @cached_property
    def range(self) -> tuple[float | None, float | None]:
        """From where to where in the material; of what has none, how long it lasts."""
        if self.kind in (SUBTITLES, EFFECTS) or placing.is_still(self.raw, still=self.kind == "ImageTracks"):
            return None, round(self.until - self.at, 4)
        if self.kind == INPUTS:
            return _first(self.raw, STARTS) or 0.0, _first(self.raw, ENDS)
        return placing.number(self.raw.get("In")) or 0.0, placing.number(self.raw.get("Out"))

    @cached_property
    def speed(self) -> float:
        """How many times as fast as the material."""
        return placing.number(self.raw.get("Speed")) or 1.0

    @cached_property
    def look(self) -> Fields:
        """What it shows and how, without times and without the material's name."""
        named = MATERIAL if self.kind not in (SUBTITLES, EFFECTS) else ("Content",)
        times = (*STARTS, *ENDS) if self.kind == INPUTS else TIMES
        return {key: held for key, held in self.fields.items() if key not in times and key not in named}

    @cached_property
    def identity(self) -> tuple[object, ...]:
        """The material and its range; a caption's text."""
        return (self.media,) if self.kind in (SUBTITLES, EFFECTS) else (self.media, *self.range)

    @cached_property
    def content(self) -> tuple[object, ...]:
        """Everything but its place on the output."""
        look = json.dumps(self.look, sort_keys=True, ensure_ascii=False)
        return (self.media, *self.range, self.speed, look)


@dataclass(frozen=True, eq=False)
class Track:
    """One track: its kind as the timeline spells it, its place among all tracks, and its pieces in their order."""

    kind: str
    path: tuple[int | str, ...]
    pieces: tuple[Piece, ...]
    fields: Fields = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Layout:
    """A whole cut. `seconds` is its length; not `sure` when lengths had to be assumed. `rest`: what is in no track."""

    tracks: tuple[Track, ...]
    seconds: float
    sure: bool
    rest: Fields


def read(value: object) -> Layout:
    """Read a native timeline (also as JSON text) or a list of inputs; anything else is an empty cut."""
    if isinstance(value, str):
        value = normalize.document(value)
    if isinstance(value, list):
        value = {INPUTS: value}
    if not isinstance(value, Mapping):
        return Layout((), 0.0, sure=True, rest={})
    tracks = [*_timeline(value), *_inputs(value)]
    seconds, sure = _length(tracks)
    known = {*normalize.TRACKS, INPUTS}
    rest = normalize.without({key: held for key, held in value.items() if key not in known}, "timeline")
    return Layout(tuple(_ended(track, seconds) for track in tracks), seconds, sure, normalize.plain(rest))


def known_seconds(value: object) -> float | None:
    """How long the cut is, in seconds; None when that is not sure, or when there is none."""
    found = read(value)
    return found.seconds if found.sure and found.tracks else None


def _timeline(value: Fields) -> Iterator[Track]:
    for kind in normalize.TRACKS:
        tracks = value.get(kind)
        for index, track in enumerate(tracks if isinstance(tracks, list) else ()):
            if isinstance(track, Mapping):
                yield _track(kind, (kind, index), track)


def _track(kind: str, path: tuple[int | str, ...], track: Fields) -> Track:
    # A video track of Type Effect or Subtitle may hold its clips under those tracks' names.
    names = (normalize.TRACKS[kind], *normalize.TRACKS.values())
    name, held = next(((name, track[name]) for name in names if name in track), (names[0], []))
    clips = held if isinstance(held, list) else []
    named = {"Effect": EFFECTS, "Subtitle": SUBTITLES}.get(str(track.get("Type")), kind)
    if named in (SUBTITLES, EFFECTS):
        spans: Iterator[Span] = iter([Span(0.0, 0.0)] * len(clips))
    else:
        spans = placing.sequence(clips, still=kind == "ImageTracks")
    pieces = tuple(
        Piece((*path, name, index), clip, named, span)
        for index, (clip, span) in enumerate(zip(clips, spans, strict=True))
        if isinstance(clip, Mapping)
    )
    return Track(kind, path, pieces, normalize.track_fields(track))


def _inputs(value: Fields) -> Iterator[Track]:
    """Huawei's inputs, or the declared ones of a `VodEditTask`: pieces of assets, joined in order."""
    held = value.get(INPUTS)
    pieces, end = [], 0.0
    for index, one in enumerate(held if isinstance(held, list) else ()):
        if isinstance(one, Mapping):
            start, stop = _first(one, STARTS), _first(one, ENDS)
            seconds = max(0.0, stop - (start or 0.0)) if stop is not None else placing.ASSUMED
            pieces.append(Piece((INPUTS, index), one, INPUTS, Span(end, end + seconds, stop is not None)))
            end += seconds
    if pieces:
        yield Track(INPUTS, (INPUTS,), tuple(pieces))


def _first(piece: Fields, keys: tuple[str, ...]) -> float | None:
    return next((found for key in keys if (found := placing.number(piece.get(key))) is not None), None)


def _length(tracks: list[Track]) -> tuple[float, bool]:
    """The main track's end, else that of the longest; and whether every length before it is known."""
    playing = [track for track in tracks if track.kind not in (SUBTITLES, EFFECTS, "ImageTracks")]
    ends = [
        (max((piece.until for piece in track.pieces if not _is_open(piece)), default=0.0), track) for track in playing
    ]
    main = [(end, track) for end, track in ends if track.fields.get("MainTrack") is True and end]
    sure = all(piece.span.sure for track in playing for piece in track.pieces if not _is_open(piece))
    longest = max(ends, key=lambda found: found[0], default=(0.0, None))
    return (main[0][0] if main else longest[0]), sure


def _is_open(piece: Piece) -> bool:
    """Whether a piece goes on until the output ends."""
    if piece.raw.get("Type") == "GlobalImage":
        return True
    return placing.is_looped(piece.raw) and piece.raw.get("TimelineOut") is None


def _ended(track: Track, seconds: float) -> Track:
    """The track with the places that hang on the length of the whole."""
    if not any(piece.kind in (SUBTITLES, EFFECTS) or _is_open(piece) for piece in track.pieces):
        return track
    return replace(track, pieces=tuple(_placed(piece, seconds) for piece in track.pieces))


def _placed(piece: Piece, seconds: float) -> Piece:
    if piece.kind in (SUBTITLES, EFFECTS):
        return replace(piece, span=Span(*placing.free(piece.raw, 0.0, seconds)))
    if not _is_open(piece):
        return piece
    begin = 0.0 if piece.raw.get("Type") == "GlobalImage" else piece.at
    return replace(piece, span=Span(begin, max(begin, seconds)))
