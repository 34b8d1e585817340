"""Taking over what is there already, and keeping it: `adopt_id` and `on_delete`, the same for every resource.

The engine's own import does not work for dynamic resources. What was adopted is kept when it is no longer declared,
unless `on_delete: delete` says otherwise; what we made is deleted, unless `on_delete: retain` does.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from pulumi.dynamic import CheckFailure

from reelstack.errors import ConfigError
from reelstack.resources import bridge, host

RETAIN, DELETE = "retain", "delete"


class Args(Protocol):
    """What the arguments of every resource have of it."""

    @property
    def adopt_id(self) -> str | None:
        """The id of what is taken over."""

    @property
    def on_delete(self) -> str | None:
        """What to do with it in the end."""


def props(args: Args) -> dict[str, str]:
    """The arguments as properties, those that are given."""
    given = {"adopt_id": args.adopt_id, "on_delete": args.on_delete}
    return {key: value for key, value in given.items() if value is not None}


FREE = "Take adopt_id out, or give the id of something that no stack holds."
# The state may hold both by now: without its adopt_id alone, what adopted holds the id still.
SOLE = "Take the one that has adopted it out of the stack, not its adopt_id alone: nothing is deleted by that."


def require_free(id_: str) -> None:
    """Raise ConfigError when another resource of the stack holds this id."""
    if said := _taken(id_):
        raise ConfigError(f"adopt_id: {said}", hint=FREE)


def require_sole(id_: str, olds: Mapping[str, Any], what: str) -> None:
    """Raise ConfigError when two resources of the stack hold this id because one of them has adopted it.

    The engine asks about them in any order, or at once: who is asked has noted to hold it (`Stash.keep`) before it
    looks here for the other, so that one of them at least finds the other.
    """
    urn, adopted = host.urn(), bool(olds.get("adopted"))
    if adopted:
        bridge.STASH.take_over(urn, id_)
    other = bridge.STASH.taker(urn, id_) or (bridge.STASH.holder(urn, id_) if adopted else None)
    if urn and other:  # without the URN nobody can be told from another
        raise ConfigError(f"{what} belongs to {host.name_of(other)} of this stack as well, by adopt_id.", hint=SOLE)


def faults(id_: str) -> list[CheckFailure]:
    """What is wrong with taking over this id, as far as this run has seen what the stack holds."""
    if said := _taken(id_):
        return [CheckFailure("adopt_id", f"{said} {FREE}")]
    bridge.STASH.take_over(host.urn(), id_)
    return []


def _taken(id_: str) -> str:
    other = bridge.STASH.holder(host.urn(), id_) or bridge.STASH.taker(host.urn(), id_)
    return f"{id_} belongs to {host.name_of(other)} of this stack already." if other else ""


def fact(adopted: bool) -> dict[str, bool]:
    """What the state remembers of an adoption, also when `adopt_id` is no longer declared."""
    return {"adopted": True} if adopted else {}


def kept_otherwise(olds: Mapping[str, Any], news: Mapping[str, Any]) -> bool:
    """Whether `on_delete` changed: the state must know it before the end."""
    return olds.get("on_delete") != news.get("on_delete")


def is_kept(outputs: Mapping[str, Any], what: str) -> bool:
    """Whether a resource stays in the cloud when it leaves the stack; if so, that is told."""
    wanted = outputs.get("on_delete") or (RETAIN if outputs.get("adopted") else DELETE)
    if wanted == RETAIN:
        host.say(host.urn(), f"{what} is kept in the cloud", stays=True)
    return wanted == RETAIN
