"""Random native timelines, and a service that writes one down in its own way."""

from __future__ import annotations

import copy
import json
import random
from typing import Any

from hypothesis import strategies as st

Json = dict[str, Any]

SECONDS = st.integers(2, 80).map(lambda quarters: quarters / 4)
SPEEDS = st.sampled_from([1, 1, 1, 0.5, 2])
WORDS = st.text("abcdefgh äß", min_size=1, max_size=6)

# What a service fills in where nothing is said.
FILLED = {"Type": "Video", "In": 0, "Speed": 1, "Opacity": 1}
SIGNED = "?Expires=1770000000&OSSAccessKeyId=LTAI&Signature="


@st.composite
def clips(draw: st.DrawFn, name: str) -> Json:
    """A clip with its range; some with effects, at other speeds, or from an address."""
    begin = draw(st.integers(0, 8)) / 4
    found: Json = {"MediaId": name, "In": begin, "Out": begin + draw(SECONDS)}
    if draw(st.booleans()):
        found = {"MediaURL": f"https://films.oss-cn-shanghai.aliyuncs.com/{name}.mp4", **found}
        del found["MediaId"]
    if (speed := draw(SPEEDS)) != 1:
        found["Speed"] = speed
    effects = draw(st.lists(st.sampled_from(EFFECTS), max_size=2, unique_by=lambda effect: effect["Type"]))
    if effects:
        found["Effects"] = [dict(effect) for effect in effects]
    if draw(st.booleans()):
        found |= {"X": 0.25, "Y": 0, "Width": 0.5, "Height": 0.5}
    return found


EFFECTS: list[Json] = [
    {"Type": "Volume", "Gain": 0.5},
    {"Type": "Transition", "SubType": "fade", "Duration": 0.25},
    {"Type": "Transition", "SubType": "wind", "Duration": 0.25},
    {"Type": "Text", "Content": "Sale", "FontSize": 40},
    {"Type": "VFX", "SubType": "open"},
]


@st.composite
def captions(draw: st.DrawFn) -> Json:
    at = draw(st.integers(0, 200)) / 4
    until = at + draw(SECONDS)
    return {"Type": "Text", "Content": draw(WORDS), "TimelineIn": at, "TimelineOut": until, "FontSize": 48}


@st.composite
def timelines(draw: st.DrawFn, least: int = 0, most: int = 7, *, distinct: bool = True) -> Json:
    """A main track, insets, captions and music. `distinct`: no material and no text stands in it twice."""
    count = draw(st.integers(least, most))
    names = [f"m{index}" if distinct else draw(st.sampled_from("xyz")) for index in range(count)]
    found: Json = {"VideoTracks": [{"MainTrack": True, "VideoTrackClips": [draw(clips(name)) for name in names]}]}
    for index in range(draw(st.integers(0, 2))):
        inset = draw(clips(f"i{index}" if distinct else "x")) | {"TimelineIn": draw(SECONDS)}
        found["VideoTracks"].append({"VideoTrackClips": [inset]})
    unique = (lambda one: one["Content"]) if distinct else None
    texts = draw(st.lists(captions(), max_size=3, unique_by=unique))
    if texts:
        found["SubtitleTracks"] = [{"SubtitleTrackClips": [text]} for text in texts]
    if draw(st.booleans()):
        music = {"MediaId": "song", "In": 0, "LoopMode": True, "TimelineIn": 0, "TimelineOut": draw(SECONDS)}
        found["AudioTracks"] = [{"AudioTrackClips": [music]}]
    if draw(st.booleans()):
        found["Mood"] = draw(st.dictionaries(WORDS, st.none() | st.integers() | WORDS, max_size=2))
    return found


@st.composite
def versions(draw: st.DrawFn) -> tuple[Json, Json]:
    """A timeline, and what a few edits have made of it."""
    old = draw(timelines(distinct=draw(st.booleans())))
    new: Json = copy.deepcopy(old)
    for index in range(draw(st.integers(0, 4))):
        track = draw(st.sampled_from(new["VideoTracks"]))["VideoTrackClips"]
        _edit(draw, new, track, f"new{index}")
    return old, new


def _edit(draw: st.DrawFn, timeline: Json, track: list[Json], name: str) -> None:
    edit = draw(st.sampled_from(["insert", "caption", "track", "remove", "trim", "place", "effect", "move"]))
    at = draw(st.integers(0, max(0, len(track) - 1)))
    if edit == "insert":
        track.insert(at, draw(clips(name)))
    elif edit == "caption":
        timeline.setdefault("SubtitleTracks", []).insert(0, {"SubtitleTrackClips": [draw(captions())]})
    elif edit == "track":
        timeline["VideoTracks"].insert(draw(st.integers(1, 2)), {"VideoTrackClips": [draw(clips(name))]})
    elif track and edit == "remove":
        track.pop(at)
    elif track and edit == "trim":
        track[at]["Out"] += draw(SECONDS)
    elif track and edit == "place":
        track[at]["TimelineIn"] = draw(SECONDS)
    elif track and edit == "effect":
        track[at]["Effects"] = [dict(draw(st.sampled_from(EFFECTS)))]
    elif track:
        track.append(track.pop(at))


def echo(timeline: Json, seed: int) -> Any:
    """The same timeline as a service might write it: other order, other numbers, more keys, perhaps as one text."""
    dice = random.Random(seed)
    written = _echoed(timeline, dice)
    for track in written["VideoTracks"]:
        for clip in track["VideoTrackClips"]:
            _fill(clip, dice)
        if dice.random() < 0.5:
            _time(track["VideoTrackClips"])
    if dice.random() < 0.5:
        written |= {"FECanvas": {"Width": 1280, "Height": 720}, "reelstack": {"key": "k"}}
    return json.dumps(written) if dice.random() < 0.3 else written


def _echoed(value: Any, dice: random.Random, key: str = "") -> Any:
    if isinstance(value, dict):
        names = list(value)
        dice.shuffle(names)
        return {name: _echoed(value[name], dice, name) for name in names}
    if isinstance(value, list):
        return [_echoed(item, dice) for item in value]
    if key == "MediaURL":
        return f"{value}{SIGNED}{dice.randrange(10**6)}"
    if isinstance(value, int | float) and not isinstance(value, bool) and key in NUMBERS:
        return dice.choice([float(value), f"{value:.4f}", value])
    return value


NUMBERS = (
    "In",
    "Out",
    "Speed",
    "TimelineIn",
    "TimelineOut",
    "Duration",
    "Gain",
    "FontSize",
    "Width",
    "Height",
    "X",
    "Y",
)


def _fill(clip: Json, dice: random.Random) -> None:
    for key, default in FILLED.items():
        if dice.random() < 0.5:
            clip.setdefault(key, default)
    clip |= {"ClipId": f"c{dice.randrange(10**6)}", "VirginDuration": 100}


def _time(clips: list[Json]) -> None:
    """Write down where each clip lies: transitions take from a clip what it has, and no second of it twice."""
    end = overlap = 0.0
    for clip in clips:
        length = (float(clip["Out"]) - float(clip.get("In", 0))) / float(clip.get("Speed", 1))
        taken = 0.0 if "TimelineIn" in clip else min(overlap, length)
        begin = float(clip.get("TimelineIn", end - taken))
        end = begin + length
        clip |= {"TimelineIn": round(begin, 4), "TimelineOut": round(end, 4)}
        fades = [effect for effect in clip.get("Effects", []) if effect["Type"] == "Transition"]
        overlap = min(float(fades[0]["Duration"]), length - taken) if fades else 0.0


TRACKS = ["VideoTracks", "AudioTracks", "ImageTracks", "SubtitleTracks", "EffectTracks", "inputs"]
CLIPS = ["VideoTrackClips", "AudioTrackClips", "ImageTrackClips", "SubtitleTrackClips", "EffectTrackItems"]
TIMES = ["In", "Out", "TimelineIn", "TimelineOut", "Speed", "Duration", "timeline_start", "LoopMode", "MainTrack"]
WHAT = ["Type", "SubType", "Effects", "MediaId", "VideoId", "MediaURL", "asset_id", "Content", "Gain", "FontFace"]
NAMES = st.sampled_from([*TRACKS, *CLIPS, *TIMES, *WHAT, "ClipId", "ReferenceClipId"])
VALUES = (
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.floats()
    | st.text(max_size=5)
    | st.just("Transition")
    | st.sampled_from(
        [
            "Volume",
            "Text",
            "Image",
            "GlobalImage",
            "Effect",
            "Subtitle",
            "3",
            "1e400",
            "nan",
            "http://[",
            "https://a/b?c",
        ]
    )
)
HOSTILE = st.recursive(
    VALUES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES | st.text(max_size=3), inner, max_size=6),
    max_leaves=25,
)
SHAPED = st.fixed_dictionaries(
    {},
    optional={
        kind: st.lists(
            st.dictionaries(
                NAMES, st.lists(st.dictionaries(NAMES, HOSTILE, max_size=6), max_size=3) | HOSTILE, max_size=3
            ),
            max_size=2,
        )
        | HOSTILE
        for kind in TRACKS
    },
)
"""What is no sound timeline: known names over values of any kind."""
