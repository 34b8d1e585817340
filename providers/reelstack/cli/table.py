"""The rows of a run laid out for a terminal of any width: what identifies a row is never what is cut.

The display says what each row holds. Here is decided what gives way where there is no room for all of it: first the
details, then the type, then the name, and that in its middle; the mark never.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.measure import measure_renderables
from rich.table import Table
from rich.text import Text

MARK, GAP = 3, 2
# Details that have this much are readable: before they get less, the type is shortened.
ENOUGH = 32
# With less than this, `delete the old one` and a render's progress say nothing: before that, the type is dropped.
LEAST_DETAILS = 18
LEAST_BAR = 8
# `Editing…`, `Produce…`, `Delivery`: still told apart.
LEAST_KIND = 8


@dataclass(frozen=True)
class Line:
    """A row to lay out: `aside` stands behind the details, a time or a render's state; `brief` is its short form."""

    mark: str
    colour: str
    kind: str
    name: str
    details: RenderableType
    aside: str = ""
    brief: str = ""


@dataclass(frozen=True)
class Widths:
    """How many cells of a terminal's line each column has; a type of none is not shown."""

    kind: int
    name: int
    details: int


def shared(width: int, kind: int, name: int, details: int) -> Widths:
    """A line of `width` cells shared among columns that would have so many each."""
    room = width - MARK - 3 * GAP
    if room - kind - name < min(details, ENOUGH):
        kind = min(kind, max(LEAST_KIND, room - name - min(details, ENOUGH)))
    least = min(details, LEAST_DETAILS)
    if room - kind - name < least:
        kind, room = 0, room + GAP
    name = max(1, min(name, max(room - kind - least, room // 2)))
    return Widths(kind, name, max(1, min(details, room - kind - name)))


def middle(text: str, width: int) -> str:
    """A text in `width` cells; of a longer one the beginning and the end, where names differ."""
    if cell_len(text) <= width:
        return text
    head = (width - 1) // 2
    return f"{set_cell_size(text, head)}…{set_cell_size(text[::-1], width - 1 - head)[::-1]}"


@dataclass(frozen=True)
class Rows:
    """Rows that can be drawn. `whole` shows all details, on more lines where they need them; else they are cut."""

    lines: Sequence[Line]
    whole: bool

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Lay them out for the width there is now."""
        longest = measure_renderables(console, options, [line.details for line in self.lines]).maximum
        for asides in self._asides():
            widths, aside = self._widths(options.max_width, longest, asides)
            if widths.details >= min(longest, LEAST_BAR):
                break
        table = Table.grid(padding=(0, GAP, 0, 0))
        table.add_column(width=MARK, no_wrap=True)
        for width in filter(None, (widths.kind, widths.name)):
            table.add_column(width=width, no_wrap=True)
        table.add_column(width=widths.details, no_wrap=not self.whole)
        if aside:
            table.add_column(width=aside, no_wrap=True)
        for line, beside in zip(self.lines, asides, strict=True):
            kind = [Text(line.kind)] if widths.kind else []
            told = [line.details, Text(beside, style="dim")] if aside else [line.details]
            table.add_row(Text(f" {line.mark}", line.colour), *kind, Text(middle(line.name, widths.name)), *told)
        yield table

    def _asides(self) -> Iterator[list[str]]:
        """What stands behind the details: in full, in short, not at all."""
        yield [line.aside for line in self.lines]
        yield [line.brief or line.aside for line in self.lines]
        yield ["" for _ in self.lines]

    def _widths(self, width: int, longest: int, asides: Sequence[str]) -> tuple[Widths, int]:
        """The columns' widths, the details' without what stands beside them; and how wide that is."""
        kind = max((cell_len(line.kind) for line in self.lines), default=0)
        name = max((cell_len(line.name) for line in self.lines), default=0)
        aside = max(map(cell_len, asides), default=0)
        beside = aside + GAP if aside else 0
        found = shared(width, kind, name, longest + beside)
        return Widths(found.kind, found.name, max(1, found.details - beside)), aside
