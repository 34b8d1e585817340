"""What must not be believed: timelines that name local files or foreign hosts, materials not ready or too big."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from contract.emulator.door import OUTPUT, Caller, caller_of
from kit.clock import ManualClock
from reelstack.emulator.cloud import Cloud
from reelstack.emulator.facts import Facts
from reelstack.emulator.ims.state import Media
from reelstack.emulator.objects import Name
from reelstack.emulator.settings import Settings

CLIP = {"MediaId": "clip0000000000000001", "Out": 4}
BAD = (
    "file:///etc/passwd",
    "/etc/passwd",
    "../../state.db",
    "http://127.0.0.1:8757/_control/reset",
    "https://cdn.example.com/a.mp4",
    "https://films.oss-accelerate.aliyuncs.com/a.mp4",
    "https://films.oss-cn-beijing.aliyuncs.com/a.mp4",
    "https://films.oss-cn-shanghai.aliyuncs.com/%2e%2e/%2e%2e/state.db",
    "https://films.oss-cn-shanghai.aliyuncs.com/a%00.mp4",
    "oss://../state.db",
    "https://[films",
)


def clips(*fields: dict[str, Any]) -> dict[str, Any]:
    return {"VideoTracks": [{"VideoTrackClips": list(fields)}]}


def timelines(url: str) -> dict[str, dict[str, Any]]:
    return {
        "VideoTracks[0].VideoTrackClips[0]": clips({"MediaURL": url}),
        "VideoTracks[0].VideoTrackClips[0].MaskVideoUrl": clips(CLIP | {"MaskVideoUrl": url}),
        "VideoTracks[0].VideoTrackClips[0].Effects[0].ImageUrl": clips(
            CLIP | {"Effects": [{"Type": "Background", "SubType": "Image", "ImageUrl": url}]}
        ),
        "SubtitleTracks[0].SubtitleTrackClips[0].FileURL": clips(CLIP)
        | {"SubtitleTracks": [{"SubtitleTrackClips": [{"Type": "Subtitle", "FileURL": url}]}]},
        "ImageTracks[0].ImageTrackClips[0]": clips(CLIP) | {"ImageTracks": [{"ImageTrackClips": [{"ImageURL": url}]}]},
        "AudioTracks[0].AudioTrackClips[0]": {"AudioTracks": [{"AudioTrackClips": [{"MediaURL": url}]}]},
    }


@pytest.mark.parametrize("url", BAD)
def test_a_timeline_names_no_local_file_and_no_foreign_host(cloud: Caller, url: str) -> None:
    for place, timeline in timelines(url).items():
        said = cloud.refused("SubmitMediaProducingJob", Timeline=timeline, OutputMediaConfig=OUTPUT)
        assert said[:2] == (400, "InvalidParameter")
        assert place in said[2]
    assert cloud.ok("ListMediaProducingJobs")["MediaProducingJobList"] == []


def test_files_of_the_region_may_be_named_anywhere(cloud: Caller) -> None:
    for timeline in timelines("https://films.oss-cn-shanghai.aliyuncs.com/in/a.mp4?Expires=1").values():
        assert cloud.submit(Timeline=timeline)["JobId"]


@pytest.mark.parametrize("url", BAD)
def test_media_are_registered_from_object_storage_only(cloud: Caller, url: str) -> None:
    status, code, message = cloud.refused("RegisterMediaInfo", InputURL=url, MediaType="video")
    assert (status, code) == (400, "InvalidParameter")
    assert "InputURL" in message


def put(cloud: Cloud, media_id: str, **fields: Any) -> None:
    now = cloud.clock.now().isoformat()
    given = {
        "url": "",
        "object": f"films/{media_id}.mp4",
        "kind": "video",
        "created": now,
        "modified": now,
        "ready": now,
    }
    cloud.ims.put_media(Media(id=media_id, **given | fields))


@pytest.fixture
def opened(tmp_path: Path) -> Any:
    clock = ManualClock()
    with Cloud(tmp_path, clock=clock, settings=Settings(pace="immediate")) as cloud:
        yield cloud, caller_of(cloud, clock)


@pytest.mark.parametrize(
    ("fields", "word"),
    [({"failed": True}, "PrepareFail"), ({"ready": "2026-01-15T09:00:00+00:00"}, "Preparing")],
)
def test_a_material_must_be_normal(opened: tuple[Cloud, Caller], fields: dict[str, Any], word: str) -> None:
    cloud, caller = opened
    put(cloud, "m1", **fields)
    job = caller.job(caller.submit(Timeline=clips({"MediaId": "m1"}))["JobId"])
    assert (job["Status"], job["Code"]) == ("Failed", "QueryMaterialFailed")
    assert f"m1 (VideoTracks[0].VideoTrackClips[0]) is {word}" in job["Message"]


def test_materials_have_a_terabyte_at_most(opened: tuple[Cloud, Caller]) -> None:
    cloud, caller = opened
    for name in ("m1", "m2"):
        cloud.objects.prepare(Name("films", f"{name}.mp4")).touch()
        put(cloud, name, facts=asdict(Facts("video", duration=5, size=2**39 + 1)))
    assert caller.submit(Timeline=clips({"MediaId": "m1"}))["JobId"]
    both = clips({"MediaId": "m1"}, {"MediaId": "m2"})
    said = caller.refused("SubmitMediaProducingJob", Timeline=both, OutputMediaConfig=OUTPUT)
    assert said[:2] == (400, "InvalidParameter")
    assert f"{2**40 + 2} bytes" in said[2]
