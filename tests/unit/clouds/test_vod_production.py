"""What a production on VOD does to its project, and what is wrong with it before it is sent."""

from __future__ import annotations

from typing import Any

import pytest

from reelstack.clouds.alibaba_vod.production import Effect, NewProduction
from reelstack.errors import Fault

SHANGHAI = "cn-shanghai"


def timeline(*clips: dict[str, Any]) -> dict[str, Any]:
    return {"VideoTracks": [{"VideoTrackClips": list(clips) or [{"MediaId": "m"}]}]}


def faults(region: str = SHANGHAI, **given: Any) -> list[Fault]:
    return NewProduction(**{"project_id": "p", **given}).faults(region)


def paths(region: str = SHANGHAI, **given: Any) -> list[str]:
    return [fault.path for fault in faults(region, **given)]


@pytest.mark.parametrize(
    ("project_id", "written", "effect"),
    [
        (None, None, Effect.NOTHING),
        (None, timeline(), Effect.CREATES),
        ("p", None, Effect.PRODUCES),
        ("p", timeline(), Effect.OVERWRITES),
    ],
)
def test_project_and_timeline_decide_together(
    project_id: str | None, written: dict[str, Any] | None, effect: Effect
) -> None:
    assert NewProduction(project_id=project_id, timeline=written).effect is effect


def test_only_without_both_is_there_nothing_to_produce() -> None:
    assert paths(project_id=None) == ["project_id"]
    assert paths(project_id=None, timeline=timeline()) == paths() == paths(timeline=timeline()) == []


def test_the_fields_of_the_project_that_would_be_overwritten_are_named() -> None:
    given = NewProduction(project_id="p", title="", cover_url="u", media_metadata={"Title": "t"}, app_id="app-1")
    assert given.overwrites == ("title", "cover_url")
    assert NewProduction(timeline=timeline(), title="t").overwrites == ()


def test_a_timeline_without_tracks_is_a_fault_because_it_would_be_saved() -> None:
    assert NewProduction(project_id="p", timeline={}).effect is Effect.OVERWRITES
    assert paths(timeline={}) == ["timeline"]


def test_every_video_clip_needs_a_media_id() -> None:
    given = timeline({"MediaId": "m"}, {"MediaURL": "https://b.oss-cn-shanghai.aliyuncs.com/a.mp4"}, {"MediaId": ""})
    at = "timeline.VideoTracks[0].VideoTrackClips"
    assert paths(timeline=given) == [f"{at}[1].MediaId", f"{at}[2].MediaId"]


def test_effects_on_a_video_track_are_no_clips() -> None:
    track = {"Type": "Effect", "VideoTrackClips": [{"Type": "VFX"}]}
    assert paths(timeline={"VideoTracks": [*timeline()["VideoTracks"], track]}) == []


@pytest.mark.parametrize("name", ["VideoTracks", "ImageTracks", "SubtitleTracks"])
def test_a_hundred_tracks_of_a_kind_and_no_more(name: str) -> None:
    first = timeline().get(name) or [{}]
    tracks: list[dict[str, Any]] = [*first, *({} for _ in range(100))]
    assert paths(timeline={**timeline(), name: tracks[:100]}) == []
    assert paths(timeline={**timeline(), name: tracks}) == [f"timeline.{name}"]


def test_two_hundred_different_materials_and_no_more() -> None:
    clips = [{"MediaId": f"m{number}"} for number in range(200)]
    assert paths(timeline=timeline(*clips, clips[0])) == []
    sound = {"AudioTracks": [{"AudioTrackClips": [{"MediaId": "a"}]}]}
    assert "not 201" in faults(timeline=timeline(*clips) | sound)[0].message


def test_user_data_are_counted_in_characters_as_they_are_sent() -> None:
    fits = {"Extend": "ü" * (256 - len('{"Extend":""}'))}
    assert paths(user_data=fits) == []
    assert paths(user_data={"Extend": fits["Extend"] + "x"}) == ["user_data"]


@pytest.mark.parametrize(
    ("config", "wrong"),
    [
        ({"Width": 128, "Height": 4096}, []),
        ({"Width": 127}, ["produce_config.Width"]),
        ({"Width": 127, "Height": 4097}, ["produce_config.Width", "produce_config.Height"]),
        ({"Width": 4096, "Height": 2160}, []),
        ({"Width": 4096, "Height": 2161}, ["produce_config"]),
        ({"Width": "640", "Height": "wide"}, ["produce_config.Height"]),
    ],
)
def test_the_size_keeps_to_the_limits(config: dict[str, Any], wrong: list[str]) -> None:
    assert paths(produce_config=config) == wrong


def test_outside_shanghai_the_storage_must_be_named() -> None:
    assert paths() == []
    assert paths("cn-beijing") == ["produce_config.StorageLocation"]
    assert paths("cn-beijing", produce_config={"StorageLocation": "b.oss-cn-beijing.aliyuncs.com"}) == []


@pytest.mark.parametrize("location", ["b.oss-cn-beijing.aliyuncs.com", "b.oss-cn-beijing-internal.aliyuncs.com/d"])
def test_the_storage_is_in_the_region_of_the_production(location: str) -> None:
    assert paths(produce_config={"StorageLocation": location}) == ["produce_config.StorageLocation"]
    assert paths("cn-beijing", produce_config={"StorageLocation": location}) == []


def test_a_storage_that_names_no_region_is_left_to_the_service() -> None:
    assert paths(produce_config={"StorageLocation": "outin-1234.example.com"}) == []


def test_all_faults_are_found_at_once() -> None:
    wrong = {"timeline": timeline({}), "user_data": {"k": "x" * 300}, "produce_config": {"Width": 1}}
    assert len(paths("ap-southeast-1", **wrong)) == 4


@pytest.mark.parametrize("odd", [{"VideoTracks": 7}, {"VideoTracks": [7]}, {"VideoTracks": [{"VideoTrackClips": "x"}]}])
def test_a_timeline_of_odd_types_breaks_nothing(odd: dict[str, Any]) -> None:
    assert isinstance(faults(timeline=odd), list)
