"""After a kill: what a dead run left is said, asked about and cleared up; what may still exist is never forgotten."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from reelstack import engine
from reelstack.cli import aftermath
from reelstack.cli.running import How, Run
from reelstack.engine import EngineName, Request, Result
from reelstack.engine.state import Deployment, StackFile

NOW = datetime(2026, 1, 15, 8, 30, tzinfo=UTC)
DONE = Result(exit_code=0, summary={}, outputs={}, steps=(), errors=(), duration=1.0)
FAILED = Result(exit_code=1, summary={}, outputs={}, steps=(), errors=("no",), duration=1.0)


def urn(kind: str, name: str) -> str:
    return f"urn:pulumi:dev::films::pulumi-python:dynamic/reelstack:{kind}::{name}"


def resource(kind: str, name: str) -> dict[str, object]:
    return {"urn": urn(kind, name), "custom": True, "type": f"pulumi-python:dynamic/reelstack:{kind}", "id": "i"}


GATE, JOB = resource("Delivery", "teaser"), resource("ProduceJob", "teaser")
FOREIGN = {"urn": "urn:pulumi:dev::films::aws:s3:Bucket::b", "custom": True, "type": "aws:s3:Bucket", "id": "b"}


@pytest.fixture
def file(tmp_path: Path) -> StackFile:
    backend = f"backend:\n  url: file://{tmp_path}\n"
    (tmp_path / "Pulumi.yaml").write_text(f"name: films\nruntime: python\n{backend}")
    return StackFile(tmp_path, "films", "dev")


def left(file: StackFile, *creating: dict[str, object], held: tuple[dict[str, object], ...] = ()) -> None:
    """Let the state be one that a killed run left."""
    pending = tuple({"type": "creating", "resource": one} for one in creating)
    file.replace(file.encode(Deployment(resources=held, pending_operations=pending), NOW))


def run(file: StackFile, operation: engine.deployment.Operation = "up", **more: tuple[str, ...]) -> Run:
    root = file.path.parents[3]
    return Run(Request(operation, root, "dev", **more), EngineName.EMBEDDED, How.SHOWN)  # type: ignore[arg-type]


def open_still(file: StackFile) -> list[str]:
    return [one["resource"]["urn"] for one in file.read().pending_operations]


def locked_by(file: StackFile, pid: int, host: str = "") -> Path:
    """A lock as the Pulumi CLI leaves it."""
    file.locks.mkdir(parents=True)
    path = file.locks / "a.json"
    holder = {"pid": pid, "username": "ann", "hostname": host or socket.gethostname(), "timestamp": "2026-01-15"}
    path.write_text(json.dumps(holder))
    path.with_name("a.json.attrs").write_text("{}")
    return path


@pytest.fixture(scope="module")
def dead() -> int:
    ended = subprocess.Popen([sys.executable, "-S", "-c", ""])
    ended.wait()
    return ended.pid


def test_gates_that_were_cut_off_are_said_and_forgotten(file: StackFile, capsys: pytest.CaptureFixture[str]) -> None:
    left(file, GATE, FOREIGN)
    aftermath.cleared(run(file), yes=True)
    assert "A run was killed before these were done: Delivery teaser." in capsys.readouterr().out
    assert open_still(file) == [FOREIGN["urn"]]


def test_where_nobody_can_be_asked_nothing_is_cleared_up(file: StackFile, dead: int) -> None:
    left(file, GATE)
    lock = locked_by(file, dead)
    aftermath.cleared(run(file), yes=False)
    assert lock.exists()
    assert open_still(file) == [GATE["urn"]]


def test_the_lock_of_a_dead_run_is_removed(file: StackFile, dead: int, capsys: pytest.CaptureFixture[str]) -> None:
    left(file)
    locked_by(file, dead)
    aftermath.cleared(run(file), yes=True)
    assert f"ann, process {dead}, since 2026-01-15" in capsys.readouterr().out
    assert list(file.locks.iterdir()) == []


@pytest.mark.parametrize("host", ["", "another"])
def test_a_lock_whose_holder_may_run_stays(file: StackFile, dead: int, host: str) -> None:
    left(file, GATE)
    lock = locked_by(file, dead if host else os.getpid(), host)
    assert aftermath.cleared(run(file), yes=True) == engine.Aftermath()
    assert lock.exists()
    assert open_still(file) == [GATE["urn"]]


def test_nothing_is_taken_for_cut_off_while_our_own_engine_runs(file: StackFile) -> None:
    left(file, GATE)
    with file.locked(NOW):
        assert aftermath.cleared(run(file), yes=True) == engine.Aftermath()
    assert open_still(file) == [GATE["urn"]]


def test_a_submission_that_was_cut_off_is_forgotten_only_when_a_whole_run_has_made_it(file: StackFile) -> None:
    left(file, JOB, held=(JOB,))
    before = aftermath.cleared(run(file), yes=True)
    assert open_still(file) == [JOB["urn"]]
    aftermath.settled(run(file), before, FAILED)
    aftermath.settled(run(file, targets=(urn("ProduceJob", "other"),)), before, DONE)
    assert open_still(file) == [JOB["urn"]]
    aftermath.settled(run(file), before, DONE)
    assert open_still(file) == []


def test_a_submission_that_is_not_declared_any_more_is_not_forgotten(file: StackFile) -> None:
    left(file, JOB)
    aftermath.settled(run(file), aftermath.cleared(run(file), yes=True), DONE)
    assert open_still(file) == [JOB["urn"]]


def test_a_stack_that_does_not_exist_has_no_past(file: StackFile) -> None:
    assert aftermath.cleared(run(file), yes=True) == engine.Aftermath()
