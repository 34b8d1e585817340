"""What differs between two JSON values, and what each difference asks for."""

from __future__ import annotations

import pytest

from reelstack.reconcile import diff
from reelstack.reconcile.change import Change, Means

OLD = {"title": "Spring", "output": {"width": 1280, "video": {"fps": 25}}, "tags": ["a", "b"]}


@pytest.mark.parametrize("other", [{**OLD, "x": None}, {**OLD, "x": []}, dict(reversed(OLD.items()))])
def test_what_means_the_same_differs_in_nothing(other: dict[str, object]) -> None:
    assert diff.compare(OLD, other) == ()


def test_a_change_says_where_what_it_was_and_what_it_is() -> None:
    new = {"title": "Summer", "output": {"width": 1280, "video": {"fps": 30.0, "crf": 20}}, "tags": ["a"]}
    assert diff.compare(OLD, new) == (
        Change("output.video.crf", None, 20),
        Change("output.video.fps", 25, 30),
        Change("tags[1]", "b", None),
        Change("title", "Spring", "Summer"),
    )


def test_places_in_a_list_come_in_the_order_of_the_list() -> None:
    found = diff.compare({"a": list(range(12))}, {"a": [each + 1 for each in range(12)]})
    assert [change.path for change in found] == [f"a[{index}]" for index in range(12)]


def test_what_a_change_asks_for_is_what_the_table_says_of_its_field() -> None:
    table = {"output": Means.REPLACE}
    new = {"title": "Summer", "output": {"width": 640, "video": {"fps": 25}}, "tags": ["a", "b"]}
    found = diff.compare(OLD, new, table, otherwise=Means.IGNORE)
    assert {change.path: change.means for change in found} == {"output.width": Means.REPLACE, "title": Means.IGNORE}


@pytest.mark.parametrize(("old", "new"), [({}, {"x": 1}), ({"x": "1"}, {"x": 1}), ({"x": True}, {"x": 1})])
def test_another_kind_of_value_is_a_change(old: dict[str, object], new: dict[str, object]) -> None:
    assert diff.compare(old, new) == (Change("x", old.get("x"), 1),)
    assert diff.fields(old, new) == ("x",)
