"""`init`: a new repository of campaigns that works at once on the local cloud."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from reelstack import __version__, kit, starter
from reelstack.campaign import schema
from reelstack.cli import project
from reelstack.errors import ConfigError

_NAME = re.compile(r"[A-Za-z0-9_.-]{1,100}")


class Forge(StrEnum):
    """The forges whose pipelines there are, and Kubernetes, whose operator deploys what a branch holds."""

    GITHUB = "github"
    GITLAB = "gitlab"
    KUBERNETES = "kubernetes"


def init(
    directory: Annotated[Path, typer.Argument(help="Where; made if it is not there.")] = Path(),
    forge: Annotated[Forge | None, typer.Option("--forge", help="With the pipelines of this forge.")] = None,
    name: Annotated[str | None, typer.Option("--name", help="The project's name; else the directory's.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite files that are there already.")] = False,
) -> None:
    """Write a repository to start from: a program, a first campaign, settings, and pipelines if a forge is named.

    Files that are there already are kept. In a repository that has a project it adds the pipelines alone.
    """
    if name is not None and not _NAME.fullmatch(name):
        raise ConfigError(f"{name!r} is no name of a project.", hint="Letters, digits, '.', '-' and '_' make one.")
    there = [file for file in project.FILES if (directory / file).exists()]
    if there and not force and forge is None:
        hint = "Name another directory, add pipelines with --forge, or say --force to overwrite its files."
        raise ConfigError(f"there is a project in {directory} already ({there[0]}).", hint=hint)
    texts = _files(name or _name(directory), forge)
    if there and not force and forge is not None:
        texts = kit.files(forge.value, stack=starter.ACCOUNT)
    for path, text in texts.items():
        _write(directory, path, text, force)
    if there and not force:
        typer.echo(
            f"\nThe pipelines deploy the stack {starter.ACCOUNT!r}: its settings and a requirements.txt belong to it."
        )
        example = directory / (starter.ACCOUNT_FILE + starter.EXAMPLE)
        if example.is_file() and not (directory / starter.ACCOUNT_FILE).exists():
            settings = Path(starter.ACCOUNT_FILE)
            typer.echo(f"Rename {settings}{starter.EXAMPLE} to {settings.name} and fill it in.")
        return
    place = "" if directory.resolve() == Path.cwd() else f"cd {shlex.quote(str(directory))} && "
    stack = f" -s {starter.LOCAL}" if forge else ""
    typer.echo(f"\nNow: {place}reelstack cloud start && reelstack up{stack}")


def _files(name: str, forge: Forge | None) -> Mapping[str, str]:
    texts = dict(starter.files(name, __version__, has_account=forge is not None))
    texts[starter.SCHEMA] = json.dumps(schema.campaign(), indent=2, ensure_ascii=False) + "\n"
    if forge is not None:
        texts |= kit.files(forge.value, stack=starter.ACCOUNT)
    return dict(sorted(texts.items()))


def _name(directory: Path) -> str:
    """A name that Pulumi allows, made of the directory's."""
    return re.sub(r"[^A-Za-z0-9_.-]+", "-", directory.resolve().name).strip("-.")[:100] or "campaigns"


def _write(directory: Path, path: str, text: str, force: bool) -> None:
    file = directory / path
    if (file.exists() or file.is_symlink()) and not force:
        typer.echo(f"  kept    {path}")
        return
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"{file} cannot be written: {error.strerror}.") from error
    typer.echo(f"  written {path}")
