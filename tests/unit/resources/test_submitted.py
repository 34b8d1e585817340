"""What submissions have in common, where no cloud is needed to see it."""

from __future__ import annotations

import pytest

from reelstack.errors import ReelstackError, TimedOut, Unavailable
from reelstack.resources import submitted


def told(error: ReelstackError) -> None:
    def search() -> str:
        raise error

    submitted.tell_astray(search)


def test_a_search_for_what_was_lost_forbids_nothing_when_it_cannot_be_made() -> None:
    told(Unavailable(cloud="fake", action="List", code="503", message="later"))


def test_a_run_that_is_interrupted_while_it_searches_submits_nothing_after_that() -> None:
    with pytest.raises(TimedOut):
        told(TimedOut("stopped waiting."))
