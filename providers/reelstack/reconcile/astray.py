"""Productions that were paid for and whose ids never reached a state: found by our marks in the account's list.

A lost answer is made good by the next run of the same content. When the content was edited meanwhile, nobody asks for
the old one again: so whoever submits anew looks for it, and tells. The list is read once per site and run.
"""

from __future__ import annotations

import dataclasses
import itertools
import threading
from collections.abc import Collection, Sequence
from datetime import timedelta

from reelstack.clock import Clock
from reelstack.clouds.base import Inventory, Jobs
from reelstack.models.marks import Mark
from reelstack.models.production import Job, Listed
from reelstack.reconcile.referee import Meant
from reelstack.reconcile.token import Key

# How far back, and how many productions at most. `reelstack adopt --orphans` looks further.
WINDOW = timedelta(days=7)
MOST = 1000

# A submission that found spent ones went on to later generations.
GENERATIONS = 3


def tokens_of(key: Key, meant: Meant) -> list[str]:
    """The tokens under which what was meant then may have been submitted: nothing was settled since."""
    then = dataclasses.replace(key, spec_hash=meant.spec_hash, triggers=meant.triggers)
    later = range(key.generation, key.generation + GENERATIONS)
    return [dataclasses.replace(then, generation=generation).token for generation in later]


def alive(cloud: Jobs, found: Sequence[Listed]) -> list[Listed]:
    """Those that are worth something: running, or with their asset. Read by id in batches, the marked ones only."""
    hopeful = [one for one in found if not one.job.status.failed]
    assets = cloud.get_media({one.job.media_id for one in hopeful if one.job.status.succeeded and one.job.media_id})
    return [one for one in hopeful if not one.job.status.succeeded or one.job.media_id in assets]


class Astray:
    """The marked productions among the recent ones at one site."""

    def __init__(self, cloud: Inventory, clock: Clock) -> None:
        self._cloud = cloud
        self._clock = clock
        self._lock = threading.Lock()
        self._marked: list[Listed] | None = None

    def told(self, key: Key, tokens: Collection[str], held: Collection[str]) -> str:
        """What to say of earlier productions of this video that no resource of this run holds; nothing if none is.

        `held` are the ids of jobs. Without `tokens` the name in the mark decides.
        """
        ours = {part for job_id in held for part in (job_id, job_id.rpartition("/")[2])}  # VOD: PROJECT/VIDEO
        left = [one for one in self._of(key, tokens) if one.job.job_id not in ours]
        left = alive(self._cloud, left)
        if not left:
            return ""
        jobs = "; ".join(described(one.job) for one in left)
        return (
            f"{key.name}: an earlier run submitted another content of this video, and nothing that this run knows of "
            f"holds it, so its answer was lost, most likely: {jobs}. `reelstack adopt --orphans` tells whether a state "
            "has it, takes it over or deletes it."
        )

    def _of(self, key: Key, tokens: Collection[str]) -> list[Listed]:
        mine, name = Mark.of(key.stack_id, key.token), key.marker["name"]
        theirs = [one for one in self._list() if one.mark and one.mark.stack == mine.stack and one.mark != mine]
        if tokens:
            return [one for one in theirs if one.mark and one.mark.token in tokens]
        return [one for one in theirs if one.name == name]

    def _list(self) -> list[Listed]:
        with self._lock:
            if self._marked is None:
                now = self._clock.now()
                self._marked = []  # a list that fails is not asked for again by each who submits
                recent = itertools.islice(self._cloud.listed(now - WINDOW, now), MOST)
                self._marked = [one for one in recent if one.mark]
            return self._marked


def described(job: Job) -> str:
    """A production in a few words: its ids, what became of it, and when it was submitted."""
    when = f", submitted {job.created:%Y-%m-%d %H:%M:%S} UTC" if job.created else ""
    return f"job {job.job_id} (asset {job.media_id or 'not told'}, {job.status.name.lower()}{when})"
