"""Find the Pulumi project of a directory, the stack that is meant, and settings given on the command line."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from reelstack import engine
from reelstack.errors import ConfigError

FILES = ("Pulumi.yaml", "Pulumi.yml")


def find(directory: Path) -> Path:
    """The nearest directory, from this one upward, that has a Pulumi.yaml; raises ConfigError."""
    start = directory.resolve()
    if not start.is_dir():
        raise ConfigError(f"{directory} is not a directory.", hint="Give the project's directory with -C.")
    for place in (start, *start.parents):
        if any((place / file).is_file() for file in FILES):
            return place
    raise ConfigError(
        f"there is no Pulumi.yaml in {start} or above it.", hint="Go to the project, or give its directory with -C."
    )


def stack(project: Path, asked: str | None) -> str:
    """The stack that is meant: as asked, by PULUMI_STACK, or the only one there is; raises ConfigError.

    Before anything is deployed it is the only one that has settings.
    """
    named = asked or os.environ.get("PULUMI_STACK")
    if named and not engine.keeps_files(project):
        return named  # the Pulumi CLI will say whether there is one
    if named:
        _require_known(project, named)
        return named
    with contextlib.chdir(project):
        there = engine.stacks(project)
    known = there or _configured(project)
    if len(known) == 1:
        return known[0]
    there = sorted({*there, *_configured(project)})
    which = f"There are: {', '.join(there)}." if there else "There is none yet: write the settings of one first."
    raise ConfigError("no stack was named.", hint=f"Give it with -s, or set PULUMI_STACK. {which}")


def _configured(project: Path) -> list[str]:
    """The stacks that have settings, deployed or not."""
    with contextlib.chdir(project):
        folder = engine.settings_file(project, "any").parent
    return [file.name.split(".", 1)[1].rpartition(".")[0] for file in folder.glob("Pulumi.*.yaml")]


def _require_known(project: Path, stack: str) -> None:
    """A stack that has neither a state nor a settings file is most often a misspelt one."""
    with contextlib.chdir(project):
        there = engine.stacks(project)
        if stack in there or engine.settings_file(project, stack).is_file():
            return
    settings_file = engine.settings_file(project, stack)
    raise ConfigError(
        f"there is no stack {stack!r}; there are: {', '.join(there) or 'none'}.",
        hint=f"To make one, write its settings to {settings_file}; an empty file will do.",
    )


def settings(given: list[str]) -> dict[str, str]:
    """`KEY=VALUE` texts as a mapping; raises ConfigError for what is not of that form."""
    pairs = {}
    for text in given:
        key, sign, value = text.partition("=")
        if not sign or ":" not in key:
            raise ConfigError(f"{text!r} is not a setting.", hint="Write it as -c NAMESPACE:KEY=VALUE.")
        pairs[key] = value
    return pairs
