"""What a killed run left behind in a backend of files, and how it is cleared up.

That is the lock of a Pulumi CLI that runs no more, and creations of which nobody saw the end: both engines warn of
them at every run until somebody says that they are known about. What may be forgotten is for the caller to decide,
through the package's front; our own locks and the journal need nobody's word (see `state` and `journal`).
"""

from __future__ import annotations

import fcntl
import os
import socket
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from reelstack.clock import Clock
from reelstack.engine import journal
from reelstack.engine.state import StackFile, foreign_holder, writing


@dataclass(frozen=True)
class Aftermath:
    """`locks` are the dead runs that still hold the stack, in words; `creating` has the type of each cut-off creation
    by its URN; `held` are the URNs among them that the stack has something for.
    """

    locks: tuple[str, ...] = ()
    creating: Mapping[str, str] = field(default_factory=dict)
    held: frozenset[str] = frozenset()


def of(file: StackFile) -> Aftermath:
    """What is left of killed runs, nothing while another run may go on. Raises EngineError for an unreadable state."""
    if any(_is_held(path) for path in file.locks.glob("*.json")):
        return Aftermath()
    locks = tuple(_told(holder) for _, holder in _dead(file))
    if not file.exists():
        return Aftermath(locks)
    found = journal.read(file)
    cut_off = [one["resource"] for one in found.pending_operations if one["type"] == "creating"]
    held = {one["urn"] for one in found.resources if not one.get("delete")}
    creating = {one["urn"]: one["type"] for one in cut_off}
    return Aftermath(locks, creating, frozenset(held & creating.keys()))


def unlock(file: StackFile) -> None:
    """Remove the locks of processes of this machine that run no more, as `pulumi cancel` does."""
    for path, _ in _dead(file):
        with writing(path):
            path.unlink(missing_ok=True)
            path.with_name(f"{path.name}.attrs").unlink(missing_ok=True)


def forget(file: StackFile, urns: Collection[str], clock: Clock) -> None:
    """Take the creations of these for never begun. Raises EngineError when the stack is locked."""
    with file.locked(clock.now()):
        journal.recover(file, clock.now())
        found = file.read()
        kept = [one for one in found.pending_operations if not _is_creation_of(one, urns)]
        file.replace(file.encode(replace(found, pending_operations=tuple(kept)), clock.now()))


def _is_creation_of(operation: Mapping[str, Any], urns: Collection[str]) -> bool:
    return operation["type"] == "creating" and operation["resource"]["urn"] in urns


def _dead(file: StackFile) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    for path in sorted(file.locks.glob("*.json")):
        holder = foreign_holder(path)
        if holder and _is_dead(holder):
            yield path, holder


def _is_held(path: Path) -> bool:
    """Whether a run that may still go on has this lock."""
    try:
        if holder := foreign_holder(path):
            return not _is_dead(holder)
        with path.open() as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except OSError:  # held, or not to be read, which says nothing of whether it is held
        return True
    return False


def _is_dead(holder: Mapping[str, Any]) -> bool:
    return holder.get("hostname") == socket.gethostname() and not _runs(holder.get("pid"))


def _runs(pid: object) -> bool:
    """Whether there is such a process; true where that cannot be known."""
    if not isinstance(pid, int) or pid <= 0:
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        pass
    return True


def _told(holder: Mapping[str, Any]) -> str:
    return f"{holder.get('username', '?')}, process {holder.get('pid')}, since {holder.get('timestamp', '?')}"
