"""`validate` and `schema` as a person sees them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner, Result

from reelstack.cli import explain
from reelstack.cli.app import app
from reelstack.errors import ConfigError, Fault

GOOD = """
campaign: {name}
sources: {{a: media-a}}
projects: {{{name}: {{title: Spring, video: [{{clip: a, out: 3s}}]}}}}
videos: {{{name}-wide: {{project: {name}, size: 1280x720}}}}
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "Pulumi.yaml").write_text("name: p\nruntime: python\nmain: stacks/\n")
    (tmp_path / "stacks" / "campaigns").mkdir(parents=True)
    return tmp_path


def written(project: Path, name: str, text: str) -> Path:
    file = project / "stacks" / "campaigns" / f"{name}.yaml"
    file.write_text(text)
    return file


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def test_a_good_project_is_told_in_a_line_per_campaign(project: Path) -> None:
    written(project, "spring", GOOD.format(name="spring"))
    result = run("validate", "-C", project)
    assert (result.exit_code, result.stdout) == (0, "✓ spring: 1 video, 3.0 s in all\n")


def test_all_faults_of_all_files_are_told_at_once(project: Path) -> None:
    written(project, "a", GOOD.format(name="a").replace("3s", "3 miles"))
    written(project, "b", GOOD.format(name="b").replace("1280x720", "2x2").replace("clip", "clop"))
    result = run("validate", "-C", project)
    assert isinstance(result.exception, ConfigError)
    assert [fault.path for fault in result.exception.faults] == [
        "projects.a.video[0].out",
        "projects.b.video[0].clip",
        "projects.b.video[0].clop",
        "videos.b-wide.size",
    ]
    assert all(".yaml:" in fault.where for fault in result.exception.faults)
    assert result.exception.hint == "4 faults."


def test_for_a_stack_its_own_campaigns_are_held_against_what_its_service_can_do(project: Path) -> None:
    cuts = project / "stacks" / "cuts"
    cuts.mkdir()
    (cuts / "spring.yaml").write_text(GOOD.format(name="spring").replace("out: 3s", "out: 3s, speed: 2"))
    settings = "config: {'reelstack:service': huawei, 'reelstack:campaigns': cuts}\n"
    (project / "Pulumi.dev.yaml").write_text(settings)
    result = run("validate", "-C", project, "-s", "dev")
    assert isinstance(result.exception, ConfigError)
    assert [fault.path for fault in result.exception.faults] == ["projects.spring.video[0].speed"]
    assert run("validate", cuts).exit_code == 0


def test_for_a_stack_an_approval_of_no_video_is_a_warning(project: Path) -> None:
    written(project, "spring", GOOD.format(name="spring"))
    (project / "Pulumi.dev.yaml").write_text("config: {'reelstack:approved': spring/teser}\n")
    result = run("validate", "-C", project, "-s", "dev")
    assert result.exit_code == 0
    assert "warning: reelstack:approved names 'spring/teser', which is no video with variants" in result.stderr
    assert run("validate", "-C", project).stderr == ""


def test_a_caption_that_is_cut_short_is_a_warning(project: Path) -> None:
    late = GOOD.format(name="spring").replace(
        "title: Spring", "title: Spring, captions: [{text: Hi, at: 2s, length: 2s}]"
    )
    file = written(project, "spring", late)
    for result in (run("validate", "-C", project), run("validate", file)):
        assert (result.exit_code, result.stdout) == (0, "✓ spring: 1 video, 3.0 s in all\n")
        assert result.stderr == (
            f"warning: {file}:4:47: projects.spring.captions[0]: “Hi” ends at 4 s, 1 s after the cut: "
            "that part is not seen\n"
        )


def test_a_file_that_is_not_there_is_said_to_be_none(project: Path) -> None:
    assert "there is no nosuch.yaml" in str(run("validate", "nosuch.yaml").exception)
    (project / "empty").mkdir()
    assert "there are no campaign files" in str(run("validate", project / "empty").exception)


def test_two_files_that_share_a_name_are_a_fault(project: Path) -> None:
    written(project, "a", GOOD.format(name="a"))
    written(project, "b", GOOD.format(name="a"))
    found = run("validate", "-C", project).exception
    assert isinstance(found, ConfigError)
    a, b = (project / "stacks" / "campaigns" / f"{name}.yaml" for name in "ab")
    assert [str(fault) for fault in found.faults] == [
        f"{b}:2:1: campaign: there is a campaign 'a' in {a}:2:1 already; names are unique in a stack",
        f"{b}:4:12: projects.a: there is a project 'a' in {a}:4:12 already; names are unique in a stack",
        f"{b}:5:10: videos.a-wide: there is a video 'a-wide' in {a}:5:10 already; names are unique in a stack",
    ]


def test_faults_as_json_say_where_they_are(project: Path) -> None:
    file = written(project, "a", GOOD.format(name="a").replace("3s", "3 miles"))
    result = run("validate", "--json", file)
    (fault,) = json.loads(result.stdout)
    assert result.exit_code == 1
    assert (fault["path"], fault["where"]) == ("projects.a.video[0].out", f"{file}:4:49")


def test_a_folder_without_campaigns_is_said_to_be_one(project: Path) -> None:
    assert "no campaign files" in str(run("validate", "-C", project).exception)


def test_the_schema_is_printed_or_written(tmp_path: Path) -> None:
    file = tmp_path / "schema.json"
    printed = run("schema").stdout
    assert run("schema", "-o", file).exit_code == 0
    assert file.read_text() == printed
    assert json.loads(printed)["title"] == "Reelstack campaign"


def test_a_schema_that_cannot_be_written_is_a_message(tmp_path: Path) -> None:
    assert "cannot be written" in str(run("schema", "-o", tmp_path / "no" / "where").exception)


def test_whatever_an_error_begins_with_is_spelt_as_it_is() -> None:
    console = Console(width=80, record=True)
    explain(ConfigError.of([Fault("is missing", where="stacks/a.yaml:1:1")]), console)
    explain(ConfigError("there is no stack."), console)
    explain(ConfigError("cut.otio is empty."), console)
    explain(ConfigError("feed is held already."), console)
    told = ["stacks/a.yaml:1:1: is missing", "there is no stack.", "cut.otio is empty.", "feed is held already."]
    assert console.export_text() == "".join(f"error: {one}\n" for one in told)


def test_nothing_of_a_strangers_file_reaches_the_terminal_but_what_is_seen(project: Path) -> None:
    keys = '"\\e[31mred\\n::error::x": 1\n"\\u202eout": 2\n'
    written(project, "spring", GOOD.format(name="spring") + keys)
    error = run("validate", "-C", project).exception
    assert isinstance(error, ConfigError)
    console = Console(width=200, record=True)
    explain(error, console)
    told = console.export_text()
    assert ": \ufffd[31mred ::error::x: unknown key" in told
    assert not set(told) & {"\x1b", "\u202e"}
    explain(ConfigError("there is no \x1b[31m.\n\tmore", hint="There is \x1b[32m."), console)
    assert console.export_text() == "error: there is no \ufffd[31m.\n    more\nThere is \ufffd[32m.\n"
