"""The VOD client and its adapter against the local cloud, in process: two readings of one contract, no shared code.

Every operation goes through the real signer and the real check of signatures.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from contract.emulator.door import TIMELINE, Door
from kit.clock import ManualClock
from reelstack.clouds.alibaba_vod import adapter, requests, shapes
from reelstack.clouds.alibaba_vod.client import VodClient
from reelstack.clouds.alibaba_vod.production import NewProduction
from reelstack.clouds.credentials import Credentials
from reelstack.emulator.cloud import PERMANENT, TEMPORARY, Cloud
from reelstack.emulator.settings import Fault, Settings
from reelstack.emulator.verify import Credential
from reelstack.errors import ConfigError, Denied, NotFound, OutcomeUnknown, Rejected
from reelstack.models.marks import Mark
from reelstack.models.output import OutputSettings
from reelstack.models.production import Submission
from reelstack.models.status import JobStatus, ProjectStatus, VideoStatus
from reelstack.wire.rate import ALIBABA_VOD, Limiter
from reelstack.wire.signing.acs3 import Acs3
from reelstack.wire.transport import Transport

LONG = {"VideoTracks": [{"VideoTrackClips": [{"MediaId": f"medium-{n:04}", "Out": 1.5} for n in range(190)]}]}
UNKNOWN = "fb2101bf24b4cb318787dc0000000001"


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def cloud(tmp_path: Path, clock: ManualClock) -> Iterator[Cloud]:
    with Cloud(tmp_path, clock=clock, settings=Settings(pace="immediate"), seed="tests") as running:
        yield running


def client_of(cloud: Cloud, clock: ManualClock, credential: Credential = PERMANENT) -> VodClient:
    keys = Credentials(credential.access_key_id, credential.access_key_secret, credential.security_token)
    nonces = (f"{id(keys)}-{n}" for n in itertools.count())
    auth = Acs3(lambda: keys, clock, nonces.__next__)
    transport = Transport(
        "http://testserver",
        auth,
        clock=clock,
        random=random.Random(1),
        limiter=Limiter(clock, ALIBABA_VOD, default=1000),
        transport=Door(cloud),
    )
    return VodClient(transport, "cn-shanghai")


@pytest.fixture
def client(cloud: Cloud, clock: ManualClock) -> VodClient:
    return client_of(cloud, clock)


def go_wrong(cloud: Cloud, **fault: Any) -> None:
    cloud.gateway.faults.add(Fault.parse(fault))


def stepwise(cloud: Cloud) -> None:
    cloud.settings = replace(cloud.settings, pace="per_look")


def new_project(client: VodClient, title: str = "Spring – 春", **more: Any) -> shapes.Project:
    return client.add_editing_project(replace(requests.NewProject(title=title, timeline=TIMELINE), **more))


def produce(client: VodClient, **given: Any) -> shapes.Produced:
    return client.produce_editing_project_video(NewProduction(**given))


def video(client: VodClient, video_id: str) -> shapes.Video:
    return client.get_video_info(requests.VideoLook(video_id=video_id))


# Editing projects


def test_a_project_is_read_as_it_was_added(client: VodClient) -> None:
    created = new_project(client, description="a&b=c +~*", cover_url="https://a/c.png")
    read = client.get_editing_project(created.project_id)
    assert created.status is read.status is ProjectStatus.DRAFT
    assert (read.title, read.description, read.cover_url) == ("Spring – 春", "a&b=c +~*", "https://a/c.png")
    assert shapes.timeline(read.timeline) == TIMELINE
    assert created.creation_time == read.creation_time is not None


def test_a_timeline_too_long_for_an_address_arrives_whole(client: VodClient) -> None:
    project_id = new_project(client, timeline=LONG).project_id
    assert shapes.timeline(client.get_editing_project(project_id).timeline) == LONG
    client.update_editing_project(project_id, requests.ProjectChange(timeline=TIMELINE))
    assert shapes.timeline(client.get_editing_project(project_id).timeline) == TIMELINE
    assert produce(client, timeline=LONG).media_id


def test_an_update_overwrites_what_is_given_and_leaves_the_rest(client: VodClient) -> None:
    project_id = new_project(client, description="d").project_id
    client.update_editing_project(project_id, requests.ProjectChange(title="Summer"))
    read = client.get_editing_project(project_id)
    assert (read.title, read.description) == ("Summer", "d")


def test_a_deleted_project_is_gone_and_deleting_it_again_is_a_success(client: VodClient) -> None:
    ids = [new_project(client, f"p{n}").project_id for n in range(23)]
    client.delete_editing_project([*ids[:3], "unknown"])
    client.delete_editing_project(ids)
    for project_id in ids:
        with pytest.raises(NotFound):
            client.get_editing_project(project_id)


def test_a_search_shows_every_project_once(client: VodClient) -> None:
    ids = {new_project(client, f"p{n}").project_id for n in range(7)}
    found = list(client.search_editing_project(requests.ProjectSearch(page_size=3)))
    assert sorted(project.project_id for project in found) == sorted(ids)
    assert {project.duration for project in found} == {4.0}
    assert len(list(client.search_editing_project(requests.ProjectSearch(title="P3", status=("Normal",))))) == 1


def test_materials_are_replaced(client: VodClient) -> None:
    project_id = new_project(client).project_id
    client.set_editing_project_materials(project_id, ["a", "b"])
    client.set_editing_project_materials(project_id, ["b", "c"])
    assert [each.material_id for each in client.get_editing_project_materials(project_id)] == ["b", "c"]
    assert client.get_editing_project_materials(project_id, "audio") == ()


# Productions and videos


def test_a_production_becomes_a_video_with_its_metadata(client: VodClient) -> None:
    project_id = new_project(client).project_id
    metadata = {"Title": "Teaser", "Description": "d", "Tags": "a,b", "ReferenceId": "spring-1"}
    config = {"Width": 640, "Height": 360, "TemplateGroupId": "t1"}
    made = produce(client, project_id=project_id, media_metadata=metadata, produce_config=config, user_data={"k": "春"})
    assert (made.project_id, client.get_editing_project(project_id).status) == (project_id, ProjectStatus.PRODUCED)
    read = client.get_video_info(requests.VideoLook(reference_id="spring-1"))
    assert (read.video_id, read.status, read.duration) == (made.media_id, VideoStatus.NORMAL, 4.0)
    assert (read.title, read.description, read.tags) == ("Teaser", "d", "a,b")
    assert (read.template_group_id, read.user_data, read.app_id) == ("t1", '{"k":"春"}', "app-1000000")
    assert read.size


def test_a_batch_tells_what_is_missing(client: VodClient) -> None:
    ids = [produce(client, timeline=TIMELINE).media_id for _ in range(23)]
    batch = client.get_video_infos([*ids, UNKNOWN])
    assert [each.video_id for each in batch.videos] == ids
    assert batch.missing == (UNKNOWN,)
    assert client.get_video_infos(["nobody-1"], references=True).missing_references == ("nobody-1",)


def test_deleted_videos_are_gone_and_a_second_deletion_says_so(client: VodClient) -> None:
    ids = [produce(client, timeline=TIMELINE).media_id for _ in range(3)]
    assert client.delete_video(ids[:2]) == ()
    assert client.delete_video(ids) == tuple(ids[:2])
    assert client.delete_video(ids[:1]) == tuple(ids[:1])
    with pytest.raises(NotFound):
        video(client, ids[2])


def test_a_refused_deletion_inside_a_success_is_raised(cloud: Cloud, client: VodClient) -> None:
    ids = [produce(client, timeline=TIMELINE).media_id for _ in range(2)]
    go_wrong(cloud, kind="forbid", action="DeleteVideo")
    with pytest.raises(Denied, match=ids[0]):
        client.delete_video(ids)
    assert video(client, ids[0]).status is VideoStatus.NORMAL


def test_a_search_walks_every_medium_once(client: VodClient, clock: ManualClock) -> None:
    ids = [produce(client, timeline=TIMELINE, media_metadata={"Tags": "q2"}).media_id for _ in range(7)]
    search = requests.MediaSearch(match="Tags = 'q2' and Status in ('Normal')", fields=("Title", "Tags"), page_size=3)
    assert list(client.search_media(search)) == [], "the index is late"
    clock.move(1)
    found = list(client.search_media(search))
    assert [each.media_id for each in found] == ids[::-1]
    assert {each.video.tags for each in found if each.video} == {"q2"}


# Trouble


def test_what_the_service_would_refuse_is_refused_before_it_is_asked(cloud: Cloud, client: VodClient) -> None:
    with pytest.raises(ConfigError):
        produce(client)
    assert cloud.gateway.journal.entries() == []


def test_what_only_the_service_knows_is_refused_by_it(cloud: Cloud, client: VodClient) -> None:
    cloud.settings = replace(cloud.settings, strict=True)
    with pytest.raises(Rejected, match="there is no media clip0000000000000001"):
        produce(client, timeline=TIMELINE)


def test_a_production_whose_answer_is_lost_is_not_repeated(cloud: Cloud, client: VodClient) -> None:
    project_id = new_project(client).project_id
    go_wrong(cloud, kind="lost", action="ProduceEditingProjectVideo")
    with pytest.raises(OutcomeUnknown):
        produce(client, project_id=project_id)
    assert len(cloud.gateway.journal.entries(action="ProduceEditingProjectVideo")) == 1


def test_wrong_keys_are_denied_and_temporary_ones_are_taken(cloud: Cloud, clock: ManualClock) -> None:
    with pytest.raises(Denied, match="SignatureDoesNotMatch"):
        client_of(cloud, clock, replace(PERMANENT, access_key_secret="hushhush")).get_editing_project("p")
    assert new_project(client_of(cloud, clock, TEMPORARY)).project_id


def test_the_documented_rates_are_kept_without_a_refusal(cloud: Cloud, client: VodClient) -> None:
    for n in range(70):
        client.delete_video([f"unknown-{n}"])
    assert {entry["code"] for entry in cloud.gateway.journal.entries(action="DeleteVideo")} == {"InvalidVideo.NotFound"}


# The adapter: a job is a project with the video to be


def test_a_job_is_unfinished_until_its_video_is_there(cloud: Cloud, client: VodClient) -> None:
    stepwise(cloud)
    made = produce(client, project_id=new_project(client).project_id)
    vod = adapter.VodCloud(client)
    job_id = adapter.job_id(made.project_id, made.media_id)
    # Each look asks for the video and for the project, and each of the two moves it.
    seen = [vod.get_job(job_id).status for _ in range(4)]
    assert seen == [JobStatus.PROCESSING, JobStatus.PROCESSING, JobStatus.SUCCESS, JobStatus.SUCCESS]


def test_nothing_is_heard_of_a_production_whose_video_was_deleted_and_whose_project_was_edited(
    cloud: Cloud, client: VodClient
) -> None:
    made = produce(client, project_id=new_project(client).project_id)
    job_id = adapter.job_id(made.project_id, made.media_id)
    client.delete_video([made.media_id])
    assert not adapter.VodCloud(client).get_job(job_id).unheard
    client.update_editing_project(made.project_id, requests.ProjectChange(title="Edited elsewhere"))
    assert adapter.VodCloud(client).get_job(job_id).unheard


def test_a_failed_production_is_a_failed_job(cloud: Cloud, client: VodClient) -> None:
    go_wrong(cloud, kind="fail_job")
    made = produce(client, timeline=TIMELINE)
    job = adapter.VodCloud(client).get_job(adapter.job_id(made.project_id, made.media_id))
    assert (job.status, job.code) == (JobStatus.FAILED, "ProduceFailed")


@pytest.mark.parametrize("code", ["UploadFail", "TranscodeFail", "Blocked"])
def test_a_video_that_failed_is_a_failed_job_though_the_project_was_produced(
    cloud: Cloud, client: VodClient, code: str
) -> None:
    go_wrong(cloud, kind="fail_job", code=code)
    made = produce(client, timeline=TIMELINE)
    assert client.get_editing_project(made.project_id).status is ProjectStatus.PRODUCED
    job = adapter.VodCloud(client).get_job(adapter.job_id(made.project_id, made.media_id))
    assert (job.status, job.code) == (JobStatus.FAILED, code)


def test_a_production_is_found_again_by_its_mark_when_the_index_has_it(
    cloud: Cloud, client: VodClient, clock: ManualClock
) -> None:
    vod, project_id, since = adapter.VodCloud(client), new_project(client).project_id, clock.now()
    submission = Submission(project_id=project_id, output=OutputSettings(), marker={}, client_token="t0ken1")
    go_wrong(cloud, kind="lost", action="ProduceEditingProjectVideo")
    with pytest.raises(OutcomeUnknown):
        vod.submit(submission)
    vod.submit(submission.model_copy(update={"client_token": "t0ken2"}))
    assert vod.find_job(submission, since) is None
    clock.move(1)
    found = vod.find_job(submission, since)
    assert found is not None
    assert client.get_video_infos([found.media_id]).videos[0].description == "reelstack:t0ken1"


def test_what_was_produced_is_listed_newest_first_with_its_mark(
    cloud: Cloud, client: VodClient, clock: ManualClock
) -> None:
    vod, project_id, since = adapter.VodCloud(client), new_project(client).project_id, clock.now()
    submission = Submission(
        project_id=project_id, title="Wide", output=OutputSettings(), marker={"stack": "5tack"}, client_token="t0ken"
    )
    first = vod.submit(submission)
    clock.move(60)
    second = vod.submit(submission.model_copy(update={"client_token": "t0ken2", "marker": {}}))
    clock.move(60)
    listed = list(vod.listed(since, clock.now()))
    assert [one.job.media_id for one in listed] == [second.media_id, first.media_id]
    assert [(one.mark, one.title) for one in listed] == [(Mark("", "t0ken2"), "Wide"), (Mark("5tack", "t0ken"), "Wide")]
    assert [one.job.media_id for one in vod.listed(since + timedelta(seconds=30), clock.now())] == [second.media_id]
