"""`diff`: what a change of the campaigns means, before anyone pays. No program runs; but for `live`, offline."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import re
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from reelstack import engine
from reelstack.cli import project as projects
from reelstack.cli import sides
from reelstack.errors import ConfigError
from reelstack.preview import comment, compare, document, page, picture, terminal
from reelstack.preview.plan import Plan, ProjectPlan
from reelstack.resources import settings

CHANGES = 7


class Format(StrEnum):
    """How a plan is shown."""

    TEXT = "text"
    MARKDOWN = "markdown"
    HTML = "html"
    SVG = "svg"
    JSON = "json"


_SIDES = "tree (the working tree), state (what is deployed), live (what the cloud has of that), or a git revision"
Before = Annotated[str, typer.Argument(metavar="[A]", help=f"What it is now: {_SIDES}.")]
After = Annotated[str, typer.Argument(metavar="[B]", help=f"What it will be: {_SIDES}.")]
Stack = Annotated[str | None, typer.Option("-s", "--stack", help="The stack; else PULUMI_STACK, or the only one.")]
Cwd = Annotated[Path, typer.Option("-C", "--cwd", help="The directory with Pulumi.yaml, or one below it.")]
Shown = Annotated[Format, typer.Option("-f", "--format", help="How it is shown.")]
Out = Annotated[Path | None, typer.Option("-o", "--out", help="Write to this file instead.")]
Service = Annotated[str | None, typer.Option("--service", help="ims, vod or huawei, instead of the stack's.")]
Limit = Annotated[int, typer.Option("--limit", min=comment.LEAST, help="The most characters of the Markdown.")]
Pictures = Annotated[Path | None, typer.Option("--pictures", help="Write a picture per changed project there, as SVG.")]
PicturesUrl = Annotated[str | None, typer.Option("--pictures-url", help="Where that directory will be found.")]
Expect = Annotated[bool, typer.Option("--expect-no-changes", help="Exit with 7 when something would change.")]
WithState = Annotated[bool, typer.Option("--with-state", help="Say too where what is deployed is not as A declares.")]


def diff(
    before: Before = "HEAD",
    after: After = sides.TREE,
    stack: Stack = None,
    cwd: Cwd = Path(),
    shown: Shown = Format.TEXT,
    out: Out = None,
    service: Service = None,
    limit: Limit = comment.LIMIT,
    pictures: Pictures = None,
    pictures_url: PicturesUrl = None,
    expect_no_changes: Expect = False,
    with_state: WithState = False,
) -> None:
    """Show what deploying B in place of A would render, replace and destroy. Runs no program; only live needs keys."""
    if service is not None and service not in settings.REGIONS:
        raise ConfigError(f"there is no service {service!r}.", hint=f"There are: {', '.join(settings.REGIONS)}.")
    directory = projects.find(cwd)
    chosen = _stack(directory, stack, needed=with_state or bool({sides.STATE, sides.LIVE} & {before, after}))
    now, then = (sides.of(asked, directory, chosen, service) for asked in (before, after))
    plan = compare.compare(now, then, project=engine.load_project(directory).name, stack=chosen or "")
    if with_state:
        deployed = sides.of(sides.STATE, directory, chosen, service)
        plan = dataclasses.replace(plan, drift=compare.drift(deployed, now))
    drawn = _draw(plan, pictures) if pictures else {}
    _put(plan, shown, out, limit, _addresses(drawn, pictures, pictures_url))
    if expect_no_changes and plan:
        raise typer.Exit(CHANGES)


def _stack(directory: Path, asked: str | None, *, needed: bool) -> str | None:
    """The stack that is meant. A pull request has no state: without one the only settings file names it."""
    if asked or os.environ.get("PULUMI_STACK") or needed:
        return projects.stack(directory, asked)
    there = sorted(engine.load_project(directory).settings_dir.glob("Pulumi.?*.yaml"))
    return there[0].name.removeprefix("Pulumi.").removesuffix(".yaml") if len(there) == 1 else None


def _put(plan: Plan, shown: Format, out: Path | None, limit: int, addresses: dict[str, str]) -> None:
    if shown is Format.TEXT and out is None:
        console = Console()
        for line, style in terminal.render(plan):
            console.print(Text(line, style=style), soft_wrap=True, highlight=False)
        return
    text = _rendered(plan, shown, limit, addresses)
    if out is None:
        typer.echo(text, nl=False)
    else:
        _write(out, text)


def _rendered(plan: Plan, shown: Format, limit: int, addresses: dict[str, str]) -> str:
    match shown:
        case Format.TEXT:
            return "".join(f"{line}\n" for line, _ in terminal.render(plan))
        case Format.MARKDOWN:
            return comment.render(plan, limit=limit, picture=lambda project: addresses.get(project.name))
        case Format.HTML:
            return page.render(plan)
        case Format.SVG:
            return picture.draw_all(plan.projects)
        case Format.JSON:
            return json.dumps(document.render(plan), indent=2, ensure_ascii=False) + "\n"


def _draw(plan: Plan, directory: Path) -> dict[str, str]:
    """Write the pictures; their file names by project."""
    found = {}
    for project in plan.projects:
        if project.before.rows or project.after.rows:
            drawing = picture.draw(project)
            found[project.name] = _file_name(project, drawing)
            _write(directory / found[project.name], drawing)
    return found


def _file_name(project: ProjectPlan, drawing: str) -> str:
    """A name that is safe everywhere, and another for another picture: forges keep copies of what they have shown."""
    kept = re.sub(r"[^A-Za-z0-9]+", "-", project.name).strip("-")[:60]
    mark = hashlib.sha256(drawing.encode()).hexdigest()[:10]  # the drawing tells the project's whole name
    return f"{kept or 'project'}-{mark}.svg"


def _addresses(drawn: dict[str, str], directory: Path | None, url: str | None) -> dict[str, str]:
    base = (url if url is not None else str(directory or "")).rstrip("/")
    if re.search(r"[\s()<>\"'\\]", base) and url is not None:
        raise ConfigError(f"{url!r} cannot stand in a link.", hint="Write it percent-encoded.")
    base = re.sub(r"[\s()<>\"'\\]", lambda found: f"%{ord(found[0]):02X}", base)
    return {name: f"{base}/{file}" for name, file in drawn.items()}


def _write(file: Path, text: str) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"{file} cannot be written: {error.strerror}.") from error
