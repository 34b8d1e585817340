"""The ledger: every submission that was accepted, which on a real cloud is a bill. What was paid for stays paid for.

`lifecycle` writes it, whatever the room, in the transaction that accepts the submission; a replayed token accepts
nothing. Unlike the journal it is never pruned, and a reset of the cloud does not empty it: `clear` does.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import Any

from reelstack.emulator.store import Store

KIND = "ledger"


@dataclass(frozen=True)
class Order:
    """What a submission says of itself: its project, its client token, and a marker that its sender may have put
    where the service keeps one. Empty where the service has no such thing, or nothing was given.
    """

    project_id: str = ""
    token: str = ""
    marker: str = ""


@dataclass(frozen=True)
class Bill:
    """One accepted submission. `id` is the job's, video's or task's, `content` a hash of what is to be shown and how
    it is encoded: the same for two submissions of the same.
    """

    id: str
    service: str
    time: str
    content: str
    project_id: str
    token: str
    marker: str


class Ledger:
    """All accepted submissions, oldest first."""

    def __init__(self, store: Store) -> None:
        self._table = store.table(KIND, Bill)

    def add(self, bill: Bill) -> None:
        """Note one."""
        self._table.put(str(self._table.count()), bill)  # ids may come again: after a reset, from the same seed

    def bills(self) -> list[dict[str, Any]]:
        """All of them, oldest first."""
        return [asdict(bill) for _, bill in self._table.scan(newest_first=False)]

    def clear(self) -> None:
        """Begin a new ledger."""
        for place in range(self._table.count()):
            self._table.remove(str(place))


def content_hash(*parts: object) -> str:
    """What two submissions of the same have in common."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
