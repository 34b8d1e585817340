"""The identity of a stack: a random id made once and kept in the stack's own state.

Tokens and markers carry it, so that two stacks of the same name in one account never take each other's videos.
It is a resource because the engine's state is the one place that every backend keeps and no second file can lose.
"""

from __future__ import annotations

import secrets
import weakref
from typing import Any

import pulumi
from pulumi.dynamic import CreateResult, DiffResult, Resource
from pulumi.runtime import get_root_resource

from reelstack.resources import bridge

RESOURCE_NAME = "reelstack"

_identities: weakref.WeakKeyDictionary[pulumi.Resource, StackIdentity] = weakref.WeakKeyDictionary()


class StackIdentityProvider(bridge.Provider):
    """Makes a random id, once."""

    def diff(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> DiffResult:
        """An identity never changes."""
        return DiffResult(changes=False)

    def create(self, _props: dict[str, Any]) -> CreateResult:
        """Draw the id: 128 random bits, twenty-four of whose digits are enough for us and short enough for markers."""
        drawn = secrets.token_hex(12)
        bridge.STASH.intend(drawn)  # nothing was made for this stack before
        return CreateResult(drawn, {"stack_id": drawn})


class StackIdentity(Resource, module="reelstack", name="StackIdentity"):
    """The identity of a stack. Programs do not declare it: the first resource of ours does."""

    stack_id: pulumi.Output[str]

    def __init__(self, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(StackIdentityProvider(), RESOURCE_NAME, {"stack_id": None}, opts)


def of_stack() -> StackIdentity:
    """The identity of the stack that the running program declares; one per run."""
    root = get_root_resource()
    if root is None:
        return StackIdentity()
    if root not in _identities:
        _identities[root] = StackIdentity(pulumi.ResourceOptions(parent=root))
    return _identities[root]
