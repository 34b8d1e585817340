"""Our mark on what a cloud keeps: the last line of a description, by which it is found again. Comparison ignores it."""

from __future__ import annotations

import re

PREFIX = "reelstack:"
_LINE = re.compile(rf"(?:^|\n){PREFIX}([0-9A-Za-z-]{{1,64}})\s*$")


def marked(description: str | None, token: str) -> str:
    """A description with our mark below it; `token` is of letters, digits and hyphens, at most 64."""
    return f"{unmarked(description)}\n{PREFIX}{token}".strip()


def unmarked(description: str | None) -> str:
    """A description as its author wrote it."""
    return _LINE.sub("", description or "")


def token(description: str | None) -> str:
    """The token of our mark; empty where there is none."""
    found = _LINE.search(description or "")
    return found[1] if found else ""
