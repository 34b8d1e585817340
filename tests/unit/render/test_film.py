"""What a rendered file shows and sounds like, looked at frame by frame."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from reelstack.emulator.render import effects
from reelstack.emulator.render.model import TimelineError
from unit.render import samples
from unit.render.samples import (
    BLACK,
    BLUE,
    GREEN,
    RED,
    Film,
    Json,
    clip,
    mixed,
    near,
    shoot,
    transition,
    video,
)

Files = dict[str, Path]


@pytest.fixture(scope="module")
def tour(files: Files, tmp_path_factory: pytest.TempPathFactory) -> Film:
    """Red, crossing to green (half as loud), a gap, silent blue at twice its speed; above them a logo and a title."""
    timeline = video(
        clip("red", 0.2, 1.2, Effects=[transition(0.4)]),
        clip("green", 0.5, 1.5, Effects=[{"Type": "Volume", "Gain": 0.5}]),
        clip("blue", 0, 1, Speed=2, TimelineIn=2),
    )
    logo = {"Type": "Image", "MediaId": "logo", "X": 0, "Y": 0, "Width": 0.25, "Height": 32}
    timeline["VideoTracks"] += [{"VideoTrackClips": [{**logo, "TimelineIn": 0.4, "TimelineOut": 0.8}]}]  # type: ignore[operator]
    title = {
        "Type": "Text",
        "Content": "■",
        "Alignment": "BottomRight",
        "FontSize": 60,
        "FontColor": "#ffffff",
    }
    timeline["SubtitleTracks"] = [{"SubtitleTrackClips": [{**title, "TimelineIn": 1.2, "TimelineOut": 1.4}]}]
    return shoot(timeline, files, tmp_path_factory.mktemp("tour") / "tour.mp4")


def test_the_file_has_exactly_the_planned_frames_and_length(tour: Film) -> None:
    assert (len(tour.frames), tour.duration, tour.result.duration) == (63, 2.52, 2.52)


@pytest.mark.parametrize(
    ("frame", "color"),
    [(0, RED), (14, RED), (26, GREEN), (39, GREEN), (40, BLACK), (49, BLACK), (50, BLUE), (61, BLUE)],
)
def test_every_cut_falls_on_its_frame_in_the_right_color(tour: Film, frame: int, color: tuple[int, int, int]) -> None:
    assert near(tour.color(frame), color)


def test_the_middle_of_a_fade_is_half_of_both(tour: Film) -> None:
    assert near(tour.color(20), mixed(RED, GREEN, 0.5))


def test_an_overlay_is_seen_in_its_frames_and_its_place_only(tour: Film) -> None:
    yellow = (255, 220, 0)
    assert [near(tour.color(frame, 20, 16), yellow) for frame in (9, 10, 19, 20)] == [
        False,
        True,
        True,
        False,
    ]
    assert near(tour.color(12, 60, 16), RED)


def test_title_pixels_are_white_in_their_corner_while_it_lasts(tour: Film) -> None:
    corner = [int(tour.frames[frame][64:, 100:].max()) for frame in (29, 30, 34, 35)]
    assert [brightest > 230 for brightest in corner] == [False, True, True, False]


def test_sound_follows_the_picture(tour: Film) -> None:
    assert tour.loudness(0.1, 0.5) == pytest.approx(0.28, abs=0.03)
    assert tour.loudness(1.1, 1.5) == pytest.approx(0.14, abs=0.02)
    assert tour.loudness(1.7, 2.4) < 0.001


def test_in_the_middle_of_a_transition_both_sounds_are_heard(tour: Film) -> None:
    spectrum = np.abs(np.fft.rfft(tour.sound[0, 36000:40800]))
    assert {int(index) for index in np.argsort(spectrum)[-2:]} == {44, 66}


def test_cover_crops_to_fill_and_contain_leaves_black_bars(files: Files, tmp_path: Path) -> None:
    wide = {"X": 0, "Y": 0, "Width": 1, "Height": 1}
    timeline = video(clip("red", 0, 0.2, AdaptMode="Cover", **wide), clip("green", 0, 0.2, AdaptMode="Contain", **wide))
    film = shoot(timeline, files, tmp_path / "wide.mp4", Width=320)
    assert [near(film.color(2, x, 64), RED) for x in (3, 160, 316)] == [True, True, True]
    assert [near(film.color(7, x, 64), color) for x, color in ((3, BLACK), (160, GREEN), (316, BLACK))] == [True] * 3


def test_images_keep_their_colors_and_do_not_change_those_around(files: Files, tmp_path: Path) -> None:
    """A full-range picture on top must not turn the whole output full range."""
    photo = {
        "Type": "Image",
        "MediaId": "photo",
        "TimelineIn": 0,
        "TimelineOut": 0.4,
        "X": 0.5,
        "Width": 0.5,
        "Height": 1,
    }
    glass = {
        "Type": "Image",
        "MediaId": "glass",
        "TimelineIn": 0,
        "TimelineOut": 0.4,
        "Width": 0.25,
        "Height": 1,
    }
    timeline = video(clip("red", 0, 0.4))
    timeline["VideoTracks"] += [{"VideoTrackClips": [photo]}, {"VideoTrackClips": [glass]}]  # type: ignore[operator]
    film = shoot(timeline, files, tmp_path / "photo.mp4")
    assert near(film.color(5, 120), (220, 120, 40))
    assert near(film.color(5, 20), mixed(RED, (255, 255, 255), 0.5))
    assert near(film.color(5, 60), RED)


def test_opacity_mixes_a_layer_with_what_lies_below(files: Files, tmp_path: Path) -> None:
    timeline = video(clip("red", 0, 0.4, Opacity=0.5))
    timeline["VideoTracks"] += [{"VideoTrackClips": [clip("blue", 0, 0.4, X=0.5, Width=0.5, Height=1, Opacity=0.25)]}]  # type: ignore[operator]
    film = shoot(timeline, files, tmp_path / "opacity.mp4")
    half = mixed(BLACK, RED, 0.5)
    assert near(film.color(5, 20), half)
    assert near(film.color(5, 140), mixed(half, BLUE, 0.25))


def test_a_transition_on_an_upper_track_leaves_the_track_below_visible(files: Files, tmp_path: Path) -> None:
    box = {"X": 0, "Y": 0, "Width": 0.5, "Height": 0.5}
    upper = [clip("green", 0, 0.4, **box, Effects=[transition(0.2)]), clip("blue", 0, 0.4, **box)]
    timeline = video(clip("red", 0, 0.8))
    timeline["VideoTracks"] += [{"VideoTrackClips": upper}]  # type: ignore[operator]
    film = shoot(timeline, files, tmp_path / "upper.mp4")
    assert [near(film.color(frame, 140, 100), RED) for frame in (0, 7, 14)] == [True, True, True]
    assert [near(film.color(frame, 20, 20), color) for frame, color in ((0, GREEN), (14, BLUE), (17, RED))] == [
        True
    ] * 3


@pytest.mark.parametrize("background", [{"SubType": "Color", "Color": "#1e3cc8"}, {"SubType": "Blur"}])
def test_a_background_fills_the_bars(files: Files, tmp_path: Path, background: Json) -> None:
    timeline = video(clip("red", 0, 0.2, Effects=[{"Type": "Background", **background}]))
    film = shoot(timeline, files, tmp_path / "bars.mp4", Width=320)
    assert near(film.color(2, 10), BLUE if "Color" in background else RED)
    assert near(film.color(2, 160), RED)


def test_the_last_picture_stays_when_the_sound_is_longer(files: Files, tmp_path: Path) -> None:
    film = shoot(video(clip("red", 1.98, 9)), files, tmp_path / "tail.mp4")
    assert [near(film.color(frame), RED) for frame in range(len(film.frames))] == [True]


def test_frame_rate_and_bitrate_are_those_asked_for(files: Files, tmp_path: Path) -> None:
    film = shoot(video(clip("red", 0, 1)), files, tmp_path / "fps.mp4", Bitrate=200, Video={"Fps": 29.97})
    assert len(film.frames) == 30
    assert film.result.fps == pytest.approx(29.97, abs=0.001)
    assert film.duration == pytest.approx(1.001, abs=0.002)


def test_every_xfade_transition_that_is_mapped_exists(files: Files, tmp_path: Path) -> None:
    names = sorted({*effects.SAME, *effects.SIMILAR})
    clips = [clip("red", 0, 0.24, Effects=[transition(0.08, name=name)]) for name in names]
    film = shoot(video(*clips, clip("green", 0, 0.24)), files, tmp_path / "all.mp4")
    assert len(film.frames) == 4 * len(names) + 6


def test_an_undecodable_material_fails_with_the_services_code_and_leaves_no_file(files: Files, tmp_path: Path) -> None:
    torn = tmp_path / "torn.mp4"
    torn.write_bytes(files["red"].read_bytes()[:200])
    with pytest.raises(TimelineError, match=r"InvalidParameter\.ResourceContentBad"):
        shoot(video(clip("torn", 0, 1)), {"torn": torn}, tmp_path / "never.mp4")
    assert [path.name for path in tmp_path.iterdir()] == ["torn.mp4"]


def test_a_rotated_clip_is_shown_upright(tmp_path: Path) -> None:
    """Lying, it is red above green; turned clockwise to be upright it is green left of red."""
    lying = samples.turn(samples.write_clip(tmp_path / "lying.mp4", RED, below=GREEN, tone=None))
    film = shoot(video(clip("lying", 0, 0.2)), {"lying": lying}, tmp_path / "upright.mp4", Width=128, Height=160)
    assert near(film.color(2, 20, 80), GREEN)
    assert near(film.color(2, 108, 80), RED)
