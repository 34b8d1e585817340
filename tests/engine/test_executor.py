"""Who waits for whom among the registrations of a run."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace

from reelstack.engine.events import Event, StepStarted
from reelstack.engine.executor import Executor

URN = "urn:pulumi:dev::scenarios::pulumi-python:dynamic:Thing::"
FIRST = StepStarted(op="same", urn=f"{URN}first", type="pulumi-python:dynamic:Thing", name="first")
SECOND = replace(FIRST, urn=f"{URN}second", name="second")


def test_what_was_registered_before_a_refused_name_is_begun_before_the_run_is_stopped() -> None:
    told: list[Event] = []
    executor = Executor(told.append, 1)
    executor.undecided(FIRST.urn)
    with ThreadPoolExecutor(1) as pool:
        refused = pool.submit(_refuse, executor)
        executor.at_once(FIRST, lambda: None)  # refused, were the run stopped already
        refused.result(10)
    assert next(getattr(one, "urn", "") for one in told) == FIRST.urn


def test_nobody_waits_for_what_was_registered_later() -> None:
    executor = Executor(lambda _: None, 1)
    executor.undecided(FIRST.urn)
    executor.undecided("later")
    executor.decided(FIRST.urn)
    executor.wait_turn("later")


def test_nobody_waits_in_a_run_that_was_stopped() -> None:
    executor = Executor(lambda _: None, 1)
    executor.undecided(FIRST.urn)
    executor.stop(failed=True)
    executor.wait_turn()


def test_a_step_that_waits_for_its_slot_is_decided() -> None:
    executor = Executor(lambda _: None, 1)
    end: Future[None] = Future()
    with ThreadPoolExecutor(2) as pool:
        slow = pool.submit(executor.perform, FIRST, end.result)
        executor.undecided(SECOND.urn)
        waiting = pool.submit(executor.perform, SECOND, lambda: None)
        executor.wait_turn()
        end.set_result(None)
        slow.result(10)
        waiting.result(10)


def _refuse(executor: Executor) -> None:
    executor.wait_turn()
    executor.fail(SECOND.urn, "its name is taken")
