"""How fast the renderer is: `python tests/bench/render.py` prints a table.

Seconds of work per second of video, and the highest memory, at two sizes; each render is a process of its own. The
timeline has what campaigns have: cuts, transitions, a picture in a picture, titles, a logo, music under it. The sources
are the local cloud's own stand-ins, and for the "hard" rows a fractal in which every pixel moves. One more row is a
video of many clips: its memory must not grow.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from fractions import Fraction
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import av
from av.filter import Graph

from reelstack.emulator.render import encode
from reelstack.emulator.render.graph import OPAQUE, Chain
from reelstack.emulator.render.synthesise import synthesise

SIZES = {"640x360": (640, 360), "1280x720": (1280, 720)}
FPS = Fraction(25)
SECONDS = 6


@dataclass(frozen=True)
class Run:
    """One render: its name, seconds of video, wall and processor seconds of work, highest memory in MB."""

    name: str
    video: float
    wall: float
    cpu: float
    memory: float


def moving(path: Path, seed: int, size: tuple[int, int]) -> Path:
    """A source in which every pixel moves: a drifting fractal."""
    options = {
        "size": f"{size[0]}x{size[1]}",
        "rate": FPS,
        "start_scale": 2 + seed,
        "end_scale": 0.4,
        "maxiter": 60,
    }
    pictures = Chain.start(Graph(), "mandelbrot", **options).tagged(OPAQUE).pictures()
    with av.open(str(path), "w") as container:
        stream = encode.video_stream(container, *size, FPS, preset="veryfast", bitrate=None)
        for index, picture in zip(range(SECONDS * 25), pictures, strict=False):
            picture.pts, picture.time_base, picture.pict_type = index, 1 / FPS, 0
            container.mux(stream.encode(picture))
        container.mux(stream.encode(None))
    return path


def campaign(clips: int) -> dict[str, Any]:
    """A timeline of that many clips with transitions between them, and everything that lies above."""
    effects = [
        [{"Type": "Transition", "SubType": name, "Duration": 0.8}] for name in ("fade", "wiperight", "circleopen")
    ]
    base = [{"MediaId": "abc"[n % 3], "In": 0.48, "Out": 5.48, "Effects": effects[n % 3]} for n in range(clips)]
    length = clips * 5 - (clips - 1) * 0.8
    small = {"MediaId": "b", "TimelineIn": 3, "Out": 4, "X": 0.65, "Y": 0.6, "Width": 0.3, "Height": 0.3}
    logo = {
        "Type": "Image",
        "MediaId": "logo",
        "TimelineIn": 1,
        "TimelineOut": length,
        "X": 0.8,
        "Y": 0.05,
        "Width": 0.15,
    }
    title = {"Type": "Text", "Alignment": "BottomCenter", "Y": 0.1, "FontSize": 40, "Outline": 3}
    titles = [{**title, "Content": f"Title {n}", "TimelineIn": n * 4, "TimelineOut": n * 4 + 3} for n in range(clips)]
    music = {
        "MediaId": "bed",
        "LoopMode": True,
        "Effects": [{"Type": "Volume", "Gain": 0.4}, {"Type": "AFade", "SubType": "Out"}],
    }
    return {
        "VideoTracks": [{"VideoTrackClips": base}, {"VideoTrackClips": [small]}, {"VideoTrackClips": [logo]}],
        "SubtitleTracks": [{"SubtitleTrackClips": titles}],
        "AudioTracks": [{"AudioTrackClips": [music]}],
    }


def render(name: str, folder: Path, size: tuple[int, int], clips: int, *, kind: str = "easy") -> Run:
    """Render in a child process and measure it."""
    files = {media: folder / f"{kind}-{media}-{size[1]}.mp4" for media in "abc"}
    files |= {"logo": folder / "logo.png", "bed": folder / "bed.m4a"}
    job = {
        "timeline": campaign(clips),
        "output": {"Width": size[0], "Height": size[1]},
        "materials": {media: str(path) for media, path in files.items()},
        "target": str(folder / "out.mp4"),
    }
    (folder / "job.json").write_text(json.dumps(job))
    began = time.perf_counter()
    command = [sys.executable, "-m", "reelstack.emulator.render", str(folder / "job.json")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout
        last = json.loads(child.stdout.readlines()[-1])
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    if "result" not in last:
        raise SystemExit(str(last))
    scale = 1024 if sys.platform != "darwin" else 1024 * 1024
    cpu = usage.ru_utime + usage.ru_stime
    return Run(name, last["result"]["duration"], time.perf_counter() - began, cpu, usage.ru_maxrss / scale)


def sources(folder: Path) -> None:
    """Make everything that the timelines name."""
    synthesise(folder / "logo.png", kind="image", label="logo", width=300, height=120)
    synthesise(folder / "bed.m4a", kind="audio", label="bed", duration=12)
    for width, height in SIZES.values():
        for seed, media in enumerate("abc"):
            path = folder / f"easy-{media}-{height}.mp4"
            synthesise(path, kind="video", label=media, duration=SECONDS, width=width, height=height)
            moving(folder / f"hard-{media}-{height}.mp4", seed, (width, height))


def main() -> None:
    """Make the sources, render, print the table."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        # In a process of its own: the memory of a child is counted from that of its parent.
        making = get_context("spawn").Process(target=sources, args=(folder,))
        making.start()
        making.join()
        runs = [render(label, folder, size, 3) for label, size in SIZES.items()]
        runs += [render(f"{label}, hard", folder, size, 3, kind="hard") for label, size in SIZES.items()]
        runs.append(render("640x360, 30 clips", folder, SIZES["640x360"], 30))
    print(f"{'render':20} {'video s':>8} {'wall s':>8} {'s per s':>8} {'cpu/s':>8} {'peak MB':>8}")
    for run in runs:
        speed, cpu = run.wall / run.video, run.cpu / run.video
        print(f"{run.name:20} {run.video:8.2f} {run.wall:8.2f} {speed:8.3f} {cpu:8.3f} {run.memory:8.0f}")


if __name__ == "__main__":
    main()
