"""Lists, page by page: by an opaque token, by time window, late when the control room says so."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from reelstack.emulator.errors import invalid
from reelstack.emulator.ims.state import Desk
from reelstack.emulator.params import Params
from reelstack.emulator.store import Record, Table


class Dated(Record, Protocol):
    """A record that knows when it was made."""

    @property
    def created(self) -> str:
        """ISO 8601, with zone."""


D = TypeVar("D", bound=Dated)


def newest_first(params: Params) -> bool:
    """How a list of projects or jobs is to be sorted."""
    return params.choice("SortBy", ("CreationTime:Desc", "CreationTime:Asc"), "CreationTime:Desc").endswith("Desc")


def select(
    desk: Desk,
    params: Params,
    table: Table[D],
    wanted: Callable[[D], bool],
    *,
    descending: bool,
    open_start: bool = False,
) -> Iterator[tuple[int, D]]:
    """Records in the time window that are wanted, from NextToken on. `open_start`: the window excludes its start."""
    start, end = params.moment("StartTime"), params.moment("EndTime")
    if start and end and start > end:
        raise invalid("StartTime", "it is later than EndTime")
    shown_until = desk.clock.now() - timedelta(seconds=desk.faults.lateness())
    for place, record in table.scan(newest_first=descending, after=_place(params)):
        made = datetime.fromisoformat(record.created)
        if desk.faults.lateness() and made > shown_until:
            continue
        made = made.replace(microsecond=0)
        before = start is not None and (made <= start if open_start else made < start)
        if not before and (end is None or made <= end) and wanted(record):
            yield place, record


def page(found: Iterator[tuple[int, D]], size: int) -> tuple[list[D], str]:
    """One page and the token of the next, empty on the last."""
    rows: list[tuple[int, D]] = []
    for row in found:
        if len(rows) == size:
            return [record for _, record in rows], _token(rows[-1][0])
        rows.append(row)
    return [record for _, record in rows], ""


def _token(place: int) -> str:
    return base64.urlsafe_b64encode(f"after {place}".encode()).decode()


def _place(params: Params) -> int | None:
    token = params.text("NextToken")
    if not token:
        return None
    try:
        return int(base64.urlsafe_b64decode(token.encode()).decode().removeprefix("after "))
    except (ValueError, binascii.Error) as error:
        raise invalid("NextToken", "it is not one of ours") from error
