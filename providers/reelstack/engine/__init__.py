"""The embedded deployment engine: runs a Pulumi program and the dynamic provider host without the Pulumi CLI.

The front is `run`, `outputs`, `stacks` and `recover`; `Request`, `Result` and the events are what they speak in.

    project urn values secrets resource     the user's files, names, property values, encryption
    state journal                           the file backend; what a run writes down as it goes
    goal steps                              what the program asks for; pure decisions
    processes plugin program child          the provider host and the user's program
    executor registrar teardown monitor     one run's steps; registrations; deletes and refreshes; gRPC
    deployment interrupt events             a run from beginning to end; Ctrl-C; what it tells

It shares protocol, state format and secrets format with the Pulumi CLI, so either can go on where the other
stopped, and refuses with "this needs the Pulumi CLI" what it does not do. Knows nothing of Reelstack's resources.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from reelstack.clock import SystemClock
from reelstack.engine import deployment, journal, project, secrets, state, urn, values
from reelstack.engine.deployment import Request
from reelstack.engine.events import Diagnostic, Event, OutputsKnown, Result, StepFinished, StepStarted
from reelstack.engine.project import load as load_project

__all__ = [
    "Diagnostic",
    "Event",
    "OutputsKnown",
    "Request",
    "Result",
    "StepFinished",
    "StepStarted",
    "load_project",
    "outputs",
    "plain_settings",
    "recover",
    "run",
    "settings_file",
    "stacks",
]


def run(request: Request, on_event: Callable[[Event], None]) -> Result:
    """Carry out a preview, up, refresh or destroy, telling `on_event` what happens, one event at a time.

    A failing step or program ends in a result with exit code 1; EngineError means that the run could not be begun
    (no such stack, locked, a missing passphrase) or needs the Pulumi CLI. Either way what was done is in the state.
    """
    return deployment.Deployment(request, on_event, SystemClock()).run()


def _file(directory: Path, stack: str) -> state.StackFile:
    found = project.load(directory)
    return state.StackFile(state.backend_root(found, os.environ, Path.cwd()), found.name, stack)


def settings_file(project: Path, stack: str) -> Path:
    """Where the settings of a stack are: `Pulumi.STACK.yaml` in the directory that Pulumi.yaml names for them."""
    return load_project(project).settings_dir / f"Pulumi.{stack}.yaml"


def plain_settings(directory: Path, stack: str) -> dict[str, str]:
    """A stack's settings that are plain texts, by their full keys; needs no passphrase."""
    given = project.stack_settings(load_project(directory), stack).raw
    return {key: value for key, value in given.items() if isinstance(value, str)}


def outputs(project: Path, stack: str, *, show_secrets: bool = False) -> dict[str, Any]:
    """The stack's outputs; secrets are masked as `[secret]`, or decrypted with the passphrase.

    Raises EngineError for an unknown stack, which names those that exist, and for a missing passphrase.
    """
    file = _file(project, stack)
    if not file.exists():
        raise deployment.unknown_stack(file)
    found = journal.read(file)
    spelt = next((one.get("outputs") or {} for one in found.resources if one["type"] == urn.STACK_TYPE), {})
    if not show_secrets:
        return dict(values.masked(values.from_json(spelt, lambda _: None)))
    vault = secrets.Vault.of(found.secrets_providers, secrets.passphrase(os.environ))
    return dict(values.plain(values.from_json(spelt, vault.decrypt)))


def stacks(project: Path) -> list[str]:
    """The names of the project's stacks."""
    return _file(project, "-").others()


def recover(project: Path, stack: str) -> bool:
    """Merge what a killed run left behind and free the stack; whether there was anything. `up` does so by itself."""
    with deployment.recovering(_file(project, stack), SystemClock()) as found:
        return found
