"""What a run may render, and what it says when that is too much."""

from __future__ import annotations

import pytest

from reelstack.errors import ConfigError
from reelstack.reconcile.budget import Budget, Render


def planned(count: int, **limits: str) -> list[str]:
    budget = Budget()
    budget.limit(limits)
    return [budget.plan(f"urn{at}", Render(f"video{at}", 10.0, "it is new")) for at in range(count)]


def test_without_a_limit_everything_is_rendered() -> None:
    assert planned(50) == [""] * 50


def test_one_render_too_many_is_told_with_all_that_were_planned_and_why() -> None:
    *within, said = planned(3, maxRenders="2")
    assert within == ["", ""]
    assert said.splitlines() == [
        "this run would submit 3 renders, and reelstack:maxRenders allows 2:",
        *(f"  video{at} (10.0 s): it is new" for at in range(3)),
    ]


def test_seconds_are_added_up() -> None:
    assert [bool(said) for said in planned(4, maxRenderSeconds="25")] == [False, False, True, True]


def test_a_resource_that_is_checked_again_counts_once() -> None:
    budget = Budget()
    budget.limit({"maxRenders": "1"})
    assert [budget.plan("urn", Render("video", None, "it is new")) for _ in range(3)] == [""] * 3


def test_a_length_that_is_not_known_is_said() -> None:
    budget = Budget()
    budget.limit({"maxRenders": "0.5"})
    assert "video (length unknown): its job failed" in budget.plan("urn", Render("video", None, "its job failed"))


@pytest.mark.parametrize("text", ["many", "0", "-1", "nan"])
def test_a_limit_is_a_number(text: str) -> None:
    with pytest.raises(ConfigError, match="reelstack:maxRenders is a number above 0"):
        Budget().limit({"maxRenders": text})
