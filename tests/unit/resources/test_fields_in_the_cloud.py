"""Fields that are seldom used, against the local cloud: what is declared is what it holds, and a run again is empty."""

from __future__ import annotations

import json
from typing import Any

import pytest

from contract.emulator.door import Caller
from reelstack.emulator import daemon
from reelstack.errors import ConfigError
from reelstack.resources.editing_project import EditingProjectProvider
from reelstack.resources.produce_job import ProduceJobProvider
from unit.resources.engine import Engine, Kept, Props

LOCATION = "https://films.oss-cn-shanghai.aliyuncs.com/spring"
TIMELINE = {"VideoTracks": [{"VideoTrackClips": [{"MediaId": "clip0000000000000001", "In": 0, "Out": 1}]}]}
COMMON: Props = {"name": "spring/teaser", "stack_id": "5tack", "service": "ims", "region": "cn-shanghai"}
JOB: Props = {**COMMON, "endpoint": "local", "timeline": TIMELINE, "triggers": []}
PROJECT: Props = {**COMMON, "endpoint": "local", "title": "Teaser"}
LIVE: Props = {
    "project_type": "LiveEditingProject",
    "business_config": {"output_media_config": {"storage_location": "films.oss-cn-shanghai.aliyuncs.com"}},
}
S3: Props = {
    "endpoint": "https://s3.example.com",
    "bucket": "films",
    "access_key_id": {"env": "FILMS_KEY_ID"},
    "access_key_secret": {"env": "FILMS_KEY_SECRET"},
}


@pytest.fixture
def job(request: pytest.FixtureRequest) -> Engine:
    return Engine(ProduceJobProvider(), request.node.name)


@pytest.fixture
def project(request: pytest.FixtureRequest) -> Engine:
    return Engine(EditingProjectProvider(), request.node.name)


@pytest.fixture
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("FILMS_KEY_ID", "FILMS_KEY_SECRET", "OTHER_KEY_ID"):
        monkeypatch.setenv(name, "hushhush")


def asset(cloud: Caller, made: Kept) -> dict[str, Any]:
    """What the cloud says of the media that came out."""
    infos = cloud.ok("BatchGetMediaInfos", MediaIds=made.outputs["media_id"])["MediaInfos"]
    found: dict[str, Any] = infos[0]["MediaBasicInfo"]
    return found


def held(cloud: Caller, made: Kept) -> dict[str, Any]:
    found: dict[str, Any] = cloud.ok("GetEditingProject", ProjectId=made.id)["Project"]
    return found


# ── where a video goes ──


@pytest.mark.parametrize(
    ("changed", "ends"),
    [
        ({"location": LOCATION}, ".mp4"),
        ({"location": LOCATION, "output": {"format": "webm"}}, ".webm"),
        (
            {
                "location": LOCATION,
                "output": {"format": "mp3"},
                "timeline": {"AudioTracks": [{"AudioTrackClips": [{"MediaId": "tune000000000001", "Out": 1}]}]},
            },
            ".mp3",
        ),
    ],
    ids=["mp4", "webm", "mp3"],
)
def test_an_object_is_named_by_us_with_the_extension_of_its_format(
    cloud: Caller, job: Engine, changed: Props, ends: str
) -> None:
    made = job.create({**JOB, **changed})
    assert made.outputs["media_url"].endswith(ends)
    assert job.up(made, {**JOB, **changed}) is made


def test_an_asset_of_vod_is_stored_where_it_was_said(cloud: Caller, job: Engine) -> None:
    output = {"storage_location": "outin-1.oss-cn-shanghai.aliyuncs.com", "file_name": "teaser.mp4"}
    spec = {**JOB, "target": "vod-media", "output": {**output, "vod_template_group_id": "VOD_NO_TRANSCODE"}}
    made = job.create(spec)
    assert made.outputs["vod_media_id"]
    assert job.up(made, spec) is made


def test_an_object_behind_s3_is_written_with_keys_that_stand_nowhere(cloud: Caller, job: Engine, keys: None) -> None:
    spec = {**JOB, "target": "S3", "output": S3}
    made = job.create(spec)
    assert "hushhush" not in json.dumps([made.inputs, made.outputs])
    other = {**spec, "output": {**S3, "access_key_id": {"env": "OTHER_KEY_ID"}}}
    assert job.diff(made, other).changes is False


def test_without_its_keys_nothing_is_submitted(
    cloud: Caller, job: Engine, keys: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("FILMS_KEY_SECRET")
    with pytest.raises(ConfigError, match="FILMS_KEY_SECRET"):
        job.create({**JOB, "target": "S3", "output": S3})
    assert cloud.control("GET", "requests?action=SubmitMediaProducingJob") == []


# ── what is said with it ──


def test_what_describes_the_media_is_held_by_the_cloud(cloud: Caller, job: Engine) -> None:
    described = {"title": "Teaser", "description": "Forty seconds", "tags": ["a", "b"], "cate_id": 7.0}
    made = job.create({**JOB, "location": LOCATION, **described})
    found = asset(cloud, made)
    assert (found["Title"], found["Description"], found["MediaTags"]) == ("Teaser", "Forty seconds", "a,b")


def test_the_project_that_the_service_makes_is_named(cloud: Caller, job: Engine) -> None:
    made = job.create({**JOB, "location": LOCATION, "project_metadata": {"title": "Cut of spring"}})
    found = cloud.ok("GetEditingProject", ProjectId=made.outputs["produced_from"])["Project"]
    assert found["Title"] == "Cut of spring"


def test_how_it_is_produced_is_accepted(cloud: Caller, job: Engine) -> None:
    config = {"auto_register_input_vod_media": False, "cover_config": {"start_time": 0.5}}
    spec = {**JOB, "location": LOCATION, "produce_config": config, "user_data": {"ticket": "4711"}}
    made = job.create(spec)
    assert job.up(made, {**spec, "produce_config": {**config, "more": None}}) is made


def test_a_material_that_failed_stops_the_submission_and_names_the_clip(
    cloud: Caller, running: daemon.Status, job: Engine
) -> None:
    file = running.directory / "objects" / "films" / "spring" / "broken.mp4"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(b"no video")
    media = cloud.ok("RegisterMediaInfo", InputURL=f"{LOCATION}/broken.mp4", MediaType="video")["MediaId"]
    clips = {"VideoTracks": [{"VideoTrackClips": [{"MediaId": media, "Out": 1}]}]}
    said = rf"timeline\.VideoTracks\[0\]\.VideoTrackClips\[0\]\.MediaId: media {media} is PrepareFail"
    with pytest.raises(ConfigError, match=said):
        job.create({**JOB, "location": LOCATION, "timeline": clips})
    assert cloud.control("GET", "requests?action=SubmitMediaProducingJob") == []


# ── live projects ──


def test_a_live_project_is_reserved_cancelled_and_then_left_alone(cloud: Caller, project: Engine) -> None:
    made = project.create({**PROJECT, **LIVE})
    assert held(cloud, made)["BusinessStatus"] == "Reserving"
    cancelled = {**PROJECT, **LIVE, "business_status": "ReservationCanceled"}
    after = project.up(made, cancelled)
    assert (after.id, held(cloud, after)["BusinessStatus"]) == (made.id, "ReservationCanceled")
    left = project.up(after, {**PROJECT, **LIVE})
    assert held(cloud, left)["BusinessStatus"] == "ReservationCanceled"
    assert project.up(left, {**PROJECT, **LIVE}) is left


def test_a_live_project_may_be_created_cancelled(cloud: Caller, project: Engine) -> None:
    made = project.create({**PROJECT, **LIVE, "business_status": "ReservationCanceled"})
    assert held(cloud, made)["BusinessStatus"] == "ReservationCanceled"


def test_materials_are_at_hand_in_the_project(cloud: Caller, project: Engine) -> None:
    media = cloud.ok("RegisterMediaInfo", InputURL=f"{LOCATION}/a.mp4", MediaType="video")["MediaId"]
    made = project.create({**PROJECT, "material_maps": {"video": [media]}})
    found = cloud.ok("GetEditingProjectMaterials", ProjectId=made.id)
    assert [info["MediaId"] for info in found["MediaInfos"]] == [media]
