"""How our words are spelled for IMS: projects and submissions, every field of them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from reelstack.clouds.alibaba_ims.adapter import ImsCloud, new_job, new_project, output_media_config
from reelstack.clouds.alibaba_ims.client import ImsClient
from reelstack.clouds.credentials import keyring
from reelstack.errors import ConfigError, Rejected
from reelstack.models.output import OutputSettings, VideoSettings
from reelstack.models.production import (
    USER_DATA_BYTES,
    CoverConfig,
    ProduceConfig,
    ProjectMetadata,
    Submission,
    user_data_faults,
)
from reelstack.models.project import BusinessConfig, LiveOutput, LiveStream, MaterialMaps, ProjectSpec
from reelstack.models.references import KeyReference
from reelstack.reconcile.token import Key
from reelstack.wire.parameters import text
from unit.wire.network import Network, refused, said

STREAM = LiveStream(app_name="a", domain_name="d", live_url="rtmp://d/a/s", stream_name="s")
LIVE = BusinessConfig(
    output_media_config=LiveOutput(storage_location="b.oss-cn-shanghai.aliyuncs.com", path="p"),
    output_media_target="oss-object",
    reservation_time="2026-06-21T08:05:00Z",
)


def submission(**fields: object) -> Submission:
    given = {"output": OutputSettings(), "marker": {"token": "t"}, "client_token": "t", **fields}
    return Submission.model_validate(given)


def test_a_project_of_a_template_is_spelled_whole() -> None:
    spec = ProjectSpec(title="T", template_id="t", template_type="VETemplate", clips_param={"a": 1}, cover_url="u")
    assert new_project(spec).query() == {
        "Title": "T",
        "TemplateId": "t",
        "TemplateType": "VETemplate",
        "ClipsParam": '{"a":1}',
        "CoverURL": "u",
    }


def test_a_live_project_says_its_business_and_its_materials() -> None:
    maps = MaterialMaps(video=("v1", "v2"), image=("i",), live_streams=(STREAM,), editing_projects=("p",))
    spec = ProjectSpec(title="T", project_type="LiveEditingProject", business_config=LIVE, material_maps=maps)
    query = new_project(spec).query()
    assert json.loads(query["BusinessConfig"]) == {
        "OutputMediaConfig": {"StorageLocation": "b.oss-cn-shanghai.aliyuncs.com", "Path": "p"},
        "OutputMediaTarget": "oss-object",
        "ReservationTime": "2026-06-21T08:05:00Z",
    }
    sent = json.loads(query["MaterialMaps"])
    assert json.loads(sent.pop("liveStream"))[0]["streamName"] == "s"
    assert sent == {"video": "v1,v2", "image": "i", "editingProject": "p"}


def test_a_project_that_is_to_be_cancelled_is_updated_after_it_was_created() -> None:
    network = Network.of(said(Project={"ProjectId": "p"}), said())
    cloud = ImsCloud(ImsClient(network.transport()))
    cloud.create_project(ProjectSpec(title="T", business_status="ReservationCanceled"))
    assert network.query() == {"ProjectId": "p", "BusinessStatus": "ReservationCanceled"}


def test_a_project_whose_status_cannot_be_set_is_not_left_behind() -> None:
    network = Network.of(said(Project={"ProjectId": "p"}), refused(400, "InvalidParameter"), said())
    cloud = ImsCloud(ImsClient(network.transport()))
    with pytest.raises(Rejected):
        cloud.create_project(ProjectSpec(title="T", business_status="ReservationCanceled"))
    assert network.query() == {"ProjectIds": "p"}


def test_what_describes_the_media_and_the_project_have_documents_of_their_own() -> None:
    described = {"title": "T", "description": "D", "tags": ("a", "b"), "cate_id": 7, "cover_url": "u"}
    sent = new_job(submission(**described, reference_id="r-1234", project_metadata=ProjectMetadata(title="P")))
    assert sent.media_metadata == {
        "Title": "T",
        "Description": "D",
        "Tags": "a,b",
        "CateId": 7,
        "CoverURL": "u",
        "ReferenceId": "r-1234",
    }
    assert sent.project_metadata == {"Title": "P"}


def test_how_it_is_produced_is_spelled_and_what_is_not_known_here_goes_along() -> None:
    config = ProduceConfig(
        auto_register_input_vod_media=False,
        output_webm_transparent_channel=True,
        cover_config=CoverConfig(start_time=1.5),
        more={"PipelineId": "q"},
    )
    query = new_job(submission(produce_config=config)).query()
    assert json.loads(query["EditingProduceConfig"]) == {
        "AutoRegisterInputVodMedia": "false",
        "OutputWebmTransparentChannel": "true",
        "CoverConfig": {"StartTime": 1.5},
        "PipelineId": "q",
    }


def test_output_settings_are_spelled_and_ours_are_left_out() -> None:
    video = VideoSettings(fps=25, crf=20, profile="high", preset="slow", codec="H.264", orientation="Vertical")
    output = OutputSettings(
        storage_location="b",
        file_name="a.mp4",
        vod_template_group_id="VOD_NO_TRANSCODE",
        width=640,
        height=360,
        bitrate=2000,
        max_duration=3.5,
        produce_template_id="t",
        video=video,
    )
    assert output_media_config(output.model_copy(update={"format": "mp4"})) == {
        "StorageLocation": "b",
        "FileName": "a.mp4",
        "VodTemplateGroupId": "VOD_NO_TRANSCODE",
        "Width": 640,
        "Height": 360,
        "Bitrate": 2000,
        "MaxDuration": 3.5,
        "ProduceTemplateId": "t",
        "Video": {
            "Fps": 25,
            "Crf": 20,
            "Profile": "high",
            "Preset": "slow",
            "Codec": "H.264",
            "Orientation": "Vertical",
        },
    }


# ── keys that are referred to ──


S3 = OutputSettings(
    endpoint="https://s3.example.com",
    bucket="b",
    object_key="a.mp4",
    access_key_id=KeyReference(env="BUCKET_KEY_ID"),
    access_key_secret=KeyReference(env="BUCKET_KEY_SECRET"),
)


def test_keys_are_read_when_the_request_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BUCKET_KEY_ID", "id")
    monkeypatch.setenv("BUCKET_KEY_SECRET", "hushhush\n")
    sent = new_job(submission(output=S3, target="S3"))
    assert sent.output_media_config == {
        "Endpoint": "https://s3.example.com",
        "Bucket": "b",
        "ObjectKey": "a.mp4",
        "AccessKeyId": "id",
        "AccessKeySecret": "hushhush",
    }
    assert "hushhush" not in repr(sent)
    assert "hushhush" not in text(S3.model_dump(mode="json"))


def test_without_the_keys_nothing_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BUCKET_KEY_ID", raising=False)
    network = Network.of()
    with pytest.raises(ConfigError, match="no key in the environment variable BUCKET_KEY_ID"):
        ImsCloud(ImsClient(network.transport())).submit(submission(output=S3))
    assert network.asked == []


def test_a_key_is_the_first_line_of_its_file(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("hushhush\nand a remark\n")
    assert keyring.read(KeyReference(file=str(file))) == "hushhush"


@pytest.mark.parametrize("content", [None, b"", b"\n", b"\xff\xfe"])
def test_a_file_without_a_key_is_named_and_not_shown(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "key"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(ConfigError, match="to which the output settings refer") as raised:
        keyring.read(KeyReference(file=str(file)))
    assert str(file) in str(raised.value)


def test_the_longest_user_data_and_the_longest_marker_are_within_what_the_service_takes() -> None:
    key = Key("f" * 32, "urn", "ü" * 60, "c0ffee", (), 10**6)
    filled = {"k": "x" * (USER_DATA_BYTES - len('{"k":""}'))}
    assert not list(user_data_faults(filled, "ims"))
    sent = new_job(submission(user_data=filled, marker=key.marker)).query()["UserData"]
    assert USER_DATA_BYTES + 150 <= len(sent.encode()) <= 512
