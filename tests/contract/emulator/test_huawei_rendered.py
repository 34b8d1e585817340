"""The Huawei room with the real renderer: small tasks, from submission to the file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
import pytest

from contract.emulator import huawei_door
from contract.emulator.huawei_door import Room
from reelstack.emulator.facts import Facts, probe
from reelstack.emulator.render.synthesise import synthesise
from reelstack.emulator.settings import Settings

RULES = Settings(source_seconds=2, source_width=320, source_height=180, analysis_seconds=0, preset="ultrafast")


@pytest.fixture
def rendering(tmp_path: Path) -> Iterator[Room]:
    # No writer or reader of files may take the folder's name for a pattern.
    with huawei_door.opened(tmp_path / "50%d off %05d", RULES) as room:
        yield room


def file_of(task: dict[str, Any]) -> Facts:
    """What the finished file itself says; its length within a frame, as not every container keeps it exactly."""
    assert task["production"]["status"] == "Success", task["production"]["message"]
    found = probe(Path(task["path"]))
    assert found.duration == pytest.approx(task["production"]["facts"]["duration"], abs=0.05)
    return found


def own(room: Room, folder: Path, name: str, kind: str, width: int = 320, height: int = 180) -> None:
    """A second of the user's own."""
    suffix = {"video": "mp4", "audio": "m4a"}[kind]
    synthesise(folder / f"{name}.{suffix}", kind=kind, label=name, duration=1, width=width, height=height)
    room.control("POST", "media", path=str(folder / f"{name}.{suffix}"), media_id=name)


@pytest.mark.parametrize(
    ("container", "codec", "sound"),
    [("MP4", 1, "aac"), ("MP4", 2, "aac"), ("MOV", 2, "aac"), ("FLV", 1, "aac"), ("FLV", 2, "aac"), ("AVI", 1, "mp3")],
)
def test_pieces_are_joined_in_every_container(rendering: Room, container: str, codec: int, sound: str) -> None:
    task = rendering.finished(("film", 0.4, 1.4), ("other", 0, 0.6), format=container, video_codec=codec)
    found = file_of(task)
    assert found.duration == pytest.approx(1.6, abs=0.05)
    assert (found.width, found.height, found.has_audio) == (320, 180, True)
    assert (found.codec, found.audio_codec) == ({1: "h264", 2: "hevc"}[codec], sound)


def test_hls_is_a_playlist_with_its_segments(rendering: Room) -> None:
    task = rendering.finished(("film", 0, 2), ("other", 0, 1.2), format="HLS")
    playlist = Path(task["path"])
    names = [line for line in playlist.read_text().splitlines() if not line.startswith("#")]
    assert [path.name for path in sorted(playlist.parent.glob("*.ts"))] == names
    assert len(names) == 2
    with av.open(str(playlist)) as played:
        assert played.duration == pytest.approx(3_200_000, abs=50_000)
    meta = rendering.vod.show_asset_detail(task["asset_id"]).base_info.meta_data
    size = sum(path.stat().st_size for path in playlist.parent.iterdir())
    assert (meta.pack_type, meta.seconds, meta.video_size) == ("HLS", 3.2, size)
    segment = rendering.http.get(f"/objects/reelstack-huawei-vod/{task['asset_id']}/{names[0]}")
    assert segment.status_code == 200


def test_an_hls_asset_is_an_input_as_any_other(rendering: Room) -> None:
    first = rendering.finished(("film", 0, 2), ("other", 0, 1), format="HLS")
    found = file_of(rendering.finished((first["asset_id"], 0.5, 2.5)))
    assert (found.duration, found.width) == (2.0, 320)


def test_avi_with_h265_ends_in_a_failure_and_leaves_no_file(rendering: Room) -> None:
    task = rendering.finished(format="AVI", video_codec=2)
    assert (task["production"]["status"], task["production"]["message"]) == ("Failed", "AVI cannot hold H.265.")
    assert not Path(task["path"]).exists()


def test_sound_becomes_an_mp3(rendering: Room, tmp_path: Path) -> None:
    own(rendering, tmp_path, "song", "audio")
    found = file_of(rendering.finished(("song", 0.25, 1), ("bed", 0, 1.5), format="MP3"))
    assert (found.kind, found.audio_codec) == ("audio", "mp3")
    assert found.duration == pytest.approx(2.25, abs=0.03)


def test_sound_alone_may_go_into_a_film(rendering: Room, tmp_path: Path) -> None:
    own(rendering, tmp_path, "song", "audio")
    found = file_of(rendering.finished(("song", 0, 1)))
    assert (found.kind, found.codec, found.audio_codec) == ("audio", "", "aac")
    mixed = file_of(rendering.finished(("film", 0, 1), ("song", 0, 1)))
    assert (mixed.kind, mixed.duration) == ("video", 2.0)


def test_a_piece_ends_with_its_asset(rendering: Room, tmp_path: Path) -> None:
    own(rendering, tmp_path, "short", "video")
    assert file_of(rendering.finished(("short", 0.5, 5687))).duration == 0.52
    task = rendering.finished(("short", 1, 2))
    assert task["production"]["status"] == "Failed"
    assert rendering.vod.get_asset_edit_task(task["id"]).status.failed


@pytest.mark.parametrize(
    ("settings", "size"),
    [
        ({"reference": "MAX_RESOLUTION"}, (360, 640)),
        ({"width": 640, "resolution_upsample": True}, (640, 360)),
    ],
)
def test_the_size_is_that_of_the_settings(
    rendering: Room, tmp_path: Path, settings: dict[str, Any], size: tuple[int, int]
) -> None:
    own(rendering, tmp_path, "tall", "video", 360, 640)
    found = file_of(rendering.finished(("film", 0, 0.4), ("tall", 0, 0.4), **settings))
    assert (found.width, found.height) == size


def test_the_highest_bitrate_of_the_inputs_is_used(rendering: Room, tmp_path: Path) -> None:
    own(rendering, tmp_path, "fine", "video", 640, 360)
    task = rendering.finished(("film", 0, 1), ("fine", 0, 1), reference="MAX_BITRATE")
    assert (file_of(task).width, task["settings"]["reference"]) == (320, "MAX_BITRATE")
