"""Every example does what its page says, on a cloud of its own. Nothing in the examples' folders is written."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from kit.repository import ROOT
from reelstack.cli.app import app
from reelstack.errors import ConfigError
from reelstack.pytest_plugin import reelstack_project
from reelstack.testing import Stack

__all__ = ["reelstack_project"]  # as the installed package brings it along

EXAMPLES = ROOT / "examples"
FOLDERS = sorted(one for one in EXAMPLES.iterdir() if one.is_dir())
Opened = Callable[..., Stack]


def example(number: int) -> Path:
    (found,) = EXAMPLES.glob(f"{number:02}-*")
    return found


def test_the_index_names_every_example_and_nothing_else() -> None:
    named = re.findall(r"\]\((\d\d-[\w-]+)/README\.md\)", (EXAMPLES / "README.md").read_text())
    assert named == [folder.name for folder in FOLDERS]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_an_example_says_what_one_learns_types_and_sees(folder: Path) -> None:
    page = (folder / "README.md").read_text()
    assert re.match(rf"# {int(folder.name[:2])}\. ", page)
    assert all(f"**{part}**" in page for part in ("What you learn", "What you see"))
    assert f"cd examples/{folder.name}" in page
    # `path: line` in a message is no link; every link of a page leads somewhere.
    assert all((folder / link).exists() for link in re.findall(r"\]\(([^)#:]+)\)", page))


@pytest.mark.parametrize("folder", [one for one in FOLDERS if list(one.rglob("campaigns*"))], ids=lambda one: one.name)
def test_campaigns_of_examples_are_laid_out(folder: Path) -> None:
    places = [str(place) for place in folder.rglob("campaigns*") if place.is_dir()]
    assert CliRunner().invoke(app, ["fmt", "--check", *places]).output == ""


def test_a_first_video(reelstack_project: Opened) -> None:
    stack = reelstack_project(example(1), stack="local")
    assert stack.up().outputs["videos"]["spring-wide"]["width"] == 1280


def test_a_matrix_campaign(reelstack_project: Opened, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    shutil.copytree(example(2), mine)
    stack = reelstack_project(mine, stack="local")
    assert list(stack.up().outputs["videos"]) == ["market-en-wide"]
    approved = {"reelstack:approved": "market/market"}
    videos = stack.up(config=approved).outputs["videos"]
    assert sorted(videos) == sorted(
        f"market-{locale}-{size}{length}"
        for locale in ("en", "de")
        for size in ("wide", "story")
        for length in ("", "-short")
    )
    for file, old, new in (
        ("texts/market.csv", "text,en,de\nheadline,", "text,en,de,fr\nheadline,"),
        ("texts/market.csv", "frisch", "frisch,Chaque samedi"),
        ("texts/market.csv", '"Alter Platz, ab 7 Uhr"', '"Alter Platz, ab 7 Uhr",Dès 7 heures'),
        ("campaigns/market.yaml", "[en, de]", "[en, de, fr]"),
    ):
        (mine / file).write_text((mine / file).read_text().replace(old, new))
    added = stack.preview(config=approved)
    assert set(added.changed.values()) == {"create"}
    assert added.made["ProduceJob"] == 4


def test_a_python_program(reelstack_project: Opened) -> None:
    done = reelstack_project(example(3), stack="local").up()
    assert (done.made["EditingProject"], done.made["ProduceJob"], done.made["Delivery"]) == (1, 3, 1)
    assert {name: video["height"] for name, video in done.outputs["videos"].items()} == {
        "teaser-wide": 720,
        "teaser-square": 720,
        "teaser-story": 640,
    }


def test_a_template_project(reelstack_project: Opened) -> None:
    stack = reelstack_project(example(4), stack="local")
    template = example(4) / "template.json"
    kept = ["cloud", "add-template", str(template), "--id", "weekly-offer", "--dir", stack.env["REELSTACK_CLOUD_DIR"]]
    assert CliRunner().invoke(app, kept).exit_code == 0
    videos = stack.up().outputs["videos"]
    assert {name: video["duration"] for name, video in videos.items()} == {"tulips": 3.5, "soil": 3.5}


def test_a_live_project(reelstack_project: Opened) -> None:
    stack = reelstack_project(example(5), stack="local")
    assert stack.up().outputs["project"]
    called_off = stack.up(config={"launch:status": "ReservationCanceled"})
    assert called_off.changed == {"EditingProject launch": "update"}
    moved = stack.preview(config={"launch:status": "ReservationCanceled", "launch:starts": "2027-04-01T18:00:00Z"})
    assert moved.changed == {"EditingProject launch": "replace"}


def test_huawei_cuts(reelstack_project: Opened, tmp_path: Path) -> None:
    done = reelstack_project(example(6), stack="local").up()
    assert (done.made["VodEditTask"], done.made["Delivery"]) == (2, 2)
    asked = tmp_path / "campaigns" / "match.yaml"
    asked.parent.mkdir()
    asked.write_text((example(6) / "campaigns" / "match.yaml").read_text().replace("out: 14s", "out: 14s, speed: 2"))
    for name in ("Pulumi.yaml", "Pulumi.local.yaml", "__main__.py"):
        (tmp_path / name).write_text((example(6) / name).read_text())
    refused = CliRunner().invoke(app, ["validate", "-s", "local", "-C", str(tmp_path)]).exception
    assert isinstance(refused, ConfigError)
    assert "match.yaml:12" in refused.message
    assert "Huawei Cloud VOD changes no speed" in refused.message


def test_adopting_an_account(reelstack_project: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = tmp_path / "mine"
    shutil.copytree(example(7), mine)
    before = reelstack_project(mine, stack="before")
    made = before.up().outputs["videos"]["anniversary-small"]
    before.destroy()
    for name, value in before.env.items():
        monkeypatch.setenv(name, value)
    asked = [
        "adopt",
        "-C",
        str(mine),
        "-s",
        "local",
        made["job_id"],
        "-o",
        str(mine / "campaigns" / "anniversary.yaml"),
    ]
    assert CliRunner().invoke(app, asked).exit_code == 0
    (taken,) = Stack(mine, "local", before.cloud, {}, before.env).up().outputs["videos"].values()
    assert taken["url"] == made["url"]
    assert before.requests("SubmitMediaProducingJob") == 1


def test_a_gitops_repository(tmp_path: Path) -> None:
    films = tmp_path / "films"
    shutil.copytree(example(8), films)
    git = ["git", "-c", "user.name=Ann", "-c", "user.email=ann@example.com", "-c", "init.defaultBranch=main"]
    for command in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "Our films"]):
        subprocess.run([*git, *command], cwd=films, check=True, timeout=60)
    campaign = films / "stacks" / "campaigns" / "first.yaml"
    campaign.write_text(campaign.read_text().replace("out: 2s", "out: 1.5s"))
    review = CliRunner().invoke(app, ["diff", "HEAD", "-C", str(films), "-s", "prod", "--format", "markdown"])
    assert review.output.splitlines()[1].endswith("2 videos rendered anew")
    assert "! clip meadow at 0 s: cut 0 s–2 s → 0 s–1.5 s" in review.output


def test_the_gitops_repository_is_what_init_writes(tmp_path: Path) -> None:
    made = ["init", str(tmp_path), "--forge", "github", "--name", "gitops-repository"]
    CliRunner().invoke(app, made)
    theirs = {file.relative_to(tmp_path): file.read_text() for file in tmp_path.rglob("*") if file.is_file()}
    ours = {name: example(8) / name for name in theirs if str(name) not in ("README.md", "campaign.schema.json")}
    stale = [str(name) for name, file in ours.items() if not file.is_file() or file.read_text() != theirs[name]]
    assert not stale, f"renew them: reelstack {' '.join(made)} --force, in the example's folder, and keep its page"
