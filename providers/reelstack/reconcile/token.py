"""The token and the marker of a production: what makes submitting it twice the same as once.

The token is a pure function of the stack's identity, the resource, its content, its triggers and its generation;
the marker carries it in the clear, so that the job can be found again where the token alone does not bring it back.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from reelstack.models import canonical

NAME_BYTES = 40


def fingerprints(triggers: Iterable[str]) -> tuple[str, ...]:
    """What stands for triggers where they would be kept or told in the clear: their texts may be secrets."""
    return tuple(canonical.content_hash(trigger)[:16] for trigger in triggers)


def _short(name: str) -> str:
    """A name that markers have room for; of two long ones that begin alike each has its own."""
    if len(name.encode()) <= NAME_BYTES:
        return name
    digits = canonical.content_hash(name)[:8]
    return f"{name.encode()[: NAME_BYTES - 9].decode(errors='ignore')}~{digits}"


@dataclass(frozen=True)
class Key:
    """What a submission is for. One key is paid for at most once.

    `resource` tells apart what shares a `name`, such as resources of one name below two components; `triggers` are
    their fingerprints; `location` is where the video is written, as far as that is not part of the content.
    """

    stack_id: str
    resource: str
    name: str
    spec_hash: str
    triggers: tuple[str, ...]
    generation: int
    location: str = ""

    @property
    def token(self) -> str:
        """The client token: ASCII, 32 characters (IMS takes up to 64)."""
        parts = [self.stack_id, self.resource, self.spec_hash, list(self.triggers), self.generation, self.location]
        return canonical.content_hash(parts)

    @property
    def marker(self) -> dict[str, Any]:
        """What is written into the production's user data: at most 200 of its 512 bytes."""
        name = _short("".join(char for char in self.name if char.isprintable() and char not in '"\\'))
        return {"stack": self.stack_id, "name": name, "generation": self.generation, "token": self.token}

    @property
    def object_name(self) -> str:
        """A file name that no other submission has: it ends with the token. The rest is for people."""
        safe = "".join(char if char.isascii() and (char.isalnum() or char in "-_") else "-" for char in self.name)
        return f"{self.stack_id[:12]}/{safe}-g{self.generation}-{self.token[:16]}"
