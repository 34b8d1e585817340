"""Starts, finds and stops the local cloud of a folder: a process of its own that outlives the one that started it."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from reelstack.clock import Clock, SystemClock
from reelstack.emulator.folder import CloudStartError, locked

__all__ = ["DEFAULT_PORT", "CloudStartError", "Status", "start", "status", "stop"]

DEFAULT_PORT = 8757
_ANSWER_SECONDS = 3.0
_START_SECONDS = 60.0
_STOP_SECONDS = 15.0


@dataclass(frozen=True)
class Status:
    """A local cloud that runs. The credentials are fixed and worthless."""

    url: str
    region: str
    access_key_id: str
    access_key_secret: str
    huawei_access_key: str
    huawei_secret_key: str
    huawei_project_id: str
    pid: int
    version: str
    directory: Path


def start(directory: Path, port: int | None = None) -> Status:
    """Start the folder's local cloud and wait until it answers; one that runs already is left as it is.

    `port` 0 takes any free one, None the folder's last one; at first that is `DEFAULT_PORT`, or any free one when
    another folder's cloud has it. Raises `CloudStartError`.
    """
    running = status(directory)
    if running:
        return running
    directory.mkdir(parents=True, exist_ok=True)
    chosen = _last_port(directory) if port is None else port
    command = [
        sys.executable,
        "-P",  # the folder in which the user happens to stand must not shadow the standard library
        "-m",
        "reelstack.emulator",
        "--dir",
        str(directory.resolve()),
        "--port",
        str(chosen),
        "--detach",
    ]
    try:
        launched = subprocess.run(  # noqa: S603 - our own module, in our own interpreter
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_START_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise CloudStartError(f"The local cloud did not start in time: see {directory / 'cloud.log'}.") from error
    if launched.returncode:
        # Another start may have been faster; then its cloud is ours too.
        running = status(directory)
        if running:
            return running
        raise CloudStartError(
            launched.stderr.strip() or f"The local cloud did not start: see {directory / 'cloud.log'}."
        )
    running = status(directory)
    if running is None:
        raise CloudStartError(f"The local cloud started but does not answer: see {directory / 'cloud.log'}.")
    return running


def stop(directory: Path, clock: Clock | None = None) -> bool:
    """Stop the folder's local cloud and wait until it is gone; false when none was running."""
    clock = clock or SystemClock()
    running = status(directory)
    if running is None:
        return False
    os.kill(running.pid, signal.SIGTERM)
    deadline = clock.monotonic() + _STOP_SECONDS
    while locked(directory):
        if clock.monotonic() > deadline:
            os.kill(running.pid, signal.SIGKILL)
            deadline = clock.monotonic() + _STOP_SECONDS
        clock.sleep(0.02)
    return True


def status(directory: Path) -> Status | None:
    """The local cloud that runs in the folder; None when there is none, whatever an old cloud.json may say."""
    try:
        described = json.loads((directory / "cloud.json").read_text())
        found = Status(**described, directory=directory.resolve())
    except (OSError, ValueError, TypeError):
        return None
    answer = _ask(found.url)
    same = answer.get("pid") == found.pid and answer.get("directory") == str(found.directory)
    return found if same else None


def _ask(url: str) -> dict[str, Any]:
    """What answers there says of itself; empty when nothing answers, or something else does."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=_ANSWER_SECONDS)
    try:
        connection.request("GET", "/_control/status")
        answer = json.loads(connection.getresponse().read())
    except (OSError, ValueError, http.client.HTTPException):
        return {}
    finally:
        connection.close()
    return answer if isinstance(answer, dict) else {}


def _last_port(directory: Path) -> int:
    try:
        return int((directory / "port").read_text())
    except (OSError, ValueError):
        return DEFAULT_PORT if _is_free(DEFAULT_PORT) else 0


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0
