"""Tables of texts: CSV as translators keep it, a row for each text and a column for each locale, or the other way.

The head of the first column says what the rows are: `text` or `locale`. Commas, semicolons and tabs separate.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

from reelstack.campaign.document import Document, Mark
from reelstack.errors import ConfigError, Fault

CSV = (".csv",)
YAML = (".yaml", ".yml")
ROWS = ("text", "locale")


def read(text: str, name: str) -> Document:
    """The texts of a CSV table, by name and locale, with their lines; raises ConfigError with every fault."""
    head, *rows = _rows(text, name) or [(1, [])]
    columns = [title.strip() for title in head[1]]
    faults = [*_head_faults(columns, name)]
    if faults:
        raise ConfigError.of(faults)
    by_text = columns[0] == ROWS[0]
    values: dict[str, dict[str, str]] = {} if by_text else {column: {} for column in columns[1:]}
    marks: dict[Any, Mark] = {} if by_text else {column: (1, 1, {}) for column in columns[1:]}
    seen: set[str] = set()
    for line, row in rows:
        first = row[0].strip()
        faults += [Fault(said, where=f"{name}:{line}:1") for said in _row_faults(row, columns, seen)]
        seen.add(first)
        if by_text:
            values[first], marks[first] = {}, (line, 1, {})
        for column, held in zip(columns[1:], row[1:], strict=False):
            key, locale = (first, column) if by_text else (column, first)
            inner = marks[key][2]
            if inner is not None:
                inner[locale] = line, 1, None
            if held.strip():
                values[key][locale] = held.strip()
    if faults:
        raise ConfigError.of(faults)
    return Document(values, (1, 1, marks))


def _rows(text: str, name: str) -> list[tuple[int, list[str]]]:
    """The rows that are not empty, each with the line at which it begins."""
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows, line = [], 1
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                rows.append((line, row))
            line = reader.line_num + 1
    except csv.Error as error:
        raise ConfigError.of([Fault(f"is not CSV: {error}", where=f"{name}:{reader.line_num}:1")]) from error
    return rows


def _head_faults(columns: list[str], name: str) -> Iterator[Fault]:
    where = f"{name}:1:1"
    if not columns or columns[0] not in ROWS:
        found = f", not {columns[0]!r}" if columns else ""
        yield Fault(f"the first column is headed `text` (a row for each text) or `locale`{found}", where=where)
        return
    for at, column in enumerate(columns):
        if not column:
            yield Fault(f"column {at + 1} has no head", where=where)
        elif column in columns[:at]:
            yield Fault(f"the column {column!r} is there twice", where=where)


def _row_faults(row: list[str], columns: list[str], seen: set[str]) -> Iterator[str]:
    first = row[0].strip()
    if not first:
        yield f"the row names no {columns[0]}"
    elif first in seen:
        yield f"the {columns[0]} {first!r} is there twice"
    if len(row) != len(columns):
        yield f"{len(row)} columns, where the head has {len(columns)}: put texts that hold a separator in quotes"
