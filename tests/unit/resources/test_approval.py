"""An approval can be given and kept, and not be taken away."""

from __future__ import annotations

from typing import Any

import pytest

from reelstack.resources.approval import ApprovalProvider


def props(waiting: int, pilot: str = "teaser-en") -> dict[str, Any]:
    return {"name": "spring/teaser", "pilot": pilot, "waiting": waiting}


@pytest.mark.parametrize(("before", "after"), [(None, 3), (None, 0), (3, 3), (3, 0), (3, 5), (0, 0)])
def test_cells_may_wait_and_be_let_through(before: int | None, after: int) -> None:
    olds = {} if before is None else props(before)
    assert ApprovalProvider().check(olds, props(after)).failures == []


def test_what_was_let_through_cannot_be_held_back() -> None:
    (failure,) = ApprovalProvider().check(props(0), props(3)).failures
    assert failure.property == ""  # no property that anybody wrote
    assert "now 3 would wait for their pilot: they would be deleted. Nothing was changed." in failure.reason
    assert "Name spring/teaser in reelstack:approved" in failure.reason


def test_only_what_changed_is_kept_anew() -> None:
    assert not ApprovalProvider().diff("spring/teaser", props(3), props(3)).changes
    assert ApprovalProvider().diff("spring/teaser", props(3), props(0)).changes
    assert ApprovalProvider().update("spring/teaser", props(3), props(0)).outs == props(0)
    made = ApprovalProvider().create(props(3))
    assert (made.id, made.outs) == ("spring/teaser", props(3))
