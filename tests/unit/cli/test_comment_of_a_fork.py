"""What a stranger's job left behind: its facts are told, its words are not, and it does not say where."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from kit import forge, review
from kit.forge import StandIn
from reelstack.cli.app import app
from reelstack.errors import ConfigError
from reelstack.preview import comment, document

SHA, HEAD = "a" * 40, "mallory:main"
PLAN = review.plan(
    review.side({"spring/cut": review.timeline("a")}), review.side({"spring/cut": review.timeline("a", "b|@bob")})
)
DOCUMENT = document.render(PLAN)
EVENT = {
    "repository": {"full_name": "team/films"},
    "workflow_run": {
        "event": "pull_request",
        "head_branch": "main",
        "head_sha": SHA,
        "head_repository": {"owner": {"login": "mallory"}},
        "pull_requests": [],
    },
}


@pytest.fixture
def there(monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    monkeypatch.setenv("GITHUB_TOKEN", forge.TOKEN)
    with forge.serving("github") as serving:
        serving.me = None
        serving.pulls = [(3, "team:main", SHA), (7, HEAD, SHA), (8, HEAD, "b" * 40)]
        yield serving


def post(there: StandIn, tmp_path: Path, found: Any = None, event: Any = None, *more: str) -> Result:
    (tmp_path / "review.json").write_text(json.dumps(DOCUMENT if found is None else found))
    (tmp_path / "event.json").write_text(json.dumps(EVENT if event is None else event))
    asked = ["--event", str(tmp_path / "event.json"), "--file", str(tmp_path / "review.json"), "--api", there.url]
    return CliRunner().invoke(app, ["comment", *asked, *more])


def test_the_pull_request_is_the_one_that_the_event_s_commit_ends(there: StandIn, tmp_path: Path) -> None:
    assert post(there, tmp_path).stdout == "wrote comment 1\n"
    assert there.comments == [("github-actions[bot]", comment.render(PLAN))]
    assert post(there, tmp_path).stdout == "comment 1 says so already\n"


def test_where_the_branch_has_moved_on_nothing_is_written(there: StandIn, tmp_path: Path) -> None:
    there.pulls = [(7, HEAD, "c" * 40)]
    result = post(there, tmp_path)
    assert result.exit_code == 0
    assert "nothing is written" in result.stdout
    assert not there.comments


def test_two_pull_requests_of_one_commit_are_not_guessed_between(there: StandIn, tmp_path: Path) -> None:
    there.pulls.append((9, HEAD, SHA))
    assert "#7, #9" in raised(post(there, tmp_path))
    assert not there.comments


@pytest.mark.parametrize(
    "event",
    [
        {},
        [],
        {"repository": {"full_name": "team/films"}},
        {**EVENT, "repository": {"full_name": ""}},
        {**EVENT, "workflow_run": {**EVENT["workflow_run"], "event": "push"}},  # type: ignore[dict-item]
        {**EVENT, "workflow_run": {**EVENT["workflow_run"], "head_sha": 7}},  # type: ignore[dict-item]
    ],
)
def test_an_event_of_another_kind_is_refused(there: StandIn, tmp_path: Path, event: Any) -> None:
    assert raised(post(there, tmp_path, event=event))
    assert not there.asked


@pytest.mark.parametrize("words", ["@everyone", "see #1", "www.e.com", "<img src=x>", "[x](y)", "a\nb"])
@pytest.mark.parametrize("place", ["summary", "why"])
def test_words_that_are_not_ours_are_refused(there: StandIn, tmp_path: Path, words: str, place: str) -> None:
    found = json.loads(json.dumps(DOCUMENT))
    if place == "why":
        found["videos"][0]["why"] = [words]
    else:
        found["projects"][0]["summary"] = words
    assert "no review of ours" in raised(post(there, tmp_path, found))
    assert not there.asked


def test_sums_are_made_anew(there: StandIn, tmp_path: Path) -> None:
    found = json.loads(json.dumps(DOCUMENT))
    found["bill"] |= {"renders": 0, "seconds": {"@bob": 0}, "total_seconds": 0}
    found["summary"] = "approved by @bob"
    post(there, tmp_path, found)
    assert there.comments[0][1] == comment.render(PLAN)


@pytest.mark.parametrize(
    "change",
    [
        {"version": 2},
        {"more": 1},
        {"videos": [{}]},
        {"unchanged": -1},
        {"bill": {**DOCUMENT["bill"], "total_seconds": float("inf")}},
    ],
)
def test_another_format_is_refused(there: StandIn, tmp_path: Path, change: dict[str, Any]) -> None:
    assert "it is no review" in raised(post(there, tmp_path, DOCUMENT | change))


def test_what_is_about_another_stack_is_refused(there: StandIn, tmp_path: Path) -> None:
    assert "not 'staging'" in raised(post(there, tmp_path, None, None, "--stack", "staging"))
    assert post(there, tmp_path, None, None, "--stack", "prod").exit_code == 0


def test_a_document_that_is_too_large_or_too_deep_is_refused(there: StandIn, tmp_path: Path) -> None:
    assert "4 MB" in raised(post(there, tmp_path, {"x": "y" * 4_000_000}))
    deep: Any = {}
    for _ in range(900):
        deep = {"x": deep}
    cut = DOCUMENT["projects"][0] | {"changes": [deep]}
    assert "it is no review" in raised(post(there, tmp_path, DOCUMENT | {"projects": [cut]}))


@pytest.mark.parametrize("asked", [[], ["--pull", "7", "--issue"]])
def test_one_place_is_named(there: StandIn, tmp_path: Path, asked: list[str]) -> None:
    (tmp_path / "review.json").write_text(json.dumps(DOCUMENT))
    result = CliRunner().invoke(app, ["comment", "--file", str(tmp_path / "review.json"), *asked])
    assert "where shall it stand" in raised(result)


def raised(result: Result) -> str:
    assert isinstance(result.exception, ConfigError), result.exception or result.output
    return str(result.exception)
