"""The client against the local cloud, in process: two readings of one contract that share no code.

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

from contract.emulator.door import OUTPUT, TIMELINE, Door
from kit.clock import ManualClock
from reelstack.clouds.alibaba_ims import requests, shapes
from reelstack.clouds.alibaba_ims.adapter import ImsCloud
from reelstack.clouds.alibaba_ims.client import ImsClient
from reelstack.clouds.credentials import Credentials
from reelstack.emulator.cloud import PERMANENT, TEMPORARY, Cloud
from reelstack.emulator.settings import Fault, Settings
from reelstack.emulator.verify import Credential
from reelstack.errors import Denied, NotFound, OutcomeUnknown, Rejected
from reelstack.models.marks import Mark
from reelstack.models.production import MARKER
from reelstack.models.status import JobStatus, MediaStatus, ProjectStatus
from reelstack.wire.rate import Limiter
from reelstack.wire.signing.acs3 import Acs3
from reelstack.wire.transport import Transport


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def cloud(tmp_path: Path, clock: ManualClock) -> Iterator[Cloud]:
    with Cloud(tmp_path, clock=clock, settings=Settings(pace="immediate"), seed="tests") as running:
        yield running


def client_of(cloud: Cloud, credential: Credential = PERMANENT, clock: ManualClock | None = None) -> ImsClient:
    keys = Credentials(credential.access_key_id, credential.access_key_secret, credential.security_token)
    clock = clock or _manual(cloud)
    nonces = (f"{id(keys)}-{n}" for n in itertools.count())
    # No limit of our own here: the cloud's clock only moves when somebody sleeps.
    limiter = Limiter(clock, {}, default=1000)
    auth = Acs3(lambda: keys, clock, nonces.__next__)
    return ImsClient(
        Transport(
            "http://testserver", auth, clock=clock, random=random.Random(1), limiter=limiter, transport=Door(cloud)
        )
    )


def _manual(cloud: Cloud) -> ManualClock:
    assert isinstance(cloud.clock, ManualClock)
    return cloud.clock


@pytest.fixture
def client(cloud: Cloud) -> ImsClient:
    return client_of(cloud)


def go_wrong(cloud: Cloud, **fault: Any) -> None:
    cloud.gateway.faults.add(Fault.parse(fault))


def new_project(client: ImsClient, title: str = "Spring – 春", **more: Any) -> shapes.Project:
    return client.create_editing_project(replace(requests.NewProject(title=title, timeline=TIMELINE), **more))


def new_job(client: ImsClient, token: str = "token-1", **more: Any) -> shapes.Submitted:
    job = requests.NewJob(timeline=TIMELINE, output_media_config=OUTPUT, client_token=token)
    return client.submit_media_producing_job(replace(job, **more))


def new_media(client: ImsClient, name: str = "a.mp4") -> str:
    return client.register_media_info(
        requests.NewMedia(input_url=f"https://films.oss-cn-shanghai.aliyuncs.com/{name}", title=name)
    )


# Editing projects


def test_a_project_is_read_as_it_was_created(client: ImsClient) -> None:
    created = new_project(client, description="a&b=c +~*")
    read = client.get_editing_project(created.project_id)
    assert created.status is read.status
    assert read.status in (ProjectStatus.DRAFT, ProjectStatus.EDITING)
    assert (read.title, read.description) == ("Spring – 春", "a&b=c +~*")
    assert shapes.document(read.timeline) == TIMELINE


def test_an_update_overwrites_what_is_given_and_leaves_the_rest(client: ImsClient) -> None:
    project_id = new_project(client, description="d").project_id
    client.update_editing_project(project_id, requests.ProjectChange(title="Summer"))
    read = client.get_editing_project(project_id)
    assert (read.title, read.description) == ("Summer", "d")
    assert shapes.document(read.timeline) == TIMELINE


def test_a_deleted_project_is_gone_and_deleting_it_again_is_a_success(client: ImsClient) -> None:
    ids = [new_project(client, f"p{n}").project_id for n in range(23)]
    client.delete_editing_projects([*ids[:3], "unknown"])
    client.delete_editing_projects(ids)
    for project_id in ids:
        with pytest.raises(NotFound):
            client.get_editing_project(project_id)


def test_lists_and_searches_show_every_project_once(client: ImsClient) -> None:
    ids = {new_project(client, f"p{n}").project_id for n in range(7)}
    listed = [p.project_id for p in client.list_editing_projects(requests.ProjectFilter(max_results=3))]
    found = [p.project_id for p in client.search_editing_project(requests.ProjectSearch(page_size=3))]
    assert sorted(listed) == sorted(found) == sorted(ids)


def test_materials_come_and_go(client: ImsClient) -> None:
    project_id, media_id = new_project(client).project_id, new_media(client)
    added = client.add_editing_project_materials(project_id, requests.MaterialMaps(video=(media_id,)))
    assert [each.media_id for each in added.media] == [media_id]
    assert client.get_editing_project_materials(project_id).media[0].media_id == media_id
    client.delete_editing_project_materials(project_id, "video", [media_id])
    assert client.get_editing_project_materials(project_id).media == ()


def test_live_streams_and_projects_are_materials_too(client: ImsClient) -> None:
    project_id, other = new_project(client).project_id, new_project(client).project_id
    stream = requests.LiveStream(app_name="a", domain_name="d", live_url="rtmp://d/a/s", stream_name="s")
    maps = requests.MaterialMaps(live_streams=(stream,), editing_projects=(other,))
    added = client.add_editing_project_materials(project_id, maps)
    assert (added.live[0].live_url, added.live[0].app_name) == ("rtmp://d/a/s", "a")
    assert added.projects == (other,)


# Producing jobs


def test_a_job_is_submitted_once_per_token(client: ImsClient) -> None:
    first = new_job(client)
    assert new_job(client).job_id == first.job_id
    assert new_job(client, "token-2").job_id != first.job_id
    assert first.media_id
    assert first.project_id


def test_a_token_with_other_content_is_refused(client: ImsClient) -> None:
    new_job(client)
    with pytest.raises(Rejected, match="IdempotentParameterMismatch"):
        new_job(client, output_media_config=OUTPUT | {"Width": 320})


def test_a_job_of_a_project_comes_to_its_end_and_is_listed(client: ImsClient, clock: ManualClock) -> None:
    project_id = new_project(client).project_id
    submitted = new_job(client, timeline=None, project_id=project_id)
    clock.move(120)
    job = client.get_media_producing_job(submitted.job_id)
    assert (job.status, job.project_id, job.media_id) == (JobStatus.SUCCESS, project_id, submitted.media_id)
    assert job.duration == pytest.approx(4, abs=0.1)
    since = clock.now() - timedelta(days=1)
    listed = list(client.list_media_producing_jobs(requests.JobFilter(start_time=since, max_results=1)))
    assert [each.job_id for each in listed] == [submitted.job_id]


def test_an_unknown_job_is_not_found(client: ImsClient) -> None:
    with pytest.raises(NotFound):
        client.get_media_producing_job("nosuchjob")


# Media


def test_registered_media_are_read_by_id_by_address_and_in_batches(client: ImsClient, clock: ManualClock) -> None:
    ids = [new_media(client, f"{n}.mp4") for n in range(23)]
    clock.move(60)
    one = client.get_media_info(requests.MediaLook(media_id=ids[0]))
    assert client.get_media_info(requests.MediaLook(input_url=one.basic.input_url)).media_id == ids[0]
    batch = client.batch_get_media_infos([*ids, "unknown"])
    assert [media.media_id for media in batch.infos] == ids
    assert batch.ignored == ("unknown",)


def test_media_are_listed_page_by_page(client: ImsClient) -> None:
    ids = [new_media(client, f"{n}.mp4") for n in range(5)]
    listed = client.list_media_basic_infos(requests.MediaFilter(max_results=2, include_file_basic_info=True))
    assert sorted(media.media_id for media in listed) == sorted(ids)


def test_what_a_job_made_has_its_facts(client: ImsClient, clock: ManualClock) -> None:
    submitted = new_job(client)
    clock.move(120)
    media = client.batch_get_media_infos([submitted.media_id]).infos[0]
    file = media.source_file
    assert media.basic.status is MediaStatus.NORMAL
    assert file is not None
    assert (file.width, file.height) == (640, 360)
    assert file.duration == pytest.approx(4, abs=0.1)
    assert file.file_url.startswith("http")


def test_deleted_media_are_gone_and_a_second_deletion_says_so(client: ImsClient) -> None:
    media_id = new_media(client)
    assert client.delete_media_infos([media_id]) == ()
    assert client.delete_media_infos([media_id, "unknown"]) == (media_id, "unknown")
    with pytest.raises(NotFound):
        client.get_media_info(requests.MediaLook(media_id=media_id))


def test_registering_again_with_the_same_token_is_the_same_media(client: ImsClient) -> None:
    new = requests.NewMedia(input_url="https://films.oss-cn-shanghai.aliyuncs.com/a.mp4", client_token="a" * 32)
    assert client.register_media_info(new) == client.register_media_info(new)


# Trouble


def test_wrong_keys_are_denied_and_the_secret_is_not_shown(cloud: Cloud) -> None:
    wrong = replace(PERMANENT, access_key_secret="hushhush")
    with pytest.raises(Denied, match="SignatureDoesNotMatch") as caught:
        list(client_of(cloud, wrong).list_editing_projects())
    assert "hushhush" not in str(caught.value)


def test_a_clock_that_is_wrong_is_named(cloud: Cloud, clock: ManualClock) -> None:
    wrong = ManualClock(clock.now() + timedelta(hours=1))
    with pytest.raises(Denied, match="Set this machine's clock"):
        list(client_of(cloud, clock=wrong).list_editing_projects())


def test_temporary_keys_are_accepted_and_without_their_token_denied(cloud: Cloud) -> None:
    assert list(client_of(cloud, TEMPORARY).list_editing_projects()) == []
    with pytest.raises(Denied, match="MissingSecurityToken"):
        list(client_of(cloud, replace(TEMPORARY, security_token="")).list_editing_projects())


def test_the_services_throttle_is_waited_out(client: ImsClient, clock: ManualClock) -> None:
    submitted = [new_job(client, f"token-{n}").job_id for n in range(40)]
    assert len(set(submitted)) == 40
    assert clock.slept


def test_a_pause_that_the_cloud_asks_for_is_kept(cloud: Cloud, client: ImsClient, clock: ManualClock) -> None:
    go_wrong(cloud, kind="throttle", action="CreateEditingProject", retry_after=3000)
    new_project(client)
    assert 3 <= clock.slept[0] < 4


def test_a_submission_whose_answer_is_lost_is_found_again_by_its_token(cloud: Cloud, client: ImsClient) -> None:
    go_wrong(cloud, kind="lost", action="SubmitMediaProducingJob")
    submitted = new_job(client)
    assert [job.job_id for job in client.list_media_producing_jobs()] == [submitted.job_id]


def test_a_project_whose_answer_is_lost_is_there_once(cloud: Cloud, client: ImsClient) -> None:
    go_wrong(cloud, kind="lost", action="CreateEditingProject")
    with pytest.raises(OutcomeUnknown):
        new_project(client)
    assert len(list(client.list_editing_projects())) == 1


def test_a_job_that_fails_tells_why(cloud: Cloud, client: ImsClient, clock: ManualClock) -> None:
    go_wrong(cloud, kind="fail_job", action="*", code="InvalidMaterial.NotFound", message="no such file")
    submitted = new_job(client)
    clock.move(120)
    job = client.get_media_producing_job(submitted.job_id)
    assert (job.status, job.code) == (JobStatus.FAILED, "InvalidMaterial.NotFound")
    assert "no such file" in job.message


def test_jobs_of_more_than_a_month_are_listed_newest_first_each_once_with_their_marks(
    cloud: Cloud, client: ImsClient, clock: ManualClock
) -> None:
    since, jobs = clock.now(), []
    for number in range(3):
        marker = {MARKER: {"stack": "0123456789abcdef0123", "name": "spring/a", "token": f"t{number}"}}
        location = {**OUTPUT, "MediaURL": str(OUTPUT["MediaURL"]).replace(".mp4", f"-{number}.mp4")}
        new = requests.NewJob(timeline=TIMELINE, output_media_config=location, user_data=marker if number else None)
        jobs.append(client.submit_media_producing_job(new).job_id)
        clock.move(29 * 86400)
    listed = list(ImsCloud(client).listed(since, clock.now()))
    assert [one.job.job_id for one in listed] == jobs[::-1]
    assert [one.mark for one in listed] == [Mark("0123456789abcdef", "t2"), Mark("0123456789abcdef", "t1"), None]
    assert [one.name for one in listed] == ["spring/a", "spring/a", ""]
