"""Intents: a new one for what was never meant before, the old one for what was."""

from __future__ import annotations

import pytest

from contract.emulator.door import Caller
from reelstack.resources import bridge
from reelstack.resources.intent import MOST_PAST, SubmissionIntentProvider, without_past
from unit.resources.engine import Engine, Kept, Props

SPEC: Props = {
    "name": "spring/teaser",
    "stack_id": "5tack",
    "service": "vod",
    "region": "cn-shanghai",
    "endpoint": "local",
    "triggers": [],
}


def about(content: str) -> Props:
    return {**SPEC, "spec_hash": content}


@pytest.fixture
def intent(cloud: Caller, request: pytest.FixtureRequest) -> Engine:
    return Engine(SubmissionIntentProvider(), request.node.name)


def test_an_intent_that_this_run_made_is_fresh_and_lasts_as_long_as_its_subject(intent: Engine) -> None:
    made = intent.create(about("a"))
    assert bridge.STASH.is_fresh(made.outputs["intent"]["nonce"])
    assert intent.diff(made, about("a")).changes is False
    assert intent.diff(made, {**about("a"), "triggers": ["again"]}).changes is True


def test_new_content_is_a_new_intent(intent: Engine) -> None:
    made = intent.create(about("a"))
    after = intent.up(made, about("b"))
    assert after.outputs["intent"]["nonce"] != made.outputs["intent"]["nonce"]
    assert bridge.STASH.is_fresh(after.outputs["intent"]["nonce"])


def test_what_was_meant_before_keeps_its_intent_because_its_answer_may_have_been_lost(intent: Engine) -> None:
    first = intent.create(about("a"))
    second = intent.up(first, about("b"))
    third = intent.up(second, about("a"))
    fourth = intent.up(third, about("b"))
    assert without_past(third.outputs["intent"]) == without_past(first.outputs["intent"])
    assert without_past(fourth.outputs["intent"]) == without_past(second.outputs["intent"])


def test_an_intent_knows_what_was_meant_before_it_and_no_more_than_that(intent: Engine) -> None:
    made = intent.create(about("a"))
    first = made.outputs["intent"]
    for content in "bcde":
        made = intent.up(made, about(content))
    earlier = made.outputs["intent"]["earlier"]
    assert [one["spec_hash"] for one in earlier] == ["b", "c", "d"]
    assert first["earlier"] == []
    assert all("earlier" not in one for one in (*earlier, *made.outputs["past"].values()))


def test_an_intent_of_an_older_version_says_not_what_it_meant_and_is_passed_over(intent: Engine) -> None:
    made = intent.create(about("a"))
    bare = {key: made.outputs["intent"][key] for key in ("nonce", "since", "known")}
    after = intent.up(Kept(made.id, made.inputs, {**made.outputs, "intent": bare}), about("b"))
    assert after.outputs["intent"]["earlier"] == []


def test_the_past_does_not_grow_for_ever(intent: Engine) -> None:
    made = intent.create(about("a"))
    for number in range(MOST_PAST + 5):
        made = intent.up(made, about(f"content-{number}"))
    assert len(made.outputs["past"]) == MOST_PAST
