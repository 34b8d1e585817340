"""What a changed field means."""

from __future__ import annotations

import pytest

from reelstack.reconcile.change import Means
from reelstack.reconcile.diff import same
from reelstack.reconcile.policy import PROJECT, decide


@pytest.mark.parametrize(("field", "means"), [("title", "update"), ("timeline", "update"), ("project_type", "replace")])
def test_a_changed_field_asks_for_what_the_table_says(field: str, means: str) -> None:
    decision = decide({field: "a"}, {field: "b"}, PROJECT)
    assert getattr(decision, means) == (field,)


@pytest.mark.parametrize(("old", "new"), [(None, ""), ({}, None), (5, 5.0), ({"b": 1, "a": 2}, {"a": 2.0, "b": 1})])
def test_other_spellings_are_no_change(old: object, new: object) -> None:
    assert same(old, new)


def test_a_field_without_a_rule_means_what_the_caller_says() -> None:
    assert not decide({"x": 1}, {"x": 2}, {}, otherwise=Means.IGNORE).changes
    assert decide({"x": 1}, {"x": 2}, {}).update == ("x",)
