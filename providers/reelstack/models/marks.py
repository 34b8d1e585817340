"""Our mark on what a cloud keeps: the last line of a description, by which it is found again. Comparison ignores it.

It is `reelstack:STACK-TOKEN`: the beginning of the identity of the stack that made the thing, and what it was made
for. The first versions of this package wrote the token alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

PREFIX = "reelstack:"
STACK_DIGITS = 16
"""Digits of a stack's identity in a mark: enough to tell stacks apart, and few enough for a description."""
_LINE = re.compile(rf"(?:^|\n){PREFIX}(?:([0-9A-Za-z]{{1,{STACK_DIGITS}}})-)?([0-9A-Za-z]{{1,64}})\s*$")


@dataclass(frozen=True)
class Mark:
    """Whose a thing is and what it was made for; `stack` is empty where the mark does not say it."""

    stack: str
    token: str

    def is_of(self, stack_id: str) -> bool:
        """Whether the stack of this identity made it, as far as the mark tells."""
        return bool(self.stack) and _short(stack_id) == self.stack

    @classmethod
    def of(cls, stack_id: str, token: str) -> Mark:
        """The mark of a stack by its whole identity."""
        return cls(_short(stack_id), token)


def marked(description: str | None, stack_id: str, token: str) -> str:
    """A description with our mark below it; `token` is of letters and digits, at most 64, the mark at most 64 bytes."""
    whose = f"{_short(stack_id)}-" if stack_id else ""
    return f"{unmarked(description)}\n{PREFIX}{whose}{token}".strip()


def _short(stack_id: str) -> str:
    return "".join(char for char in stack_id if char.isascii() and char.isalnum())[:STACK_DIGITS]


def unmarked(description: str | None) -> str:
    """A description as its author wrote it."""
    return _LINE.sub("", description or "")


def read(description: str | None) -> Mark | None:
    """The mark of a description; None where there is none."""
    found = _LINE.search(description or "")
    return Mark(found[1] or "", found[2]) if found else None


def token(description: str | None) -> str:
    """The token of our mark; empty where there is none."""
    mark = read(description)
    return mark.token if mark else ""
