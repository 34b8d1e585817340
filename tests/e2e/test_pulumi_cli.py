"""The same program under the Pulumi CLI: preview, up, refresh and destroy do what the embedded engine does."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from kit.repository import Repository, clean_environment
from reelstack import engine
from reelstack.cli import held_side
from reelstack.engine import automation

pytestmark = [
    pytest.mark.pulumi_cli,
    pytest.mark.skipif(shutil.which("pulumi") is None, reason="needs the Pulumi CLI on the PATH"),
    pytest.mark.timeout(900),  # each run starts the CLI; on a busy machine that takes many seconds
]

SUBMIT, UPDATE = "SubmitMediaProducingJob", "UpdateEditingProject"


def pulumi(repository: Repository, *command: str, code: int = 0) -> str:
    """Run the CLI on the repository, require the exit code, return everything that was printed."""
    python = Path(sys.executable).parent
    env = clean_environment() | {
        "PATH": f"{python}{os.pathsep}{os.environ['PATH']}",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PULUMI_HOME": str(repository.root / "home"),
    }
    (repository.root / ".reelstack" / "state").mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        ["pulumi", *command, "--non-interactive", "--stack", "local"],
        cwd=repository.root,
        env=env,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def up(repository: Repository, *flags: str, code: int = 0) -> str:
    return pulumi(repository, "up", "--yes", "--skip-preview", *flags, code=code)


def outputs(repository: Repository) -> dict[str, Any]:
    return dict(json.loads(pulumi(repository, "stack", "output", "--json")))


@pytest.fixture
def stack(repository: Repository) -> Repository:
    """The repository with its stack made by the CLI."""
    pulumi(repository, "stack", "init")
    return repository


def test_the_cli_does_what_the_embedded_engine_does(stack: Repository) -> None:
    up(stack)
    before = outputs(stack)
    assert set(before["videos"]) == {"morning-wide", "morning-square", "commute-story"}
    up(stack, "--expect-no-changes")
    pulumi(stack, "refresh", "--yes", "--expect-no-changes")
    stack.edit("Take the long way to work.", "Take the long way home.")
    assert "2 to replace" in pulumi(stack, "preview")
    up(stack)
    changed = {name for name, video in outputs(stack)["videos"].items() if video != before["videos"][name]}
    assert changed == {"morning-wide", "morning-square"}
    assert (stack.asked(SUBMIT), stack.asked(UPDATE)) == (5, 1)
    pulumi(stack, "destroy", "--yes")
    assert stack.held()["projects"] == 0


def test_a_title_renders_nothing_under_the_cli_either(stack: Repository) -> None:
    up(stack)
    stack.edit("title: A small wonder before breakfast", "title: Before breakfast")
    assert "replace" not in pulumi(stack, "preview")
    up(stack)
    assert (stack.asked(SUBMIT), stack.asked(UPDATE)) == (3, 1)


def test_a_failed_render_is_one_plain_message_and_keeps_what_was_submitted(stack: Repository) -> None:
    stack.control("POST", "faults", {"kind": "fail_job", "code": "InternalError", "message": "disk on fire"})
    printed = up(stack, code=1)
    assert "InternalError: disk on fire (request id " in printed
    assert "providers/reelstack" not in printed  # no frame of ours; the CLI may show its own when it ends the program
    assert len(outputs(stack)["submitted"]) == 3
    up(stack)
    assert len(outputs(stack)["videos"]) == 3


def test_each_engine_goes_on_where_the_other_stopped(stack: Repository) -> None:
    up(stack)
    assert "unchanged" in stack.run("up", "--yes", "--skip-preview", "--expect-no-changes")
    stack.edit("Half the hurry", "Half the rush")
    stack.up()
    up(stack, "--expect-no-changes")
    assert stack.asked(SUBMIT) == 4


def test_a_state_is_read_through_the_cli_as_from_its_file(stack: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    up(stack)
    for name, value in clean_environment().items():
        monkeypatch.setenv(name, value)
    with contextlib.chdir(stack.root):
        monkeypatch.setenv("PULUMI_HOME", str(stack.root / "home"))
        through = automation.resources(stack.root, "local")
        assert [one["urn"] for one in through] == [one["urn"] for one in engine.resources(stack.root, "local")]
        assert held_side.deployed(through, "x") == held_side.deployed(engine.resources(stack.root, "local"), "x")
