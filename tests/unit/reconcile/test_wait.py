"""Waiting: one board for all gates, deadlines that mean something, and nothing asked too often."""

from __future__ import annotations

import pytest

from kit.clock import ManualClock
from kit.clouds import FakeCloud, job
from reelstack.errors import TimedOut
from reelstack.models.status import JobStatus
from reelstack.reconcile.wait import ONE_BY_ONE, Board, Watch, until_settled

RUNNING = JobStatus.PROCESSING


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


def test_two_waiters_within_one_interval_share_a_look() -> None:
    clock = ManualClock()
    cloud = FakeCloud({"j1": [job(status=RUNNING)]})
    board = Board(cloud, clock)
    board.watch("j1")
    assert board.look("j1") == board.look("j1")
    assert cloud.asked == ["get j1"]


def test_many_jobs_are_looked_up_together() -> None:
    clock = ManualClock()
    names = [f"j{n}" for n in range(ONE_BY_ONE + 1)]
    cloud = FakeCloud({name: [job(name, RUNNING)] for name in names})
    board = Board(cloud, clock)
    for name in names:
        board.watch(name)
    board.look("j0")
    assert cloud.asked == ["list"]


def test_a_settled_job_is_not_looked_at_again() -> None:
    clock = ManualClock()
    cloud = FakeCloud({"j1": [job()], "j2": [job("j2", RUNNING)]})
    board = Board(cloud, clock)
    board.watch("j1")
    board.watch("j2")
    board.look("j1")
    clock.move(60)
    board.look("j2")
    assert cloud.asked == ["get j1", "get j2", "get j2"]
