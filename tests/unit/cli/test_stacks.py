"""A state by command: out, in, recovered, listed, removed; and the flags that say which resources are meant."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from reelstack.cli.app import app
from reelstack.errors import ReelstackError

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command line on a project whose program exports one value."""
    monkeypatch.setenv("PULUMI_BACKEND_URL", f"file://{tmp_path}")
    monkeypatch.setenv("REELSTACK_ENGINE", "embedded")
    monkeypatch.delenv("PULUMI_STACK", raising=False)
    (tmp_path / "Pulumi.yaml").write_text("name: p\nruntime: python\n")
    (tmp_path / "Pulumi.dev.yaml").touch()
    (tmp_path / "__main__.py").write_text("import pulumi\npulumi.export('x', 1)\n")

    def invoke(*arguments: str) -> Result:
        return CliRunner().invoke(app, [*arguments, "-C", str(tmp_path)])

    return invoke


def test_what_is_exported_to_a_file_can_be_imported(run: Run, tmp_path: Path) -> None:
    file = str(tmp_path / "export.json")
    run("up", "-s", "dev", "--yes", "--skip-preview")
    assert run("export", "--file", file).exit_code == 0
    run("destroy", "--yes", "--skip-preview")
    assert run("outputs").stdout == "The stack has no outputs.\n"
    assert run("import", "--file", file).exit_code == 0
    assert run("outputs", "x").stdout == "1\n"


@pytest.mark.parametrize("text", ["{", "[" * 100_000])
def test_what_is_no_json_is_not_imported(run: Run, tmp_path: Path, text: str) -> None:
    (tmp_path / "export.json").write_text(text)
    result = run("import", "-s", "dev", "--file", str(tmp_path / "export.json"))
    assert isinstance(result.exception, ReelstackError)
    assert "is not JSON" in str(result.exception)


def test_an_empty_stack_is_listed_and_removed(run: Run) -> None:
    run("up", "-s", "dev", "--yes", "--skip-preview")
    assert run("stack", "ls").stdout == "dev\n"
    run("destroy", "--yes", "--skip-preview")
    assert run("stack", "rm", "--yes").exit_code == 0
    assert run("stack", "ls").stdout == ""


def test_where_nothing_was_left_behind_there_is_nothing_to_recover(run: Run) -> None:
    run("up", "-s", "dev", "--yes", "--skip-preview")
    assert run("recover").stdout == "There was nothing to recover.\n"


def test_events_are_lines_and_the_result_is_the_last(run: Run) -> None:
    lines = [json.loads(line) for line in run("preview", "-s", "dev", "--events").stdout.splitlines()]
    assert [one["event"] for one in lines][:2] == ["started", "finished"]
    assert (lines[-1]["event"], lines[-1]["summary"], lines[-1]["exit_code"]) == ("result", {"create": 1}, 0)


def test_a_target_that_is_nowhere_fails_the_run(run: Run) -> None:
    result = run("preview", "-s", "dev", "--target", "urn:pulumi:dev::p::a:b:C::x", "--json")
    assert result.exit_code == 1
    assert "could not be found in the stack" in json.loads(result.stdout)["errors"][0]


def test_an_engine_that_does_not_exist_is_not_understood(run: Run) -> None:
    assert run("preview", "-s", "dev", "--engine", "terraform").exit_code == 2
