"""Drift told in an issue: one is open while there is something to tell."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from kit import forge, review
from kit.forge import Opened, StandIn
from reelstack.cli.app import app
from reelstack.preview import comment, document
from reelstack.preview.side import Side

MARKER = comment.marker("films", "prod")
GONE, CUT = review.side({}, label="live cloud"), review.side({"spring/cut": review.timeline("a")}, label="HEAD")


@pytest.fixture(params=["github", "gitlab"])
def there(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    monkeypatch.setenv("GITHUB_TOKEN", forge.TOKEN)
    monkeypatch.setenv("GITLAB_TOKEN", forge.TOKEN)
    with forge.serving(request.param) as serving:
        yield serving


def tell(there: StandIn, tmp_path: Path, now: Side = GONE, form: str = "json") -> str:
    plan = review.plan(now, CUT)
    file = tmp_path / "drift"
    file.write_text(json.dumps(document.render(plan)) if form == "json" else comment.render(plan))
    asked = ["--issue", "--repo", "team/films", "--file", str(file), "--forge", there.kind, "--api", there.url]
    result = CliRunner().invoke(app, ["comment", *asked])
    assert result.exit_code == 0, result.exception
    return result.stdout


@pytest.mark.parametrize("form", ["json", "markdown"])
def test_drift_opens_an_issue_that_is_kept_and_closed_when_it_is_over(
    there: StandIn, tmp_path: Path, form: str
) -> None:
    assert tell(there, tmp_path, form=form) == "opened issue 1\n"
    assert there.issues[0].title == "Reelstack: drift in films/prod"
    assert there.issues[0].body.startswith(f"{MARKER}\n### Reelstack")
    assert tell(there, tmp_path, form=form) == "issue 1 says so already\n"
    there.issues[0].body = f"{MARKER}\nof yesterday"
    assert tell(there, tmp_path, form=form) == "edited issue 1\n"
    assert tell(there, tmp_path, CUT, form) == "closed issue 1\n"
    assert not there.issues[0].is_open
    assert "1 new video" in there.issues[0].body


def test_without_drift_and_issue_nothing_is_written(there: StandIn, tmp_path: Path) -> None:
    assert tell(there, tmp_path, CUT) == "nothing to tell, and no issue is open\n"
    assert all(done.startswith("GET") for done in there.done)


def test_drift_that_is_back_opens_a_new_issue(there: StandIn, tmp_path: Path) -> None:
    there.issues = [Opened("reviewer", f"{MARKER}\nof last month", is_open=False)]
    assert tell(there, tmp_path) == "opened issue 2\n"


def test_ours_is_found_on_the_third_page_and_others_are_left_alone(there: StandIn, tmp_path: Path) -> None:
    there.issues = [Opened("somebody", f"wish {at}") for at in range(250)]
    there.issues[3] = Opened("mallory", f"{MARKER}\nnothing to see")
    there.issues[4] = Opened("reviewer", f"{MARKER}\na pull request", pull=there.kind == "github")
    there.issues[4].is_open = there.kind == "github"
    there.issues[240] = Opened("reviewer", f"{MARKER}\nof yesterday")
    assert tell(there, tmp_path) == "edited issue 241\n"
    assert there.issues[3].body.endswith("nothing to see")
    assert there.issues[4].body.endswith("a pull request")
