"""From a project of a campaign to a timeline that editors' tools open, with a report of what they will not see.

What has no place in a cut is kept beside it (`metadata.reelstack`), so that a cut that comes back as .otio is the same
edit. A campaign knows seconds; the cut counts frames: at the rate that is asked for, else at the first common one that
every time of the project falls on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import opentimelineio as otio

from reelstack.exchange import timing
from reelstack.exchange.lay import OURS
from reelstack.exchange.media import Table
from reelstack.exchange.read import MARKS, one_line
from reelstack.exchange.report import Loss
from reelstack.models.base import Model
from reelstack.models.campaign import Caption, Clip, Inset, Music, Project, Source, Transition

VIDEO, AUDIO = otio.schema.TrackKind.Video, otio.schema.TrackKind.Audio


@dataclass
class Written:
    """A timeline at a rate, what of the project is in it, and what an editor will not see."""

    timeline: otio.schema.Timeline
    project: Project
    rate: Fraction
    losses: list[Loss] = field(default_factory=list)


def write(
    name: str,
    project: Project,
    sources: Mapping[str, Source],
    *,
    table: Table,
    rate: Fraction | None = None,
    keeps_metadata: bool = True,
    one_picture: bool = False,
) -> Written:
    """The timeline of a project.

    Without `keeps_metadata` times are moved to whole frames, and more is lost; `one_picture` is for formats that have
    a single track of pictures.
    """
    chosen = rate or _rate(project)
    losses = []
    if one_picture:
        losses = [_left_out(inset, chosen) for inset in project.insets]
        project = project.model_copy(update={"insets": ()})
    return _Writer(project, sources, table, chosen, keeps_metadata, losses).timeline(name)


def _left_out(inset: Inset, rate: Fraction) -> Loss:
    at = timing.code(_exact(inset.at), rate)
    return Loss("is left out: this format has one track of pictures", "V2", inset.clip, at)


def _rate(project: Project) -> Fraction:
    """The first common rate on whose frames every time of a project falls, else the first."""
    times = [_exact(one) for one in _times(project)]
    return next((rate for rate in timing.RATES if all(timing.is_whole(one, rate) for one in times)), timing.RATES[0])


def _times(project: Project) -> Iterator[float]:
    for clip in (*project.video, *project.insets):
        yield from (clip.in_, clip.seconds)
        if clip.transition:
            yield clip.transition.duration
    yield from (inset.at for inset in project.insets)
    for caption in project.captions:
        yield from (caption.at, caption.length)


def _exact(seconds: float) -> Fraction:
    return Fraction(str(seconds))


@dataclass
class _Lane:
    """A track that is being filled, and how far it is."""

    track: otio.schema.Track
    end: Fraction = Fraction(0)


class _Writer:
    """One project on its way to a timeline."""

    def __init__(
        self,
        project: Project,
        sources: Mapping[str, Source],
        table: Table,
        rate: Fraction,
        keeps_metadata: bool,
        losses: list[Loss],
    ) -> None:
        self.project, self.sources, self.table = project, sources, table
        self.rate, self.keeps_metadata = rate, keeps_metadata
        self.losses = losses

    def timeline(self, name: str) -> Written:
        """The whole timeline: main track, insets above it, their sounds, the music, and captions as markers."""
        made = otio.schema.Timeline(name=self.project.title)
        made.metadata[OURS] = _present({"project": name, "description": self.project.description})
        seen, heard = self._main()
        above = self._insets()
        made.tracks.extend([seen, *(lane.track for lane, _ in above)])
        made.tracks.extend([heard, *(lane.track for _, lane in above)])
        if self.project.music:
            made.tracks.append(self._music(self.project.music))
        for sound in self.project.sounds:
            self._lose("this sound is left out", _exact(sound.at), "", sound.clip)
        for caption in self.project.captions:
            made.tracks.markers.append(self._caption(caption))
        return Written(made, self.project, self.rate, self.losses)

    def _main(self) -> tuple[otio.schema.Track, otio.schema.Track]:
        seen, heard = otio.schema.Track("V1", kind=VIDEO), otio.schema.Track("A1", kind=AUDIO)
        joints = [clip.transition for clip in self.project.video[:-1]]
        halves = [self._halves(joint) for joint in joints]
        clock = Fraction(0)
        for at, clip in enumerate(self.project.video):
            # Of an overlap the half that lies before the cut belongs to the left clip, the other to the right one.
            head = halves[at - 1][0] if at else Fraction(0)
            tail = halves[at][1] if at < len(halves) else Fraction(0)
            length = self._grid(_exact(clip.seconds), clock, "V1", clip.clip) - head - tail
            begin = self._grid(_exact(clip.in_), clock, "V1", clip.clip) + head * _speed(clip)
            made = self._clip(clip, begin, length)
            seen.append(made)
            heard.append(self._sound(clip, made, clock, "V1", "A1"))
            clock += length
            joint = joints[at] if at < len(joints) else None
            if joint:
                seen.append(self._transition(joint, halves[at]))
        return seen, heard

    def _halves(self, joint: Transition | None) -> tuple[Fraction, Fraction]:
        """How much of a transition lies before the cut and how much after it, in whole frames."""
        if joint is None:
            return Fraction(0), Fraction(0)
        whole = _exact(joint.duration)
        if not self.keeps_metadata or timing.is_whole(whole, self.rate):
            whole = max(timing.snapped(whole, self.rate), 1 / self.rate)
        before = Fraction(int(whole * self.rate) // 2) / self.rate
        return before, whole - before

    def _transition(self, joint: Transition, halves: tuple[Fraction, Fraction]) -> otio.schema.Transition:
        return otio.schema.Transition(
            name=joint.type,
            transition_type=otio.schema.TransitionTypes.SMPTE_Dissolve,
            in_offset=self._time(halves[0]),
            out_offset=self._time(halves[1]),
        )

    def _insets(self) -> list[tuple[_Lane, _Lane]]:
        """Insets on as few tracks as keep their order: what comes later lies higher."""
        lanes: list[tuple[_Lane, _Lane]] = []
        for inset in self.project.insets:
            number = len(lanes) + 1
            at = self._grid(_exact(inset.at), _exact(inset.at), f"V{number}", inset.clip)
            if not lanes or at < lanes[-1][0].end:
                number += 1
                lanes.append(
                    (
                        _Lane(otio.schema.Track(f"V{number}", kind=VIDEO)),
                        _Lane(otio.schema.Track(f"A{number}", kind=AUDIO)),
                    )
                )
            seen, heard = lanes[-1]
            # An inset ends with the cut, as it is rendered.
            lasts = min(_exact(inset.seconds), _exact(self.project.seconds) - at)
            length = self._grid(lasts, at, seen.track.name, inset.clip)
            begin = self._grid(_exact(inset.in_), at, seen.track.name, inset.clip)
            made = self._clip(inset, begin, length)
            sound = self._sound(inset, made, at, seen.track.name, heard.track.name)
            for lane, item in ((seen, made), (heard, sound)):
                if at > lane.end:
                    lane.track.append(self._gap(at - lane.end))
                lane.track.append(item)
                lane.end = at + length
            if not self.keeps_metadata:
                self._lose("covers the whole picture there: its frame is not told", at, seen.track.name, inset.clip)
        return lanes

    def _clip(self, clip: Clip, begin: Fraction, length: Fraction) -> otio.schema.Clip:
        made = otio.schema.Clip(
            name=clip.clip,
            media_reference=self._reference(clip.clip),
            source_range=self._range(begin, length),
        )
        if clip.speed != 1 and self.sources[clip.clip].kind != "image":
            made.effects.append(otio.schema.LinearTimeWarp(time_scalar=clip.speed))
        noted = _said(clip, ("fit", "volume", "opacity", "spoken"))
        if isinstance(clip, Inset):
            noted["frame"] = clip.frame.model_dump(mode="json")
        made.metadata[OURS] = noted
        return made

    def _sound(self, clip: Clip, picture: otio.schema.Clip, at: Fraction, track: str, heard: str) -> otio.core.Item:
        """The sound that runs on the track `heard` with a picture of `track`, or silence."""
        if self.sources[clip.clip].kind == "image" or clip.volume == 0:
            return otio.schema.Gap(source_range=otio.opentime.TimeRange(duration=picture.source_range.duration))
        if clip.volume != 1 and not self.keeps_metadata:
            self._lose(f"its volume of {clip.volume:g} is not told", at, heard, clip.clip)
        sound = picture.deepcopy()
        # Adapters write what is alike only once, and a sound has no transitions.
        sound.metadata[OURS] = {"of": track}
        return sound

    def _music(self, music: Music) -> otio.schema.Track:
        track = otio.schema.Track("Music", kind=AUDIO)
        total = self._grid(_exact(self.project.seconds), Fraction(0), "Music", music.clip)
        begin = self._grid(_exact(music.in_), Fraction(0), "Music", music.clip)
        length = total if music.out is None else min(_exact(music.out) - begin, total)
        made = otio.schema.Clip(music.clip, self._reference(music.clip), self._range(begin, length))
        noted = _said(music, ("out", "volume", "loop", "fade_in", "fade_out", "duck", "duck_fade"))
        made.metadata[OURS] = {"music": {**noted, "volume": music.volume, "loop": music.loop}}
        track.append(made)
        if music.loop and length < total:
            self._lose("the music is heard once there, and loops here", Fraction(0), "Music", music.clip)
        if not self.keeps_metadata:
            self._lose("the music's volume and fades are not told", Fraction(0), "Music", music.clip)
            if music.duck < 1:
                self._lose("that the music steps back is not told", Fraction(0), "Music", music.clip)
        return track

    def _caption(self, caption: Caption) -> otio.schema.Marker:
        if not self.keeps_metadata:
            self._lose("of the caption its looks are not told", _exact(caption.at), "", one_line(caption.text))
        at = self._grid(_exact(caption.at), _exact(caption.at), "", "caption")
        length = self._grid(_exact(caption.length), _exact(caption.at), "", "caption")
        made = otio.schema.Marker(f"{MARKS[0]} {one_line(caption.text)}", self._range(at, length))
        keys = tuple(key for key in Caption.model_fields if key not in ("at", "length"))
        made.metadata[OURS] = {"caption": {**_said(caption, keys), "text": caption.text}}
        return made

    def _reference(self, name: str) -> otio.schema.ExternalReference:
        source = self.sources[name]
        furthest = max(_ends(self.project, name), default=Fraction(0))
        reference = otio.schema.ExternalReference(
            target_url=self.table.file_of(source.media) or source.media,
            available_range=self._range(Fraction(0), furthest),
        )
        reference.metadata[OURS] = _present(
            {"source": name, "media": source.media, "kind": source.kind, "credit": source.credit}
        )
        return reference

    def _grid(self, at: Fraction, clock: Fraction, track: str, item: str) -> Fraction:
        """A time as it is written: whole frames in formats that count nothing else."""
        if timing.is_whole(at, self.rate):
            return timing.snapped(at, self.rate)
        told = "is written as the nearest frame" if not self.keeps_metadata else "is kept, and tools round it"
        self._lose(f"{timing.spelled(at)} lies between two frames and {told}", clock, track, item)
        return at if self.keeps_metadata else timing.snapped(at, self.rate)

    def _range(self, begin: Fraction, length: Fraction) -> otio.opentime.TimeRange:
        return otio.opentime.TimeRange(self._time(begin), self._time(length))

    def _gap(self, length: Fraction) -> otio.schema.Gap:
        return otio.schema.Gap(source_range=self._range(Fraction(0), length))

    def _time(self, at: Fraction) -> otio.opentime.RationalTime:
        return timing.rational(at, self.rate)

    def _lose(self, what: str, at: Fraction, track: str, item: str) -> None:
        self.losses.append(Loss(what, track, item, timing.code(at, self.rate)))


def _speed(clip: Clip) -> Fraction:
    return Fraction(str(clip.speed))


def _ends(project: Project, name: str) -> Iterator[Fraction]:
    """Where each use of a source ends in its material."""
    for clip in (*project.video, *project.insets):
        if clip.clip == name:
            yield _exact(clip.end)
    if project.music and project.music.clip == name:
        whole = project.music.in_ + project.seconds
        yield _exact(project.music.out if project.music.out is not None else whole)


def _said(model: Model, keys: Sequence[str]) -> dict[str, Any]:
    """Those of these keys that are not at their defaults."""
    given = model.model_dump(mode="json", exclude_defaults=True)
    return {key: given[key] for key in keys if key in given}


def _present(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None}
