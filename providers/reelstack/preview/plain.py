"""Text of users made harmless before it comes into a plan: no control characters, no secrets, no endless lines.

What each format needs besides (entities, escapes) is that format's own.
"""

from __future__ import annotations

import unicodedata

from reelstack import redact

LONGEST = 80
UNSEEN = "\N{REPLACEMENT CHARACTER}"
_JOINS_PICTURES = "\N{ZERO WIDTH JOINER}"


def text(value: object, longest: int = LONGEST) -> str:
    """One line that shows what it holds: what is invisible or turns the line around is replaced, secrets are masked."""
    seen = "".join(UNSEEN if _is_unseen(letter) else letter for letter in " ".join(str(value).split()))
    return short(redact.text(seen), longest)


def short(value: str, longest: int) -> str:
    """The text, or its beginning with a mark that something is left out."""
    return value if len(value) <= longest else f"{value[: longest - 1]}…"


def _is_unseen(letter: str) -> bool:
    """Control and format characters, lone surrogates, and what no font has."""
    return unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Co", "Cn") and letter != _JOINS_PICTURES
