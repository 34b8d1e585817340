"""What the engine does with a resource, step by step, calling the provider in this process.

The host keeps the gRPC request in a local variable named `request`, where `reelstack.resources.host` finds the URN;
`_call` does the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pulumi.dynamic import DiffResult, ReadResult, ResourceProvider

Props = dict[str, Any]


@dataclass(frozen=True)
class Request:
    """What the engine's message says that is not in the properties."""

    urn: str
    verb: str


@dataclass(frozen=True)
class Kept:
    """What the engine keeps of a resource."""

    id: str
    inputs: Props
    outputs: Props


@dataclass
class Engine:
    """One resource of a stack, driven as the engine drives it. `created` counts its creations."""

    provider: ResourceProvider
    name: str
    created: int = 0
    urn: str = field(init=False)

    def __post_init__(self) -> None:
        self.urn = f"urn:pulumi:local::reelstack::pulumi-python:dynamic/reelstack:Tested::{self.name}"

    def _call(self, verb: str, *args: Any) -> Any:
        request = Request(self.urn, verb)
        return getattr(self.provider, request.verb)(*args)

    def faults(self, news: Mapping[str, Any], olds: Mapping[str, Any] | None = None) -> dict[str, str]:
        """What `check` finds wrong, by property."""
        return {fault.property: fault.reason for fault in self._call("check", dict(olds or {}), dict(news)).failures}

    def check(self, olds: Props, news: Props) -> Props:
        """The checked inputs; nothing may be wrong with them."""
        result = self._call("check", olds, news)
        assert not result.failures, [(fault.property, fault.reason) for fault in result.failures]
        return dict(result.inputs)

    def diff(self, kept: Kept, news: Props) -> DiffResult:
        """What a run would do, told by `check` with the old inputs and `diff` with the old outputs."""
        found = self._call("diff", kept.id, kept.outputs, self.check(kept.inputs, news))
        assert isinstance(found, DiffResult)
        return found

    def create(self, news: Props) -> Kept:
        """Check without old inputs and create, as for a new resource and for the second half of a replacement."""
        return self.make(self.check({}, news))

    def make(self, checked: Props) -> Kept:
        """Create alone, of inputs that were checked."""
        self.created += 1
        made = self._call("create", dict(checked))
        return Kept(made.id, checked, dict(made.outs))

    def up(self, kept: Kept, news: Props) -> Kept:
        """One run over an existing resource: nothing, an update, or a replacement."""
        found = self.diff(kept, news)
        if not found.changes:
            return kept
        if found.replaces:
            return self.create(news)
        checked = self.check(kept.inputs, news)
        return Kept(kept.id, checked, dict(self._call("update", kept.id, kept.outputs, checked).outs))

    def read(self, kept: Kept) -> ReadResult:
        found = self._call("read", kept.id, kept.outputs)
        assert isinstance(found, ReadResult)
        return found

    def delete(self, id_: str, outputs: Props) -> None:
        self._call("delete", id_, outputs)
