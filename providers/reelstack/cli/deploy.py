"""`preview`, `up`, `refresh`, `destroy` and `outputs`: their options, and in which order things are done."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from reelstack import engine
from reelstack.cli import aftermath, report
from reelstack.cli import project as projects
from reelstack.cli.options import (
    HERE,
    ClearPendingCreates,
    Config,
    ContinueOnError,
    Cwd,
    Engine,
    Events,
    Exclude,
    ExcludeDependents,
    ExcludeProtected,
    ExpectNoChanges,
    Json,
    Parallel,
    PreviewOnly,
    Refresh,
    Replace,
    Secrets,
    SkipPreview,
    Stack,
    Target,
    TargetDependents,
    TargetReplace,
    Yes,
    require_consent,
)
from reelstack.cli.running import How, Run
from reelstack.clouds.credentials import stack as stack_settings
from reelstack.engine import EngineName
from reelstack.engine.deployment import Operation
from reelstack.engine.events import Result
from reelstack.errors import ConfigError, EngineError
from reelstack.reconcile import budget


def preview(
    stack: Stack = None,
    cwd: Cwd = HERE,
    engine_name: Engine = EngineName.AUTO,
    parallel: Parallel = None,
    refresh: Refresh = False,
    expect_no_changes: ExpectNoChanges = False,
    target: Target = None,
    target_dependents: TargetDependents = False,
    exclude: Exclude = None,
    exclude_dependents: ExcludeDependents = False,
    replace: Replace = None,
    target_replace: TargetReplace = None,
    as_json: Json = False,
    events: Events = False,
    config: Config = None,
) -> None:
    """Show what `up` would do. Nothing is changed."""
    run = _run_of("preview", cwd, stack, engine_name, as_json=as_json, events=events)
    _end(
        run.carried_out(
            parallel=parallel,
            refresh=refresh,
            expect_no_changes=expect_no_changes,
            targets=_all(target, target_replace),
            target_dependents=target_dependents,
            excludes=_all(exclude),
            exclude_dependents=exclude_dependents,
            replace=_all(replace, target_replace),
            config=projects.settings(config or []),
        )
    )


def up(
    stack: Stack = None,
    cwd: Cwd = HERE,
    engine_name: Engine = EngineName.AUTO,
    parallel: Parallel = None,
    yes: Yes = False,
    skip_preview: SkipPreview = False,
    refresh: Refresh = False,
    expect_no_changes: ExpectNoChanges = False,
    target: Target = None,
    target_dependents: TargetDependents = False,
    exclude: Exclude = None,
    exclude_dependents: ExcludeDependents = False,
    replace: Replace = None,
    target_replace: TargetReplace = None,
    continue_on_error: ContinueOnError = False,
    as_json: Json = False,
    events: Events = False,
    config: Config = None,
) -> None:
    """Bring the cloud to what the program declares: create and update projects, render what changed, wait."""
    run = _run_of("up", cwd, stack, engine_name, as_json=as_json, events=events).asking(
        parallel=parallel,
        refresh=refresh,
        targets=_all(target, target_replace),
        target_dependents=target_dependents,
        excludes=_all(exclude),
        exclude_dependents=exclude_dependents,
        replace=_all(replace, target_replace),
        config=projects.settings(config or []),
    )
    left = aftermath.cleared(run, yes)
    limited = is_limited(run)
    if limited or not skip_preview:  # a preview meets a limit before anything is submitted, `up` by itself within it
        run.show_first(operation="preview", in_any_case=limited)
    require_consent(yes or skip_preview)
    result = run.carried_out(expect_no_changes=expect_no_changes, continue_on_error=continue_on_error)
    aftermath.settled(run, left, result)
    _end(result)


def refresh(
    stack: Stack = None,
    cwd: Cwd = HERE,
    engine_name: Engine = EngineName.AUTO,
    parallel: Parallel = None,
    yes: Yes = False,
    skip_preview: SkipPreview = False,
    preview_only: PreviewOnly = False,
    expect_no_changes: ExpectNoChanges = False,
    target: Target = None,
    target_dependents: TargetDependents = False,
    exclude: Exclude = None,
    exclude_dependents: ExcludeDependents = False,
    clear_pending_creates: ClearPendingCreates = False,
    as_json: Json = False,
    events: Events = False,
) -> None:
    """Read the real resources and write what is found into the state."""
    run = _run_of("refresh", cwd, stack, engine_name, as_json=as_json, events=events).asking(
        parallel=parallel,
        expect_no_changes=expect_no_changes,
        targets=_all(target),
        target_dependents=target_dependents,
        excludes=_all(exclude),
        exclude_dependents=exclude_dependents,
        clear_pending_creates=clear_pending_creates,
    )
    _carry_out(run, yes, skip_preview, preview_only)


def destroy(
    stack: Stack = None,
    cwd: Cwd = HERE,
    engine_name: Engine = EngineName.AUTO,
    parallel: Parallel = None,
    yes: Yes = False,
    skip_preview: SkipPreview = False,
    preview_only: PreviewOnly = False,
    refresh: Refresh = False,
    target: Target = None,
    target_dependents: TargetDependents = False,
    exclude: Exclude = None,
    exclude_dependents: ExcludeDependents = False,
    exclude_protected: ExcludeProtected = False,
    continue_on_error: ContinueOnError = False,
    as_json: Json = False,
    events: Events = False,
) -> None:
    """Delete everything that the stack holds: projects, videos and their files."""
    run = _run_of("destroy", cwd, stack, engine_name, as_json=as_json, events=events).asking(
        parallel=parallel,
        refresh=refresh,
        targets=_all(target),
        target_dependents=target_dependents,
        excludes=_all(exclude),
        exclude_dependents=exclude_dependents,
        exclude_protected=exclude_protected,
        continue_on_error=continue_on_error,
    )
    _carry_out(run, yes, skip_preview, preview_only)


def outputs(
    name: Annotated[str | None, typer.Argument(help="Only this output.")] = None,
    stack: Stack = None,
    cwd: Cwd = HERE,
    engine_name: Engine = EngineName.AUTO,
    as_json: Json = False,
    show_secrets: Secrets = False,
) -> None:
    """Print the stack's outputs: `videos`, `submitted`, `projects`."""
    directory = projects.find(cwd)
    chosen = projects.stack(directory, stack)
    with contextlib.chdir(directory):
        known = engine.outputs(directory, chosen, show_secrets=show_secrets, using=engine.chosen(engine_name))
    if name is not None and name not in known:
        raise ConfigError(f"the stack has no output {name!r}.", hint=f"It has: {', '.join(sorted(known)) or 'none'}.")
    shown: Any = known if name is None else known[name]
    if as_json:
        typer.echo(report.json_text(shown, indent=2))
    else:
        report.outputs(shown, Console())


def _run_of(
    operation: Operation, cwd: Path, stack: str | None, engine_name: EngineName, *, as_json: bool, events: bool
) -> Run:
    directory = projects.find(cwd)
    request = engine.Request(operation, directory, projects.stack(directory, stack))
    how = How.EVENTS if events else How.DOCUMENT if as_json else How.SHOWN
    return Run(request, engine.chosen(engine_name), how)


def _all(*given: list[str] | None) -> tuple[str, ...]:
    return tuple(one for found in given for one in found or ())


def _carry_out(run: Run, yes: bool, skip_preview: bool, preview_only: bool) -> None:
    """Foretell, ask, do: as far as the flags go."""
    if preview_only:
        _end(run.carried_out(preview_only=True))
        return
    aftermath.cleared(run, yes)
    if not skip_preview:
        run.show_first(preview_only=True, expect_no_changes=False)
    require_consent(yes or skip_preview)
    _end(run.carried_out())


def is_limited(run: Run) -> bool:
    """Whether the stack says how much a run may render, or may say so in settings that only the Pulumi CLI can read."""
    try:
        given = engine.setting_names(run.request.project, run.request.stack) | set(run.request.config)
    except EngineError:
        return True
    return any(f"{stack_settings.NAMESPACE}:{name}" in given for name in budget.NAMES)


def _end(result: Result) -> None:
    if result.exit_code:
        raise typer.Exit(result.exit_code)
