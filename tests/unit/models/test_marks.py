"""Our mark in a description: found again, taken off again, and whose it is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reelstack.models import marks
from reelstack.models.production import MARK_BYTES

STACK, TOKEN = "0123456789abcdef01234567", "c0ffee" * 5


@given(st.text(max_size=40).filter(lambda text: text == text.strip() and marks.read(text) is None))
def test_a_mark_is_found_and_taken_off_again(described: str) -> None:
    written = marks.marked(described, STACK, TOKEN)
    assert marks.read(written) == marks.Mark(STACK[:16], TOKEN)
    assert marks.unmarked(written) == described
    assert marks.marked(written, STACK, TOKEN) == written


def test_a_mark_says_which_stack_it_is_of() -> None:
    mark = marks.read(marks.marked("", STACK, TOKEN))
    assert mark is not None
    assert mark.is_of(STACK)
    assert not mark.is_of("fedcba9876543210")


def test_a_mark_of_the_first_version_is_read_and_says_nothing_of_its_stack() -> None:
    mark = marks.read(f"Spring.\nreelstack:{TOKEN}")
    assert mark == marks.Mark("", TOKEN)
    assert not mark.is_of(STACK)
    assert not mark.is_of("")


def test_a_mark_leaves_the_room_that_was_promised() -> None:
    assert len(f"\n{marks.marked('', STACK, 'f' * 32)}".encode()) <= MARK_BYTES


@pytest.mark.parametrize("described", [None, "", "reelstack", "reelstack: x", "reelstack:a-b-c"])
def test_what_is_no_mark_is_left_alone(described: str | None) -> None:
    assert marks.read(described) is None
    assert marks.unmarked(described) == (described or "")
