"""Which project and which stack a command is about."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console

from reelstack.cli import project, report
from reelstack.errors import ConfigError


def test_the_project_is_the_nearest_one_above(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: p\nruntime: python\n")
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    assert project.find(below) == tmp_path


def test_a_directory_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="is not a directory"):
        project.find(tmp_path / "nowhere")


def test_a_stack_must_be_named_while_there_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PULUMI_STACK", raising=False)
    monkeypatch.setenv("PULUMI_BACKEND_URL", f"file://{tmp_path}")
    (tmp_path / "Pulumi.yaml").write_text("name: p\nruntime: python\n")
    with pytest.raises(ConfigError, match=r"-s.*none yet"):
        project.stack(tmp_path, None)


def test_before_anything_is_deployed_the_only_settings_name_the_stack(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PULUMI_STACK", raising=False)
    monkeypatch.setenv("PULUMI_BACKEND_URL", f"file://{tmp_path}")
    (tmp_path / "Pulumi.yaml").write_text("name: p\nruntime: python\n")
    (tmp_path / "Pulumi.dev.yaml").touch()
    assert project.stack(tmp_path, None) == "dev"
    (tmp_path / "Pulumi.prod.yaml").touch()
    with pytest.raises(ConfigError, match="There are: dev, prod"):
        project.stack(tmp_path, None)


def test_the_environment_names_the_stack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULUMI_STACK", "dev")
    monkeypatch.setenv("PULUMI_BACKEND_URL", f"file://{tmp_path}")
    (tmp_path / "Pulumi.yaml").write_text("name: p\nruntime: python\n")
    for stack in ("dev", "prod"):
        (tmp_path / f"Pulumi.{stack}.yaml").touch()
    assert project.stack(tmp_path, None) == "dev"
    assert project.stack(tmp_path, "prod") == "prod"


def test_a_stack_without_state_and_settings_is_a_slip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULUMI_BACKEND_URL", f"file://{tmp_path}")
    (tmp_path / "Pulumi.yaml").write_text("name: p\nruntime: python\n")
    with pytest.raises(ConfigError, match=r"no stack 'prdo'.*Pulumi\.prdo\.yaml"):
        project.stack(tmp_path, "prdo")


@pytest.mark.parametrize("text", ["region", "region=x", "=", ""])
def test_a_setting_without_namespace_or_value_is_refused(text: str) -> None:
    with pytest.raises(ConfigError, match="NAMESPACE:KEY=VALUE"):
        project.settings([text])


def test_a_setting_may_hold_an_equals_sign() -> None:
    assert project.settings(["reelstack:output=https://b/a=b"]) == {"reelstack:output": "https://b/a=b"}


@pytest.mark.parametrize(
    ("count", "text"), [(32, "32 bytes"), (2000, "2.0 kB"), (1_656_441, "1.7 MB"), (5e9, "5.0 GB")]
)
def test_sizes_are_written_for_people(count: float, text: str) -> None:
    assert report.size(count) == text


def test_outputs_that_are_called_videos_but_are_none_are_shown_as_they_are(tmp_path: Path) -> None:
    out = io.StringIO()
    report.deployed({"videos": {"a": "b"}}, tmp_path, Console(file=out))
    assert out.getvalue().split() == ["videos.a", "b"]


def test_videos_of_a_program_of_ones_own_are_shown_whatever_they_hold(tmp_path: Path) -> None:
    out = io.StringIO()
    report.deployed({"videos": {"a": {"duration": "5 s", "size": None}}}, tmp_path, Console(file=out))
    report.deployed({"videos": {"b [/c]": {"url": "http://x/[d]"}}}, tmp_path, Console(file=out))
    assert out.getvalue().split() == [
        "videos.a.duration",
        "5",
        "s",
        "videos.a.size",
        "None",
        "b",
        "[/c]",
        "file",
        "http://x/[d]",
    ]


def test_what_json_has_no_number_for_is_told_by_its_name() -> None:
    infinite = float("inf")
    text = report.json_text({"a": [float("nan"), infinite, -infinite, 1.5, True], "b": ({"c": infinite},)})
    assert text == '{"a": ["NaN", "Infinity", "-Infinity", 1.5, true], "b": [{"c": "Infinity"}]}'
