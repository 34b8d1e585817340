"""What must hold of a state, a cloud and a program whatever happened; each law yields what breaks it.

What the laws do not hold against the engine, all of it here:

- A thing whose creation had not been answered when the run was killed is in no state by its id. It must be named there
  as a pending creation (`everything_is_known`); no engine can know more.
- A thing that was to be retained, or that goes `deletedWith` one that goes, is deleted by nobody (`given_up`): that is
  what both options mean, and a failing delete of the other one does not bring it back, in the Pulumi CLI neither.
- What is deleted when a run is killed may be deleted once more (`nothing_is_deleted_twice` is asked of lives without a
  kill): whether the first call took effect is not known.
- After a kill or a drift only a run with a refresh converges: the state cannot know of them by itself.
- What is protected and has to go makes a run fail; its protection is taken off and the run repeated.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from typing import Any

from engine.fuzzing.wanted import STACK, Program
from engine.playground import Playground
from reelstack import engine

Json = dict[str, Any]


def snapshot(play: Playground) -> Json:
    """The state, with what a killed run did."""
    if not play.state_file.exists():
        return {}
    return dict(engine.export(play.root, "dev")["deployment"])


def resources(state: Mapping[str, Any]) -> list[Json]:
    """The resources of a state."""
    return list(state.get("resources") or [])


def state_is_valid(state: Mapping[str, Any]) -> Iterator[str]:
    """URNs are unique but for pending deletes; what a resource refers to is there, and before it."""
    there: set[str] = set()
    living: set[str] = set()
    for one in resources(state):
        name = one["urn"]
        if not one.get("delete"):
            if name in living:
                yield f"{name} is twice in the state"
            living.add(name)
        yield from (f"{name} stands before {needed}, or that is gone" for needed in set(_needs(one)) - there)
        if one.get("custom") and not one.get("id"):
            yield f"{name} has no id"
        there.add(name)


def _needs(one: Mapping[str, Any]) -> Iterator[str]:
    found = [one.get("parent", ""), one.get("deletedWith", ""), one.get("provider", "").rpartition("::")[0]]
    found += one.get("dependencies") or []
    for urns in (one.get("propertyDependencies") or {}).values():
        found += urns or []
    yield from filter(None, found)


def given_up(
    before: Mapping[str, Any], after: Mapping[str, Any], deleted: set[str], wanted: Container[str]
) -> set[str]:
    """The ids that a run may forget though they exist: retained ones, and those that go with another that was to go.

    A resource that is `deletedWith` another is deleted by nobody when that one is to be deleted; what becomes of it is
    the cloud's business, and this cloud keeps it. `deleted` are the ids that the provider was asked to delete, `wanted`
    the URNs that were not to go.
    """
    left = {(one["urn"], one.get("id")) for one in resources(after) if not one.get("delete")}
    gone: set[str] = set()  # URNs
    found = set()
    for one in resources(before):
        stays = (one["urn"], one.get("id")) in left and one.get("id") not in deleted
        if not stays or one["urn"] not in wanted or one.get("delete"):
            gone.add(one["urn"])
        if one.get("retainOnDelete") or one.get("deletedWith") in gone:
            found.add(str(one.get("id")))
    return found


def everything_is_known(state: Mapping[str, Any], cloud: Mapping[str, Any], excused: set[str]) -> Iterator[str]:
    """Whatever exists is in the state, or was being made when the run was cut off: then that is in the state."""
    known = {one.get("id") for one in resources(state)}
    begun = [one["resource"] for one in state.get("pending_operations") or [] if one["type"] == "creating"]
    for id_, one in cloud["things"].items():
        if id_ in known | excused:
            continue
        excused.add(id_)
        if not any(other["inputs"].get("label") == one["label"] for other in begun):
            yield f"{id_} ({one['label']}) exists and is unknown"


def nothing_protected_was_deleted(
    before: Mapping[str, Any], program: Program | None, calls: Sequence[Any]
) -> Iterator[str]:
    """What was protected, and is still wanted so, was not deleted."""
    deleted = {id_ for verb, id_, _ in calls if verb == "delete"}
    for one in resources(before):
        if one.get("protect") and not one.get("delete") and one.get("id") in deleted:
            key = one["outputs"]["label"].split()[0]
            wanted = program.get(key) if program else None
            if wanted is None or wanted.protect:
                yield f"{one['urn']} was protected and has been deleted"


def nothing_is_deleted_twice(calls: Sequence[Any]) -> Iterator[str]:
    """No id is deleted twice."""
    deleted: set[str] = set()
    for verb, id_, _ in calls:
        if verb == "delete" and id_ in deleted:
            yield f"{id_} was deleted twice"
        if verb == "delete":
            deleted.add(id_)


def it_converged(program: Program, state: Mapping[str, Any], cloud: Mapping[str, Any]) -> Iterator[str]:
    """State and cloud are what the program wants."""
    found = {
        one["urn"]: one for one in resources(state) if "pulumi:providers" not in one["urn"] and one["urn"] != STACK
    }
    wanted = {program.urns[one.key]: one for one in program.resources}
    yield from (f"{name} is not in the state" for name in wanted.keys() - found.keys())
    yield from (f"{name} is in the state and not wanted" for name in found.keys() - wanted.keys())
    for one in resources(state):
        if one.get("delete") or one.get("pendingReplacement"):
            yield f"{one['urn']} ({one.get('id')}) is still to be deleted"
    for name in wanted.keys() & found.keys():
        want, have = wanted[name], found[name]
        if want.component:
            continue
        thing = cloud["things"].get(have["id"], {})
        if thing.get("label") != want.label:
            yield f"{name} ({have['id']}) should be {want.label!r} and is {thing.get('label')!r}"
        flags = (bool(have.get("protect")), bool(have.get("retainOnDelete")), have.get("deletedWith", ""))
        if flags != (want.protect, want.retain, program.urns.get(want.deleted_with, "")):
            yield f"{name} is noted with {flags}"
        for needed in filter(None, (want.note_of, want.kind_of)):
            if program.urns[needed] not in have.get("dependencies", []):
                yield f"{name} does not know that it needs {needed}"
