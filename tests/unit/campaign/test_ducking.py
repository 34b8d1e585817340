"""Music under what is spoken: the pieces that it is cut into add up to one line of gain, whose every point is known."""

# ruff: noqa: E501 - a table of faults reads better with one fault on a line

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reelstack.campaign import expand
from reelstack.campaign.load import load
from reelstack.errors import ConfigError
from reelstack.models.campaign import Campaign

SOURCES = {"a": "media-a", "voice": {"media": "v", "kind": "audio"}, "song": {"media": "s", "kind": "audio"}}


def declared(video: list[dict[str, Any]], sounds: list[dict[str, Any]], **music: Any) -> expand.DeclaredProject:
    cut = {"title": "t", "video": video, "sounds": sounds, "music": {"clip": "song", "volume": 0.8, **music}}
    videos = {"v": {"project": "cut", "size": "720x720"}}
    whole = Campaign.model_validate({"campaign": "c", "sources": SOURCES, "projects": {"cut": cut}, "videos": videos})
    return expand.expand(whole).projects[0]


def timeline(video: list[dict[str, Any]], sounds: list[dict[str, Any]], **music: Any) -> dict[str, Any]:
    return declared(video, sounds, **music).timeline


def song(native: dict[str, Any]) -> list[dict[str, Any]]:
    return [clip for track in native["AudioTracks"] for clip in track["AudioTrackClips"] if clip["MediaId"] == "s"]


def gain(native: dict[str, Any], at: float) -> float:
    """How loud the song is at a time, read from the native timeline alone."""
    total = 0.0
    for clip in song(native):
        if not clip["TimelineIn"] <= at < clip["TimelineOut"]:
            continue
        loud = 1.0
        for effect in clip["Effects"]:
            if effect["Type"] == "Volume":
                loud *= effect["Gain"]
            elif effect["SubType"] == "In":
                loud *= min(1, (at - clip["TimelineIn"]) / effect["Duration"])
            else:
                loud *= min(1, (clip["TimelineOut"] - at) / effect["Duration"])
        total += loud
    return total


CLIPS = [{"clip": "a", "length": 4}, {"clip": "a", "length": 4, "spoken": True}, {"clip": "a", "length": 4}]


def test_the_music_steps_back_while_a_clip_is_spoken() -> None:
    native = timeline(CLIPS, [], out=60, duck=0.25, duck_fade=0.5, fade_in=1, fade_out=1)
    points = {0: 0, 0.5: 0.4, 1: 0.8, 3.4: 0.8, 3.75: 0.5, 4: 0.2, 7.9: 0.2, 8.25: 0.5, 8.5: 0.8, 10.9: 0.8, 11.5: 0.4}
    assert {at: round(gain(native, at), 3) for at in points} == points
    assert all(clip["Out"] - clip["In"] == clip["TimelineOut"] - clip["TimelineIn"] for clip in song(native))
    assert all(clip["In"] == clip["TimelineIn"] for clip in song(native))


def test_a_voice_laid_over_the_cut_is_heard_where_it_is_and_the_music_gives_way() -> None:
    voice = {"clip": "voice", "in": 1, "length": 2, "at": 5, "volume": 1.5, "fade_in": 0.1, "spoken": True}
    native = timeline([{"clip": "a", "length": 12}], [voice], out=60, duck=0)
    (heard,) = native["AudioTracks"][-1]["AudioTrackClips"]
    assert (heard["In"], heard["Out"], heard["TimelineIn"], heard["TimelineOut"]) == (1, 3, 5, 7)
    assert [effect["Type"] for effect in heard["Effects"]] == ["Volume", "AFade"]
    assert [round(gain(native, at), 3) for at in (4, 6, 8)] == [0.8, 0, 0.8]


def test_a_song_that_begins_again_goes_on_where_it_would_be() -> None:
    native = timeline(CLIPS, [], **{"in": 10, "out": 15, "duck": 0.25, "duck_fade": 0.5})
    for clip in song(native):
        assert clip["In"] == pytest.approx(10 + clip["TimelineIn"] % 5)
        assert 10 <= clip["In"] < clip["Out"] <= 15
    assert [round(gain(native, at), 3) for at in (2, 4.5, 5.5, 9.5, 10.5)] == [0.8, 0.2, 0.2, 0.8, 0.8]


def test_a_song_that_is_not_repeated_ends_with_itself() -> None:
    native = timeline(CLIPS, [], out=6, loop=False, duck=0.25)
    assert max(clip["TimelineOut"] for clip in song(native)) == 6


@pytest.mark.parametrize("how", [{}, {"duck": 0.5, "spoken": False}])
def test_without_a_voice_or_a_wish_the_music_is_one_piece(how: dict[str, Any]) -> None:
    clips = [{**clip, "spoken": False} for clip in CLIPS] if how else CLIPS
    assert len(song(timeline(clips, [], **({"duck": 0.5} if how else {})))) == 1


@given(
    st.lists(st.tuples(st.integers(0, 190), st.integers(1, 60)), min_size=1, max_size=6),
    st.integers(3, 40),
    st.sampled_from([0.1, 0.3, 1]),
)
def test_the_gain_is_never_outside_of_its_two_levels_and_low_wherever_somebody_speaks(
    spoken: list[tuple[int, int]], period: int, fade: float
) -> None:
    voices = [{"clip": "voice", "at": at / 10, "length": length / 10, "spoken": True} for at, length in spoken]
    native = timeline([{"clip": "a", "length": 20}], voices, out=period, loop=True, duck=0.25, duck_fade=fade)
    for tenth in range(200):
        at = tenth / 10 + 0.05
        now = gain(native, at)
        near_seam = min(at % period, -at % period) < fade + 0.001  # there a slope is cut short
        if not near_seam:
            assert 0.2 - 0.001 <= now <= 0.8 + 0.001
        if any(begin / 10 <= at < (begin + length) / 10 for begin, length in spoken) and not near_seam:
            assert now == pytest.approx(0.2)


CAMPAIGN = """\
campaign: c
sources: {a: media-a, song: {media: s, kind: audio}}
projects:
  cut:
    title: t
    video: [{clip: a, length: 2s}, {clip: a, length: 2s, spoken: true}]
    music: {clip: song, out: 60s, duck: 0.3}
videos: {v: {project: cut, size: 720x720}}
"""


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("out: 60s, ", "", "c.yaml:7:25: projects.cut.music.duck: the music is cut where somebody speaks: say with `out`"),
        ("out: 60s", "out: 0.01s", "music.out: the music is too short: it would be repeated more than 100 times"),
        ("out: 60s", "in: 3s, out: 2s", "music: out must be after in (3 s), not at 2 s"),
        ("duck: 0.3", "duck: 0.3, fade_in: 3s", "music.fade_in: it reaches into what is spoken"),
        ("duck: 0.3", "duck: 2", "music.duck: input should be less than or equal to 1"),
        ("    music:", "    sounds: [{clip: song, length: 1s, at: 9s}]\n    music:", "sounds[0].at: the cut is over by then"),
        ("    music:", "    sounds: [{clip: song}]\n    music:", "sounds[0]: say where the clip ends"),
        ("    music:", "    sounds: [{clip: sung, length: 1s}]\n    music:", "sounds[0].clip: there is no source 'sung'"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_told_at_its_line(tmp_path: Path, old: str, new: str, said: str) -> None:
    file = tmp_path / "c.yaml"
    file.write_text(CAMPAIGN.replace(old, new))
    with pytest.raises(ConfigError) as caught:
        load(file, shown_as="c.yaml")
    assert any(said in str(fault) for fault in caught.value.faults)


def test_what_would_make_music_step_back_is_no_content_where_none_does() -> None:
    silent = {"clip": "a", "out": "9s"}
    spoken = {**silent, "spoken": True}
    plain = declared([silent], [], out="9s").content
    assert declared([spoken], [], out="9s").content == plain
    assert declared([silent], [], out="9s", duck=0.2, duck_fade="1s").content == plain
    assert declared([spoken], [], out="9s", duck=0.2).content != plain
