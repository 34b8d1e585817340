"""VOD's library on the wire: reading, deleting, and media of the user's own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from contract.emulator.door import IMS, TIMELINE, VOD, Caller, caller_of
from kit.clock import ManualClock
from reelstack.emulator.cloud import Cloud
from reelstack.emulator.facts import probe
from reelstack.emulator.render.synthesise import synthesise
from reelstack.emulator.settings import Settings

RULES = Settings(source_seconds=2, source_width=192, source_height=128, analysis_seconds=0, preset="ultrafast")


def produced(vod: Caller, **metadata: object) -> str:
    return str(vod.ok("ProduceEditingProjectVideo", Timeline=TIMELINE, MediaMetadata=metadata)["MediaId"])


def picture(folder: Path) -> Path:
    path = folder / "own picture.png"
    synthesise(path, kind="image", label="own", duration=0, width=192, height=128)
    return path


def registered(vod: Caller, folder: Path, media_id: str = "own") -> dict[str, Any]:
    found: dict[str, Any] = vod.control("POST", "media", path=str(picture(folder)), media_id=media_id, title="Own")
    return found


def test_one_video_wraps_its_snapshots_and_several_do_not(vod: Caller) -> None:
    media_id = produced(vod, Title="Teaser")
    one = vod.ok("GetVideoInfo", VideoId=media_id)["Video"]
    many = vod.ok("GetVideoInfos", VideoIds=media_id)["VideoList"][0]
    assert (one["Snapshots"], many["Snapshots"]) == ({"Snapshot": []}, [])
    assert (one["AuditStatus"], one["RegionId"]) == ("Normal", "cn-shanghai")
    assert {name: one[name] for name in many if name != "Snapshots"} == {
        k: v for k, v in many.items() if k != "Snapshots"
    }


def test_figures_are_numbers(vod: Caller) -> None:
    video = vod.ok("GetVideoInfo", VideoId=produced(vod, CateId="12"))["Video"]
    assert (video["Duration"], video["CateId"], type(video["Size"])) == (4.0, 12, int)


def test_missing_ids_are_told_and_are_no_error(vod: Caller) -> None:
    media_id = produced(vod, ReferenceId="spring-1")
    by_id = vod.ok("GetVideoInfos", VideoIds=f"nobody,{media_id}")
    assert ([each["VideoId"] for each in by_id["VideoList"]], by_id["NonExistVideoIds"]) == ([media_id], ["nobody"])
    by_reference = vod.ok("GetVideoInfos", ReferenceIds="spring-1,summer-1")
    assert [each["VideoId"] for each in by_reference["VideoList"]] == [media_id]
    assert (by_reference["NonExistVideoIds"], by_reference["NonExistReferenceIds"]) == ([], ["summer-1"])
    assert vod.ok("GetVideoInfos", VideoIds="nobody")["VideoList"] == []


@pytest.mark.parametrize(
    ("action", "params", "code"),
    [
        ("GetVideoInfo", {}, "MissingParameter"),
        ("GetVideoInfo", {"ReferenceId": "nobody"}, "InvalidVideo.NotFound"),
        ("GetVideoInfos", {}, "MissingParameter"),
        ("GetVideoInfos", {"VideoIds": ",".join(map(str, range(21)))}, "InvalidParameter"),
        ("DeleteVideo", {}, "MissingParameter"),
        ("DeleteVideo", {"VideoIds": ",".join(map(str, range(21)))}, "InvalidParameter"),
        ("DeleteVideo", {"ReferenceIds": "nobody"}, "InvalidVideo.NotFound"),
    ],
)
def test_what_is_wrong_is_told(vod: Caller, action: str, params: dict[str, Any], code: str) -> None:
    assert vod.refused(action, **params)[1] == code


def test_a_deleted_video_is_gone_with_its_file(vod: Caller) -> None:
    media_id, other = produced(vod, ReferenceId="spring-1"), produced(vod)
    path = Path(vod.control("GET", f"media/{media_id}")["path"])
    assert path.is_file()
    answer = vod.ok("DeleteVideo", ReferenceIds="spring-1,nobody")
    assert (answer["NonExistReferenceIds"], answer["ForbiddenVideoIds"]) == (["nobody"], [])
    assert not path.exists()
    assert vod.ok("GetVideoInfos", VideoIds=f"{media_id},{other}")["NonExistVideoIds"] == [media_id]
    assert vod.refused("DeleteVideo", VideoIds=media_id)[:2] == (404, "InvalidVideo.NotFound")


def test_a_video_in_the_making_is_not_deleted(vod_stepwise: Caller) -> None:
    media_id = produced(vod_stepwise)
    assert vod_stepwise.refused("DeleteVideo", VideoIds=media_id)[1] == "InvalidVideo.NotFound"
    for _ in range(2):
        vod_stepwise.ok("GetVideoInfos", VideoIds=media_id)
    assert vod_stepwise.ok("DeleteVideo", VideoIds=media_id)["ForbiddenVideoIds"] == [media_id]
    for _ in range(5):
        vod_stepwise.ok("GetVideoInfos", VideoIds=media_id)
    assert vod_stepwise.ok("GetVideoInfo", VideoId=media_id)["Video"]["Status"] == "Normal"


def test_a_deleted_source_is_not_made_up_anew(vod: Caller) -> None:
    produced(vod)
    vod.ok("DeleteVideo", VideoIds="clip0000000000000001")
    assert "there is no media" in vod.refused("ProduceEditingProjectVideo", Timeline=TIMELINE)[2]


def test_what_is_deleted_in_one_service_stays_in_the_other(vod: Caller, tmp_path: Path) -> None:
    film = tmp_path / "film.mp4"
    synthesise(film, kind="video", label="own", duration=0.2, width=128, height=128)
    vod.control("POST", "media", path=str(film), media_id="own")
    produced(vod)
    vod.ok("DeleteVideo", VideoIds="own,clip0000000000000001")
    assert film.is_file()
    vod.version = IMS
    for material in ("own", "clip0000000000000001"):
        made = vod.submit(Timeline={"VideoTracks": [{"VideoTrackClips": [{"MediaId": material}]}]})
        assert vod.job(made["JobId"])["Status"] == "Success"


def test_a_reset_forgets_the_library(vod: Caller) -> None:
    media_id = produced(vod)
    vod.control("POST", "reset")
    assert vod.ok("GetVideoInfos", VideoIds=media_id)["NonExistVideoIds"] == [media_id]
    assert vod.ok("SearchEditingProject")["Total"] == 0


def test_deletions_beyond_the_documented_rate_are_throttled(vod: Caller) -> None:
    for _ in range(30):
        vod.refused("DeleteVideo", VideoIds="nobody")
    assert vod.refused("DeleteVideo", VideoIds="nobody")[1] == "Throttling.User"
    assert vod.ok("GetVideoInfos", VideoIds="nobody")


def test_a_registered_picture_is_a_material_of_both_services_and_no_video(vod: Caller, tmp_path: Path) -> None:
    registered(vod, tmp_path)
    assert vod.ok("GetVideoInfos", VideoIds="own")["NonExistVideoIds"] == ["own"]
    cut = {"VideoTracks": [{"VideoTrackClips": [{"MediaId": "own", "Type": "Image", "Duration": 2}]}]}
    vod.control("POST", "settings", strict=True)
    made = vod.ok("ProduceEditingProjectVideo", Timeline=cut)
    assert vod.ok("GetVideoInfo", VideoId=made["MediaId"])["Video"]["Duration"] == 2.0
    assert vod.control("GET", f"jobs/{made['MediaId']}")["production"]["materials"]["own"].endswith("own picture.png")
    vod.version = IMS
    assert vod.ok("GetMediaInfo", MediaId="own")["MediaInfo"]["MediaBasicInfo"]["Title"] == "Own"


def test_a_film_is_rendered_by_the_same_renderer(tmp_path: Path) -> None:
    clock = ManualClock()
    with Cloud(tmp_path / "cloud", clock=clock, settings=RULES) as cloud:
        vod = caller_of(cloud, clock)
        vod.version = VOD
        registered(vod, tmp_path)
        clips = [{"MediaId": "opening", "In": 0.4, "Out": 1.4}, {"MediaId": "own", "Type": "Image", "Duration": 1}]
        cut = {"VideoTracks": [{"VideoTrackClips": clips}]}
        config = {"Width": 192, "Height": 128}
        made = vod.ok("ProduceEditingProjectVideo", Timeline=cut, ProduceConfig=config)
        assert cloud.worker.wait_until_idle(60)
        assert vod.ok("GetEditingProject", ProjectId=made["ProjectId"])["Project"]["Status"] == "Produced"
        words = [vod.ok("GetVideoInfo", VideoId=made["MediaId"])["Video"]["Status"]]
        clock.move(1)
        video = vod.ok("GetVideoInfo", VideoId=made["MediaId"])["Video"]
        assert [*words, video["Status"], video["Duration"]] == ["Transcoding", "Normal", 2.0]
        path = Path(vod.control("GET", f"media/{made['MediaId']}")["path"])
        facts = probe(path)
        assert (facts.duration, facts.width, facts.height) == (2.0, 192, 128)
        assert video["Size"] == path.stat().st_size
        assert vod.http.get(video["CoverURL"].replace(cloud.vod.base_url, "")).content.startswith(b"\xff\xd8")
        cut = {"VideoTracks": [{"VideoTrackClips": [{"MediaId": made["MediaId"]}]}]}
        project = vod.ok("AddEditingProject", Title="t", Timeline=cut)["Project"]
        assert vod.ok("GetEditingProject", ProjectId=project["ProjectId"])["Project"]["CoverURL"] == video["CoverURL"]
        vod.ok("DeleteVideo", VideoIds=made["MediaId"])
        assert not path.exists()
        assert vod.http.get(video["CoverURL"].replace(cloud.vod.base_url, "")).status_code == 404
