"""Where clips lie is computed twice, by two who share no code: here and in the local cloud's renderer."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from property.timelines import Json, clips
from reelstack.emulator.render import plan
from reelstack.emulator.render.model import MediaFacts
from reelstack.reconcile import layout

FRAME = 1 / 100
LONG = MediaFacts("video", duration=100, width=640, height=360, fps=25)
OUTPUT = {"Width": 640, "Height": 360, "Video": {"Fps": 100}}


@st.composite
def tracks(draw: st.DrawFn) -> Json:
    """One track: either some clips have a time of their own, or some transitions are longer than their clips.

    Both at once has no documented meaning.
    """
    found = [draw(clips(f"m{index}")) for index in range(draw(st.integers(1, 6)))]
    timed = draw(st.booleans())
    for clip in draw(st.lists(st.sampled_from(found), max_size=3)):
        if timed:
            clip["TimelineIn"] = draw(st.integers(0, 120)) / 4
        else:
            clip["Effects"] = [{"Type": "Transition", "SubType": "fade", "Duration": draw(st.integers(0, 12)) / 4}]
    return {"VideoTracks": [{"VideoTrackClips": found}]}


@settings(max_examples=100)
@given(tracks())
def test_the_renderer_ends_where_the_last_clip_does(timeline: Json) -> None:
    names = [clip.get("MediaId") or clip["MediaURL"] for clip in timeline["VideoTracks"][0]["VideoTrackClips"]]
    rendered = plan.make(timeline, OUTPUT, dict.fromkeys(names, LONG))
    assert abs(rendered.frames / 100 - layout.read(timeline).seconds) <= FRAME
