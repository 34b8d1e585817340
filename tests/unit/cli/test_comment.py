"""A review on a pull request: written once, then edited in place."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner, Result

from kit import forge
from kit.clock import ManualClock
from kit.forge import StandIn
from reelstack.cli.app import app
from reelstack.errors import ConfigError, Denied, NotFound, OutcomeUnknown, ReelstackError, Unavailable
from reelstack.preview import comment
from reelstack.wire import forge_words
from reelstack.wire.forge import Forge

MARKER = comment.marker("films", "prod")
REVIEW = f"{MARKER}\n### Reelstack: 1 new video\n"
LISTED = {"github": "/repos/team/films/issues/7/comments", "gitlab": "/projects/team%2Ffilms/merge_requests/7/notes"}
EDIT = {"github": "PATCH /repos/team/films/issues/comments", "gitlab": f"PUT {LISTED['gitlab']}"}


@pytest.fixture(params=["github", "gitlab"])
def there(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    monkeypatch.setenv("GITHUB_TOKEN", forge.TOKEN)
    monkeypatch.setenv("GITLAB_TOKEN", forge.TOKEN)
    with forge.serving(request.param) as serving:
        yield serving


def post(there: StandIn, tmp_path: Path, text: str = REVIEW, repo: str = "team/films") -> Result:
    file = tmp_path / "review.md"
    file.write_text(text)
    asked = ["--repo", repo, "--pull", "7", "--file", str(file), "--forge", there.kind, "--api", there.url]
    return CliRunner().invoke(app, ["comment", *asked])


def test_the_first_review_is_a_new_comment(there: StandIn, tmp_path: Path) -> None:
    assert post(there, tmp_path).stdout == "wrote comment 1\n"
    assert there.comments == [("reviewer", REVIEW)]
    assert there.done == ["GET /user", f"GET {LISTED[there.kind]}", f"POST {LISTED[there.kind]}"]


def test_the_next_edits_it_even_on_the_third_page(there: StandIn, tmp_path: Path) -> None:
    there.comments = [("somebody", f"remark {at}") for at in range(250)]
    there.comments[230] = ("reviewer", f"{MARKER}\nof yesterday\n")
    assert post(there, tmp_path).stdout == "edited comment 231\n"
    assert there.comments[230] == ("reviewer", REVIEW)
    assert len(there.comments) == 250
    assert [one.query["page"] for one in there.asked if one.path == LISTED[there.kind]] == ["1", "2", "3"]
    assert there.done[-1] == f"{EDIT[there.kind]}/231"


def test_the_same_review_is_not_written_again(there: StandIn, tmp_path: Path) -> None:
    there.comments = [("reviewer", REVIEW)]
    assert post(there, tmp_path).stdout == "comment 1 says so already\n"
    assert not any(done.startswith(("POST", "PUT", "PATCH")) for done in there.done)


def test_a_review_of_another_stack_and_a_copied_marker_are_left_alone(there: StandIn, tmp_path: Path) -> None:
    others = [
        ("reviewer", f"{comment.marker('films', 'prod2')}\nother\n"),
        ("mallory", f"{MARKER}\nnothing to see\n"),
        ("reviewer", f"see\n{MARKER}\n"),
    ]
    there.comments = list(others)
    assert post(there, tmp_path).stdout == "wrote comment 4\n"
    assert there.comments[:3] == others


def test_a_token_that_may_not_say_whose_it_is_is_the_workflow_s(there: StandIn, tmp_path: Path) -> None:
    there.me, there.comments = None, [("github-actions[bot]", f"{MARKER}\nold\n")]
    assert post(there, tmp_path).stdout == "edited comment 1\n"


def test_a_refusal_says_what_to_do_and_never_the_token(there: StandIn, tmp_path: Path) -> None:
    there.refuses = [(200, {"login": "reviewer", "username": "reviewer"}), (403, {"message": f"not for {forge.TOKEN}"})]
    error = raised(post(there, tmp_path))
    assert isinstance(error, Denied)
    assert "needs the right to write comments" in error.hint
    assert isinstance(raised(post(there, tmp_path, repo="team/other")), NotFound)


def test_a_new_comment_is_never_asked_for_twice(there: StandIn, tmp_path: Path) -> None:
    user = {"login": "reviewer", "username": "reviewer"}
    there.refuses = [(200, user), (200, []), (502, {"message": "later"})]
    assert isinstance(raised(post(there, tmp_path)), OutcomeUnknown)
    assert sum(done.startswith("POST") for done in there.done) == 1


@pytest.mark.parametrize("repo", ["films", "../films", "team/films?x", "team/films\n"])
def test_what_is_no_repository_is_refused(there: StandIn, tmp_path: Path, repo: str) -> None:
    assert isinstance(raised(post(there, tmp_path, repo=repo)), ConfigError)
    assert not there.asked


def test_without_a_repository_it_is_said_how_to_name_one(there: StandIn, tmp_path: Path) -> None:
    assert raised(post(there, tmp_path, repo="")).hint == "Say --repo OWNER/NAME."


def test_a_forge_that_does_not_answer_is_named() -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    words, transport = forge_words.GitHub("team/films", forge.TOKEN), httpx.MockTransport(refuse)
    api = "https://forge.example.com/api"
    there = Forge("github", api, words, clock=ManualClock(), random=random.Random(1), transport=transport)
    with pytest.raises(Unavailable, match=r"no connection to forge\.example\.com \(ConnectError\)"):
        there.me()


def test_a_file_without_the_marker_is_refused(there: StandIn, tmp_path: Path) -> None:
    assert isinstance(raised(post(there, tmp_path, text="anything")), ConfigError)
    assert not there.asked


def test_without_a_token_nothing_is_asked(there: StandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(f"{there.kind.upper()}_TOKEN")
    assert "_TOKEN is not set" in str(raised(post(there, tmp_path)))
    assert not there.asked


def test_a_token_never_travels_in_the_clear(there: StandIn, tmp_path: Path) -> None:
    there.url = "http://forge.example.com/api"
    assert "in the clear" in str(raised(post(there, tmp_path)))


def raised(result: Result) -> ReelstackError:
    assert isinstance(result.exception, ReelstackError)
    assert forge.TOKEN not in f"{result.exception}{result.output}".replace(f"not for {forge.TOKEN}", "")
    return result.exception
