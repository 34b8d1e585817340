"""The render worker against renderers that behave in every way a child process can.

The stand-ins speak the renderer's protocol: a job file in, JSON lines out.
"""

from __future__ import annotations

import json
import os
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from contract.emulator.door import TIMELINE, Caller, caller_of
from kit.clock import ManualClock
from reelstack.emulator.cloud import Cloud
from reelstack.emulator.settings import Settings
from reelstack.emulator.worker import Programs

BEGINNING = """
import json, os, pathlib, signal, sys, time
job = json.loads(pathlib.Path(sys.argv[1]).read_text())
target = pathlib.Path(job["target"])
def say(**line):
    print(json.dumps(line), flush=True)
def done(duration=4.0):
    size = target.stat().st_size
    say(result={"duration": duration, "width": 640, "height": 360, "size": size, "fps": 25, "bitrate": 800})
"""
GOOD = "print('chatter'); say(progress=50); target.write_text(json.dumps(job)); done()"
HANGING = "pathlib.Path(sys.argv[0]).with_suffix('.pid').write_text(str(os.getpid())); say(progress=7); signal.pause()"
SYNTHESISE = "target.write_text(job['label'] + ' ' + job['kind'] + ' ' + str(job['duration']))"

STAND_IN = (
    "[local cloud] Not rendered as declared: clip0000000000000001 was never registered: a stand-in is seen or heard"
)


def program(folder: Path, name: str, body: str) -> tuple[str, ...]:
    script = folder / f"{name}.py"
    script.write_text(BEGINNING + textwrap.dedent(body))
    return (sys.executable, str(script))


@contextmanager
def rendering(folder: Path, body: str, synthesise: str = SYNTHESISE) -> Iterator[tuple[Cloud, Caller]]:
    programs = Programs(program(folder, "render", body), program(folder, "synthesise", synthesise))
    clock = ManualClock()
    with Cloud(folder / "cloud", clock=clock, settings=Settings(analysis_seconds=0), programs=programs) as cloud:
        yield cloud, caller_of(cloud, clock)


def finished(cloud: Cloud, caller: Caller, **params: object) -> dict[str, Any]:
    submitted = caller.submit(**params)
    assert cloud.worker.wait_until_idle(30)
    return caller.job(submitted["JobId"])


def test_a_render_becomes_a_media_asset(tmp_path: Path) -> None:
    with rendering(tmp_path, GOOD) as (cloud, caller):
        job = finished(cloud, caller)
        assert (job["Status"], job["Progress"], job["Duration"], job["Message"]) == ("Success", 100, 4.0, STAND_IN)
        media = caller.ok("GetMediaInfo", MediaId=job["MediaId"])["MediaInfo"]
        basic = media["FileInfoList"][0]["FileBasicInfo"]
        assert (media["MediaBasicInfo"]["Status"], basic["Width"], basic["Bitrate"]) == ("Normal", "640", "800")
        assert caller.http.get(basic["FileUrl"]).status_code == 200


def test_the_renderer_gets_the_timeline_the_settings_and_the_files(tmp_path: Path) -> None:
    with rendering(tmp_path, GOOD) as (cloud, caller):
        finished(cloud, caller)
        given = json.loads((tmp_path / "cloud/objects/films/spring/teaser.mp4").read_text())
        assert (given["timeline"], given["preset"]) == (TIMELINE, "veryfast")
        assert (given["output"]["Width"], given["output"]["Height"]) == (640, 360)
        source = Path(given["materials"]["clip0000000000000001"])
        assert source.read_text() == "clip0000000000000001 video 10.0"


def test_a_source_is_made_once_and_again_when_it_must_be_longer(tmp_path: Path) -> None:
    counting = SYNTHESISE + "\nwith open(sys.argv[0] + '.log', 'a') as log: log.write('x')"
    with rendering(tmp_path, GOOD, counting) as (cloud, caller):
        for out in (4, 5, 25, 4):
            clip = {"MediaId": "clip0000000000000001", "Out": out}
            finished(cloud, caller, Timeline={"VideoTracks": [{"VideoTrackClips": [clip]}]})
        assert (tmp_path / "synthesise.py.log").read_text() == "xx"


def test_what_was_not_rendered_is_on_the_job(tmp_path: Path) -> None:
    body = "say(note='VideoTracks[0]: VFX is not rendered')\n" + GOOD
    with rendering(tmp_path, body) as (cloud, caller):
        job = finished(cloud, caller)
        expected = f"{STAND_IN}; VideoTracks[0]: VFX is not rendered"
        assert (job["Status"], job["Message"]) == ("Success", expected)
        assert caller.control("GET", f"jobs/{job['JobId']}")["notes"][1:] == ["VideoTracks[0]: VFX is not rendered"]


@pytest.mark.parametrize(
    ("body", "code", "message"),
    [
        ("say(error={'code': 'TimelineFormatError', 'message': 'no'}); sys.exit(1)", "TimelineFormatError", "no"),
        ("raise ValueError('boom')", "InternalError", "render.py ended with 1: ValueError: boom"),
        ("os.kill(os.getpid(), 9)", "InternalError", "render.py ended with -9: it said nothing"),
        ("pass", "InternalError", "The renderer said nothing of a result."),
        ("print('{not json')", "InternalError", "The local cloud failed"),
        ("say(result={'duration': 1})", "InternalError", "The renderer ended well but left no file."),
    ],
)
def test_a_failed_render_is_a_failed_job(tmp_path: Path, body: str, code: str, message: str) -> None:
    with rendering(tmp_path, body) as (cloud, caller):
        job = finished(cloud, caller)
        assert (job["Status"], job["Code"]) == ("Failed", code)
        assert job["Message"].startswith(message)
        assert not (tmp_path / "cloud/objects/films/spring/teaser.mp4").exists()
        assert list((tmp_path / "cloud/scratch").iterdir()) == []


def test_one_failed_render_does_not_stop_the_next(tmp_path: Path) -> None:
    body = "if job['output']['Width'] == 200: raise SystemExit(3)\n" + GOOD
    with rendering(tmp_path, body) as (cloud, caller):
        output = {"MediaURL": "https://films.oss-cn-shanghai.aliyuncs.com/a.mp4", "Width": 200}
        assert finished(cloud, caller, OutputMediaConfig=output)["Status"] == "Failed"
        assert finished(cloud, caller)["Status"] == "Success"


def test_a_source_that_could_not_be_made_fails_the_job(tmp_path: Path) -> None:
    with rendering(tmp_path, GOOD, synthesise="raise OSError('disk full')") as (cloud, caller):
        job = finished(cloud, caller)
        assert (job["Status"], job["Code"]) == ("Failed", "InternalError")
        assert "disk full" in job["Message"]


def test_a_render_that_was_interrupted_is_done_again_under_the_same_id(tmp_path: Path) -> None:
    with rendering(tmp_path, HANGING) as (_, caller):
        submitted = caller.submit()
        until(lambda: caller.job(submitted["JobId"])["Progress"] == 7)
        assert caller.job(submitted["JobId"])["Status"] == "Processing"
    with rendering(tmp_path, GOOD) as (cloud, caller):
        assert cloud.worker.wait_until_idle(30)
        assert caller.job(submitted["JobId"])["Status"] == "Success"
        assert caller.ok("GetMediaInfo", MediaId=submitted["MediaId"])


def test_closing_ends_the_renderer(tmp_path: Path) -> None:
    with rendering(tmp_path, HANGING) as (_, caller):
        job_id = caller.submit()["JobId"]
        until(lambda: caller.job(job_id)["Progress"] == 7)
        child = int((tmp_path / "render.pid").read_text())
        os.kill(child, 0)
    with pytest.raises(ProcessLookupError):
        os.kill(child, 0)


def test_a_reset_ends_the_render_in_hand(tmp_path: Path) -> None:
    with rendering(tmp_path, HANGING) as (cloud, caller):
        job_id = caller.submit()["JobId"]
        until(lambda: caller.job(job_id)["Progress"] == 7)
        caller.control("POST", "reset")
        assert cloud.worker.wait_until_idle(30)
        assert caller.ok("ListMediaProducingJobs")["MediaProducingJobList"] == []
        assert list((tmp_path / "cloud/objects").iterdir()) == []


def test_jobs_wait_their_turn(tmp_path: Path) -> None:
    with rendering(tmp_path, HANGING) as (_, caller):
        first, second = caller.submit()["JobId"], caller.submit()["JobId"]
        until(lambda: caller.job(first)["Status"] == "Processing")
        assert caller.job(second)["Status"] == "Queuing"


def test_a_job_made_to_fail_fails_without_being_rendered(tmp_path: Path) -> None:
    with rendering(tmp_path, HANGING) as (cloud, caller):
        caller.control("POST", "faults", kind="fail_job", code="QueryMaterialFailed")
        assert finished(cloud, caller)["Code"] == "QueryMaterialFailed"


def until(met: Any, looks: int = 20000) -> None:
    """Look until it is so; each look is a request that takes its time."""
    assert any(met() for _ in range(looks))
