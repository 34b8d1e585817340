"""Compile a portable project to the native timeline of Alibaba IMS ("Timeline configurations").

Pure. The main track decides the length (`MainTrack`); whatever lies over it or plays under it ends with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reelstack.campaign.compile import ducking
from reelstack.models import timecode
from reelstack.models.campaign import Caption, Clip, Inset, Music, Project, Source
from reelstack.models.pieces import Sound

FULL_FRAME = {"X": 0, "Y": 0, "Width": 1, "Height": 1}
FITS = {"cover": "Cover", "contain": "Contain", "fill": "Fill"}
PLACES = {"top": "TopCenter", "centre": "CenterCenter", "bottom": "BottomCenter"}


def timeline(project: Project, sources: Mapping[str, Source]) -> dict[str, Any]:
    """The native timeline of one project. Keys that hold nothing are left out."""
    total = project.seconds
    main = {"MainTrack": True, "VideoTrackClips": [_clip(clip, sources) for clip in project.video]}
    insets = [{"VideoTrackClips": [_inset(inset, sources)]} for inset in project.insets]
    compiled: dict[str, Any] = {"VideoTracks": [main, *insets]}
    heard = [{"AudioTrackClips": [_sound(one, sources)]} for one in project.sounds]
    if project.music and ducking.is_ducked(project) and not any(ducking.faults(project)):
        heard = [*ducking.tracks(project, project.music, sources[project.music.clip].media), *heard]
    elif project.music:
        heard = [{"AudioTrackClips": [_music(project.music, sources, total)]}, *heard]
    if heard:
        compiled["AudioTracks"] = heard
    if project.captions:
        compiled["SubtitleTracks"] = [{"SubtitleTrackClips": [_caption(one)]} for one in project.captions]
    return compiled


def _clip(clip: Clip, sources: Mapping[str, Source]) -> dict[str, Any]:
    native = {**_material(clip, sources), **FULL_FRAME, "AdaptMode": FITS[clip.fit]}
    effects: list[dict[str, Any]] = []
    if clip.volume != 1:
        effects.append({"Type": "Volume", "Gain": clip.volume})
    if clip.transition:
        effects.append({"Type": "Transition", "SubType": clip.transition.type, "Duration": clip.transition.duration})
    return {**native, "Effects": effects} if effects else native


def _inset(inset: Inset, sources: Mapping[str, Source]) -> dict[str, Any]:
    frame = inset.frame
    native = {
        **_material(inset, sources),
        "X": frame.x,
        "Y": frame.y,
        "Width": frame.width,
        "Height": frame.height,
        "AdaptMode": FITS[inset.fit],
        "TimelineIn": inset.at,
        "TimelineOut": _seconds(inset.at + inset.seconds),
    }
    if inset.opacity != 1:
        native["Opacity"] = inset.opacity
    if inset.volume != 1:
        native["Effects"] = [{"Type": "Volume", "Gain": inset.volume}]
    return native


def _material(clip: Clip, sources: Mapping[str, Source]) -> dict[str, Any]:
    source = sources[clip.clip]
    if source.kind == "image":
        return {"Type": "Image", "MediaId": source.media, "Duration": _seconds(clip.seconds)}
    native: dict[str, Any] = {"MediaId": source.media, "In": clip.in_, "Out": _seconds(clip.end)}
    return {**native, "Speed": clip.speed} if clip.speed != 1 else native


def _sound(sound: Sound, sources: Mapping[str, Source]) -> dict[str, Any]:
    native = {
        "MediaId": sources[sound.clip].media,
        "In": sound.in_,
        "Out": _seconds(sound.end),
        "TimelineIn": sound.at,
        "TimelineOut": _seconds(sound.at + sound.seconds),
    }
    effects = [*([{"Type": "Volume", "Gain": sound.volume}] if sound.volume != 1 else []), *_fades(sound)]
    return {**native, "Effects": effects} if effects else native


def _fades(heard: Music | Sound) -> list[dict[str, Any]]:
    fades = (("In", heard.fade_in), ("Out", heard.fade_out))
    # A straight line: the service's own default falls by a hundred decibels and sounds like a cut.
    return [{"Type": "AFade", "SubType": kind, "Duration": length, "Curve": "tri"} for kind, length in fades if length]


def _music(music: Music, sources: Mapping[str, Source], total: float) -> dict[str, Any]:
    effects: list[dict[str, Any]] = [{"Type": "Volume", "Gain": music.volume}, *_fades(music)]
    native = {
        "MediaId": sources[music.clip].media,
        "In": music.in_,
        "LoopMode": music.loop,
        "TimelineIn": 0,
        "TimelineOut": total,
        "Effects": effects,
    }
    return {**native, "Out": music.out} if music.out is not None else native


def _caption(caption: Caption) -> dict[str, Any]:
    return {
        "Type": "Text",
        "Content": caption.text,
        "TimelineIn": caption.at,
        "TimelineOut": _seconds(caption.at + caption.length),
        "Alignment": PLACES[caption.place],
        "X": 0,
        "Y": 0 if caption.place == "centre" else caption.margin,
        "FontSize": caption.size,
        "FontColor": caption.colour,
        "Outline": caption.outline,
        "OutlineColour": caption.outline_colour,
        "FontFace": {"Bold": caption.bold, "Italic": False, "Underline": False},
        "AdaptMode": "AutoWrap",
    }


def _seconds(value: float) -> float:
    """Times have four decimals on the wire."""
    return round(value, timecode.DECIMALS)
