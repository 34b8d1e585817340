"""Two engines behind one door: the embedded one, and the Pulumi CLI where it is installed."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from ruamel.yaml import YAML

from engine.playground import Playground, short
from reelstack import engine
from reelstack.engine import project, secrets
from reelstack.errors import EngineError

Said = tuple[str, str, str]


@dataclass(frozen=True)
class Seen:
    """What somebody who ran a command saw."""

    exit_code: int
    operations: list[tuple[str, str]]
    summary: dict[str, int]
    said: list[Said]
    stdout: str = ""


class Driver(Protocol):
    """Runs a recorded command."""

    def run(self, play: Playground, command: Sequence[str], step: int) -> Seen:
        """Carry out a command as the `step`th of its scenario."""


class Embedded:
    """The embedded engine. Configuration is a file that its user edits, so `config set` edits it."""

    def run(self, play: Playground, command: Sequence[str], step: int) -> Seen:
        if command[0] == "config":
            return self._config(play, command)
        if command[0] == "stack":
            return Seen(0, [], {}, [], json.dumps(engine.outputs(play.root, "dev"), indent=2) + "\n")
        operation, *flags = command
        try:
            result = play.run(operation, env={"STEP": str(step)}, **options(flags))
        except EngineError as error:
            return Seen(1, play.operations, {}, [("error", "", str(error))])
        said: list[Said] = [(one.severity, short(one.urn), one.message) for one in play.said if one.severity != "info"]
        return Seen(result.exit_code, play.operations, result.summary, said)

    def _config(self, play: Playground, command: Sequence[str]) -> Seen:
        if command[1] == "set":
            *flags, key, value = command[2:]
            _set(play.root / "Pulumi.dev.yaml", key, value, secret=bool(flags))
            return Seen(0, [], {}, [])
        found = project.load(play.root)
        config = project.stack_settings(found, "dev").config(found, {}, "correct horse")
        shown = {
            key: {"secret": True} if one.secret else {"value": one.value, "secret": False}
            for key, one in config.items()
        }
        return Seen(0, [], {}, [], json.dumps(shown, indent=2) + "\n")


_LISTS = {"--target": "targets", "--replace": "replace", "--exclude": "excludes"}


def options(flags: Sequence[str]) -> dict[str, Any]:
    """A command's flags as the fields of a request."""
    found: dict[str, Any] = {}
    rest = iter(flags)
    for flag in rest:
        if flag in _LISTS:
            found[_LISTS[flag]] = (*found.get(_LISTS[flag], ()), next(rest))
        elif flag == "--target-replace":
            urn = next(rest)
            found |= {name: (*found.get(name, ()), urn) for name in ("targets", "replace")}
        elif flag == "--parallel":
            found["parallel"] = int(next(rest))
        else:
            found[flag.removeprefix("--").replace("-", "_")] = True
    return found


def _set(file: Path, key: str, value: str, *, secret: bool) -> None:
    """Do what `pulumi config set` does to the stack's file."""
    found = YAML(typ="safe").load(file.read_text()) if file.exists() else {"config": {}}  # the CLI's spelling, or ours
    keyring = secrets.Keyring.new("correct horse")
    if secret:
        found["encryptionsalt"] = keyring.salt
    found["config"][f"scenarios:{key}"] = {"secure": keyring.encrypt_text(value)} if secret else value
    file.write_text(json.dumps(found))  # JSON is YAML


class ByTurns:
    """Now one engine, now the other, on the same state: each step goes on where the other engine stopped."""

    def __init__(self, *drivers: Driver) -> None:
        self._drivers = drivers

    def run(self, play: Playground, command: Sequence[str], step: int) -> Seen:
        return self._drivers[step % len(self._drivers)].run(play, command, step)


class PulumiCli:
    """The real thing; its event log says what it did."""

    def run(self, play: Playground, command: Sequence[str], step: int) -> Seen:
        if not play.state_file.exists():
            self._pulumi(play, ["stack", "init", "dev"], step)
        log = play.root / f"events-{step}.jsonl"
        more = []
        if command[0] in ("up", "preview", "refresh", "destroy"):
            changes = command[0] != "preview" and "--preview-only" not in command
            more = ["--event-log", str(log)] + (["--yes", "--skip-preview"] if changes else [])
        done = self._pulumi(play, [*command, "--stack", "dev", *more], step)
        events = [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []
        return Seen(done.returncode, _operations(events), _summary(events), _said(events), done.stdout)

    def _pulumi(self, play: Playground, arguments: Sequence[str], step: int) -> subprocess.CompletedProcess[str]:
        env = {
            **os.environ,
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "PULUMI_HOME": str(play.root / "home"),
            "PULUMI_CONFIG_PASSPHRASE": "correct horse",
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "PULUMI_DEBUG_COMMANDS": "true",
            "THINGS_FILE": str(play.cloud_file),
            "STEP": str(step),
        }
        command = ["pulumi", "--non-interactive", "--color", "never", *arguments]
        return subprocess.run(command, cwd=play.root, env=env, capture_output=True, text=True, check=False)


def _operations(events: list[dict[str, Any]]) -> list[tuple[str, str]]:
    found = []
    for event in events:
        for kind, prefix in (("resourcePreEvent", ""), ("resOpFailedEvent", "failed:")):
            if kind in event:
                metadata = event[kind]["metadata"]
                found.append((prefix + metadata["op"], short(metadata["urn"])))
    return found


def _summary(events: list[dict[str, Any]]) -> dict[str, int]:
    return next((dict(event["summaryEvent"]["resourceChanges"]) for event in events if "summaryEvent" in event), {})


def _said(events: list[dict[str, Any]]) -> list[Said]:
    found = []
    for event in events:
        one = event.get("diagnosticEvent")
        if one and one["severity"] in ("error", "warning"):
            found.append((one["severity"], short(one.get("urn", "")), re.sub(r"<\{%.*?%\}>", "", one["message"])))
    return found
