"""The local cloud with its real renderer: small films, from submission to the file."""

from __future__ import annotations

import io
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, unquote

import pytest
from PIL import Image

from contract.emulator.door import Caller, caller_of
from kit.clock import ManualClock
from reelstack.emulator import daemon
from reelstack.emulator.cloud import Cloud
from reelstack.emulator.facts import probe
from reelstack.emulator.render.synthesise import synthesise
from reelstack.emulator.settings import Settings

SMALL = {"MediaURL": "https://films.oss-cn-shanghai.aliyuncs.com/small.mp4", "Width": 192, "Height": 128}
RULES = Settings(source_seconds=2, source_width=192, source_height=128, analysis_seconds=0, preset="ultrafast")
OPENING = {"MediaId": "opening", "In": 0.4, "Out": 1.4}
CUT_OF_ONE = {"VideoTracks": [{"VideoTrackClips": [OPENING]}]}
OWN = {"MediaId": "own", "Type": "Image", "Duration": 1}
MUSIC = {"MediaURL": "https://films.oss-cn-shanghai.aliyuncs.com/music.mp3", "Out": 2}
CUT = {
    "VideoTracks": [{"VideoTrackClips": [OPENING, OWN]}],
    "AudioTracks": [{"AudioTrackClips": [MUSIC]}],
}


@pytest.fixture
def rendered(tmp_path: Path) -> Iterator[tuple[Cloud, Caller]]:
    clock = ManualClock()
    with Cloud(tmp_path / "cloud", clock=clock, settings=RULES) as cloud:
        yield cloud, caller_of(cloud, clock)


def picture(folder: Path) -> Path:
    path = folder / "own picture.png"
    synthesise(path, kind="image", label="own", duration=0, width=192, height=128)
    return path


def test_a_film_is_rendered_from_own_and_synthesised_media(rendered: tuple[Cloud, Caller], tmp_path: Path) -> None:
    cloud, caller = rendered
    caller.control("POST", "media", path=str(picture(tmp_path)), media_id="own", title="Own")
    submitted = caller.submit(Timeline=CUT, OutputMediaConfig=SMALL)
    assert cloud.worker.wait_until_idle(60)
    job = caller.job(submitted["JobId"])
    assert (job["Status"], job["Duration"]) == ("Success", 2.0)
    assert job["Message"].count("was never registered: a stand-in is seen or heard") == 2
    facts = probe(Path(caller.control("GET", f"media/{submitted['MediaId']}")["path"]))
    assert (facts.kind, facts.duration, facts.width, facts.height, facts.has_audio) == ("video", 2.0, 192, 128, True)


def test_a_template_is_rendered_with_its_clips(rendered: tuple[Cloud, Caller], tmp_path: Path) -> None:
    cloud, caller = rendered
    item = {"MediaId": "$MediaId", "Type": "Image", "Duration": "$Seconds:0.6"}
    repeated = {"Sys_Type": "ArrayItems", "Sys_ArrayObject": "$Pictures", "Sys_Template": item}
    caller.control("POST", "templates", template_id="album", config={"VideoTracks": [{"VideoTrackClips": [repeated]}]})
    caller.control("POST", "media", path=str(picture(tmp_path)), media_id="own")
    pictures = {"Pictures": ["own", {"MediaId": "own", "Seconds": "1"}]}
    submitted = caller.submit(Timeline="", TemplateId="album", ClipsParam=pictures, OutputMediaConfig=SMALL)
    assert cloud.worker.wait_until_idle(60)
    job = caller.job(submitted["JobId"])
    assert (job["Status"], job["Message"]) == ("Success", "")
    assert probe(Path(caller.control("GET", f"media/{submitted['MediaId']}")["path"])).duration == 1.6


@pytest.mark.parametrize(
    ("suffix", "demuxer", "kind"), [("mov", "mov,", "video"), ("flv", "flv", "video"), ("mp3", "mp3", "audio")]
)
def test_the_name_says_which_container_it_is(
    rendered: tuple[Cloud, Caller], suffix: str, demuxer: str, kind: str
) -> None:
    cloud, caller = rendered
    url = f"https://films.oss-cn-shanghai.aliyuncs.com/small.{suffix}"
    submitted = caller.submit(Timeline=CUT_OF_ONE, OutputMediaConfig=SMALL | {"MediaURL": url})
    assert cloud.worker.wait_until_idle(60)
    facts = probe(Path(caller.control("GET", f"media/{submitted['MediaId']}")["path"]))
    assert (facts.kind, facts.format.startswith(demuxer)) == (kind, True)
    assert facts.duration == pytest.approx(1, abs=0.05)


def test_a_name_that_no_encoder_serves_is_told(rendered: tuple[Cloud, Caller]) -> None:
    cloud, caller = rendered
    url = "https://films.oss-cn-shanghai.aliyuncs.com/small.webm"
    submitted = caller.submit(Timeline=CUT_OF_ONE, OutputMediaConfig=SMALL | {"MediaURL": url})
    assert cloud.worker.wait_until_idle(60)
    assert "the file is an MP4: nothing here writes .webm" in caller.job(submitted["JobId"])["Message"]


@pytest.mark.parametrize("name", ["small.v1", "100% [new]"])
def test_a_playlist_has_its_segments_beside_it(tmp_path: Path, name: str) -> None:
    clock = ManualClock()
    with Cloud(tmp_path / "100% local", clock=clock, settings=RULES) as cloud:
        caller = caller_of(cloud, clock)
        url = f"https://films.oss-cn-shanghai.aliyuncs.com/spring/{quote(name)}.m3u8"
        submitted = caller.submit(Timeline=CUT_OF_ONE, OutputMediaConfig=SMALL | {"MediaURL": url})
        assert cloud.worker.wait_until_idle(60)
        playlist = Path(caller.control("GET", f"media/{submitted['MediaId']}")["path"])
        (segment,) = [line for line in playlist.read_text().splitlines() if not line.startswith("#")]
        assert (playlist.stem, unquote(segment)) == (name, segment)
        assert probe(playlist.with_name(segment)).width == 192


def test_a_rendered_video_has_a_cover(rendered: tuple[Cloud, Caller], tmp_path: Path) -> None:
    cloud, caller = rendered
    caller.control("POST", "media", path=str(picture(tmp_path)), media_id="own")
    timeline = {
        "VideoTracks": [{"VideoTrackClips": [{"MediaId": "own", "Type": "Image", "TimelineIn": 0.5, "Duration": 1}]}]
    }
    covers = []
    for at in (0, 1):
        config = {"CoverConfig": {"StartTime": at}}
        submitted = caller.submit(Timeline=timeline, OutputMediaConfig=SMALL, EditingProduceConfig=config)
        assert cloud.worker.wait_until_idle(60)
        basic = caller.ok("GetMediaInfo", MediaId=submitted["MediaId"])["MediaInfo"]["MediaBasicInfo"]
        covers.append(Image.open(io.BytesIO(caller.http.get(basic["CoverURL"]).content)))
        caller.ok("DeleteMediaInfos", MediaIds=submitted["MediaId"], DeletePhysicalFiles="true")
        assert caller.http.get(basic["CoverURL"]).status_code == 404
    black, drawn = (max(cover.convert("L").tobytes()) for cover in covers)
    assert covers[0].size == (192, 128)
    assert black < 40 < drawn


def test_sound_alone_has_no_cover(rendered: tuple[Cloud, Caller]) -> None:
    cloud, caller = rendered
    output = {"MediaURL": "https://films.oss-cn-shanghai.aliyuncs.com/small.mp3"}
    submitted = caller.submit(Timeline={"AudioTracks": [{"AudioTrackClips": [MUSIC]}]}, OutputMediaConfig=output)
    assert cloud.worker.wait_until_idle(60)
    basic = caller.ok("GetMediaInfo", MediaId=submitted["MediaId"])["MediaInfo"]["MediaBasicInfo"]
    assert (basic["MediaType"], basic["CoverURL"]) == ("audio", "")
    facts = probe(Path(caller.control("GET", f"media/{submitted['MediaId']}")["path"]))
    assert (facts.kind, facts.format, facts.width) == ("audio", "mp3", 0)


def test_an_added_file_is_a_media_asset_and_stays_the_users(rendered: tuple[Cloud, Caller], tmp_path: Path) -> None:
    own = picture(tmp_path)
    caller = rendered[1]
    for _ in range(2):
        added = caller.control("POST", "media", path=str(own), media_id="own", title="Own")
    assert caller.http.get(added["url"]).content == own.read_bytes()
    basic = caller.ok("GetMediaInfo", MediaId="own")["MediaInfo"]["MediaBasicInfo"]
    assert (basic["MediaType"], basic["Title"], basic["Status"]) == ("image", "Own", "Normal")
    caller.ok("DeleteMediaInfos", MediaIds="own", DeletePhysicalFiles="true")
    assert own.exists()


def test_a_file_that_is_no_media_is_refused(rendered: tuple[Cloud, Caller], tmp_path: Path) -> None:
    (tmp_path / "letter.mp4").write_text("not a film")
    answer = rendered[1].http.post("/_control/media", json={"path": str(tmp_path / "letter.mp4"), "media_id": "m"})
    assert answer.status_code == 400
    assert "letter.mp4" in answer.json()["error"]


def test_a_killed_process_renders_again_under_the_same_id(tmp_path: Path) -> None:
    started = daemon.start(tmp_path, 0)
    with Caller.at(started.url) as caller:
        caller.control("POST", "settings", source_seconds=2, source_width=192, source_height=128)
        submitted = caller.submit(OutputMediaConfig=SMALL)
        os.kill(started.pid, signal.SIGKILL)
    clock = ManualClock()
    with Cloud(tmp_path, clock=clock) as cloud:
        assert cloud.worker.wait_until_idle(60)
        job = caller_of(cloud, clock).job(submitted["JobId"])
        assert (job["Status"], job["Duration"], job["MediaId"]) == ("Success", 4.0, submitted["MediaId"])
