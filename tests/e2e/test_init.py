"""A person installs the wheel, says `init`, and has a video."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

from hatchling.builders.wheel import WheelBuilder

from kit.repository import ROOT, clean_environment


def test_a_repository_written_by_the_installed_package_deploys_at_once(tmp_path: Path) -> None:
    built = next(WheelBuilder(str(ROOT)).build(directory=str(tmp_path / "dist"), versions=["standard"]))
    with zipfile.ZipFile(built) as wheel:
        wheel.extractall(tmp_path / "installed")
    env = clean_environment() | {"PYTHONPATH": str(tmp_path / "installed")}

    def run(*command: str, cwd: Path) -> str:
        asked = [sys.executable, "-P", "-m", "reelstack", *command]
        done = subprocess.run(asked, cwd=cwd, env=env, capture_output=True, text=True, timeout=150, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    asked = [sys.executable, "-P", "-c", "import reelstack; print(reelstack.__file__)"]
    found = subprocess.run(asked, cwd=tmp_path, env=env, capture_output=True, text=True, timeout=60, check=True).stdout
    assert found.startswith(str(tmp_path / "installed"))
    run("init", "films", "--forge", "github", cwd=tmp_path)
    films = tmp_path / "films"
    (films / "stacks" / "Pulumi.prod.yaml").unlink()  # no account: the only stack is the local cloud's
    run("cloud", "start", "--port", "0", cwd=films)
    try:
        printed = run("up", "--yes", cwd=films)
    finally:
        run("cloud", "stop", cwd=films)
    assert "hello-wide  3.5" in printed
    assert len(list((films / ".reelstack" / "cloud").rglob("first-hello-*.mp4"))) == 2
