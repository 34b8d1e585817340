"""`recover`, `export`, `import` and `stack`: what is done to a stack's state apart from deploying."""

from __future__ import annotations

import contextlib
import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from reelstack import engine
from reelstack.cli import project as projects
from reelstack.cli.options import HERE, Cwd, Stack, Yes, require_consent
from reelstack.errors import ConfigError

app = typer.Typer(help="List the stacks of a project, or remove one.", no_args_is_help=True)

ToFile = Annotated[Path | None, typer.Option("--file", help="Write to this file, not to standard output.")]
FromFile = Annotated[Path | None, typer.Option("--file", help="Read this file, not standard input.")]


def recover(stack: Stack = None, cwd: Cwd = HERE) -> None:
    """Merge into the state what a killed run had done, and free the stack. `up` does so by itself."""
    project, name = _chosen(cwd, stack)
    with contextlib.chdir(project):
        found = engine.recover(project, name)
    Console().print("The state is whole again." if found else "There was nothing to recover.")


def export(stack: Stack = None, cwd: Cwd = HERE, file: ToFile = None) -> None:
    """Print the stack's state, as `pulumi stack export` does. Secrets stay encrypted."""
    project, name = _chosen(cwd, stack)
    with contextlib.chdir(project):
        document = engine.export(project, name)
    text = json.dumps(document, indent=4, ensure_ascii=False) + "\n"
    if file is None:
        sys.stdout.write(text)
        return
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"{file} cannot be written: {error.strerror}.") from error


def import_(stack: Stack = None, cwd: Cwd = HERE, file: FromFile = None) -> None:
    """Replace the stack's state by an exported one, as `pulumi stack import` does."""
    document = _document(file)
    project, name = _chosen(cwd, stack)
    with contextlib.chdir(project):
        dropped = engine.import_(project, name, document)
    console = Console()
    for urn in dropped:
        console.print(f"warning: an operation on {urn} had not ended; what became of it is not known", soft_wrap=True)
    console.print("The state is imported.")


@app.command()
def ls(cwd: Cwd = HERE) -> None:
    """List the project's stacks."""
    project = projects.find(cwd)
    with contextlib.chdir(project):
        names = engine.stacks(project)
    for name in names:
        typer.echo(name)


@app.command()
def rm(stack: Stack = None, cwd: Cwd = HERE, yes: Yes = False) -> None:
    """Remove a stack that holds nothing any more."""
    project, name = _chosen(cwd, stack)
    require_consent(yes)
    with contextlib.chdir(project):
        engine.remove(project, name)
    Console().print(f"The stack {name} is removed.", highlight=False)


def _chosen(cwd: Path, stack: str | None) -> tuple[Path, str]:
    project = projects.find(cwd)
    return project, projects.stack(project, stack)


def _document(file: Path | None) -> Any:
    try:
        return json.loads(sys.stdin.read() if file is None else file.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{file} cannot be read: {error.strerror}.") from error
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"{file or 'standard input'} is not JSON: {error}") from error
