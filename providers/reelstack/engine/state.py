"""The file backend: where stacks lie, who holds one, how a checkpoint is read and replaced.

The layout is Pulumi's own (`.pulumi/stacks/PROJECT/STACK.json` beside `.bak` and `.attrs`, `history/`, `locks/`),
so that either engine can go on where the other stopped. Every file is replaced atomically.
"""

from __future__ import annotations

import base64
import fcntl
import getpass
import hashlib
import json
import os
import socket
import uuid
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from reelstack.engine import resource
from reelstack.engine.project import Project
from reelstack.engine.values import NEEDS_CLI
from reelstack.errors import EngineError

VERSION = "3.260.0"  # the Pulumi release whose checkpoint this engine writes
FILE = "file://"


def backend_url(project: Project, env: Mapping[str, str]) -> str:
    """Where the project keeps its state: PULUMI_BACKEND_URL, else the project's `backend.url`, else the home."""
    return env.get("PULUMI_BACKEND_URL") or project.backend_url or "file://~"


def is_file_backend(project: Project, env: Mapping[str, str]) -> bool:
    """Whether the state is in files."""
    return backend_url(project, env).startswith(FILE)


def backend_root(project: Project, env: Mapping[str, str], cwd: Path) -> Path:
    """The directory that holds `.pulumi`.

    A relative `file://` URL is relative to the working directory, as with the Pulumi CLI (which changes into the
    project's when told `-C`). Raises EngineError for any other kind of backend.
    """
    url = backend_url(project, env)
    if not url.startswith(FILE):
        raise EngineError(f"The embedded engine keeps state in files, not at {url.split('?')[0]}.", hint=NEEDS_CLI)
    path = Path(unquote(url.removeprefix(FILE).split("?")[0]))
    return (cwd / path.expanduser()).resolve()


@dataclass(frozen=True)
class Deployment:
    """What a checkpoint holds, still in its own spelling."""

    resources: tuple[Mapping[str, Any], ...] = ()
    secrets_providers: Mapping[str, Any] | None = None
    pending_operations: tuple[Mapping[str, Any], ...] = ()
    rest: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, latest: Any) -> Deployment:
        """Read what a checkpoint has under `latest`, an export under `deployment`.

        Raises TypeError or ValueError when it is none.
        """
        _check_shape(latest)
        return cls(
            resources=tuple(latest.get("resources") or ()),
            secrets_providers=latest.get("secrets_providers"),
            pending_operations=tuple(latest.get("pending_operations") or ()),
            rest={key: value for key, value in latest.items() if key not in _KNOWN},
        )


def _mapping(found: Any, what: str) -> dict[str, Any]:
    if not isinstance(found, dict):
        raise TypeError(f"{what} is no mapping")
    return found


def _check_shape(found: Any) -> None:
    latest = _mapping(found, "its deployment")
    for key, kind in (("resources", list), ("pending_operations", list), ("secrets_providers", dict)):
        if not isinstance(latest.get(key) or kind(), kind):
            raise TypeError(f"its {key} cannot be {latest[key]!r}")
    _mapping((latest.get("secrets_providers") or {}).get("state") or {}, "the state of its secrets_providers")
    for one in latest.get("resources") or ():
        resource.check(one)
    for one in latest.get("pending_operations") or ():
        operation = _mapping(one, "a pending operation")
        if not isinstance(operation.get("type"), str):
            raise TypeError(f"the type of a pending operation cannot be {operation.get('type')!r}")
        resource.check(operation.get("resource"))


class StackFile:
    """One stack's files in a backend."""

    def __init__(self, root: Path, project: str, stack: str) -> None:
        self.project = project
        self.stack = stack
        self._base = root / ".pulumi"
        self.path = self._base / "stacks" / project / f"{stack}.json"
        self.journal = self._base / "journals" / project / f"{stack}.jsonl"
        self.locks = self._base / "locks" / "organization" / project / stack
        self._history = self._base / "history" / project / stack

    def exists(self) -> bool:
        """Whether the stack has been created."""
        return self.path.is_file()

    def others(self) -> list[str]:
        """The project's stacks."""
        return sorted(path.stem for path in self.path.parent.glob("*.json"))

    def content(self) -> bytes:
        """The checkpoint as it lies there."""
        return self.path.read_bytes()

    def read(self) -> Deployment:
        """Read the checkpoint. Raises EngineError when it is not one that this engine understands."""
        try:
            found = _mapping(json.loads(self.content()), "it")
            known = found.get("version") == 3 and not found.get("features")
            latest = _mapping(found.get("checkpoint"), "its checkpoint").get("latest") if known else None
            deployment = Deployment.of(latest or {})
        except (TypeError, ValueError, RecursionError, OSError) as error:
            raise EngineError(
                f"The state {self.path} cannot be read: {error}", hint=f"Its last copy is {self.path}.bak."
            ) from error
        if not known:
            raise EngineError(f"The state {self.path} is of a version that this engine does not know.", hint=NEEDS_CLI)
        self._check_owner(deployment)
        return deployment

    def _check_owner(self, deployment: Deployment) -> None:
        """Another stack's state would be deleted, resource by resource, for not being in this one's program."""
        for one in deployment.resources:
            if not one["urn"].startswith(f"urn:pulumi:{self.stack}::{self.project}::"):
                raise EngineError(
                    f"The state {self.path} holds {one['urn']}, which is not of {self.stack} of {self.project}.",
                    hint=f"Its last copy is {self.path}.bak; to rename a stack, use `pulumi stack rename`.",
                )

    def encode(self, deployment: Deployment, now: datetime) -> bytes:
        """The checkpoint's bytes for a deployment."""
        latest = self.latest(deployment, now)
        checkpoint = {"stack": f"organization/{self.project}/{self.stack}", "latest": latest}
        return json.dumps({"version": 3, "checkpoint": checkpoint}, ensure_ascii=False, separators=(",", ":")).encode()

    def latest(self, deployment: Deployment, now: datetime) -> dict[str, Any]:
        """A deployment in the checkpoint's spelling."""
        latest: dict[str, Any] = {"manifest": {"time": stamp(now), "magic": magic(VERSION), "version": VERSION}}
        if deployment.secrets_providers:
            latest["secrets_providers"] = deployment.secrets_providers
        if deployment.resources:
            latest["resources"] = list(deployment.resources)
        if deployment.pending_operations:
            latest["pending_operations"] = list(deployment.pending_operations)
        return latest | dict(deployment.rest or {"metadata": {}})

    def remove(self) -> None:
        """Take the stack out of the backend; the last checkpoint stays as `.bak`, as with the Pulumi CLI."""
        write_atomically(self.path.with_suffix(".json.bak"), self.content())
        self.path.with_suffix(".json.attrs").unlink(missing_ok=True)
        self.path.unlink()

    def replace(self, content: bytes) -> None:
        """Put a new checkpoint in place, keeping the last one as `.bak`."""
        self._ensure_layout()
        if self.exists():
            write_atomically(self.path.with_suffix(".json.bak"), self.content())
        write_atomically(self.path, content)
        write_atomically(self.path.with_suffix(".json.attrs"), _attributes(content))

    def _ensure_layout(self) -> None:
        """Mark a new backend as one of stacks within projects; an old one of bare stacks is not for us."""
        meta = self._base / "meta.yaml"
        if meta.exists():
            return
        if any((self._base / "stacks").glob("*.json")):
            raise EngineError(f"{self._base} has Pulumi's old layout.", hint="Run `pulumi state upgrade` once.")
        write_atomically(meta, b"version: 1\n")

    def record(self, update: Mapping[str, Any], now: datetime) -> None:
        """Add a finished update to the history, with a copy of the state it left."""
        name = f"{self.stack}-{int(now.timestamp() * 1e6)}000"
        write_atomically(self._history / f"{name}.history.json", json.dumps(update, ensure_ascii=False).encode())
        write_atomically(self._history / f"{name}.checkpoint.json", self.content())

    @contextmanager
    def locked(self, now: datetime) -> Iterator[None]:
        """Hold the stack. Raises EngineError that names the holder when somebody else does.

        Our own lock files are held with flock as well: one that nobody holds was left by a killed run, or by one that
        could not write the checkpoint, and is taken over. One without our mark is the Pulumi CLI's, and only
        `pulumi cancel` may remove it.
        """
        path = self.locks / f"{uuid.uuid4()}.json"
        with ExitStack() as held:
            with writing(path):
                self._put_lock(path, held, now)
            try:
                others = [one for one in sorted(self.locks.glob("*.json")) if one != path]
                for other in others:
                    self._refuse_holder(other)
            except BaseException:
                path.unlink(missing_ok=True)
                raise
            try:
                for other in others:
                    other.unlink(missing_ok=True)
                yield
            finally:
                if not self.journal.exists():  # else what was done is not in the checkpoint: keep the CLI away from it
                    path.unlink(missing_ok=True)

    def _put_lock(self, path: Path, held: ExitStack, now: datetime) -> None:
        """Put a lock file there, whole and held: an empty one, of a run killed just then, would never be taken over."""
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = self.locks.with_name(f"{path.stem}.new")  # beside the locks: the CLI takes any file among them for one
        try:
            lock = held.enter_context(draft.open("xb", buffering=0))
            fcntl.flock(lock, fcntl.LOCK_EX)
            lock.write(json.dumps(_holder(now)).encode())
            draft.rename(path)
        finally:
            draft.unlink(missing_ok=True)

    def _refuse_holder(self, path: Path) -> None:
        """Raise EngineError unless this lock is one of ours that nobody holds any more."""
        try:
            with path.open() as lock:
                holder = _holder_in(lock.read())
                if holder.get("engine") == ENGINE:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    return
        except FileNotFoundError:
            return
        except (OSError, ValueError):
            holder = _peek(path)
        raise EngineError(
            f"The stack {self.stack} is locked by {holder.get('username', '?')}@{holder.get('hostname', '?')}"
            f" (pid {holder.get('pid', '?')}) since {holder.get('timestamp', '?')}: {path}.",
            hint="Wait for that run to end. If it was killed, `pulumi cancel` removes its lock, or delete the file."
            if holder.get("engine") != ENGINE
            else "Wait for that run to end.",
        )


_KNOWN = frozenset({"manifest", "secrets_providers", "resources", "pending_operations"})
ENGINE = "reelstack"


def _holder(now: datetime) -> dict[str, Any]:
    return {
        "pid": os.getpid(),
        "username": _user(),
        "hostname": socket.gethostname(),
        "timestamp": stamp(now),
        "engine": ENGINE,
    }


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container may run under a user id without a name
        return str(os.getuid())


def _peek(path: Path) -> dict[str, Any]:
    """Who holds a lock, as far as it can be read: it may be just being written."""
    try:
        return _holder_in(path.read_text())
    except (OSError, ValueError):
        return {"engine": ENGINE}


def _holder_in(text: str) -> dict[str, Any]:
    found = json.loads(text)
    return found if isinstance(found, dict) else {}


def foreign_holder(path: Path) -> dict[str, Any]:
    """Who holds a lock that is not ours; empty for one of ours."""
    holder = _peek(path)
    return {} if holder.get("engine") == ENGINE else holder


def stamp(now: datetime) -> str:
    """A time as Pulumi writes it."""
    return now.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def magic(version: str) -> str:
    """The manifest's proof of integrity: a hash over the version."""
    return hashlib.sha256(version.encode()).hexdigest()


def _attributes(content: bytes) -> bytes:
    """The sidecar that Pulumi's file store keeps for each file."""
    empty = ("cache_control", "content_disposition", "content_encoding", "content_language")
    found: dict[str, Any] = {f"user.{name}": "" for name in empty}
    found["user.content_type"] = "text/plain; charset=utf-8"
    found["user.metadata"] = None
    found["md5"] = base64.b64encode(hashlib.md5(content, usedforsecurity=False).digest()).decode()
    return json.dumps(found, separators=(",", ":")).encode()


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Say of a full disk, or of a place that cannot be written, what the user can do about it."""
    try:
        yield
    except OSError as error:
        raise EngineError(
            f"The state cannot be written: {path}: {error.strerror or error}.",
            hint="Make room, or the directory writable, and run again; what was there before is unchanged.",
        ) from error


def write_atomically(path: Path, content: bytes) -> None:
    """Write a file so that a reader, or a crash, sees either the old one or the new one, whole.

    Raises EngineError when it cannot be written; then the old one is still there.
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with draft.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path)
        except OSError:
            draft.unlink(missing_ok=True)
            raise
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
