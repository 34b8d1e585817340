"""Generations between the two checks of a replacement."""

from __future__ import annotations

import pytest

from reelstack.reconcile.generation import FIRST, Lineage, Stash


def test_a_resource_that_nobody_replaced_is_the_first_of_its_line() -> None:
    assert Stash().successor("urn") == FIRST


def test_the_second_check_finds_what_the_diff_left_behind() -> None:
    stash = Stash()
    stash.replace("urn", Lineage(4, attempt=2))
    assert stash.successor("urn") == Lineage(4, attempt=2)
    assert stash.successor("other") == FIRST


def test_a_job_of_this_run_is_known_and_current() -> None:
    stash = Stash()
    stash.keep("urn", "old")
    stash.made("urn", "new")
    assert stash.awaited("urn") == "new"
    assert stash.is_in_use("new")
    assert not stash.is_in_use("old")


def test_nobody_waits_for_a_video_that_is_there() -> None:
    stash = Stash()
    stash.keep("urn", "kept", done=True)
    assert stash.awaited("urn") is None
    stash.made("urn", "new")
    assert stash.awaited("urn") == "new"


def test_a_job_that_this_run_kept_is_in_use() -> None:
    stash = Stash()
    stash.keep("urn", "kept")
    assert stash.is_in_use("kept")


@pytest.mark.parametrize("asked", ["project/video", "video", "another/video"])
def test_a_video_is_held_however_its_job_is_named(asked: str) -> None:
    stash = Stash()
    stash.keep("mine", "project/video")
    stash.take_over("taking", "video")
    assert (stash.holder("other", asked), stash.taker("other", asked)) == ("mine", "taking")
    assert (stash.holder("mine", asked), stash.taker("taking", asked)) == (None, None)
    assert stash.is_in_use(asked)
