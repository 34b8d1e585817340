"""`fmt`: campaign files, and those that they include, in one layout. Offline; runs no program, and never changes what
a file says.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from reelstack.campaign import files, layout, load, written
from reelstack.cli import authoring
from reelstack.cli.options import HERE, Cwd
from reelstack.errors import ConfigError, Fault

Check = Annotated[bool, typer.Option("--check", help="Change nothing; exit with 1 when a file would change.")]


def fmt(named: authoring.Files = None, check: Check = False, cwd: Cwd = HERE) -> None:
    """Lay campaign files out uniformly, and the files that they include: order of keys, quotes, indentation, times in
    seconds. Comments stay.
    """
    faults: list[Fault] = []
    places: dict[Path, str] = {}
    for campaign in authoring.campaign_files(named, cwd):
        try:
            places |= {file: name for file, name in _places(campaign).items() if file not in places}
        except ConfigError as error:
            faults += error.faults or [Fault(str(error), where=authoring.shown(campaign))]
    changed: list[str] = []
    for file, name in places.items():
        try:
            text = files.text(file)
            laid = layout.formatted(text, name)
        except ConfigError as error:
            faults += error.faults or [Fault(str(error), where=name)]
            continue
        if laid != text:
            changed.append(name)
            if not check:
                _replace(file, laid)
    for name in changed:
        typer.echo(f"{name} {'is not laid out' if check else 'is laid out anew'}")
    if faults:
        raise ConfigError("\n".join(str(fault) for fault in faults), faults=tuple(faults))
    if check and changed:
        raise typer.Exit(1)


def _places(campaign: Path) -> dict[Path, str]:
    """A sound campaign's file and those that it includes, each with how messages call it."""
    name = authoring.shown(campaign)
    load.load(campaign, shown_as=name)
    return {campaign.resolve(): name, **written.gather(campaign, name).shared}


def _replace(file: Path, text: str) -> None:
    """Write a file whole or not at all."""
    try:
        handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(text)
        Path(name).chmod(file.stat().st_mode & 0o777)
        Path(name).replace(file)
    except OSError as error:
        raise ConfigError(f"{file} cannot be written: {error.strerror}.") from error
