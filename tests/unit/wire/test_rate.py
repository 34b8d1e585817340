"""Keeping under a cloud's limits."""

from __future__ import annotations

import threading

from hypothesis import given
from hypothesis import strategies as st

from kit.clock import ManualClock
from reelstack.wire.rate import Limiter


@given(rate=st.integers(1, 5), pauses=st.lists(st.floats(0, 1), max_size=40))
def test_no_second_sees_more_requests_than_the_rate(rate: int, pauses: list[float]) -> None:
    clock = ManualClock()
    limiter = Limiter(clock, {}, default=rate)
    passed = []
    for pause in pauses:
        clock.move(pause)
        limiter.wait("A")
        passed.append(clock.monotonic())
    assert all(later - first >= 1 - 1e-9 for first, later in zip(passed, passed[rate:], strict=False))


def test_up_to_the_rate_nobody_waits_and_the_next_waits_once() -> None:
    clock = ManualClock()
    limiter = Limiter(clock)
    for _ in range(30):
        limiter.wait("SubmitMediaProducingJob")
    assert clock.slept == []
    limiter.wait("SubmitMediaProducingJob")
    assert clock.slept == [1.0]


def test_operations_do_not_wait_for_each_other() -> None:
    clock = ManualClock()
    limiter = Limiter(clock, {}, default=1)
    limiter.wait("A")
    limiter.wait("B")
    assert clock.slept == []


class StandingClock(ManualClock):
    """Threads that sleep do not move it: each sees the same moment."""

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)


def test_threads_share_one_limit() -> None:
    clock = StandingClock()
    limiter = Limiter(clock, {}, default=2)
    threads = [threading.Thread(target=limiter.wait, args=("A",)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(clock.slept) == [1.0, 1.0, 2.0, 2.0]


def burst(limiter: Limiter, clock: ManualClock, number: int) -> float:
    """Seconds that so many requests take."""
    start = clock.monotonic()
    for _ in range(number):
        limiter.wait("A")
    return clock.monotonic() - start


def test_a_refusal_halves_the_limit_because_somebody_else_uses_it_too() -> None:
    clock = ManualClock()
    limiter = Limiter(clock, {}, default=20)
    limiter.refused("A")
    assert burst(limiter, clock, 10) == 0
    assert burst(limiter, clock, 1) == 1.0


def test_refusals_within_a_window_count_once_and_one_request_always_passes() -> None:
    clock = ManualClock()
    limiter = Limiter(clock, {}, default=4)
    for _ in range(9):
        limiter.refused("A")
    assert burst(limiter, clock, 2) == 0
    for _ in range(9):
        clock.move(1)
        limiter.refused("A")
    assert burst(limiter, clock, 3) >= 1.0


def test_a_halved_limit_grows_back_while_nothing_is_refused_and_no_further() -> None:
    clock = ManualClock()
    limiter = Limiter(clock, {}, default=20)
    limiter.refused("A")
    clock.move(60)
    assert burst(limiter, clock, 20) == 0
    assert burst(limiter, clock, 1) == 1.0


def test_a_refusal_counts_also_right_after_the_limit_has_grown() -> None:
    clock = ManualClock()
    limiter = Limiter(clock, {}, default=8)
    limiter.refused("A")
    clock.move(1)
    assert burst(limiter, clock, 2) == 0
    limiter.refused("A")
    clock.move(0.9)
    assert burst(limiter, clock, 1) > 0


def test_a_refusal_slows_its_own_operation_only() -> None:
    clock = ManualClock()
    limiter = Limiter(clock, {}, default=2)
    limiter.refused("B")
    assert burst(limiter, clock, 2) == 0


@given(st.lists(st.tuples(st.floats(0, 2), st.booleans()), max_size=40))
def test_whatever_is_refused_no_second_sees_more_than_the_rate(steps: list[tuple[float, bool]]) -> None:
    clock = ManualClock()
    limiter = Limiter(clock, {}, default=3)
    passed = []
    for pause, refused in steps:
        clock.move(pause)
        if refused:
            limiter.refused("A")
        limiter.wait("A")
        passed.append(clock.monotonic())
    assert all(later - first >= 1 - 1e-9 for first, later in zip(passed, passed[3:], strict=False))
