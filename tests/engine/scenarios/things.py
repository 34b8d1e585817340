"""A tiny dynamic resource over a JSON file: the cloud against which the engine's behaviour was recorded.

Its module name and its provider class are in the recorded states. `THINGS_FILE` names the file. A label can ask for
trouble: `bad` fails the check, `explode` create and update, `sticky` the delete, `unreadable` the read. `wait:FIFO`
makes create touch `FIFO.waiting` and go on when something is written to the named pipe beside the cloud's file.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pulumi
from pulumi.dynamic import (
    CheckFailure,
    CheckResult,
    CreateResult,
    DiffResult,
    ReadResult,
    Resource,
    ResourceProvider,
    UpdateResult,
)

FIELDS = ("label", "size", "kind", "note")


def _path() -> Path:
    return Path(os.environ["THINGS_FILE"])


@contextmanager
def _cloud() -> Iterator[dict[str, Any]]:
    """The cloud, for one caller at a time across threads and processes; written back whatever happens,
    and whole: a test may kill this process.
    """
    with _path().with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        empty = {"next": 1, "things": {}, "calls": []}
        cloud = json.loads(_path().read_text()) if _path().exists() else empty
        try:
            yield cloud
        finally:
            draft = _path().with_suffix(".new")
            draft.write_text(json.dumps(cloud, indent=1))
            draft.replace(_path())


def _outputs(props: dict[str, Any], id_: str) -> dict[str, Any]:
    return {**{key: value for key, value in props.items() if key != "__provider"}, "address": f"addr/{id_}"}


def _wait(label: str) -> None:
    if label.startswith("wait:"):
        pipe = _path().with_name(label.removeprefix("wait:"))
        pipe.with_suffix(".waiting").touch()
        with pipe.open() as opened:
            opened.read()


class ThingProvider(ResourceProvider):
    """The provider; pickled by reference, as the recorded states have it."""

    serialize_as_secret_always = False

    def check(self, _olds: dict[str, Any], news: dict[str, Any]) -> CheckResult:
        bad = [CheckFailure("label", "'bad' is not an allowed label")] if news.get("label") == "bad" else []
        return CheckResult({**news}, bad)

    def diff(self, _id: str, olds: dict[str, Any], news: dict[str, Any]) -> DiffResult:
        replaces = ["kind"] if olds.get("kind") != news.get("kind") else []
        changed = bool(replaces) or any(olds.get(key) != news.get(key) for key in ("label", "size", "note"))
        exclusive = news.get("kind") == "exclusive"
        return DiffResult(changes=changed, replaces=replaces, delete_before_replace=exclusive)

    def create(self, props: dict[str, Any]) -> CreateResult:
        _wait(str(props.get("label")))
        with _cloud() as cloud:
            if props.get("label") == "explode":
                raise Exception("the cloud refused label 'explode'")  # noqa: TRY002 - as it was recorded
            id_ = f"thing-{cloud['next']}"
            cloud["next"] += 1
            cloud["calls"].append(["create", id_, props.get("label")])
            cloud["things"][id_] = {key: props.get(key) for key in FIELDS}
            return CreateResult(id_, _outputs(props, id_))

    def read(self, id_: str, _props: dict[str, Any]) -> ReadResult:
        with _cloud() as cloud:
            thing = cloud["things"].get(id_)
        if thing is None:
            return ReadResult(None, {})
        if thing["label"] == "unreadable":
            raise Exception("the cloud cannot show label 'unreadable'")  # noqa: TRY002 - as it was recorded
        inputs = {key: value for key, value in thing.items() if value is not None}
        return ReadResult(id_, {**inputs, "address": f"addr/{id_}"}, inputs)

    def update(self, id_: str, _olds: dict[str, Any], news: dict[str, Any]) -> UpdateResult:
        with _cloud() as cloud:
            cloud["calls"].append(["update", id_, news.get("label")])
            if news.get("label") == "explode":
                raise Exception("the cloud refused label 'explode'")  # noqa: TRY002 - as it was recorded
            cloud["things"][id_] = {key: news.get(key) for key in FIELDS}
            return UpdateResult(_outputs(news, id_))

    def delete(self, id_: str, props: dict[str, Any]) -> None:
        with _cloud() as cloud:
            cloud["calls"].append(["delete", id_, props.get("label")])
            if props.get("label") == "sticky":
                raise Exception("the cloud refuses to delete label 'sticky'")  # noqa: TRY002 - as it was recorded
            cloud["things"].pop(id_, None)


class Thing(Resource, name="Thing"):
    """One thing in the cloud."""

    label: pulumi.Output[str]
    size: pulumi.Output[int | None]
    address: pulumi.Output[str]

    def __init__(
        self,
        name: str,
        label: pulumi.Input[str],
        size: int | None = None,
        kind: str | None = None,
        note: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        given = {"size": size, "kind": kind, "note": note}
        props = {
            "label": label,
            "address": None,
            **{key: one for key, one in given.items() if one is not None},
        }
        super().__init__(ThingProvider(), name, props, opts)


class Group(pulumi.ComponentResource):
    """A component that does nothing but be a parent."""

    def __init__(self, name: str, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("things:index:Group", name, None, opts)
