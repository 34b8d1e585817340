"""Media assets on the wire, and the source media that nobody registered."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from contract.emulator.door import OUTPUT, Caller, opened
from kit.clock import ManualClock


def using(**fields: object) -> dict[str, Any]:
    return {"VideoTracks": [{"VideoTrackClips": [fields]}]}


def ignored(cloud: Caller, *ids: str) -> list[str]:
    found: list[str] = cloud.ok("BatchGetMediaInfos", MediaIds=",".join(ids))["IgnoredList"]
    return found


def outcome(cloud: Caller, timeline: dict[str, Any]) -> tuple[str, str]:
    job = cloud.job(cloud.submit(Timeline=timeline)["JobId"])
    return job["Status"], job["Code"]


def test_numbers_of_a_file_are_text(cloud: Caller) -> None:
    info = cloud.ok("GetMediaInfo", MediaId=cloud.submit()["MediaId"])["MediaInfo"]
    basic = info["FileInfoList"][0]["FileBasicInfo"]
    assert [basic[n] for n in ("Width", "Height", "Duration", "Bitrate", "FileSize")] == [
        "640",
        "360",
        "4",
        "2000",
        "32",
    ]
    assert (basic["FileName"], basic["Region"], basic["FormatName"]) == ("teaser.mp4", "cn-shanghai", "mp4")


def test_a_file_address_is_signed_anew_at_each_look_and_good_without(cloud: Caller) -> None:
    media_id = cloud.submit()["MediaId"]
    urls = [
        cloud.ok("GetMediaInfo", MediaId=media_id)["MediaInfo"]["FileInfoList"][0]["FileBasicInfo"]["FileUrl"]
        for _ in range(2)
    ]
    assert urls[0] != urls[1]
    assert cloud.http.get(urls[0].partition("?")[0]).status_code == 200


def test_a_file_can_be_fetched_in_parts(cloud: Caller) -> None:
    cloud.submit()
    answer = cloud.http.get("/objects/films/spring/teaser.mp4", headers={"range": "bytes=4-7"})
    assert (answer.status_code, answer.content) == (206, b"ftyp")


@pytest.mark.parametrize("path", ["films/none.mp4", "films/%2e%2e/%2e%2e/state.db", "../state.db", "films/a%5Cb"])
def test_nothing_but_objects_is_served(cloud: Caller, path: str) -> None:
    assert cloud.http.get(f"/objects/{path}").status_code in (400, 404)


def test_only_asked_for_additions_are_in_a_batch(cloud: Caller) -> None:
    media_id = cloud.submit()["MediaId"]
    assert cloud.ok("BatchGetMediaInfos", MediaIds=media_id)["MediaInfos"][0]["FileInfoList"] == []
    assert cloud.refused("BatchGetMediaInfos", MediaIds=media_id, AdditionType="Gossip")[1] == "InvalidParameter"
    assert cloud.refused("BatchGetMediaInfos")[1] == "MissingParameter"


def test_unknown_media_are_not_found_singly_and_ignored_in_a_batch(cloud: Caller) -> None:
    assert cloud.refused("GetMediaInfo", MediaId="nobody")[:2] == (404, "ResourceNotFound")
    assert ignored(cloud, "nobody", "nobody-else") == ["nobody", "nobody-else"]


def test_deletion_tells_what_it_ignored_and_keeps_the_file(tmp_path: Path) -> None:
    with opened(tmp_path) as cloud:
        media_id = cloud.submit()["MediaId"]
        answer = cloud.ok("DeleteMediaInfos", MediaIds=f"{media_id},nobody")
        assert (answer["IgnoredList"], answer["ForbiddenList"]) == (["nobody"], [])
        assert ignored(cloud, media_id) == [media_id]
        assert cloud.ok("DeleteMediaInfos", MediaIds=media_id)["IgnoredList"] == [media_id]
        assert (tmp_path / "objects/films/spring/teaser.mp4").exists()


def test_deletion_of_physical_files_removes_the_file(tmp_path: Path) -> None:
    with opened(tmp_path) as cloud:
        cloud.ok("DeleteMediaInfos", MediaIds=cloud.submit()["MediaId"], DeletePhysicalFiles="True")
        assert not (tmp_path / "objects/films/spring/teaser.mp4").exists()


def test_deletion_takes_twenty_at_most(cloud: Caller) -> None:
    ids = ",".join(str(n) for n in range(21))
    assert cloud.refused("DeleteMediaInfos", MediaIds=ids)[1] == "InvalidParameter"


def test_a_list_of_media_excludes_its_start_and_ends_without_a_token(cloud: Caller) -> None:
    cloud.submit()
    cloud.clock.move(60)
    late = cloud.submit(Timeline=using(MediaId="clip0000000000000001", Out=2))["MediaId"]
    listed = cloud.ok("ListMediaBasicInfos", StartTime="2026-01-15T08:30:00Z", IncludeFileBasicInfo="true")
    assert [each["MediaId"] for each in listed["MediaInfos"]] == [late]
    assert "NextToken" not in listed
    assert listed["MediaInfos"][0]["FileInfoList"][0]["FileBasicInfo"]["Duration"] == "2"


def test_a_list_of_media_counts_all_and_goes_page_by_page(cloud: Caller) -> None:
    made = [cloud.submit()["MediaId"] for _ in range(3)]
    first = cloud.ok("ListMediaBasicInfos", MaxResults=2, MediaType="video", SortBy="asc")
    second = cloud.ok("ListMediaBasicInfos", MaxResults=2, SortBy="asc", NextToken=first["NextToken"])
    seen = [each["MediaId"] for each in first["MediaInfos"] + second["MediaInfos"]]
    assert set(made) < set(seen)
    assert first["TotalCount"] == second["TotalCount"] == len(seen) == 4


def test_a_registered_address_is_registered_once(cloud: Caller) -> None:
    url = "https://films.oss-cn-shanghai.aliyuncs.com/in/a.mp4"
    first = cloud.ok("RegisterMediaInfo", InputURL=url, Title="A", ClientToken="t1")["MediaId"]
    assert cloud.ok("RegisterMediaInfo", InputURL=url, Title="A", ClientToken="t1")["MediaId"] == first
    status, code, message = cloud.refused("RegisterMediaInfo", InputURL="oss://films/in/a.mp4")
    assert (status, code) == (400, "InvalidParameter")
    assert first in message
    second = cloud.ok("RegisterMediaInfo", InputURL=url, Overwrite="true")["MediaId"]
    assert ignored(cloud, first, second) == [first]
    assert cloud.ok("GetMediaInfo", InputURL=url)["MediaInfo"]["MediaId"] == second


@pytest.mark.parametrize(
    ("params", "name"),
    [
        ({}, "InputURL"),
        ({"InputURL": "https://cdn.example.com/a.mp4"}, "InputURL"),
        ({"InputURL": "oss://films/a"}, "MediaType"),
        ({"InputURL": "oss://films/a.mp4", "Title": "t" * 129}, "Title"),
        ({"InputURL": "oss://films/a.mp4", "MediaTags": ",".join("a" * 17)}, "MediaTags"),
        ({"InputURL": "oss://films/a.mp4", "ReferenceId": "a b"}, "ReferenceId"),
        ({"InputURL": "oss://films/a.mp4", "BusinessType": "cat"}, "BusinessType"),
    ],
)
def test_a_faulty_registration_names_the_parameter(cloud: Caller, params: dict[str, object], name: str) -> None:
    status, _, message = cloud.refused("RegisterMediaInfo", **params)
    assert status == 400
    assert name in message


def test_unregistered_media_come_to_be_when_a_production_is_submitted(cloud: Caller) -> None:
    assert ignored(cloud, "clip0000000000000001") == ["clip0000000000000001"]
    cloud.ok("CreateEditingProject", Title="t", Timeline=using(MediaId="clip0000000000000001"))
    assert ignored(cloud, "clip0000000000000001") == ["clip0000000000000001"]
    cloud.submit()
    media = cloud.ok("GetMediaInfo", MediaId="clip0000000000000001")["MediaInfo"]
    assert (media["MediaBasicInfo"]["Title"], media["MediaBasicInfo"]["MediaType"]) == ("clip0000000000000001", "video")


@pytest.mark.parametrize(
    ("timeline", "kind", "seconds"),
    [
        (using(MediaId="m", Out=42), "video", "42"),
        (using(MediaId="m", Type="Image", Duration=3), "image", "0"),
        ({"AudioTracks": [{"AudioTrackClips": [{"MediaId": "m"}]}]}, "audio", "10"),
        (using(MediaId="m") | {"AudioTracks": [{"AudioTrackClips": [{"MediaId": "m", "Out": 20}]}]}, "video", "20"),
        (using(MediaId="../../../etc/passwd"), "video", "10"),
    ],
)
def test_synthesised_media_fit_their_use(cloud: Caller, timeline: dict[str, Any], kind: str, seconds: str) -> None:
    media_id = next(iter(timeline.values()))[0]
    media_id = next(iter(media_id.values()))[0]["MediaId"]
    cloud.submit(Timeline=timeline)
    media = cloud.ok("GetMediaInfo", MediaId=media_id)["MediaInfo"]
    assert media["MediaBasicInfo"]["MediaType"] == kind
    assert media["FileInfoList"][0]["FileBasicInfo"]["Duration"] == seconds


def test_synthesised_media_grow_when_more_is_needed(cloud: Caller) -> None:
    cloud.submit(Timeline=using(MediaId="m", Out=5))
    cloud.submit(Timeline=using(MediaId="m", Out=30))
    cloud.submit(Timeline=using(MediaId="m", Out=5))
    media = cloud.ok("GetMediaInfo", MediaId="m")["MediaInfo"]
    assert media["FileInfoList"][0]["FileBasicInfo"]["Duration"] == "30"


def test_deleted_media_are_never_made_again(cloud: Caller) -> None:
    cloud.submit(Timeline=using(MediaId="m"))
    cloud.ok("DeleteMediaInfos", MediaIds="m", DeletePhysicalFiles="true")
    assert outcome(cloud, using(MediaId="m")) == ("Failed", "InvalidMaterial.NotFound")
    assert ignored(cloud, "m") == ["m"]


def test_a_deleted_output_fails_whoever_uses_it(cloud: Caller) -> None:
    media_id = cloud.submit()["MediaId"]
    assert outcome(cloud, using(MediaId=media_id)) == ("Success", "")
    cloud.ok("DeleteMediaInfos", MediaIds=media_id, DeletePhysicalFiles="true")
    assert outcome(cloud, using(MediaId=media_id)) == ("Failed", "InvalidMaterial.NotFound")
    assert outcome(cloud, using(MediaURL=OUTPUT["MediaURL"])) == ("Failed", "InvalidMaterial.NotFound")


def test_strict_rules_make_nothing_up(cloud: Caller) -> None:
    cloud.control("POST", "settings", strict=True)
    for timeline in (using(MediaId="m"), using(MediaURL="https://films.oss-cn-shanghai.aliyuncs.com/in/a.mp4")):
        assert outcome(cloud, timeline) == ("Failed", "InvalidMaterial.NotFound")
    assert ignored(cloud, "m") == ["m"]


def test_a_failed_production_leaves_no_media_and_a_failed_project(cloud: Caller) -> None:
    cloud.control("POST", "settings", strict=True)
    submitted = cloud.submit()
    assert ignored(cloud, submitted["MediaId"]) == [submitted["MediaId"]]
    listed = cloud.ok("ListEditingProjects")["ProjectList"][0]
    assert (listed["Status"], listed["ErrorCode"]) == ("ProduceFailed", "InvalidMaterial.NotFound")


def test_media_promised_by_a_running_job_can_be_used_and_are_not_made_up(tmp_path: Path) -> None:
    clock = ManualClock()
    with opened(tmp_path, "timed", clock) as cloud:
        first = cloud.submit()
        second = cloud.submit(Timeline=using(MediaId=first["MediaId"]))
        clock.move(60)
        assert cloud.job(second["JobId"])["Status"] == "Success"
        info = cloud.ok("GetMediaInfo", MediaId=first["MediaId"])["MediaInfo"]
        assert info["MediaBasicInfo"]["InputURL"] == OUTPUT["MediaURL"]


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/a.mp4",
        "http://cdn.films.com/a.mp4",
        "https://films.oss-cn-beijing.aliyuncs.com/a.mp4",
        "https://films.oss-cn-shanghai.aliyuncs.com/../../../../etc/passwd",
        "https://films.oss-cn-shanghai.aliyuncs.com/%2e%2e/%2e%2e/state.db",
        "file:///etc/passwd",
        "/etc/passwd",
    ],
)
def test_a_material_is_an_object_of_the_region_and_nothing_else(cloud: Caller, url: str) -> None:
    answer = cloud.refused("SubmitMediaProducingJob", Timeline=using(MediaURL=url), OutputMediaConfig=OUTPUT)
    assert answer[:2] == (400, "InvalidParameter")
    assert "VideoTracks[0].VideoTrackClips[0]" in answer[2]


@pytest.mark.parametrize(
    ("params", "name"),
    [({"CateId": "²"}, "CateId"), ({"CateId": "-1"}, "CateId"), ({"ReferenceId": "short"}, "ReferenceId")],
)
def test_a_category_is_a_number_and_a_reference_a_name(cloud: Caller, params: dict[str, str], name: str) -> None:
    said = cloud.refused("RegisterMediaInfo", InputURL="oss://films/a.mp4", **params)
    assert said[:2] == (400, "InvalidParameter")
    assert name in said[2]


def test_a_reference_id_belongs_to_one_asset(cloud: Caller) -> None:
    first = cloud.ok("RegisterMediaInfo", InputURL="oss://films/a.mp4", ReferenceId="mine-1")["MediaId"]
    assert (
        cloud.refused("RegisterMediaInfo", InputURL="oss://films/b.mp4", ReferenceId="mine-1")[1] == "InvalidParameter"
    )
    cloud.ok("DeleteMediaInfos", MediaIds=first)
    assert cloud.ok("RegisterMediaInfo", InputURL="oss://films/b.mp4", ReferenceId="mine-1", CateId="7")["MediaId"]
    assert cloud.ok("ListMediaBasicInfos")["MediaInfos"][0]["MediaBasicInfo"]["CateId"] == 7
