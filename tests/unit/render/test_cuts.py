"""An editing task's plan: sizes as the settings say, pieces in order on whole frames."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reelstack.emulator.render import cuts
from reelstack.emulator.render.model import MediaFacts, TimelineError

WIDE, TALL, SMALL = (1280, 720), (1080, 1920), (640, 360)
FILM = MediaFacts("video", 10.0, 1280, 720, 25.0, has_audio=True, bitrate=1500)
SONG = MediaFacts("audio", 10.0, has_audio=True, bitrate=128)
MATERIALS = {"film": FILM, "song": SONG, "tall": MediaFacts("video", 10.0, 1080, 1920, 30.0, bitrate=4000)}


def piece(asset_id: str, start: str = "0", end: str = "1") -> dict[str, str]:
    return {"asset_id": asset_id, "timeline_start": start, "timeline_end": end}


@pytest.mark.parametrize(
    ("settings", "pictures", "expected"),
    [
        ({}, [WIDE, TALL], WIDE),
        ({"width": 0, "height": 0}, [TALL], TALL),
        ({"width": 640}, [WIDE], (640, 360)),
        ({"height": 360}, [WIDE], (640, 360)),
        ({"width": 960}, [TALL], (540, 960)),
        ({"height": 540}, [TALL], (540, 960)),
        ({"width": 960, "resolution_adaptation": False}, [TALL], (960, 1706)),
        ({"width": 960, "height": 540}, [TALL], (540, 960)),
        ({"width": 960, "height": 540, "resolution_adaptation": False}, [TALL], (960, 540)),
        ({"width": 600, "height": 600}, [WIDE], (600, 600)),
        ({"width": 1920}, [WIDE], WIDE),
        ({"width": 1920, "resolution_upsample": True}, [WIDE], (1920, 1080)),
        ({"width": 1000, "height": 1000}, [WIDE], (720, 720)),
        ({"reference": "MAX_RESOLUTION"}, [SMALL, WIDE], WIDE),
        ({"reference": "MAX_RESOLUTION", "width": 1920}, [SMALL, TALL], (1080, 1920)),
        ({"reference": "MAX_BITRATE"}, [SMALL, WIDE], SMALL),
    ],
)
def test_the_size_follows_the_settings(
    settings: dict[str, Any], pictures: list[tuple[int, int]], expected: tuple[int, int]
) -> None:
    found = cuts.size(settings, pictures)
    assert found
    assert (found.width, found.height) == expected


def test_without_a_picture_there_is_no_size() -> None:
    assert cuts.size({"width": 640}, []) is None


@given(
    sides=st.tuples(st.integers(32, 4096), st.integers(32, 4096)),
    width=st.integers(0, 4096),
    height=st.integers(0, 2880),
)
def test_without_upsampling_nothing_is_larger_than_the_source(sides: tuple[int, int], width: int, height: int) -> None:
    found = cuts.size({"width": width, "height": height}, [sides])
    assert found
    assert found.width <= sides[0] + 1
    assert found.height <= sides[1] + 1
    assert found.width % 2 == found.height % 2 == 0


def test_pieces_follow_one_another_on_whole_frames() -> None:
    plan = cuts.make([piece("film", "0", "1.03"), piece("song"), piece("tall", "9.5", "20")], {}, MATERIALS)
    assert [(clip.source, clip.start, clip.end) for clip in plan.tracks[0]] == [("film", 0, 26), ("tall", 51, 63)]
    assert [sound.source for sound in plan.sounds] == ["film", "song"]
    assert (plan.frames, plan.fps, plan.tracks[0][1].in_point) == (63, Fraction(25), Fraction(19, 2))


def test_a_picture_of_another_shape_is_letterboxed() -> None:
    place = cuts.make([piece("film"), piece("tall")], {}, MATERIALS).tracks[0][1].placement
    assert (place.height, place.y) == (720, 0)
    assert place.x == pytest.approx((1280 - place.width) / 2, abs=1)
    assert place.width == pytest.approx(720 * 1080 / 1920, abs=1)


def test_sound_alone_has_no_picture_and_is_exact_to_the_sample() -> None:
    plan = cuts.make([piece("song", "0", "1.00001")], {"format": "MP3"}, MATERIALS)
    assert (plan.width, plan.tracks, plan.container, plan.audio_codec) == (0, (), "mp3", "mp3")
    assert plan.samples == 48000


@pytest.mark.parametrize(("reference", "expected"), [("NONE", None), ("MAX_RESOLUTION", None), ("MAX_BITRATE", 4000)])
def test_the_bitrate_is_that_of_the_inputs_on_request(reference: str, expected: int | None) -> None:
    plan = cuts.make([piece("film"), piece("tall")], {"reference": reference}, MATERIALS)
    assert plan.bitrate == expected


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (piece("nobody's"), "does not exist"),
        (piece("film", "10", "11"), "10 s is not before the end"),
        (piece("mute"), "neither picture nor sound"),
        (piece("endless", "0", "20000"), "would last"),
    ],
)
def test_what_cannot_be_cut_says_why(given: dict[str, str], message: str) -> None:
    materials = MATERIALS | {"mute": MediaFacts("audio", 10.0), "endless": MediaFacts("audio", 20000.0, has_audio=True)}
    with pytest.raises(TimelineError, match=message):
        cuts.make([given], {}, materials)
