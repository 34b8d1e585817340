"""VOD's editing projects and their materials on the wire."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from contract.emulator.door import TIMELINE, VOD, Caller, opened

OLD_EDITOR = {
    "VideoTracks": [{"Count": 1, "VideoTrackClips": [{"VideoId": "old0000000000000001", "Index": 0, "Out": 2}]}]
}


def added(vod: Caller, **params: object) -> str:
    return str(vod.ok("AddEditingProject", **({"Title": "t"} | params))["Project"]["ProjectId"])


def project(vod: Caller, project_id: str) -> dict[str, Any]:
    found: dict[str, Any] = vod.ok("GetEditingProject", ProjectId=project_id)["Project"]
    return found


def materials(vod: Caller, project_id: str, **params: object) -> list[dict[str, Any]]:
    answer = vod.ok("GetEditingProjectMaterials", ProjectId=project_id, **params)
    found: list[dict[str, Any]] = answer["MaterialList"]["Material"]
    return found


def test_an_added_project_is_answered_in_this_services_spelling(vod: Caller) -> None:
    made = vod.ok("AddEditingProject", Title="t", Timeline=TIMELINE)["Project"]
    assert set(made) == {"ProjectId", "Title", "Description", "Status", "CreationTime", "ModifiedTime"}
    assert (made["Status"], made["CreationTime"]) == ("Normal", "2026-01-15T08:30:00Z")


def test_a_read_project_has_its_timeline_and_no_duration(vod: Caller) -> None:
    read = project(vod, added(vod, Timeline=TIMELINE, CoverURL="https://a/c.png"))
    assert json.loads(read["Timeline"]) == TIMELINE
    assert read["CoverURL"] == "https://a/c.png"
    assert not {"Duration", "ErrorCode", "Materials"} & set(read)


def test_an_empty_project_has_an_empty_timeline(vod: Caller) -> None:
    project_id = added(vod)
    assert json.loads(project(vod, project_id)["Timeline"]) == {}
    assert materials(vod, project_id) == []


def test_the_cover_is_the_first_materials_unless_it_is_given(vod: Caller) -> None:
    metadata = {"CoverURL": "https://a/first.png"}
    media_id = vod.ok("ProduceEditingProjectVideo", Timeline=TIMELINE, MediaMetadata=metadata)["MediaId"]
    cut = {"VideoTracks": [{"VideoTrackClips": [{"MediaId": media_id}]}]}
    assert project(vod, added(vod, Timeline=cut))["CoverURL"] == "https://a/first.png"
    assert project(vod, added(vod, Timeline=cut, CoverURL="https://a/own.png"))["CoverURL"] == "https://a/own.png"


def test_an_update_leaves_the_rest(vod: Caller) -> None:
    project_id = added(vod, Description="d", Timeline=TIMELINE)
    vod.clock.move(5)
    assert set(vod.ok("UpdateEditingProject", ProjectId=project_id, Title="new")) == {"RequestId"}
    read = project(vod, project_id)
    assert (read["Title"], read["Description"], json.loads(read["Timeline"])) == ("new", "d", TIMELINE)
    assert (read["CreationTime"], read["ModifiedTime"]) == ("2026-01-15T08:30:00Z", "2026-01-15T08:30:05Z")


def test_an_update_with_nothing_clears_all_but_the_title(vod: Caller) -> None:
    project_id = added(vod, Description="d", CoverURL="https://a/c.png", Timeline=TIMELINE)
    vod.ok("UpdateEditingProject", ProjectId=project_id, Title="", Description="", CoverURL="", Timeline="")
    read = project(vod, project_id)
    assert (read["Title"], read["Description"], read["CoverURL"], read["Timeline"]) == ("t", "", "", "{}")
    assert materials(vod, project_id) == []


def test_a_saved_timeline_may_hold_what_cannot_be_produced(vod: Caller) -> None:
    cut = {"VideoTracks": [{"VideoTrackClips": [{"MediaURL": "https://films.oss-cn-shanghai.aliyuncs.com/a.mp4"}]}]}
    project_id = added(vod, Timeline=cut)
    assert materials(vod, project_id) == []
    assert "MediaURL" in vod.refused("ProduceEditingProjectVideo", ProjectId=project_id)[2]


def test_a_produced_project_that_is_changed_is_a_draft_again(vod: Caller) -> None:
    project_id = added(vod, Timeline=TIMELINE)
    vod.ok("ProduceEditingProjectVideo", ProjectId=project_id)
    assert project(vod, project_id)["Status"] == "Produced"
    vod.ok("UpdateEditingProject", ProjectId=project_id, Title="new")
    assert project(vod, project_id)["Status"] == "Normal"


def test_a_project_in_production_that_is_changed_stays_in_production(vod_stepwise: Caller) -> None:
    project_id = added(vod_stepwise, Timeline=TIMELINE)
    vod_stepwise.ok("ProduceEditingProjectVideo", ProjectId=project_id)
    vod_stepwise.ok("UpdateEditingProject", ProjectId=project_id, Title="new")
    assert project(vod_stepwise, project_id)["Status"] == "Producing"


def test_a_deletion_says_nothing_of_unknown_projects(vod: Caller) -> None:
    project_id = added(vod)
    vod.ok("DeleteEditingProject", ProjectIds=f"{project_id},nobody")
    vod.ok("DeleteEditingProject", ProjectIds=project_id)
    assert vod.refused("GetEditingProject", ProjectId=project_id)[:2] == (404, "InvalidEditingProject.NotFound")


@pytest.mark.parametrize(
    ("action", "params", "code", "name"),
    [
        ("AddEditingProject", {}, "MissingParameter", "Title"),
        ("AddEditingProject", {"Title": "t", "Timeline": "{"}, "InvalidParameter", "Timeline"),
        ("AddEditingProject", {"Title": "t", "Timeline": "[]"}, "InvalidParameter", "Timeline"),
        ("AddEditingProject", {"Title": "t", "Timeline": {"VideoTracks": "x"}}, "InvalidParameter", "VideoTracks"),
        ("GetEditingProject", {}, "MissingParameter", "ProjectId"),
        ("DeleteEditingProject", {}, "MissingParameter", "ProjectIds"),
        ("SearchEditingProject", {"Status": "Draft"}, "InvalidParameter", "Status"),
        ("SearchEditingProject", {"SortBy": "CreationTime:Desc"}, "InvalidParameter", "SortBy"),
        ("SearchEditingProject", {"PageSize": 101}, "InvalidParameter", "PageSize"),
        ("SearchEditingProject", {"StartTime": "today"}, "InvalidParameter", "StartTime"),
        ("SetEditingProjectMaterials", {"ProjectId": "p"}, "InvalidEditingProject.NotFound", "p"),
        ("CreateEditingProject", {"Title": "t"}, "InvalidAction.NotFound", "CreateEditingProject"),
    ],
)
def test_what_is_wrong_is_named(vod: Caller, action: str, params: dict[str, Any], code: str, name: str) -> None:
    _, said, message = vod.refused(action, **params)
    assert said == code
    assert name in message


def test_a_search_counts_pages_and_wraps(vod: Caller) -> None:
    ids = [added(vod, Title=f"Spring {n}", Timeline=TIMELINE) for n in range(5)]
    seen = []
    for number in (1, 2, 3, 4):
        answer = vod.ok("SearchEditingProject", PageNo=number, PageSize=2)
        assert answer["Total"] == 5
        seen += answer["ProjectList"]["Project"]
    assert [each["ProjectId"] for each in seen] == ids[::-1]
    assert [each["Duration"] for each in seen] == [4.0] * 5
    assert "Timeline" not in seen[0]


def test_a_search_keeps_to_its_filters(vod: Caller) -> None:
    spring = added(vod, Title="Spring teaser", Timeline=TIMELINE)
    vod.clock.move(60)
    summer = added(vod, Title="Summer teaser")
    vod.ok("ProduceEditingProjectVideo", ProjectId=spring)

    def found(**params: object) -> list[str]:
        answer = vod.ok("SearchEditingProject", **params)
        return [each["ProjectId"] for each in answer["ProjectList"]["Project"]]

    assert found() == [summer, spring]
    assert found(SortBy="asc") == [spring, summer]
    assert found(Title="spring") == found(Status="Produced,ProduceFailed") == [spring]
    assert found(StartTime="2026-01-15T08:31:00Z") == found(Status="Normal") == [summer]
    assert found(StartTime="2026-01-15T08:30:00Z", EndTime="2026-01-15T08:30:00Z") == [spring]
    assert found(EndTime="2026-01-15T08:30:30Z") == [spring]


def test_late_lists_show_a_project_late(vod: Caller) -> None:
    vod.control("POST", "faults", kind="late_lists", seconds=10)
    project_id = added(vod)
    assert vod.ok("SearchEditingProject")["Total"] == 0
    assert project(vod, project_id)
    vod.clock.move(10)
    assert vod.ok("SearchEditingProject")["Total"] == 1


def test_setting_materials_replaces_them(vod: Caller) -> None:
    project_id = added(vod, Timeline=TIMELINE)
    assert [each["MaterialId"] for each in materials(vod, project_id)] == ["clip0000000000000001"]
    vod.ok("SetEditingProjectMaterials", ProjectId=project_id, MaterialIds="a,b,a")
    assert materials(vod, project_id) == [
        {"MaterialId": "a", "MaterialType": "video"},
        {"MaterialId": "b", "MaterialType": "video"},
    ]


def test_a_material_that_nobody_knows_is_of_the_kind_that_it_is_used_as(vod: Caller) -> None:
    clips = [{"AudioTrackClips": [{"MediaId": "music000000000000001"}]}]
    project_id = added(vod, Timeline={**TIMELINE, "AudioTracks": clips})
    assert [each["MaterialId"] for each in materials(vod, project_id, Type="audio")] == ["music000000000000001"]
    assert len(materials(vod, project_id)) == 2


def test_reading_materials_makes_no_media_up(vod: Caller) -> None:
    project_id = added(vod, Timeline=TIMELINE)
    materials(vod, project_id)
    key = "clip0000000000000001"
    assert vod.ok("GetVideoInfos", VideoIds=key)["NonExistVideoIds"] == [key]
    vod.ok("ProduceEditingProjectVideo", ProjectId=project_id)
    material = materials(vod, project_id)[0]
    assert (material["Status"], material["Duration"], material["Source"]) == ("Normal", 10.0, "general")


def test_a_project_has_at_most_two_hundred_materials(vod: Caller) -> None:
    project_id = added(vod)
    vod.ok("SetEditingProjectMaterials", ProjectId=project_id, MaterialIds=",".join(f"m{n}" for n in range(200)))
    assert vod.refused("AddEditingProjectMaterials", ProjectId=project_id, MaterialIds="more")[1] == "InvalidParameter"
    vod.ok("DeleteEditingProjectMaterials", ProjectId=project_id, MaterialIds="m0")
    assert len(materials(vod, project_id)) == 199


def test_a_timeline_of_the_old_editor_is_read_and_kept(vod: Caller) -> None:
    project_id = added(vod, Timeline=OLD_EDITOR)
    assert json.loads(project(vod, project_id)["Timeline"]) == OLD_EDITOR
    assert [each["MaterialId"] for each in materials(vod, project_id)] == ["old0000000000000001"]
    media_id = vod.ok("ProduceEditingProjectVideo", ProjectId=project_id)["MediaId"]
    assert vod.ok("GetVideoInfo", VideoId=media_id)["Video"]["Duration"] == 2.0


def test_projects_of_the_two_services_are_not_the_same(vod: Caller) -> None:
    project_id = added(vod)
    vod.version = "2020-11-09"
    assert vod.refused("GetEditingProject", ProjectId=project_id)[1] == "ProjectNotFound"


def test_everything_is_there_after_a_restart(tmp_path: Path) -> None:
    with opened(tmp_path) as caller:
        caller.version = VOD
        project_id = added(caller, Timeline=TIMELINE)
        made = caller.ok("ProduceEditingProjectVideo", ProjectId=project_id, MediaMetadata={"ReferenceId": "ref-01"})
    with opened(tmp_path) as caller:
        caller.version = VOD
        assert project(caller, project_id)["Status"] == "Produced"
        assert caller.ok("GetVideoInfo", ReferenceId="ref-01")["Video"]["VideoId"] == made["MediaId"]
