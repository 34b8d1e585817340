"""The sample pull request: what it says of what changes, what it costs, what is destroyed; and the copy in docs."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from kit import sample
from reelstack.cli.app import app


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> str:
    root = sample.repository(tmp_path_factory.mktemp("sample") / "repository")
    asked = ["diff", "HEAD~1", "HEAD", "--cwd", str(root), "--stack", "local", "--format", "markdown"]
    result = CliRunner().invoke(app, asked)
    assert result.exit_code == 0, result.exception
    return result.stdout


def test_the_copy_in_docs_is_what_is_written_today(told: str) -> None:
    assert told == (sample.ROOT / sample.SHOWN).read_text(encoding="utf-8")


def test_the_bill_and_the_loss_stand_before_the_first_fold(told: str) -> None:
    head = told.partition("<details>")[0]
    assert "1 new video, 2 videos rendered anew, 1 video removed" in head
    assert "3 renders, 28.5 s of output (720p 19 s, 1080p 9.5 s), 2 files replaced, 1 file destroyed" in head
    assert "**Destroyed:** the files of <code>small-wonders/commute-story</code>" in head


def test_what_was_edited_is_told_in_an_editor_s_words(told: str) -> None:
    for line in (
        "+ clip carphone at 4.4 s, 3 s",
        "! caption “Small wonders, big city” at 0.3 s: text “Small wonders” → “Small wonders, big city”",
        "small-wonders/morning-story-de",
        "length: 7 s → 9.5 s",
    ):
        assert line in told.replace("&#47;", "/")
