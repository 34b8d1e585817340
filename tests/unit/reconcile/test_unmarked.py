"""Where tasks carry no mark: what is surely not submitted is, and whatever may be is put before a person."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from kit.clock import ManualClock
from kit.clouds import FakeCloud, job, media
from reelstack.errors import OutcomeUnknown, ProductionFailed
from reelstack.models.cut import Cut, Piece
from reelstack.models.production import Job
from reelstack.models.status import JobStatus
from reelstack.reconcile.poll import Board, Pace
from reelstack.reconcile.referee import Intent
from reelstack.reconcile.unmarked import KNOWN, SKEW, Claims, Roster, submit_unmarked
from reelstack.reconcile.wait import Watch

CUT = Cut(inputs=(Piece(asset_id="a", start=0, end=5),))
DAY = timedelta(days=1)


def submit(
    cloud: FakeCloud,
    *,
    fresh: bool = False,
    known: tuple[str, ...] = (),
    taken: Callable[[str], bool] = lambda _: False,
    adopt: str | None = None,
    grace: float = 0,
    clock: ManualClock | None = None,
) -> str:
    """The task that the video has after a run whose intent is a day old, or of this run."""
    clock = clock or ManualClock()
    board, watch = Board(cloud, clock, Pace(grace=grace)), Watch(clock, 600, lambda _: None)
    intent = Intent(nonce="n1", since=clock.now() - DAY, known=known)
    claims = Claims(fresh, taken, adopt)
    return submit_unmarked(cloud, board, "spring/teaser", CUT, intent, claims, watch).job_id


def there(*jobs: Job, **facts: Any) -> FakeCloud:
    return FakeCloud(looks={one.job_id: [one] for one in jobs}, **facts)


RUNNING = job("t1", JobStatus.PROCESSING)


def test_what_this_run_intends_is_submitted_without_a_question() -> None:
    cloud = there(RUNNING)
    assert submit(cloud, fresh=True) == "task-1"
    assert cloud.asked == []


def test_nothing_created_since_an_older_intent_proves_that_nothing_was_submitted() -> None:
    cloud = FakeCloud()
    assert submit(cloud) == "task-1"
    assert len(cloud.cuts) == 1


@pytest.mark.parametrize(
    "other",
    [
        RUNNING,
        job("t1", JobStatus.QUEUING),
        job("t1", JobStatus.UNKNOWN),
        job("t1", JobStatus.SUCCESS),
        job("t1", JobStatus.SUCCESS, media_id=""),
    ],
    ids=["processing", "waiting", "a word nobody knows", "done", "done, asset not told"],
)
def test_anything_that_may_be_it_stops_the_run_with_the_facts_and_the_two_ways_on(other: Job) -> None:
    cloud = there(other, assets={"media-of-t1": media("media-of-t1")})
    with pytest.raises(ProductionFailed, match=r"spring/teaser.*task t1.*Nothing was submitted.*`adopt_id`.*trigger"):
        submit(cloud)
    assert cloud.cuts == []


def test_a_lost_answer_stops_the_next_run_and_adopting_its_task_ends_it() -> None:
    cloud = FakeCloud(loses_answers=True)
    with pytest.raises(OutcomeUnknown, match="looked through before spring/teaser is submitted"):
        submit(cloud, fresh=True)
    with pytest.raises(ProductionFailed, match="task-1"):
        submit(cloud)
    assert submit(cloud, adopt="task-1") == "task-1"
    assert len(cloud.cuts) == 1


@pytest.mark.parametrize(
    "other",
    [job("t1", JobStatus.FAILED), job("t1", JobStatus.SUCCESS), job("t1", created=ManualClock().now() - 2 * DAY)],
    ids=["failed", "its asset is gone", "older than the intent"],
)
def test_what_is_no_use_or_no_part_of_it_does_not_stop_the_run(other: Job) -> None:
    assert submit(there(other)) == "task-1"


def test_a_task_of_a_clock_that_is_behind_counts_as_later() -> None:
    behind = RUNNING.model_copy(update={"created": ManualClock().now() - DAY - SKEW / 2})
    with pytest.raises(ProductionFailed, match="t1"):
        submit(there(behind))


def test_what_was_there_before_the_intent_is_none_of_it() -> None:
    assert submit(there(RUNNING), known=("t1",)) == "task-1"


def test_a_task_that_has_just_ended_may_still_get_its_asset() -> None:
    ended = job("t1", JobStatus.SUCCESS, completed=ManualClock().now())
    with pytest.raises(ProductionFailed, match="t1"):
        submit(there(ended), grace=120)


def test_an_empty_list_is_no_proof_while_records_may_lag() -> None:
    cloud = there(RUNNING, late=2)
    with pytest.raises(ProductionFailed, match="t1"):
        submit(cloud, grace=120)
    assert cloud.cuts == []


def test_others_of_this_run_have_time_to_say_which_tasks_are_theirs() -> None:
    clock = ManualClock()
    assert submit(there(RUNNING), taken=lambda _: clock.monotonic() > 2, clock=clock) == "task-1"
    assert 2 < clock.monotonic() < 4


def test_an_adopted_task_that_is_anothers_is_not_taken_from_it() -> None:
    assert submit(there(RUNNING), taken=lambda _: True, adopt="t1") == "task-1"


def test_an_adopted_task_says_nothing_of_new_content() -> None:
    assert submit(there(RUNNING), fresh=True, adopt="t1") == "task-1"


def test_many_tasks_are_told_as_a_few_and_a_number() -> None:
    with pytest.raises(ProductionFailed, match=r"task t4 .* and 3 more\."):
        submit(there(*(job(f"t{number}", JobStatus.PROCESSING) for number in range(8))))


def test_the_newest_tasks_are_listed_once_for_all_intents_that_are_drawn_together() -> None:
    clock, cloud = ManualClock(), there(RUNNING)
    roster = Roster(Board(cloud, clock))
    assert roster.known(cloud) == roster.known(cloud) == ("t1",)
    assert cloud.asked == ["tasks since 08:00"]
    clock.move(KNOWN)
    roster.known(cloud)
    assert len(cloud.asked) == 2
