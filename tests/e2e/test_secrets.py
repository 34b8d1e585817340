"""Secrets in every place that takes one, on all three services: after a run nothing that is kept or shown holds one.

Each is found by a word that stands nowhere else: `HUSH-` and the place, `KEYS-` in what opens something. What the cloud
is told of a video it keeps, as clouds do; its journal and its log keep no key, token or signature.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from kit.repository import Repository, copy_of_the_stack
from reelstack.emulator import daemon
from reelstack.engine.secrets import Keyring

HUSH = re.compile(rb"(?:HUSH|KEYS)-[a-z0-9-]+")
PROGRAM = """
from pulumi import Config, Output, export
from reelstack import Delivery, DeliveryArgs, EditingProject, EditingProjectArgs
from reelstack import ProduceJob, ProduceJobArgs, VodEditTask, VodEditTaskArgs

def hush(place, form="{}"):
    return Output.secret(form.format(f"HUSH-{place}-ROUND"))

SIGNED = hush("clip", "https://films.oss-cn-shanghai.aliyuncs.com/a.mp4?OSSAccessKeyId=KEYS-id&Signature=KEYS-{}")
COVER = hush("cover", "https://films.example/{}?token=KEYS-cover")
NOTIFY = {"NotifyAddress": hush("notify", "http://me:KEYS-user@127.0.0.1:9/told?token=KEYS-{}")}
S3 = {"endpoint": "https://s3.example", "bucket": "films", "access_key_id": {"env": "S3_KEY"},
      "access_key_secret": {"file": "s3.txt"}}

def video(clip):
    return {"VideoTracks": [{"VideoTrackClips": [clip]}]}

def of(service):
    clip = {"MediaURL": SIGNED} if service == "ims" else {"MediaId": "m", "Title": hush("clip-title")}
    clip["Effects"] = [{"Type": "Text", "Content": hush("caption")}]
    place = {"service": service, "region": "cn-shanghai"}
    cut = EditingProject(f"{service}-cut", EditingProjectArgs(
        title=hush("title"), description=hush("description"), timeline=video(clip), cover_url=COVER, **place))
    yield ProduceJob(f"{service}-job", ProduceJobArgs(
        project=cut, output={"width": 640, "height": 360}, title=hush("job-title"), description=hush("job-description"),
        tags=[hush("tag")], cover_url=COVER, user_data=NOTIFY, triggers=[hush("trigger")], **place))
    if service == "ims":
        yield ProduceJob("ims-s3", ProduceJobArgs(
            timeline=video(clip), target="S3", output=S3, project_metadata={"title": hush("metadata")}, **place))

def cut():
    piece = {"asset_id": hush("asset"), "start": 0, "end": 2}
    place = {"region": "cn-north-4", "endpoint": Config("reelstack").require("endpoint")}
    yield VodEditTask("huawei-task", VodEditTaskArgs(inputs=[piece], triggers=[hush("task-trigger")], **place))

for made in (*of("ims"), *of("vod"), *cut()):
    Delivery(made.video_name, DeliveryArgs({made.video_name: made}))
export("told", hush("export"))
"""
FAULTY = """
from pulumi import Output
from reelstack import EditingProject, EditingProjectArgs, ProduceJob, ProduceJobArgs, VodEditTask, VodEditTaskArgs

HUSH = Output.secret("HUSH-fault" + ",".join(str(number) for number in range(500)))
place = {"service": "ims", "region": "cn-shanghai"}
clip = {"MediaURL": HUSH, "In": HUSH, "Out": HUSH}
timeline = {"VideoTracks": [{"VideoTrackClips": [clip]}]}
EditingProject("p", EditingProjectArgs(title=HUSH, timeline=timeline, cover_url=HUSH, **place))
ProduceJob("j", ProduceJobArgs(
    timeline=timeline, title=HUSH, description=HUSH, tags=[HUSH], cover_url=HUSH, reference_id=HUSH, target=HUSH,
    output={"media_url": HUSH, "width": HUSH, "access_key_id": HUSH}, user_data={"NotifyAddress": HUSH}, **place))
ProduceJob("v", ProduceJobArgs(
    timeline=timeline, title=HUSH, output={"bitrate": HUSH}, user_data=HUSH, service="vod", region="cn-shanghai"))
VodEditTask("t", VodEditTaskArgs(
    inputs=[{"asset_id": HUSH, "start": HUSH, "end": HUSH}], settings={"codec": HUSH, "format": HUSH, "width": HUSH}))
"""
PASSPHRASE = "a passphrase: HUSH-passphrase"
KEYRING = Keyring.new(PASSPHRASE)


def sealed(value: str) -> dict[str, str]:
    return {"secure": KEYRING.encrypt_text(value)}


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Repository]:
    """A repository whose program has secrets everywhere, beside a cloud of its own, whose log is read."""
    root = tmp_path / "repository"
    root.mkdir()
    repository = Repository(copy_of_the_stack(root))
    repository.cloud = daemon.start(tmp_path / "cloud", 0)
    try:
        repository.control("POST", "settings", {"pace": "immediate"})
        yield repository
    finally:
        daemon.stop(tmp_path / "cloud")


def prepared(repository: Repository) -> tuple[str, ...]:
    """Give the repository secret keys in every place that takes one; those of the local cloud."""
    assert repository.cloud is not None
    said = json.loads((repository.cloud.directory / "cloud.json").read_text())
    config = {
        "reelstack:endpoint": repository.cloud.url,
        "reelstack:output": "https://films.oss-cn-shanghai.aliyuncs.com/spring",
        "reelstack:account": said["huawei_project_id"],
        "reelstack:accessKeyId": said["access_key_id"],
        "reelstack:accessKeySecret": sealed(said["access_key_secret"]),
        "reelstack:huaweiAccessKey": said["huawei_access_key"],
        "reelstack:huaweiSecretKey": sealed(said["huawei_secret_key"]),
    }
    settings = repository.root / "stacks" / "Pulumi.local.yaml"
    settings.write_text(json.dumps({"config": config, "encryptionsalt": KEYRING.salt}))
    (repository.root / "stacks" / "s3.txt").write_text("KEYS-s3-secret\n")
    repository.env = {"PULUMI_CONFIG_PASSPHRASE": PASSPHRASE, "S3_KEY": "KEYS-s3-id"}
    return said["access_key_secret"], said["huawei_secret_key"]


def program(repository: Repository, text: str) -> None:
    (repository.root / "stacks" / "__main__.py").write_text(text)


def test_nothing_that_is_kept_or_shown_holds_a_secret(kept: Repository) -> None:
    keys = prepared(kept)
    program(kept, PROGRAM.replace("ROUND", "one"))
    printed = kept.run("up", "--yes", "--skip-preview", "--events")
    program(kept, PROGRAM.replace("ROUND", "two"))
    printed += kept.run("up", "--yes") + kept.run("refresh", "--yes", "--json")
    program(kept, FAULTY)
    printed += kept.run("preview", code=1)
    files = [file for file in (kept.root / ".reelstack" / "state").rglob("*") if file.is_file()]
    assert {"local.json", "local.json.bak"} < {file.name for file in files}
    assert any("history" in file.parts for file in files)
    for said in (printed.encode(), *(file.read_bytes() for file in files)):
        assert not HUSH.findall(said)
        assert not [key for key in keys if key.encode() in said]
    assert kept.run("outputs", "told", "--show-secrets") == "HUSH-export-two\n"
    the_cloud_keeps_no_key(kept, keys)


def the_cloud_keeps_no_key(repository: Repository, keys: tuple[str, ...]) -> None:
    """Nor does its journal or its log, though the requests and the callbacks are there."""
    assert repository.cloud is not None
    journal = json.dumps(repository.control("GET", "requests"))
    assert "HUSH-title-one" in journal
    assert "CallbackFailed" in journal
    for said in (journal, (repository.cloud.directory / "cloud.log").read_text()):
        assert "KEYS-" not in said
        assert not [key for key in keys if key in said]
