"""`cloud start|stop|status|reset|add-media|add-template`: the local cloud of a directory, for development and tests."""

from __future__ import annotations

import dataclasses
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from reelstack.cli import project
from reelstack.clouds import local
from reelstack.errors import ConfigError, ReelstackError

try:
    from reelstack.emulator import daemon, remote
except ImportError as error:  # the extra `cloud` is not installed
    daemon = None  # type: ignore[assignment]
    MISSING: ImportError | None = error
else:
    MISSING = None

app = typer.Typer(help="The local cloud: speaks the clouds' protocols on a loopback port and renders for real.")

Directory = Annotated[
    Path | None, typer.Option("--dir", help="Where it keeps its state; else .reelstack/cloud of the project.")
]
Port = Annotated[int | None, typer.Option("--port", min=0, max=65535, help="Which port; else the last one, else 8757.")]


class TemplateKind(StrEnum):
    """The kinds of templates."""

    TIMELINE = "Timeline"
    VE_TEMPLATE = "VETemplate"


Json = Annotated[bool, typer.Option("-j", "--json", help="Print JSON.")]


def directory(start: Path, asked: Path | None = None) -> Path:
    """The local cloud's directory: as asked, by the environment, or `.reelstack/cloud` of the project."""
    named = asked or os.environ.get(local.DIRECTORY_VARIABLE)
    if named:
        return Path(named).resolve()
    try:
        return project.find(start) / local.DIRECTORY
    except ConfigError:
        return start.resolve() / local.DIRECTORY


def running(place: Path) -> daemon.Status | None:
    """The local cloud of a directory, None when it does not run."""
    return None if MISSING else daemon.status(place)


@app.command()
def start(port: Port = None, place: Directory = None) -> None:
    """Start the local cloud; one that runs already is left as it is."""
    _require()
    where = directory(Path(), place)
    before = daemon.status(where)
    try:
        status = before or (daemon.start(where) if port is None else daemon.start(where, port))
    except daemon.CloudStartError as error:
        raise ConfigError(str(error)) from error
    if before and port and not before.url.endswith(f":{port}"):
        raise ConfigError(f"it runs at {before.url} already.", hint="Stop it with `reelstack cloud stop` first.")
    typer.echo(
        f"The local cloud {'runs' if before else 'is up'} at {status.url} (loopback only, for development and tests)."
    )


@app.command()
def stop(place: Directory = None) -> None:
    """Stop the local cloud; what it holds is kept."""
    _require()
    stopped = daemon.stop(directory(Path(), place))
    typer.echo("The local cloud is stopped." if stopped else "The local cloud was not running.")


@app.command()
def status(as_json: Json = False, place: Directory = None) -> None:
    """Say where it runs, with the test credentials that any SDK can be pointed at it with. Exit code 1: not running."""
    _require()
    found = _running_or_none(place)
    if as_json:
        facts = {"running": found is not None, **(_facts(found) if found else {})}
        typer.echo(json.dumps(facts, indent=2))
    elif found:
        for key, value in _facts(found).items():
            typer.echo(f"{key:<18}{value}")
    else:
        typer.echo("The local cloud is not running; start it with `reelstack cloud start`.")
    if found is None:
        raise typer.Exit(1)


@app.command()
def reset(
    place: Directory = None, yes: Annotated[bool, typer.Option("-y", "--yes", help="Do it without asking.")] = False
) -> None:
    """Forget everything the local cloud holds: projects, jobs, media, files."""
    found = _must_run(place)
    if not yes and not typer.confirm("Delete all projects, jobs and media of the local cloud?", default=False):
        raise typer.Exit(1)
    with _plain_refusals():
        remote.reset(found.url)
    typer.echo("The local cloud is empty.")


@app.command("add-media")
def add_media(
    file: Annotated[Path, typer.Argument(help="A video, audio or image file.")],
    media_id: Annotated[str, typer.Option("--id", help="The media id that timelines use.")],
    title: Annotated[str | None, typer.Option("--title", help="Its title in the media library.")] = None,
    place: Directory = None,
) -> None:
    """Register a file as source media under an id."""
    if not file.is_file():
        raise ConfigError(f"there is no file {file}.", hint="Give the path of a video, audio or image file.")
    found = _must_run(place)
    with _plain_refusals():
        remote.add_media(found.url, file, media_id, title)
    typer.echo(f"{media_id} is {file.name}.")


@app.command("add-template")
def add_template(
    file: Annotated[Path, typer.Argument(help="A template's Config: a timeline with $ placeholders, as JSON.")],
    template_id: Annotated[str | None, typer.Option("--id", help="The template id; else a new one.")] = None,
    kind: Annotated[
        TemplateKind, typer.Option("--type", help="VETemplate: only the id is kept, its productions fail.")
    ] = TemplateKind.TIMELINE,
    place: Directory = None,
) -> None:
    """Keep a template under an id: projects and productions made from it are rendered with their ClipsParam."""
    config = _template(file) if kind is TemplateKind.TIMELINE else {}
    found = _must_run(place)
    with _plain_refusals():
        kept = remote.add_template(found.url, config, template_id, kind.value)
    typer.echo(f"{kept} is {file.name}.")


def _template(file: Path) -> dict[str, Any]:
    hint = 'Give the template\'s Config, as in {"VideoTracks": [{"VideoTrackClips": [{"MediaId": "$Clip"}]}]}.'
    try:
        config = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigError(f"{file} cannot be read as JSON ({error}).", hint=hint) from error
    if not isinstance(config, dict):
        raise ConfigError(f"{file} is not a JSON object.", hint=hint)
    return config


def files(start: Path, media_ids: Mapping[str, str]) -> dict[str, str]:
    """The file of each produced video on this machine, for those that the local cloud of a project holds."""
    found = running(directory(start))
    if found is None:
        return {}
    paths = {}
    for name, media_id in media_ids.items():
        try:
            facts = remote.media(found.url, media_id)
        except remote.ControlError:
            continue  # where a file lies is worth no failure
        if facts and facts.get("path"):
            paths[name] = _shortest(facts["path"])
    return paths


def _shortest(path: str) -> str:
    relative = os.path.relpath(path)
    return path if relative.startswith("..") else relative


def _require() -> None:
    if MISSING:
        raise ReelstackError(
            f"the local cloud is not installed ({MISSING}).",
            hint="Install it with `pip install 'reelstack[cloud]'`, in a clone `pip install '.[cloud]'`.",
        )


def _running_or_none(place: Path | None) -> daemon.Status | None:
    return running(directory(Path(), place))


def _must_run(place: Path | None) -> daemon.Status:
    _require()
    found = _running_or_none(place)
    if found is None:
        raise ConfigError("the local cloud is not running.", hint="Start it with `reelstack cloud start`.")
    return found


def _facts(found: daemon.Status) -> dict[str, Any]:
    return {key: str(value) if isinstance(value, Path) else value for key, value in dataclasses.asdict(found).items()}


@contextmanager
def _plain_refusals() -> Iterator[None]:
    try:
        yield
    except remote.ControlError as error:
        raise ConfigError(f"the local cloud: {error}.", hint="See `reelstack cloud status`.") from error
