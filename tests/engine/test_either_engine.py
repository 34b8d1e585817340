"""The same request by either engine comes to the same result. Needs the real Pulumi CLI."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from engine.playground import Playground
from engine.processes import started
from reelstack import engine
from reelstack.engine import Diagnostic, EngineName, Request, Result
from reelstack.errors import EngineError

pytestmark = [
    pytest.mark.pulumi_cli,
    pytest.mark.skipif(shutil.which("pulumi") is None, reason="needs the Pulumi CLI on the PATH"),
    pytest.mark.timeout(900),  # each run starts the CLI; on a busy machine that takes many seconds
]
PROGRAM = (
    'a = Thing("a", os.environ["LABEL"], kind=os.environ.get("KIND", "x"))\n'
    'b = Thing("b", os.environ.get("B", "two"), note=a.address)\n'
    'pulumi.export("address", b.address)\npulumi.export("secret", Output.secret("hush"))\n'
)


class Either:
    """One playground, run by one of the engines."""

    def __init__(self, play: Playground, using: EngineName) -> None:
        self.play, self.using = play, using
        self.told: list[Any] = []

    def run(self, operation: Any, label: str = "one", **more: Any) -> Result:
        env = {"THINGS_FILE": str(self.play.cloud_file), "LABEL": label, "PULUMI_HOME": str(self.play.root / "home")}
        self.told.clear()
        request = Request(operation, self.play.root, "dev", env=env | more.pop("env", {}), **more)
        return engine.run(request, self.told.append, using=self.using)


@pytest.fixture(params=[EngineName.PULUMI, EngineName.EMBEDDED], ids=lambda one: one.value)
def either(request: pytest.FixtureRequest, secret_play: Playground) -> Either:
    secret_play.program(PROGRAM)
    return Either(secret_play, request.param)


def test_a_stack_is_made_changed_looked_at_and_taken_down(either: Either) -> None:
    assert either.run("preview").summary == {"create": 3}
    made = either.run("up")
    assert (made.exit_code, made.summary) == (0, {"create": 3})
    assert made.outputs == {"address": "addr/thing-2", "secret": "[secret]"}
    assert either.run("up", "changed").summary == {"same": 2, "update": 1}
    assert either.run("refresh", "changed").summary == {"same": 3}
    assert either.run("destroy", preview_only=True).summary == {"delete": 3}
    assert either.run("destroy").summary == {"delete": 3}
    assert either.play.state == []


def test_the_steps_say_the_same(either: Either) -> None:
    either.run("up")
    steps = either.run("up", env={"KIND": "y"}).steps
    assert sorted((one.op, one.name, one.diff_keys, one.ok) for one in steps if one.op not in ("same", "replace")) == [
        ("create-replacement", "a", ("kind",), True),
        ("delete-replaced", "a", (), True),
        ("update", "b", ("note",), True),
    ]


@pytest.mark.parametrize("operation", ["preview", "up"])
def test_an_unexpected_change_has_its_own_exit_code(either: Either, operation: str) -> None:
    either.run("up")
    assert either.run(operation, expect_no_changes=True).exit_code == 0
    assert either.run(operation, "other", expect_no_changes=True).exit_code == 7


def test_a_failed_step_is_one_error_and_no_traceback_of_the_program(either: Either) -> None:
    result = either.run("up", env={"B": "explode"})
    assert (result.exit_code, result.summary["create"]) == (1, 2)
    assert [one.name for one in result.steps if not one.ok] == ["b"]
    assert "the cloud refused label 'explode'" in result.errors[0]
    assert not [one for one in either.told if isinstance(one, Diagnostic) and "KeyboardInterrupt" in one.message]


def test_only_what_is_targeted_is_touched(either: Either) -> None:
    either.run("up")
    assert either.run("up", "other", targets=("**::b",), replace=("**::b",)).summary == {"replace": 1, "same": 2}


def test_what_does_not_depend_on_a_failure_goes_on(either: Either) -> None:
    either.play.program('Thing("a", "explode")\nThing("b", "two")\n')
    result = either.run("up", continue_on_error=True)
    assert (result.exit_code, result.summary) == (1, {"create": 2})


def test_a_setting_for_one_run_is_written_nowhere(either: Either) -> None:
    either.run("up")
    settings = either.play.root / "Pulumi.dev.yaml"
    before = settings.read_text() if settings.exists() else ""
    either.play.program('Thing("a", pulumi.Config().require("label"))\n')
    assert either.run("up", config={"scenarios:label": "set"}).exit_code == 0
    assert "create set" in either.play.calls
    assert (settings.read_text() if settings.exists() else "") == before


def test_the_program_runs_under_this_interpreter(either: Either) -> None:
    either.play.program("import sys\nprint('runs', sys.executable)\n")
    either.run("up")
    said = [one.message.strip() for one in either.told if isinstance(one, Diagnostic) and "runs" in one.message]
    assert said == [f"runs {Path(sys.executable)}"]


def test_a_missing_passphrase_is_one_line_and_a_way_on(either: Either, monkeypatch: pytest.MonkeyPatch) -> None:
    either.run("up")
    monkeypatch.delenv("PULUMI_CONFIG_PASSPHRASE")
    with pytest.raises(EngineError) as error:
        either.run("up")
    assert "PULUMI_CONFIG_PASSPHRASE" in error.value.hint
    assert "\n" not in error.value.message


@pytest.mark.parametrize("operation", ["refresh", "destroy"])
def test_an_unknown_stack_is_not_made(either: Either, operation: str) -> None:
    with pytest.raises(EngineError, match="as the stack 'dev'"):
        either.run(operation)
    assert not either.play.state_file.exists()


def test_a_run_whose_listener_fails_goes_on_to_its_end(either: Either) -> None:
    def hang_up(_: Any) -> None:
        raise SystemExit(1)

    either.play.program('Thing("a", "one")\n')
    env = {"THINGS_FILE": str(either.play.cloud_file), "PULUMI_HOME": str(either.play.root / "home")}
    with pytest.raises(SystemExit):
        engine.run(Request("up", either.play.root, "dev", env=env), hang_up, using=either.using)
    assert [one["id"] for one in either.play.in_state("a")] == ["thing-1"]


def test_a_stack_that_is_held_is_refused(either: Either) -> None:
    either.run("up")
    pipe = either.play.pipe("pb")
    either.play.program('Thing("new", "wait:pb")\n')
    with started(either.play, "up") as process:
        with pipe.open("w"), pytest.raises(EngineError, match="locked by"):
            either.run("up")
        process.wait()


def test_what_a_killed_run_did_is_known_to_either(either: Either) -> None:
    either.run("up")
    pipe = either.play.pipe("pb")
    either.play.program('c = Thing("c", "three")\nThing("d", "wait:pb", opts=O(depends_on=[c]))\n')
    with started(either.play, "up") as process, pipe.open("w"):
        process.kill()
        process.wait()
    either.play.program('Thing("c", "three")\n')
    result = either.run("up")
    assert result.exit_code == 0
    assert [one.op for one in result.steps if one.name == "c"] == ["same"]


WAITS = 'a = Thing("a", "one")\nb = Thing("b", "wait:pb", note=a.address)\nThing("c", "three", note=b.address)\n'


@pytest.fixture
def waiting(either: Either, monkeypatch: pytest.MonkeyPatch) -> Either:
    """A program whose second resource waits for a pipe, to be run in a process of its own."""
    monkeypatch.setenv("ENGINE", either.using.value)
    monkeypatch.setenv("PULUMI_HOME", str(either.play.root / "home"))
    either.play.program(WAITS)
    return either


def _until_it_stops(process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    next(line for line in process.stdout if "stopping" in line)


def _to_the_end(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    said = process.stdout.read()
    assert process.wait() == 130
    return said


def test_after_a_ctrl_c_what_runs_is_finished_and_nothing_else_begins(waiting: Either) -> None:
    pipe = waiting.play.pipe("pb")
    with started(waiting.play, "up") as process:
        with pipe.open("w"):
            process.send_signal(signal.SIGINT)
            _until_it_stops(process)
        assert "Traceback" not in _to_the_end(process)
    assert waiting.play.calls == ["create one", "create wait:pb"]
    assert [one["id"] for one in waiting.play.in_state("b")] == ["thing-2"]


def test_a_second_ctrl_c_ends_the_run_now_and_remembers_what_was_under_way(waiting: Either) -> None:
    pipe = waiting.play.pipe("pb")
    with started(waiting.play, "up") as process, pipe.open("w"):
        process.send_signal(signal.SIGINT)
        _until_it_stops(process)
        process.send_signal(signal.SIGINT)
        assert "Traceback" not in _to_the_end(process)
    latest = json.loads(waiting.play.state_file.read_text())["checkpoint"]["latest"]
    assert [(one["type"], one["resource"]["urn"][-3:]) for one in latest["pending_operations"]] == [("creating", "::b")]
    assert waiting.play.in_state("a")


@pytest.mark.parametrize(
    ("program", "told"),
    [
        ("x = 1\ny = (\n", "__main__.py:5: '(' was never closed: y = ("),
        (
            "from reelstack.errors import ConfigError\nraise ConfigError('no such size')\n",
            "__main__.py:5: no such size",
        ),
    ],
)
def test_a_fault_of_the_programs_author_is_one_line(either: Either, program: str, told: str) -> None:
    either.play.program(program)
    result = either.run("up")
    assert result.exit_code == 1
    assert result.errors == (f"{either.play.root}/{told}",)


def test_a_true_exception_of_the_program_keeps_its_traceback(either: Either) -> None:
    either.play.program("raise KeyError('x')\n")
    assert "Traceback" in either.run("up").errors[0]


def test_targets_and_excludes_are_refused_together(either: Either) -> None:
    with pytest.raises(EngineError) as error:
        either.run("up", targets=("**::a",), excludes=("**::b",))
    assert "\n" not in error.value.message


def test_a_project_may_want_every_run_to_refresh(either: Either) -> None:
    project = either.play.root / "Pulumi.yaml"
    project.write_text(project.read_text() + "options: {refresh: always}\n")
    either.run("up")
    either.play.cloud_file.write_text(json.dumps(either.play.cloud | {"things": {}}))
    assert either.run("up").summary == {"create": 2, "same": 1}
