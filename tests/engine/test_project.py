"""The user's files are read as the Pulumi CLI reads them."""

from __future__ import annotations

from pathlib import Path

import pytest

from reelstack.engine import project, state
from reelstack.engine.project import Setting
from reelstack.engine.secrets import Keyring


def _project(root: Path, more: str = "") -> project.Project:
    (root / "Pulumi.yaml").write_text(f"name: films\nruntime: python\n{more}")
    (root / "__main__.py").touch()
    return project.load(root)


def _config(root: Path, stack: str, **overrides: str) -> dict[str, str]:
    found = project.load(root)
    config = project.stack_settings(found, "dev").config(found, overrides, "phrase") if stack else {}
    return {key: one.value for key, one in config.items()}


def test_main_may_be_a_directory_or_a_file(tmp_path: Path) -> None:
    (tmp_path / "stacks").mkdir()
    (tmp_path / "stacks" / "__main__.py").touch()
    assert _project(tmp_path, "main: stacks\n").directory == tmp_path / "stacks"
    assert _project(tmp_path, "main: stacks/__main__.py\n").directory == tmp_path / "stacks"


@pytest.mark.parametrize(
    ("more", "env", "place"),
    [
        ("backend: {url: 'file://./state'}\n", {}, "cwd/state"),
        ("backend: {url: 'file://./state'}\n", {"PULUMI_BACKEND_URL": "file://other"}, "cwd/other"),
        ("backend: {url: 'file:///tmp/a%20b?x=y'}\n", {}, "/tmp/a b"),
    ],
)
def test_a_relative_backend_is_relative_to_the_working_directory(
    tmp_path: Path, more: str, env: dict[str, str], place: str
) -> None:
    root = state.backend_root(_project(tmp_path, more), env, tmp_path / "cwd")
    assert root == tmp_path / place


def test_without_a_backend_the_state_is_in_the_home(tmp_path: Path) -> None:
    assert state.backend_root(_project(tmp_path), {}, tmp_path) == Path.home().resolve()


def test_settings_are_text_and_have_a_namespace(tmp_path: Path) -> None:
    _project(tmp_path)
    (tmp_path / "Pulumi.dev.yaml").write_text("config:\n  a: 1\n  other:b: true\n  films:c: {x: [1, y]}\n")
    assert _config(tmp_path, "dev") == {"films:a": "1", "other:b": "true", "films:c": '{"x":[1,"y"]}'}


def test_a_stack_overrides_the_project_and_a_request_overrides_both(tmp_path: Path) -> None:
    _project(tmp_path, "config:\n  a: 1\n  b: {type: string, default: two}\n  c: {value: 3}\n")
    (tmp_path / "Pulumi.dev.yaml").write_text("config: {a: stack, b: stack}\n")
    assert _config(tmp_path, "dev", b="asked") == {"films:a": "stack", "films:b": "asked", "films:c": "3"}


def test_settings_may_lie_elsewhere(tmp_path: Path) -> None:
    _project(tmp_path, "stackConfigDir: settings\n")
    (tmp_path / "settings").mkdir()
    (tmp_path / "settings" / "Pulumi.dev.yaml").write_text("config: {films:a: x}\n")
    assert _config(tmp_path, "dev") == {"films:a": "x"}


def test_secure_values_are_decrypted_and_stay_secret(tmp_path: Path) -> None:
    keyring = Keyring.new("phrase")
    found = _project(tmp_path)
    sealed = f"{{secure: {keyring.encrypt_text('hush')}}}"
    text = f"encryptionsalt: {keyring.salt}\nconfig:\n  films:a: {sealed}\n  films:b: {{x: {sealed}}}\n"
    (tmp_path / "Pulumi.dev.yaml").write_text(text)
    config = project.stack_settings(found, "dev").config(found, {}, "phrase")
    assert (config["films:a"].value, config["films:a"].secret) == ("hush", True)
    assert config["films:b"] == Setting('{"x":"hush"}', secret=True)
