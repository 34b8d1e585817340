"""Projects that were created and whose id never reached the state: found again by the mark in their description.

Creating one has no client token on any service. The list of recent projects is read once per site and run, and only
by stacks that existed before this run: a new stack has lost nothing yet.
"""

from __future__ import annotations

import itertools
import threading
from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Any

from reelstack.clock import Clock
from reelstack.clouds.base import Projects
from reelstack.models import canonical, marks

# How far back, and how many projects at most. What lies beyond is left where it is; a project costs nothing.
WINDOW = timedelta(days=7)
MOST = 1000


def token(stack_id: str, resource: str, fixed: Mapping[str, Any] | None = None) -> str:
    """What marks the projects of one resource of one stack; `fixed` is what no update of them could change."""
    return canonical.content_hash([stack_id, resource, *([fixed] if fixed else [])])[:24]


class Lost:
    """The marked projects among the recent ones at one site."""

    def __init__(self, cloud: Projects, clock: Clock) -> None:
        self._cloud = cloud
        self._clock = clock
        self._lock = threading.Lock()
        self._found: dict[str, list[str]] | None = None

    def find(self, wanted: str, held: Collection[str]) -> str | None:
        """The newest project with this mark that is none of those that the state holds."""
        with self._lock:
            if self._found is None:
                self._found = self._list()
            return next((one for one in self._found.get(wanted, ()) if one not in held), None)

    def _list(self) -> dict[str, list[str]]:
        found = defaultdict(list)
        recent = self._cloud.recent_projects(self._clock.now() - WINDOW)
        for project in itertools.islice(recent, MOST):
            if mark := marks.token(project.description):
                found[mark].append(project.project_id)
        return dict(found)
