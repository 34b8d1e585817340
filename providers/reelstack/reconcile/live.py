"""Reads of many threads joined into batches by id, and the question that many missing assets at once raise.

The engine asks for each resource on its own, many at a time. Whoever comes first waits a moment for the others and
reads for all; who comes during that read is in the next batch, which grows while two reads are under way.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import Future
from typing import Generic, TypeVar

from reelstack.errors import ConfigError

Found = TypeVar("Found")

JOIN = 0.03  # seconds to wait for others to join a batch
AT_ONCE = 2  # reads under way: a slower cloud is asked in larger batches, not more often
MORE = 0.3  # seconds to wait for others before something missing is believed, while few were asked for
FEW = 10
MANY_MISSING = 3


class Tally:
    """How many things of a kind were looked for at one site, and how many of them were not there."""

    def __init__(self, sleep: Callable[[float], None], what: str = "assets") -> None:
        self._sleep = sleep
        self._what = what
        self._lock = threading.Lock()
        self._asked: set[str] = set()
        self._missing: set[str] = set()

    def note(self, asked: Collection[str], missing: Collection[str]) -> None:
        """Count what was asked for, and what of that is not there."""
        with self._lock:
            self._asked.update(asked)
            self._missing.update(missing)

    def require_plausible(self, site: object) -> None:
        """Raise ConfigError when so many are missing that the place is more likely wrong than they are gone."""
        with self._lock:
            few = len(self._asked) < FEW
        if few:
            self._sleep(MORE)
        with self._lock:
            asked, missing = len(self._asked), len(self._missing)
        if missing >= MANY_MISSING and missing * 2 > asked:
            raise ConfigError(
                f"{missing} of the {asked} {self._what} that were looked for at {site} are not there. That is more "
                "often the wrong account than a loss, so nothing is made anew.",
                hint="Check whose credentials these are. If they are really gone, run again with reelstack:missing "
                "set to render.",
            )


class Reads(Generic[Found]):
    """Reads by id at one site. `read` takes several ids and leaves out those by which there is nothing."""

    def __init__(self, read: Callable[[Collection[str]], Mapping[str, Found]], sleep: Callable[[float], None]) -> None:
        self._read = read
        self._sleep = sleep
        self._lock = threading.Lock()
        self._reading = threading.Semaphore(AT_ONCE)
        self._batch: dict[str, Future[Found | None]] = {}
        self.tally = Tally(sleep)

    def get(self, id_: str) -> Found | None:
        """What there is by this id; None when there is nothing. Raises what the read raises, to all of a batch."""
        with self._lock:
            leads = not self._batch
            answer = self._batch.setdefault(id_, Future())
        if leads:
            self._sleep(JOIN)
            with self._reading:
                self._answer()
        return answer.result()

    def _answer(self) -> None:
        with self._lock:
            batch, self._batch = self._batch, {}
        try:
            found = self._read(list(batch))
        except BaseException as error:  # noqa: BLE001 - whatever it is, those who wait must hear of it
            for answer in batch.values():
                answer.set_exception(error)
            return
        self.tally.note(batch, set(batch) - set(found))
        for id_, answer in batch.items():
            answer.set_result(found.get(id_))
