"""Video and image tracks, read into drafts that `layout` puts in time.

Pure. A track gives a run of clips, and its GlobalImages apart: those have no place in the run, they last all the time.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from reelstack.emulator.render import effects, geometry, materials
from reelstack.emulator.render.effects import Effects
from reelstack.emulator.render.geometry import Size
from reelstack.emulator.render.layout import Draft
from reelstack.emulator.render.model import BAD_CONTENT, MediaFacts, Placement, TimelineError
from reelstack.emulator.render.reading import Node

CLIP_TYPES = ("Video", "Image", "GlobalImage")
DEFAULT_IMAGE = Fraction(5)
"""Seconds of an image that has neither Duration nor TimelineOut: ours, the service's default is not documented."""
NO_LENGTH = Fraction(0)
"""The length of a GlobalImage's draft: it is known when all others are."""


@dataclass(frozen=True)
class TrackDraft:
    """One track as read. `is_main` says that the output ends with it."""

    clips: tuple[Draft, ...]
    globals: tuple[Draft, ...] = ()
    is_main: bool = False


@dataclass(frozen=True)
class TrackReader:
    """Reads tracks for an output of size `canvas`."""

    canvas: Size
    materials: materials.Materials

    def video(self, node: Node, *, bottom: bool) -> TrackDraft:
        """Read a VideoTrack; `bottom` is the first one, whose clips fill the output unless they say otherwise."""
        is_main = main_track(node)
        if node.text("Type") not in ("", "Video"):
            node.note(f"tracks of Type {node.text('Type')} are not rendered")
            node.skip()
            return TrackDraft((), is_main=is_main)
        drafts = [self._clip(clip, bottom=bottom) for clip in node.children("VideoTrackClips")]
        return _sort(drafts, is_main=is_main)

    def image(self, node: Node) -> TrackDraft:
        """Read an ImageTrack, the old form of a video track that only holds images."""
        drafts = [self._still(clip, clip.text("Type", default="Image")) for clip in node.children("ImageTrackClips")]
        return _sort(drafts)

    def _clip(self, node: Node, *, bottom: bool) -> Draft | None:
        kind = node.text("Type", default="Video")
        if kind not in CLIP_TYPES:
            node.skip()
            node.note(f"clips of Type {kind} are not rendered")
            return None
        _, facts = materials.find(node, self.materials)
        if facts.kind == "image":
            return self._still(node, "Image" if kind == "Video" else kind, bottom=bottom)
        if kind != "Video":
            node.note(f"the material is no image, drawn as a {facts.kind} clip", "Type")
        return self._moving(node, bottom=bottom)

    def _moving(self, node: Node, *, bottom: bool) -> Draft:
        source, facts = materials.find(node, self.materials)
        if facts.kind != "video":
            raise TimelineError(BAD_CONTENT, f"{node.path}: the material {source} has no picture")
        part = materials.part(node, facts)
        at = node.number("TimelineIn", low=0)
        end = materials.timeline_out(node, at)
        if at is not None:
            materials.warn_of_other_length(node, at, end, part.length)
        return Draft(
            node,
            source,
            facts,
            self._placement(node, facts, natural=not bottom),
            part.length,
            at,
            part.start,
            part.speed,
            _opacity(node),
            _effects(node, bottom=bottom),
        )

    def _still(self, node: Node, kind: str, *, bottom: bool = False) -> Draft:
        source, facts = materials.find(node, self.materials)
        if facts.kind == "audio":
            raise TimelineError(BAD_CONTENT, f"{node.path}: the material {source} has no picture")
        at = node.number("TimelineIn", low=0)
        length = NO_LENGTH if kind == "GlobalImage" else _still_length(node, at)
        placement = self._placement(node, facts, natural=not bottom)
        found = _effects(node, bottom=bottom)
        return Draft(node, source, facts, placement, length, at, opacity=_opacity(node), effects=found)

    def _placement(self, node: Node, facts: MediaFacts, *, natural: bool) -> Placement | None:
        placement = geometry.place(node, Size(facts.width, facts.height), self.canvas, natural=natural)
        if placement is None:
            node.note("lies outside the picture, not shown")
        return placement


def main_track(node: Node) -> bool:
    """Read MainTrack, and note the automatic change of speed that goes with it."""
    for key in ("TrackShortenMode", "TrackExpandMode"):
        if mode := node.text(key):
            node.note(f"{mode} is not rendered, the track keeps its speed", key)
    return node.flag("MainTrack")


def _effects(node: Node, *, bottom: bool) -> Effects:
    found = effects.read(node.children("Effects"))
    if found.background and not bottom:
        node.note("a Background is only drawn on the first video track")
    return found


def _still_length(node: Node, at: Fraction | None) -> Fraction:
    end = materials.timeline_out(node, at)
    length = node.number("Duration", low=0)
    if at is not None and end is not None:
        return end - at
    if not length:
        node.note(f"an image without Duration is shown for {float(DEFAULT_IMAGE):g} s")
    return length or DEFAULT_IMAGE


def _opacity(node: Node) -> float:
    opacity = node.number("Opacity", low=0, high=1)
    return 1.0 if opacity is None else float(opacity)


def _sort(drafts: Iterable[Draft | None], *, is_main: bool = False) -> TrackDraft:
    kept = [draft for draft in drafts if draft]
    run = tuple(draft for draft in kept if draft.length != NO_LENGTH)
    return TrackDraft(run, tuple(draft for draft in kept if draft.length == NO_LENGTH), is_main)
