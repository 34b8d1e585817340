"""What becomes of an editor's cut, part by part, and which word is said of what did not carry over."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import opentimelineio as otio
import pytest

from reelstack.errors import ConfigError
from reelstack.exchange import read, timing
from reelstack.exchange.media import Table
from reelstack.models.campaign import Project

AUDIO = otio.schema.TrackKind.Audio


def span(start: float, length: float, rate: float = 25) -> otio.opentime.TimeRange:
    return otio.opentime.TimeRange(otio.opentime.RationalTime(start, rate), otio.opentime.RationalTime(length, rate))


def clip(name: str, start: float = 0, length: float = 50, rate: float = 25) -> otio.schema.Clip:
    media = otio.schema.ExternalReference(target_url=f"file:///Volumes/shoot/{name}")
    return otio.schema.Clip(name, media, span(start, length, rate))


def gap(length: float) -> otio.schema.Gap:
    return otio.schema.Gap(source_range=span(0, length))


def joint(before: float, after: float, name: str = "SMPTE_Dissolve") -> otio.schema.Transition:
    time = otio.opentime.RationalTime
    return otio.schema.Transition("", name, time(before, 25), time(after, 25))


def cut(*tracks: list[Any], heard: tuple[list[Any], ...] = (), table: dict[str, Any] | None = None) -> read.Cut:
    timeline = otio.schema.Timeline("Spring film")
    timeline.tracks.extend([otio.schema.Track(children=items) for items in tracks])
    timeline.tracks.extend([otio.schema.Track(children=items, kind=AUDIO) for items in heard])
    return read.read([timeline], Table.of(table or {}))


def project(made: read.Cut) -> dict[str, Any]:
    return made.projects["spring-film"]


def losses(made: read.Cut) -> list[str]:
    return [str(loss) for loss in made.losses]


def test_clips_become_clips_with_their_seconds() -> None:
    made = cut([clip("meadow.mov", 25, 60), clip("bikes.mov")])
    assert project(made)["video"] == [
        {"clip": "meadow", "in": "1s", "out": "3.4s"},
        {"clip": "bikes", "in": "0s", "out": "2s"},
    ]
    assert not made.losses


def test_a_transition_takes_its_frames_from_both_clips_and_keeps_the_length() -> None:
    made = cut([clip("a.mov", 25, 50), joint(10, 5), clip("b.mov", 50, 50)])
    left, right = project(made)["video"]
    assert (left["in"], left["out"]) == ("1s", "3.2s")
    assert left["transition"] == {"type": "fade", "duration": "0.6s"}
    assert (right["in"], right["out"]) == ("1.6s", "4s")


def test_a_transition_without_material_before_the_clip_is_left_out() -> None:
    made = cut([clip("a.mov"), joint(10, 5), clip("b.mov", 5, 50)])
    assert "transition" not in project(made)["video"][0]
    assert losses(made) == ["00:00:02:00 V1 'SMPTE_Dissolve': the transition is left out"]


def test_an_unknown_transition_becomes_a_fade_and_is_told() -> None:
    made = cut([clip("a.mov"), joint(5, 5, "SMPTE_Wipe"), clip("b.mov", 50)])
    assert project(made)["video"][0]["transition"]["type"] == "fade"
    assert losses(made) == ["00:00:02:00 V1: 'SMPTE_Wipe' is not known here and becomes a fade"]


def test_a_gap_is_filled_so_that_nothing_moves() -> None:
    made = cut([clip("a.mov"), gap(25), clip("b.mov")])
    assert [one["clip"] for one in project(made)["video"]] == ["a", "black", "b"]
    assert project(made)["video"][1]["length"] == "1s"
    assert made.sources["black"] == {"media": "black", "kind": "image"}
    assert losses(made) == ["00:00:02:00 V1: the gap of 1s is filled with the picture 'black'"]


def test_upper_tracks_become_insets_at_their_times() -> None:
    made = cut([clip("a.mov", 0, 100)], [gap(25), clip("logo.png", 0, 50)])
    frame = {"x": 0, "y": 0, "width": 1, "height": 1}
    assert project(made)["insets"] == [{"clip": "logo", "length": "2s", "at": "1s", "frame": frame}]
    said = "it covers the whole picture: if it should not, give it its `frame`"
    assert (losses(made), [str(note) for note in made.notes]) == ([], [f"00:00:01:00 V2 'logo.png': {said}"])


def test_a_picture_is_heard_where_its_sound_runs_with_it() -> None:
    made = cut([clip("a.mov"), clip("b.mov")], heard=([clip("a.mov"), gap(50)],))
    assert [one.get("volume", 1) for one in project(made)["video"]] == [1, 0]
    assert "music" not in project(made)


def test_a_sound_that_begins_before_its_picture_is_told() -> None:
    made = cut([clip("a.mov"), clip("b.mov", 50)], heard=([clip("a.mov", 0, 40), clip("b.mov", 40, 60)],))
    assert losses(made)[1] == (
        "00:00:01:15 A1 'b.mov': its sound begins at another time than its picture: it goes with the picture"
    )


def test_the_longest_other_sound_is_the_music_and_the_rest_are_sounds() -> None:
    bang, song = [gap(25), clip("bang.wav", 5, 10)], [clip("song.wav", 50, 100)]
    twice = ([clip("song.wav", 50, 100)], [gap(25), clip("bang.wav", 5, 10)])
    made = cut([clip("a.mov", 0, 100)], heard=([clip("a.mov", 0, 100)], song, bang, *twice))
    assert project(made)["music"] == {"clip": "song", "in": "2s", "out": "6s", "volume": 1, "loop": False}
    assert made.sources["song"]["kind"] == "audio"
    assert project(made)["sounds"] == [{"clip": "bang", "in": "0.2s", "out": "0.6s", "at": "1s"}]
    said = "this sound is there twice, and is heard once"
    assert losses(made) == [f"00:00:00:00 A4 'song.wav': {said}", f"00:00:01:00 A5 'bang.wav': {said}"]
    assert Project.model_validate(project(made)).sounds[0].at == 1


def test_a_sound_that_begins_later_is_not_moved_to_the_beginning() -> None:
    made = cut([clip("a.mov", 0, 100)], heard=([gap(50), clip("voice.wav", 0, 75)],))
    assert "music" not in project(made)
    assert project(made)["sounds"] == [{"clip": "voice", "in": "0s", "out": "3s", "at": "2s"}]
    assert losses(made) == ["00:00:04:00 A1 'voice.wav': the sound ends with the picture"]


def test_speed_counts_the_time_of_the_cut() -> None:
    fast = clip("a.mov", 25, 50)
    fast.effects.append(otio.schema.LinearTimeWarp(time_scalar=2))
    assert project(cut([fast]))["video"] == [{"clip": "a", "in": "1s", "length": "2s", "speed": 2.0}]


@pytest.mark.parametrize(
    ("effect", "said"),
    [
        (otio.schema.LinearTimeWarp(time_scalar=-1), "a speed of -1 is left out: it plays as it is"),
        (otio.schema.FreezeFrame(), "the freeze frame is left out: it plays on"),
        (otio.schema.Effect("blur", "Gaussian"), "the effect 'Gaussian' is left out"),
    ],
)
def test_an_effect_that_cannot_be_said_is_told(effect: otio.schema.Effect, said: str) -> None:
    odd = clip("a.mov")
    odd.effects.append(effect)
    assert losses(cut([odd])) == [f"00:00:00:00 V1 'a.mov': {said}"]


def test_marked_captions_become_captions_and_other_markers_are_told() -> None:
    marked = clip("a.mov", 25, 100)
    marked.markers.append(otio.schema.Marker("Caption: Spring", span(50, 25)))
    marked.markers.append(otio.schema.Marker("check colour", span(30, 1)))
    made = cut([marked])
    assert project(made)["captions"] == [{"text": "Spring", "at": "1s", "length": "1s"}]
    assert losses(made) == ["00:00:00:05 V1: the marker 'check colour' is left out"]


def test_a_title_becomes_a_caption() -> None:
    title = otio.schema.Clip("Lower third", source_range=span(0, 25))
    title.media_reference = otio.schema.GeneratorReference(generator_kind="Text", parameters={"Text": "Spring"})
    made = cut([clip("a.mov", 0, 100)], [gap(25), title])
    assert project(made)["captions"] == [{"text": "Spring", "at": "1s", "length": "1s"}]
    assert "insets" not in project(made)


def test_the_table_gives_ids_kinds_and_starts() -> None:
    table = {"meadow.mov": {"media": "m-1", "start": "01:00:00"}, "logo": {"media": "l-1", "kind": "image"}}
    made = cut([clip("meadow.mov", 25 * 3610, 50), clip("logo.tif"), clip("x.mov")], table=table)
    assert project(made)["video"][0] == {"clip": "meadow", "in": "10s", "out": "12s"}
    assert made.sources == {
        "meadow": {"media": "m-1"},
        "logo": {"media": "l-1", "kind": "image"},
        "x": {"media": "x.mov"},
    }
    assert made.unresolved == ["x.mov"]


def test_the_materials_own_timecode_is_counted_from_its_beginning() -> None:
    tape = clip("a.mov", 25 * 3601, 50)
    tape.media_reference.available_range = span(25 * 3600, 1000)
    assert project(cut([tape]))["video"][0]["in"] == "1s"
    late = clip("a.mov", 25 * 3601, 50)
    (told,) = losses(cut([late, late.deepcopy()]))
    assert told == (
        "00:00:00:00 V1 'a.mov': 'a' is cut as if its timecode did not begin at 0: give its `start` in a table of media"
    )


def test_a_nested_sequence_is_unfolded_in_its_place() -> None:
    nested = otio.schema.Stack("scene", children=[otio.schema.Track(children=[clip("a.mov"), clip("b.mov", 10)])])
    nested.source_range = span(25, 50)
    made = cut([clip("c.mov"), nested])
    assert project(made)["video"][1:] == [
        {"clip": "a", "in": "1s", "out": "2s"},
        {"clip": "b", "in": "0.4s", "out": "1.4s"},
    ]


def test_what_is_switched_off_is_left_out_and_its_place_kept() -> None:
    off = clip("a.mov")
    off.enabled = False
    made = cut([clip("b.mov"), off, clip("c.mov")])
    assert [one["clip"] for one in project(made)["video"]] == ["b", "black", "c"]
    assert losses(made)[0] == "00:00:02:00 V1 'a.mov': is switched off and left out"


@pytest.mark.parametrize("rate", [23.976, 24000 / 1001, 23.98])
def test_an_hour_of_ntsc_frames_does_not_drift(rate: float) -> None:
    assert timing.seconds(otio.opentime.RationalTime(86_400, rate)) == Fraction(3603600, 1000)


def test_a_time_that_seconds_do_not_say_exactly_is_told_in_frames() -> None:
    made = cut([clip("a.mov", 1, 51, 30000 / 1001), clip("b.mov", 12, 24, 24)])
    left, right = project(made)["video"]
    assert (left["in"], left["out"]) == ("1f@29.97", "52f@29.97")
    assert (right["in"], right["out"]) == ("0.5s", "1.5s")
    mixed = project(cut([clip("a.mov", 1, 15, 15), clip("b.mov", 1, 30, 30)]))["video"]
    assert [one["in"] for one in mixed] == ["1f@15", "1f@30"]


def nested(depth: int) -> otio.core.Composition:
    inner: otio.core.Composition = otio.schema.Track(children=[clip("a.mov")])
    for _ in range(depth):
        inner = otio.schema.Stack(children=[inner])
    return inner


@pytest.mark.parametrize(
    ("items", "said"),
    [
        ([], "the timeline 'Spring film' holds no picture of any length"),
        ([clip("a.mov", 0, 0)], "holds no picture of any length"),
        ([clip("a.mov", 0, -5)], "00:00:00:00 V1 'a.mov' has a negative length"),
        ([clip("a.mov"), joint(-1, 2), clip("b.mov")], "00:00:02:00 V1: a transition has a negative length"),
        ([clip("a.mov", 0, 50, 0)], "a rate of 0"),
        ([clip("a.mov", 0, 1e300)], "which no cut reaches"),
        ([nested(40)], "nested more than 20 deep"),
    ],
)
def test_a_cut_that_is_none_is_refused_in_one_message(items: list[Any], said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        cut(items)


def test_a_name_of_a_strangers_cut_is_told_without_what_is_not_seen() -> None:
    made = cut([clip("a.mov")], [gap(25), joint(2, 2, "wipe"), clip("b.mov")])
    made.losses[0] = replace(made.losses[0], track="V2\x1b[31m\nmore")
    assert "V2\ufffd[31m more" in losses(made)[0]
