"""Submissions to services that know no client token: never twice, by an intent in the state and the cloud's records.

The intent is a resource of its own, in the state before anything is submitted. One that this very run made proves
that nothing was submitted for it yet. With an older one an answer may have been lost: then the cloud is searched for
the submission's marker, as long as its records may lag behind, before anything is submitted.
"""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from datetime import datetime

from reelstack.clouds.base import Cloud
from reelstack.errors import OutcomeUnknown
from reelstack.models.base import Model
from reelstack.models.production import Job, Submission, Submitted
from reelstack.models.status import ProjectStatus
from reelstack.reconcile.poll import Board
from reelstack.reconcile.submit import MAX_REPLAYS, exhausted, is_spent, submitted_by
from reelstack.reconcile.token import Key
from reelstack.reconcile.wait import Watch, until_settled


class Meant(Model):
    """That something was about to be submitted: since when, a `nonce` that tells it from all else, and what it was.

    `known` are the ids that the service's newest records had then: they are none of ours. `triggers` are fingerprints.
    Intents of the first version of this package do not say what was meant.
    """

    nonce: str
    since: datetime
    known: tuple[str, ...] = ()
    spec_hash: str = ""
    triggers: tuple[str, ...] = ()


class Intent(Meant):
    """What is about to be submitted; `earlier` is what the same resource meant before, the newest last."""

    earlier: tuple[Meant, ...] = ()

    def unsettled(self, settled: Collection[str], since: datetime) -> tuple[Meant, ...]:
        """What was meant since then and never came to be in the state; `settled` are the nonces of what did."""
        return tuple(one for one in self.earlier if one.nonce not in settled and one.since >= since)


class Turns:
    """One production at a time of each project, where a service could not tell two apart. One per site and process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._turns: dict[str, threading.Lock] = {}
        self._latest: dict[str, str] = {}

    @contextmanager
    def of(self, cloud: Cloud, board: Board, project_id: str, watch: Watch) -> Iterator[None]:
        """Wait until nothing of this project is being produced, and keep others of this process away meanwhile."""
        with self._lock:
            turn = self._turns.setdefault(project_id, threading.Lock())
        busy = f"another production of project {project_id} goes first"
        while not turn.acquire(timeout=watch.nap):
            watch.tell(busy)
            watch.check(busy)
        try:
            if latest := self._latest.get(project_id):
                until_settled(board, latest, busy, watch)
            _until_idle(cloud, board, project_id, busy, watch)
            yield
        finally:
            turn.release()

    def took(self, project_id: str, job_id: str) -> None:
        """Remember the job that this project is busy with now."""
        self._latest[project_id] = job_id


def _until_idle(cloud: Cloud, board: Board, project_id: str, busy: str, watch: Watch) -> None:
    interval = board.pace.first
    while cloud.get_project(project_id).status is ProjectStatus.PRODUCING:
        watch.tell(busy)
        watch.pause(interval, busy)
        interval = board.pace.slower(interval)


def submit_marked(
    cloud: Cloud,
    board: Board,
    key: Key,
    submission: Callable[[Key], Submission],
    intent: Intent,
    watch: Watch,
    *,
    fresh: bool,
) -> tuple[Submitted, Key]:
    """Submit for this key, or return what an earlier run submitted for it; the ids, and the key that they are of.

    `fresh`: this run made the intent, so there is nothing to look for. What failed or lost its video is followed by
    the next generation. Raises `OutcomeUnknown` when no answer came: the next run finds what became of it.
    """
    if fresh:
        return _submit(cloud, key, submission(key)), key
    until = board.clock.monotonic() + board.pace.grace
    for _ in range(MAX_REPLAYS):
        wanted = submission(key)
        found = _search(cloud, board, wanted, intent, until, watch)
        if found is None:
            return _submit(cloud, key, wanted), key
        submitted = submitted_by(found)
        if not is_spent(cloud, board.clock, submitted, board.pace.grace):
            return submitted, key
        key = dataclasses.replace(key, generation=key.generation + 1)
    raise exhausted(key)


def _search(cloud: Cloud, board: Board, wanted: Submission, intent: Intent, until: float, watch: Watch) -> Job | None:
    """The job that carries the submission's marker; None when there is none, however late its record may come."""
    while True:
        found = cloud.find_job(wanted, intent.since)
        if found is not None or board.clock.monotonic() >= until:
            return found
        looking = "an earlier run may have submitted this already; looking for it"
        watch.tell(looking)
        watch.pause(min(board.pace.longest, until - board.clock.monotonic()), looking)


def _submit(cloud: Cloud, key: Key, submission: Submission) -> Submitted:
    try:
        return cloud.submit(submission)
    except OutcomeUnknown as error:
        error.hint = f"Run again: {key.name} is looked for before anything is submitted."
        raise
