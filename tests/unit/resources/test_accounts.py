"""What is new is not made in another account than what the stack has."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from reelstack.errors import ConfigError
from reelstack.resources import accounts


@pytest.fixture(autouse=True)
def forgotten() -> Iterator[None]:
    accounts._seen.clear()
    yield
    accounts._seen.clear()


def test_another_account_than_that_of_what_was_seen_is_refused_with_both() -> None:
    accounts.note({"account_id": "1111"}, "video a")
    with pytest.raises(ConfigError, match=r"video b would be made in account 2222, but video a .* in account 1111"):
        accounts.require_known("2222", "video b")


@pytest.mark.parametrize("account", ["1111", ""])
def test_the_same_account_and_one_that_cannot_be_known_are_let_through(account: str) -> None:
    accounts.note({"account_id": "1111"}, "video a")
    accounts.require_known(account, "video b")


def test_where_nothing_was_seen_nothing_is_refused() -> None:
    accounts.note({}, "video a")
    accounts.require_known("2222", "video b")
