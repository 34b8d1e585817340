"""What the local cloud remembers: records in one SQLite file, written ahead, so that a killed process loses nothing.

Every room keeps its own kinds of records here, as frozen dataclasses. One connection, one lock: a request is one
transaction, the render worker's reports are others. This module knows nothing of what the records mean.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Protocol, TypeVar

if TYPE_CHECKING:
    from dataclasses import Field

SCHEMA = 1

_TABLES = """
CREATE TABLE IF NOT EXISTS records (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL, id TEXT NOT NULL, tag TEXT NOT NULL, doc TEXT NOT NULL,
  UNIQUE (kind, id)
);
CREATE INDEX IF NOT EXISTS records_by_tag ON records (kind, tag);
"""


class StoreError(Exception):
    """The state file cannot be used; the message says why and what to do."""


class Record(Protocol):
    """Any dataclass whose fields are JSON values; lists come back as tuples."""

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]


R = TypeVar("R", bound=Record)


class Store:
    """The state file. Open it once per process; `transaction` may be entered from any thread."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.RLock()
        self._depth = 0
        self.connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._prepare(path)

    def _prepare(self, path: Path) -> None:
        try:
            self.connection.execute("PRAGMA journal_mode=WAL")
            self.connection.execute("PRAGMA synchronous=NORMAL")
            found = int(self.connection.execute("PRAGMA user_version").fetchone()[0])
            self.connection.executescript(_TABLES)
        except sqlite3.DatabaseError as error:
            self.connection.close()
            raise StoreError(f"{path} is not a state file of the local cloud ({error}): move it away") from error
        if found not in (0, SCHEMA):
            self.connection.close()
            raise StoreError(f"{path} was written by another version of the local cloud: move it away")
        self.connection.execute(f"PRAGMA user_version={SCHEMA}")

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing. Re-entrant: the outermost block commits."""
        with self._lock:
            if self._depth == 0:
                self.connection.execute("BEGIN IMMEDIATE")
            self._depth += 1
            try:
                yield
            except BaseException:
                self._depth -= 1
                if self._depth == 0:
                    self.connection.execute("ROLLBACK")
                raise
            self._depth -= 1
            if self._depth == 0:
                self.connection.execute("COMMIT")

    def table(self, kind: str, record: type[R]) -> Table[R]:
        """The records of one kind."""
        return Table(self, kind, record)

    def last_seq(self) -> int:
        """How many records were ever made, roughly: it only grows."""
        row = self.connection.execute("SELECT seq FROM sqlite_sequence WHERE name='records'").fetchone()
        return int(row[0]) if row else 0

    def clear(self, *, but: str) -> None:
        """Forget every record of every kind but one."""
        with self.transaction():
            self.connection.execute("DELETE FROM records WHERE kind<>?", (but,))

    def close(self) -> None:
        """Close the file; the store cannot be used afterwards."""
        with self._lock:
            self.connection.close()


class Table(Generic[R]):
    """Records of one kind by id, in the order in which they were first put.

    A tag is one short word by which records are found again: a status, an object's name.
    """

    def __init__(self, store: Store, kind: str, record: type[R]) -> None:
        self._store = store
        self._kind = kind
        self._record = record

    def get(self, key: str) -> R | None:
        """The record with this id, or None."""
        rows = self._rows("AND id=?", (key,))
        return rows[0][1] if rows else None

    def put(self, key: str, record: R, tag: str = "") -> None:
        """Insert or overwrite. An overwritten record keeps its place in the order."""
        doc = json.dumps(asdict(record), ensure_ascii=False)
        with self._store.transaction():
            self._store.connection.execute(
                "INSERT INTO records (kind, id, tag, doc) VALUES (?,?,?,?)"
                " ON CONFLICT (kind, id) DO UPDATE SET tag=excluded.tag, doc=excluded.doc",
                (self._kind, key, tag, doc),
            )

    def remove(self, key: str) -> None:
        """Forget one record; it is no fault when there is none."""
        with self._store.transaction():
            self._store.connection.execute("DELETE FROM records WHERE kind=? AND id=?", (self._kind, key))

    def tagged(self, *tags: str, limit: int = -1) -> list[R]:
        """Records with any of these tags, oldest first; the first `limit` of them, or all."""
        marks = ",".join("?" * len(tags))
        return [record for _, record in self._rows(f"AND tag IN ({marks}) ORDER BY seq LIMIT ?", (*tags, limit))]

    def scan(self, *, newest_first: bool = True, after: int | None = None, batch: int = 100) -> Iterator[tuple[int, R]]:
        """(place in the order, record), beyond the place `after`."""
        sign, order = ("<", "DESC") if newest_first else (">", "ASC")
        place = after if after is not None else (2**62 if newest_first else -1)
        while rows := self._rows(f"AND seq {sign} ? ORDER BY seq {order} LIMIT ?", (place, batch)):
            yield from rows
            place = rows[-1][0]

    def count(self, *, unless: str = "") -> int:
        """How many there are, without those in which the field `unless` is true."""
        query, values = "SELECT count(*) FROM records WHERE kind=?", [self._kind]
        if unless:
            query, values = f"{query} AND NOT ifnull(json_extract(doc, ?), 0)", [self._kind, f"$.{unless}"]
        found = self._store.connection.execute(query, values).fetchone()
        return int(found[0])

    def _rows(self, condition: str, values: tuple[object, ...]) -> list[tuple[int, R]]:
        # The condition is one of the literals above; what comes from outside is bound.
        query = f"SELECT seq, doc FROM records WHERE kind=? {condition}"  # noqa: S608
        with self._store.transaction():
            found = self._store.connection.execute(query, (self._kind, *values)).fetchall()
        return [(int(seq), self._decode(doc)) for seq, doc in found]

    def _decode(self, doc: str) -> R:
        fields = json.loads(doc)
        return self._record(**{name: tuple(v) if isinstance(v, list) else v for name, v in fields.items()})
