"""The journal: each finished step is on the disk before the next begins, without rewriting the snapshot.

A `Book` is the stack's state as entries change it, in the checkpoint's spelling; the same code applies an entry
while a run goes on and when a killed run is recovered, so both come to the same state. Whoever merges writes the
new checkpoint's hash into the journal first: after a crash in between, the hashes tell whether it was merged.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from io import FileIO
from pathlib import Path
from threading import Lock
from typing import Any

from reelstack.engine import resource as spelling
from reelstack.engine.resource import Resource
from reelstack.engine.secrets import Vault
from reelstack.engine.state import Deployment, StackFile, writing
from reelstack.errors import EngineError

Json = dict[str, Any]
VERSION = 1
PUT_AWAY = "It may name what that run made: look into it, and move it away to go on without it."


class Book:
    """The state that entries lead to. A ref is `b3` for the snapshot's fourth resource, `n7` for a new one."""

    def __init__(self, deployment: Deployment) -> None:
        self.base: dict[str, Json] = {f"b{index}": dict(found) for index, found in enumerate(deployment.resources)}
        self.news: dict[str, Json] = {}
        self.pending: dict[str, Json] = {
            f"p{index}": dict(found)
            for index, found in enumerate(deployment.pending_operations)
            if found.get("type") == "creating"  # the others are settled by looking at the resource again
        }
        self._renamed: dict[str, str] = {}
        self._start = deployment
        self.secrets_providers = deployment.secrets_providers

    def apply(self, entry: Mapping[str, Any]) -> None:
        """Let one entry change the state."""
        self.secrets_providers = entry.get("secrets_providers", self.secrets_providers)
        for new, old in entry.get("keep", {}).items():
            self.news[new] = self._of(old)[old]
        for ref, found in entry.get("put", {}).items():
            self._of(ref)[ref] = found
        for ref in entry.get("forget", ()):
            self._of(ref).pop(ref, None)
        self.pending |= entry.get("begin", {})
        for key in entry.get("end", ()):
            self.pending.pop(key, None)
        self._renamed |= entry.get("rename", {})

    def _of(self, ref: str) -> dict[str, Json]:
        return self.base if ref.startswith("b") else self.news

    def deployment(self) -> Deployment:
        """The state now: what this run made first, then what it has not touched, each after what it needs."""
        found = [self._with_new_names(one) for one in (*self.news.values(), *self.base.values())]
        return replace(
            self._start,
            resources=tuple(spelling.in_order(found)),
            pending_operations=tuple(self.pending.values()),
            secrets_providers=self.secrets_providers,
        )

    def _with_new_names(self, found: Json) -> Json:
        """Follow aliases: a resource that was renamed is known to its dependents by its new URN."""
        if not self._renamed:
            return found
        new = self._renamed.get
        changed: Json = dict(found)
        for key in ("parent", "deletedWith"):
            if key in found:
                changed[key] = new(found[key], found[key])
        if "dependencies" in found:
            changed["dependencies"] = [new(urn, urn) for urn in found["dependencies"]]
        if "propertyDependencies" in found:
            deps = found["propertyDependencies"].items()
            changed["propertyDependencies"] = {key: [new(urn, urn) for urn in urns or ()] for key, urns in deps}
        return changed


def read(file: StackFile) -> Deployment:
    """The stack's state, with what an unfinished run has done but not merged."""
    start = file.read()
    entries = _entries(file.journal)
    return _replayed(file, start, entries) if entries else start


def recover(file: StackFile, now: datetime) -> bool:
    """Merge what a killed run left behind; whether there was anything. The caller holds the stack's lock."""
    entries = _entries(file.journal)
    if entries:
        deployment = _replayed(file, file.read(), entries)
        if not _is_merged(file, entries):
            _merge(file, deployment, now)
    with writing(file.journal):
        file.journal.unlink(missing_ok=True)
    return bool(entries)


def _entries(path: Path) -> list[Json]:
    """The journal's entries. A last line that was cut off by the crash never happened.

    Raises EngineError for a file that is no journal of ours, or a damaged one: it may hold ids that nothing else has.
    """
    if not path.is_file():
        return []
    try:
        *lines, rest = path.read_bytes().split(b"\n")
        found = [dict(json.loads(line)) for line in lines]
        if found and found[0]["journal"] != VERSION:
            raise EngineError(f"The journal {path} is of a version that this engine does not know.", hint=PUT_AWAY)
    except (ValueError, TypeError, KeyError, OSError) as error:
        raise _damaged(path, error) from error
    with suppress(ValueError, TypeError):
        found.append(dict(json.loads(rest)))
    return found


def _damaged(path: Path, error: Exception) -> EngineError:
    return EngineError(
        f"The journal {path} of a killed run is damaged, or cannot be read ({type(error).__name__}: {error}).",
        hint=PUT_AWAY,
    )


def _replayed(file: StackFile, start: Deployment, entries: list[Json]) -> Deployment:
    if _is_merged(file, entries):
        return start
    if entries[0].get("base") != _hash(file.content()):
        raise EngineError(
            f"The state {file.path} is not the one that the journal {file.journal} of a killed run goes on from.",
            hint=PUT_AWAY,
        )
    book = Book(start)
    try:
        for entry in entries:
            book.apply(entry)
        for one in (found := book.deployment()).resources:
            spelling.check(one)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise _damaged(file.journal, error) from error
    return found


def _is_merged(file: StackFile, entries: list[Json]) -> bool:
    return any(entry.get("merged") == _hash(file.content()) for entry in entries if "merged" in entry)


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _merge(file: StackFile, deployment: Deployment, now: datetime) -> None:
    content = file.encode(deployment, now)
    with writing(file.journal), file.journal.open("ab", buffering=0) as journal:
        _append(journal, {"merged": _hash(content)}, sync=True)
    file.replace(content)


def _append(journal: FileIO, entry: Mapping[str, Any], *, sync: bool) -> None:
    """Add an entry, whole or not at all: what comes after half an entry would not be read."""
    line = json.dumps(entry, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
    before = journal.seek(0, os.SEEK_END)
    try:
        while line:
            line = line[journal.write(line) :]
        if sync:
            os.fsync(journal.fileno())
    except OSError:
        journal.truncate(before)
        raise


class Ledger:
    """The state of one run: resources by ref, every change written down before it counts.

    With `write` false (a preview) nothing reaches the disk. Safe to use from several threads.
    """

    def __init__(self, file: StackFile, deployment: Deployment, vault: Vault, *, write: bool) -> None:
        self._file = file
        self._vault = vault
        self._book = Book(deployment)
        self._write = write
        self._journal: FileIO | None = None
        self._lock = Lock()
        self._made = 0
        self._interrupted = deployment.pending_operations
        self.resources: dict[str, Resource] = {
            ref: spelling.from_json(found, vault) for ref, found in self._book.base.items()
        }

    @property
    def touched(self) -> bool:
        """Whether anything has been written down in this run."""
        return self._journal is not None

    def refs(self) -> list[str]:
        """Every ref, in the order of the snapshot: dependencies first."""
        with self._lock:
            return [*self._book.news, *self._book.base]

    def new(self) -> str:
        """A ref for a resource that is about to be."""
        with self._lock:
            self._made += 1
            return f"n{self._made}"

    def keep(self, ref: str, old: str, resource: Resource) -> None:
        """Take over an old resource under a new ref; written in full only when something about it changed."""
        with self._lock:
            was = self.resources.pop(old)
            self.resources[ref] = resource
            if was == resource:
                self._enter({"keep": {ref: old}, "forget": [old]}, sync=False)
            else:
                self._enter(
                    {"put": {ref: self._spell(resource)}, "forget": [old], **_renaming(was, resource)},
                    sync=True,
                )

    def commit(self, put: Mapping[str, Resource], *, forget: Iterable[str] = (), end: str = "") -> None:
        """Write down what a finished step changed, all of it in one entry."""
        with self._lock:
            gone = list(forget)
            settled = [end] if end else []
            rename: Json = {}
            for ref in gone:
                was = self.resources.pop(ref, None)
                for resource in put.values():
                    rename |= _renaming(was, resource) if was else {}
            self.resources |= put
            spelt = {ref: self._spell(resource) for ref, resource in put.items()}
            try:
                self._enter({"put": spelt, "forget": gone, "end": settled, **rename}, sync=True)
            except EngineError as error:
                raise _unwritten(error, put) from error

    def forget(self, gone: Iterable[str], changed: Mapping[str, Resource]) -> None:
        """Drop resources that turned out to be gone, and write down what else changes with that, all in one entry."""
        with self._lock:
            refs = sorted(gone)
            for ref in refs:
                del self.resources[ref]
            self.resources |= changed
            if refs or changed:
                spelt = {ref: self._spell(resource) for ref, resource in changed.items()}
                self._enter({"put": spelt, "forget": refs}, sync=True)

    def begin(self, key: str, operation: str, resource: Resource) -> None:
        """Note that an operation is under way. Not waited for: it matters to people, not to recovery."""
        with self._lock:
            noted = {"resource": self._spell(resource), "type": operation}
            self._enter({"begin": {key: noted}}, sync=False)

    def failed(self, key: str) -> None:
        """Note that an operation ended without changing anything."""
        with self._lock:
            self._enter({"end": [key]}, sync=False)

    def state(self) -> list[tuple[str, Resource]]:
        """Every ref with what it stands for, dependencies first."""
        return [(ref, self.resources[ref]) for ref in self.refs()]

    def interrupted(self) -> str:
        """A warning of what an earlier run began and never saw the end of, empty when there is nothing."""
        lines = [f"  * {one['resource']['urn']}, interrupted while {one['type']}\n" for one in self._interrupted]
        if not lines:
            return ""
        return (
            f"Attempting to deploy or update resources with {len(lines)} pending operations from previous"
            f" deployment.\n{''.join(lines)}Whether they took effect is not known here: look at the cloud. A refresh"
            " settles all but creations, and forgets those too with --clear-pending-creates."
        )

    def forget_creates(self) -> None:
        """Take creations that were cut off for never made."""
        with self._lock:
            self._enter({"end": [key for key in self._book.pending if key.startswith("p")]}, sync=True)

    def merge(self, now: datetime) -> None:
        """Write the snapshot and drop the journal."""
        with self._lock:
            self._enter({}, sync=False)
            assert self._journal is not None
            self._journal.close()
            self._journal = None
            _merge(self._file, self._book.deployment(), now)
            self._file.journal.unlink(missing_ok=True)

    def _spell(self, resource: Resource) -> Json:
        return spelling.to_json(resource, self._vault) if self._write else {}

    def _enter(self, entry: Json, *, sync: bool) -> None:
        self._book.apply(entry)
        if self._write:
            with writing(self._file.journal):
                _append(self._open(), entry, sync=sync)

    def _open(self) -> FileIO:
        if self._journal is None:
            self._file.journal.parent.mkdir(parents=True, exist_ok=True)
            header: Json = {"journal": VERSION, "base": _hash(self._file.content())}
            if provider := self._vault.provider():
                header["secrets_providers"] = provider
            self._book.apply(header)
            journal = self._file.journal.open("xb", buffering=0)
            try:
                _append(journal, header, sync=True)
            except OSError:  # no entry may come without a header before it
                journal.close()
                self._file.journal.unlink()
                raise
            self._journal = journal
        return self._journal


def _unwritten(error: EngineError, put: Mapping[str, Resource]) -> EngineError:
    """The error of a change that is in no file: says what exists now, since nothing else may remember it."""
    made = "; ".join(f"{one.urn} has the id {one.id}" for one in put.values() if one.custom and one.id)
    return EngineError(f"{error.message} Not written down: {made}." if made else error.message, hint=error.hint)


def _renaming(was: Resource, now: Resource) -> Json:
    return {"rename": {was.urn: now.urn}} if was.urn != now.urn else {}
