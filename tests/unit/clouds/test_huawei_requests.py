"""What is sent for an editing task, and what is wrong with one before it is sent."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reelstack.clouds.huawei_vod import requests
from reelstack.clouds.huawei_vod.requests import EditingSettings, EditInput, NewEditTask


def piece(start: requests.Seconds = 0, end: requests.Seconds = 5.5, asset_id: str = "a") -> EditInput:
    return EditInput(asset_id=asset_id, timeline_start=start, timeline_end=end)


def paths(*inputs: EditInput, **settings: Any) -> list[str]:
    task = NewEditTask(inputs=inputs or (piece(),), editing_settings=EditingSettings(**settings))
    return [fault.path for fault in task.faults()]


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0, "0"),
        (-0.0, "0"),
        (5.5, "5.5"),
        (5.0, "5"),
        (120, "120"),
        (0.1 + 0.2, "0.3"),
        (1e-7, "0"),
        (1e7, "10000000"),
        (1.2345, "1.235"),
        (Decimal("5.500"), "5.5"),
        ("0005.50", "0005.50"),
    ],
)
def test_times_are_written_without_exponent_and_needless_zeros(value: requests.Seconds, written: str) -> None:
    assert requests.seconds(value) == written


@given(st.floats(0, 10**7))
def test_every_time_fits_and_means_what_it_says_to_the_millisecond(value: float) -> None:
    written = requests.seconds(value)
    assert abs(float(written) - value) <= 0.000501
    assert len(written) <= 32
    assert not set(written) - set("0123456789.")


def test_a_task_is_sent_in_the_services_words_and_what_is_not_given_is_not_sent() -> None:
    settings = EditingSettings(
        resolution_adaptation=False,
        resolution_upsample=True,
        format="MOV",
        width=640.9,
        height=0,
        reference="MAX_BITRATE",
        video_codec=2,
    )
    task = NewEditTask(inputs=(piece(), piece("1", "2.25", "b")), editing_settings=settings)
    assert task.document() == {
        "inputs": [
            {"asset_id": "a", "timeline_start": "0", "timeline_end": "5.5"},
            {"asset_id": "b", "timeline_start": "1", "timeline_end": "2.25"},
        ],
        "editing_settings": {
            "resolution_adaptation": False,
            "resolution_upsample": True,
            "format": "MOV",
            "width": 640,
            "height": 0,
            "reference": "MAX_BITRATE",
            "video_codec": 2,
        },
    }
    assert "editing_settings" not in NewEditTask(inputs=(piece(),), editing_settings=EditingSettings()).document()


@pytest.mark.parametrize("number", [0, 1, 20, 21])
def test_one_to_twenty_inputs(number: int) -> None:
    wrong = [fault.path for fault in NewEditTask(inputs=(piece(),) * number).faults()]
    assert wrong == ([] if 1 <= number <= 20 else ["inputs"])


def test_a_text_of_thirty_two_characters_is_the_longest_time() -> None:
    assert paths(piece(end="1." + "0" * 30)) == []
    assert paths(piece(end="1." + "0" * 31)) == ["inputs[0].timeline_end"]


@pytest.mark.parametrize("bad", ["", "soon", "-1", -1, "1e3", "1:00", "nan", float("nan"), float("inf"), 10**40, "５"])
def test_what_is_no_time_is_named(bad: requests.Seconds) -> None:
    assert paths(piece(), piece(start=bad)) == ["inputs[1].timeline_start"]


def test_the_end_is_after_the_start() -> None:
    assert paths(piece("10", "9.5"), piece(9.5, "10")) == ["inputs[0].timeline_end"]
    assert paths(piece(1, 1.0)) == ["inputs[0].timeline_end"]


RANGES = [
    (None, "width", 32, 4096),
    (1, "width", 32, 4096),
    (2, "width", 160, 4096),
    (None, "height", 32, 2880),
    (1, "height", 32, 2880),
    (2, "height", 160, 2880),
]


@pytest.mark.parametrize(("codec", "side", "smallest", "largest"), RANGES)
def test_sizes_keep_to_the_range_of_their_codec(codec: int | None, side: str, smallest: int, largest: int) -> None:
    for fits in (0, smallest, largest, largest + 0.9, 0.5):
        assert paths(video_codec=codec, **{side: fits}) == []
    for wrong in (smallest - 1, smallest - 0.1, largest + 1, -1, float("nan"), float("inf")):
        assert paths(video_codec=codec, **{side: wrong}) == [f"editing_settings.{side}"]


@pytest.mark.parametrize(
    ("name", "allowed", "wrong"),
    [
        ("format", requests.FORMATS, ("mp4", "WEBM", "")),
        ("reference", requests.REFERENCES, ("MIN_BITRATE",)),
        ("video_codec", (1, 2), (0, 3, True)),
    ],
)
def test_words_are_those_of_the_service(name: str, allowed: tuple[Any, ...], wrong: tuple[Any, ...]) -> None:
    assert [paths(**{name: value}) for value in allowed] == [[]] * len(allowed)
    assert [paths(**{name: value}) for value in wrong] == [[f"editing_settings.{name}"]] * len(wrong)


def test_a_video_does_not_go_into_a_container_for_sound() -> None:
    task = NewEditTask(inputs=(piece(asset_id="song"),), editing_settings=EditingSettings(format="MP3"))
    assert task.faults(videos={"film"}) == []
    assert [fault.path for fault in task.faults(videos={"song"})] == ["editing_settings.format"]


def test_all_faults_are_found_at_once() -> None:
    assert len(paths(piece(asset_id="", end="x"), format="x", width=1, height=-1, video_codec=2)) == 5


def test_a_filter_repeats_names_and_knows_the_services_spelling() -> None:
    start = datetime(2026, 1, 15, 10, 30, tzinfo=timezone(timedelta(hours=2)))
    filters = requests.AssetFilter(
        status=("CREATED", "PUBLISHED"),
        transcode_status=("TRANSCODING",),
        asset_status=("CREATED",),
        start_time=start,
        category_id=7,
        query_string="a b",
    )
    assert filters.pairs() == (
        ("status", "CREATED"),
        ("status", "PUBLISHED"),
        ("transcodeStatus", "TRANSCODING"),
        ("assetStatus", "CREATED"),
        ("start_time", "20260115083000"),
        ("category_id", "7"),
        ("query_string", "a b"),
        ("size", "100"),
    )
