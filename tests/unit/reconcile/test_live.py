"""Joined reads by id, the order of looks, and what many missing assets at once mean."""

from __future__ import annotations

import os
import threading
from collections.abc import Collection, Mapping
from datetime import timedelta

import pytest

from kit.clock import ManualClock
from kit.clouds import FakeCloud, job, media
from reelstack.errors import ConfigError, Unavailable
from reelstack.models.production import Media
from reelstack.models.status import JobStatus, MediaStatus
from reelstack.reconcile.live import Reads
from reelstack.reconcile.look import look
from reelstack.reconcile.outcome import Verdict


class Shelf:
    """Assets by id; what it was asked for is kept, batch by batch."""

    def __init__(self, *there: str, fails: bool = False) -> None:
        self.there = there
        self.fails = fails
        self.batches: list[list[str]] = []

    def read(self, ids: Collection[str]) -> Mapping[str, Media]:
        self.batches.append(sorted(ids))
        if self.fails:
            raise Unavailable(cloud="fake", action="Get", code="500", message="later")
        return {id_: media(id_) for id_ in ids if id_ in self.there}


def together(shelf: Shelf, ids: list[str]) -> dict[str, object]:
    """Ask from as many threads as there are ids; the first reads when all have asked."""

    def until_all_have_asked(_: float) -> None:
        while len(reads._batch) < len(ids):
            os.sched_yield()

    reads, answers = Reads(shelf.read, until_all_have_asked), dict[str, object]()

    def ask(id_: str) -> None:
        try:
            answers[id_] = reads.get(id_)
        except Unavailable as error:
            answers[id_] = error.code

    threads = [threading.Thread(target=ask, args=(id_,)) for id_ in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_what_is_asked_for_together_is_read_at_once_and_each_gets_its_own() -> None:
    shelf, ids = Shelf(*"abcdefgh"), list("abcdefghxy")
    answers = together(shelf, ids)
    assert answers == {**{id_: media(id_) for id_ in "abcdefgh"}, "x": None, "y": None}
    assert shelf.batches == [sorted(ids)]


def test_a_read_that_fails_fails_for_all_who_wait_for_it() -> None:
    assert set(together(Shelf(fails=True), list("abc")).values()) == {"500"}


def looked_up(there: str, asked: str) -> Reads[Media]:
    reads = Reads(Shelf(*there).read, ManualClock().sleep)
    for id_ in asked:
        reads.get(id_)
    return reads


@pytest.mark.parametrize(("there", "asked"), [("", "ab"), ("abc", "abcxyz"), ("abcdefg", "abcdefgxyz")])
def test_some_missing_assets_are_believed_to_be_gone(there: str, asked: str) -> None:
    looked_up(there, asked).tally.require_plausible("ims cn-shanghai")


@pytest.mark.parametrize(("there", "asked"), [("", "abc"), ("ab", "abxyz")])
def test_three_missing_and_more_than_half_are_the_wrong_account(there: str, asked: str) -> None:
    with pytest.raises(ConfigError, match=r"nothing is made anew.*reelstack:missing"):
        looked_up(there, asked).tally.require_plausible("ims cn-shanghai")


def judged(cloud: FakeCloud, media_id: str = "media-of-j1", age: timedelta | None = None) -> Verdict:
    clock = ManualClock()
    reads = Reads(cloud.get_media, clock.sleep)
    submitted = clock.now() - age if age is not None else None
    verdict, _ = look(cloud, reads.get, "j1", media_id, attempt=1, submitted=submitted, now=clock.now(), grace=0)
    return verdict


def test_an_asset_in_order_needs_no_look_at_its_job() -> None:
    cloud = FakeCloud(assets={"media-of-j1": media()})
    assert judged(cloud) is Verdict.DONE
    assert cloud.asked == []


def test_a_job_whose_record_expired_is_no_change_while_its_asset_is_there() -> None:
    assert judged(FakeCloud(assets={"media-of-j1": media(status=MediaStatus.PREPARING)})) is Verdict.DONE


def test_an_asset_that_is_gone_was_lost_whether_its_job_is_known_or_not() -> None:
    assert judged(FakeCloud()) is Verdict.VANISHED
    assert judged(FakeCloud({"j1": [job()]})) is Verdict.LOST


def test_a_job_that_has_not_settled_has_lost_nothing() -> None:
    assert judged(FakeCloud({"j1": [job(status=JobStatus.PROCESSING)]})) is Verdict.UNSETTLED


@pytest.mark.parametrize(
    ("age", "verdict"), [(timedelta(hours=47), Verdict.UNSETTLED), (timedelta(hours=48), Verdict.VANISHED)]
)
def test_what_nothing_is_heard_of_is_still_to_come_until_no_production_takes_so_long(
    age: timedelta, verdict: Verdict
) -> None:
    assert judged(FakeCloud({"j1": [job(status=JobStatus.INIT, unheard=True)]}), age=age) is verdict
    assert judged(FakeCloud({"j1": [job(status=JobStatus.INIT)]}), age=age) is Verdict.UNSETTLED


def test_a_job_tells_the_asset_that_its_submission_did_not() -> None:
    cloud = FakeCloud({"j1": [job()]})
    assert judged(cloud, media_id="") is Verdict.LOST
    cloud.assets["media-of-j1"] = media()
    assert judged(cloud, media_id="") is Verdict.DONE


def test_nothing_is_said_to_be_missing_where_no_asset_was_ever_named() -> None:
    assert judged(FakeCloud(), media_id="") is Verdict.DONE
