"""Which projects need not be read: those that a search shows as they were left, and what looking for them may cost."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from kit.clock import ManualClock
from reelstack.errors import Unavailable
from reelstack.models.project import Project
from reelstack.models.status import ProjectStatus
from reelstack.reconcile import drift
from reelstack.reconcile.untouched import FEW, PAGE, Untouched

START = datetime(2026, 1, 15, 8, 30, tzinfo=UTC)


def project(name: str, at: int = 0, **fields: Any) -> Project:
    moment = START + timedelta(seconds=at)
    told = {"title": name, "timeline": {"VideoTracks": []}, "created": moment, "modified": moment, **fields}
    return Project(project_id=name, status=ProjectStatus.DRAFT, **told)


class Account:
    """Projects, oldest first; the pages that were walked are counted."""

    def __init__(self, *held: Project, fails: bool = False) -> None:
        self.held = sorted(held, key=lambda one: one.created or START)
        self.fails = fails
        self.pages = 0

    def search(self, moment: datetime) -> Iterator[Project]:
        for at, one in enumerate(each for each in self.held if each.created and each.created >= moment):
            if at % PAGE == 0:
                self.pages += 1
                if self.fails:
                    raise Unavailable(cloud="fake", action="Search", code="500", message="later")
            yield one


class Gathering(ManualClock):
    """A clock by which one sleeps until all have asked."""

    def __init__(self) -> None:
        super().__init__()
        self.barrier: threading.Barrier | None = None

    def sleep(self, seconds: float) -> None:
        if self.barrier is not None:
            self.barrier.wait(timeout=30)
        os.sched_yield()


def ask(account: Account, *left: Project) -> dict[str, bool]:
    """Ask of each project whether it is as it was left, all at once."""
    clock, answers = Gathering(), dict[str, bool]()
    clock.barrier = threading.Barrier(len(left))
    untouched = Untouched(account.search, clock)

    def one(each: Project) -> None:
        answers[each.project_id] = untouched.is_as_left(each.project_id, drift.left(each))

    threads = [threading.Thread(target=one, args=(each,)) for each in left]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


OURS = [project(f"p{n}", n) for n in range(10)]


def test_what_is_as_it_was_left_needs_one_page_for_all() -> None:
    account = Account(*OURS)
    assert ask(account, *OURS) == dict.fromkeys([one.project_id for one in OURS], True)
    assert account.pages == 1


def test_what_was_edited_or_is_not_shown_is_to_be_read() -> None:
    edited = project("p0", 0, title="Edited elsewhere")
    answers = ask(Account(edited, *OURS[2:]), *OURS)
    assert {name for name, as_left in answers.items() if not as_left} == {"p0", "p1"}


def test_a_search_without_timelines_is_believed_by_the_times() -> None:
    moved = START + timedelta(hours=1)
    shown = [
        project(f"p{n}", n, timeline=None, modified=moved if n == 3 else START + timedelta(seconds=n))
        for n in range(10)
    ]
    answers = ask(Account(*shown), *OURS)
    assert {name for name, as_left in answers.items() if not as_left} == {"p3"}


def test_a_project_that_was_only_produced_is_as_it_was_left_where_its_content_is_shown() -> None:
    produced = [project(f"p{n}", n, modified=START + timedelta(hours=1)) for n in range(10)]
    assert all(ask(Account(*produced), *OURS).values())


def test_few_are_not_searched_for() -> None:
    account = Account(*OURS)
    assert not any(ask(account, *OURS[: FEW - 1]).values())
    assert account.pages == 0


def test_others_projects_do_not_raise_what_it_costs() -> None:
    foreign = [project(f"foreign{n}", n % 10) for n in range(5000)]
    account = Account(*foreign, *OURS)
    answers = ask(account, *OURS)
    assert account.pages - sum(answers.values()) <= 1


@pytest.mark.parametrize("missing", ["created", "modified", "echo"])
def test_a_state_that_does_not_know_how_it_was_left_is_read(missing: str) -> None:
    left = {key: value for key, value in drift.left(OURS[0]).items() if key != missing}
    assert not drift.is_as_left(project("p0", timeline=None), left)


def test_a_search_that_fails_is_no_answer() -> None:
    assert not any(ask(Account(*OURS, fails=True), *OURS).values())


def test_what_a_search_showed_does_for_a_while() -> None:
    account, clock = Account(*OURS), ManualClock()
    untouched = Untouched(account.search, clock)
    untouched._wanted = {one.project_id: drift.left(one) for one in OURS}
    assert untouched.is_as_left("p0", drift.left(OURS[0]))
    assert untouched.is_as_left("p9", drift.left(OURS[9]))
    assert account.pages == 1
    clock.move(60)
    assert not untouched.is_as_left("p0", drift.left(OURS[0])), "alone it is read by id"
