"""Text of users made harmless before it comes into a plan: no control characters, no secrets, no endless lines.

What each format needs besides (entities, escapes) is that format's own.
"""

from __future__ import annotations

from reelstack import redact
from reelstack.errors import visible

LONGEST = 80


def text(value: object, longest: int = LONGEST) -> str:
    """One line that shows what it holds: what is invisible or turns the line around is replaced, secrets are masked."""
    return short(redact.text(visible(" ".join(str(value).split()))), longest)


def short(value: str, longest: int) -> str:
    """The text, or its beginning with a mark that something is left out."""
    return value if len(value) <= longest else f"{value[: longest - 1]}…"
