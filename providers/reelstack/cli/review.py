"""`diff`: what a change of the campaigns means, before anyone pays. No program runs; but for `live`, offline."""

from __future__ import annotations

import dataclasses
import json
import os
from collections.abc import Callable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from reelstack import engine
from reelstack.cli import local_cloud, shots, sides
from reelstack.cli import pictures as picture_files
from reelstack.cli import project as projects
from reelstack.cli.pictures import Form
from reelstack.errors import ConfigError
from reelstack.preview import comment, compare, document, frames, page, picture, plain, terminal
from reelstack.preview.plan import Plan
from reelstack.resources import settings

CHANGES = 7
_MOST_NAMED = 5
_START = "Start it with `reelstack cloud start`, and register your media there."


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
Pictures = Annotated[Path | None, typer.Option("--pictures", help="Write pictures of what changes to this directory.")]
PicturesAs = Annotated[Form, typer.Option("--pictures-as", help="What timelines are drawn as there.")]
WithFrames = Annotated[
    bool, typer.Option("--frames", help="Have the running local cloud draw frames, for HTML and files.")
]
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
    form: PicturesAs = Form.SVG,
    pictures_url: PicturesUrl = None,
    with_frames: WithFrames = False,
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
    if not plan.is_untold and (left_out := compare.apart(now, then)):
        _say(f"left out, as no campaign file declares it: {_named(left_out)}. `reelstack preview` tells of it.")
    if with_state:
        deployed = sides.of(sides.STATE, directory, chosen, service)
        plan = dataclasses.replace(plan, drift=compare.drift(deployed, now))
    taken = shots.take(plan, now, then, _local_cloud(directory), _say) if with_frames else {}
    drawn = picture_files.put(plan, taken, picture_files.Place(pictures, pictures_url), form) if pictures else {}
    _put(plan, shown, out, lambda: _rendered(plan, shown, limit, drawn, taken))
    if expect_no_changes and plan:
        raise typer.Exit(CHANGES)


def _stack(directory: Path, asked: str | None, *, needed: bool) -> str | None:
    """The stack that is meant. A pull request has no state: without one the only settings file names it."""
    if asked or os.environ.get("PULUMI_STACK") or needed:
        return projects.stack(directory, asked)
    there = sorted(engine.load_project(directory).settings_dir.glob("Pulumi.?*.yaml"))
    return there[0].name.removeprefix("Pulumi.").removesuffix(".yaml") if len(there) == 1 else None


def _local_cloud(project: Path) -> str:
    """The address of the local cloud that draws frames."""
    found = local_cloud.running(local_cloud.directory(project))
    if found is None:
        raise ConfigError("frames are drawn by the local cloud, which is not running.", hint=_START)
    return found.url


def _named(names: tuple[str, ...]) -> str:
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return ", ".join(plain.text(name) for name in names[:_MOST_NAMED]) + more


def _say(line: str) -> None:
    typer.echo(line, err=True)


def _put(plan: Plan, shown: Format, out: Path | None, render: Callable[[], str]) -> None:
    if shown is Format.TEXT and out is None:
        console = Console()
        for line, style in terminal.render(plan):
            console.print(Text(line, style=style), soft_wrap=True, highlight=False)
        return
    text = render()
    if out is None:
        typer.echo(text, nl=False)
    else:
        picture_files.write(out, text.encode())


def _rendered(plan: Plan, shown: Format, limit: int, drawn: Mapping[str, comment.Pictures], taken: frames.Taken) -> str:
    match shown:
        case Format.TEXT:
            return "".join(f"{line}\n" for line, _ in terminal.render(plan))
        case Format.MARKDOWN:
            return comment.render(
                plan, limit=limit, picture=lambda project: drawn.get(project.name, comment.Pictures())
            )
        case Format.HTML:
            return page.render(plan, taken)
        case Format.SVG:
            return picture.draw_all(plan.projects)
        case Format.JSON:
            return json.dumps(document.render(plan), indent=2, ensure_ascii=False) + "\n"
