"""Producing jobs on the wire: submission, its faults, client tokens, the life of a job."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from contract.emulator.door import OUTPUT, TIMELINE, Caller, opened
from kit.clock import ManualClock


def clip(**fields: object) -> dict[str, Any]:
    return {"VideoTracks": [{"VideoTrackClips": [{"MediaId": "clip0000000000000001", **fields}]}]}


def test_a_job_goes_through_the_real_states(stepwise: Caller) -> None:
    job_id = stepwise.submit()["JobId"]
    looks = [stepwise.job(job_id) for _ in range(6)]
    words = ["Init", "Queuing", "Processing", "Processing", "Success", "Success"]
    assert [look["Status"] for look in looks] == words
    assert [look["Progress"] for look in looks] == [0, 0, 10, 60, 100, 100]
    assert "Duration" not in looks[0]
    assert "CompleteTime" not in looks[0]
    assert looks[-1]["Duration"] == 4.0
    assert looks[-1]["CompleteTime"] == "2026-01-15T08:30:00Z"


def test_a_timed_job_moves_with_the_clock(tmp_path: Path) -> None:
    clock = ManualClock()
    with opened(tmp_path, "timed", clock) as cloud:
        job_id = cloud.submit()["JobId"]
        seen = []
        for seconds in (0, 1, 7.5, 7.5):
            clock.move(seconds)
            look = cloud.job(job_id)
            seen.append((look["Status"], look["Progress"]))
        assert seen == [("Init", 0), ("Queuing", 0), ("Processing", 50), ("Success", 100)]


def test_an_immediate_job_has_succeeded_when_it_is_first_seen(cloud: Caller) -> None:
    submitted = cloud.submit()
    assert cloud.job(submitted["JobId"])["Status"] == "Success"
    files = cloud.ok("GetMediaInfo", MediaId=submitted["MediaId"])["MediaInfo"]["FileInfoList"]
    assert cloud.http.get(files[0]["FileBasicInfo"]["FileUrl"]).content.startswith(b"\x00\x00\x00\x18ftyp")


def test_the_output_is_unknown_then_analysed_then_known(stepwise: Caller) -> None:
    submitted = stepwise.submit()

    def look() -> dict[str, Any]:
        return stepwise.ok("BatchGetMediaInfos", MediaIds=submitted["MediaId"], AdditionType="FileInfo")

    assert look()["IgnoredList"] == [submitted["MediaId"]]
    for _ in range(5):
        stepwise.job(submitted["JobId"])
    analysed = look()["MediaInfos"][0]
    assert analysed["MediaBasicInfo"]["Status"] == "Preparing"
    assert "Duration" not in analysed["FileInfoList"][0]["FileBasicInfo"]
    known = look()["MediaInfos"][0]
    assert known["MediaBasicInfo"]["Status"] == "Normal"
    assert known["FileInfoList"][0]["FileBasicInfo"]["Duration"] == "4"


def test_the_analysis_takes_its_time(tmp_path: Path) -> None:
    clock = ManualClock()
    with opened(tmp_path, "timed", clock) as cloud:
        cloud.control("POST", "settings", analysis_seconds=5)
        submitted = cloud.submit()
        clock.move(15)
        assert cloud.job(submitted["JobId"])["Status"] == "Success"
        status = [cloud.ok("GetMediaInfo", MediaId=submitted["MediaId"])["MediaInfo"]["MediaBasicInfo"]["Status"]]
        clock.move(5)
        status.append(cloud.ok("GetMediaInfo", MediaId=submitted["MediaId"])["MediaInfo"]["MediaBasicInfo"]["Status"])
        assert status == ["Preparing", "Normal"]


def test_a_project_follows_its_job(stepwise: Caller) -> None:
    project_id = stepwise.ok("CreateEditingProject", Title="t", Timeline=TIMELINE)["Project"]["ProjectId"]
    submitted = stepwise.submit(ProjectId=project_id, Timeline="")
    assert submitted["ProjectId"] == project_id

    def status() -> str:
        return str(stepwise.ok("GetEditingProject", ProjectId=project_id)["Project"]["Status"])

    assert status() == "Producing"
    for _ in range(5):
        stepwise.job(submitted["JobId"])
    assert status() == "Produced"


def test_submitting_a_timeline_leaves_a_project_behind(cloud: Caller) -> None:
    submitted = cloud.submit(ProjectMetadata={"Title": "Left over"})
    project = cloud.ok("GetEditingProject", ProjectId=submitted["ProjectId"])["Project"]
    assert (project["Title"], project["Status"]) == ("Left over", "Produced")
    assert json.loads(project["Timeline"]) == TIMELINE


def test_the_job_echoes_what_was_asked_for(cloud: Caller) -> None:
    submitted = cloud.submit(UserData='{"k": "v"}', MediaMetadata={"Title": "Teaser", "Tags": "a,b"})
    job = cloud.job(submitted["JobId"])
    assert (job["UserData"], job["MediaURL"]) == ('{"k": "v"}', OUTPUT["MediaURL"])
    basic = cloud.ok("GetMediaInfo", MediaId=submitted["MediaId"])["MediaInfo"]["MediaBasicInfo"]
    assert (basic["Title"], basic["MediaTags"], basic["InputURL"]) == ("Teaser", "a,b", OUTPUT["MediaURL"])


def test_an_output_to_vod_has_a_vod_id(cloud: Caller) -> None:
    config = {"StorageLocation": "outin-1.oss-cn-shanghai.aliyuncs.com", "FileName": "a.mp4"}
    submitted = cloud.submit(OutputMediaTarget="vod-media", OutputMediaConfig=config)
    assert len(submitted["VodMediaId"]) == 32
    assert cloud.job(submitted["JobId"])["VodMediaId"] == submitted["VodMediaId"]
    assert "VodMediaId" not in cloud.submit()


@pytest.mark.parametrize(
    "changes",
    [
        {"FileName": "../a.mp4"},
        {"FileName": "spring/a.mp4"},
        {"FileName": ".."},
        {"FileName": "a\\b.mp4"},
        {"StorageLocation": "https://outin-1.oss-cn-shanghai.aliyuncs.com"},
        {"StorageLocation": "../up"},
        {"StorageLocation": "outin-1.oss-cn-beijing.aliyuncs.com"},
    ],
)
def test_an_output_to_vod_stays_in_its_storage(cloud: Caller, changes: dict[str, str]) -> None:
    config = {"StorageLocation": "outin-1.oss-cn-shanghai.aliyuncs.com", "FileName": "a.mp4"} | changes
    params = {"Timeline": TIMELINE, "OutputMediaTarget": "vod-media", "OutputMediaConfig": config}
    assert cloud.refused("SubmitMediaProducingJob", **params)[:2] == (400, "InvalidParameter")


S3 = {
    "Endpoint": "https://s3.example",
    "Bucket": "films",
    "ObjectKey": "a.mp4",
    "AccessKeyId": "AKSECRETID",
    "AccessKeySecret": "AKSECRETVALUE",
}


def test_keys_of_an_s3_output_are_kept_nowhere(tmp_path: Path) -> None:
    with opened(tmp_path) as cloud:
        submitted = cloud.submit(OutputMediaTarget="S3", OutputMediaConfig=S3)
        job = cloud.job(submitted["JobId"])
        assert job["MediaURL"] == "https://s3.example/films/a.mp4"
        assert "S3 is not written to" in job["Message"]
        cloud.send("SubmitMediaProducingJob", {"OutputMediaTarget": "S3", "OutputMediaConfig": json.dumps(S3)[:-1]})
        assert "AKSECRET" not in str(cloud.control("GET", "requests"))
    for file in tmp_path.rglob("*"):
        assert file.is_dir() or b"AKSECRET" not in file.read_bytes()


@pytest.mark.parametrize("name", S3)
def test_an_s3_output_needs_its_place_and_its_keys(cloud: Caller, name: str) -> None:
    config = {key: value for key, value in S3.items() if key != name}
    params = {"Timeline": TIMELINE, "OutputMediaTarget": "S3", "OutputMediaConfig": config}
    status, code, message = cloud.refused("SubmitMediaProducingJob", **params)
    assert (status, code) == (400, "MissingParameter")
    assert f"OutputMediaConfig.{name}" in message


@pytest.mark.parametrize(
    "changes",
    [
        {"Endpoint": "https://AKSECRET:AKSECRET@s3.example"},
        {"Endpoint": "https://:AKSECRET@s3.example"},
        {"Endpoint": "file:///etc"},
        {"Endpoint": "https://[s3"},
        {"ObjectKey": "../../a.mp4"},
        {"ObjectKey": "a\\b.mp4"},
        {"Bucket": ".."},
    ],
)
def test_an_s3_output_names_a_host_and_stays_in_its_bucket(cloud: Caller, changes: dict[str, str]) -> None:
    params = {"Timeline": TIMELINE, "OutputMediaTarget": "S3", "OutputMediaConfig": S3 | changes}
    status, code, message = cloud.refused("SubmitMediaProducingJob", **params)
    assert (status, code) == (400, "InvalidParameter")
    assert "AKSECRET" not in message


def test_what_is_accepted_without_effect_is_told(cloud: Caller) -> None:
    asked = {"AutoRegisterInputVodMedia": "true", "OutputWebmTransparentChannel": "true"}
    message = cloud.job(cloud.submit(EditingProduceConfig=asked | {"CoverConfig": {"Corner": 1}})["JobId"])["Message"]
    assert "EditingProduceConfig.OutputWebmTransparentChannel: not rendered" in message
    assert "EditingProduceConfig.CoverConfig.Corner: not rendered" in message
    assert "AutoRegister" not in message
    plain = {"OutputWebmTransparentChannel": "false", "CoverConfig": {"StartTime": 1}}
    assert cloud.job(cloud.submit(EditingProduceConfig=plain)["JobId"])["Message"] == ""


@pytest.mark.parametrize(
    "params",
    [
        {"EditingProduceConfig": {"CoverConfig": {"CoverUrl": "https://films.oss-cn-shanghai.aliyuncs.com/c.png"}}},
        {"MediaMetadata": {"CoverURL": "https://films.oss-cn-shanghai.aliyuncs.com/c.png"}},
    ],
)
def test_a_cover_that_is_given_is_the_cover(cloud: Caller, params: dict[str, Any]) -> None:
    media_id = cloud.submit(**params)["MediaId"]
    basic = cloud.ok("GetMediaInfo", MediaId=media_id)["MediaInfo"]["MediaBasicInfo"]
    assert basic["CoverURL"].startswith("https://films.oss-cn-shanghai.aliyuncs.com/c.png?Expires=")


def test_the_same_token_and_parameters_give_the_same_job(cloud: Caller) -> None:
    first = cloud.submit(ClientToken="token-1")
    again = cloud.submit(ClientToken="token-1")
    assert {**first, "RequestId": ""} == {**again, "RequestId": ""}
    assert len(cloud.ok("ListMediaProducingJobs")["MediaProducingJobList"]) == 1
    assert cloud.submit(ClientToken="token-2")["JobId"] != first["JobId"]


def test_the_same_token_with_other_parameters_is_refused(cloud: Caller) -> None:
    cloud.submit(ClientToken="token-1")
    params = {"Timeline": clip(Out=3), "OutputMediaConfig": OUTPUT, "ClientToken": "token-1"}
    assert cloud.refused("SubmitMediaProducingJob", **params)[:2] == (400, "IdempotentParameterMismatch")


def test_a_token_is_forgotten_after_a_day(cloud: Caller) -> None:
    first = cloud.submit(ClientToken="token-1")
    cloud.clock.move(25 * 3600)
    assert cloud.submit(ClientToken="token-1")["JobId"] != first["JobId"]


def test_a_refused_submission_does_not_use_up_its_token(cloud: Caller) -> None:
    cloud.refused("SubmitMediaProducingJob", Timeline="{}", OutputMediaConfig=OUTPUT, ClientToken="token-1")
    assert cloud.submit(ClientToken="token-1")["JobId"]


@pytest.mark.parametrize(
    ("changes", "code", "name"),
    [
        ({"OutputMediaConfig": ""}, "MissingParameter", "OutputMediaConfig"),
        ({"OutputMediaConfig": "{"}, "InvalidParameter", "OutputMediaConfig"),
        ({"OutputMediaConfig": {}}, "MissingParameter", "OutputMediaConfig.MediaURL"),
        ({"OutputMediaConfig": OUTPUT | {"Width": 100}}, "InvalidParameter", "OutputMediaConfig.Width"),
        ({"OutputMediaConfig": OUTPUT | {"Height": 4097}}, "InvalidParameter", "OutputMediaConfig.Height"),
        ({"OutputMediaConfig": OUTPUT | {"Width": 2161, "Height": 2161}}, "InvalidParameter", "shorter side"),
        ({"OutputMediaConfig": OUTPUT | {"Bitrate": 5001}}, "InvalidParameter", "OutputMediaConfig.Bitrate"),
        ({"OutputMediaConfig": OUTPUT | {"MaxDuration": 0}}, "InvalidParameter", "OutputMediaConfig.MaxDuration"),
        ({"OutputMediaConfig": OUTPUT | {"Video": {"Crf": 52}}}, "InvalidParameter", "OutputMediaConfig.Video.Crf"),
        ({"OutputMediaTarget": "tape"}, "InvalidParameter", "OutputMediaTarget"),
        ({"OutputMediaTarget": "vod-media"}, "MissingParameter", "StorageLocation"),
        (
            {"OutputMediaConfig": OUTPUT | {"Video": {"Codec": 264}}},
            "InvalidParameter",
            "OutputMediaConfig.Video.Codec",
        ),
        ({"OutputMediaConfig": OUTPUT | {"ProduceTemplateId": 7}}, "InvalidParameter", "ProduceTemplateId"),
        ({"EditingProduceConfig": {"CoverConfig": "first"}}, "InvalidParameter", "EditingProduceConfig.CoverConfig"),
        ({"EditingProduceConfig": {"CoverConfig": {"StartTime": -1}}}, "InvalidParameter", "CoverConfig.StartTime"),
        ({"EditingProduceConfig": {"CoverConfig": {"CoverUrl": 1}}}, "InvalidParameter", "CoverConfig.CoverUrl"),
        ({"EditingProduceConfig": {"OutputWebmTransparentChannel": "yes"}}, "InvalidParameter", "TransparentChannel"),
        ({"MediaMetadata": {"Title": 7}}, "InvalidParameter", "MediaMetadata.Title"),
        ({"MediaMetadata": {"CateId": "film"}}, "InvalidParameter", "MediaMetadata.CateId"),
        ({"MediaMetadata": {"CateId": "²"}}, "InvalidParameter", "MediaMetadata.CateId"),
        ({"ProjectMetadata": {"Description": []}}, "InvalidParameter", "ProjectMetadata.Description"),
        ({"UserData": {"NotifyAddress": 8757}}, "InvalidParameter", "UserData.NotifyAddress"),
        ({"UserData": "not json"}, "InvalidParameter", "UserData"),
        ({"ProjectId": "p"}, "InvalidParameter", "exactly one"),
        ({"Timeline": ""}, "InvalidParameter", "exactly one"),
        ({"Timeline": "", "TemplateId": "t"}, "MissingParameter", "ClipsParam"),
        ({"Timeline": {}}, "InvalidParameter", "nothing to produce"),
        ({"Timeline": clip(In=4, Out=4)}, "InvalidParameter", "VideoTracks[0].VideoTrackClips[0].Out"),
        ({"Timeline": clip(In="x")}, "InvalidParameter", "VideoTracks[0].VideoTrackClips[0].In"),
        ({"Timeline": clip(MediaURL="https://a")}, "InvalidParameter", "exactly one of MediaId and MediaURL"),
        ({"Timeline": {"VideoTracks": [{}] * 101}}, "InvalidParameter", "at most 100"),
        ({"Timeline": {"VideoTracks": {"0": 1}}}, "InvalidParameter", "VideoTracks"),
        ({"Timeline": {"VideoTracks": "film"}}, "InvalidParameter", "VideoTracks"),
        ({"Timeline": {"VideoTracks": [{"VideoTrackClips": "film"}]}}, "InvalidParameter", "VideoTrackClips"),
        ({"Timeline": clip(Out=1e308)}, "InvalidParameter", "Out"),
        ({"Timeline": '{"VideoTracks": ' + "[" * 90 + "]" * 90 + "}"}, "InvalidParameter", "nested"),
        ({"Timeline": clip(MediaId=["a"])}, "InvalidParameter", "VideoTracks[0].VideoTrackClips[0]"),
        ({"MediaMetadata": '{"Title": "\\ud800"}'}, "InvalidParameter", "MediaMetadata"),
        ({"UserData": json.dumps({"k": "v" * 512})}, "InvalidParameter", "UserData"),
        ({"ClientToken": "t" * 65}, "InvalidParameter", "ClientToken"),
    ],
)
def test_a_faulty_submission_names_the_place(cloud: Caller, changes: dict[str, Any], code: str, name: str) -> None:
    params = {"Timeline": TIMELINE, "OutputMediaConfig": OUTPUT} | changes
    status, said, message = cloud.refused("SubmitMediaProducingJob", **params)
    assert (status, said) == (400, code)
    assert name in message
    assert cloud.ok("ListMediaProducingJobs")["MediaProducingJobList"] == []


@pytest.mark.parametrize(
    "url",
    [
        "https://films.oss-cn-beijing.aliyuncs.com/a.mp4",
        "https://films.oss-accelerate.aliyuncs.com/a.mp4",
        "https://cdn.example.com/a.mp4",
        "https://films.oss-cn-shanghai.aliyuncs.com/../../a.mp4",
        "https://films.oss-cn-shanghai.aliyuncs.com/%2e%2e/a.mp4",
        "https://films.oss-cn-shanghai.aliyuncs.com/a%00.mp4",
        "https://films.oss-cn-shanghai.aliyuncs.com/noextension",
        "oss://films/a.mp4",
        "file:///etc/a.mp4",
    ],
)
def test_an_output_goes_to_a_bucket_of_the_region_and_nowhere_else(cloud: Caller, url: str) -> None:
    params = {"Timeline": TIMELINE, "OutputMediaConfig": OUTPUT | {"MediaURL": url}}
    assert cloud.refused("SubmitMediaProducingJob", **params)[:2] == (400, "InvalidParameter")


def test_an_unknown_project_is_not_found(cloud: Caller) -> None:
    answer = cloud.refused("SubmitMediaProducingJob", ProjectId="nobody", OutputMediaConfig=OUTPUT)
    assert answer[:2] == (404, "ProjectNotFound")


def test_an_unknown_and_an_expired_job_are_not_found(cloud: Caller) -> None:
    assert cloud.refused("GetMediaProducingJob", JobId="nobody")[:2] == (404, "ResourceNotFound")
    job_id = cloud.submit()["JobId"]
    cloud.clock.move(366 * 86400)
    assert cloud.refused("GetMediaProducingJob", JobId=job_id)[:2] == (404, "ResourceNotFound")


def test_a_list_of_jobs_leaves_out_what_the_real_one_leaves_out(cloud: Caller) -> None:
    submitted = cloud.submit()
    listed = cloud.ok("ListMediaProducingJobs")
    assert listed["MaxResults"] == "10"
    job = listed["MediaProducingJobList"][0]
    assert (job["JobId"], job["Status"], job["Duration"]) == (submitted["JobId"], "Success", 4.0)
    assert not {"Timeline", "VodMediaId", "Progress"} & set(job)


def test_a_list_of_jobs_keeps_to_its_filters(cloud: Caller) -> None:
    first, second = cloud.submit(), cloud.submit()

    def listed(**params: object) -> list[str]:
        return [job["JobId"] for job in cloud.ok("ListMediaProducingJobs", **params)["MediaProducingJobList"]]

    assert listed() == [second["JobId"], first["JobId"]]
    assert listed(ProjectId=first["ProjectId"]) == listed(Keyword=first["JobId"]) == [first["JobId"]]
    assert listed(Status="Failed") == listed(JobType="LiveEditingJob") == listed(MasterJobId="m") == []


def test_a_list_of_jobs_spans_at_most_thirty_days(cloud: Caller) -> None:
    window = {"StartTime": "2026-01-01T00:00:00Z", "EndTime": "2026-02-15T00:00:00Z"}
    status, code, message = cloud.refused("ListMediaProducingJobs", **window)
    assert (status, code) == (400, "InvalidParameter")
    assert "30 days" in message


def test_more_than_thirty_submissions_a_second_are_throttled(cloud: Caller) -> None:
    for _ in range(30):
        cloud.submit()
    params = {"Timeline": TIMELINE, "OutputMediaConfig": OUTPUT}
    assert cloud.refused("SubmitMediaProducingJob", **params)[1] == "Throttling.User"
    assert cloud.ok("ListMediaProducingJobs", MaxResults=100)
    cloud.clock.move(1)
    assert cloud.submit()["JobId"]


@pytest.mark.parametrize(
    ("timeline", "seconds"),
    [
        (clip(), 10.0),
        (clip(Out=4), 4.0),
        (clip(In=4), 6.0),
        (clip(In=1, Out=5, Speed=2), 2.0),
        (clip(TimelineIn=3, In=0, Out=4), 7.0),
        (clip(Type="Image", Duration=2), 2.0),
        ({"VideoTracks": [{"VideoTrackClips": [{"MediaId": "a", "Out": 4}, {"MediaId": "b", "Out": 3}]}]}, 7.0),
        (
            {
                "VideoTracks": [
                    {
                        "VideoTrackClips": [
                            {"MediaId": "a", "Out": 4, "Effects": [{"Type": "Transition", "Duration": 0.5}]},
                            {"MediaId": "b", "Out": 3},
                        ]
                    }
                ]
            },
            6.5,
        ),
        (
            {
                "VideoTracks": [{"MainTrack": True, "VideoTrackClips": [{"MediaId": "a", "Out": 4}]}],
                "AudioTracks": [{"AudioTrackClips": [{"MediaId": "m", "Out": 9}]}],
            },
            4.0,
        ),
    ],
)
def test_an_output_is_as_long_as_its_timeline(cloud: Caller, timeline: dict[str, Any], seconds: float) -> None:
    assert cloud.job(cloud.submit(Timeline=timeline)["JobId"])["Duration"] == seconds
