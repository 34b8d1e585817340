"""The options that several commands share, named as Pulumi names its own, and the question before a change."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from reelstack.engine import EngineName
from reelstack.errors import ConfigError

Stack = Annotated[str | None, typer.Option("-s", "--stack", help="The stack; else PULUMI_STACK, else the only one.")]
Cwd = Annotated[Path, typer.Option("-C", "--cwd", help="The directory with Pulumi.yaml, or one below it.")]
Engine = Annotated[
    EngineName,
    typer.Option("--engine", envvar="REELSTACK_ENGINE", help="What deploys; auto: the Pulumi CLI if it is installed."),
]
Parallel = Annotated[
    int | None, typer.Option("-p", "--parallel", min=1, help="Steps at a time; 4 per core by default.")
]
Yes = Annotated[bool, typer.Option("-y", "--yes", help="Do it without asking.")]
SkipPreview = Annotated[bool, typer.Option("-f", "--skip-preview", help="Do not show a preview first, and do not ask.")]
Refresh = Annotated[bool, typer.Option("-r", "--refresh", help="Read the real resources before deciding.")]
ExpectNoChanges = Annotated[bool, typer.Option("--expect-no-changes", help="Exit with 7 when something would change.")]
PreviewOnly = Annotated[bool, typer.Option("--preview-only", help="Only show what would be done.")]
Json = Annotated[bool, typer.Option("-j", "--json", help="Print the result as one JSON document.")]
Events = Annotated[bool, typer.Option("--events", help="Print each event as a line of JSON, the result as the last.")]
Secrets = Annotated[bool, typer.Option("--show-secrets", help="Show secret values.")]
Config = Annotated[list[str] | None, typer.Option("-c", "--config", help="A setting for this run: KEY=VALUE.")]
Target = Annotated[list[str] | None, typer.Option("-t", "--target", help="Only this URN, or pattern of URNs (*, **).")]
TargetDependents = Annotated[bool, typer.Option("--target-dependents", help="And whatever depends on the targets.")]
Exclude = Annotated[list[str] | None, typer.Option("-x", "--exclude", help="Not this URN, or pattern of URNs.")]
ExcludeDependents = Annotated[bool, typer.Option("--exclude-dependents", help="Nor whatever depends on those.")]
Replace = Annotated[list[str] | None, typer.Option("--replace", help="Replace this URN, or pattern of URNs.")]
TargetReplace = Annotated[list[str] | None, typer.Option("--target-replace", help="--target and --replace in one.")]
ContinueOnError = Annotated[
    bool,
    typer.Option(
        "--continue-on-error",
        envvar="PULUMI_CONTINUE_ON_ERROR",
        help="After an error, go on with what does not depend on what failed.",
    ),
]
ClearPendingCreates = Annotated[
    bool, typer.Option("--clear-pending-creates", help="Forget creations that were cut off: they made nothing.")
]
ExcludeProtected = Annotated[bool, typer.Option("--exclude-protected", help="Keep what is protected, and its needs.")]

HERE = Path()


def require_consent(yes: bool) -> None:
    """Ask, unless that was answered in advance; raises ConfigError where nobody can be asked."""
    if yes:
        return
    if not sys.stdin.isatty():
        raise ConfigError("nobody can be asked here.", hint="Say --yes to do it without asking.")
    if not typer.confirm("Do this?", default=False):
        typer.echo("Nothing was changed.")
        raise typer.Exit(1)
