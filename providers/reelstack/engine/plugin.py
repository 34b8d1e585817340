"""The dynamic provider host: starts `python -u -m pulumi.dynamic`, speaks ResourceProvider to it.

The only module that makes provider calls. Secrets go out in plain text, since the host accepts none, and what comes
back under the same keys is marked again. A provider that refused is a `ProviderError`; a host that is gone is a
`HostLost`, after which nobody knows whether the call took effect.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

from reelstack.engine import urn as names
from reelstack.engine import values
from reelstack.engine.processes import Child
from reelstack.engine.resource import Resource
from reelstack.errors import EngineError

OPTIONS = (
    ("grpc.max_receive_message_length", 400 * 1024 * 1024),
    ("grpc.max_send_message_length", 400 * 1024 * 1024),
)
_GONE = (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.CANCELLED)


class ProviderError(Exception):
    """A provider raised. The text is what it said, a traceback more often than not."""


class HostLost(Exception):
    """The host went away during a call: whether the call took effect is not known."""


@dataclass(frozen=True)
class Failure:
    """Something that `check` found wrong."""

    property: str
    reason: str


@dataclass(frozen=True)
class Difference:
    """What `diff` found. `changes` is None when the provider left it open."""

    changes: bool | None
    replaces: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    delete_before_replace: bool = False


@dataclass(frozen=True)
class Found:
    """What `read` found; without an id the resource is gone."""

    id: str
    outputs: Mapping[str, Any]
    inputs: Mapping[str, Any]


class Host:
    """A running host."""

    def __init__(self, child: Child, port: int, config: Mapping[str, Any]) -> None:
        self.child = child
        self._channel = grpc.insecure_channel(f"127.0.0.1:{port}", options=OPTIONS)
        self._stub = provider_pb2_grpc.ResourceProviderStub(self._channel)
        self._call("Configure", provider_pb2.ConfigureRequest(args=values.to_struct(config, secrets=False)))

    def close(self) -> None:
        """End the host."""
        self._channel.close()
        self.child.end()

    def check(self, urn: str, olds: values.Properties, news: values.Properties) -> tuple[dict[str, Any], list[Failure]]:
        """The inputs as the provider wants them, and what is wrong with them."""
        request = provider_pb2.CheckRequest(
            urn=urn, name=names.name_of(urn), type=names.type_of(urn), olds=_out(olds), news=_out(news)
        )
        answer = self._call("Check", request)
        failures = [Failure(one.property, one.reason) for one in answer.failures]
        return values.mark_secrets(values.from_struct(answer.inputs), news), failures

    def diff(self, old: Resource, news: values.Properties, ignore_changes: tuple[str, ...] = ()) -> Difference:
        """Compare a resource with new inputs."""
        request = provider_pb2.DiffRequest(
            id=old.id,
            urn=old.urn,
            name=names.name_of(old.urn),
            type=names.type_of(old.urn),
            olds=_out(old.outputs),
            old_inputs=_out(old.inputs),
            news=_out(news),
            ignoreChanges=ignore_changes,
        )
        answer = self._call("Diff", request)
        changes = {answer.DIFF_NONE: False, answer.DIFF_SOME: True}.get(answer.changes)
        return Difference(changes, tuple(answer.replaces), tuple(answer.diffs), answer.deleteBeforeReplace)

    def create(self, urn: str, inputs: values.Properties) -> tuple[str, dict[str, Any]]:
        """Create a resource: its id and outputs."""
        request = provider_pb2.CreateRequest(
            urn=urn, name=names.name_of(urn), type=names.type_of(urn), properties=_out(inputs)
        )
        answer = self._call("Create", request)
        if not answer.id:
            raise ProviderError("the provider returned no id from create")
        return answer.id, values.mark_secrets(values.from_struct(answer.properties), inputs)

    def update(self, old: Resource, inputs: values.Properties, ignore_changes: tuple[str, ...] = ()) -> dict[str, Any]:
        """Update a resource: its new outputs."""
        request = provider_pb2.UpdateRequest(
            id=old.id,
            urn=old.urn,
            name=names.name_of(old.urn),
            type=names.type_of(old.urn),
            olds=_out(old.outputs),
            old_inputs=_out(old.inputs),
            news=_out(inputs),
            ignoreChanges=ignore_changes,
        )
        return values.mark_secrets(values.from_struct(self._call("Update", request).properties), inputs)

    def delete(self, old: Resource) -> None:
        """Delete a resource."""
        request = provider_pb2.DeleteRequest(
            id=old.id,
            urn=old.urn,
            name=names.name_of(old.urn),
            type=names.type_of(old.urn),
            properties=_out(old.outputs),
            old_inputs=_out(old.inputs),
        )
        self._call("Delete", request)

    def read(self, urn: str, id_: str, *, inputs: values.Properties, outputs: values.Properties) -> Found:
        """Look a resource up by its id."""
        request = provider_pb2.ReadRequest(
            id=id_,
            urn=urn,
            name=names.name_of(urn),
            type=names.type_of(urn),
            inputs=_out(inputs),
            properties=_out(outputs),
        )
        answer = self._call("Read", request)
        known = values.mark_secrets(values.from_struct(answer.inputs), inputs) if answer.HasField("inputs") else inputs
        found = values.mark_secrets(values.from_struct(answer.properties), outputs)
        return Found(answer.id, values.mark_secrets(found, known), known)

    def _call(self, method: str, request: Any) -> Any:
        try:
            return getattr(self._stub, method)(request)
        except grpc.RpcError as error:
            if error.code() in _GONE:
                raise HostLost("the provider host went away during this call") from error
            raise ProviderError((error.details() or str(error.code())).rstrip()) from error


def _out(properties: values.Properties) -> Struct:
    return values.to_struct(properties, secrets=False)


def start(
    *,
    engine: str,
    cwd: Path,
    env: Mapping[str, str],
    config: Mapping[str, Any],
    on_line: Callable[[str], None],
) -> Host:
    """Start the host for providers of a program in `cwd`; `engine` is the address it may log to."""
    child = Child(["-u", "-m", "pulumi.dynamic", engine], cwd=cwd, env=env)
    said = child.first_line()
    child.forward(on_line)
    if not said.isdigit():
        child.end()
        raise EngineError(f"The dynamic provider host did not start. It said: {said or 'nothing'}.")
    try:
        return Host(child, int(said), config)
    except (HostLost, ProviderError) as error:
        child.end()
        raise EngineError(f"The dynamic provider host could not be configured: {error}") from error
