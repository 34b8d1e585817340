"""Pictures of a timeline that was never submitted: only registered media are opened, and nothing is left behind."""

from __future__ import annotations

import base64
import io
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image

from contract.emulator.door import caller_of
from kit.clock import ManualClock
from reelstack.emulator import frames
from reelstack.emulator.cloud import Cloud
from reelstack.emulator.worker import Programs

RED = "red"
CUT = {"VideoTracks": [{"VideoTrackClips": [{"MediaId": RED, "Type": "Image", "Duration": 1}]}]}
SIZE = {"width": 256, "height": 144}


@pytest.fixture
def cloud(tmp_path: Path) -> Iterator[Cloud]:
    with Cloud(tmp_path / "cloud", clock=ManualClock()) as cloud:
        file = tmp_path / "red.png"
        Image.new("RGB", (256, 144), (255, 0, 0)).save(file)
        client(cloud).post("/_control/media", json={"path": str(file), "media_id": RED}).raise_for_status()
        yield cloud


def client(cloud: Cloud) -> httpx.Client:
    return caller_of(cloud, ManualClock()).http


def ask(cloud: Cloud, **given: Any) -> httpx.Response:
    return client(cloud).post("/_control/frames", json={"timeline": CUT, "at": [0.5], **SIZE, **given})


def colour(picture: str) -> tuple[int, ...]:
    image = Image.open(io.BytesIO(base64.b64decode(picture)))
    assert image.format == "JPEG"
    found = image.getpixel((image.width // 2, image.height // 2))
    assert isinstance(found, tuple)
    return found


def test_a_frame_shows_what_is_registered_and_nothing_is_kept(cloud: Cloud) -> None:
    held = client(cloud).get("/_control/status").json()
    answer = ask(cloud, at=[0.0, 0.5, 7])
    assert answer.status_code == 200, answer.text
    assert set(answer.json()["frames"]) == {"0", "0.5"}  # nothing behind the end
    red, green, blue = colour(answer.json()["frames"]["0.5"])
    assert (red > 200, green < 50, blue < 50) == (True, True, True)
    assert answer.json()["stand_ins"] == []
    assert client(cloud).get("/_control/status").json() == held


def test_what_nobody_registered_is_a_test_picture_and_is_not_registered_by_it(cloud: Cloud) -> None:
    other = {"VideoTracks": [{"VideoTrackClips": [{"MediaId": "unknown", "In": 0, "Out": 1}]}]}
    answer = ask(cloud, timeline=other)
    assert answer.status_code == 200, answer.text
    assert answer.json()["stand_ins"] == ["unknown"]
    assert client(cloud).get("/_control/media/unknown").status_code == 404


@pytest.mark.parametrize("url", ["/etc/passwd", "file:///etc/passwd", "https://example.com/a.mp4", "concat:a|b"])
def test_files_of_this_machine_and_other_hosts_are_refused(cloud: Cloud, url: str) -> None:
    clip = {"MediaURL": url, "In": 0, "Out": 1}
    answer = ask(cloud, timeline={"VideoTracks": [{"VideoTrackClips": [clip]}]})
    assert answer.status_code == 400
    assert "root:" not in answer.text


def test_an_id_that_is_a_path_opens_no_file(cloud: Cloud, tmp_path: Path) -> None:
    clip = {"MediaId": f"../../../../{tmp_path}/red.png", "Type": "Image", "Duration": 1}
    wanted = frames.order(cloud.ims, {"timeline": {"VideoTracks": [{"VideoTrackClips": [clip]}]}, "at": [0], **SIZE})
    assert wanted.materials == {}


def test_sound_is_not_opened(cloud: Cloud) -> None:
    music = {"MediaId": "music", "In": 0, "Out": 3}
    wanted = {**CUT, "AudioTracks": [{"AudioTrackClips": [music]}]}
    assert ask(cloud, timeline=wanted).json()["stand_ins"] == []


@pytest.mark.parametrize(
    "given",
    [
        {"timeline": "x"},
        {"timeline": {}},
        {"timeline": {"VideoTracks": 3}},
        {"at": []},
        {"at": [0] * 9},
        {"at": [-1]},
        {"at": [True]},
        {"at": [1e9]},
        {"width": 10},
        {"height": "144"},
        {"width": 5000},
    ],
)
def test_what_cannot_be_drawn_is_refused_with_a_reason(cloud: Cloud, given: dict[str, Any]) -> None:
    answer = ask(cloud, **given)
    assert answer.status_code == 400, answer.text
    assert answer.json()["error"]


def test_a_child_that_says_nothing_is_no_picture(cloud: Cloud) -> None:
    wanted = frames.order(cloud.ims, {"timeline": CUT, "at": [0], **SIZE})
    with pytest.raises(frames.FramesError, match="ended with 3"):
        frames.draw(wanted, Programs(render=(sys.executable, "-c", "raise SystemExit(3)")))
