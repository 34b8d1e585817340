"""`preview`, `up`, `refresh`, `destroy` and `outputs`: run an engine on the project of a directory and show it."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from reelstack import engine
from reelstack.cli import project as projects
from reelstack.cli import report
from reelstack.cli.display import open_display
from reelstack.engine.deployment import Operation
from reelstack.engine.events import Event, Result
from reelstack.errors import ConfigError

Stack = Annotated[str | None, typer.Option("-s", "--stack", help="The stack; else PULUMI_STACK, else the only one.")]
Cwd = Annotated[Path, typer.Option("-C", "--cwd", help="The directory with Pulumi.yaml, or one below it.")]
Engine = Annotated[str, typer.Option("--engine", help="Which engine runs the program: embedded.")]
Parallel = Annotated[int | None, typer.Option("-p", "--parallel", help="Steps at a time; 4 per core by default.")]
Yes = Annotated[bool, typer.Option("-y", "--yes", help="Do it without asking.")]
SkipPreview = Annotated[bool, typer.Option("-f", "--skip-preview", help="Do not show a preview first.")]
Refresh = Annotated[bool, typer.Option("-r", "--refresh", help="Read the real resources before deciding.")]
ExpectNoChanges = Annotated[bool, typer.Option("--expect-no-changes", help="Exit with 7 when something would change.")]
PreviewOnly = Annotated[bool, typer.Option("--preview-only", help="Only show what would be done.")]
Json = Annotated[bool, typer.Option("-j", "--json", help="Print JSON.")]
Secrets = Annotated[bool, typer.Option("--show-secrets", help="Show secret values.")]
Config = Annotated[list[str] | None, typer.Option("-c", "--config", help="A setting for this run: KEY=VALUE.")]

HERE = Path()


def preview(
    stack: Stack = None,
    cwd: Cwd = HERE,
    engine_name: Engine = "embedded",
    parallel: Parallel = None,
    refresh: Refresh = False,
    expect_no_changes: ExpectNoChanges = False,
    as_json: Json = False,
    config: Config = None,
) -> None:
    """Show what `up` would do. Nothing is changed."""
    request = _request("preview", cwd, stack, engine_name, parallel, config)
    request = dataclasses.replace(request, refresh=refresh, expect_no_changes=expect_no_changes)
    _end(_run(request, as_json))


def up(
    stack: Stack = None,
    cwd: Cwd = HERE,
    engine_name: Engine = "embedded",
    parallel: Parallel = None,
    yes: Yes = False,
    skip_preview: SkipPreview = False,
    refresh: Refresh = False,
    expect_no_changes: ExpectNoChanges = False,
    as_json: Json = False,
    config: Config = None,
) -> None:
    """Bring the cloud to what the program declares: create and update projects, render what changed, wait."""
    request = _request("up", cwd, stack, engine_name, parallel, config)
    request = dataclasses.replace(request, refresh=refresh, expect_no_changes=expect_no_changes)
    if not skip_preview:
        _show_first(dataclasses.replace(request, operation="preview"), as_json)
    _require_consent(yes)
    _end(_run(request, as_json))


def refresh(
    stack: Stack = None,
    cwd: Cwd = HERE,
    engine_name: Engine = "embedded",
    parallel: Parallel = None,
    yes: Yes = False,
    skip_preview: SkipPreview = False,
    preview_only: PreviewOnly = False,
    expect_no_changes: ExpectNoChanges = False,
    as_json: Json = False,
) -> None:
    """Read the real resources and write what is found into the state."""
    request = _request("refresh", cwd, stack, engine_name, parallel)
    request = dataclasses.replace(request, expect_no_changes=expect_no_changes)
    _carry_out(request, yes, skip_preview, preview_only, as_json)


def destroy(
    stack: Stack = None,
    cwd: Cwd = HERE,
    engine_name: Engine = "embedded",
    parallel: Parallel = None,
    yes: Yes = False,
    skip_preview: SkipPreview = False,
    preview_only: PreviewOnly = False,
    as_json: Json = False,
) -> None:
    """Delete everything that the stack holds: projects, videos and their files."""
    request = _request("destroy", cwd, stack, engine_name, parallel)
    _carry_out(request, yes, skip_preview, preview_only, as_json)


def outputs(
    name: Annotated[str | None, typer.Argument(help="Only this output.")] = None,
    stack: Stack = None,
    cwd: Cwd = HERE,
    as_json: Json = False,
    show_secrets: Secrets = False,
) -> None:
    """Print the stack's outputs: `videos`, `submitted`, `projects`."""
    directory = projects.find(cwd)
    chosen = projects.stack(directory, stack)
    with contextlib.chdir(directory):
        known = engine.outputs(directory, chosen, show_secrets=show_secrets)
    if name is not None and name not in known:
        raise ConfigError(f"the stack has no output {name!r}.", hint=f"It has: {', '.join(sorted(known)) or 'none'}.")
    shown: Any = known if name is None else known[name]
    if as_json:
        typer.echo(json.dumps(shown, indent=2, ensure_ascii=False))
    else:
        report.outputs(shown, Console())


def _request(
    operation: Operation,
    cwd: Path,
    stack: str | None,
    name: str,
    parallel: int | None,
    config: list[str] | None = None,
) -> engine.Request:
    if name != "embedded":
        raise ConfigError(f"there is no engine {name!r}.", hint="Use --engine embedded, or run `pulumi` itself.")
    directory = projects.find(cwd)
    settings = projects.settings(config or [])
    return engine.Request(operation, directory, projects.stack(directory, stack), parallel, config=settings)


def _carry_out(request: engine.Request, yes: bool, skip_preview: bool, preview_only: bool, as_json: bool) -> None:
    """Foretell, ask, do: as far as the flags go."""
    foretold = dataclasses.replace(request, preview_only=True)
    if preview_only:
        _end(_run(foretold, as_json))
        return
    if not skip_preview:
        _show_first(foretold, as_json)
    _require_consent(yes)
    _end(_run(request, as_json))


def _show_first(request: engine.Request, as_json: bool) -> None:
    """Show what would be done, and end here when that fails; a program that reads JSON is shown the end result only."""
    if not as_json:
        _end(_run(dataclasses.replace(request, expect_no_changes=False), as_json))


def _require_consent(yes: bool) -> None:
    if yes:
        return
    if not sys.stdin.isatty():
        raise ConfigError("nobody can be asked here.", hint="Say --yes to do it without asking.")
    if not typer.confirm("Do this?", default=False):
        typer.echo("Nothing was changed.")
        raise typer.Exit(1)


def _run(request: engine.Request, as_json: bool) -> Result:
    if as_json:
        result = _drive(request, lambda _: None)
        report.as_json(request, result)
        return result
    console = Console()
    console.print(f"[bold]{_heading(request)}[/] ({request.stack})", highlight=False)
    display = open_display(console, preview=request.dry)
    try:
        result = _drive(request, display)
    except BaseException:
        display.abandon()
        raise
    display.finish(result)
    if request.operation == "up" and result.exit_code == 0:
        report.deployed(result.outputs, request.project, console)
    return result


def _drive(request: engine.Request, on_event: Callable[[Event], None]) -> Result:
    # As `pulumi` does on -C: a backend's relative URL is meant from the project's directory.
    with contextlib.chdir(request.project):
        return engine.run(request, on_event)


def _heading(request: engine.Request) -> str:
    if request.dry:
        return "Previewing" if request.operation == "preview" else f"Previewing {request.operation}"
    return {"up": "Updating", "refresh": "Refreshing", "destroy": "Destroying"}[request.operation]


def _end(result: Result) -> None:
    if result.exit_code:
        raise typer.Exit(result.exit_code)
