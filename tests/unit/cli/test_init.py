"""`init` as a person sees it: a repository that is whole, and nothing that was there is lost."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from typer.testing import CliRunner, Result

from reelstack import __version__, engine, kit
from reelstack.campaign import document, expand, load
from reelstack.cli.app import app
from reelstack.cli.init import Forge
from reelstack.errors import ConfigError

FILES = {
    ".gitignore", "Pulumi.yaml", "README.md", "campaign.schema.json", "requirements.txt", "stacks/__main__.py",
    "stacks/Pulumi.local.yaml", "stacks/campaigns/first.yaml",
}  # fmt: skip


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["init", *(str(argument) for argument in arguments)])


def files(directory: Path) -> set[str]:
    return {str(file.relative_to(directory)) for file in directory.rglob("*") if file.is_file()}


def test_a_repository_is_written_with_an_example_of_an_account(tmp_path: Path) -> None:
    result = run(tmp_path / "spring films")
    assert result.exit_code == 0
    assert files(tmp_path / "spring films") == FILES | {"stacks/Pulumi.prod.yaml.example"}
    assert 'name: "spring-films"\n' in (tmp_path / "spring films" / "Pulumi.yaml").read_text()
    asked = (tmp_path / "spring films" / "requirements.txt").read_text().splitlines()
    assert f"# reelstack[cloud]=={__version__}" in asked
    assert all(line.startswith("# ") for line in asked), "a name on a public index may be anybody's"


@pytest.mark.parametrize("name", ["2026", "no", "1e3"])
def test_a_directory_whose_name_is_no_text_in_yaml_is_a_project_all_the_same(tmp_path: Path, name: str) -> None:
    run(tmp_path / name)
    assert engine.load_project(tmp_path / name).name == name


@pytest.mark.parametrize("name", ["a: b", "", "a\nb", "x" * 101])
def test_a_name_that_pulumi_does_not_take_is_refused(tmp_path: Path, name: str) -> None:
    assert "is no name of a project" in str(run(tmp_path / "films", "--name", name).exception)
    assert not (tmp_path / "films").exists()


def test_the_first_campaign_is_sound_laid_out_and_what_its_schema_says(tmp_path: Path) -> None:
    run(tmp_path)
    file = tmp_path / "stacks" / "campaigns" / "first.yaml"
    campaign = load.load(file)
    assert [expand.refusals(campaign, service) for service in ("ims", "vod")] == [[], []]
    assert CliRunner().invoke(app, ["fmt", "--check", str(file)]).exit_code == 0
    modeline, _, text = file.read_text().partition("\n")
    schema = file.parent / modeline.rpartition("=")[2]
    jsonschema.validate(document.parse(text, "first").values, json.loads(schema.read_text()))


@pytest.mark.parametrize("forge", Forge)
def test_with_a_forge_there_are_its_pipelines_and_the_settings_that_they_deploy(tmp_path: Path, forge: Forge) -> None:
    run(tmp_path, "--forge", forge)
    assert files(tmp_path) == FILES | {"stacks/Pulumi.prod.yaml"} | set(kit.files(forge))
    assert set(Forge) == set(kit.FORGES)


def test_what_is_there_is_kept_and_told(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("ours")
    result = run(tmp_path)
    assert "  kept    README.md\n" in result.stdout
    assert (tmp_path / "README.md").read_text() == "ours"
    assert (tmp_path / "Pulumi.yaml").is_file()


def test_a_link_that_leads_nowhere_is_not_written_through(tmp_path: Path) -> None:
    (tmp_path / "README.md").symlink_to(tmp_path / "elsewhere")
    run(tmp_path)
    assert not (tmp_path / "elsewhere").exists()


def test_a_project_that_is_there_is_left_alone_unless_told(tmp_path: Path) -> None:
    run(tmp_path)
    (tmp_path / "stacks" / "__main__.py").write_text("ours")
    assert isinstance(run(tmp_path).exception, ConfigError)
    assert run(tmp_path, "--forge", "github").exit_code == 0
    assert (tmp_path / ".github" / "workflows" / "reelstack-up.yml").is_file()
    assert (tmp_path / "stacks" / "__main__.py").read_text() == "ours"
    run(tmp_path, "--force")
    assert (tmp_path / "stacks" / "__main__.py").read_text() != "ours"


def test_pipelines_that_come_later_tell_of_the_settings_that_are_an_example_still(tmp_path: Path) -> None:
    run(tmp_path)
    rename = "Rename stacks/Pulumi.prod.yaml.example to Pulumi.prod.yaml and fill it in."
    assert rename in run(tmp_path, "--forge", "github").stdout
    (tmp_path / "stacks" / "Pulumi.prod.yaml.example").rename(tmp_path / "stacks" / "Pulumi.prod.yaml")
    assert rename not in run(tmp_path, "--forge", "github").stdout


def test_a_place_where_nothing_can_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert "cannot be written" in str(run(tmp_path / "file").exception)
