"""`cut import` and `cut export`: an editor's cut becomes a campaign, and a project a cut that editors' tools open."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from types import ModuleType
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from reelstack.campaign import document, layout, load
from reelstack.campaign import files as campaign_files
from reelstack.cli import authoring
from reelstack.cli.options import HERE, Cwd
from reelstack.errors import ConfigError, ReelstackError, property_path, visible
from reelstack.models.campaign import Campaign, Project

app = typer.Typer(help="Exchange cuts with editors' tools: .otio, .edl, .xml (Final Cut Pro 7), .fcpxml, .aaf.")

Media = Annotated[
    list[str] | None,
    typer.Option("--media", help="NAME=ID: the media id of a file or clip; or a YAML file of such names."),
]
Out = Annotated[Path | None, typer.Option("-o", "--out", help="Write to this file.")]
Force = Annotated[bool, typer.Option("--force", help="Overwrite the file.")]
Strict = Annotated[bool, typer.Option("--strict", help="Exit with 1 when something did not carry over.")]


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="The editor's cut.")],
    out: Out = None,
    media: Media = None,
    name: Annotated[str | None, typer.Option("--name", help="The campaign's name; else the file's.")] = None,
    timeline: Annotated[str | None, typer.Option("--timeline", help="Of several timelines only this one.")] = None,
    size: Annotated[list[str] | None, typer.Option("--size", help="WIDTHxHEIGHT of a video; may be repeated.")] = None,
    rate: Annotated[float | None, typer.Option("--rate", help="Frames per second, which an EDL does not say.")] = None,
    force: Force = False,
    strict: Strict = False,
) -> None:
    """Make a campaign file of an editor's cut, and tell what did not carry over."""
    exchange = _exchange()
    _require_free(out, force)
    found = exchange.library.read(file, rate)
    names = ", ".join(repr(one.name) for one in found)
    chosen = [one for one in found if timeline in (None, one.name)]
    if not chosen:
        raise ConfigError(f"{file} holds no timeline {timeline!r}; there are {names}.")
    cut = exchange.read.read(chosen, _table(exchange, media))
    campaign = name or exchange.media.slug(file.stem, "cut")
    text = layout.written(_campaign(campaign, cut, size or ["1280x720"]))
    if out is None:
        typer.echo(text, nl=False)
    else:
        _save(out, text)
        clips = sum(len(project["video"]) for project in cut.projects.values())
        typer.echo(f"{out}: {', '.join(cut.projects)}: {clips} {'clip' if clips == 1 else 'clips'}")
    _tell_unresolved(cut.unresolved)
    _tell("Not carried over as it was:", cut.losses)
    _tell("Worth a look:", cut.notes)
    if strict and (cut.losses or cut.unresolved):
        raise typer.Exit(1)


@app.command("export")
def export(
    project: Annotated[str, typer.Argument(help="The project, as the campaign names it.")],
    out: Annotated[Path, typer.Option("-o", "--out", help="The file; its ending says the format.")],
    files: Annotated[
        list[Path] | None, typer.Option("-f", "--file", help="Look in this campaign file or folder only.")
    ] = None,
    media: Media = None,
    rate: Annotated[float | None, typer.Option("--rate", help="Frames per second; else one that fits.")] = None,
    cwd: Cwd = HERE,
    force: Force = False,
    strict: Strict = False,
) -> None:
    """Write a project of a campaign as a cut for editors' tools, and tell what they will not see."""
    exchange = _exchange()
    _require_free(out, force)
    table = _table(exchange, media)
    campaign, found = _find(project, authoring.campaign_files(files, cwd))
    rate = rate if rate is not None else campaign.rate
    made = exchange.write.write(
        project,
        found,
        campaign.sources,
        table=table,
        rate=exchange.timing.rate_of(rate) if rate is not None else None,
        keeps_metadata=out.suffix.lower() == ".otio",
        one_picture=out.suffix.lower() == ".edl",
    )
    exchange.library.write(made.timeline, out)
    typer.echo(f"{out}: {found.title}, {found.seconds:.1f} s")
    lost = [*made.losses, *exchange.proof.losses(made.project, campaign.sources, out, made.rate, table)]
    _tell("Not carried over as it was:", lost)
    if strict and lost:
        raise typer.Exit(1)


def _exchange() -> ModuleType:
    """The room of its own that needs OpenTimelineIO."""
    try:
        from reelstack import exchange
        from reelstack.exchange import library, media, proof, read, timing, write  # noqa: F401 - found in the package
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("reelstack"):
            raise
        raise ReelstackError(
            f"exchange with editors' tools is not installed ({error.name}).",
            hint="Install it with `pip install 'reelstack[otio]'`, in a clone `pip install '.[cloud,otio]'`.",
        ) from error
    return exchange


def _table(exchange: ModuleType, given: Iterable[str] | None) -> Any:
    """The table of media: names given one by one go before those of a file."""
    named: dict[str, Any] = {}
    files: dict[str, Any] = {}
    for text in given or ():
        name, sign, media_id = text.rpartition("=")
        if sign and name and media_id:
            named[name] = media_id
        elif not sign and Path(text).is_file():
            files |= _entries(Path(text))
        else:
            raise ConfigError(f"--media {text!r} is neither NAME=ID nor a YAML file.")
    return exchange.media.Table.of({**files, **named})


def _entries(file: Path) -> dict[str, Any]:
    """The table of media in a YAML file."""
    try:
        values = document.parse(campaign_files.text(file), str(file)).values
    except ConfigError as error:
        raise ConfigError(error.message if error.faults else f"{file} {error.message}") from error
    if not isinstance(values, dict):
        raise ConfigError(f"{file} is no table of media.", hint="Write one name a line: `A001.mov: my-media-id`.")
    return values


def _campaign(name: str, cut: Any, sizes: list[str]) -> dict[str, Any]:
    """The values of the campaign file; raises ConfigError where they are none."""
    videos = {
        (project if len(sizes) == 1 else f"{project}-{size}"): {"project": project, "size": size}
        for project in cut.projects
        for size in sizes
    }
    values = {"campaign": name, "sources": cut.sources, "projects": cut.projects, "videos": videos}
    try:
        Campaign.model_validate(values)
    except ValidationError as error:
        told = [f"{property_path(one['loc'])}: {one['msg'].removeprefix('Value error, ')}" for one in error.errors()]
        raise ConfigError("this cut makes no campaign:\n" + "\n".join(told)) from error
    return values


def _find(name: str, files: Iterable[Path]) -> tuple[Campaign, Project]:
    there: list[str] = []
    for file in files:
        campaign = load.load(file, shown_as=authoring.shown(file))
        found = campaign.projects.get(name)
        if found is not None and found.timeline is not None:
            raise ConfigError(f"{name!r} is a native timeline, of which no cut is made.")
        if found is not None:
            return campaign, found
        there += campaign.projects
    raise ConfigError(f"there is no project {name!r}; there are {', '.join(there)}.")


def _require_free(out: Path | None, force: bool) -> None:
    if out is not None and out.exists() and not force:
        raise ConfigError(f"{out} is there already.", hint="Name another file, or say --force to overwrite it.")


def _save(out: Path, text: str) -> None:
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"{out} cannot be written: {error.strerror}.") from error


def _tell_unresolved(names: list[str]) -> None:
    if names:
        typer.echo("No media id is known for these; they stand in `sources` under their own names:", err=True)
        for name in names:
            typer.echo(f"  {visible(name)}", err=True)
        typer.echo("Give each with --media NAME=ID.", err=True)


def _tell(what: str, lines: list[Any]) -> None:
    if lines:
        typer.echo(what, err=True)
        for line in lines:
            typer.echo(f"  {line}", err=True)
