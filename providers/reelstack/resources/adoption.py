"""Taking over what is there already, and keeping it: `adopt_id` and `on_delete`, the same for every resource.

The engine's own import does not work for dynamic resources. What was adopted is kept when it is no longer declared,
unless `on_delete: delete` says otherwise; what we made is deleted, unless `on_delete: retain` does.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

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


def require_free(id_: str) -> None:
    """Raise ConfigError when another resource of the stack holds this id."""
    holder = bridge.STASH.holder(host.urn(), id_)
    if holder is not None:
        raise ConfigError(
            f"adopt_id: {id_} belongs to {host.name_of(holder)} of this stack already.",
            hint="Take adopt_id out, or give the id of something that no stack holds.",
        )


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
