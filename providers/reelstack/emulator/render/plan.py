"""A timeline and its output settings, turned into a render plan. Pure: no file is opened here.

Called by `__main__` and by the IMS room, which uses it to refuse what cannot be produced. The rules are those of the
service's "Timeline configurations" page: clips follow one another unless they name a TimelineIn, a Transition shortens,
later tracks lie on top, gaps are black, the longest track ends the video unless MainTrack or MaxDuration do.
Everything in the timeline that is drawn differently or not at all gets a note with its path.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from reelstack.emulator.render import effects, layout, sounds, titles
from reelstack.emulator.render.geometry import Size
from reelstack.emulator.render.layout import Draft, Scene
from reelstack.emulator.render.materials import Materials
from reelstack.emulator.render.model import (
    FORMAT_ERROR,
    INVALID,
    Clip,
    MediaFacts,
    Placement,
    RenderPlan,
    TimelineError,
    Title,
    Track,
)
from reelstack.emulator.render.reading import Node, Notes
from reelstack.emulator.render.sounds import AudioTrackDraft
from reelstack.emulator.render.timing import Timing, frame_rate
from reelstack.emulator.render.tracks import DEFAULT_IMAGE, TrackDraft, TrackReader

__all__ = ["RenderPlan", "TimelineError", "make", "named"]

MOST_TRACKS = 100
"""Documented, for video, image and subtitle tracks each."""
SMALLEST, LARGEST, LARGEST_SHORT_SIDE = 128, 4096, 2160
"""Pixels of an output's sides: documented."""
DEFAULT_FPS = Fraction(25)
DEFAULT_SIZE = Size(1280, 720)
"""For an output without any picture."""
LONGEST = Fraction(4 * 3600)
"""Seconds that this machine agrees to render: a guard of ours against a mistyped time, not the service's limit."""
_MP4_TOO = (".mp4", ".m4v")
CONTAINERS = {".m3u8": "hls", ".mov": "mov", ".flv": "flv", ".mp3": "mp3"}
DESTINATION = ("MediaURL", "StorageLocation", "FileName", "VodTemplateGroupId")
"""Output settings that say where the file goes: not the renderer's business."""


def make(timeline: Mapping[str, object], output: Mapping[str, object], materials: Materials) -> RenderPlan:
    """Plan the render of an IMS timeline with the settings of an OutputMediaConfig.

    `materials` holds the facts of each material under the name (MediaId or MediaURL) that the timeline uses. Raises
    TimelineError with the code that the service would put into the failed job.
    """
    notes = Notes()
    tree, settings = notes.open(timeline), notes.open(output, "OutputMediaConfig")
    settings.text(*DESTINATION)
    encoding = settings.child("Video") or notes.open({})
    timing = Timing(_fps(encoding))
    canvas = _size(settings, materials.values())
    tracks, is_video = _tracks(tree, TrackReader(canvas, materials))
    audio = [sounds.read(node, materials) for node in tree.children("AudioTracks")]
    if not any(track.clips or track.globals for track in tracks[:is_video]) and not any(t.clips for t in audio):
        raise TimelineError(FORMAT_ERROR, "Timeline: VideoTracks or AudioTracks must hold a clip")
    spans = [layout.arrange(track.clips) for track in tracks]
    ends = [max((span.end for span in track), default=Fraction(0)) for track in spans[:is_video]]
    frames = max(1, timing.frame(_finish(tracks, ends, audio, settings)))
    scenes = [layout.settle(track, timing) for track in spans]
    plan = RenderPlan(canvas.width, canvas.height, timing.fps, frames, bitrate=_bitrate(settings, encoding))
    heard = [sound for track in scenes for sound in sounds.of_scenes(track, timing, limit=plan.samples)]
    heard += sounds.of_tracks(audio, plan.duration)
    layers = tuple(_layers(tracks, scenes, frames))
    shown = tuple(_titles(tree, tracks, scenes, _Output(canvas, timing, frames)))
    for node in tree.children("EffectTracks"):
        for item in node.children("EffectTrackItems"):
            effects.not_rendered(item, item.text("Type"))
    return replace(plan, tracks=layers, titles=shown, sounds=tuple(heard), notes=notes.sentences())


def named(plan: RenderPlan, suffix: str) -> RenderPlan:
    """The plan for a file of this name: the container is what the extension says, MP4 where it says nothing known.

    An extension that says something else than what is written gets a note.
    """
    container = CONTAINERS.get(suffix.lower(), plan.container)
    if suffix.lower() not in (*CONTAINERS, *_MP4_TOO):
        return replace(plan, notes=(*plan.notes, f"the file is an MP4: nothing here writes {suffix}"))
    if container == "mp3":
        return replace(plan, container=container, audio_codec="mp3", width=0, height=0, tracks=(), titles=())
    return replace(plan, container=container)


@dataclass(frozen=True)
class _Output:
    canvas: Size
    timing: Timing
    frames: int


def _fps(encoding: Node) -> Fraction:
    written = encoding.number("Fps", low=1, high=120)
    return frame_rate(written) if written else DEFAULT_FPS


def _bitrate(settings: Node, encoding: Node) -> int | None:
    rates = [node.number("Bitrate", low=1) for node in (settings, encoding)]
    return next((round(rate) for rate in rates if rate), None)


def _size(settings: Node, facts: Iterable[MediaFacts]) -> Size:
    """The size asked for; a missing side is the largest one of the materials (documented)."""
    pictures = [item for item in facts if item.width and item.height]
    sides = []
    for key, largest, default in (
        ("Width", max((item.width for item in pictures), default=0), DEFAULT_SIZE.width),
        ("Height", max((item.height for item in pictures), default=0), DEFAULT_SIZE.height),
    ):
        asked = settings.number(key)
        if asked is not None and not SMALLEST <= asked <= LARGEST:
            raise TimelineError(INVALID, f"{settings.at(key)} is {float(asked):g}, not {SMALLEST} to {LARGEST}")
        side = int(asked) if asked is not None else min(max(largest or default, SMALLEST), LARGEST)
        if side % 2 and asked is not None:
            settings.note(f"{side} is odd, {side - 1} is used", key)
        sides.append(side // 2 * 2)
    if min(sides) > LARGEST_SHORT_SIDE:
        raise TimelineError(
            INVALID, f"the shorter side of the output is {min(sides)}, not {LARGEST_SHORT_SIDE} at most"
        )
    return Size(*sides)


def _tracks(tree: Node, reader: TrackReader) -> tuple[list[TrackDraft], int]:
    """All tracks with pictures from the bottom up, and how many of them are video tracks."""
    nodes = tree.children("VideoTracks", limit=MOST_TRACKS)
    video = [reader.video(node, bottom=index == 0) for index, node in enumerate(nodes)]
    images = [reader.image(node) for node in tree.children("ImageTracks", limit=MOST_TRACKS)]
    return video + images, len(video)


def _finish(tracks: list[TrackDraft], ends: list[Fraction], audio: list[AudioTrackDraft], settings: Node) -> Fraction:
    """Seconds at which the output ends: with the main track, else with the longest; at MaxDuration at the latest."""
    audio_ends = [track.end() for track in audio]
    main = [end for track, end in zip(tracks, ends, strict=False) if track.is_main]
    main += [end for track, end in zip(audio, audio_ends, strict=True) if track.is_main]
    longest = max([*ends, *audio_ends], default=Fraction(0)) or _alone(tracks, audio)
    limit = settings.number("MaxDuration", low=0)
    finish = min(next((end for end in main if end), longest), limit or LONGEST + 1)
    if finish > LONGEST:
        raise TimelineError(INVALID, f"the video would last {float(finish):g} s; at most {LONGEST} s are rendered here")
    return finish


def _alone(tracks: list[TrackDraft], audio: list[AudioTrackDraft]) -> Fraction:
    """How long the output is when nothing in it has an end of its own: loops go round once, an image is an image."""
    rounds = [clip.start + clip.part.length for track in audio for clip in track.clips]
    return max(rounds, default=DEFAULT_IMAGE if any(track.globals for track in tracks) else Fraction(0))


def _layers(tracks: list[TrackDraft], scenes: list[list[Scene]], frames: int) -> Iterator[Track]:
    """Each track's run of clips, and each of its GlobalImages as a track of its own just above."""
    for index, (track, run) in enumerate(zip(tracks, scenes, strict=True)):
        clips = [_clip(scene.draft, scene, frames) for scene in run]
        if index == 0 or any(clips):
            yield tuple(clip for clip in clips if clip)
        for image in track.globals:
            if image.placement:
                yield (_clip_of(image, image.placement, 0, frames),)


def _clip(draft: Draft, scene: Scene, frames: int) -> Clip | None:
    if scene.start >= frames:
        draft.node.note("begins after the end of the video, not shown")
        return None
    if draft.placement is None:
        return None
    clip = _clip_of(draft, draft.placement, scene.start, min(scene.end, frames))
    return replace(clip, entry=scene.entry)


def _clip_of(draft: Draft, placement: Placement, start: int, end: int) -> Clip:
    return Clip(
        draft.source,
        start,
        end,
        placement,
        draft.in_point,
        draft.speed,
        draft.opacity,
        background=draft.effects.background,
    )


def _titles(tree: Node, tracks: list[TrackDraft], scenes: list[list[Scene]], output: _Output) -> Iterator[Title]:
    """Text effects in the order of their clips, then subtitle tracks, which lie above them."""
    whole = (0, output.frames)
    found = [(node, (scene.start, scene.end)) for run in scenes for scene in run for node in scene.draft.effects.texts]
    found += [(node, whole) for track in tracks for image in track.globals for node in image.effects.texts]
    for track_node in tree.children("SubtitleTracks", limit=MOST_TRACKS):
        found += [(node, whole) for node in track_node.children("SubtitleTrackClips")]
    for node, span in found:
        title = titles.read(node, span=span, canvas=output.canvas, timing=output.timing)
        if title and (cut := titles.clip_to(title, output.frames)):
            yield cut
        elif title:
            node.note("begins after the end of the video, not shown")
