"""The moving picture of a plan, frame by frame.

Each clip is decoded once, by a graph of its own that lives as long as the clip. Its pictures go through small graphs
that live for an interval: a cross of two clips, or a stretch of time in which the same layers and titles are seen. So
nothing is opened twice, memory does not grow with the timeline, and every boundary is a count of frames.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import islice, pairwise, repeat
from pathlib import Path

from reelstack.emulator.render import text
from reelstack.emulator.render.geometry import Size
from reelstack.emulator.render.graph import ALPHA, OPAQUE, Layers, Pictures, feed, new, plain, through
from reelstack.emulator.render.model import Clip, MediaFacts, RenderPlan, Title, Track

Note = Callable[[str], None]


@dataclass(frozen=True)
class Material:
    """A file, and what is known of it."""

    path: Path
    facts: MediaFacts


@dataclass(frozen=True)
class Layer:
    """Pictures laid over the bottom track, one a frame."""

    x: int
    y: int
    size: Size
    pictures: Pictures


class Slot:
    """The frames `start` <= n < `end` in which a layer is seen; the layer is made when it is first asked for."""

    def __init__(self, start: int, end: int, make: Callable[[], Layer]) -> None:
        self.start = start
        self.end = end
        self._make = make

    @cached_property
    def layer(self) -> Layer:
        """The layer: decoders and drawn text exist from here on, until the slot is dropped."""
        return self._make()


class Stage:
    """Draws one plan."""

    def __init__(self, plan: RenderPlan, materials: Mapping[str, Material], note: Note) -> None:
        self._plan = plan
        self._materials = materials
        self._note = note
        self._canvas = Size(plan.width, plan.height)
        self._layers = Layers(self._canvas, plan.fps)

    def pictures(self) -> Pictures:
        """Exactly the plan's frames, in order."""
        bottom = self._bottom(self._plan.tracks[0] if self._plan.tracks else ())
        slots = [slot for track in self._plan.tracks[1:] for slot in self._over(track)]
        slots += [Slot(title.start, title.end, partial(self._title, title)) for title in self._plan.titles]
        cuts = sorted({0, self._plan.frames, *(at for slot in slots for at in (slot.start, slot.end))})
        for start, end in pairwise(cuts):
            slots = [slot for slot in slots if slot.end > start]
            shown = [slot.layer for slot in slots if slot.start <= start]
            yield from self._overlaid(bottom, shown, end - start)

    def _overlaid(self, bottom: Pictures, layers: Sequence[Layer], frames: int) -> Pictures:
        if not layers:
            return islice(bottom, frames)
        graph = new()
        sources = [feed(graph, self._canvas, OPAQUE, self._plan.fps)]
        merged = sources[0]
        for layer in layers:
            sources.append(feed(graph, layer.size, ALPHA, self._plan.fps))
            merged = merged.then("overlay", sources[-1], x=layer.x, y=layer.y, format="yuv420")
        return through(sources, merged, [bottom, *(layer.pictures for layer in layers)], frames, self._plan.fps)

    def _bottom(self, track: Track) -> Pictures:
        """The first track, opaque, black where it has no clip."""
        return self._run(track, OPAQUE, 0, self._plan.frames)

    def _over(self, track: Track) -> Iterator[Slot]:
        """A later track: clips joined by transitions are one layer of the output's size, others lie where they lie."""
        for group in _joined(track):
            start, end = group[0].start, group[-1].end
            joined = len(group) > 1 or group[0].entry
            yield Slot(start, end, partial(self._group, group) if joined else partial(self._single, group[0]))

    def _group(self, group: Track) -> Layer:
        return Layer(0, 0, self._canvas, self._run(group, ALPHA, group[0].start, group[-1].end))

    def _single(self, clip: Clip) -> Layer:
        place = clip.placement
        pictures = self._clip(clip, ALPHA, whole=False)
        return Layer(place.x, place.y, Size(place.width, place.height), pictures)

    def _run(self, track: Track, pixels: str, start: int, end: int) -> Pictures:
        """The pictures of clips in order, of the output's size, empty between them."""
        empty: Pictures = repeat(plain(self._canvas, "black" if pixels == OPAQUE else "black@0", pixels))
        now, before, before_end = start, empty, start
        for clip in track:
            yield from islice(before, max(0, min(before_end, clip.start) - now))
            yield from islice(empty, max(0, clip.start - max(before_end, now)))
            now = clip.start
            pictures = self._clip(clip, pixels, whole=True)
            if clip.entry:
                ending = before if before_end > now else empty
                frames = min(clip.entry.frames, end - now)
                yield from self._cross(ending, pictures, clip, pixels, frames)
                now += frames
            before, before_end = pictures, clip.end
        yield from islice(before, max(0, min(before_end, end) - now))
        yield from islice(empty, max(0, end - max(before_end, now)))

    def _cross(self, ending: Pictures, beginning: Pictures, clip: Clip, pixels: str, frames: int) -> Pictures:
        assert clip.entry
        graph = new()
        sources = [feed(graph, self._canvas, pixels, self._plan.fps) for _ in range(2)]
        length = f"{float(clip.entry.frames / self._plan.fps):.6f}"
        crossed = sources[0].then("xfade", sources[1], transition=clip.entry.name, duration=length, offset=0)
        crossed = crossed.tagged(pixels)  # xfade works at full chroma resolution
        return through(sources, crossed, [ending, beginning], frames, self._plan.fps)

    def _clip(self, clip: Clip, pixels: str, *, whole: bool) -> Pictures:
        material = self._materials[clip.source]
        return self._layers.pictures(clip, material.path, material.facts, pixels=pixels, whole=whole)

    def _title(self, title: Title) -> Layer:
        drawn = text.draw(title, self._canvas)
        for note in drawn.notes:
            self._note(note)
        size = Size(drawn.image.width, drawn.image.height)
        return Layer(drawn.x, drawn.y, size, repeat(text.frame(drawn.image)))


def _joined(track: Track) -> Iterator[Track]:
    """Split a track where no transition leads from one clip to the next."""
    group: list[Clip] = []
    for clip in track:
        if group and not clip.entry:
            yield tuple(group)
            group = []
        group.append(clip)
    if group:
        yield tuple(group)
