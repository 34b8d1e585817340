"""Laws of the general diff, over random JSON."""

from __future__ import annotations

import copy
import json
import re
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from reelstack.models import canonical
from reelstack.reconcile import diff
from reelstack.reconcile.change import Change

LAW = settings(max_examples=100)
NAMES = st.sampled_from("abcde")
PLAIN = (
    st.booleans() | st.integers(-3, 3) | st.floats(-2, 2).map(lambda value: round(value, 2)) | st.text("xy", max_size=2)
)
JSON = st.recursive(PLAIN, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4))
PROPERTIES = st.dictionaries(NAMES, JSON, max_size=4)

_PART = re.compile(r"\.?([^.\[\]]+)|\[(\d+)\]")


def applied(old: dict[str, Any], changes: tuple[Change, ...]) -> dict[str, Any]:
    """The old properties with every change made."""
    found: Any = copy.deepcopy(canonical.canonical(old))
    # What leaves a list leaves it from its end.
    for change in sorted(changes, key=lambda change: change.new is None):
        *way, last = [int(index) if index else name for name, index in _PART.findall(change.path)]
        holder = found
        for part in way:
            holder = holder[part]
        if isinstance(holder, list) and last == len(holder):
            holder.append(change.new)
        else:
            holder[last] = change.new
    result: dict[str, Any] = _without_none(found)
    return result


def _without_none(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_none(held) for key, held in value.items() if held is not None}
    if isinstance(value, list):
        return [_without_none(held) for held in value if held is not None]
    return value


def fields_of(value: dict[str, Any]) -> dict[str, Any]:
    return {key: held for key, held in value.items() if not diff.same(held, None)}


@LAW
@given(PROPERTIES)
def test_nothing_differs_from_itself(value: dict[str, Any]) -> None:
    again = json.loads(json.dumps(value))
    assert diff.compare(value, dict(reversed(again.items()))) == ()


@LAW
@given(PROPERTIES, PROPERTIES)
def test_the_changes_lead_from_the_old_to_the_new(old: dict[str, Any], new: dict[str, Any]) -> None:
    reached = fields_of(applied(old, diff.compare(old, new)))
    assert canonical.text(reached) == canonical.text(fields_of(new))


@LAW
@given(PROPERTIES, PROPERTIES)
def test_the_fields_that_differ_are_those_of_the_changes(old: dict[str, Any], new: dict[str, Any]) -> None:
    paths = [change.path for change in diff.compare(old, new)]
    assert sorted({re.split(r"[.\[]", path)[0] for path in paths}) == list(diff.fields(old, new))
