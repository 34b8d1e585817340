"""What was paid for and never reached a state is found by its mark and told; what somebody holds is not."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from kit.clock import ManualClock
from kit.clouds import FakeCloud, job, media
from reelstack.errors import Unavailable
from reelstack.models.marks import Mark
from reelstack.models.production import Listed
from reelstack.models.status import JobStatus
from reelstack.reconcile.astray import GENERATIONS, Astray, tokens_of
from reelstack.reconcile.referee import Intent, Meant
from reelstack.reconcile.token import Key

KEY = Key("0123456789abcdef01234567", "urn::spring/teaser", "spring/teaser", "c0ffee" * 5, (), 1)
OLD = dataclasses.replace(KEY, spec_hash="beef" * 8)


def listed(key: Key = OLD, status: JobStatus = JobStatus.PROCESSING, **facts: object) -> Listed:
    mark = Mark.of(key.stack_id, key.token)
    return Listed(job=job("j1", status, **facts), mark=mark, name=str(key.marker["name"]))


def told(cloud: FakeCloud, tokens: tuple[str, ...] = (), held: tuple[str, ...] = ()) -> str:
    return Astray(cloud, ManualClock()).told(KEY, tokens, held)


def test_another_content_of_the_video_that_nobody_holds_is_told_with_its_ids_and_what_to_do() -> None:
    said = told(FakeCloud(marked=[listed()]))
    assert said.startswith("spring/teaser: an earlier run submitted another content of this video")
    assert "job j1 (asset media-of-j1, processing)" in said
    assert "`reelstack adopt --orphans`" in said


@pytest.mark.parametrize(
    "other",
    [
        listed(dataclasses.replace(OLD, name="spring/trailer")),
        listed(dataclasses.replace(OLD, stack_id="fedcba9876543210")),
        listed(KEY),
        listed(status=JobStatus.FAILED),
        listed(status=JobStatus.SUCCESS),
        Listed(job=job("j1", JobStatus.PROCESSING)),
    ],
    ids=["another video", "another stack", "this very content", "failed", "its asset is gone", "without a mark"],
)
def test_what_is_none_of_it_or_of_no_use_is_not_told(other: Listed) -> None:
    assert told(FakeCloud(marked=[other])) == ""


def test_what_is_done_is_told_while_its_asset_is_there() -> None:
    done = listed(status=JobStatus.SUCCESS)
    assert "success" in told(FakeCloud(marked=[done], assets={"media-of-j1": media("media-of-j1")}))


@pytest.mark.parametrize("held", ["j1", "project-1/j1"])
def test_what_a_resource_of_this_run_holds_is_not_told(held: str) -> None:
    assert told(FakeCloud(marked=[listed()]), held=(held,)) == ""


def test_where_marks_hold_no_name_the_intents_of_then_tell() -> None:
    nameless = listed().model_copy(update={"name": ""})
    meant = Meant(nonce="n", since=ManualClock().now(), spec_hash=OLD.spec_hash)
    assert told(FakeCloud(marked=[nameless])) == ""
    assert "j1" in told(FakeCloud(marked=[nameless]), tuple(tokens_of(KEY, meant)))


def test_the_list_is_read_once_and_not_for_ever_back() -> None:
    cloud, clock = FakeCloud(), ManualClock()
    astray = Astray(cloud, clock)
    assert astray.told(KEY, (), ()) == astray.told(OLD, (), ()) == ""
    assert cloud.asked == [f"listed since {clock.now() - timedelta(days=7):%m-%d}"]


class Silent(FakeCloud):
    """Its lists fail."""

    def listed(self, since: datetime, until: datetime) -> Iterator[Listed]:
        super().listed(since, until)
        raise Unavailable(cloud="fake", action="List", code="ServiceUnavailable", message="later")


def test_a_list_that_fails_is_asked_for_once() -> None:
    astray = Astray(cloud := Silent(), ManualClock())
    with pytest.raises(Unavailable):
        astray.told(KEY, (), ())
    assert astray.told(KEY, (), ()) == ""
    assert len(cloud.asked) == 1


def test_what_was_meant_before_has_the_tokens_that_it_would_have_had_then() -> None:
    meant = Meant(nonce="n", since=ManualClock().now(), spec_hash=OLD.spec_hash, triggers=("again",))
    then = dataclasses.replace(OLD, triggers=("again",))
    assert tokens_of(KEY, meant) == [dataclasses.replace(then, generation=n + 1).token for n in range(GENERATIONS)]


def test_an_intent_that_came_to_be_in_the_state_is_settled() -> None:
    now = ManualClock().now()
    earlier = (Meant(nonce="a", since=now), Meant(nonce="b", since=now))
    intent = Intent(nonce="c", since=now, earlier=earlier)
    assert [one.nonce for one in intent.unsettled(["a"], now)] == ["b"]


def test_what_was_meant_too_long_ago_is_not_looked_for_again_at_every_change() -> None:
    now = ManualClock().now()
    intent = Intent(nonce="c", since=now, earlier=(Meant(nonce="a", since=now - timedelta(days=1)),))
    assert intent.unsettled([], now) == ()
