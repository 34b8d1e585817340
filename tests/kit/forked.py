"""A run in a process of its own that takes milliseconds to start: a fork of one that has imported what it needs.

`python forked.py MODULE IMPORTED...` reads a job a line, forks, and lets the child carry it out when its id has been
noted; `Runner` is the other side. What a run does is the module's: `kit.stack` writes down each step when it is done,
as an engine's journal does, so that whoever killed it knows what is in the state; `kit.command` is the command line.
"""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

TESTS = Path(__file__).parents[1]


class Runner:
    """Starts runs. `run` returns what the child wrote down and its exit code, negative when it was killed."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def run(self, job: Mapping[str, Any], started: Callable[[int], None]) -> tuple[list[dict[str, Any]], int]:
        assert self._process.stdin is not None
        self._say(json.dumps(job))
        started(self._hear()["pid"])
        self._say("go")
        steps = []
        while "ended" not in (heard := self._hear()):
            steps.append(heard)
        return steps, os.waitstatus_to_exitcode(heard["ended"])

    def _say(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()

    def _hear(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        heard: dict[str, Any] = json.loads(self._process.stdout.readline())
        return heard


# The resources are imported by each run: the host's end is told by its parent's.
STACK = (
    "kit.stack",
    "httpcore",
    "pulumi.dynamic",
    "reelstack.clouds.open",
    "reelstack.models.timecode",
    "reelstack.reconcile.deliver",
    "reelstack.reconcile.submit",
    "reelstack.reconcile.unmarked",
    "reelstack.reconcile.untouched",
)
COMMAND = ("kit.command", "reelstack.cli")


@contextmanager
def runner(env: Mapping[str, str], what: Sequence[str] = STACK) -> Iterator[Runner]:
    """A process that forks runs of `what` (a module, and what to import before), with this environment."""
    paths = os.pathsep.join([str(TESTS), env.get("PYTHONPATH", "")])
    command = [sys.executable, str(Path(__file__)), *what]
    with subprocess.Popen(
        command, env={**env, "PYTHONPATH": paths}, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield Runner(process)
        assert process.stdin is not None
        process.stdin.close()


def _write(step: Mapping[str, Any]) -> None:
    os.write(1, json.dumps(step).encode() + b"\n")


def _serve(module: str, *imported: str) -> None:
    for name in imported:
        importlib.import_module(name)  # once, for all runs to come
    while line := sys.stdin.readline():
        pid = os.fork()
        if pid == 0:
            _carry_out(module, json.loads(line))
        os.setpgid(pid, pid)
        _, status = os.waitpid(pid, 0)
        _write({"ended": status})


def _carry_out(module: str, job: dict[str, Any]) -> None:
    """In the child."""
    _write({"pid": os.getpid()})
    assert sys.stdin.readline() == "go\n"
    try:
        importlib.import_module(module).carry_out(job, _write)
    except BaseException as error:  # noqa: BLE001 - told to whoever asked for the run
        _write({"bug": repr(error)})
        os._exit(1)
    os._exit(0)


if __name__ == "__main__":
    _serve(*sys.argv[1:])
