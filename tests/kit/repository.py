"""A copy of the repository's stack in a folder of its own, beside a local cloud on a free port."""

from __future__ import annotations

import atexit
import functools
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import httpx

from kit import forked
from kit.forked import Runner
from reelstack.emulator import daemon

ROOT = Path(__file__).parents[2]
CAMPAIGN = "stacks/campaigns/small-wonders.yaml"
ONE_AT_A_TIME = threading.Lock()


@dataclass
class Repository:
    """A user's repository, and what a user does there. `name` is the stack that is meant.

    Commands are forks of one process of this test run, which take a second less to start; with `patience` (in seconds)
    each is a process of its own, as on a user's machine, and must end in time.
    """

    root: Path
    name: str = "local"
    cloud: daemon.Status | None = None
    env: dict[str, str] = field(default_factory=dict)
    patience: float | None = None

    def run(self, *command: str, code: int = 0, stack: bool = True) -> str:
        """Run `reelstack`, require the exit code, return everything that was printed."""
        asked = [*command, *(["--stack", self.name] if stack else [])]
        env = clean_environment() | self.env
        ran = (
            _forked(asked, self.root, env) if self.patience is None else _spawned(asked, self.root, env, self.patience)
        )
        printed = ran.stdout + ran.stderr
        assert ran.returncode == code, printed
        assert "Traceback" not in printed
        return ran.stdout if code == 0 else printed

    def up(self, code: int = 0) -> str:
        return self.run("up", "--yes", "--skip-preview", code=code)

    def outputs(self) -> dict[str, Any]:
        return dict(json.loads(self.run("outputs", "--json")))

    def edit(self, old: str, new: str, file: str = CAMPAIGN) -> None:
        path = self.root / file
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))

    def control(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        assert self.cloud is not None
        answer = httpx.request(method, f"{self.cloud.url}/_control/{path}", json=body, timeout=30, trust_env=False)
        answer.raise_for_status()
        return answer.json()

    def asked(self, action: str) -> int:
        """How many requests of this kind the cloud has carried out."""
        return len(self.control("GET", f"requests?action={action}"))

    def held(self) -> dict[str, int]:
        """What the cloud holds."""
        said = self.control("GET", "status")
        return {kind: said[kind] for kind in ("projects", "jobs", "media")}


def _spawned(asked: Sequence[str], root: Path, env: Mapping[str, str], patience: float | None) -> CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "reelstack", *asked],
        cwd=root,
        env=env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=patience,
        check=False,
    )


@functools.cache
def _runner() -> Runner:
    stack = ExitStack()
    atexit.register(stack.close)
    return stack.enter_context(forked.runner(clean_environment(), forked.COMMAND))


def _forked(asked: Sequence[str], root: Path, env: Mapping[str, str]) -> CompletedProcess[str]:
    with tempfile.TemporaryDirectory() as scratch, ONE_AT_A_TIME:
        printed, complained = Path(scratch, "printed"), Path(scratch, "complained")
        files = {"printed": str(printed), "complained": str(complained)}
        told, code = _runner().run({"arguments": asked, "cwd": str(root), "env": env, **files}, lambda _pid: None)
        assert not told, told
        return CompletedProcess(asked, code, printed.read_text(), complained.read_text())


FOREIGN = ("PULUMI_", "ALIBABA_", "HUAWEICLOUD_", "REELSTACK_")


def clean_environment() -> dict[str, str]:
    """This process's, without what bends a run; the machine that the tests run on is not asked for keys."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(FOREIGN)}
    alone = {
        "ALIBABA_CLOUD_ECS_METADATA_DISABLED": "true",
        "REELSTACK_ENGINE": "embedded",  # whatever is installed; tests of the Pulumi CLI call it by name
        "REELSTACK_HUAWEI_METADATA_ENDPOINT": "http://127.0.0.1:1",
    }
    return kept | alone | {"PULUMI_CONFIG_PASSPHRASE": "", "NO_COLOR": "1", "COLUMNS": "200"}


def copy_of_the_stack(root: Path) -> Path:
    shutil.copytree(ROOT / "stacks", root / "stacks", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "Pulumi.yaml", root)
    return root
