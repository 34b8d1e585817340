"""What is heard: audio tracks, and the sound of video clips.

Pure. A clip's sound follows its picture frame by frame; in a transition the two sounds cross. Sound on an audio track
keeps its own times, to the sample.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from reelstack.emulator.render import effects, materials, tracks
from reelstack.emulator.render.effects import Effects
from reelstack.emulator.render.layout import Scene
from reelstack.emulator.render.materials import Materials, Part
from reelstack.emulator.render.model import BAD_CONTENT, SAMPLE_RATE, Fade, MediaFacts, Sound, TimelineError
from reelstack.emulator.render.reading import Node
from reelstack.emulator.render.timing import Timing

CROSSING = "qsin"
"""The curve of two sounds that cross in a transition: equal power, no dip in the middle."""


@dataclass(frozen=True)
class AudioDraft:
    """A sound on an audio track, in seconds. An `end` of None is a loop that goes on until the video ends."""

    source: str
    facts: MediaFacts
    part: Part
    start: Fraction
    end: Fraction | None
    loops: bool
    effects: Effects


@dataclass(frozen=True)
class AudioTrackDraft:
    """One audio track as read."""

    clips: tuple[AudioDraft, ...]
    is_main: bool

    def end(self) -> Fraction:
        """Seconds at which its last sound ends; loops without an end do not count."""
        return max((clip.end for clip in self.clips if clip.end is not None), default=Fraction(0))


def read(node: Node, facts: Materials) -> AudioTrackDraft:
    """Read an AudioTrack."""
    is_main = tracks.main_track(node)
    clips: list[AudioDraft] = []
    cursor = Fraction(0)
    for clip in node.children("AudioTrackClips"):
        if clip.text("Type") not in ("", "Audio"):
            effects.not_rendered(clip, clip.text("Type"))
            continue
        clips.append(_clip(clip, facts, cursor))
        cursor = clips[-1].end or clips[-1].start + clips[-1].part.length
    return AudioTrackDraft(tuple(clips), is_main)


def _clip(node: Node, known: Materials, cursor: Fraction) -> AudioDraft:
    source, facts = materials.find(node, known)
    if not facts.has_audio:
        raise TimelineError(BAD_CONTENT, f"{node.path}: the material {source} has no sound")
    part = materials.part(node, facts)
    at = node.number("TimelineIn", low=0)
    start = cursor if at is None else at
    end, loops = materials.timeline_out(node, start), node.flag("LoopMode")
    found = effects.read(node.children("Effects"))
    if loops:
        return AudioDraft(source, facts, part, start, end, loops, found)
    materials.warn_of_other_length(node, start, end, part.length)
    return AudioDraft(source, facts, part, start, start + part.length, loops, found)


def of_tracks(drafts: Iterable[AudioTrackDraft], finish: Fraction) -> Iterator[Sound]:
    """The sounds of the audio tracks, cut at `finish` seconds."""
    for draft in (clip for track in drafts for clip in track.clips):
        start, end = _samples(draft.start), _samples(finish if draft.end is None else draft.end)
        loop = _samples(draft.part.length) if draft.loops else None
        yield from _sound(draft.source, start, end, draft.part, draft.effects, loop, limit=_samples(finish))


def of_scenes(scenes: list[Scene], timing: Timing, *, limit: int) -> Iterator[Sound]:
    """The sounds of a track's video clips. `limit` is the length of the output in samples."""
    for index, scene in enumerate(scenes):
        draft = scene.draft
        if not draft.facts.has_audio:
            continue
        start, end = timing.sample(scene.start), timing.sample(scene.heard)
        part = Part(draft.in_point, draft.in_point + draft.length * draft.speed, draft.speed)
        for sound in _sound(draft.source, start, end, part, draft.effects, None, limit=limit):
            after = scenes[index + 1] if index + 1 < len(scenes) else None
            yield replace(sound, fades=(*sound.fades, *_crossings(scene, after, timing, end - start)))


def _crossings(scene: Scene, after: Scene | None, timing: Timing, length: int) -> Iterator[Fade]:
    if scene.entry and scene.crossed:
        yield Fade("in", 0, timing.sample(scene.settled) - timing.sample(scene.start), CROSSING)
    if after and after.entry and after.crossed:
        crossing = timing.sample(after.settled) - timing.sample(after.start)
        yield Fade("out", length - crossing, crossing, CROSSING)


def _sound(
    source: str, start: int, end: int, part: Part, found: Effects, loop: int | None, *, limit: int
) -> Iterator[Sound]:
    """One sound, or none when it is mute or too late. Fades keep their place when the end is cut off."""
    if found.gain == 0 or start >= min(end, limit):
        return
    fades = tuple(
        Fade("in", 0, length, wanted.curve)
        if wanted.direction == "in"
        else Fade("out", max(0, end - start - length), min(length, end - start), wanted.curve)
        for wanted in found.fades
        if (length := _samples(wanted.seconds))
    )
    yield Sound(source, start, min(end, limit), part.start, part.speed, found.gain, fades, loop)


def _samples(seconds: Fraction) -> int:
    return round(seconds * SAMPLE_RATE)
