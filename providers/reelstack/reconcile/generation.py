"""Generations: which attempt at one resource's production this is, carried from run to run in its inputs.

The engine checks a resource twice when it replaces it: first with the old inputs, then with none (Pulumi's
step generator does so for every replacement). What the second check must know of the old resource is remembered
between the two calls, by URN, in the process that serves both. A retry after a crash finds the same state, so the
same numbers, so the same token. `--replace` skips the first check and the diff: the resource then starts its line
anew, and may be given back the very job that it replaces, which is why `delete` spares what the run was given.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Lineage:
    """What a replacement must know of what it replaces.

    `generation` counts submissions of this resource, `attempt` those of the same content in a row; `because` says why
    the video is made anew, empty for the first of its line. `predecessors` are the jobs that came before, the newest
    first: some may still wait to be deleted. `settled` are the nonces of the intents that they were submitted for.
    """

    generation: int
    attempt: int = 1
    because: str = ""
    predecessors: tuple[str, ...] = ()
    settled: tuple[str, ...] = ()


FIRST = Lineage(generation=1)


def _video(job_id: str) -> str:
    """What two names of one job have in common: on VOD it is PROJECT/VIDEO, or where it was adopted the video alone."""
    return job_id.rpartition("/")[2]


def _another(held: Mapping[str, str], key: str, job_id: str) -> str | None:
    return next((one for one, id_ in held.items() if _video(id_) == _video(job_id) and one != key), None)


class Stash:
    """What is remembered of each resource between the calls of one run. Safe to use from many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._next: dict[str, Lineage] = {}
        self._current: dict[str, str] = {}
        self._returned: set[str] = set()
        self._done: set[str] = set()
        self._claimed: set[str] = set()
        self._intents: set[str] = set()
        self._taken: dict[str, str] = {}

    def intend(self, nonce: str) -> None:
        """Remember an intent that this run made: nothing was submitted for it before."""
        with self._lock:
            self._intents.add(nonce)

    def is_fresh(self, nonce: str) -> bool:
        """Whether this run made the intent."""
        with self._lock:
            return nonce in self._intents

    def replace(self, key: str, successor: Lineage) -> None:
        """Remember what the successor of this resource will be."""
        with self._lock:
            self._next[key] = successor

    def successor(self, key: str) -> Lineage:
        """What a resource without old inputs is: the remembered successor, or the first of its line."""
        with self._lock:
            return self._next.get(key, FIRST)

    def keep(self, key: str, job_id: str, *, done: bool = False) -> None:
        """Remember which job is the resource's at present, so that its predecessor's end can wait for it.

        `done` says that its video is known to be there: nobody needs to wait.
        """
        with self._lock:
            self._current[key] = job_id
            self._claimed.add(job_id)
            if done:
                self._done.add(job_id)

    def made(self, key: str, job_id: str) -> None:
        """Remember a job that this run made or was given back: no delete of this run may touch it."""
        with self._lock:
            self._current[key] = job_id
            self._claimed.add(job_id)
            self._returned.add(job_id)

    def held(self) -> frozenset[str]:
        """The ids that this run knows to be some resource's."""
        with self._lock:
            return frozenset(self._claimed)

    def claim(self, job_ids: Collection[str]) -> None:
        """Remember jobs that were the resource's before: they are nobody else's, and not lost."""
        with self._lock:
            self._claimed.update(job_ids)

    def take_over(self, key: str, job_id: str) -> None:
        """Remember that a resource takes this over, or has done so once."""
        with self._lock:
            self._taken[key] = job_id

    def taker(self, key: str, job_id: str) -> str | None:
        """Another resource than this one, that takes this over."""
        with self._lock:
            return _another(self._taken, key, job_id)

    def holder(self, key: str, job_id: str) -> str | None:
        """Another resource than this one, whose present job that is."""
        with self._lock:
            return _another(self._current, key, job_id)

    def is_claimed(self, job_id: str) -> bool:
        """Whether this run knows whose job this is or was, also when it is replaced meanwhile."""
        with self._lock:
            return job_id in self._claimed

    def awaited(self, key: str) -> str | None:
        """The job that a predecessor's end must wait for; None when there is none, or its video is there already."""
        with self._lock:
            current = self._current.get(key)
            return None if current in self._done else current

    def is_in_use(self, job_id: str) -> bool:
        """Whether this run made the job, was given it back, or found it to be a resource's present one."""
        with self._lock:
            return _video(job_id) in {_video(one) for one in (*self._returned, *self._current.values())}
