"""Waiting: one board for all gates, deadlines that mean something, and nothing asked too often."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kit.clock import ManualClock
from kit.clouds import FakeCloud, job
from reelstack.errors import TimedOut, Unavailable
from reelstack.models.status import JobStatus
from reelstack.reconcile.wait import Board, Pace, Watch, until_settled

RUNNING = JobStatus.PROCESSING
FEW = Pace().one_by_one


def watch(clock: ManualClock, said: list[str], seconds: float = 600, given_up: bool = False) -> Watch:
    return Watch(clock, clock.monotonic() + seconds, said.append, lambda: given_up)


def test_a_job_is_waited_for_and_its_progress_is_told_once_each() -> None:
    clock, said = ManualClock(), list[str]()
    looks = [job(status=JobStatus.INIT), job(status=RUNNING, progress=40), job(status=RUNNING, progress=40), job()]
    found = until_settled(Board(FakeCloud({"j1": looks}), clock), "j1", "teaser", watch(clock, said))
    assert found is not None
    assert found.status.succeeded
    assert said == ["init", "processing 40%"]


def test_a_job_that_the_cloud_does_not_know_is_none() -> None:
    clock = ManualClock()
    assert until_settled(Board(FakeCloud(), clock), "gone", "teaser", watch(clock, [])) is None


def test_the_deadline_names_the_job_and_says_how_to_go_on() -> None:
    clock = ManualClock()
    board = Board(FakeCloud({"j1": [job(status=RUNNING, progress=7)]}), clock)
    with pytest.raises(TimedOut, match=r"teaser: job j1 is processing 7%.*run again"):
        until_settled(board, "j1", "teaser", watch(clock, [], seconds=30))
    assert clock.monotonic() == pytest.approx(30, abs=1.5)


def test_an_unknown_status_word_is_waited_for_until_the_deadline() -> None:
    clock = ManualClock()
    board = Board(FakeCloud({"j1": [job(status=JobStatus.UNKNOWN)]}), clock)
    with pytest.raises(TimedOut, match="unknown"):
        until_settled(board, "j1", "teaser", watch(clock, [], seconds=30))


def test_a_run_that_ends_does_not_hold_its_gates() -> None:
    clock = ManualClock()
    board = Board(FakeCloud({"j1": [job(status=RUNNING)]}), clock)
    with pytest.raises(TimedOut, match="stopped waiting"):
        until_settled(board, "j1", "teaser", watch(clock, [], given_up=True))
    assert clock.monotonic() < 1


def test_a_cloud_that_does_not_answer_is_waited_for() -> None:
    clock, said = ManualClock(), list[str]()
    cloud = FakeCloud({"j1": [job()]}, silent={"j1"})

    def tell(line: str) -> None:
        said.append(line)
        cloud.silent.clear()

    found = until_settled(Board(cloud, clock), "j1", "teaser", Watch(clock, 600, tell))
    assert found is not None
    assert said == ["the cloud does not answer (ServiceUnAvailable)"]


def crowd(clock: ManualClock, count: int, *, age: timedelta = timedelta(0)) -> tuple[FakeCloud, Board]:
    """A board that so many waiters with running jobs have joined."""
    jobs = [job(f"j{n}", RUNNING, created=clock.now() - age) for n in range(count)]
    cloud = FakeCloud({one.job_id: [one] for one in jobs})
    board = Board(cloud, clock)
    for one in jobs:
        board.join(one)
    return cloud, board


def test_a_listed_word_that_we_do_not_know_is_looked_at_by_id() -> None:
    cloud, board = crowd(ManualClock(), FEW + 1)
    cloud.looks["j0"] = [job("j0", JobStatus.UNKNOWN)]
    board.look("j0")
    assert cloud.asked == ["list since 08:30", "get j0"]


def test_few_jobs_are_looked_at_one_by_one() -> None:
    cloud, board = crowd(ManualClock(), FEW)
    board.look("j0")
    assert cloud.asked == ["get j0"]


def test_many_jobs_share_one_list_within_an_interval() -> None:
    cloud, board = crowd(ManualClock(), FEW + 1)
    for name in list(cloud.looks):
        board.look(name)
    assert cloud.asked == ["list since 08:30"]


def test_the_list_reaches_back_to_the_oldest_job() -> None:
    cloud, board = crowd(ManualClock(), FEW + 1, age=timedelta(hours=2))
    board.look("j0")
    assert cloud.asked == ["list since 06:30"]


def test_a_listed_job_that_has_settled_is_settled_by_its_id() -> None:
    cloud, board = crowd(ManualClock(), FEW + 1)
    cloud.looks["j0"] = [job("j0", JobStatus.FAILED, request_id="R-1")]
    found = board.look("j0")
    assert found is not None
    assert (found.request_id, cloud.asked) == ("R-1", ["list since 08:30", "get j0"])


def test_where_lists_tell_all_a_settled_job_needs_no_further_look_and_a_missing_one_does() -> None:
    cloud, board = crowd(ManualClock(), 3)
    board.pace = Pace(one_by_one=1, lists_tell_all=True)
    cloud.looks["j0"] = [job("j0", JobStatus.FAILED)]
    del cloud.looks["j1"]
    assert [one and one.status for one in map(board.look, ("j0", "j1", "j2"))] == [JobStatus.FAILED, None, RUNNING]
    assert cloud.asked == ["list since 08:30", "get j1"]


def test_one_job_that_cannot_be_looked_at_is_no_trouble_of_the_others() -> None:
    cloud, board = crowd(ManualClock(), 2)
    cloud.silent.add("j1")
    assert board.look("j0") is not None
    with pytest.raises(Unavailable):
        board.look("j1")


def test_a_waiter_that_has_left_is_not_listed_for() -> None:
    cloud, board = crowd(ManualClock(), FEW + 1)
    board.leave("j1")
    board.look("j0")
    assert cloud.asked == ["get j0"]
