"""The child process: what it writes, and how it ends."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from unit.render.samples import Json, clip, video


def run(folder: Path, timeline: object, files: dict[str, Path]) -> tuple[int, list[Json]]:
    job = {
        "timeline": timeline,
        "output": {"Width": 160, "Height": 128},
        "materials": {name: str(path) for name, path in files.items()},
        "target": str(folder / "out.mp4"),
    }
    (folder / "job.json").write_text(json.dumps(job))
    command = [sys.executable, "-m", "reelstack.emulator.render", str(folder / "job.json")]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    return ended.returncode, [json.loads(line) for line in ended.stdout.splitlines()]


def test_a_render_tells_notes_and_progress_and_ends_with_the_result(tmp_path: Path, files: dict[str, Path]) -> None:
    status, lines = run(tmp_path, video(clip("red", 0, 1), Effects=["?"]), files)
    percents = [line["progress"] for line in lines if "progress" in line]
    assert (status, lines[0]) == (0, {"note": "VideoTracks[0].Effects: not rendered"})
    assert percents == [4 * step for step in range(1, 26)]
    result = lines[-1]["result"]
    assert isinstance(result, dict)
    assert (result["duration"], result["width"], result["height"], result["fps"]) == (1.0, 160, 128, 25.0)
    assert result["size"] == (tmp_path / "out.mp4").stat().st_size


def test_a_timeline_that_cannot_be_produced_ends_with_its_code(tmp_path: Path, files: dict[str, Path]) -> None:
    status, lines = run(tmp_path, video(clip("red", 2, 1)), files)
    (line,) = lines
    assert (status, line["error"]) == (
        1,
        {
            "code": "InvalidParameter",
            "message": "VideoTracks[0].VideoTrackClips[0]: Out (1 s) must be after In (2 s)",
        },
    )
    assert not (tmp_path / "out.mp4").exists()


def test_a_broken_job_still_gets_its_last_line(tmp_path: Path) -> None:
    status, lines = run(tmp_path, [], {})
    assert (status, [*lines[-1]]) == (1, ["error"])
