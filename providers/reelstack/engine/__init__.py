"""The embedded deployment engine: runs a Pulumi program and the dynamic provider host without the Pulumi CLI.

The front is `run`, `outputs`, `resources`, `stacks`, `recover`, `left_behind`, `clear_up`, `export`, `import_` and
`remove`; `Request`, `Result` and the events are what they speak in.

    project urn values secrets resource     the user's files, names, property values, encryption
    state journal transfer                  the file backend; what a run writes down as it goes; export and import
    aftermath                               what a killed run left behind, and how it is cleared up
    goal steps selection                    what the program asks for; pure decisions; which resources are meant
    borders                                 what is refused before anything starts
    processes plugin program child          the provider host and the user's program
    executor registrar teardown monitor     one run's steps; registrations; deletes and refreshes; gRPC
    discretion                              the secrets of a run, kept out of what it tells
    deployment interrupt events faults      a run from beginning to end; Ctrl-C; what it tells
    automation translation                  the same by the Pulumi CLI, told in the same events

It shares protocol, state format and secrets format with the Pulumi CLI, so either can go on where the other
stopped, and refuses with "this needs the Pulumi CLI" what it does not do. Knows nothing of Reelstack's resources.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Collection, Iterable, Mapping
from enum import Enum
from pathlib import Path
from typing import Any

from reelstack.clock import SystemClock
from reelstack.engine import aftermath, deployment, journal, secrets, state, transfer, urn, values
from reelstack.engine import project as _project
from reelstack.engine.aftermath import Aftermath
from reelstack.engine.deployment import Request
from reelstack.engine.events import Diagnostic, Event, Listener, OutputsKnown, Result, StepFinished, StepStarted
from reelstack.engine.project import load as load_project
from reelstack.errors import EngineError

__all__ = [
    "Aftermath",
    "Diagnostic",
    "EngineName",
    "Event",
    "OutputsKnown",
    "Request",
    "Result",
    "StepFinished",
    "StepStarted",
    "chosen",
    "clear_up",
    "export",
    "import_",
    "keeps_files",
    "left_behind",
    "load_project",
    "outputs",
    "plain_settings",
    "recover",
    "remove",
    "resources",
    "run",
    "setting_names",
    "settings",
    "settings_file",
    "stacks",
]


class EngineName(Enum):
    """Which engine deploys."""

    AUTO = "auto"
    PULUMI = "pulumi"
    EMBEDDED = "embedded"


def chosen(name: EngineName) -> EngineName:
    """Which engine is meant: `auto` is the Pulumi CLI where it is on the PATH. Raises EngineError when it is not."""
    there = shutil.which("pulumi") is not None
    if name is EngineName.AUTO:
        return EngineName.PULUMI if there else EngineName.EMBEDDED
    if name is EngineName.PULUMI and not there:
        raise EngineError("The Pulumi CLI is not on the PATH.", hint="Install it, or use --engine embedded.")
    return name


def run(request: Request, on_event: Callable[[Event], None], using: EngineName = EngineName.EMBEDDED) -> Result:
    """Carry out a preview, up, refresh or destroy, telling `on_event` what happens, one event at a time.

    A failing step or program ends in a result with exit code 1; EngineError means that the run could not be begun
    (no such stack, locked, a missing passphrase) or needs the Pulumi CLI. Either way what was done is in the state.
    What `on_event` raises ends nothing but the telling, and is raised when the run has ended.
    """
    listener = Listener(on_event)
    if using is EngineName.PULUMI:
        from reelstack.engine import automation  # when it is used: the Automation API takes a while to load

        result = automation.run(request, listener, SystemClock())
    else:
        result = deployment.Deployment(request, listener, SystemClock()).run()
    listener.complain()
    return result


def _file(directory: Path, stack: str) -> state.StackFile:
    found = load_project(directory)
    return state.StackFile(state.backend_root(found, os.environ, Path.cwd()), found.name, stack)


def setting_names(project: Path, stack: str) -> set[str]:
    """The keys (`ns:key`) that a stack's settings file, or the project itself, gives values for."""
    return _project.stack_settings(load_project(project), stack).names(load_project(project))


def _known_file(directory: Path, stack: str) -> state.StackFile:
    file = _file(directory, stack)
    if not file.exists():
        raise deployment.unknown_stack(file)
    return file


def settings_file(project: Path, stack: str) -> Path:
    """Where the settings of a stack are: `Pulumi.STACK.yaml` in the directory that Pulumi.yaml names for them."""
    return load_project(project).settings_dir / f"Pulumi.{stack}.yaml"


def plain_settings(directory: Path, stack: str) -> dict[str, str]:
    """A stack's settings that are plain texts, or lists of them as JSON, by their full keys; needs no passphrase."""
    given = _project.stack_settings(load_project(directory), stack).raw
    texts = {key: value for key, value in given.items() if isinstance(value, str)}
    lists = ((key, value) for key, value in given.items() if isinstance(value, list))
    return texts | {key: json.dumps(value) for key, value in lists if all(isinstance(one, str) for one in value)}


def settings(directory: Path, stack: str) -> dict[str, str]:
    """A stack's settings by their full keys, as providers see them: secrets decrypted.

    Raises EngineError for a missing passphrase.
    """
    project = load_project(directory)
    found = _project.stack_settings(project, stack).config(project, {}, secrets.passphrase(os.environ))
    return {key: setting.value for key, setting in found.items()}


def outputs(
    project: Path, stack: str, *, show_secrets: bool = False, using: EngineName = EngineName.EMBEDDED
) -> dict[str, Any]:
    """The stack's outputs; secrets are masked as `[secret]`, or decrypted with the passphrase.

    Raises EngineError for an unknown stack, which names those that exist, and for a missing passphrase.
    """
    if using is EngineName.PULUMI and not keeps_files(project):
        from reelstack.engine import automation  # as above

        return automation.outputs(project, stack, show_secrets=show_secrets)
    found = journal.read(_known_file(project, stack))
    spelt = next((one.get("outputs") or {} for one in found.resources if one["type"] == urn.STACK_TYPE), {})
    if not show_secrets:
        return dict(values.masked(values.from_json(spelt, lambda _: None)))
    vault = secrets.Vault.of(found.secrets_providers, secrets.passphrase(os.environ))
    return dict(values.plain(values.from_json(spelt, vault.decrypt)))


def keeps_files(project: Path) -> bool:
    """Whether the project's state is in files, where either engine reads it."""
    return state.is_file_backend(load_project(project), os.environ)


def resources(project: Path, stack: str) -> list[Mapping[str, Any]]:
    """What the stack's state holds: `type`, `urn` and masked `inputs` and `outputs` of each resource. Needs no keys.

    A state that is not in files is read through the Pulumi CLI. Raises EngineError for an unknown stack, which names
    those that exist.
    """
    held: Iterable[Mapping[str, Any]]
    if keeps_files(project) or shutil.which("pulumi") is None:
        held = journal.read(_known_file(project, stack)).resources
    else:
        from reelstack.engine import automation  # as above

        held = automation.resources(project, stack)
    return [_plain_resource(one) for one in held if not one.get("delete")]


def _plain_resource(held: Mapping[str, Any]) -> Mapping[str, Any]:
    shown = {key: values.masked(values.from_json(held.get(key) or {}, lambda _: None)) for key in ("inputs", "outputs")}
    return {"type": held["type"], "urn": held["urn"], **shown}


def stacks(project: Path) -> list[str]:
    """The names of the project's stacks."""
    return _file(project, "-").others()


def recover(project: Path, stack: str) -> bool:
    """Merge what a killed run left behind and free the stack; whether there was anything. `up` does so by itself."""
    with deployment.recovering(_known_file(project, stack), SystemClock()) as found:
        return found


def left_behind(project: Path, stack: str) -> Aftermath:
    """What killed runs left in a backend of files; of others it is not known. Raises EngineError as reading does."""
    return aftermath.of(_file(project, stack)) if keeps_files(project) else Aftermath()


def clear_up(project: Path, stack: str, forget: Collection[str]) -> None:
    """Remove the locks of runs that are dead, and take these creations (URNs) for never begun."""
    file = _file(project, stack)
    aftermath.unlock(file)
    if forget:
        aftermath.forget(file, forget, SystemClock())


def export(project: Path, stack: str) -> dict[str, Any]:
    """The stack's state as `pulumi stack export` prints it, with its secrets encrypted as they are."""
    return transfer.export(_known_file(project, stack), SystemClock().now())


def import_(project: Path, stack: str, document: Any) -> list[str]:
    """Put an exported state in the place of the stack's own; the URNs of unfinished operations, which are dropped.

    Raises EngineError, with nothing changed, when it is none of this stack's or its secrets cannot be read.
    """
    file, clock = _file(project, stack), SystemClock()
    with file.locked(clock.now()):
        return transfer.take_in(file, document, secrets.passphrase(os.environ), clock.now())


def remove(project: Path, stack: str) -> None:
    """Remove a stack that holds nothing any more. Raises EngineError when it does hold resources."""
    file = _known_file(project, stack)
    with deployment.recovering(file, SystemClock()):
        if file.read().resources:
            raise EngineError(f"The stack {stack} still holds resources.", hint="Run `reelstack destroy` first.")
        file.remove()
