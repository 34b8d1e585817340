"""What the client asks, how it reads the answers, and what it makes of trouble."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

import httpx
import pytest

from reelstack.clouds.alibaba_ims import requests, shapes
from reelstack.clouds.alibaba_ims.client import ImsClient
from reelstack.errors import CloudError, Denied, NotFound, OutcomeUnknown, Unavailable
from reelstack.models.status import JobStatus, MediaStatus, ProjectStatus
from unit.wire.network import Answer, Network, refused, said

TIMELINE = {"VideoTracks": [{"VideoTrackClips": [{"MediaId": "m1", "Out": 5.5, "In": 0}]}]}
OUTPUT = {"MediaURL": "https://b.oss-cn-shanghai.aliyuncs.com/a.mp4", "Width": 640}
NEW_JOB = requests.NewJob(timeline=TIMELINE, output_media_config=OUTPUT, client_token="t-1")
GONE = refused(404, "ProjectNotFound")


def client_of(*answers: Answer) -> tuple[ImsClient, Network]:
    network = Network.of(*answers)
    return ImsClient(network.transport()), network


def form_of(network: Network) -> dict[str, str]:
    return dict(httpx.QueryParams(network.asked[-1].content.decode()))


# What is asked


def test_the_timeline_goes_in_the_form_and_all_else_in_the_query() -> None:
    client, network = client_of(said(Project={"ProjectId": "p"}))
    client.create_editing_project(requests.NewProject(title="T", cover_url="u", timeline=TIMELINE))
    assert network.query() == {"Title": "T", "CoverURL": "u"}
    assert json.loads(form_of(network)["Timeline"]) == TIMELINE


def test_json_parameters_are_canonical() -> None:
    client, network = client_of(said(JobId="j"))
    client.submit_media_producing_job(NEW_JOB)
    client.submit_media_producing_job(
        requests.NewJob(timeline=TIMELINE, output_media_config=dict(reversed(OUTPUT.items())), client_token="t-1")
    )
    assert network.asked[0].url == network.asked[1].url
    assert " " not in network.query()["OutputMediaConfig"]


def test_every_parameter_of_a_submission_has_its_spelling() -> None:
    client, network = client_of(said(JobId="j"))
    client.submit_media_producing_job(
        requests.NewJob(
            template_id="t",
            clips_param={"a": 1},
            output_media_config=OUTPUT,
            output_media_target="vod-media",
            project_metadata={"Title": "p"},
            media_metadata={"Title": "m"},
            editing_produce_config={"AutoRegisterInputVodMedia": False, "CoverConfig": {"StartTime": 1}},
            user_data={"k": "ü"},
            client_token="c",
            source="OpenAPI",
        )
    )
    query = network.query()
    assert set(query) == {
        *("TemplateId", "ClipsParam", "OutputMediaConfig", "OutputMediaTarget", "ProjectMetadata", "MediaMetadata"),
        *("EditingProduceConfig", "UserData", "ClientToken", "Source"),
    }
    assert query["UserData"] == '{"k":"ü"}'
    assert query["EditingProduceConfig"] == '{"AutoRegisterInputVodMedia":"false","CoverConfig":{"StartTime":1}}'


def test_what_is_not_given_is_not_sent_but_an_empty_text_is() -> None:
    client, network = client_of(said())
    client.update_editing_project("p", requests.ProjectChange(description=""))
    assert network.query() == {"ProjectId": "p", "Description": ""}
    assert "content-type" not in network.asked[0].headers


def test_an_update_carries_its_timeline_in_the_form() -> None:
    client, network = client_of(said())
    client.update_editing_project("p", requests.ProjectChange(timeline={}))
    assert (network.query(), form_of(network)) == ({"ProjectId": "p"}, {"Timeline": "{}"})


def test_reading_a_project_never_makes_the_service_convert_it() -> None:
    client, network = client_of(said(Project={"ProjectId": "p"}))
    client.get_editing_project("p")
    assert network.query() == {"ProjectId": "p", "RequestSource": "OpenAPI"}


def test_times_are_sent_in_utc_and_truth_in_lower_case() -> None:
    client, network = client_of(said(MediaInfos=[]))
    start = datetime(2026, 1, 15, 10, 30, tzinfo=timezone(timedelta(hours=2)))
    list(client.list_media_basic_infos(requests.MediaFilter(start_time=start, include_file_basic_info=True)))
    assert network.query() == {
        "StartTime": "2026-01-15T08:30:00Z",
        "IncludeFileBasicInfo": "true",
        "MaxResults": "100",
    }


def test_materials_are_ids_joined_by_commas_and_streams_as_text() -> None:
    client, network = client_of(said(ProjectId="p"))
    stream = requests.LiveStream(app_name="a", domain_name="d", live_url="rtmp://d/a", stream_name="s")
    maps = requests.MaterialMaps(video=("v1", "v2"), live_streams=(stream,), editing_projects=("p2",))
    client.add_editing_project_materials("p", maps)
    sent = json.loads(network.query()["MaterialMaps"])
    assert (sent["video"], sent["editingProject"]) == ("v1,v2", "p2")
    assert json.loads(sent["liveStream"])[0]["liveUrl"] == "rtmp://d/a"
    assert "audio" not in sent


def test_printed_requests_show_no_output_settings() -> None:
    secret = {"AccessKeySecret": "hushhush"}
    assert "hushhush" not in repr(requests.NewJob(output_media_config=secret, project_id="p"))


# How answers are read


@pytest.mark.parametrize(
    "status",
    [{"Status": 2, "StatusName": "Editing"}, {"Status": "Editing"}, {"Status": "2"}, {"StatusName": "EDITING"}],
)
def test_a_status_may_be_a_number_or_a_name(status: dict[str, Any]) -> None:
    client, _ = client_of(said(Project={"ProjectId": "p", **status}))
    assert client.get_editing_project("p").status is ProjectStatus.EDITING


def test_a_project_is_read_with_odd_types_nulls_and_news() -> None:
    project = {"ProjectId": "p", "Title": None, "Duration": "3.42", "CreateTime": "2021-01-08T16:52:07Z", "New": [1]}
    client, _ = client_of(said(Project=project | {"Timeline": json.dumps(TIMELINE), "Status": "Reticulating"}))
    found = client.get_editing_project("p")
    assert (found.title, found.duration, found.request_id) == ("", 3.42, "r-1")
    assert found.create_time == datetime.fromisoformat("2021-01-08T16:52:07+00:00")
    assert shapes.document(found.timeline) == TIMELINE
    assert (found.status, found.status_word) == (ProjectStatus.UNKNOWN, "Reticulating")


def test_a_job_is_read() -> None:
    job = {
        "JobId": "j",
        "Status": "Failed",
        "Code": "InvalidParameter",
        "Message": "no",
        "Progress": 70,
        "MediaURL": "u",
    }
    client, _ = client_of(said(MediaProducingJob=job))
    found = client.get_media_producing_job("j")
    assert (found.status, found.code, found.progress, found.media_url) == (
        JobStatus.FAILED,
        "InvalidParameter",
        70,
        "u",
    )


def media(media_id: str, **basic: Any) -> dict[str, Any]:
    file = {
        "FileType": "source_file",
        "FileUrl": "u",
        "Duration": "12.3",
        "Width": "640",
        "FileSize": "",
        "Bitrate": "x",
    }
    return {
        "MediaId": media_id,
        "MediaBasicInfo": {"Status": "Normal", **basic},
        "FileInfoList": [{"FileBasicInfo": {"FileType": "transcode_file"}}, {"FileBasicInfo": file}],
        "MediaDynamicInfo": {"DynamicMetaData": {"Data": "{}"}},
    }


def test_numbers_of_media_come_as_text_and_may_be_no_numbers() -> None:
    client, _ = client_of(said(MediaInfo=media("m")))
    found = client.get_media_info(requests.MediaLook(media_id="m"))
    file = found.source_file
    assert file is not None
    assert (file.duration, file.width, file.file_size, file.bitrate, file.file_url) == (12.3, 640, None, None, "u")
    assert (found.basic.status, found.dynamic_data) == (MediaStatus.NORMAL, "{}")


def test_an_asset_without_files_has_no_source_file() -> None:
    client, _ = client_of(said(MediaInfo={"MediaId": "m", "FileInfoList": None}))
    assert client.get_media_info(requests.MediaLook(media_id="m")).source_file is None


@pytest.mark.parametrize("body", [{}, {"Project": None}, {"Project": []}, {"Project": {"Title": "no id"}}])
def test_a_success_without_its_content_may_have_happened(body: dict[str, Any]) -> None:
    client, _ = client_of(said(**body))
    with pytest.raises(OutcomeUnknown, match="r-1"):
        client.create_editing_project(requests.NewProject(title="t"))


@pytest.mark.parametrize("body", [{}, {"JobId": None}, {"JobId": ""}])
def test_a_submission_without_a_job_id_may_have_happened(body: dict[str, Any]) -> None:
    client, _ = client_of(said(**body))
    with pytest.raises(OutcomeUnknown):
        client.submit_media_producing_job(NEW_JOB)


# What is there no more


def test_a_project_marked_deleted_is_not_found() -> None:
    client, _ = client_of(said(Project={"ProjectId": "p", "Status": "Deleted"}))
    with pytest.raises(NotFound, match="r-1"):
        client.get_editing_project("p")


@pytest.mark.parametrize("answer", [refused(404, "JobNotFound"), said(), said(MediaProducingJob=None)])
def test_a_job_without_a_record_is_not_found(answer: httpx.Response) -> None:
    client, _ = client_of(answer)
    with pytest.raises(NotFound):
        client.get_media_producing_job("j")


def test_deleting_a_project_that_is_gone_is_a_success() -> None:
    client, network = client_of(GONE)
    client.delete_editing_projects(["p"])
    assert network.queries("ProjectIds") == ["p"]


def test_projects_are_deleted_twenty_at_a_time_each_once() -> None:
    client, network = client_of(said())
    client.delete_editing_projects([f"p{n % 45}" for n in range(90)])
    assert [len(ids.split(",")) for ids in network.queries("ProjectIds")] == [20, 20, 5]


def test_when_one_of_a_batch_is_gone_the_others_are_deleted_one_by_one() -> None:
    client, network = client_of(GONE, GONE, said())
    client.delete_editing_projects(["p1", "p2"])
    assert network.queries("ProjectIds") == ["p1,p2", "p1", "p2"]


def test_no_ids_no_request() -> None:
    client, network = client_of(said())
    client.delete_editing_projects([])
    assert client.delete_media_infos([]) == ()
    assert client.batch_get_media_infos([]) == shapes.MediaBatch()
    assert network.asked == []


# Media in batches


def test_media_are_read_twenty_at_a_time_and_the_answers_put_together() -> None:
    client, network = client_of(said(MediaInfos=[media("m1")], IgnoredList=["x"]), said(MediaInfos=[media("m2")]))
    batch = client.batch_get_media_infos([f"m{n}" for n in range(21)], auth_timeout=60)
    assert [each.media_id for each in batch.infos] == ["m1", "m2"]
    assert batch.ignored == ("x",)
    assert network.query(0) == network.query(1) | {"MediaIds": ",".join(f"m{n}" for n in range(20))}
    assert (network.query()["AdditionType"], network.query()["AuthTimeout"]) == ("FileInfo", "60")


def test_deleting_media_tells_what_was_gone_already() -> None:
    client, network = client_of(said(IgnoredList=["m2"]))
    assert client.delete_media_infos(["m1", "m2"], delete_physical_files=True) == ("m2",)
    assert network.query() == {"MediaIds": "m1,m2", "DeletePhysicalFiles": "true"}


def test_media_that_may_not_be_deleted_are_an_error_after_the_others_were_tried() -> None:
    client, network = client_of(said(ForbiddenList=["m3"]), said())
    with pytest.raises(Denied, match=r"m3.*r-1"):
        client.delete_media_infos([f"m{n}" for n in range(30)])
    assert len(network.asked) == 2


def test_materials_are_taken_away_ten_at_a_time() -> None:
    client, network = client_of(said())
    client.delete_editing_project_materials("p", "video", [f"m{n}" for n in range(12)])
    assert [len(ids.split(",")) for ids in network.queries("MaterialIds")] == [10, 2]


# Lists


def page(*ids: str, **more: Any) -> httpx.Response:
    return said(ProjectList=[{"ProjectId": each} for each in ids], **more)


def test_a_list_is_walked_to_its_end() -> None:
    client, network = client_of(page("p1", "p2", NextToken="a"), page(NextToken="b"), page("p3", NextToken=""))
    assert [project.project_id for project in client.list_editing_projects()] == ["p1", "p2", "p3"]
    assert [query.get("NextToken") for query in map(network.query, range(3))] == [None, "a", "b"]


def test_a_list_is_read_only_as_far_as_it_is_consumed() -> None:
    client, network = client_of(page("p1", NextToken="a"))
    assert next(client.list_editing_projects()).project_id == "p1"
    assert len(network.asked) == 1


def test_a_list_that_leads_back_to_itself_is_an_error_and_not_for_ever() -> None:
    client, _ = client_of(page("p1", NextToken="a"), page("p2", NextToken="b"), page("p3", NextToken="a"))
    with pytest.raises(Unavailable, match="does not end"):
        list(client.list_editing_projects())


def test_jobs_are_listed_with_their_filter() -> None:
    client, network = client_of(said(MediaProducingJobList=[{"JobId": "j"}], MaxResults="100"))
    jobs = list(client.list_media_producing_jobs(requests.JobFilter(project_id="p", sort_by="CreationTime:Asc")))
    assert [job.job_id for job in jobs] == ["j"]
    assert network.query() == {"ProjectId": "p", "SortBy": "CreationTime:Asc", "MaxResults": "100"}


def test_a_search_turns_pages_until_one_is_not_full() -> None:
    client, network = client_of(page("p1", "p2"), page("p2", "p3"), page("p4"))
    found = client.search_editing_project(requests.ProjectSearch(status=("Draft", "Produced"), page_size=2))
    assert [project.project_id for project in found] == ["p1", "p2", "p3", "p4"]
    assert network.queries("PageNo") == ["1", "2", "3"]
    assert network.query()["Status"] == "Draft,Produced"


def test_a_search_that_does_not_turn_pages_ends() -> None:
    client, network = client_of(page("p1", "p2"))
    found = client.search_editing_project(requests.ProjectSearch(page_size=2))
    assert [project.project_id for project in found] == ["p1", "p2"]
    assert len(network.asked) == 2


# What is repeated

Ask = Callable[[ImsClient], object]
ONCE: dict[str, Ask] = {
    "CreateEditingProject": lambda c: c.create_editing_project(requests.NewProject(title="t")),
    "AddEditingProjectMaterials": lambda c: c.add_editing_project_materials("p", requests.MaterialMaps()),
    "SubmitMediaProducingJob": lambda c: c.submit_media_producing_job(
        requests.NewJob(project_id="p", output_media_config=OUTPUT)
    ),
    "RegisterMediaInfo": lambda c: c.register_media_info(requests.NewMedia(input_url="u")),
}
AGAIN: dict[str, Ask] = {
    "UpdateEditingProject": lambda c: c.update_editing_project("p", requests.ProjectChange(title="t")),
    "GetEditingProject": lambda c: c.get_editing_project("p"),
    "DeleteEditingProjects": lambda c: c.delete_editing_projects(["p"]),
    "SearchEditingProject": lambda c: list(c.search_editing_project()),
    "ListEditingProjects": lambda c: list(c.list_editing_projects()),
    "GetEditingProjectMaterials": lambda c: c.get_editing_project_materials("p"),
    "DeleteEditingProjectMaterials": lambda c: c.delete_editing_project_materials("p", "video", ["m"]),
    "SubmitMediaProducingJob": lambda c: c.submit_media_producing_job(NEW_JOB),
    "GetMediaProducingJob": lambda c: c.get_media_producing_job("j"),
    "ListMediaProducingJobs": lambda c: list(c.list_media_producing_jobs()),
    "RegisterMediaInfo": lambda c: c.register_media_info(requests.NewMedia(input_url="u", client_token="t")),
    "GetMediaInfo": lambda c: c.get_media_info(requests.MediaLook(media_id="m")),
    "BatchGetMediaInfos": lambda c: c.batch_get_media_infos(["m"]),
    "ListMediaBasicInfos": lambda c: list(c.list_media_basic_infos()),
    "DeleteMediaInfos": lambda c: c.delete_media_infos(["m"]),
}
FITS_ALL: dict[str, Any] = {
    "Project": {"ProjectId": "p"},
    "MediaProducingJob": {"JobId": "j"},
    "MediaInfo": {"MediaId": "m"},
    "JobId": "j",
    "MediaId": "m",
}


@pytest.mark.parametrize("action", ONCE)
def test_what_would_happen_twice_is_asked_once(action: str) -> None:
    client, network = client_of(httpx.ReadTimeout(""), said(**FITS_ALL))
    with pytest.raises(OutcomeUnknown):
        ONCE[action](client)
    assert network.actions == [action]


@pytest.mark.parametrize("action", AGAIN)
def test_what_can_be_repeated_is_and_with_the_same_token(action: str) -> None:
    client, network = client_of(httpx.ReadTimeout(""), said(**FITS_ALL))
    AGAIN[action](client)
    assert network.actions == [action, action]
    assert network.query(0) == network.query(1)


@pytest.mark.parametrize("action", AGAIN)
def test_every_operation_tells_the_clouds_own_words(action: str) -> None:
    client, _ = client_of(refused(400, "InvalidParameter", "so it is"))
    with pytest.raises(CloudError, match=rf"alibaba-ims {action}: InvalidParameter: so it is. \(request id r-1\)"):
        AGAIN[action](client)
