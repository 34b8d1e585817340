"""Whatever happens to runs, a video without a person's word is paid for at most once: many histories, one law."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from kit.clock import ManualClock
from kit.clouds import FakeCloud, job, media
from reelstack.errors import OutcomeUnknown, ProductionFailed
from reelstack.models.cut import Cut, Piece
from reelstack.models.production import Submitted
from reelstack.models.status import JobStatus
from reelstack.reconcile.poll import Board, Pace
from reelstack.reconcile.referee import Intent
from reelstack.reconcile.unmarked import Claims, Roster, submit_unmarked
from reelstack.reconcile.wait import Watch

NAMES = ("wide", "square")
# What becomes of one video's submission in a run: done, its answer lost, the process killed just before or after it.
FATES = st.sampled_from(["done", "lost", "killed before", "killed after"])
LATER = st.sampled_from(["runs", "succeeds", "fails", "succeeds and is deleted"])


class Killed(Exception):
    """The run ends here, and what it knew is gone."""


@dataclass
class Service(FakeCloud):
    """Makes a task of every submission, whatever the run hears of it."""

    fate: str = "done"

    def submit_cut(self, cut: Cut) -> Submitted:
        if self.fate == "killed before":
            raise Killed
        made = super().submit_cut(cut)
        if self.fate == "killed after":
            raise Killed
        if self.fate == "lost":
            raise OutcomeUnknown(cloud="fake", action="Submit", code="Timeout", message="no answer")
        return made


@dataclass
class Stack:
    """The state between runs: an intent per video, and a task where its answer came."""

    cloud: Service = field(default_factory=Service)
    clock: ManualClock = field(default_factory=ManualClock)
    intents: dict[str, Intent] = field(default_factory=dict)
    tasks: dict[str, str] = field(default_factory=dict)

    def run(self, fates: dict[str, str]) -> None:
        """One run over all videos, as far as it comes."""
        self.clock.move(3600)
        board = Board(self.cloud, self.clock, Pace(grace=0))
        roster = Roster(board)
        fresh = set(NAMES) - set(self.intents)
        for name in fresh:
            known = roster.known(self.cloud)
            self.intents[name] = Intent(nonce=name, since=self.clock.now(), known=known)
        claimed = set(self.tasks.values())
        for name in NAMES:
            if name in self.tasks and self._lives(self.tasks[name]):
                continue
            self.cloud.fate = fates[name]
            try:
                made = self._submit(name, board, Claims(name in fresh, claimed.__contains__))
            except (OutcomeUnknown, ProductionFailed):
                continue
            except Killed:
                return
            self.tasks[name] = made
            claimed.add(made)

    def _submit(self, name: str, board: Board, claims: Claims) -> str:
        cut = Cut(inputs=(Piece(asset_id=name, start=0, end=1),))
        watch = Watch(self.clock, self.clock.monotonic() + 600, lambda _: None)
        return submit_unmarked(self.cloud, board, name, cut, self.intents[name], claims, watch).job_id

    def _lives(self, task: str) -> bool:
        status = self.cloud.looks[task][0].status
        return not status.failed and (not status.succeeded or f"media-of-{task}" in self.cloud.assets)

    def settle(self, task: str, what: str) -> None:
        """What the cloud makes of a task that still runs."""
        if what == "runs" or self.cloud.looks[task][0].status.terminal:
            return
        done = JobStatus.FAILED if what == "fails" else JobStatus.SUCCESS
        self.cloud.looks[task] = [job(task, done, created=self.clock.now())]
        if what == "succeeds":
            self.cloud.assets[f"media-of-{task}"] = media(f"media-of-{task}")

    def paid(self) -> Counter[str]:
        """How many tasks of each video there are that did not fail and have not lost their video."""
        made = {f"task-{number}": cut.inputs[0].asset_id for number, cut in enumerate(self.cloud.cuts, 1)}
        return Counter(name for task, name in made.items() if self._lives(task))


RUN = st.tuples(st.fixed_dictionaries(dict.fromkeys(NAMES, FATES)), st.lists(LATER, min_size=9, max_size=9))


@settings(max_examples=150)
@given(st.lists(RUN, min_size=1, max_size=6))
def test_no_history_pays_twice_for_a_video_that_is_there_or_coming(
    history: list[tuple[dict[str, str], list[str]]],
) -> None:
    stack = Stack()
    for fates, later in history:
        stack.run(fates)
        assert all(count <= 1 for count in stack.paid().values())
        for task, what in zip(list(stack.cloud.looks), later, strict=False):
            stack.settle(task, what)


@given(st.lists(st.fixed_dictionaries(dict.fromkeys(NAMES, st.just("killed before"))), max_size=3))
def test_runs_that_submitted_nothing_hold_nothing_up(history: list[dict[str, str]]) -> None:
    stack = Stack()
    for fates in history:
        stack.run(fates)
    stack.run(dict.fromkeys(NAMES, "done"))
    assert set(stack.tasks) == set(NAMES)


def test_the_law_can_be_broken_so_the_test_can_fail() -> None:
    stack = Stack()
    stack.run(dict.fromkeys(NAMES, "lost"))
    stack.intents = {
        name: intent.model_copy(update={"since": intent.since + timedelta(days=1)})
        for name, intent in stack.intents.items()
    }
    stack.cloud.looks = {
        task: [looks[0].model_copy(update={"created": stack.clock.now()})] for task, looks in stack.cloud.looks.items()
    }
    stack.run(dict.fromkeys(NAMES, "done"))
    assert max(stack.paid().values()) == 2
