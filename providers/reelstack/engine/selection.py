"""Which resources a run is about: URNs and patterns of URNs, as `--target`, `--exclude` and `--replace` take them.

Pure; `deployment` makes them from the request, `registrar` and `teardown` ask.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass

from reelstack.engine import steps
from reelstack.engine.resource import Resource


@dataclass(frozen=True)
class Selection:
    """A set of URNs, named one by one or by pattern: `*` stands for anything without a colon, `**` for anything."""

    literals: frozenset[str] = frozenset()
    patterns: tuple[re.Pattern[str], ...] = ()

    @classmethod
    def of(cls, texts: Iterable[str]) -> Selection:
        """Read what the user gave."""
        given = list(texts)
        return cls(
            frozenset(text for text in given if "*" not in text),
            tuple(_pattern(text) for text in given if "*" in text),
        )

    def unknown(self, known: Container[str]) -> list[str]:
        """What to say of each URN in it that is nowhere to be found; a pattern may stand for nothing."""
        return [_not_found(urn) for urn in sorted(self.literals) if urn not in known]

    def __bool__(self) -> bool:
        return bool(self.literals or self.patterns)

    def __contains__(self, urn: str) -> bool:
        return urn in self.literals or any(pattern.fullmatch(urn) for pattern in self.patterns)


def _not_found(urn: str) -> str:
    shell = "" if "$" in urn else " Did you forget to escape $ in your shell?"
    return f"Target '{urn}' could not be found in the stack.{shell}"


def _pattern(text: str) -> re.Pattern[str]:
    parts = re.split(r"(\*\*|\*)", text)
    meaning = {"**": ".*", "*": "[^:]*"}
    return re.compile("".join(meaning.get(part) or re.escape(part) for part in parts), re.DOTALL)


NOTHING = Selection()


class Scope:
    """What a run takes part in. With dependents asked for, it grows as the run meets them, in dependency order."""

    def __init__(
        self,
        targets: Selection = NOTHING,
        excludes: Selection = NOTHING,
        *,
        target_dependents: bool = False,
        exclude_dependents: bool = False,
    ) -> None:
        self.targets = targets
        self._with_dependents = target_dependents if targets else exclude_dependents
        self.named = targets or excludes
        self._grown: set[str] = set()

    @classmethod
    def keeping(cls, state: Sequence[tuple[str, Resource]]) -> Scope:
        """Everything but what is protected, and what that needs."""
        return cls(excludes=Selection(frozenset(one.urn for _, one in state if one.protect)))

    @property
    def limited(self) -> bool:
        """Whether anything is left out."""
        return bool(self.named)

    def takes(self, urn: str, needs: Iterable[str]) -> bool:
        """Whether a resource takes part; `needs` are the URNs it depends on, asked about before it."""
        if not self.limited:
            return True
        named = urn in self.named
        if not named and self._with_dependents:
            named = any(one in self.named or one in self._grown for one in needs)
        if named:
            self._grown.add(urn)
        return named == bool(self.targets)

    def deletable(self, state: Sequence[tuple[str, Resource]]) -> set[str]:
        """The URNs that may be deleted: targets with all that needs them, or all but what excluded ones need."""
        if not self.limited:
            return {one.urn for _, one in state}
        named = {one.urn for _, one in state if one.urn in self.named}
        if self.targets:
            return steps.dependents_of(state, named)
        kept = steps.dependents_of(state, named) if self._with_dependents else named
        return {one.urn for _, one in state} - steps.needed_by(state, kept)

    def unasked(self, urn: str) -> bool:
        """Whether deleting this goes beyond what was asked for."""
        return bool(self.targets) and not self._with_dependents and urn not in self.targets
