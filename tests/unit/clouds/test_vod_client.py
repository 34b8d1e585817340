"""What the VOD client asks, how it reads the answers, and what it makes of trouble."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from reelstack.clouds.alibaba_vod import requests, shapes
from reelstack.clouds.alibaba_vod.client import VodClient
from reelstack.clouds.alibaba_vod.production import NewProduction
from reelstack.errors import CloudError, ConfigError, Denied, NotFound, OutcomeUnknown
from reelstack.models.status import ProjectStatus, VideoStatus
from reelstack.wire.rate import ALIBABA_VOD, Limiter
from unit.wire.network import Answer, Network, refused, said

TIMELINE = {"VideoTracks": [{"VideoTrackClips": [{"MediaId": "m1", "Out": 5.5, "In": 0}]}]}
LONG = {"VideoTracks": [{"VideoTrackClips": [{"MediaId": f"medium-{number:04}"} for number in range(190)]}]}
GONE = refused(404, "InvalidEditingProject.NotFound")
NO_VIDEO = refused(404, "InvalidVideo.NotFound")


def client_of(*answers: Answer) -> tuple[VodClient, Network]:
    network = Network.of(*answers)
    return VodClient(network.transport("https://vod.cn-shanghai.aliyuncs.com"), "cn-shanghai"), network


def video(video_id: str = "v", **facts: Any) -> dict[str, Any]:
    return {"VideoId": video_id, "Status": "Normal", **facts}


# What is asked


def test_creation_has_its_own_name_and_everything_in_the_query() -> None:
    client, network = client_of(said(Project={"ProjectId": "p"}))
    client.add_editing_project(
        requests.NewProject(title="T", description="", cover_url="u", division="d", timeline=TIMELINE)
    )
    query = network.query()
    assert network.actions == ["AddEditingProject"]
    assert network.asked[0].headers["x-acs-version"] == "2017-03-21"
    assert json.loads(query.pop("Timeline")) == TIMELINE
    assert query == {"Title": "T", "Description": "", "CoverURL": "u", "Division": "d"}
    assert (network.asked[0].content, "content-type" in network.asked[0].headers) == (b"", False)


@pytest.mark.parametrize("written", [TIMELINE, LONG], ids=["short", "long"])
def test_a_timeline_is_sent_once_and_never_makes_the_address_too_long(written: dict[str, Any]) -> None:
    client, network = client_of(said())
    client.update_editing_project("p", requests.ProjectChange(timeline=written))
    request = network.asked[0]
    form = dict(httpx.QueryParams(request.content.decode()))
    assert json.loads((network.query() | form)["Timeline"]) == written
    assert ("Timeline" in form) is (written is LONG)
    assert len(str(request.url)) < 8192


def test_every_parameter_of_a_production_has_its_spelling() -> None:
    client, network = client_of(said(MediaId="v", ProjectId="p"))
    client.produce_editing_project_video(
        NewProduction(
            project_id="p",
            timeline=TIMELINE,
            title="T",
            description="D",
            cover_url="u",
            media_metadata={"Title": "t"},
            produce_config={"TemplateGroupId": "g"},
            user_data={"Extend": {"id": "ü"}},
            app_id="app-1",
        )
    )
    assert network.query() == {
        "ProjectId": "p",
        "Timeline": json.dumps(
            {"VideoTracks": [{"VideoTrackClips": [{"In": 0, "MediaId": "m1", "Out": 5.5}]}]}, separators=(",", ":")
        ),
        "Title": "T",
        "Description": "D",
        "CoverURL": "u",
        "MediaMetadata": '{"Title":"t"}',
        "ProduceConfig": '{"TemplateGroupId":"g"}',
        "UserData": '{"Extend":{"id":"ü"}}',
        "AppId": "app-1",
    }


def test_a_production_of_a_saved_project_sends_nothing_that_overwrites_it() -> None:
    client, network = client_of(said(MediaId="v", ProjectId="p"))
    found = client.produce_editing_project_video(NewProduction(project_id="p"))
    assert network.query() == {"ProjectId": "p"}
    assert (found.media_id, found.project_id, found.request_id) == ("v", "p", "r-1")


def test_what_the_service_would_refuse_is_not_sent() -> None:
    client, network = client_of(said())
    with pytest.raises(ConfigError, match="project_id") as caught:
        client.produce_editing_project_video(NewProduction(user_data={"k": "x" * 300}))
    assert len(caught.value.faults) == 2
    assert network.asked == []


def test_materials_are_set_as_one_list_in_order() -> None:
    client, network = client_of(said())
    client.set_editing_project_materials("p", ["m2", "m1", "m2"])
    assert network.query() == {"ProjectId": "p", "MaterialIds": "m2,m1"}


def test_a_project_search_has_every_parameter() -> None:
    client, network = client_of(said(ProjectList={"Project": []}))
    start = datetime(2026, 1, 15, tzinfo=UTC)
    search = requests.ProjectSearch(
        title="T", start_time=start, end_time=start, status=("Normal", "Produced"), sort_by="asc", page_size=7
    )
    list(client.search_editing_project(search))
    assert network.query() == {
        "Title": "T",
        "StartTime": "2026-01-15T00:00:00Z",
        "EndTime": "2026-01-15T00:00:00Z",
        "Status": "Normal,Produced",
        "SortBy": "asc",
        "PageSize": "7",
        "PageNo": "1",
    }


# How answers are read


@pytest.mark.parametrize("wrap", [lambda items: {"Project": items}, lambda items: items])
def test_a_list_may_be_wrapped_or_bare(wrap: Callable[[list[Any]], Any]) -> None:
    client, _ = client_of(said(ProjectList=wrap([{"ProjectId": "p", "Duration": 3.5, "Status": "ProduceFailed"}])))
    (found,) = client.search_editing_project()
    assert (found.project_id, found.duration, found.status) == ("p", 3.5, ProjectStatus.PRODUCE_FAILED)


def test_a_project_is_read() -> None:
    project = {
        "ProjectId": "p",
        "Status": "Normal",
        "CreationTime": "2021-01-08T16:52:07Z",
        "Timeline": json.dumps(TIMELINE),
        "RegionId": "cn-shanghai",
        "StorageLocation": "b",
        "CoverURL": None,
    }
    found = client_of(said(Project=project))[0].get_editing_project("p")
    assert (found.status, found.status_word, found.cover_url) == (ProjectStatus.DRAFT, "Normal", "")
    assert found.creation_time == datetime(2021, 1, 8, 16, 52, 7, tzinfo=UTC)
    assert (found.region_id, found.storage_location, found.request_id) == ("cn-shanghai", "b", "r-1")
    assert shapes.timeline(found.timeline) == TIMELINE


def test_a_timeline_of_the_old_editor_is_read_in_todays_spelling() -> None:
    old = {"CurrentRuler": 1, "VideoTracks": [{"Count": 1, "VideoTrackClips": [{"VideoId": "v", "Index": 0}, 7]}, 7]}
    assert shapes.timeline(json.dumps(old)) == {
        "CurrentRuler": 1,
        "VideoTracks": [{"Count": 1, "VideoTrackClips": [{"MediaId": "v", "Index": 0}, 7]}, 7],
    }


def test_a_media_id_is_not_replaced_by_an_old_one() -> None:
    both = {"VideoTracks": [{"VideoTrackClips": [{"VideoId": "old", "MediaId": "new"}]}]}
    assert shapes.timeline(json.dumps(both)) == {"VideoTracks": [{"VideoTrackClips": [{"MediaId": "new"}]}]}


@pytest.mark.parametrize("text", ["", "[]", "{", '{"VideoTracks": {}}'])
def test_a_timeline_that_is_none_breaks_nothing(text: str) -> None:
    assert shapes.timeline(text) in (None, {"VideoTracks": {}})


def test_materials_are_read_with_their_nested_lists() -> None:
    material = {
        "MaterialId": "m",
        "MaterialType": "video",
        "Size": "1024",
        "Duration": "3.2",
        "Snapshots": {"Snapshot": ["s1", "s2"]},
        "Sprites": {"Sprite": []},
        "SpriteConfig": {"a": 1},
        "Status": "Transcoding",
    }
    client, network = client_of(said(MaterialList={"Material": [material]}))
    (found,) = client.get_editing_project_materials("p", "video")
    assert network.query() == {"ProjectId": "p", "MaterialType": "video"}
    assert (found.size, found.duration, found.snapshots, found.sprites) == (1024, 3.2, ("s1", "s2"), ())
    assert found.status is VideoStatus.TRANSCODING


@pytest.mark.parametrize("snapshots", [{"Snapshot": ["s"]}, ["s"]])
def test_a_video_is_read_whichever_way_its_snapshots_are_written(snapshots: object) -> None:
    facts: dict[str, Any] = {
        "Duration": 3.42,
        "Size": 10897890,
        "Snapshots": snapshots,
        "CateId": 78,
        "ReferenceId": "ref",
    }
    found = client_of(said(Video=video(**facts)))[0].get_video_info(requests.VideoLook(reference_id="ref"))
    assert (found.duration, found.size, found.snapshots, found.cate_id) == (3.42, 10897890, ("s",), "78")
    assert (found.status, found.reference_id) == (VideoStatus.NORMAL, "ref")


def test_a_status_that_nobody_knows_is_still_moving() -> None:
    found = client_of(said(Video=video(Status="Reticulating")))[0].get_video_info(requests.VideoLook(video_id="v"))
    assert (found.status, found.status_word, found.status.terminal) == (VideoStatus.UNKNOWN, "Reticulating", False)


@pytest.mark.parametrize("body", [{}, {"Project": None}, {"Project": []}, {"Project": {"ProjectId": ""}}])
def test_a_creation_without_a_project_may_have_happened(body: dict[str, Any]) -> None:
    with pytest.raises(OutcomeUnknown, match="r-1"):
        client_of(said(**body))[0].add_editing_project(requests.NewProject(title="t"))


@pytest.mark.parametrize("body", [{}, {"MediaId": None}, {"MediaId": "", "ProjectId": "p"}])
def test_a_production_without_a_media_id_may_have_happened(body: dict[str, Any]) -> None:
    with pytest.raises(OutcomeUnknown, match="look in the cloud's console"):
        client_of(said(**body))[0].produce_editing_project_video(NewProduction(project_id="p"))


# What is there no more


@pytest.mark.parametrize("status", [400, 403, 404])
def test_a_project_that_is_gone_is_not_found_whatever_the_http_status(status: int) -> None:
    with pytest.raises(NotFound):
        client_of(refused(status, "InvalidEditingProject.NotFound"))[0].get_editing_project("p")


def test_projects_are_deleted_twenty_at_a_time_and_one_by_one_when_one_is_gone() -> None:
    client, network = client_of(said(), GONE, GONE, said())
    client.delete_editing_project([f"p{n}" for n in range(22)])
    assert [len(ids.split(",")) for ids in network.queries("ProjectIds")] == [20, 2, 1, 1]


def test_deleting_a_project_that_is_gone_is_a_success() -> None:
    client, network = client_of(GONE)
    client.delete_editing_project(["p"])
    assert len(network.asked) == 1


# Videos in batches


def test_videos_are_read_twenty_at_a_time_and_the_missing_are_told() -> None:
    client, network = client_of(said(VideoList=[video("v1")], NonExistVideoIds=["x"]), NO_VIDEO)
    found = client.get_video_infos([f"v{n}" for n in range(21)])
    assert [one.video_id for one in found.videos] == ["v1"]
    assert found.missing == ("x", "v20")
    assert [len(ids.split(",")) for ids in network.queries("VideoIds")] == [20, 1]


def test_videos_are_read_by_the_users_own_ids() -> None:
    client, network = client_of(said(VideoList=[], NonExistReferenceIds=["r1"]))
    assert client.get_video_infos(["r1"], references=True).missing_references == ("r1",)
    assert network.query() == {"ReferenceIds": "r1"}


def test_when_a_batch_is_not_found_each_video_is_asked_for_before_it_counts_as_missing() -> None:
    client, network = client_of(NO_VIDEO, NO_VIDEO, said(VideoList=[video("v2")]))
    found = client.get_video_infos(["v1", "v2"])
    assert ([one.video_id for one in found.videos], found.missing) == (["v2"], ("v1",))
    assert network.queries("VideoIds") == ["v1,v2", "v1", "v2"]


def test_when_a_batch_is_not_found_each_video_is_deleted_by_itself() -> None:
    client, network = client_of(NO_VIDEO, NO_VIDEO, said())
    assert client.delete_video(["v1", "v2"]) == ("v1",)
    assert network.queries("VideoIds") == ["v1,v2", "v1", "v2"]


def test_deleting_tells_what_was_gone_already() -> None:
    client, _ = client_of(said(NonExistVideoIds=["v2"]), NO_VIDEO)
    assert client.delete_video([f"v{n}" for n in range(21)]) == ("v2", "v20")


def test_a_refusal_inside_a_success_is_raised_after_the_others_were_tried() -> None:
    client, network = client_of(said(ForbiddenVideoIds=["v3"]), said())
    with pytest.raises(Denied, match=r"v3.*r-1"):
        client.delete_video([f"v{n}" for n in range(30)])
    assert len(network.asked) == 2


def test_no_ids_no_request() -> None:
    client, network = client_of(said())
    client.delete_editing_project([])
    assert client.delete_video([]) == ()
    assert client.get_video_infos([]) == shapes.VideoBatch()
    assert network.asked == []


# Lists


def test_a_project_search_turns_pages_until_one_is_not_full() -> None:
    pages = [said(ProjectList={"Project": [{"ProjectId": p} for p in ids]}) for ids in ("ab", "bc", "d")]
    client, network = client_of(*pages)
    found = [project.project_id for project in client.search_editing_project(requests.ProjectSearch(page_size=2))]
    assert found == ["a", "b", "c", "d"]
    assert network.queries("PageNo") == ["1", "2", "3"]


def test_a_media_search_goes_on_with_the_token_of_the_last_page() -> None:
    hits = [said(MediaList=[{"MediaId": m} for m in ids], ScrollToken=f"after-{ids}") for ids in ("ab", "cd", "")]
    client, network = client_of(*hits)
    search = requests.MediaSearch(
        search_type="video", fields=("Title", "Status"), match="Title = 'x'", sort_by="CreationTime:Asc", page_size=2
    )
    assert [media.media_id for media in client.search_media(search)] == ["a", "b", "c", "d"]
    assert [query.get("ScrollToken") for query in map(network.query, range(3))] == [None, "after-ab", "after-cd"]
    assert network.query(0) == {
        "SearchType": "video",
        "Fields": "Title,Status",
        "Match": "Title = 'x'",
        "SortBy": "CreationTime:Asc",
        "PageSize": "2",
        "PageNo": "1",
    }


def test_a_hit_holds_its_video_or_the_words_of_the_service() -> None:
    hits = [
        {"MediaId": "v", "MediaType": "video", "Video": video(MediaSource="editing", TranscodeMode="FastTranscode")},
        {"MediaId": "a", "MediaType": "audio", "Audio": {"AudioId": "a"}},
    ]
    first, second = client_of(said(MediaList=hits))[0].search_media()
    assert first.video is not None
    assert (first.video.media_source, first.video.status) == ("editing", VideoStatus.NORMAL)
    assert (second.video, second.audio) == (None, {"AudioId": "a"})


def test_a_text_is_quoted_for_a_search_or_refused() -> None:
    assert requests.quoted("a b") == "'a b'"
    for bad in ("it's", "a\\b"):
        with pytest.raises(ValueError, match="cannot be searched"):
            requests.quoted(bad)


# What is repeated, and how often

Ask = Callable[[VodClient], object]
ONCE: dict[str, Ask] = {
    "AddEditingProject": lambda c: c.add_editing_project(requests.NewProject(title="t")),
    "ProduceEditingProjectVideo": lambda c: c.produce_editing_project_video(NewProduction(project_id="p")),
}
AGAIN: dict[str, Ask] = {
    "GetEditingProject": lambda c: c.get_editing_project("p"),
    "UpdateEditingProject": lambda c: c.update_editing_project("p", requests.ProjectChange(title="t")),
    "DeleteEditingProject": lambda c: c.delete_editing_project(["p"]),
    "SearchEditingProject": lambda c: list(c.search_editing_project()),
    "SetEditingProjectMaterials": lambda c: c.set_editing_project_materials("p", ["m"]),
    "GetEditingProjectMaterials": lambda c: c.get_editing_project_materials("p"),
    "GetVideoInfo": lambda c: c.get_video_info(requests.VideoLook(video_id="v")),
    "GetVideoInfos": lambda c: c.get_video_infos(["v"]),
    "DeleteVideo": lambda c: c.delete_video(["v"]),
    "SearchMedia": lambda c: list(c.search_media()),
}
FITS_ALL: dict[str, Any] = {"Project": {"ProjectId": "p"}, "Video": video(), "MediaId": "v", "ProjectId": "p"}


@pytest.mark.parametrize("action", ONCE)
def test_what_would_happen_twice_is_asked_once(action: str) -> None:
    client, network = client_of(httpx.ReadTimeout(""), said(**FITS_ALL))
    with pytest.raises(OutcomeUnknown):
        ONCE[action](client)
    assert network.actions == [action]


@pytest.mark.parametrize("action", AGAIN)
def test_what_can_be_repeated_is(action: str) -> None:
    client, network = client_of(httpx.ReadTimeout(""), said(**FITS_ALL))
    AGAIN[action](client)
    assert network.actions == [action, action]
    assert network.query(0) == network.query(1)


@pytest.mark.parametrize("action", [*ONCE, *AGAIN])
def test_every_operation_tells_the_clouds_own_words(action: str) -> None:
    client, _ = client_of(refused(400, "InvalidParameter", "so it is"))
    with pytest.raises(CloudError, match=rf"alibaba-vod {action}: InvalidParameter: so it is. \(request id r-1\)"):
        (ONCE | AGAIN)[action](client)


@pytest.mark.parametrize(("action", "rate"), [("SearchMedia", 50), ("DeleteVideo", 30), ("DeleteEditingProject", 20)])
def test_the_published_limits_are_kept(action: str, rate: int) -> None:
    network = Network.of(said())
    limiter = Limiter(network.clock, ALIBABA_VOD)
    for _ in range(rate):
        limiter.wait(action)
    assert network.clock.slept == []
    limiter.wait(action)
    assert network.clock.slept == [1.0]
