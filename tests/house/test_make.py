"""The Makefile's words: what it is asked for and does not know is said, and nothing is done."""

from __future__ import annotations

import subprocess

import pytest

from kit.repository import ROOT


def make(*asked: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["make", "-n", *asked], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("goal", ["up", "down"])
def test_a_cloud_that_there_is_not_is_answered_with_those_that_there_are(goal: str) -> None:
    refused = make(goal, "CLOUD=hawaii")
    assert refused.returncode == 2
    assert "CLOUD is ims, vod or huawei, not hawaii" in refused.stderr
    assert "--stack" not in refused.stdout
    assert "--stack local-huawei" in make(goal, "CLOUD=huawei").stdout
