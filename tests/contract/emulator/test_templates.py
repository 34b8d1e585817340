"""Templates: kept by the control room, merged with a ClipsParam, produced as the timeline that comes out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from contract.emulator.door import OUTPUT, TIMELINE, Caller, opened
from reelstack.emulator.errors import ApiError
from reelstack.emulator.ims import templates

ALBUM = {
    "VideoTracks": [
        {
            "VideoTrackClips": [
                {"MediaId": "$Opening", "In": "$In:0", "Out": "$Out:2"},
                {"Sys_Type": "ArrayItems", "Sys_ArrayObject": "$Clips", "Sys_Template": {"MediaId": "$Clip", "Out": 3}},
            ]
        }
    ],
    "SubtitleTracks": [{"SubtitleTrackClips": [{"Type": "Text", "Content": "$Text:Spring", "FontSize": "$Size:NULL"}]}],
}
CLIPS = {"Opening": "clip0000000000000001", "Clips": ["clip0000000000000002", "clip0000000000000003"]}


def keep(cloud: Caller, template_id: str = "album", **given: object) -> None:
    cloud.control("POST", "templates", **({"template_id": template_id, "config": ALBUM} | given))


def produce(cloud: Caller, **params: object) -> dict[str, Any]:
    asked = {"Timeline": "", "TemplateId": "album", "ClipsParam": CLIPS} | params
    return cloud.job(cloud.submit(**asked)["JobId"])


def test_a_production_from_a_template_is_the_merged_timeline(cloud: Caller) -> None:
    keep(cloud)
    job = produce(cloud)
    clips = [{"MediaId": "clip0000000000000001", "In": 0, "Out": 2}]
    clips += [{"MediaId": f"clip000000000000000{n}", "Out": 3} for n in (2, 3)]
    assert json.loads(job["Timeline"]) == {
        "VideoTracks": [{"VideoTrackClips": clips}],
        "SubtitleTracks": [{"SubtitleTrackClips": [{"Type": "Text", "Content": "Spring"}]}],
    }
    assert (job["Status"], job["Duration"], job["Message"]) == ("Success", 8.0, "")
    assert (job["TemplateId"], json.loads(job["ClipsParam"])) == ("album", CLIPS)


def test_a_project_made_from_a_template_is_produced_from_it(cloud: Caller) -> None:
    keep(cloud)
    made = cloud.ok("CreateEditingProject", Title="t", TemplateId="album", ClipsParam=CLIPS, TemplateType="Timeline")
    project = made["Project"]
    assert (project["TemplateId"], project["TemplateType"], project["Duration"]) == ("album", "Timeline", 8.0)
    cloud.ok("UpdateEditingProject", ProjectId=project["ProjectId"], ClipsParam=CLIPS | {"Out": "4"})
    assert cloud.ok("GetEditingProject", ProjectId=project["ProjectId"])["Project"]["Duration"] == 10.0
    job = produce(cloud, ProjectId=project["ProjectId"], TemplateId="", ClipsParam="")
    assert (job["Status"], job["Duration"]) == ("Success", 10.0)


def test_a_project_has_a_timeline_or_a_template_never_both(cloud: Caller) -> None:
    keep(cloud)
    key = cloud.ok("CreateEditingProject", Title="t", Timeline=TIMELINE)["Project"]["ProjectId"]

    def shown() -> tuple[object, ...]:
        project = cloud.ok("GetEditingProject", ProjectId=key)["Project"]
        return project["TemplateId"], json.loads(project["Timeline"]), project["Duration"]

    cloud.ok("UpdateEditingProject", ProjectId=key, TemplateId="album", ClipsParam=CLIPS)
    assert shown() == ("album", {}, 8.0)
    cloud.ok("UpdateEditingProject", ProjectId=key, Timeline=TIMELINE)
    assert shown() == ("", TIMELINE, 4.0)


@pytest.mark.parametrize(
    ("params", "status", "code", "name"),
    [
        ({"TemplateId": "nobody"}, 404, "ResourceNotFound", "nobody"),
        ({"ClipsParam": ""}, 400, "MissingParameter", "ClipsParam"),
        ({"ClipsParam": "[]"}, 400, "InvalidParameter", "ClipsParam"),
        ({"ClipsParam": {"Clips": []}}, 400, "InvalidParameter", "Opening is missing"),
        ({"ClipsParam": CLIPS | {"Clips": "x"}}, 400, "InvalidParameter", "$Clips is not a list"),
    ],
)
def test_a_template_that_cannot_be_merged_is_refused(
    cloud: Caller, params: dict[str, object], status: int, code: str, name: str
) -> None:
    keep(cloud)
    asked = {"TemplateId": "album", "ClipsParam": CLIPS, "OutputMediaConfig": OUTPUT, "Title": "t"} | params
    for action in ("SubmitMediaProducingJob", "CreateEditingProject"):
        said = cloud.refused(action, **asked)
        assert said[:2] == (status, code)
        assert name in said[2]


def test_the_type_of_a_template_must_be_its_own(cloud: Caller) -> None:
    keep(cloud)
    asked = {"Title": "t", "TemplateId": "album", "ClipsParam": CLIPS, "TemplateType": "VETemplate"}
    assert cloud.refused("CreateEditingProject", **asked)[:2] == (400, "InvalidParameter")


def test_an_advanced_template_ends_in_a_failure_that_says_so(cloud: Caller) -> None:
    keep(cloud, "advanced", type="VETemplate", config={})
    asked = {"TemplateId": "advanced", "ClipsParam": {"Text0": "hello"}}
    for params in (asked, {"TemplateId": "", "ClipsParam": "", "ProjectId": _project(cloud, asked)}):
        job = produce(cloud, **params)
        assert (job["Status"], job["Code"]) == ("Failed", "InvalidParameter")
        assert "VETemplate" in job["Message"]
        assert cloud.ok("BatchGetMediaInfos", MediaIds=job["MediaId"])["IgnoredList"] == [job["MediaId"]]
    listed = cloud.ok("ListMediaProducingJobs", JobType="VETemplateJob")["MediaProducingJobList"]
    assert len(listed) == 2


def _project(cloud: Caller, asked: Mapping[str, object]) -> str:
    made = cloud.ok("CreateEditingProject", Title="t", TemplateType="VETemplate", **asked)["Project"]
    return str(made["ProjectId"])


@pytest.mark.parametrize(
    ("config", "clips", "made"),
    [
        ({"A": "$A"}, {"A": {"any": "$B"}}, {"A": {"any": "$B"}}),
        ({"A": "$A:"}, {}, {"A": ""}),
        ({"A": "$A:NULL"}, {}, {}),
        ({"A": ["$A:NULL", 1]}, {}, {"A": [1]}),
        ({"A": "5 $", "B": 5, "C": None}, {}, {"A": "5 $", "B": 5, "C": None}),
        ({"In": "$In", "MainTrack": "$Main"}, {"In": "0.5", "Main": "true"}, {"In": 0.5, "MainTrack": True}),
        ({"In": "$In"}, {"In": "nan"}, {"In": "nan"}),
        ({"Content": "$T"}, {"T": "5"}, {"Content": "5"}),
        (
            {"L": {"Sys_Type": "Array", "Sys_ArrayObject": "$L", "Sys_Template": {"I": "$I", "G": "$G:1"}}},
            {"L": ["a", {"I": "b", "G": 0}], "G": 3},
            {"L": [{"I": "a", "G": 3}, {"I": "b", "G": 0}]},
        ),
        ({"L": [{"Sys_Type": "ArrayItems", "Sys_ArrayObject": "$L:NULL", "Sys_Template": {}}, 1]}, {}, {"L": [1]}),
    ],
)
def test_placeholders_are_filled_as_documented(
    config: dict[str, Any], clips: dict[str, Any], made: dict[str, Any]
) -> None:
    assert templates.merge(config, clips) == made


def test_an_item_that_fits_no_single_placeholder_is_refused() -> None:
    array = {"Sys_Type": "ArrayItems", "Sys_ArrayObject": "$L", "Sys_Template": {"A": "$A", "B": "$B"}}
    with pytest.raises(ApiError, match="not an object with A, B"):
        templates.merge({"L": [array]}, {"L": ["a"]})


def test_a_template_does_not_multiply_without_end() -> None:
    array = {"Sys_Type": "ArrayItems", "Sys_ArrayObject": "$L", "Sys_Template": {"A": "$A", "B": "$B"}}
    with pytest.raises(ApiError, match="longer than"):
        templates.merge({"L": [array]}, {"L": [{"A": "a"}] * 5000, "B": "b" * 9000})


@pytest.mark.parametrize("given", [{"config": {"Title": "x"}}, {"config": []}, {"config": ALBUM, "type": "Magic"}])
def test_what_is_no_template_is_not_kept(cloud: Caller, given: dict[str, object]) -> None:
    assert cloud.http.post("/_control/templates", json=given).status_code == 400
    assert cloud.control("GET", "templates") == []


def test_templates_are_kept_over_a_restart_and_forgotten_on_a_reset(tmp_path: Path) -> None:
    with opened(tmp_path) as cloud:
        keep(cloud)
    with opened(tmp_path) as cloud:
        assert [each["id"] for each in cloud.control("GET", "templates")] == ["album"]
        cloud.control("POST", "reset")
        assert cloud.control("GET", "templates") == []
