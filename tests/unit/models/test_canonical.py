"""The canonical form is a contract: hashes in users' states are made of it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reelstack.models import canonical

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**6), 10**6) | st.floats(-1e6, 1e6) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=12,
)


@given(JSON)
def test_canonical_is_idempotent(value: Any) -> None:
    once = canonical.canonical(value)
    assert canonical.text(once) == canonical.text(value)


@given(st.dictionaries(st.text(max_size=4), JSON, max_size=5))
def test_key_order_does_not_matter(value: dict[str, Any]) -> None:
    backwards = dict(reversed(list(value.items())))
    assert canonical.content_hash(backwards) == canonical.content_hash(value)


@pytest.mark.parametrize(
    ("one", "other"), [(5, 5.0), ({"In": 0}, {"In": 0.0}), (1.23456, 1.23461), ([1, 2], (1, 2)), (-0.0, 0)]
)
def test_spellings_of_one_value_share_a_hash(one: object, other: object) -> None:
    assert canonical.content_hash(one) == canonical.content_hash(other)


@pytest.mark.parametrize(("one", "other"), [(5, 5.001), ("5", 5), ([1, 2], [2, 1]), ({"a": None}, {}), (True, "true")])
def test_different_values_have_different_hashes(one: object, other: object) -> None:
    assert canonical.content_hash(one) != canonical.content_hash(other)


def test_the_hash_of_a_timeline_never_changes() -> None:
    timeline = {"VideoTracks": [{"VideoTrackClips": [{"MediaId": "m", "In": 0, "Out": 5.5}]}], "Ünï": [True, None]}
    assert canonical.content_hash(timeline) == "317d3c1f3d49254e24ea8a5a7d363e3e"
