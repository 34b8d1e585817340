"""The example's stacks: one per cloud, each with its settings, so that one word of `make` chooses among them."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from reelstack import engine
from reelstack.resources.settings import REGIONS

ROOT = Path(__file__).parents[2]
STACKS = {"ims": "local", "vod": "local-vod", "huawei": "local-huawei"}


def said(target: str, cloud: str) -> str:
    """What `make` would do, without doing it."""
    command = ["make", "--dry-run", target, f"CLOUD={cloud}"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=True).stdout


def test_there_is_a_stack_for_every_service() -> None:
    assert list(STACKS) == list(REGIONS)
    assert {file.name for file in (ROOT / "stacks").glob("Pulumi.*.yaml")} >= {
        f"Pulumi.{stack}.yaml" for stack in STACKS.values()
    }


@pytest.mark.parametrize("cloud", STACKS)
def test_a_stacks_settings_name_its_service_and_the_local_cloud(cloud: str) -> None:
    settings = engine.plain_settings(ROOT, STACKS[cloud])
    assert settings.get("reelstack:service", "ims") == cloud
    assert settings["reelstack:endpoint"] == "local"


@pytest.mark.parametrize("cloud", STACKS)
@pytest.mark.parametrize(("target", "does"), [("up", "up"), ("down", "destroy")])
def test_make_deploys_and_deletes_the_stack_of_the_cloud_that_is_asked_for(target: str, does: str, cloud: str) -> None:
    assert f"reelstack {does} --yes --skip-preview --stack {STACKS[cloud]}\n" in said(target, cloud)
