"""A timeline as pieces on tracks: each clip at its exact time, nested sequences unfolded, effects looked at.

What lies where is worked out here and not asked of the library, which does it anew for every clip.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

import opentimelineio as otio

from reelstack.errors import ConfigError
from reelstack.exchange import timing
from reelstack.exchange.media import Kind, Material, file_name, kind_of
from reelstack.exchange.report import Loss

MAX_ITEMS = 10_000
MAX_NESTED = 20
OURS = "reelstack"
# What a title is called among the parameters of a generator.
TEXTS = ("text", "str", "string", "content")


@dataclass(frozen=True)
class Piece:
    """A clip on a track: times are seconds of the cut, `begin` is the in point in the material's own time.

    `text` is there instead of a material for a title. `ours` is what we noted when we wrote the cut.
    """

    item: str
    track: str
    start: Fraction
    length: Fraction
    begin: Fraction = Fraction(0)
    speed: Fraction = Fraction(1)
    material: Material | None = None
    text: str = ""
    ours: Mapping[str, Any] = field(default_factory=dict)

    @property
    def end(self) -> Fraction:
        """When it ends in the cut."""
        return self.start + self.length

    @property
    def origin(self) -> Fraction:
        """When its material's first frame would be seen: pieces of one material with one origin run together."""
        return self.start - self.begin / self.speed


@dataclass(frozen=True)
class Joint:
    """A transition around a point of the cut: so much of it lies before the point, so much after."""

    name: str
    at: Fraction
    before: Fraction
    after: Fraction
    ours: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Note:
    """A marker, at its time in the cut."""

    name: str
    start: Fraction
    length: Fraction
    track: str = ""
    ours: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Laid:
    """One track, laid out."""

    name: str
    heard_only: bool
    pieces: tuple[Piece, ...]
    joints: tuple[Joint, ...]


@dataclass
class Layer:
    """Lays out the tracks of one timeline, and gathers its markers and what is lost on the way."""

    rate: Fraction
    offset: Fraction = Fraction(0)
    notes: list[Note] = field(default_factory=list)
    losses: list[Loss] = field(default_factory=list)
    items: int = 0

    def lose(self, what: str, at: Fraction, track: str = "", item: str = "") -> None:
        """Note something that does not carry over, at a time of the cut."""
        self.losses.append(Loss(what, track, item, self.code(at)))

    def code(self, at: Fraction) -> str:
        """A time of the cut as its timecode."""
        return timing.code(at + self.offset, self.rate)

    def tracks(self, timeline: otio.schema.Timeline) -> list[Laid]:
        """Every track of a timeline, from the bottom up."""
        stack = timeline.tracks
        self._marks(stack, Fraction(0), Fraction(0), "")
        self._effects(stack, Fraction(0), "")
        found, counts = [], {True: 0, False: 0}
        for child in stack:
            heard_only = isinstance(child, otio.schema.Track) and child.kind == otio.schema.TrackKind.Audio
            counts[heard_only] += 1
            name = child.name or f"{'A' if heard_only else 'V'}{counts[heard_only]}"
            if not isinstance(child, otio.schema.Track):
                child = _alone(child)  # a clip that lies in the stack is a track of its own
            found.append(self._track(child, name, heard_only))
        return found

    def _track(self, track: otio.schema.Track, name: str, heard_only: bool) -> Laid:
        self._marks(track, Fraction(0), Fraction(0), name)
        self._effects(track, Fraction(0), name)
        pieces: list[Piece] = []
        joints: list[Joint] = []
        for found in self._children(track, Fraction(0), name, 0):
            if isinstance(found, Joint):
                joints.append(found)
            else:
                pieces.append(_heard(found) if heard_only else found)
        if not getattr(track, "enabled", True):
            self.lose("is switched off and left out", Fraction(0), name)
            pieces, joints = [], []
        return Laid(name, heard_only, tuple(pieces), tuple(joints))

    def _children(
        self, track: otio.core.Composition, start: Fraction, name: str, depth: int
    ) -> Iterator[Piece | Joint]:
        clock = start
        after_joint = False
        for child in track:
            self.items += 1
            if self.items > MAX_ITEMS:
                raise ConfigError(f"the cut has more than {MAX_ITEMS:,} items.", hint="Export a part of it.")
            if isinstance(child, otio.schema.Transition):
                yield self._joint(child, clock, name)
                after_joint = True
                continue
            length = self._length(child, clock, name)
            if length and _is_on(child):
                yield from self._item(_named(child, after_joint), clock, length, name, depth)
            elif length and not isinstance(child, otio.schema.Gap):
                self.lose("is switched off and left out", clock, name, child.name)
            clock += length
            after_joint = False

    def _item(
        self, child: otio.core.Item, clock: Fraction, length: Fraction, name: str, depth: int
    ) -> Iterator[Piece | Joint]:
        if isinstance(child, otio.core.Composition):
            yield from self._unfolded(child, clock, length, name, depth)
            return
        first = _first(child)
        self._marks(child, clock, first, name)
        speed = self._effects(child, clock, name)
        if not isinstance(child, otio.schema.Clip):
            return
        material, text = _material(child)
        begin = first - _material_start(child)
        piece = Piece(child.name, name, clock, length, begin, speed, material, text, _ours(child))
        yield self._from_its_beginning(piece)

    def _from_its_beginning(self, piece: Piece) -> Piece:
        if piece.begin >= 0:
            return piece
        self.lose(
            "begins before its material does: it is taken from the beginning", piece.start, piece.track, piece.item
        )
        return replace(piece, begin=Fraction(0))

    def _unfolded(
        self, nested: otio.core.Composition, clock: Fraction, length: Fraction, name: str, depth: int
    ) -> Iterator[Piece | Joint]:
        """The clips of a nested sequence in its place: of several layers, the lowest."""
        if depth >= MAX_NESTED:
            raise ConfigError(f"sequences are nested more than {MAX_NESTED} deep, at {nested.name!r} on {name}.")
        self._effects(nested, clock, name)
        layers = [nested] if isinstance(nested, otio.schema.Track) else _layers(nested)
        if len(layers) > 1:
            self.lose("of this nested sequence only the lowest picture is taken", clock, name, nested.name)
        first = timing.seconds(nested.source_range.start_time) if nested.source_range else Fraction(0)
        for layer in layers[:1]:
            for found in self._children(layer, clock - first, name, depth + 1):
                yield from _within(found, clock, clock + length)

    def _length(self, child: otio.core.Item, clock: Fraction, name: str) -> Fraction:
        try:
            found = timing.seconds(child.duration())
        except otio.exceptions.OTIOError:
            self.lose("says neither its range nor how long its material is: it is left out", clock, name, child.name)
            return Fraction(0)
        if found < 0:
            raise ConfigError(
                f"{self.code(clock)} {name} {child.name!r} has a negative length.", hint="Export the cut anew."
            )
        if found == 0 and isinstance(child, otio.schema.Clip):
            self.lose("has no length and is left out", clock, name, child.name)
        return found

    def _joint(self, transition: otio.schema.Transition, clock: Fraction, name: str) -> Joint:
        before, after = timing.seconds(transition.in_offset), timing.seconds(transition.out_offset)
        if before < 0 or after < 0:
            raise ConfigError(
                f"{self.code(clock)} {name}: a transition has a negative length.", hint="Export the cut anew."
            )
        said = transition.name or transition.transition_type or "transition"
        return Joint(said, clock, before, after, _ours(transition))

    def _marks(self, item: otio.core.Item, clock: Fraction, first: Fraction, track: str) -> None:
        for marker in item.markers:
            at = timing.seconds(marker.marked_range.start_time) - first + clock
            length = timing.seconds(marker.marked_range.duration)
            self.notes.append(Note(marker.name or str(marker.comment or ""), at, length, track, _ours(marker)))

    def _effects(self, item: otio.core.Item, clock: Fraction, track: str) -> Fraction:
        """The speed that an item's effects give it; every other effect is a loss."""
        speed = Fraction(1)
        for effect in item.effects:
            factor = getattr(effect, "time_scalar", 0)
            if isinstance(effect, otio.schema.LinearTimeWarp) and 0.1 <= factor <= 100:
                speed *= Fraction(factor).limit_denominator(10_000)
            elif isinstance(effect, otio.schema.FreezeFrame):
                self.lose("the freeze frame is left out: it plays on", clock, track, item.name)
            elif isinstance(effect, otio.schema.LinearTimeWarp):
                self.lose(f"a speed of {factor:g} is left out: it plays as it is", clock, track, item.name)
            else:
                called = effect.effect_name or effect.name or type(effect).__name__
                self.lose(f"the effect {called!r} is left out", clock, track, item.name)
        return speed


def _named(child: otio.core.Item, after_joint: bool) -> otio.core.Item:
    """A clip under its own material: of an EDL's clip behind a transition the adapter gives that of the clip before."""
    edl = child.metadata.get("cmx_3600") if isinstance(child, otio.schema.Clip) and after_joint else None
    if edl is None:
        return child
    comments = [str(one) for one in edl.get("comments", ())]
    said = next((one.partition(":")[2].strip() for one in comments if one.startswith("TO CLIP:")), child.name)
    own = child.deepcopy()
    own.media_reference = otio.schema.ExternalReference(target_url=said)
    return own


def _alone(item: otio.core.Item) -> otio.schema.Track:
    track = otio.schema.Track(kind=otio.schema.TrackKind.Video)
    track.append(item.deepcopy())
    return track


def _layers(stack: otio.core.Composition) -> list[otio.core.Composition]:
    """The layers of a nested stack that are seen; where there are none, those that are heard."""
    tracks = [one for one in stack if isinstance(one, otio.core.Composition) and len(one)]
    bare = [_alone(one) for one in stack if not isinstance(one, otio.core.Composition | otio.schema.Gap)]
    audio = otio.schema.TrackKind.Audio
    seen = [one for one in [*tracks, *bare] if getattr(one, "kind", "") != audio]
    return seen or tracks


def _within(found: Piece | Joint, begin: Fraction, end: Fraction) -> Iterator[Piece | Joint]:
    """What of a nested sequence lies inside the part of it that is shown."""
    if isinstance(found, Joint):
        if begin < found.at < end:
            yield found
        return
    start, stop = max(found.start, begin), min(found.end, end)
    if start < stop:
        cut = (start - found.start) * found.speed
        yield replace(found, start=start, length=stop - start, begin=found.begin + cut)


def _is_on(child: otio.core.Item) -> bool:
    return not isinstance(child, otio.schema.Gap) and bool(getattr(child, "enabled", True))


def _first(child: otio.core.Item) -> Fraction:
    """The in point in the material's own timecode."""
    return timing.seconds(child.trimmed_range().start_time)


def _material_start(clip: otio.schema.Clip) -> Fraction:
    """The timecode of the material's first frame, where the cut says it."""
    known = clip.media_reference and clip.media_reference.available_range
    return timing.seconds(known.start_time) if known else Fraction(0)


def _material(clip: otio.schema.Clip) -> tuple[Material | None, str]:
    """What a clip is cut from, or the text of a title."""
    reference = clip.media_reference or otio.schema.MissingReference()
    ours = _ours(reference)
    if isinstance(reference, otio.schema.GeneratorReference):
        text = _text(reference)
        kind: Kind = "image"
        names: tuple[str, ...] = (reference.generator_kind or reference.name or clip.name or "picture",)
        if text:
            return None, text
    else:
        url = _url(reference)
        names = tuple(dict.fromkeys(one for one in (file_name(url), reference.name, clip.name, url) if one))
        names = names or ("unnamed",)
        kind = kind_of(names[0])
    kind = ours["kind"] if ours.get("kind") in ("video", "audio", "image") else kind
    said = {key: str(ours.get(key) or "") for key in ("media", "source", "credit")}
    return Material(names, kind, **said), ""


def _url(reference: otio.core.MediaReference) -> str:
    if isinstance(reference, otio.schema.ExternalReference):
        return reference.target_url or ""
    if isinstance(reference, otio.schema.ImageSequenceReference):
        return f"{reference.target_url_base}{reference.name_prefix}".rstrip("._-")
    return ""


def _text(reference: otio.schema.GeneratorReference) -> str:
    """The text of a title: among the parameters of its generator, wherever the tool put them."""
    for values in (reference.parameters, reference.metadata):
        for key, value in _leaves(values, 6):
            if key.casefold() in TEXTS and value.strip():
                return value.strip()
    return ""


def _leaves(values: Any, depth: int) -> Iterator[tuple[str, str]]:
    """Every text in nested values by its key; a parameter of Final Cut Pro's by its id."""
    if not isinstance(values, Mapping) or depth == 0:
        return
    if isinstance(values.get("parameterid"), str) and isinstance(values.get("value"), str):
        yield values["parameterid"], values["value"]
    for key, value in values.items():
        if isinstance(value, str):
            yield str(key), value
        for inner in [value] if isinstance(value, Mapping) else value if _is_list(value) else []:
            yield from _leaves(inner, depth - 1)


def _is_list(value: object) -> bool:
    return isinstance(value, Iterable) and not isinstance(value, str)


def _ours(thing: otio.core.SerializableObjectWithMetadata) -> Mapping[str, Any]:
    """What we noted when we wrote the cut: hints, never trusted to be whole."""
    found = _plain(thing.metadata.get(OURS), 6)
    return found if isinstance(found, dict) else {}


def _plain(value: Any, depth: int) -> Any:
    """The library's values as Python's; what is neither text, number nor made of them is left out."""
    if depth == 0:
        return None
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, Mapping):
        return {str(key): _plain(inner, depth - 1) for key, inner in value.items()}
    return [_plain(inner, depth - 1) for inner in value] if _is_list(value) else None


def _heard(piece: Piece) -> Piece:
    """A piece of an audio track, whose material is sound unless its ending, or the cut, says otherwise."""
    if piece.material is None or piece.material.source:
        return piece
    kind = kind_of(piece.material.names[0], heard_only=True)
    return replace(piece, material=replace(piece.material, kind=kind))
