"""`make bench`: how long the example takes from `up` to its last video, what many resources
cost, how fast the renderer, the timeline diff and the review are. One table.

Wall-clock times of one machine in one hour: read ratios, not figures.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from kit.repository import ROOT, Repository, copy_of_the_stack
from reelstack.emulator import daemon

FOOTAGE = ROOT / ".reelstack" / "footage"


def main() -> None:
    print(f"{'measured':<58}{'value':>12}")
    with tempfile.TemporaryDirectory() as scratch:
        example(Repository(copy_of_the_stack(Path(scratch)), patience=600))
    for name in ("many.py", "ripple.py", "render.py", "engine.py", "review.py"):
        subprocess.run([sys.executable, str(Path(__file__).with_name(name))], check=True)


def example(repository: Repository) -> None:
    directory = repository.root / ".reelstack" / "cloud"
    row("start the local cloud", timed(lambda: start(repository, directory)))
    try:
        row("up to the last of three finished videos", timed(repository.up))
        row("up again, nothing changed", timed(repository.up))
        row("preview, nothing changed", timed(lambda: repository.run("preview")))
        row("destroy", timed(lambda: repository.run("destroy", "--yes", "--skip-preview")))
    finally:
        daemon.stop(directory)


def start(repository: Repository, directory: Path) -> None:
    repository.cloud = daemon.start(directory, 0)
    script = [sys.executable, str(ROOT / "stacks" / "footage.py"), "register", str(FOOTAGE)]
    subprocess.run(script, check=True, cwd=repository.root)


def timed(work: object) -> float:
    assert callable(work)
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def row(what: str, seconds: float) -> None:
    print(f"{what:<58}{seconds:>10.2f} s", flush=True)


if __name__ == "__main__":
    main()
