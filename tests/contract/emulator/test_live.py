"""Live stream editing projects: their settings, their business status, and that nothing is produced from them."""

from __future__ import annotations

from typing import Any

import pytest

from contract.emulator.door import Caller

PLACE = {"StorageLocation": "films.oss-cn-shanghai.aliyuncs.com", "Path": "live/spring"}
CONFIG = {
    "OutputMediaConfig": PLACE,
    "OutputMediaTarget": "oss-object",
    "ReservationTime": "2026-01-16T08:05:00Z",
}


def create(cloud: Caller, config: object = CONFIG) -> dict[str, Any]:
    asked = {"Title": "Launch", "ProjectType": "LiveEditingProject", "BusinessConfig": config}
    found: dict[str, Any] = cloud.ok("CreateEditingProject", **asked)["Project"]
    return found


def status(cloud: Caller, key: str) -> str:
    return str(cloud.ok("GetEditingProject", ProjectId=key)["Project"]["BusinessStatus"])


def test_a_live_project_begins_reserved(cloud: Caller) -> None:
    project = create(cloud)
    assert (project["ProjectType"], project["BusinessStatus"]) == ("LiveEditingProject", "Reserving")
    assert (project["CreateSource"], project["ModifiedSource"]) == ("LiveEditingOpenAPI", "LiveEditingOpenAPI")
    assert "live/spring" in project["BusinessConfig"]


@pytest.mark.parametrize(
    ("changes", "code", "name"),
    [
        ({"OutputMediaConfig": None}, "MissingParameter", "OutputMediaConfig.StorageLocation"),
        ({"OutputMediaConfig": {"Path": "live"}}, "MissingParameter", "OutputMediaConfig.StorageLocation"),
        ({"OutputMediaConfig": PLACE | {"StorageLocation": "https://films"}}, "InvalidParameter", "StorageLocation"),
        ({"OutputMediaConfig": PLACE | {"StorageLocation": "cdn.example.com"}}, "InvalidParameter", "OSS address"),
        (
            {"OutputMediaConfig": {"StorageLocation": "films.oss-cn-beijing.aliyuncs.com"}},
            "InvalidParameter",
            "region 'cn-beijing'",
        ),
        ({"OutputMediaConfig": PLACE | {"Path": "../up"}}, "InvalidParameter", "OutputMediaConfig"),
        ({"OutputMediaConfig": PLACE | {"Path": 7}}, "InvalidParameter", "Path"),
        ({"OutputMediaTarget": "S3"}, "InvalidParameter", "OutputMediaTarget"),
        ({"ReservationTime": "tomorrow"}, "InvalidParameter", "ReservationTime"),
        ({"ReservationTime": 7}, "InvalidParameter", "ReservationTime"),
    ],
)
def test_a_faulty_business_config_names_the_field(
    cloud: Caller, changes: dict[str, object], code: str, name: str
) -> None:
    asked = {"Title": "t", "ProjectType": "LiveEditingProject", "BusinessConfig": CONFIG | changes}
    said = cloud.refused("CreateEditingProject", **asked)
    assert said[:2] == (400, code)
    assert name in said[2]


@pytest.mark.parametrize(
    "config",
    [
        {"OutputMediaConfig": {"StorageLocation": PLACE["StorageLocation"]}},
        {"OutputMediaConfig": PLACE | {"Path": "../ignored"}, "OutputMediaTarget": "vod-media"},
    ],
)
def test_the_path_is_optional_and_ignored_for_vod(cloud: Caller, config: dict[str, object]) -> None:
    assert create(cloud, config)["BusinessStatus"] == "Reserving"


def test_a_reservation_can_be_cancelled_and_made_again(cloud: Caller) -> None:
    key = create(cloud)["ProjectId"]
    for word in ("ReservationCanceled", "Reserving"):
        cloud.ok("UpdateEditingProject", ProjectId=key, BusinessStatus=word)
        assert status(cloud, key) == word
    assert cloud.refused("UpdateEditingProject", ProjectId=key, BusinessStatus="BroadCasting")[1] == "InvalidParameter"


def test_only_a_live_project_has_a_business_status(cloud: Caller) -> None:
    key = cloud.ok("CreateEditingProject", Title="t")["Project"]["ProjectId"]
    assert status(cloud, key) == ""
    assert cloud.refused("UpdateEditingProject", ProjectId=key, BusinessStatus="Reserving")[1] == "InvalidParameter"
    answer = cloud.http.post("/_control/projects", json={"project_id": key, "business_status": "LiveFinished"})
    assert answer.status_code == 400


def test_the_broadcast_moves_by_the_control_room(cloud: Caller) -> None:
    key = create(cloud)["ProjectId"]
    for word in ("BroadCasting", "LoadingFailed", "LiveFinished"):
        cloud.control("POST", "projects", project_id=key, business_status=word)
        assert status(cloud, key) == word
    assert cloud.http.post("/_control/projects", json={"project_id": key, "business_status": "x"}).status_code == 400
    assert cloud.http.post("/_control/projects", json={"project_id": "x", "business_status": "x"}).status_code == 404


def test_a_live_production_ends_in_a_failure_that_says_so(cloud: Caller) -> None:
    key = create(cloud)["ProjectId"]
    job = cloud.job(cloud.submit(ProjectId=key, Timeline="")["JobId"])
    assert (job["Status"], job["Code"]) == ("Failed", "InvalidParameter")
    assert "live stream editing project" in job["Message"]
    assert cloud.ok("GetEditingProject", ProjectId=key)["Project"]["Status"] == "ProduceFailed"
    listed = cloud.ok("ListMediaProducingJobs", JobType="LiveEditingJob")["MediaProducingJobList"]
    assert [each["JobId"] for each in listed] == [job["JobId"]]
