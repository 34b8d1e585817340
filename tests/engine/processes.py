"""Engine processes for tests that kill or interrupt them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.playground import Playground

COMMAND = Path(__file__).with_name("command.py")


@contextmanager
def started(play: Playground, operation: str, *more: str) -> Iterator[subprocess.Popen[str]]:
    """The engine at work on a playground; its events come line by line on standard output."""
    command = [sys.executable, str(COMMAND), str(play.root), operation, *more]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def children_of(pid: int) -> list[int]:
    """The processes that a process started."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except FileNotFoundError:
            continue
        if int(fields[1]) == pid:
            found.append(int(path.parent.name))
    return found
