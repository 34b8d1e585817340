"""Waiting: deadlines that mean something, whatever the cloud is doing."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

import pytest

from kit.clock import ManualClock
from kit.clouds import FakeCloud, job, media
from reelstack.errors import Denied, TimedOut
from reelstack.models.production import Job, Media
from reelstack.models.status import JobStatus, MediaStatus
from reelstack.reconcile.poll import Board
from reelstack.reconcile.wait import Watch, until_seen, until_settled

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


class Analysing(FakeCloud):
    """A cloud that looks at an asset for a while."""

    def get_media(self, media_ids: Collection[str]) -> Mapping[str, Media]:
        self.asked += media_ids
        status = MediaStatus.PREPARING if len(self.asked) < 4 else MediaStatus.NORMAL
        return {media_id: media(media_id, status=status) for media_id in media_ids}


@pytest.mark.parametrize(
    ("cloud", "told"), [(Analysing(), ["produced, being analysed"]), (FakeCloud(assets={"m1": media("m1")}), [])]
)
def test_only_an_asset_that_is_waited_for_is_told_of_and_once(cloud: FakeCloud, told: list[str]) -> None:
    clock, said = ManualClock(), list[str]()
    found = until_seen(Board(cloud, clock), "m1", lambda one: one.analysed, "teaser", watch(clock, said))
    assert (found, said) == (media("m1"), told)


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


def test_a_cloud_that_stays_silent_is_told_when_the_waiting_ends() -> None:
    clock = ManualClock()
    cloud = FakeCloud({"j1": [job()]}, silent={"j1"})
    with pytest.raises(
        TimedOut, match=r"teaser: job j1 cannot be seen: the cloud does not answer \(ServiceUnAvailable\)\."
    ):
        until_settled(Board(cloud, clock), "j1", "teaser", watch(clock, [], seconds=30))


def test_an_answer_that_does_not_come_holds_up_neither_the_deadline_nor_whoever_gives_up() -> None:
    clock, held = ManualClock(), list[Callable[[], None]]()
    board = Board(FakeCloud({"j1": [job()]}), clock, spawn=held.append)
    with pytest.raises(TimedOut, match="job j1 is looked for"):
        until_settled(board, "j1", "teaser", watch(clock, [], seconds=30))
    assert clock.monotonic() == pytest.approx(30, abs=0.1)
    with pytest.raises(TimedOut, match="stopped waiting"):
        until_settled(board, "j1", "teaser", watch(clock, [], given_up=True))
    assert clock.monotonic() == pytest.approx(30, abs=0.1)
    assert held, "there was a call under way"


def test_an_error_that_waiting_does_not_mend_is_raised() -> None:
    class Locked(FakeCloud):
        def get_job(self, job_id: str) -> Job:
            raise Denied(cloud="fake", action="GetJob", code="Forbidden", message=job_id)

    clock = ManualClock()
    with pytest.raises(Denied):
        until_settled(Board(Locked(), clock), "j1", "teaser", watch(clock, []))
    assert clock.monotonic() < 1
