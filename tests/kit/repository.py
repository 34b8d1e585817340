"""A copy of the repository's stack in a folder of its own, beside a local cloud on a free port."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from reelstack.emulator import daemon

ROOT = Path(__file__).parents[2]
CAMPAIGN = "stacks/campaigns/small-wonders.yaml"


@dataclass
class Repository:
    """A user's repository, and what a user does there. `name` is the stack that is meant, `patience` in seconds."""

    root: Path
    name: str = "local"
    cloud: daemon.Status | None = None
    env: dict[str, str] = field(default_factory=dict)
    patience: float = 150

    def run(self, *command: str, code: int = 0, stack: bool = True) -> str:
        """Run `reelstack`, require the exit code, return everything that was printed."""
        asked = [*command, *(["--stack", self.name] if stack else [])]
        done = subprocess.run(
            [sys.executable, "-m", "reelstack", *asked],
            cwd=self.root,
            env=clean_environment() | self.env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=self.patience,
            check=False,
        )
        printed = done.stdout + done.stderr
        assert done.returncode == code, printed
        assert "Traceback" not in printed
        return done.stdout if code == 0 else printed

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
