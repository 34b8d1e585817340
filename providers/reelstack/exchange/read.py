"""From an editor's cut to the projects and sources of a campaign, with a report of what did not carry over.

    what the editor has                          what the campaign gets
    the lowest picture track                     `video`, clip after clip; a gap becomes the picture `black`
    a transition                                 `transition`: both clips get the frames that it needs of them
    tracks above it                              `insets`, at their times
    sound that runs with its picture             the clip's own sound; a picture without it gets `volume: 0`
    other sound                                  `music`: the longest; the others `sounds`, at their times
    titles, and markers named `caption: …`       `captions`

Times stay exact: seconds where a few decimals say them, else frames at their rate (`75f@29.97`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

import opentimelineio as otio

from reelstack.errors import ConfigError
from reelstack.exchange import hearing, lay, timing
from reelstack.exchange.lay import Joint, Laid, Layer, Note, Piece
from reelstack.exchange.media import Material, Table, distinct, slug
from reelstack.exchange.report import Loss
from reelstack.exchange.timing import spelled
from reelstack.models.transitions import TRANSITIONS

MARKS = ("caption:", "title:")
DISSOLVES = ("dissolve", "fade", "crossfade", "cross")
BLACK = Material(("black",), "image")
FULL = {"x": 0, "y": 0, "width": 1, "height": 1}


@dataclass
class Cut:
    """What came of one or more timelines: values of a campaign file, as a person would write them."""

    projects: dict[str, dict[str, Any]] = field(default_factory=dict)
    sources: dict[str, dict[str, Any]] = field(default_factory=dict)
    unresolved: list[str] = field(default_factory=list)
    losses: list[Loss] = field(default_factory=list)
    notes: list[Loss] = field(default_factory=list)
    """What was carried over and yet wants a look."""
    _named: dict[str, str] = field(default_factory=dict)

    def source(self, material: Material, table: Table) -> tuple[str, Fraction]:
        """The name of the source for a material, and the timecode of the material's first frame."""
        entry = table.find(material)
        if material.key not in self._named:
            name = distinct(
                slug(material.source or material.names[0].rpartition(".")[0] or material.names[0], "clip"), self.sources
            )
            name = material.source if material.source and material.source not in self.sources else name
            self._named[material.key] = name
            known = entry.media if entry else material.media
            if not known:
                self.unresolved.append(material.names[0])
            kind = (entry.kind if entry else None) or material.kind
            self.sources[name] = _present(
                media=known or material.names[0],
                kind=None if kind == "video" else kind,
                credit=material.credit or None,
            )
        return self._named[material.key], entry.start if entry else Fraction(0)

    def is_picture(self, source: str) -> bool:
        """Whether a source is a still picture."""
        return self.sources[source].get("kind") == "image"


def read(timelines: Iterable[otio.schema.Timeline], table: Table) -> Cut:
    """The projects of these timelines; raises ConfigError for a cut that is broken, or empty."""
    cut = Cut()
    for timeline in timelines:
        ours = timeline.metadata.get(lay.OURS) or {}
        wanted = str(ours.get("project") or "") if isinstance(ours, Mapping) else ""
        title = timeline.name or "Untitled"
        name = distinct(slug(wanted, "") or slug(title, "cut"), cut.projects)
        if wanted and wanted not in cut.projects:
            name = wanted
        written = _Project(cut, table, timeline).written()
        told = str(ours.get("description") or "") if isinstance(ours, Mapping) else ""
        cut.projects[name] = _present(title=title, description=told or None, **written)
    return cut


class _Project:
    """One timeline on its way to a project."""

    def __init__(self, cut: Cut, table: Table, timeline: otio.schema.Timeline) -> None:
        self.cut, self.table, self.timeline = cut, table, timeline
        begin = timeline.global_start_time
        rate = _rate(timeline)
        self.layer = Layer(rate, timing.seconds(begin) if begin else Fraction(0))
        self.sounds: list[Piece] = []
        self.late: set[str] = set()
        self.linked: dict[int, list[Piece]] = {}
        self.has_sound_tracks = False

    def written(self) -> dict[str, Any]:
        """The project's tracks."""
        laid = self.layer.tracks(self.timeline)
        titles = [piece for track in laid for piece in track.pieces if piece.text]
        seen = [_pictures(track) for track in laid if not track.heard_only]
        seen = [track for track in seen if track.pieces]
        if not seen:
            what = f"the timeline {self.timeline.name!r} holds no picture of any length"
            raise ConfigError(f"{what}.", hint="Is it the right sequence? Campaigns are made of clips.")
        heard = [track for track in laid if track.heard_only]
        self.has_sound_tracks = bool(heard)
        self.sounds = [piece for track in heard for piece in track.pieces if piece.material]
        total = max(piece.end for track in seen for piece in track.pieces)
        self._link([piece for track in seen for piece in track.pieces])
        video = self._main(seen[0], total)
        insets = [self._inset(piece) for track in seen[1:] for piece in track.pieces]
        self._no_joints(seen[1:])
        music, others = self._music(heard, total)
        sounds = list(self._other_sounds(others, heard, total))
        captions = [*self._titles(titles), *self._captions(total)]
        self.cut.losses += self.layer.losses
        return _present(
            video=video, insets=insets or None, captions=captions or None, sounds=sounds or None, music=music
        )

    def _main(self, track: Laid, total: Fraction) -> list[dict[str, Any]]:
        pieces = list(self._without_gaps(track, total))
        for piece in pieces:
            self._source(piece)  # sources are listed as they are seen
        # How much longer each piece is, at its beginning and at its end, for the transitions that overlap there.
        head, tail = [Fraction(0)] * len(pieces), [Fraction(0)] * len(pieces)
        joined: dict[int, Joint] = {}
        ends = {piece.end: at for at, piece in enumerate(pieces[:-1])}
        for joint in track.joints:
            at = ends.get(joint.at)
            if at is None or not self._fits(joint, pieces[at], pieces[at + 1]):
                why = "" if at is not None else ": there is no clip on one of its sides"
                self.layer.lose(f"the transition is left out{why}", joint.at, track.name, joint.name)
                continue
            joined[at], tail[at], head[at + 1] = joint, joint.after, joint.before
        lengths = [head[at] + piece.length + tail[at] for at, piece in enumerate(pieces)]
        for at, joint in list(joined.items()):
            if joint.before + joint.after >= min(lengths[at], lengths[at + 1]):
                self.layer.lose("the transition is longer than a clip, and left out", joint.at, track.name, joint.name)
                tail[at] = head[at + 1] = Fraction(0)
                del joined[at]
        return [
            self._clip(piece, head[at], tail[at], self._transition(joined.get(at), track))
            for at, piece in enumerate(pieces)
        ]

    def _fits(self, joint: Joint, _left: Piece, right: Piece) -> bool:
        """Whether the material of the right clip has the frames before its in point that a transition takes."""
        name, start = self._source(right)
        return bool(joint.before + joint.after) and (
            self.cut.is_picture(name) or right.begin - start >= joint.before * right.speed - timing.GRAIN
        )

    def _without_gaps(self, track: Laid, total: Fraction) -> Iterator[Piece]:
        clock = Fraction(0)
        for piece in track.pieces:
            if piece.start - clock > timing.GRAIN:
                yield self._black(track, clock, piece.start)
            yield piece
            clock = piece.end
        if total - clock > timing.GRAIN:
            yield self._black(track, clock, total)

    def _black(self, track: Laid, start: Fraction, end: Fraction) -> Piece:
        what = f"the gap of {spelled(end - start)} is filled with the picture 'black'"
        self.layer.lose(what, start, track.name)
        return Piece("gap", track.name, start, end - start, material=BLACK)

    def _transition(self, joint: Joint | None, track: Laid) -> dict[str, Any] | None:
        if joint is None:
            return None
        named = joint.name.strip()
        if named not in TRANSITIONS:
            if not any(word in named.casefold() for word in DISSOLVES):
                self.layer.lose(f"{named!r} is not known here and becomes a fade", joint.at, track.name)
            named = "fade"
        return {"type": named, "duration": self._time(joint.before + joint.after)}

    def _clip(self, piece: Piece, head: Fraction, tail: Fraction, transition: dict[str, Any] | None) -> dict[str, Any]:
        longer = replace(piece, begin=piece.begin - head * piece.speed, length=head + piece.length + tail)
        return _present(**self._ranged(longer), **self._look(piece), transition=transition)

    def _inset(self, piece: Piece) -> dict[str, Any]:
        frame = piece.ours.get("frame")
        if not isinstance(frame, Mapping):
            frame, at = FULL, self.layer.code(piece.start)
            what = "it covers the whole picture: if it should not, give it its `frame`"
            self.cut.notes.append(Loss(what, piece.track, piece.item, at))
        return _present(
            **self._ranged(piece),
            at=self._time(piece.start),
            frame=frame,
            opacity=piece.ours.get("opacity"),
            **self._look(piece),
        )

    def _ranged(self, piece: Piece) -> dict[str, Any]:
        """The source of a clip, and which part of it is shown."""
        name, start = self._source(piece)
        if self.cut.is_picture(name):
            return {"clip": name, "length": self._time(piece.length)}
        begin = piece.begin - start
        if begin < -timing.GRAIN:
            self.layer.lose("begins before the start that was given for it", piece.start, piece.track, piece.item)
        begin = max(begin, Fraction(0))
        if begin >= 3600 and not start and name not in self.late:
            self.late.add(name)
            what = f"{name!r} is cut as if its timecode did not begin at 0: give its `start` in a table of media"
            self.layer.lose(what, piece.start, piece.track, piece.item)
        if piece.speed != 1:
            speed = float(piece.speed)
            return {"clip": name, "in": self._time(begin), "length": self._time(piece.length), "speed": speed}
        return {"clip": name, "in": self._time(begin), "out": self._time(begin + piece.length)}

    def _look(self, piece: Piece) -> dict[str, Any]:
        own = piece.ours
        name, _ = self._source(piece)
        if self.cut.is_picture(name):
            return {"fit": own.get("fit"), "spoken": own.get("spoken")}
        volume = own.get("volume") if self._is_heard(piece) else 0
        return {"fit": own.get("fit"), "volume": volume, "spoken": own.get("spoken")}

    def _link(self, pictures: list[Piece]) -> None:
        """Give each sound that runs with a picture to the picture that it fits best; the others are music."""
        for sound in list(self.sounds):
            near = [picture for picture in pictures if hearing.runs_with(sound, picture)]
            if near:
                self.sounds.remove(sound)
                self.linked.setdefault(id(max(near, key=lambda picture: hearing.fit(sound, picture))), []).append(sound)

    def _is_heard(self, piece: Piece) -> bool:
        """Whether a picture has its own sound; where a cut has no sound tracks at all, it is taken to have it."""
        linked = self.linked.get(id(piece), [])
        for sound in linked[:1]:
            early, late = sound.start != piece.start, sound.end != piece.end
            if early or late:
                which = " and ".join(word for word, is_so in (("begins", early), ("ends", late)) if is_so)
                what = f"its sound {which} at another time than its picture: it goes with the picture"
                self.layer.lose(what, sound.start, sound.track, sound.item)
        return bool(linked) or not self.has_sound_tracks

    def _time(self, at: Fraction) -> str:
        return spelled(at, self.layer.rate)

    def _no_joints(self, tracks: Iterable[Laid]) -> None:
        for track in tracks:
            for joint in track.joints:
                self.layer.lose("a transition above the main track is left out", joint.at, track.name, joint.name)

    def _source(self, piece: Piece) -> tuple[str, Fraction]:
        assert piece.material is not None  # titles are taken out before
        return self.cut.source(piece.material, self.table)

    def _music(self, heard: Iterable[Laid], total: Fraction) -> tuple[dict[str, Any] | None, list[Piece]]:
        """The music, and the sounds that are heard beside it."""
        left = [piece for piece in self.sounds if piece.start < total]
        for piece in self.sounds:
            if piece not in left:
                self.layer.lose("this sound begins after the picture has ended", piece.start, piece.track, piece.item)
        # Music begins with the cut: what begins later would be moved, and is a sound at its time.
        eligible = [piece for piece in left if piece.ours.get("music") or not piece.start]
        chosen = max(eligible, key=lambda piece: (bool(piece.ours.get("music")), piece.length), default=None)
        if chosen is None:
            return None, left
        others = [piece for piece in left if piece is not chosen]
        for piece in [one for one in others if hearing.same_sound(one, chosen)]:
            self._twice(piece)
            others.remove(piece)
        name, start = self._source(chosen)
        if self.cut.sources[name].get("kind") == "image":
            self.layer.lose("a picture makes no sound", chosen.start, chosen.track, chosen.item)
            return None, others
        if chosen.start:
            self.layer.lose("the music begins with the cut", chosen.start, chosen.track, chosen.item)
        if chosen.end > total + timing.GRAIN:
            self.layer.lose("the music ends with the picture", total, chosen.track, chosen.item)
        if chosen.speed != 1:
            self.layer.lose("the music plays at its own speed", chosen.start, chosen.track, chosen.item)
        begin, rate = max(chosen.begin - start, Fraction(0)), self.layer.rate
        return {
            "clip": name,
            **hearing.played(chosen, begin, total, rate),
            **hearing.fades(chosen, heard, rate),
        }, others

    def _other_sounds(
        self, pieces: Iterable[Piece], heard: Iterable[Laid], total: Fraction
    ) -> Iterator[dict[str, Any]]:
        told: list[Piece] = []
        for piece in pieces:
            name, start = self._source(piece)
            if self.cut.is_picture(name):
                self.layer.lose("a picture makes no sound", piece.start, piece.track, piece.item)
                continue
            if any(hearing.same_sound(piece, one) for one in told):
                self._twice(piece)
                continue
            told.append(piece)
            if piece.end > total + timing.GRAIN:
                self.layer.lose("the sound ends with the picture", total, piece.track, piece.item)
            if piece.speed != 1:
                self.layer.lose("the sound plays at its own speed", piece.start, piece.track, piece.item)
            begin = max(piece.begin - start, Fraction(0))
            times = {"in": self._time(begin), "out": self._time(begin + piece.length), "at": self._time(piece.start)}
            yield {"clip": name, **times, **hearing.fades(piece, heard, self.layer.rate)}

    def _twice(self, piece: Piece) -> None:
        """Both channels of a sound are often laid out as tracks of their own: together they would be too loud."""
        self.layer.lose("this sound is there twice, and is heard once", piece.start, piece.track, piece.item)

    def _titles(self, titles: Iterable[Piece]) -> Iterator[dict[str, Any]]:
        for piece in titles:
            self.layer.lose("of the title its text is taken, not its looks", piece.start, piece.track, piece.item)
            yield {"text": piece.text, "at": self._time(piece.start), "length": self._time(piece.length)}

    def _captions(self, total: Fraction) -> Iterator[dict[str, Any]]:
        for note in self.layer.notes:
            text = _caption_text(note)
            if text is None:
                self.layer.lose(f"the marker {note.name!r} is left out", note.start, note.track)
            elif note.length <= 0:
                self.layer.lose(f"the caption {text!r} has no length and is left out", note.start, note.track)
            elif not 0 <= note.start < total:
                self.layer.lose(f"the caption {text!r} lies outside the cut", note.start, note.track)
            else:
                looks = note.ours.get("caption")
                kept = {key: value for key, value in looks.items() if key != "text"} if isinstance(looks, dict) else {}
                yield {"text": text, "at": self._time(note.start), "length": self._time(note.length), **kept}


def _pictures(track: Laid) -> Laid:
    return replace(track, pieces=tuple(piece for piece in track.pieces if piece.material))


def _caption_text(note: Note) -> str | None:
    """The text of a marker that is a caption; one that we wrote keeps its lines unless the editor changed it."""
    name = note.name.strip()
    mark = next((mark for mark in MARKS if name.casefold().startswith(mark)), None)
    if mark is None:
        return None
    text = name[len(mark) :].strip()
    looks = note.ours.get("caption")
    whole = str(looks.get("text") or "") if isinstance(looks, dict) else ""
    return whole if whole and one_line(whole) == text else text or None


def one_line(text: str) -> str:
    """A text as a marker's name."""
    return " ".join(text.split())


def _rate(timeline: otio.schema.Timeline) -> Fraction:
    """The rate in which places are told: that of the first clip that has one."""
    for clip in timeline.find_clips():
        if clip.source_range:
            return timing.rate_of(clip.source_range.duration.rate)
    return timing.RATES[0]


def _present(**values: Any) -> dict[str, Any]:
    """A mapping without what is not said."""
    return {key: value for key, value in values.items() if value is not None}
