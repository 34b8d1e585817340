"""Laws of the pure parts, over whatever Hypothesis comes up with."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from reelstack.engine import steps, urn, values
from reelstack.engine.resource import Resource
from reelstack.engine.values import UNKNOWN, Secret

numbers = st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False).filter(lambda one: one % 1)
leaves = st.none() | st.booleans() | numbers | st.text() | st.just(UNKNOWN)
plain = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)
secretive = st.recursive(
    leaves | st.builds(Secret, leaves),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4) | st.builds(Secret, inner)
    ),
    max_leaves=20,
).filter(lambda value: not _doubled(value))
properties = st.dictionaries(st.text(), secretive, max_size=5)


def _doubled(value: Any) -> bool:
    """A secret within a secret is one secret on no wire: leave such values out."""
    match value:
        case Secret():
            return values.contains(value.value, Secret)
        case dict():
            return any(map(_doubled, value.values()))
        case list():
            return any(map(_doubled, value))
    return False


@given(properties)
def test_the_wire_keeps_every_value(found: dict[str, Any]) -> None:
    assert values.from_struct(values.to_struct(found, secrets=True)) == found


@given(properties)
def test_a_provider_gets_no_secret_marks(found: dict[str, Any]) -> None:
    assert values.from_struct(values.to_struct(found, secrets=False)) == values.plain(found)


@given(properties)
def test_the_state_keeps_every_value(found: dict[str, Any]) -> None:
    sealed: list[Any] = []

    def seal(value: Any) -> str:
        sealed.append(value)
        return str(len(sealed) - 1)

    spelt = values.to_json(found, seal)
    assert values.from_json(spelt, lambda text: sealed[int(text)]) == found


@given(properties)
def test_what_comes_back_unchanged_is_as_secret_as_it_was(found: dict[str, Any]) -> None:
    back = values.mark_secrets(values.plain(found), found)
    assert values.plain(back) == values.plain(found)
    for key, value in found.items():
        assert not values.contains(value, Secret) or values.contains(back[key], Secret)


@given(properties)
def test_a_masked_value_holds_no_secret(found: dict[str, Any]) -> None:
    assert not values.contains(values.masked(found), Secret)


@given(properties)
def test_nothing_differs_from_itself(found: dict[str, Any]) -> None:
    assert values.changed_keys(found, found) == ()


@st.composite
def graphs(draw: st.DrawFn) -> list[steps.State]:
    """A state in which each resource may need some of those before it."""
    names = [f"r{index}" for index in range(draw(st.integers(0, 12)))]
    state = []
    for index, name in enumerate(names):
        needed = tuple(draw(st.sets(st.sampled_from(names[:index]))) if index else ())
        split = draw(st.integers(0, len(needed)))
        one = Resource(
            urn=name,
            type="t",
            custom=True,
            dependencies=needed[:split],
            property_dependencies={"p": needed[split:]},
        )
        state.append((f"b{index}", one))
    return state


@given(graphs(), st.data())
def test_every_doomed_resource_is_deleted_once_and_after_its_dependents(
    state: list[steps.State], data: st.DataObject
) -> None:
    doomed = data.draw(st.sets(st.sampled_from([ref for ref, _ in state]))) if state else set()
    waves = steps.schedule(state, doomed)
    assert sorted(ref for wave in waves for ref in wave) == sorted(doomed)
    wave_of = {ref: number for number, wave in enumerate(waves) for ref in wave}
    refs = {one.urn: ref for ref, one in state}
    for ref, one in state:
        for needed in one.needs():
            if ref in doomed and refs.get(needed) in doomed:
                assert wave_of[ref] < wave_of[refs[needed]]


@given(graphs())
def test_dependents_are_all_that_lead_to_a_resource(state: list[steps.State]) -> None:
    found = {ref for ref, _ in steps.dependents(state, "b0")}
    reached = {"r0"}
    for _, one in state[1:]:
        if not reached.isdisjoint(one.needs()):
            reached.add(one.urn)
    assert found == {ref for ref, one in state[1:] if one.urn in reached}


@given(graphs(), st.data())
def test_what_is_needed_is_found_in_whatever_order_the_state_is(state: list[steps.State], data: st.DataObject) -> None:
    roots = {one.urn for _, one in state if data.draw(st.booleans())}
    reached = set(roots)
    for _, one in reversed(state):
        if one.urn in reached:
            reached.update(filter(None, one.needs()))
    assert steps.needed_by(data.draw(st.permutations(state)), roots) == reached


@given(graphs(), st.data())
def test_a_repaired_state_refers_only_to_what_is_there(state: list[steps.State], data: st.DataObject) -> None:
    left = [one for one in state if data.draw(st.booleans())]
    changed = steps.repaired(left)
    there: set[str] = set()
    for ref, one in left:
        assert there.issuperset(filter(None, changed.get(ref, one).needs()))
        there.add(one.urn)


@given(plain, plain)
def test_ignoring_a_key_sets_exactly_that_back(old: Any, new: Any) -> None:
    was, will = {"a": old, "b": old}, {"a": new, "b": new}
    assert steps.ignoring(will, was, ["a"]) == {"a": old, "b": new}


def test_ignored_paths_reach_into_lists_and_maps() -> None:
    was = {"l": [{"x": 1, "y": 1}, {"x": 1}], "gone": 1}
    will = {"l": [{"x": 2, "y": 2}, {"x": 2}], "new": 2}
    assert steps.ignoring(will, was, ["l[0].x"])["l"] == [{"x": 1, "y": 2}, {"x": 2}]
    assert steps.ignoring(will, was, ["l[*].x"])["l"] == [{"x": 1, "y": 2}, {"x": 1}]
    assert steps.ignoring(will, was, ["gone", "new"]) == {"l": will["l"], "gone": 1}
    assert steps.ignoring(will, was, ["nowhere.at[3].all"]) == will


def test_a_urn_says_what_it_was_made_of() -> None:
    parent = urn.make(stack="s", project="p", parent="", kind="a:b:C", name="up")
    child = urn.make(stack="s", project="p", parent=parent, kind="d:e:F", name="x::y")
    assert child == "urn:pulumi:s::p::a:b:C$d:e:F::x::y"
    assert (urn.type_of(child), urn.name_of(child)) == ("d:e:F", "x::y")
