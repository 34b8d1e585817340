"""The lock on the folder of a local cloud: one process at a time, known to the one who starts it and to the server.

Apart from `server`, because the command line asks for it at every start and needs nothing of what serves.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class CloudStartError(RuntimeError):
    """The local cloud cannot be started; the message says why and what to do."""


@contextmanager
def lock(directory: Path) -> Iterator[None]:
    """Hold the folder. Raises `CloudStartError` when another process does."""
    with (directory / "lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise CloudStartError(
                f"Another local cloud runs in {directory}: stop it first, or use another folder."
            ) from error
        yield


def locked(directory: Path) -> bool:
    """Whether a local cloud runs in the folder, be it one that does not answer."""
    try:
        with lock(directory):
            return False
    except CloudStartError:
        return True
