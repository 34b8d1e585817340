"""Editing projects on the wire: what the contract says, quirks included."""

from __future__ import annotations

import json

import pytest

from contract.emulator.door import TIMELINE, Caller

STREAM = {"appName": "a", "domainName": "d", "liveUrl": "l", "streamName": "s"}


def create(cloud: Caller, **params: object) -> str:
    return str(cloud.ok("CreateEditingProject", **({"Title": "Spring"} | params))["Project"]["ProjectId"])


def get(cloud: Caller, project_id: str) -> dict[str, object]:
    found: dict[str, object] = cloud.ok("GetEditingProject", ProjectId=project_id)["Project"]
    return found


def test_a_created_project_tells_its_status_as_a_number_and_a_name(cloud: Caller) -> None:
    project = cloud.ok("CreateEditingProject", Title="Spring", Timeline=TIMELINE)["Project"]
    assert (project["Status"], project["StatusName"]) == (1, "Draft")
    assert project["Duration"] == 4.0
    assert project["CreateTime"] == project["ModifiedTime"] == "2026-01-15T08:30:00Z"
    assert len(project["ProjectId"]) == 32


def test_a_read_project_tells_its_status_as_a_word(cloud: Caller) -> None:
    project = get(cloud, create(cloud, Timeline=TIMELINE, Description="a&b=c"))
    assert project["Status"] == "Draft"
    assert "StatusName" not in project
    assert json.loads(str(project["Timeline"])) == TIMELINE
    assert project["Description"] == "a&b=c"


def test_every_answer_has_its_own_request_id(cloud: Caller) -> None:
    ids = {cloud.ok("ListEditingProjects")["RequestId"] for _ in range(3)}
    assert len(ids) == 3


def test_a_parameter_may_come_in_the_query_or_in_the_form(cloud: Caller) -> None:
    project = cloud.ok("CreateEditingProject", Title="示例 +1/~a*b", Timeline=TIMELINE)["Project"]
    assert project["Title"] == "示例 +1/~a*b"


def test_an_empty_timeline_is_an_empty_timeline(cloud: Caller) -> None:
    project = get(cloud, create(cloud))
    assert (project["Timeline"], project["Duration"]) == ("{}", 0.0)


def test_the_cover_is_signed_anew_at_each_look(cloud: Caller) -> None:
    key = create(cloud, CoverURL="https://films.oss-cn-shanghai.aliyuncs.com/cover.png")
    first, second = get(cloud, key)["CoverURL"], get(cloud, key)["CoverURL"]
    assert first != second
    assert str(first).startswith("https://films.oss-cn-shanghai.aliyuncs.com/cover.png?Expires=")


@pytest.mark.parametrize(
    ("params", "code", "name"),
    [
        ({}, "MissingParameter", "Title"),
        ({"Title": "t", "Timeline": "not json"}, "InvalidParameter", "Timeline"),
        ({"Title": "t", "Timeline": "[1]"}, "InvalidParameter", "Timeline"),
        ({"Title": "t", "TemplateId": "x"}, "MissingParameter", "ClipsParam"),
        ({"Title": "t", "TemplateId": "x", "ClipsParam": "{}", "Timeline": "{}"}, "InvalidParameter", "TemplateId"),
        ({"Title": "t", "ProjectType": "Film"}, "InvalidParameter", "ProjectType"),
        ({"Title": "t", "ProjectType": "LiveEditingProject"}, "MissingParameter", "BusinessConfig"),
        ({"Title": "t", "MaterialMaps": {"film": "x"}}, "InvalidParameter", "MaterialMaps"),
        ({"Title": "t", "MaterialMaps": {"video": ",".join("abcdefghijk")}}, "InvalidParameter", "MaterialMaps"),
        ({"Title": "t", "MaterialMaps": {"liveStream": [STREAM]}}, "InvalidParameter", "liveStream"),
        ({"Title": "t", "MaterialMaps": {"liveStream": "["}}, "InvalidParameter", "liveStream"),
        ({"Title": "t", "MaterialMaps": {"liveStream": '[{"appName": 1}]'}}, "InvalidParameter", "liveStream"),
        ({"Title": "t", "MaterialMaps": {"liveStream": json.dumps([STREAM] * 11)}}, "InvalidParameter", "at most 10"),
        ({"Title": "t", "BusinessConfig": "{"}, "InvalidParameter", "BusinessConfig"),
        ({"Title": "t\0"}, "InvalidParameter", "NUL"),
        ({"Title": "t", "Timeline": {"Note": "\0"}}, "InvalidParameter", "NUL"),
    ],
)
def test_a_faulty_creation_names_the_parameter(cloud: Caller, params: dict[str, object], code: str, name: str) -> None:
    status, said, message = cloud.refused("CreateEditingProject", **params)
    assert (status, said) == (400, code)
    assert name in message
    assert cloud.ok("ListEditingProjects")["ProjectList"] == []


def test_an_update_leaves_what_it_does_not_name(cloud: Caller) -> None:
    key = create(cloud, Description="first", Timeline=TIMELINE)
    cloud.clock.move(60)
    assert set(cloud.ok("UpdateEditingProject", ProjectId=key, Title="Summer")) == {"RequestId"}
    project = get(cloud, key)
    assert (project["Title"], project["Description"], project["Duration"]) == ("Summer", "first", 4.0)
    assert (project["CreateTime"], project["ModifiedTime"]) == ("2026-01-15T08:30:00Z", "2026-01-15T08:31:00Z")


def test_an_update_with_an_empty_value_clears(cloud: Caller) -> None:
    key = create(cloud, Description="first", Timeline=TIMELINE)
    cloud.ok("UpdateEditingProject", ProjectId=key, Description="", Timeline="")
    project = get(cloud, key)
    assert (project["Description"], project["Timeline"], project["Duration"]) == ("", "{}", 0.0)


def test_a_deleted_project_is_not_found_and_deleting_it_again_is_no_fault(cloud: Caller) -> None:
    key = create(cloud)
    assert set(cloud.ok("DeleteEditingProjects", ProjectIds=f"{key},nobody")) == {"RequestId"}
    cloud.ok("DeleteEditingProjects", ProjectIds=key)
    for action in ("GetEditingProject", "UpdateEditingProject", "GetEditingProjectMaterials"):
        assert cloud.refused(action, ProjectId=key)[:2] == (404, "ProjectNotFound")


def test_an_error_has_the_gateways_shape(cloud: Caller) -> None:
    said = cloud.send("GetEditingProject", {"ProjectId": "nobody"}).json()
    assert set(said) == {"RequestId", "HostId", "Code", "Message", "Recommend"}


def test_a_list_goes_page_by_page_newest_first_without_timelines(cloud: Caller) -> None:
    keys = [create(cloud, Title=str(n), Timeline=TIMELINE) for n in range(5)]
    first = cloud.ok("ListEditingProjects", MaxResults="3")
    second = cloud.ok("ListEditingProjects", MaxResults="3", NextToken=first["NextToken"])
    assert [p["ProjectId"] for p in first["ProjectList"] + second["ProjectList"]] == keys[::-1]
    assert second["NextToken"] == ""
    assert not {"Timeline", "Duration"} & set(first["ProjectList"][0])


def test_a_search_goes_by_page_number_and_shows_timelines(cloud: Caller) -> None:
    keys = [create(cloud, Title=str(n), Timeline=TIMELINE) for n in range(5)]
    page = cloud.ok("SearchEditingProject", PageNo=2, PageSize=2, SortBy="CreationTime:Asc")
    assert [p["ProjectId"] for p in page["ProjectList"]] == keys[2:4]
    assert page["ProjectList"][0]["Duration"] == 4.0
    assert "TotalCount" not in page


def test_lists_keep_to_their_window_and_filters(cloud: Caller) -> None:
    old = create(cloud)
    cloud.clock.move(3600)
    place = {"StorageLocation": "films.oss-cn-shanghai.aliyuncs.com"}
    new = create(cloud, ProjectType="LiveEditingProject", BusinessConfig={"OutputMediaConfig": place})

    def listed(**params: object) -> list[str]:
        return [p["ProjectId"] for p in cloud.ok("ListEditingProjects", **params)["ProjectList"]]

    assert listed(StartTime="2026-01-15T09:00:00Z") == [new]
    assert listed(EndTime="2026-01-15T08:30:00Z") == [old]
    assert listed(ProjectType="EditingProject") == [old]
    assert listed(Status="Produced") == []
    assert listed(Keyword=old) == [old]


@pytest.mark.parametrize(
    ("name", "value"),
    [("MaxResults", "0"), ("MaxResults", "101"), ("NextToken", "??"), ("StartTime", "now"), ("SortBy", "Title")],
)
def test_a_faulty_list_names_the_parameter(cloud: Caller, name: str, value: str) -> None:
    status, code, message = cloud.refused("ListEditingProjects", **{name: value})
    assert (status, code) == (400, "InvalidParameter")
    assert name in message


def test_materials_are_added_never_replaced(cloud: Caller) -> None:
    key = create(cloud, MaterialMaps={"video": "v1,v2"})
    streams = json.dumps([STREAM])
    cloud.ok(
        "AddEditingProjectMaterials",
        ProjectId=key,
        MaterialMaps={"video": "v2,v3", "editingProject": "p1", "liveStream": streams},
    )
    cloud.ok("DeleteEditingProjectMaterials", ProjectId=key, MaterialType="video", MaterialIds="v1")
    found = cloud.ok("GetEditingProjectMaterials", ProjectId=key)
    assert [each["MediaId"] for each in found["MediaInfos"]] == ["v2", "v3"]
    assert found["ProjectMaterials"] == ["p1"]
    assert found["LiveMaterials"] == [{"AppName": "a", "DomainName": "d", "LiveUrl": "l", "StreamName": "s"}]


def test_reading_as_the_web_editor_attaches_the_timelines_media(cloud: Caller) -> None:
    key = create(cloud, Timeline=TIMELINE)
    assert "TimelineConvertStatus" not in get(cloud, key)
    assert cloud.ok("GetEditingProjectMaterials", ProjectId=key)["MediaInfos"] == []
    read = cloud.ok("GetEditingProject", ProjectId=key, RequestSource="WebSDK")["Project"]
    assert read["TimelineConvertStatus"] == "Converted"
    attached = cloud.ok("GetEditingProjectMaterials", ProjectId=key)["MediaInfos"]
    assert [each["MediaId"] for each in attached] == ["clip0000000000000001"]


def test_an_unknown_action_and_an_unknown_version_are_refused(cloud: Caller) -> None:
    assert cloud.refused("MakeMeAFilm")[:2] == (404, "InvalidAction.NotFound")
    answer = cloud.send("GetVideoInfo", {}, {"x-acs-version": "1999-01-01"})
    assert answer.json()["Code"] == "InvalidVersion"
