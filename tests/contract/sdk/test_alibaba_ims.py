"""The official SDK of IMS against the local cloud, over loopback, with its own signatures: every covered operation."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alibabacloud_ice20201109 import models
from alibabacloud_ice20201109.client import Client
from alibabacloud_tea_openapi.exceptions import ClientException, ServerException, ThrottlingException
from alibabacloud_tea_openapi.models import Config
from darabonba.exceptions import UnretryableException
from darabonba.model import DaraModel

from contract.emulator.door import OUTPUT, TIMELINE, Caller
from contract.sdk.serve import Served, served
from reelstack.emulator.cloud import PERMANENT, TEMPORARY
from reelstack.emulator.ims import routes
from reelstack.emulator.settings import Settings
from reelstack.emulator.verify import Credential

STREAM = {"appName": "a", "domainName": "d", "liveUrl": "rtmp://d/a/s", "streamName": "s"}
ALBUM = {"VideoTracks": [{"VideoTrackClips": [{"MediaId": "$Clip", "Out": 2}]}]}
LIVE = {"OutputMediaConfig": {"StorageLocation": "films.oss-cn-shanghai.aliyuncs.com", "Path": "live"}}


def client_of(local: Served, credential: Credential = PERMANENT, algorithm: str | None = None) -> Client:
    return Client(
        Config(
            signature_algorithm=algorithm,
            access_key_id=credential.access_key_id,
            access_key_secret=credential.access_key_secret,
            security_token=credential.security_token or None,
            endpoint=local.endpoint,
            protocol="http",
            region_id="cn-shanghai",
        )
    )


@pytest.fixture
def client(local: Served) -> Client:
    return client_of(local)


def text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def new_project(client: Client, title: str = "Spring – 春", **more: Any) -> Any:
    fields = {"title": title, "timeline": text(TIMELINE), **more}
    return client.create_editing_project(models.CreateEditingProjectRequest(**fields)).body.project


def new_job(client: Client, **more: Any) -> Any:
    fields = {"timeline": text(TIMELINE), "output_media_config": text(OUTPUT), **more}
    return client.submit_media_producing_job(models.SubmitMediaProducingJobRequest(**fields)).body


def job(client: Client, job_id: str) -> Any:
    asked = models.GetMediaProducingJobRequest(job_id=job_id)
    return client.get_media_producing_job(asked).body.media_producing_job


def new_media(client: Client, name: str = "a.mp4", **more: Any) -> str:
    url = f"https://films.oss-cn-shanghai.aliyuncs.com/{name}"
    asked = models.RegisterMediaInfoRequest(input_url=url, **more)
    return str(client.register_media_info(asked).body.media_id)


# Editing projects


def test_a_project_is_created_read_changed_and_deleted(client: Client) -> None:
    made = new_project(client, description="a&b=c +~*/%", cover_url="https://films.oss-cn-shanghai.aliyuncs.com/c.png")
    assert (made.status, made.status_name, made.duration) == (1, "Draft", 4.0)
    asked = models.GetEditingProjectRequest(project_id=made.project_id)
    read = client.get_editing_project(asked).body.project
    assert (read.title, read.description, read.status) == ("Spring – 春", "a&b=c +~*/%", "Draft")
    assert json.loads(read.timeline) == TIMELINE
    change = models.UpdateEditingProjectRequest(project_id=made.project_id, title="Summer", timeline="{}")
    assert client.update_editing_project(change).body.request_id
    read = client.get_editing_project(asked).body.project
    assert (read.title, read.timeline, read.description) == ("Summer", "{}", "a&b=c +~*/%")
    client.delete_editing_projects(models.DeleteEditingProjectsRequest(project_ids=made.project_id))
    with pytest.raises(ClientException) as caught:
        client.get_editing_project(asked)
    assert (caught.value.status_code, caught.value.code) == (404, "ProjectNotFound")


def test_a_project_of_a_template_and_a_live_project_are_created(local: Served, client: Client) -> None:
    with Caller.at(local.url) as caller:
        caller.control("POST", "templates", template_id="album", config=ALBUM)
    made = new_project(client, timeline=None, template_id="album", clips_param=text({"Clip": "c1"}))
    assert (made.template_id, made.template_type, made.duration) == ("album", "Timeline", 2.0)
    live = new_project(client, project_type="LiveEditingProject", business_config=text(LIVE))
    assert (live.project_type, live.business_status) == ("LiveEditingProject", "Reserving")
    change = models.UpdateEditingProjectRequest(project_id=live.project_id, business_status="ReservationCanceled")
    client.update_editing_project(change)
    asked = models.GetEditingProjectRequest(project_id=live.project_id)
    assert client.get_editing_project(asked).body.project.business_status == "ReservationCanceled"


def test_projects_are_listed_page_by_page(client: Client) -> None:
    ids = {new_project(client, str(n)).project_id for n in range(5)}
    seen, token, pages = [], None, 0
    while pages == 0 or token:
        asked = models.ListEditingProjectsRequest(max_results="2", next_token=token, sort_by="CreationTime:Asc")
        body = client.list_editing_projects(asked).body
        seen += [each.project_id for each in body.project_list]
        token, pages = body.next_token, pages + 1
    assert (pages, len(seen), set(seen)) == (3, 5, ids)


def test_projects_are_searched_page_by_page(client: Client) -> None:
    ids = [new_project(client, str(n)).project_id for n in range(5)]
    seen = []
    for number in (1, 2, 3):
        asked = models.SearchEditingProjectRequest(page_no=number, page_size=2, sort_by="CreationTime:Asc")
        seen += client.search_editing_project(asked).body.project_list
    assert [each.project_id for each in seen] == ids
    assert {each.duration for each in seen} == {4.0}


def test_materials_are_added_read_and_deleted(client: Client) -> None:
    project_id, media_id = new_project(client).project_id, new_media(client)
    maps = {"video": media_id, "liveStream": text([STREAM]), "editingProject": project_id}
    adding = models.AddEditingProjectMaterialsRequest(project_id=project_id, material_maps=text(maps))
    added = client.add_editing_project_materials(adding).body
    assert [each.media_id for each in added.media_infos] == [media_id]
    assert (added.project_materials, added.live_materials[0].live_url) == ([project_id], "rtmp://d/a/s")
    deleting = models.DeleteEditingProjectMaterialsRequest(
        project_id=project_id, material_type="video", material_ids=media_id
    )
    client.delete_editing_project_materials(deleting)
    reading = models.GetEditingProjectMaterialsRequest(project_id=project_id)
    assert client.get_editing_project_materials(reading).body.media_infos == []


# Producing jobs


def test_a_job_is_submitted_and_comes_to_its_end(client: Client) -> None:
    submitted = new_job(client, user_data=text({"k": "v"}), media_metadata=text({"Title": "Teaser"}))
    found = job(client, submitted.job_id)
    assert (found.status, found.duration, found.media_id) == ("Success", 4.0, submitted.media_id)
    assert (found.media_url, json.loads(found.user_data)) == (OUTPUT["MediaURL"], {"k": "v"})


def test_a_job_goes_to_vod_with_an_id_of_vod(client: Client) -> None:
    config = {"StorageLocation": "outin-1.oss-cn-shanghai.aliyuncs.com", "FileName": "a.mp4"}
    submitted = new_job(client, output_media_target="vod-media", output_media_config=text(config))
    assert submitted.vod_media_id
    assert job(client, submitted.job_id).vod_media_id == submitted.vod_media_id


def test_a_submission_with_a_token_can_be_repeated(client: Client) -> None:
    first, again = (new_job(client, client_token="token-1") for _ in range(2))
    assert first.job_id == again.job_id
    with pytest.raises(ClientException) as caught:
        new_job(client, client_token="token-1", source="OpenAPI")
    assert caught.value.code == "IdempotentParameterMismatch"


def test_jobs_are_listed_page_by_page(client: Client) -> None:
    ids = [new_job(client).job_id for _ in range(5)]
    seen, token, pages = [], None, 0
    while pages == 0 or token:
        asked = models.ListMediaProducingJobsRequest(max_results=2, next_token=token, status="Success")
        body = client.list_media_producing_jobs(asked).body
        seen += [each.job_id for each in body.media_producing_job_list]
        token, pages = body.next_token, pages + 1
    assert (pages, seen) == (3, ids[::-1])


def test_a_failed_job_tells_why(local: Served, client: Client) -> None:
    local.go_wrong(kind="fail_job", code="QueryMaterialFailed", message="unreadable")
    found = job(client, new_job(client).job_id)
    assert (found.status, found.code, found.message) == ("Failed", "QueryMaterialFailed", "unreadable")


def test_what_cannot_be_produced_here_fails_and_says_so(local: Served, client: Client) -> None:
    with Caller.at(local.url) as caller:
        caller.control("POST", "templates", template_id="advanced", type="VETemplate")
    live = new_project(client, timeline=None, project_type="LiveEditingProject", business_config=text(LIVE))
    submitted = [
        new_job(client, timeline=None, project_id=live.project_id),
        new_job(client, timeline=None, template_id="advanced", clips_param=text({"Text0": "hello"})),
    ]
    found = [job(client, each.job_id) for each in submitted]
    assert [(each.status, each.code) for each in found] == [("Failed", "InvalidParameter")] * 2
    assert all("nothing was rendered" in each.message for each in found)


def test_a_job_goes_to_s3_and_its_keys_are_not_kept(local: Served, client: Client) -> None:
    config = {"Endpoint": "https://s3.example", "Bucket": "films", "ObjectKey": "a.mp4"}
    keys = {"AccessKeyId": "AKSECRETID", "AccessKeySecret": "AKSECRETVALUE"}
    submitted = new_job(client, output_media_target="S3", output_media_config=text(config | keys))
    assert job(client, submitted.job_id).media_url == "https://s3.example/films/a.mp4"
    assert "AKSECRET" not in str(local.cloud.gateway.journal.entries())


# Media


def test_media_are_registered_read_and_deleted(client: Client) -> None:
    media_id = new_media(client, title="A", media_tags="a,b", client_token="t" * 32)
    basic = client.get_media_info(models.GetMediaInfoRequest(media_id=media_id)).body.media_info.media_basic_info
    assert (basic.title, basic.media_tags, basic.media_type) == ("A", "a,b", "video")
    asked = models.BatchGetMediaInfosRequest(media_ids=f"{media_id},nobody", addition_type="FileInfo")
    batch = client.batch_get_media_infos(asked).body
    assert ([each.media_id for each in batch.media_infos], batch.ignored_list) == ([media_id], ["nobody"])
    deleting = models.DeleteMediaInfosRequest(media_ids=f"{media_id},nobody", delete_physical_files=True)
    deleted = client.delete_media_infos(deleting).body
    assert (deleted.ignored_list, deleted.forbidden_list) == (["nobody"], [])
    with pytest.raises(ClientException, match="media"):
        client.get_media_info(models.GetMediaInfoRequest(media_id=media_id))


def test_a_produced_file_has_its_facts_as_text(client: Client) -> None:
    asked = models.GetMediaInfoRequest(media_id=new_job(client).media_id)
    file = client.get_media_info(asked).body.media_info.file_info_list[0]
    assert (file.file_basic_info.width, file.file_basic_info.duration) == ("640", "4")
    assert file.video_stream_info_list[0].fps == "25"


def test_media_are_listed_page_by_page(client: Client) -> None:
    ids = [new_media(client, f"{n}.mp4") for n in range(5)]
    seen, token, pages = [], None, 0
    while pages == 0 or token:
        asked = models.ListMediaBasicInfosRequest(
            max_results=2, next_token=token, sort_by="asc", include_file_basic_info=True
        )
        body = client.list_media_basic_infos(asked).body
        seen += [each.media_id for each in body.media_infos]
        token, pages = body.next_token, pages + 1
    assert (pages, seen, body.total_count) == (3, ids, 5)


# Trouble


@pytest.mark.parametrize("credential", [PERMANENT, TEMPORARY], ids=["permanent", "temporary"])
@pytest.mark.parametrize("algorithm", ["ACS3-HMAC-SHA256", "v2"], ids=["signature V3", "signature V1"])
def test_both_signatures_and_both_kinds_of_keys_are_accepted(
    local: Served, credential: Credential, algorithm: str
) -> None:
    client = client_of(local, credential, algorithm)
    project_id = new_project(client, "Spring – 春 a+b/~*").project_id
    assert job(client, new_job(client, timeline=None, project_id=project_id).job_id).status == "Success"


@pytest.mark.parametrize(
    ("credential", "code"),
    [
        (Credential("LTAI-nobody", "x"), "InvalidAccessKeyId.NotFound"),
        (Credential(PERMANENT.access_key_id, "wrong"), "SignatureDoesNotMatch"),
        (Credential(TEMPORARY.access_key_id, TEMPORARY.access_key_secret, "old"), "InvalidSecurityToken.Malformed"),
    ],
)
def test_wrong_keys_are_refused(local: Served, credential: Credential, code: str) -> None:
    with pytest.raises(ClientException) as caught:
        new_project(client_of(local, credential))
    assert caught.value.code == code


def test_a_wrong_key_is_refused_with_the_older_signature_too(local: Served) -> None:
    with pytest.raises(ClientException) as caught:
        new_project(client_of(local, Credential(PERMANENT.access_key_id, "wrong"), "v2"))
    assert caught.value.code == "SignatureDoesNotMatch"


def test_a_faulty_parameter_is_named(client: Client) -> None:
    with pytest.raises(ClientException) as caught:
        new_job(client, output_media_config=text(OUTPUT | {"Width": 100}))
    assert (caught.value.status_code, caught.value.code) == (400, "InvalidParameter")
    assert "OutputMediaConfig.Width" in caught.value.message


def test_throttling_and_failures_of_the_server_are_told_apart(local: Served, client: Client) -> None:
    local.go_wrong(kind="throttle", action="SubmitMediaProducingJob", retry_after=250)
    with pytest.raises(ThrottlingException) as throttled:
        new_job(client)
    assert (throttled.value.code, throttled.value.retry_after) == ("Throttling.User", 250)
    local.go_wrong(kind="error", action="SubmitMediaProducingJob")
    with pytest.raises(ServerException) as failed:
        new_job(client)
    assert (failed.value.status_code, failed.value.code) == (503, "ServiceUnAvailable")


def test_an_answer_that_is_lost_was_carried_out(local: Served, client: Client) -> None:
    local.go_wrong(kind="lost", action="SubmitMediaProducingJob")
    with pytest.raises(UnretryableException):
        new_job(client, client_token="token-1")
    listed = client.list_media_producing_jobs(models.ListMediaProducingJobsRequest()).body.media_producing_job_list
    assert [new_job(client, client_token="token-1").job_id] == [each.job_id for each in listed]


# The SDK as a witness of spelling and coverage


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, dict[str, Any]]]:
    """What the local cloud answers to each operation, as it stands on the wire."""
    with (
        served(tmp_path_factory.mktemp("cloud"), Settings(pace="immediate")) as local,
        Caller.at(local.url) as caller,
    ):
        yield _walk(caller)


def _walk(caller: Caller) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}

    def ask(action: str, **params: object) -> dict[str, Any]:
        found[action] = caller.ok(action, **params)
        return found[action]

    url = "https://films.oss-cn-shanghai.aliyuncs.com/in/a.mp4"
    media_id = ask("RegisterMediaInfo", InputURL=url)["MediaId"]
    maps = {"video": media_id, "liveStream": text([STREAM]), "editingProject": "p1"}
    project = ask("CreateEditingProject", Title="t", Timeline=TIMELINE, MaterialMaps=maps)["Project"]
    key = project["ProjectId"]
    ask("GetEditingProject", ProjectId=key, RequestSource="WebSDK")
    ask("UpdateEditingProject", ProjectId=key, Title="u")
    ask("AddEditingProjectMaterials", ProjectId=key, MaterialMaps=maps)
    ask("GetEditingProjectMaterials", ProjectId=key)
    job = ask("SubmitMediaProducingJob", ProjectId=key, OutputMediaConfig=OUTPUT)
    ask("GetMediaProducingJob", JobId=job["JobId"])
    ask("ListMediaProducingJobs", MaxResults=1)
    ask("ListEditingProjects", MaxResults="1")
    ask("SearchEditingProject")
    ask("GetMediaInfo", MediaId=job["MediaId"])
    ask("BatchGetMediaInfos", MediaIds=f"{job['MediaId']},x", AdditionType="FileInfo,DynamicMetaData")
    ask("ListMediaBasicInfos", IncludeFileBasicInfo="true", MaxResults=1)
    ask("DeleteEditingProjectMaterials", ProjectId=key, MaterialType="video", MaterialIds=media_id)
    ask("DeleteMediaInfos", MediaIds=media_id)
    ask("DeleteEditingProjects", ProjectIds=key)
    return found


def test_every_operation_of_the_room_is_walked(answers: dict[str, dict[str, Any]]) -> None:
    assert set(answers) == set(routes.ACTIONS)


@pytest.mark.parametrize("action", routes.ACTIONS)
def test_the_sdk_knows_every_field_that_is_answered(answers: dict[str, dict[str, Any]], action: str) -> None:
    model: type[DaraModel] = getattr(models, f"{action}ResponseBody")
    assert model().from_map(answers[action]).to_map() == answers[action]


def test_every_operation_of_the_room_is_called_here() -> None:
    written = Path(__file__).read_text(encoding="utf-8")
    assert not [action for action in routes.ACTIONS if f"models.{action}Request(" not in written]
