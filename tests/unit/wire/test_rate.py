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
