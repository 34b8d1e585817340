"""Fill `{names}` in the texts of a cell from its tables. Pure; what cannot be filled is told, with its path."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from reelstack.models.variants import ANY, Texts

_NAME = re.compile(r"\{\{|\}\}|\{([A-Za-z_][A-Za-z0-9_.-]*)\}|[{}]")


@dataclass
class Filler:
    """What the names mean in one cell. `tables` in the order in which they are asked, each with its path."""

    locale: str
    own: Mapping[str, str]
    tables: tuple[tuple[str, Texts], ...]
    lost: list[tuple[str, str]] = field(default_factory=list)

    def fill(self, text: str, path: str) -> str:
        """The text with every name replaced; `path` is where it is written. `{{` is a brace, a single one a fault."""
        return _NAME.sub(lambda match: self._named(match, path), text)

    def _named(self, match: re.Match[str], path: str) -> str:
        if match[1] is None:
            if len(match[0]) == 1:
                self.lost.append((path, _stray(match[0])))
            return match[0][0]
        name = match[1]
        if name in self.own:
            return self.own[name]
        held = [(f"{place}.{name}", table[name]) for place, table in self.tables if name in table]
        for _, text in held:
            if self.locale in text or ANY in text:
                return text.get(self.locale, text.get(ANY, ""))
        if held and not any(self.locale in text for _, table in self.tables for text in table.values()):
            self.lost.append((held[0][0].rpartition(".")[0], self._foreign()))
        elif held:
            self.lost.append((held[0][0], f"there is no text for {self.locale!r}"))
        else:
            self.lost.append((path, self._unknown(name)))
        return match[0]

    def _foreign(self) -> str:
        there = {locale for _, table in self.tables for text in table.values() for locale in text} - {ANY}
        listed = ", ".join(sorted(there)) or "none"
        if not self.locale:
            return f"the texts are by locale, and the video has none; there are {listed}"
        return f"there is nothing for the locale {self.locale!r}; there are {listed}"

    def _unknown(self, name: str) -> str:
        there = [*dict.fromkeys([*self.own, *(key for _, table in self.tables for key in table)])]
        near = difflib.get_close_matches(name, there, n=1)
        meant = f"did you mean {{{near[0]}}}?" if near else f"there are {', '.join(there) or 'none'}"
        return f"there is no text for {{{name}}}; {meant} (a brace itself is written twice, {{{{)"


def _stray(brace: str) -> str:
    return f"there is a single {brace} that belongs to no {{name}}: write {brace * 2} for a brace"


def holds_names(text: str | None) -> bool:
    """Whether there are braces: something is to be filled in, or a brace is written twice, or is a fault."""
    return text is not None and _NAME.search(text) is not None
