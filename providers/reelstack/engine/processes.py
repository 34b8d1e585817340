"""Child processes that never outlive the engine: own process group, and a signal when the engine dies.

Used by `plugin` (the dynamic provider host) and `program` (the user's program). A small first program arms the
death signal, which survives its exec into the real one, so the real command line stays as Pulumi has it.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Thread
from typing import IO

# An engine started in the background ignores SIGINT; its children must not inherit that.
# PR_SET_PDEATHSIG is 1; where there is no prctl the process group must do.
_LAUNCH = """
import ctypes, os, signal, sys
signal.signal(signal.SIGINT, signal.SIG_DFL)
try:
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)
except (AttributeError, OSError):
    pass
if os.getppid() == int(sys.argv[1]):
    os.execv(sys.argv[2], sys.argv[2:])
"""


class Child:
    """A running child. Its standard output and error go line by line to a function."""

    def __init__(self, arguments: Sequence[str], *, cwd: Path, env: Mapping[str, str]) -> None:
        launch = [sys.executable, "-I", "-S", "-c", _LAUNCH, str(os.getpid()), sys.executable, *arguments]
        self.process = subprocess.Popen(  # noqa: S603 - our own interpreter, our own arguments
            launch,
            cwd=cwd,
            env=dict(env),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            process_group=0,
        )
        self._readers: list[Thread] = []

    def first_line(self) -> str:
        """The first line of standard output; empty when the child ended without one."""
        assert self.process.stdout is not None
        return self.process.stdout.readline().decode(errors="replace").strip()

    def forward(self, on_line: Callable[[str], None]) -> None:
        """Hand every further line of either stream to a function, from threads of their own."""
        for stream in (self.process.stdout, self.process.stderr):
            assert stream is not None
            reader = Thread(target=_pump, args=(stream, on_line), daemon=True)
            reader.start()
            self._readers.append(reader)

    def send(self, number: signal.Signals) -> None:
        """Send a signal to the child and whatever it started."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)

    def wait(self, timeout: float | None = None) -> int | None:
        """The exit code, None when the child still runs after the timeout (seconds)."""
        try:
            return self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            return None

    def end(self) -> None:
        """Make sure that the child and its group are gone, and all that it said has been handed on."""
        self.send(signal.SIGKILL)
        self.process.wait()
        for reader in self._readers:
            reader.join(timeout=2)
        for stream in (self.process.stdout, self.process.stderr):
            if stream is not None and not self._readers:
                stream.close()


def _pump(stream: IO[bytes], on_line: Callable[[str], None]) -> None:
    with stream:
        for line in stream:
            if text := line.decode(errors="replace").rstrip():
                on_line(text)
