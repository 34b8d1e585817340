"""Without client tokens: an intent of this run proves that nothing was submitted, an older one asks for a search."""

from __future__ import annotations

from datetime import timedelta
from threading import Thread

import pytest

from kit.clock import ManualClock
from kit.clouds import FakeCloud, job, media
from reelstack.errors import OutcomeUnknown, ProductionFailed, TimedOut
from reelstack.models.output import OutputSettings
from reelstack.models.production import Submission, Submitted
from reelstack.models.status import JobStatus, ProjectStatus
from reelstack.reconcile.poll import Board, Pace
from reelstack.reconcile.referee import Intent, Turns, submit_marked
from reelstack.reconcile.submit import MAX_REPLAYS
from reelstack.reconcile.token import Key
from reelstack.reconcile.wait import Watch

KEY = Key("stack", "urn::spring/teaser", "spring/teaser", "c0ffee" * 5, (), 1)


def submission(key: Key) -> Submission:
    return Submission(project_id="p", output=OutputSettings(), marker=key.marker, client_token=key.token)


def submit(cloud: FakeCloud, *, fresh: bool = False, clock: ManualClock | None = None) -> tuple[Submitted, Key]:
    clock = clock or ManualClock()
    board, watch = Board(cloud, clock, Pace(grace=60)), Watch(clock, 600, lambda _: None)
    intent = Intent(nonce="n1", since=clock.now() - timedelta(days=1))
    return submit_marked(cloud, board, KEY, submission, intent, watch, fresh=fresh)


def seen(cloud: FakeCloud, generation: int, status: JobStatus, **facts: object) -> str:
    """Let an earlier run have submitted this generation."""
    key = Key("stack", "urn::spring/teaser", "spring/teaser", "c0ffee" * 5, (), generation)
    job_id = f"old-{generation}"
    cloud.by_token[key.token] = job_id
    cloud.looks[job_id] = [job(job_id, status, **facts)]
    return job_id


def test_what_this_run_intends_is_submitted_without_a_question() -> None:
    cloud = FakeCloud()
    assert submit(cloud, fresh=True)[0].job_id == "new-1"
    assert cloud.asked == []


def test_an_older_intent_has_the_cloud_searched_first() -> None:
    cloud = FakeCloud()
    job_id = seen(cloud, 1, JobStatus.PROCESSING)
    assert submit(cloud)[0].job_id == job_id
    assert cloud.submissions == []


def test_an_empty_search_is_no_proof_while_the_index_may_lag() -> None:
    cloud = FakeCloud(late=3)
    job_id = seen(cloud, 1, JobStatus.PROCESSING)
    assert submit(cloud)[0].job_id == job_id
    assert cloud.submissions == []


def test_what_is_not_found_for_as_long_as_the_index_lags_is_submitted() -> None:
    cloud, clock = FakeCloud(), ManualClock()
    assert submit(cloud, clock=clock)[0].job_id == "new-1"
    assert clock.monotonic() >= 60


def test_a_lost_answer_is_found_by_the_next_run_and_paid_for_once() -> None:
    cloud = FakeCloud(loses_answers=True)
    with pytest.raises(OutcomeUnknown, match="looked for before anything is submitted"):
        submit(cloud, fresh=True)
    assert submit(cloud)[0].job_id == "new-1"
    assert len(cloud.submissions) == 1


def test_what_was_found_and_has_lost_its_video_is_followed_by_the_next_generation() -> None:
    cloud = FakeCloud()
    seen(cloud, 1, JobStatus.SUCCESS)
    submitted, key = submit(cloud)
    assert (submitted.job_id, key.generation) == ("new-1", 2)


def test_what_was_found_with_its_video_is_taken() -> None:
    cloud = FakeCloud(assets={"media-of-old-1": media("media-of-old-1")})
    job_id = seen(cloud, 1, JobStatus.SUCCESS)
    assert submit(cloud)[0].job_id == job_id


def test_there_is_an_end_to_generations() -> None:
    cloud = FakeCloud()
    for generation in range(1, MAX_REPLAYS + 1):
        seen(cloud, generation, JobStatus.SUCCESS)
    with pytest.raises(ProductionFailed, match="earlier submissions"):
        submit(cloud)
    assert cloud.submissions == []


# ── turns ──


def test_a_project_that_is_being_produced_is_waited_for() -> None:
    cloud, clock = FakeCloud(projects={"p": [ProjectStatus.PRODUCING] * 3 + [ProjectStatus.PRODUCED]}), ManualClock()
    with Turns().of(cloud, Board(cloud, clock), "p", Watch(clock, 600, lambda _: None)):
        assert clock.monotonic() > 0


def test_the_job_that_this_run_gave_a_project_is_waited_for_even_if_its_status_lags() -> None:
    cloud, clock, turns = FakeCloud(), ManualClock(), Turns()
    cloud.looks["j1"] = [job("j1", JobStatus.PROCESSING), job("j1", JobStatus.PROCESSING), job("j1")]
    board, watch = Board(cloud, clock), Watch(clock, 600, lambda _: None)
    with turns.of(cloud, board, "p", watch):
        turns.took("p", "j1")
    with turns.of(cloud, board, "p", watch):
        assert [look for look in cloud.asked if look == "get j1"] == ["get j1"] * 3


def test_waiting_for_a_turn_has_an_end() -> None:
    cloud, clock = FakeCloud(projects={"p": [ProjectStatus.PRODUCING]}), ManualClock()
    watch = Watch(clock, 60, lambda _: None)
    with pytest.raises(TimedOut, match="goes first"), Turns().of(cloud, Board(cloud, clock), "p", watch):
        pytest.fail("it was let in")


def test_two_of_one_project_are_never_inside_together() -> None:
    cloud, clock, turns = FakeCloud(), ManualClock(), Turns()
    board, inside, most = Board(cloud, clock), set[int](), []

    def produce(number: int) -> None:
        with turns.of(cloud, board, "p", Watch(clock, 600, lambda _: None, nap=0.01)):
            inside.add(number)
            most.append(len(inside))
            inside.discard(number)

    threads = [Thread(target=produce, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1] * 8
