"""`python -m reelstack.emulator --dir DIR --port PORT [--detach]`: serve the local cloud of a folder.

With `--detach` the command returns when the cloud answers, which then lives on by itself and logs to DIR/cloud.log.
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Callable
from pathlib import Path

from reelstack.emulator.folder import CloudStartError

READY = b"ready"


def main() -> int:
    """Parse, then serve."""
    parser = argparse.ArgumentParser(prog="python -m reelstack.emulator", description="The local cloud: loopback only.")
    parser.add_argument("--dir", type=Path, required=True, help="the folder that holds its state and media")
    parser.add_argument("--port", type=int, default=8757, help="0 for any free one")
    parser.add_argument("--detach", action="store_true", help="return when it answers")
    given = parser.parse_args()
    return _detached(given.dir, given.port) if given.detach else _serve(given.dir, given.port, lambda: None)


def _serve(directory: Path, port: int, on_ready: Callable[[], None]) -> int:
    from reelstack.emulator import server

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    try:
        server.run(directory, port, on_ready)
    except CloudStartError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _detached(directory: Path, port: int) -> int:
    """Fork; the parent waits for the child's word and passes its complaint on."""
    directory.mkdir(parents=True, exist_ok=True)
    word, speak = os.pipe()
    if os.fork():
        os.close(speak)
        with os.fdopen(word, "rb") as pipe:
            said = pipe.read()
        if said != READY:
            sys.stderr.write(_last_words(directory))
        return 0 if said == READY else 1
    os.close(word)
    os.setsid()
    log = os.open(directory / "cloud.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for stream in (1, 2):
        os.dup2(log, stream)
    os.close(log)

    def ready() -> None:
        os.write(speak, READY)
        os.close(speak)

    return _serve(directory, port, ready)


def _last_words(directory: Path) -> str:
    lines = (directory / "cloud.log").read_text(errors="replace").splitlines()
    return f"{lines[-1]}\n" if lines else ""


if __name__ == "__main__":
    sys.exit(main())
