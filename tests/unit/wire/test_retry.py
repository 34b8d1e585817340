"""What is sent again, and when."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reelstack.errors import CloudError, Denied, NotFound, OutcomeUnknown, Rejected, Throttled, Unavailable
from reelstack.wire import retry
from unit.wire.network import Always

Kind = Callable[..., CloudError]


def error(kind: Kind, *, status: int = 500, code: str = "C", retry_after: float | None = None) -> CloudError:
    made = kind(cloud="t", action="A", code=code, message="m", status=status)
    if isinstance(made, Throttled):
        made.retry_after = retry_after
    return made


@pytest.mark.parametrize("kind", [Rejected, NotFound, Denied])
def test_what_does_not_get_better_is_not_sent_again(kind: Kind) -> None:
    assert not retry.may_repeat(error(kind), idempotent=True)


@pytest.mark.parametrize("kind", [OutcomeUnknown, Unavailable])
def test_after_it_reached_the_cloud_only_idempotent_requests_are_sent_again(kind: Kind) -> None:
    assert retry.may_repeat(error(kind), idempotent=True)
    assert not retry.may_repeat(error(kind), idempotent=False)


def test_a_lost_answer_is_not_taken_for_a_request_that_never_left() -> None:
    assert retry.may_repeat(error(Unavailable, status=0), idempotent=False)
    assert not retry.may_repeat(error(OutcomeUnknown, status=0), idempotent=False)


def test_a_throttled_request_did_nothing_and_may_always_be_sent_again() -> None:
    assert retry.may_repeat(error(Throttled), idempotent=False)


@pytest.mark.parametrize("code", sorted(retry.HOPELESS))
def test_where_a_person_must_act_nothing_is_sent_again(code: str) -> None:
    assert not retry.may_repeat(error(Unavailable, status=0, code=code), idempotent=True)


@given(
    attempt=st.integers(1, 10),
    chance=st.floats(0, 1, exclude_max=True),
    waited=st.floats(0, 60),
    asked=st.none() | st.floats(0, 60),
)
def test_a_pause_keeps_to_what_is_asked_to_the_bounds_and_to_the_budget(
    attempt: int, chance: float, waited: float, asked: float | None
) -> None:
    failed = error(Throttled, retry_after=asked)
    pause = retry.decide(failed, attempt, idempotent=True, random=Always(chance), waited=waited)
    if pause is None:
        return
    assert (asked or 0) <= pause <= (asked or 0) + min(retry.LIMITS.longest, 0.5 * 2 ** (attempt - 1))
    assert waited + pause <= retry.LIMITS.budget
    assert attempt < retry.LIMITS.attempts


def test_back_off_doubles_up_to_its_bound() -> None:
    limits = retry.Limits(attempts=9, budget=1e9)
    failed = error(Unavailable)
    pauses = [
        retry.decide(failed, attempt, idempotent=True, random=Always(0.5), limits=limits) for attempt in range(1, 8)
    ]
    assert pauses == [0.25, 0.5, 1.0, 2.0, 4.0, 5.0, 5.0]


def test_a_cloud_that_asks_for_more_patience_than_we_have_is_not_asked_again() -> None:
    assert retry.decide(error(Throttled, retry_after=3600), 1, idempotent=True, random=Always(0)) is None
