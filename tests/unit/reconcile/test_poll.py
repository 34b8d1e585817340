"""The one poller: what it asks for how many, how often, and that nothing is settled but by a look by id."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise
from random import Random

import pytest

from kit.clock import ManualClock
from kit.clouds import FakeCloud, job, media
from reelstack.models.production import Job, Media
from reelstack.models.status import JobStatus
from reelstack.reconcile.poll import Board, Look, Pace, at_once

RUNNING = JobStatus.PROCESSING
FEW = Pace().one_by_one


class Always:
    """A die that always falls alike."""

    def __init__(self, value: float = 0.5) -> None:
        self.value = value

    def random(self) -> float:
        return self.value


@dataclass
class Counted(FakeCloud):
    """A cloud that keeps which assets it was asked for together."""

    batches: list[list[str]] = field(default_factory=list)

    def get_media(self, media_ids: Collection[str]) -> Mapping[str, Media]:
        self.batches.append(sorted(media_ids))
        return super().get_media(media_ids)


class Crowd:
    """So many waiters for running jobs, and what they see as time goes by."""

    def __init__(self, count: int, pace: Pace | None = None, *, spawn: Callable[..., None] = at_once) -> None:
        self.clock = ManualClock()
        self.names = [f"j{n}" for n in range(count)]
        self.cloud = Counted({name: [job(name, RUNNING)] for name in self.names})
        self.board = Board(self.cloud, self.clock, pace or Pace(), Always(), spawn)
        self.waits = {name: ExitStack() for name in self.names}
        for name, wait in self.waits.items():
            wait.enter_context(self.board.jobs.awaiting(name))

    def after(self, seconds: float, step: float = 0.1) -> dict[str, Look[Job] | None]:
        """What each sees after so many seconds, in which all have come by again and again."""
        until = self.clock.monotonic() + seconds
        while self.clock.monotonic() < until:
            self.clock.move(step)
            for name in self.names:
                self.board.jobs.newest(name)
        return {name: self.board.jobs.newest(name) for name in self.names}

    def leave(self, name: str) -> None:
        self.names.remove(name)
        self.waits[name].close()


def found(seen: Mapping[str, Look[Job] | None]) -> dict[str, JobStatus | None]:
    return {name: look.found.status if look and look.found else None for name, look in seen.items()}


def test_few_jobs_are_looked_at_one_by_one_and_at_once() -> None:
    crowd = Crowd(FEW)
    assert set(found(crowd.after(0.1)).values()) == {RUNNING}
    assert Counter(crowd.cloud.asked) == Counter(f"get j{n}" for n in range(FEW))


def test_many_jobs_share_one_list() -> None:
    crowd = Crowd(FEW + 1)
    assert set(found(crowd.after(0.1)).values()) == {RUNNING}
    assert crowd.cloud.asked == ["list since 07:30"]


def test_the_list_reaches_back_to_the_oldest_job() -> None:
    crowd = Crowd(FEW + 1)
    crowd.cloud.looks["j0"] = [job("j0", RUNNING, created=crowd.clock.now() - timedelta(hours=2))]
    crowd.after(4)
    assert crowd.cloud.asked == ["list since 07:30", "get j0", "list since 06:30"]


@pytest.mark.parametrize("word", [JobStatus.FAILED, JobStatus.SUCCESS, JobStatus.UNKNOWN])
def test_a_listed_job_that_is_not_on_its_way_is_looked_at_by_its_id(word: JobStatus) -> None:
    crowd = Crowd(FEW + 1)
    crowd.cloud.looks["j0"] = [job("j0", word, request_id="R-1")]
    look = crowd.after(0.1)["j0"]
    assert look is not None
    assert look.found is not None
    assert (look.found.request_id, crowd.cloud.asked) == ("R-1", ["list since 07:30", "get j0"])


def test_where_lists_tell_all_a_settled_job_needs_no_further_look_and_a_missing_one_does() -> None:
    crowd = Crowd(3, Pace(one_by_one=1, lists_tell_all=True))
    crowd.cloud.looks["j0"] = [job("j0", JobStatus.FAILED)]
    del crowd.cloud.looks["j1"]
    assert found(crowd.after(0.1)) == {"j0": JobStatus.FAILED, "j1": None, "j2": RUNNING}
    assert crowd.cloud.asked == ["list since 07:30", "get j1"]


def test_one_job_that_cannot_be_looked_at_is_no_trouble_of_the_others() -> None:
    crowd = Crowd(2)
    crowd.cloud.silent.add("j1")
    seen = crowd.after(0.1)
    assert [look.error is None for look in seen.values() if look] == [True, False]


def test_a_look_that_takes_long_is_not_made_twice_and_holds_up_no_other() -> None:
    held: list[Callable[[], None]] = []
    crowd = Crowd(1, spawn=held.append)
    crowd.after(60)
    assert len(held) == 1
    held.pop()()
    held.pop()()
    assert found(crowd.after(0)) == {"j0": RUNNING}


def test_who_has_left_is_looked_at_no_more() -> None:
    crowd = Crowd(FEW + 1)
    crowd.after(0.1)
    crowd.leave("j1")
    crowd.after(4)
    assert crowd.cloud.asked[0] == "list since 07:30"
    assert Counter(crowd.cloud.asked[1:]) == Counter(f"get {name}" for name in crowd.names)


def test_two_who_await_the_same_share_its_looks_until_the_last_has_left() -> None:
    crowd = Crowd(1)
    with crowd.board.jobs.awaiting("j0"):
        crowd.after(0.1)
    assert found(crowd.after(0)) == {"j0": RUNNING}
    assert crowd.cloud.asked == ["get j0"]


def test_requests_do_not_grow_with_the_number_of_gates() -> None:
    asked = {}
    for count in (40, 400):
        crowd = Crowd(count)
        crowd.after(600, step=1)
        asked[count] = len(crowd.cloud.asked)
    assert asked[400] == asked[40] <= 60


def test_assets_are_read_together() -> None:
    crowd = Crowd(0)
    crowd.cloud.assets["m1"] = media("m1")
    with crowd.board.media.awaiting("m1"), crowd.board.media.awaiting("m2"):
        crowd.clock.move(1)
        looks = [crowd.board.media.newest(name) for name in ("m1", "m2")]
    assert [look and look.found is not None for look in looks] == [True, False]
    assert crowd.cloud.batches == [["m1", "m2"]]


def rounds(die: Random | Always, seconds: float = 400) -> list[float]:
    """The moments at which a lonely job is looked at."""
    clock, moments = ManualClock(), list[float]()

    def noted(look: Callable[[], None]) -> None:
        moments.append(clock.monotonic())
        look()

    board = Board(FakeCloud({"j": [job("j", RUNNING)]}), clock, Pace(), die, noted)
    with board.jobs.awaiting("j"):
        while clock.monotonic() < seconds:
            clock.move(0.1)
            board.jobs.newest("j")
    return moments[::2]  # a round, then the look in it


def test_looks_become_rarer_down_to_a_bound_while_nothing_happens() -> None:
    pauses = [later - sooner for sooner, later in pairwise(rounds(Always())[1:])]
    assert pauses[:2] == pytest.approx([3.9, 5.07], abs=0.2)
    assert pauses[-3:] == pytest.approx([15, 15, 15], abs=0.2)


def test_runs_that_began_together_do_not_look_together() -> None:
    one, other = rounds(Random(1)), rounds(Random(2))
    assert not set(one[1:]) & set(other[1:5])
    assert max(later - sooner for sooner, later in pairwise(one)) <= 30.2


def test_who_comes_is_looked_at_soon_and_makes_looks_frequent_again() -> None:
    crowd = Crowd(1)
    crowd.after(300)
    before = len(crowd.cloud.asked)
    with crowd.board.jobs.awaiting("j9"):
        crowd.names.append("j9")
        crowd.after(3.2)
        assert Counter(crowd.cloud.asked[before:]) == Counter({"get j9": 2, "get j0": 1})
