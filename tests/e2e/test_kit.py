"""A starter repository and its pipelines: the steps of the review job as a runner's shell would run them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML
from typer.testing import CliRunner

from kit import forge
from kit.repository import clean_environment
from reelstack.cli.app import app

SHA = "a" * 40


def git(root: Path, *command: str) -> None:
    named = ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *named, *command], cwd=root, check=True, capture_output=True)


@pytest.fixture
def merged(tmp_path: Path) -> Path:
    """A starter repository at the commit that merging a pull request would make."""
    root = tmp_path / "films"
    assert CliRunner().invoke(app, ["init", str(root), "--forge", "github"]).exit_code == 0
    git(root, "init", "-q", "-b", "main")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "one")
    git(root, "switch", "-qc", "pull")
    (campaign,) = (file for file in root.rglob("campaigns/*.yaml") if "videos:" in file.read_text())
    campaign.write_text(f"{campaign.read_text()}  extra: {{project: {first_project(campaign)}, size: 480x480}}\n")
    git(root, "commit", "-qam", "two")
    git(root, "switch", "-q", "main")
    git(root, "merge", "-q", "--no-ff", "--no-edit", "pull")
    return root


def first_project(campaign: Path) -> str:
    return str(next(iter(YAML(typ="safe").load(campaign)["projects"])))


def run(root: Path, workflow: str, job: str, **variables: str) -> None:
    """Run the shell steps of a job, but for those that install."""
    found: Any = YAML(typ="safe", pure=True).load(root / f".github/workflows/reelstack-{workflow}.yml")
    here = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = clean_environment() | found["env"] | variables | {"PATH": here}
    for step in found["jobs"][job]["steps"]:
        if "run" in step and "Install" not in step["name"]:
            done = subprocess.run(
                ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
                cwd=root,
                env=environment,
                capture_output=True,
                text=True,
                check=False,
            )
            assert done.returncode == 0, done.stdout + done.stderr


def test_a_pull_request_gets_its_review_from_what_the_first_job_left(merged: Path, tmp_path: Path) -> None:
    run(merged, "review", "review", GITHUB_STEP_SUMMARY=str(tmp_path / "summary.md"))
    assert "1 new video" in (tmp_path / "summary.md").read_text()
    assert (merged / "review" / "review.html").read_text().startswith("<!doctype html>")
    head = {"repository": {"full_name": "team/films"}, "workflow_run": {"event": "pull_request", "head_branch": "pull"}}
    head["workflow_run"] |= {"head_sha": SHA, "head_repository": {"owner": {"login": "team"}}}  # type: ignore[dict-item]
    (tmp_path / "event.json").write_text(json.dumps(head))
    (tmp_path / "venv").mkdir()
    (tmp_path / "venv" / "bin").symlink_to(Path(sys.executable).parent)
    (merged / "review").rename(tmp_path / "review")
    with forge.serving("github") as there:
        there.me, there.pulls = None, [(7, "team:pull", SHA)]
        run(
            merged,
            "comment",
            "comment",
            GITHUB_TOKEN=forge.TOKEN,
            GITHUB_EVENT_PATH=str(tmp_path / "event.json"),
            GITHUB_API_URL=there.url,
            RUNNER_TEMP=str(tmp_path),
        )
        ((author, body),) = there.comments
    assert author == "github-actions[bot]"
    assert body == (tmp_path / "summary.md").read_text()
