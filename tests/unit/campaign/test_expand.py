"""From a campaign to declarations: what is content, what is not, and what the native timeline says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from reelstack.campaign import expand
from reelstack.campaign.distinct import require_distinct
from reelstack.errors import ConfigError
from reelstack.models.campaign import Campaign


def campaign(**project: Any) -> Campaign:
    cut = {
        "title": "Spring",
        "video": [{"clip": "a", "in": "1s", "out": "3s", "transition": {}}, {"clip": "a", "out": "2s", "speed": 2}],
        "captions": [{"text": "Hello", "at": "0.5s", "length": "1s"}],
        "music": {"clip": "b", "volume": 0.3, "fade_out": "1s"},
        **project,
    }
    sources = {"a": "media-a", "b": {"media": "media-b", "kind": "audio"}, "logo": {"media": "l", "kind": "image"}}
    videos = {"wide": {"project": "cut", "size": "1280x720"}}
    return Campaign.model_validate({"campaign": "s", "sources": sources, "projects": {"cut": cut}, "videos": videos})


def content(**project: Any) -> str:
    return expand.expand(campaign(**project)).projects[0].content


def test_the_content_of_a_cut_never_changes_by_itself() -> None:
    assert content() == "34028f9512257e98432ba0b32d3c2797"


def test_a_title_is_no_content() -> None:
    assert content(title="Autumn", description="Leaves") == content()


def test_an_adopted_project_is_declared_so_and_its_id_is_no_content() -> None:
    project = expand.expand(campaign(adopt_id="p1", on_delete="delete")).projects[0]
    assert (project.adopt_id, project.on_delete, project.content) == ("p1", "delete", content())


def test_on_vod_an_adopted_project_has_one_video() -> None:
    one = campaign(adopt_id="p1")
    two = one.model_copy(update={"videos": {**one.videos, "square": one.videos["wide"]}})
    assert expand.refusals(one, "vod") == expand.refusals(two, "ims") == []
    assert [path for path, _ in expand.refusals(two, "vod")] == ["projects.cut.adopt_id"]


def test_where_there_are_no_projects_none_is_adopted() -> None:
    assert ("projects.cut.adopt_id", "Huawei Cloud VOD has no editing projects: give it with the video") in (
        expand.refusals(campaign(adopt_id="p1"), "huawei")
    )


def test_the_spelling_of_a_time_is_no_content() -> None:
    assert content(captions=[{"text": "Hello", "at": "00:00:00.5", "length": 1}]) == content()


@pytest.mark.parametrize(
    "change",
    [
        {"captions": [{"text": "Hullo", "at": "0.5s", "length": "1s"}]},
        {"music": None},
        {"video": [{"clip": "a", "in": "1s", "out": "3s"}]},
    ],
)
def test_what_is_seen_or_heard_is_content(change: dict[str, Any]) -> None:
    assert content(**change) != content()


def test_the_native_timeline_says_what_the_cut_says() -> None:
    timeline = expand.expand(campaign()).projects[0].timeline
    frame = {"X": 0, "Y": 0, "Width": 1, "Height": 1, "AdaptMode": "Cover"}
    transition = {"Type": "Transition", "SubType": "fade", "Duration": 0.5}
    assert timeline["VideoTracks"] == [
        {
            "MainTrack": True,
            "VideoTrackClips": [
                {"MediaId": "media-a", "In": 1, "Out": 3, **frame, "Effects": [transition]},
                {"MediaId": "media-a", "In": 0, "Out": 2, "Speed": 2, **frame},
            ],
        }
    ]
    (music,) = timeline["AudioTracks"][0]["AudioTrackClips"]
    assert (music["LoopMode"], music["TimelineIn"], music["TimelineOut"]) == (True, 0, 2.5)
    assert music["Effects"] == [
        {"Type": "Volume", "Gain": 0.3},
        {"Type": "AFade", "SubType": "Out", "Duration": 1, "Curve": "tri"},
    ]
    (caption,) = timeline["SubtitleTracks"][0]["SubtitleTrackClips"]
    assert (caption["Content"], caption["TimelineIn"], caption["TimelineOut"]) == ("Hello", 0.5, 1.5)


def test_an_inset_lies_in_its_frame_at_its_time() -> None:
    frame = {"x": 0.7, "y": 0.1, "width": 0.25, "height": 0.25}
    inset = {"clip": "logo", "length": "1s", "at": "0.5s", "frame": frame, "opacity": 0.8}
    (_, over) = expand.expand(campaign(insets=[inset])).projects[0].timeline["VideoTracks"]
    assert over["VideoTrackClips"] == [
        {
            "Type": "Image",
            "MediaId": "l",
            "Duration": 1,
            "X": 0.7,
            "Y": 0.1,
            "Width": 0.25,
            "Height": 0.25,
            "AdaptMode": "Cover",
            "TimelineIn": 0.5,
            "TimelineOut": 1.5,
            "Opacity": 0.8,
        }
    ]


def test_on_vod_every_video_has_a_project_of_its_own() -> None:
    one = campaign()
    two = one.model_copy(update={"videos": {**one.videos, "tall": one.videos["wide"]}})
    declared = expand.expand(two, "vod")
    assert [project.name for project in declared.projects] == ["wide", "tall"]
    assert [(video.name, video.project) for video in declared.videos] == [("wide", "wide"), ("tall", "tall")]
    assert {project.content for project in declared.projects} == {content()}


def test_two_campaigns_of_a_stack_share_no_name() -> None:
    one, other = campaign(), campaign()
    with pytest.raises(ConfigError, match=r"b.yaml: videos.wide: there is a video 'wide' in a.yaml already"):
        require_distinct([(Path("a.yaml"), one), (Path("b.yaml"), other)], str)


def test_many_shared_names_are_one_fault() -> None:
    one = campaign()
    more = one.model_copy(update={"videos": {f"v{n}": one.videos["wide"] for n in range(50)}})
    other = more.model_copy(update={"campaign": "other", "projects": {}})
    with pytest.raises(ConfigError) as caught:
        require_distinct([(Path("a.yaml"), more), (Path("b.yaml"), other)], str)
    (fault,) = caught.value.faults
    assert fault.message.startswith("there is a video 'v0' in a.yaml already (and 49 more)")


# ── what a service would refuse ──


CAPTION = {"text": "Hello", "at": "0.5s", "length": "1s"}
INSET = {"clip": "logo", "at": 0, "length": "1s", "frame": {}}


@pytest.mark.parametrize(
    ("project", "path", "said"),
    [
        ({"captions": [CAPTION] * 101}, "projects.cut.captions", "at most 100 subtitle tracks, not 101"),
        ({"insets": [INSET] * 100}, "projects.cut.insets", "at most 100 video tracks, not 101"),
        ({"title": "ü" * 65}, "videos.wide.title", "at most 128 bytes, not 130"),
    ],
)
@pytest.mark.parametrize("service", ["ims", "vod"])
def test_what_a_service_would_refuse_is_named_where_it_is_written(
    service: str, project: dict[str, Any], path: str, said: str
) -> None:
    assert expand.refusals(campaign(**project), service) == [(path, said)]


def test_what_does_not_fit_together_is_not_looked_at() -> None:
    whole = campaign()
    lost = whole.model_copy(update={"sources": {}, "projects": {"other": whole.projects["cut"]}})
    assert expand.refusals(lost, "ims") == []


def test_a_campaign_within_the_limits_is_refused_nothing() -> None:
    assert expand.refusals(campaign(captions=[CAPTION] * 100), "vod") == []
