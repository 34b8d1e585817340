"""`validate` and `schema`: what an editor needs before anything is deployed. Offline; runs no program."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from reelstack import engine
from reelstack.campaign import distinct, expand, load, schema
from reelstack.cli import project
from reelstack.errors import ConfigError, Fault, visible
from reelstack.models import pilots
from reelstack.models.campaign import Campaign, Project, Whole
from reelstack.preview import document
from reelstack.reconcile import layout

FOLDER = "campaigns"
DEFAULT = "ims"


class Schema(StrEnum):
    """What there are schemas of."""

    CAMPAIGN = "campaign"
    DIFF = "diff"


Of = Annotated[Schema, typer.Argument(help="campaign, or diff: what `diff --format json` writes.")]
Files = Annotated[list[Path] | None, typer.Argument(help="Campaign files or folders; else the project's campaigns/.")]
Stack = Annotated[str | None, typer.Option("-s", "--stack", help="Check for this stack's service, its campaigns.")]
Cwd = Annotated[Path, typer.Option("-C", "--cwd", help="The directory with Pulumi.yaml, or one below it.")]
Json = Annotated[bool, typer.Option("-j", "--json", help="Print the faults as JSON.")]
Out = Annotated[Path | None, typer.Option("-o", "--out", help="Write to this file instead.")]


def validate(files: Files = None, stack: Stack = None, cwd: Cwd = Path(), json_: Json = False) -> None:
    """Check campaign files: every fault of every file at once, with file, line, column and path.

    With a stack also what its service cannot do.
    """
    settings = _settings(cwd, stack) if stack else {}
    there = campaign_files(files, cwd, settings.get("reelstack:campaigns", FOLDER))
    loaded, faults = load_all(there, settings.get("reelstack:service"), shown)
    if not faults:
        try:
            distinct.require_distinct(loaded, shown)
        except ConfigError as error:
            faults = list(error.faults)
    campaigns = [campaign for _, campaign in loaded]
    if not faults:
        # Of some files nobody can say which videos the stack has.
        _doubts(() if files else pilots.approved(settings.get("reelstack:approved", "")), campaigns)
    if json_:
        typer.echo(json.dumps([vars(fault) for fault in faults], indent=2, ensure_ascii=False))
    elif not faults:
        _summary(campaigns)
    if faults and not json_:
        raise ConfigError("\n".join(str(fault) for fault in faults), faults=tuple(faults), hint=_count(faults))
    if faults:
        raise typer.Exit(1)


def _doubts(approved: Sequence[str], campaigns: Sequence[Whole]) -> None:
    remarks = (remark for campaign in campaigns for remark in campaign.remarks)
    for said in (*pilots.strangers(approved, expand.matrices(campaigns)), *remarks):
        typer.echo(f"warning: {visible(said)}", err=True)


def print_schema(of: Of = Schema.CAMPAIGN, out: Out = None) -> None:
    """Print the JSON Schema of campaign files, for completion and checks in editors, or that of what `diff` writes."""
    found = schema.campaign() if of is Schema.CAMPAIGN else document.schema()
    text = json.dumps(found, indent=2, ensure_ascii=False) + "\n"
    if out is None:
        typer.echo(text, nl=False)
        return
    try:
        out.write_text(text)
    except OSError as error:
        raise ConfigError(f"{out} cannot be written: {error.strerror}.") from error


def _settings(cwd: Path, stack: str) -> dict[str, str]:
    directory = project.find(cwd)
    found = {"reelstack:service": DEFAULT} | engine.plain_settings(directory, project.stack(directory, stack))
    from reelstack.resources import settings  # with it comes Pulumi, which nothing else here needs

    settings.require_service(found["reelstack:service"])
    return found


def campaign_files(places: list[Path] | None, cwd: Path, folder: str = FOLDER) -> list[Path]:
    """The campaign files of these places, or of the project's folder; raises ConfigError where there are none."""
    return [file for place in places or [_folder(cwd, folder)] for file in _files(place)]


def _folder(cwd: Path, name: str) -> Path:
    program = engine.load_project(project.find(cwd)).program
    return (program.parent if program.is_file() else program) / name


def _files(place: Path) -> list[Path]:
    if place.is_file():
        return [place]
    if not place.exists():
        raise ConfigError(f"there is no {place}.", hint="Name campaign files, or a folder of them.")
    found = sorted(file for pattern in ("*.yaml", "*.yml") for file in place.glob(pattern))
    if not found:
        raise ConfigError(f"there are no campaign files (*.yaml) in {place}.", hint="Name files or a folder of them.")
    return found


def load_all(
    files: Iterable[Path], service: str | None, shown: Callable[[Path], str]
) -> tuple[list[tuple[Path, Whole]], list[Fault]]:
    """The campaigns that can be read, and every fault of the others, for a service if there is one."""

    def refused(campaign: Campaign) -> list[tuple[str, str]]:
        return expand.refusals(campaign, service) if service else []

    return load.load_all(files, shown, refused)


def shown(file: Path) -> str:
    """A file's path as a person who stands here writes it."""
    absolute, here = file.resolve(), Path.cwd()
    return str(absolute.relative_to(here) if absolute.is_relative_to(here) else file)


def _count(faults: list[Fault]) -> str:
    return "1 fault." if len(faults) == 1 else f"{len(faults)} faults."


def _summary(campaigns: Sequence[Campaign]) -> None:
    console = Console()
    for one in campaigns:
        length = sum(_seconds(one.projects[video.project]) for video in one.videos.values())
        count = len(one.videos)
        videos = "1 video" if count == 1 else f"{count} videos"
        console.print(f"[green]✓[/] {one.campaign}: {videos}, {length:.1f} s in all", highlight=False)


def _seconds(project: Project) -> float:
    """How long a cut is; of a native timeline as far as it says so itself."""
    return project.seconds if project.timeline is None else layout.read(project.timeline).seconds
