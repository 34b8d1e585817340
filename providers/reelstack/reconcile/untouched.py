"""Projects that a search shows to be as they were left, so that nothing of them need be read.

Neither service reads several projects by id. A search by the time of creation shows a hundred at a time, others'
among them, so it is walked only as long as each page saves more reads than it costs: together there is at most one
request more than projects, however many of others lie between. A search is a hint: what it does not show, or shows
otherwise than it was left, is read by id, and only that says that a project was edited or is gone. What it shows as
it was left is believed, so that an edit is seen once the service's index has it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from reelstack.clock import Clock
from reelstack.errors import CloudError
from reelstack.models.project import Project
from reelstack.reconcile import drift

PAGE = 100
JOIN = 0.03  # seconds to wait for others before the first search
FEW = 5  # so many are read by id as cheaply
KNOWN = 15.0  # seconds for which what a search has shown will do


class Untouched:
    """What searches have shown of the projects at one site. Shared by the threads of one run."""

    def __init__(self, search: Callable[[datetime], Iterator[Project]], clock: Clock) -> None:
        self._search = search
        self._clock = clock
        self._lock = threading.Lock()
        self._searching = threading.Lock()
        self._wanted: dict[str, Mapping[str, Any]] = {}
        self._judged: dict[str, bool] = {}
        self._shown: dict[str, tuple[float, Project]] = {}
        self._pages = self._saved = 0

    def is_as_left(self, project_id: str, left: Mapping[str, Any]) -> bool:
        """Whether a search shows the project as it was `left`: the facts of `drift.left`, taken after a write."""
        if not left.get("created"):
            return False  # a state of before these facts were kept
        shown = self._known(project_id)
        if shown is not None:
            return self._judge(shown, left)
        with self._lock:
            self._wanted[project_id] = left
        self._clock.sleep(JOIN)
        with self._searching:
            if project_id not in self._judged:  # else whoever searched before has found this one, too
                self._walk()
            return self._judged.pop(project_id, False)

    def _walk(self) -> None:
        """Search for all that are wanted by now, and judge them."""
        with self._lock:
            wanted, self._wanted = self._wanted, {}
        self._judged |= dict.fromkeys(wanted, False)
        missing = {one for one in wanted if not self._settled(one, wanted[one])}
        if len(missing) < FEW or self._pages > self._saved:
            return
        try:
            self._turn_pages(wanted, missing)
        except CloudError:
            return  # not allowed, or no answer: everything is read by id

    def _turn_pages(self, wanted: Mapping[str, Mapping[str, Any]], missing: set[str]) -> None:
        oldest = min(datetime.fromisoformat(wanted[one]["created"]) for one in missing)
        self._pages += 1
        for count, project in enumerate(self._search(oldest), 1):
            with self._lock:
                self._shown[project.project_id] = (self._clock.monotonic(), project)
            if project.project_id in missing:
                missing.discard(project.project_id)
                self._settled(project.project_id, wanted[project.project_id])
            if count % PAGE == 0:
                if not missing or self._pages > self._saved:
                    return
                self._pages += 1

    def _settled(self, project_id: str, left: Mapping[str, Any]) -> bool:
        """Judge a project that was shown already."""
        shown = self._known(project_id)
        if shown is not None:
            self._judged[project_id] = self._judge(shown, left)
        return shown is not None

    def _judge(self, shown: Project, left: Mapping[str, Any]) -> bool:
        as_left = drift.is_as_left(shown, left)
        with self._lock:
            self._saved += as_left
        return as_left

    def _known(self, project_id: str) -> Project | None:
        """The project as a search has shown it not long ago."""
        with self._lock:
            moment, project = self._shown.get(project_id, (float("-inf"), None))
        return project if self._clock.monotonic() - moment < KNOWN else None
