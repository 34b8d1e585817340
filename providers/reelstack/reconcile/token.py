"""The token and the marker of a production: what makes submitting it twice the same as once.

The token is a pure function of the stack's identity, the resource, its content, its triggers and its generation;
the marker says the same in the clear, for a person or a later run that searches the cloud.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from reelstack.models import canonical


@dataclass(frozen=True)
class Key:
    """What a submission is for. One key is paid for at most once."""

    stack_id: str
    name: str
    spec_hash: str
    triggers: tuple[str, ...]
    generation: int

    @property
    def token(self) -> str:
        """The client token: ASCII, 32 characters (IMS takes up to 64)."""
        return canonical.content_hash([self.stack_id, self.name, self.spec_hash, list(self.triggers), self.generation])

    @property
    def marker(self) -> dict[str, Any]:
        """What is written into the production's user data, about 150 bytes of its 512."""
        return {
            "stack": self.stack_id,
            "name": self.name[:64],
            "spec": self.spec_hash,
            "generation": self.generation,
        }

    @property
    def object_name(self) -> str:
        """A file name no other submission has: it carries the content's hash and the generation."""
        safe = "".join(char if char.isascii() and (char.isalnum() or char in "-_") else "-" for char in self.name)
        return f"{self.stack_id[:12]}/{safe}-{self.spec_hash[:12]}-g{self.generation}"
