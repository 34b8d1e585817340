"""The user's program as the engine sees it: a child process with two addresses and the configuration."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from reelstack.engine.processes import Child
from reelstack.engine.project import Project, Setting

_CHILD = Path(__file__).with_name("child.py")


@dataclass(frozen=True)
class Addresses:
    """Where the engine listens."""

    monitor: str
    engine: str


def environment(base: Mapping[str, str], project: Project, config: Mapping[str, Setting]) -> dict[str, str]:
    """What the program finds in its environment, as under the Pulumi CLI."""
    return {
        **base,
        "PULUMI_PROJECT": project.name,
        "PULUMI_CONFIG": json.dumps({key: setting.value for key, setting in config.items()}),
        "PULUMI_CONFIG_SECRET_KEYS": json.dumps([key for key, setting in config.items() if setting.secret]),
    }


def start(
    project: Project,
    stack: str,
    addresses: Addresses,
    env: Mapping[str, str],
    *,
    parallel: int,
    preview: bool,
    on_line: Callable[[str], None],
) -> Child:
    """Start the program."""
    runtime = {
        "project": project.name,
        "stack": stack,
        "monitor": addresses.monitor,
        "engine": addresses.engine,
        "parallel": parallel,
        "dry_run": preview,
        "organization": "organization",
        "root_directory": str(project.root),
    }
    # A program that is a directory runs as "." in it, so that its modules are found the same way as by the host.
    entry = "." if project.program.is_dir() else project.program.name
    arguments = ["-P", "-u", str(_CHILD), json.dumps({"runtime": runtime, "entry": entry})]
    child = Child(arguments, cwd=project.directory, env=env)
    child.forward(on_line)
    return child
