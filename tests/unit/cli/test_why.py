"""Why there is this asset, told from the state."""

from __future__ import annotations

from typing import Any

import pytest

from reelstack.cli.why import facts
from reelstack.errors import ConfigError

URN = "urn:pulumi:local::reelstack::reelstack:index:Campaign$pulumi-python:dynamic/reelstack:{kind}::spring/{name}"


def resource(name: str, kind: str = "ProduceJob", **outputs: Any) -> dict[str, Any]:
    made = {"job_id": f"job-of-{name}", "spec_hash": "c0ffee", "submitted_generation": 1, **outputs}
    return {
        "urn": URN.format(kind=kind, name=name),
        "type": f"pulumi-python:dynamic/reelstack:{kind}",
        "outputs": made,
    }


def test_a_video_that_was_new() -> None:
    assert facts("a", [resource("a")]) == {
        "because": "it was new",
        "generation": 1,
        "content": "c0ffee",
        "job": "job-of-a",
    }


def test_a_video_that_was_made_anew_says_why() -> None:
    found = facts("a", [resource("b"), resource("a", submitted_generation=3, because="its job failed")])
    assert (found["because"], found["generation"]) == ("its job failed", 3)


def test_a_video_that_was_adopted_and_one_of_editing_tasks() -> None:
    assert facts("a", [resource("a", "VodEditTask", adopted=True)])["because"] == "it was adopted"


def test_what_is_about_to_be_deleted_is_not_the_video() -> None:
    old = {**resource("a", submitted_generation=1), "delete": True}
    assert facts("a", [resource("a", submitted_generation=2), old])["generation"] == 2


def test_a_video_that_is_not_there_is_answered_with_those_that_are() -> None:
    with pytest.raises(ConfigError, match="no video 'x'; there are: a, b"):
        facts("x", [resource("b"), resource("a"), resource("gate", "Delivery")])
