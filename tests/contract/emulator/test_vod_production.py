"""VOD's productions on the wire: what is asked for, what is refused, and what becomes of the video."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from contract.emulator.door import TIMELINE, VOD, Caller, caller_of, opened
from kit.clock import ManualClock
from reelstack.emulator.cloud import Cloud
from reelstack.emulator.settings import Settings

OTHER = {"VideoTracks": [{"VideoTrackClips": [{"MediaId": "clip0000000000000002", "In": 0, "Out": 2}]}]}


def clip(**fields: object) -> dict[str, Any]:
    return {"VideoTracks": [{"VideoTrackClips": [{"MediaId": "clip0000000000000001", **fields}]}]}


def added(vod: Caller, **params: object) -> str:
    return str(vod.ok("AddEditingProject", **({"Title": "t", "Timeline": TIMELINE} | params))["Project"]["ProjectId"])


def produce(vod: Caller, **params: object) -> dict[str, Any]:
    return vod.ok("ProduceEditingProjectVideo", **params)


def project(vod: Caller, project_id: str) -> dict[str, Any]:
    found: dict[str, Any] = vod.ok("GetEditingProject", ProjectId=project_id)["Project"]
    return found


def video(vod: Caller, media_id: str) -> dict[str, Any]:
    found: dict[str, Any] = vod.ok("GetVideoInfo", VideoId=media_id)["Video"]
    return found


def looks(vod: Caller, media_id: str, count: int) -> list[str]:
    """The statuses seen by so many looks; empty where there was no record."""
    answers = [vod.ok("GetVideoInfos", VideoIds=media_id) for _ in range(count)]
    return [answer["VideoList"][0]["Status"] if answer["VideoList"] else "" for answer in answers]


# Which project, which timeline


def test_neither_project_nor_timeline_is_an_error(vod: Caller) -> None:
    assert vod.refused("ProduceEditingProjectVideo")[:2] == (400, "MissingParameter")


def test_a_timeline_alone_makes_a_project_with_its_materials(vod: Caller) -> None:
    made = produce(vod, Timeline=TIMELINE, Title="New", Description="d", CoverURL="https://a/c.png")
    read = project(vod, made["ProjectId"])
    assert (read["Title"], read["Description"], read["CoverURL"]) == ("New", "d", "https://a/c.png")
    assert json.loads(read["Timeline"]) == TIMELINE
    answer = vod.ok("GetEditingProjectMaterials", ProjectId=made["ProjectId"])
    assert [each["MaterialId"] for each in answer["MaterialList"]["Material"]] == ["clip0000000000000001"]


def test_a_project_alone_is_produced_from_its_last_timeline(vod: Caller) -> None:
    project_id = added(vod)
    vod.ok("UpdateEditingProject", ProjectId=project_id, Timeline=OTHER)
    vod.ok("SetEditingProjectMaterials", ProjectId=project_id, MaterialIds="kept")
    assert video(vod, produce(vod, ProjectId=project_id)["MediaId"])["Duration"] == 2.0
    answer = vod.ok("GetEditingProjectMaterials", ProjectId=project_id)
    assert [each["MaterialId"] for each in answer["MaterialList"]["Material"]] == ["kept"]


def test_both_overwrite_the_project(vod: Caller) -> None:
    project_id = added(vod, Description="stays")
    assert produce(vod, ProjectId=project_id, Timeline=OTHER, Title="overwritten")["ProjectId"] == project_id
    read = project(vod, project_id)
    assert (read["Title"], read["Description"], json.loads(read["Timeline"])) == ("overwritten", "stays", OTHER)
    answer = vod.ok("GetEditingProjectMaterials", ProjectId=project_id)
    assert [each["MaterialId"] for each in answer["MaterialList"]["Material"]] == ["clip0000000000000002"]


def test_an_unknown_project_is_not_found(vod: Caller) -> None:
    answer = vod.refused("ProduceEditingProjectVideo", ProjectId="nobody", Timeline=TIMELINE)
    assert answer[:2] == (404, "InvalidEditingProject.NotFound")


def test_an_empty_project_cannot_be_produced(vod: Caller) -> None:
    answer = vod.refused("ProduceEditingProjectVideo", ProjectId=added(vod, Timeline=""))
    assert answer[:2] == (400, "InvalidParameter")
    assert "nothing to produce" in answer[2]


def test_the_same_request_makes_another_video(vod: Caller) -> None:
    project_id = added(vod)
    made = [produce(vod, ProjectId=project_id, ClientToken="t")["MediaId"] for _ in range(2)]
    assert made[0] != made[1]
    assert [video(vod, media_id)["Status"] for media_id in made] == ["Normal", "Normal"]


# What is refused


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"Timeline": clip(MediaId="")}, "VideoTracks[0].VideoTrackClips[0].MediaId"),
        ({"Timeline": clip(MediaURL="https://films.oss-cn-shanghai.aliyuncs.com/a.mp4")}, "MediaURL"),
        ({"Timeline": {**TIMELINE, "AudioTracks": [{"AudioTrackClips": [{"MediaURL": "https://a"}]}]}}, "AudioTracks"),
        (
            {"Timeline": {**TIMELINE, "SubtitleTracks": [{"SubtitleTrackClips": [{"FileURL": "/etc/passwd"}]}]}},
            "FileURL",
        ),
        ({"Timeline": clip(MaskVideoUrl="https://elsewhere.example/mask.mp4")}, "MaskVideoUrl"),
        ({"Timeline": clip(In=4, Out=4)}, "VideoTracks[0].VideoTrackClips[0].Out"),
        ({"Timeline": {"VideoTracks": [{}] * 101}}, "at most 100"),
        ({"Timeline": {**TIMELINE, "SubtitleTracks": [{}] * 101}}, "at most 100"),
        ({"Timeline": {"VideoTracks": [{"VideoTrackClips": [{"MediaId": f"m{n}"} for n in range(201)]}]}}, "201 mater"),
        ({"Timeline": "{"}, "Timeline"),
        ({"ProduceConfig": "[]"}, "ProduceConfig"),
        ({"ProduceConfig": {"Width": 127}}, "ProduceConfig.Width"),
        ({"ProduceConfig": {"Height": "4097"}}, "ProduceConfig.Height"),
        ({"ProduceConfig": {"Width": True}}, "ProduceConfig.Width"),
        ({"ProduceConfig": {"Width": 2161, "Height": 2161}}, "the shorter side is 2161"),
        ({"ProduceConfig": {"StorageLocation": "films.oss-cn-beijing.aliyuncs.com"}}, "StorageLocation"),
        ({"ProduceConfig": {"StorageLocation": "../../etc"}}, "StorageLocation"),
        ({"ProduceConfig": {"TemplateGroupId": 7}}, "TemplateGroupId"),
        ({"UserData": {"k": "v" * 249}}, "at most 256"),
        ({"UserData": "text"}, "UserData"),
        ({"UserData": {"MessageCallback": "http://a"}}, "UserData.MessageCallback"),
        ({"MediaMetadata": {"ReferenceId": "short"}}, "MediaMetadata.ReferenceId"),
        ({"MediaMetadata": {"Tags": ",".join("abcdefghijklmnopq")}}, "MediaMetadata.Tags"),
        ({"MediaMetadata": {"Tags": "x" * 33}}, "MediaMetadata.Tags"),
        ({"MediaMetadata": {"Title": "春" * 43}}, "MediaMetadata.Title"),
        ({"MediaMetadata": {"CateId": "spring"}}, "MediaMetadata.CateId"),
        ({"MediaMetadata": {"CateId": "1" * 20}}, "MediaMetadata.CateId"),
        ({"AppId": "app 1"}, "AppId"),
    ],
)
def test_a_faulty_production_names_the_place_and_makes_nothing(vod: Caller, changes: dict[str, Any], name: str) -> None:
    status, code, message = vod.refused("ProduceEditingProjectVideo", **({"Timeline": TIMELINE} | changes))
    assert (status, code) == (400, "InvalidParameter")
    assert name in message
    assert vod.control("GET", "status")["vod_projects"] == vod.control("GET", "status")["vod_media"] == 0


def test_what_is_just_within_the_limits_is_taken(vod: Caller) -> None:
    clips = [{"MediaId": f"m{n}", "Out": 1} for n in range(200)]
    user_data = json.dumps({"k": "春" * (256 - len('{"k": ""}'))}, ensure_ascii=False)
    assert len(user_data) == 256
    config = {"Width": 2160, "Height": 4096, "StorageLocation": "films.oss-cn-shanghai.aliyuncs.com"}
    timeline = {"VideoTracks": [{"VideoTrackClips": clips}]}
    made = produce(vod, Timeline=timeline, UserData=user_data, ProduceConfig=config)
    found = video(vod, made["MediaId"])
    assert (found["UserData"], found["StorageLocation"]) == (user_data, config["StorageLocation"])
    assert project(vod, made["ProjectId"])["StorageLocation"] == config["StorageLocation"]


def test_outside_shanghai_the_storage_must_be_named(tmp_path: Path) -> None:
    clock = ManualClock()
    with Cloud(tmp_path, clock=clock, settings=Settings(pace="immediate"), region="cn-beijing") as cloud:
        vod = caller_of(cloud, clock)
        vod.version = VOD
        answer = vod.refused("ProduceEditingProjectVideo", Timeline=TIMELINE)
        assert answer[1] == "MissingParameter"
        assert "ProduceConfig.StorageLocation" in answer[2]
        config = {"StorageLocation": "films.oss-cn-beijing.aliyuncs.com"}
        assert video(vod, produce(vod, Timeline=TIMELINE, ProduceConfig=config)["MediaId"])["RegionId"] == "cn-beijing"


def test_a_reference_id_is_one_videos(vod: Caller) -> None:
    made = produce(vod, Timeline=TIMELINE, MediaMetadata={"ReferenceId": "spring-1"})
    params = {"Timeline": TIMELINE, "MediaMetadata": {"ReferenceId": "spring-1"}}
    assert vod.refused("ProduceEditingProjectVideo", **params)[1] == "InvalidParameter"
    vod.ok("DeleteVideo", VideoIds=made["MediaId"])
    assert produce(vod, **params)["MediaId"]


def test_materials_must_be_normal_and_there(vod_stepwise: Caller) -> None:
    made = produce(vod_stepwise, Timeline=TIMELINE)["MediaId"]
    params = {"Timeline": clip(MediaId=made)}
    assert "it must be Normal" in vod_stepwise.refused("ProduceEditingProjectVideo", **params)[2]
    assert looks(vod_stepwise, made, 7)[-1] == "Normal"
    assert produce(vod_stepwise, **params)["MediaId"]
    Path(vod_stepwise.control("GET", f"media/{made}")["path"]).unlink()
    assert "is gone" in vod_stepwise.refused("ProduceEditingProjectVideo", **params)[2]
    vod_stepwise.ok("DeleteVideo", VideoIds=made)
    assert "there is no media" in vod_stepwise.refused("ProduceEditingProjectVideo", **params)[2]


def test_strict_rules_make_no_media_up(vod: Caller) -> None:
    vod.control("POST", "settings", strict=True)
    status, code, message = vod.refused("ProduceEditingProjectVideo", Timeline=TIMELINE)
    assert (status, code) == (400, "InvalidParameter")
    assert "VideoTracks[0].VideoTrackClips[0]: there is no media clip0000000000000001" in message


def test_materials_of_more_than_a_terabyte_are_refused(tmp_path: Path) -> None:
    clock = ManualClock()
    with Cloud(tmp_path, clock=clock, settings=Settings(pace="immediate")) as cloud:
        vod = caller_of(cloud, clock)
        vod.version = VOD
        media_id = produce(vod, Timeline=TIMELINE)["MediaId"]
        media = cloud.vod.media.get(media_id)
        assert media is not None
        facts = {"kind": "video", "duration": 4.0, "size": (1 << 40) + 1}
        cloud.vod.put_media(replace(media, source="general", facts=facts))
        assert "at most 1099511627776" in vod.refused("ProduceEditingProjectVideo", Timeline=clip(MediaId=media_id))[2]


# What becomes of it


def test_a_video_goes_through_the_real_states(vod_stepwise: Caller) -> None:
    made = produce(vod_stepwise, Timeline=TIMELINE)
    expected = ["", "", "Uploading", "Uploading", "UploadSucc", "Transcoding", "Normal", "Normal"]
    assert looks(vod_stepwise, made["MediaId"], 8) == expected
    assert project(vod_stepwise, made["ProjectId"])["Status"] == "Produced"


def test_a_video_that_is_not_there_yet_is_not_found_and_comes_all_the_same(vod_stepwise: Caller) -> None:
    media_id = produce(vod_stepwise, Timeline=TIMELINE)["MediaId"]
    for _ in range(2):
        answer = vod_stepwise.refused("GetVideoInfo", VideoId=media_id)
        assert answer[:2] == (404, "InvalidVideo.NotFound")
    assert video(vod_stepwise, media_id)["Status"] == "Uploading"


def test_a_look_at_the_project_moves_its_production(vod_stepwise: Caller) -> None:
    made = produce(vod_stepwise, Timeline=TIMELINE)
    words = [project(vod_stepwise, made["ProjectId"])["Status"] for _ in range(5)]
    assert words == ["Producing"] * 4 + ["Produced"]


def test_a_look_at_the_project_moves_all_its_productions(vod_stepwise: Caller) -> None:
    project_id = added(vod_stepwise)
    made = [produce(vod_stepwise, ProjectId=project_id)["MediaId"] for _ in range(2)]
    for _ in range(4):
        project(vod_stepwise, project_id)
    assert [looks(vod_stepwise, media_id, 1) for media_id in made] == [["UploadSucc"], ["UploadSucc"]]


def test_figures_are_known_after_the_upload(vod_stepwise: Caller) -> None:
    media_id = produce(vod_stepwise, Timeline=TIMELINE)["MediaId"]
    looks(vod_stepwise, media_id, 2)
    seen = [video(vod_stepwise, media_id) for _ in range(4)]
    assert ["Size" in each for each in seen] == [False, False, True, True]
    assert ["Duration" in each for each in seen] == [False, False, False, True]


def test_a_timed_video_moves_with_the_clock(tmp_path: Path) -> None:
    clock = ManualClock()
    with opened(tmp_path, "timed", clock) as vod:
        vod.version = VOD
        vod.control("POST", "settings", analysis_seconds=2, transcode_seconds=3)
        media_id = produce(vod, Timeline=TIMELINE)["MediaId"]
        seen = []
        for seconds in (0, 2, 13, 2, 3):
            clock.move(seconds)
            seen += looks(vod, media_id, 1)
        assert seen == ["", "Uploading", "UploadSucc", "Transcoding", "Normal"]


def test_without_transcoding_an_uploaded_video_is_normal(vod_stepwise: Caller) -> None:
    config = {"TemplateGroupId": "VOD_NO_TRANSCODE"}
    media_id = produce(vod_stepwise, Timeline=TIMELINE, ProduceConfig=config)["MediaId"]
    assert looks(vod_stepwise, media_id, 6)[4:] == ["UploadSucc", "Normal"]


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("UploadFail", ["UploadFail", "UploadFail", "UploadFail"]),
        ("TranscodeFail", ["UploadSucc", "Transcoding", "TranscodeFail"]),
        ("Blocked", ["UploadSucc", "Transcoding", "Blocked"]),
    ],
)
def test_a_video_may_fail_after_its_production(vod_stepwise: Caller, code: str, words: list[str]) -> None:
    vod_stepwise.control("POST", "faults", kind="fail_job", code=code)
    made = produce(vod_stepwise, Timeline=TIMELINE)
    assert looks(vod_stepwise, made["MediaId"], 7)[4:] == words
    assert project(vod_stepwise, made["ProjectId"])["Status"] == "Produced"


def test_a_failed_production_is_told_by_the_project_without_a_reason(vod_stepwise: Caller) -> None:
    vod_stepwise.control("POST", "faults", kind="fail_job", code="SomeCode", message="some reason")
    made = produce(vod_stepwise, Timeline=TIMELINE)
    assert looks(vod_stepwise, made["MediaId"], 6)[4:] == ["Uploading", "Uploading"]
    read = project(vod_stepwise, made["ProjectId"])
    assert read["Status"] == "ProduceFailed"
    assert "SomeCode" not in str(read)
    assert vod_stepwise.control("GET", f"jobs/{made['MediaId']}")["production"]["message"] == "some reason"


def test_the_status_is_the_projects_not_the_productions(vod_stepwise: Caller) -> None:
    project_id = added(vod_stepwise)
    vod_stepwise.control("POST", "faults", kind="fail_job")
    first, second = (produce(vod_stepwise, ProjectId=project_id)["MediaId"] for _ in range(2))
    looks(vod_stepwise, first, 5)
    assert project(vod_stepwise, project_id)["Status"] == "ProduceFailed"
    looks(vod_stepwise, second, 7)
    assert project(vod_stepwise, project_id)["Status"] == "Produced"


def test_a_production_outlives_its_project(vod_stepwise: Caller) -> None:
    made = produce(vod_stepwise, Timeline=TIMELINE)
    vod_stepwise.ok("DeleteEditingProject", ProjectIds=made["ProjectId"])
    assert looks(vod_stepwise, made["MediaId"], 7)[-1] == "Normal"


def test_a_lost_answer_leaves_a_production_behind(vod: Caller) -> None:
    project_id = added(vod)
    vod.control("POST", "faults", kind="lost", action="ProduceEditingProjectVideo")
    with pytest.raises(Exception, match="disconnected"):
        produce(vod, ProjectId=project_id, MediaMetadata={"ReferenceId": "marker-1"})
    assert project(vod, project_id)["Status"] == "Produced"
    assert vod.ok("GetVideoInfos", ReferenceIds="marker-1")["VideoList"][0]["ReferenceId"] == "marker-1"


def test_a_production_without_a_video_title_has_the_projects(vod: Caller) -> None:
    project_id = added(vod, Title="The project")
    assert video(vod, produce(vod, ProjectId=project_id)["MediaId"])["Title"] == "The project"
    metadata = {"Title": "The video", "Unknown": {"kept": "out"}}
    assert video(vod, produce(vod, ProjectId=project_id, MediaMetadata=metadata)["MediaId"])["Title"] == "The video"


# The event


@pytest.fixture
def told(tmp_path: Path) -> Iterator[tuple[Cloud, Caller]]:
    clock = ManualClock()
    with Cloud(tmp_path, clock=clock, settings=Settings(pace="immediate")) as cloud:
        vod = caller_of(cloud, clock)
        vod.version = VOD
        yield cloud, vod


def event(cloud: Cloud, vod: Caller) -> dict[str, Any]:
    """What was to be sent, from the journal: nobody listens at the address."""
    data = {"MessageCallback": {"CallbackURL": "http://127.0.0.1:9/hook", "CallbackType": "http"}}
    produce(vod, Timeline=TIMELINE, UserData=data)
    assert cloud.callbacks.wait_until_idle(30)
    entry = next(each for each in cloud.gateway.journal.entries() if each["service"] == "callback")
    found: dict[str, Any] = json.loads(entry["params"]["event"])
    return found


def test_the_end_of_a_production_is_an_event(told: tuple[Cloud, Caller]) -> None:
    found = event(*told)
    assert (found["EventType"], found["Status"]) == ("ProduceMediaComplete", "success")
    assert found["EventTime"] == "2026-01-15T08:30:00Z"
    assert len(found["MediaId"]) == len(found["ProjectId"]) == 32
    assert "ErrorCode" not in found


def test_only_the_event_of_a_failed_production_tells_why(told: tuple[Cloud, Caller]) -> None:
    told[1].control("POST", "faults", kind="fail_job", code="SomeCode", message="some reason")
    found = event(*told)
    assert (found["Status"], found["ErrorCode"], found["ErrorMessage"]) == ("fail", "SomeCode", "some reason")


def test_a_queue_is_told_nothing(told: tuple[Cloud, Caller]) -> None:
    cloud, vod = told
    data = {"MessageCallback": {"CallbackURL": "http://127.0.0.1:9/hook", "CallbackType": "mns"}}
    produce(vod, Timeline=TIMELINE, UserData=data)
    assert cloud.callbacks.wait_until_idle(30)
    assert {entry["service"] for entry in cloud.gateway.journal.entries()} == {"vod"}
