"""What holds for every plan, over timelines that nobody thought of."""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reelstack.emulator.render import plan
from reelstack.emulator.render.model import (
    BAD_CONTENT,
    FORMAT_ERROR,
    INVALID,
    NOT_FOUND,
    RenderPlan,
    TimelineError,
)
from unit.render.samples import IMAGE, MUSIC, Json, facts

MATERIALS = {"a": facts(10), "b": facts(5.3117, width=176, height=144), "i": IMAGE, "m": MUSIC}
seconds = st.decimals(0, 12, places=4).map(float)
sides = st.one_of(st.decimals(-1, 1, places=4).map(float), st.integers(-500, 2000))
transitions = st.fixed_dictionaries(
    {
        "Type": st.sampled_from(["Transition", "DLTransition"]),
        "Duration": st.decimals(0, 3, places=3).map(float),
    }
)


@st.composite
def clips(draw: st.DrawFn, *, placed: bool) -> Json:
    start = draw(st.decimals(0, 5, places=4))
    clip: Json = {"MediaId": draw(st.sampled_from("ab")), "In": float(start)}
    clip["Out"] = float(start + draw(st.decimals("0.3", 6, places=4)))
    clip["Speed"] = float(draw(st.sampled_from([0.5, 1, 1, 1, 1.7, 3])))
    if placed and draw(st.booleans()):
        clip["TimelineIn"] = draw(seconds)
    if draw(st.booleans()):
        clip["Effects"] = [draw(transitions)]
    return clip


def timelines(*, placed: bool) -> st.SearchStrategy[Json]:
    track = st.builds(lambda found: {"VideoTrackClips": found}, st.lists(clips(placed=placed), min_size=1, max_size=7))
    return st.builds(lambda found: {"VideoTracks": found}, st.lists(track, min_size=1, max_size=3))


rates = st.sampled_from([25, 24, 29.97, 30, 50, 60])


def make(timeline: Json, fps: float = 25) -> RenderPlan:
    return plan.make(timeline, {"Width": 640, "Height": 360, "Video": {"Fps": fps}}, MATERIALS)


short_transitions = st.lists(st.decimals(0, "0.05", places=4), min_size=5, max_size=5)


@given(st.lists(clips(placed=False), min_size=1, max_size=5), short_transitions, rates)
def test_the_video_lasts_what_its_clips_last_less_their_transitions(
    run: list[Json], crossed: list[Decimal], fps: float
) -> None:
    for clip, seconds in zip(run, crossed, strict=False):
        clip["Effects"] = [{"Type": "Transition", "Duration": float(seconds)}]
    made = make({"VideoTracks": [{"VideoTrackClips": run}]}, fps)
    total = sum((length(clip) for clip in run), Fraction(0)) - sum(map(Fraction, crossed[: len(run) - 1]))
    assert made.frames == math.floor(total * made.fps + Fraction(1, 2))


def length(clip: Json) -> Fraction:
    start, end, speed = (Fraction(str(clip[key])) for key in ("In", "Out", "Speed"))
    return (min(end, Fraction(str(MATERIALS[str(clip["MediaId"])].duration))) - start) / speed


@given(timelines(placed=False), rates)
def test_clips_without_places_leave_no_frame_dark_and_none_twice(timeline: Json, fps: float) -> None:
    for track in make(timeline, fps).tracks:
        assert track[0].start == 0
        for before, after in pairwise(track):
            assert before.end == after.start + (after.entry.frames if after.entry else 0)


@given(timelines(placed=True), rates)
def test_at_most_two_clips_meet_and_only_in_a_transition(timeline: Json, fps: float) -> None:
    made = make(timeline, fps)
    for track in made.tracks:
        assert all(0 <= clip.start < clip.end <= made.frames for clip in track)
        for before, after in pairwise(track):
            entry = after.entry.frames if after.entry else 0
            settled = before.start + (before.entry.frames if before.entry else 0)
            assert settled <= after.start
            assert before.end <= after.start + entry


@given(timelines(placed=True))
def test_sounds_lie_within_the_video_and_their_fades_within_them(timeline: Json) -> None:
    made = make(timeline)
    for sound in made.sounds:
        assert 0 <= sound.start < sound.end <= made.samples
        assert all(fade.start >= 0 and fade.length > 0 for fade in sound.fades)


@given(timelines(placed=True))
def test_the_same_timeline_gives_the_same_plan(timeline: Json) -> None:
    assert make(timeline) == make(timeline)


@given(
    st.dictionaries(st.sampled_from(["X", "Y"]), sides),
    st.dictionaries(st.sampled_from(["Width", "Height"]), sides.filter(lambda side: side > 0)),
    st.sampled_from(["Fill", "Contain", "Cover"]),
    st.sampled_from(["a", "b", "i"]),
)
def test_every_place_lies_inside_the_picture(place: Json, size: Json, mode: str, media: str) -> None:
    clip = {"MediaId": media, "Duration": 1, "Out": 1, "AdaptMode": mode, **place, **size}
    for track in make({"VideoTracks": [{"VideoTrackClips": [clip]}]}).tracks:
        for shown in (clip.placement for clip in track):
            assert 0 <= shown.x < shown.x + shown.width <= 640
            assert 0 <= shown.y < shown.y + shown.height <= 360
            assert 0 <= shown.left < shown.right <= 1
            assert 0 <= shown.top < shown.bottom <= 1


NAMES = """VideoTracks VideoTrackClips AudioTracks AudioTrackClips ImageTracks ImageTrackClips SubtitleTracks Effects
Type SubtitleTrackClips MediaId In Out TimelineIn TimelineOut Speed X Width Height Duration Content LoopMode Gain"""
KEYS = st.sampled_from(NAMES.split())
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.sampled_from(["a", "b", "i", "m", "Image", "Text", "Volume", ""]),
)
hostile = st.recursive(VALUES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=5))


@settings(max_examples=300)
@given(
    st.dictionaries(KEYS, hostile, max_size=5),
    st.dictionaries(st.sampled_from(["Width", "MaxDuration", "Video"]), VALUES),
)
def test_any_json_is_planned_or_refused_with_a_code(timeline: Json, output: Json) -> None:
    assert outcome(timeline, output) in ("planned", INVALID, NOT_FOUND, BAD_CONTENT, FORMAT_ERROR)


def outcome(timeline: Json, output: Json) -> str:
    try:
        return "planned" if plan.make(timeline, output, MATERIALS).frames >= 1 else "empty"
    except TimelineError as error:
        return error.code


@pytest.mark.parametrize("cuts", [["0.3", "0.3", "0.3"], ["0.1"] * 30, ["0.0199", "0.5001", "1.3333"]])
def test_fractional_cuts_lose_no_frame(cuts: list[str]) -> None:
    timeline: Json = {"VideoTracks": [{"VideoTrackClips": [{"MediaId": "a", "Out": float(cut)} for cut in cuts]}]}
    total = sum(Fraction(cut) for cut in cuts)
    assert make(timeline).frames == math.floor(total * 25 + Fraction(1, 2))
