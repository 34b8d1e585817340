"""Pure decisions: from old state, goal and diff to what is to be done, and in which order.

No I/O and no state of its own: `registrar` and `teardown` ask, and act on the answers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import replace
from enum import Enum
from typing import Any

from reelstack.engine import urn as names
from reelstack.engine.goal import Alias, Goal
from reelstack.engine.plugin import Difference
from reelstack.engine.resource import Resource

State = tuple[str, Resource]  # a ref of the ledger, and what it stands for


class Action(Enum):
    """What a registration comes to."""

    CREATE = "create"
    SAME = "same"
    UPDATE = "update"
    REPLACE = "create-replacement"
    DELETE_THEN_REPLACE = "delete-replaced"


def decide(old: Resource | None, difference: Difference, *, delete_first: bool | None) -> Action:
    """What to do with a resource. `delete_first` is the program's word on replacement, None when it leaves it open."""
    if old is None:
        return Action.CREATE
    if difference.replaces or old.pending_replacement or old.external:
        first = difference.delete_before_replace if delete_first is None else delete_first
        return Action.DELETE_THEN_REPLACE if first and not old.external else Action.REPLACE
    return Action.UPDATE if difference.changes else Action.SAME


def alias_urns(goal: Goal, urn: str, stack: str, project: str, old_names: Mapping[str, str]) -> list[str]:
    """Every URN that the resource may have in the state, besides its own, best first.

    `old_names` are the URNs that resources of this run, parents among them, turned out to have had before.
    """
    own = [_collapse(alias, goal, stack, project, old_names) for alias in goal.aliases]
    if goal.parent in old_names:
        own += [_inherited(one, goal.parent, old_names[goal.parent], stack, project) for one in [urn, *own]]
    return list(dict.fromkeys(own))


def _collapse(alias: Alias, goal: Goal, stack: str, project: str, old_names: Mapping[str, str]) -> str:
    if alias.urn:
        return alias.urn
    parent = goal.parent if alias.parent is None else old_names.get(alias.parent, alias.parent)
    return names.make(
        stack=alias.stack or stack,
        project=alias.project or project,
        parent=parent,
        kind=alias.type or goal.type,
        name=alias.name or goal.name,
    )


def _inherited(urn: str, parent: str, parent_was: str, stack: str, project: str) -> str:
    """A child of a renamed parent: its name often starts with the parent's."""
    name = names.name_of(urn)
    if name.startswith(names.name_of(parent)):
        name = names.name_of(parent_was) + name.removeprefix(names.name_of(parent))
    return names.make(stack=stack, project=project, parent=parent_was, kind=names.type_of(urn), name=name)


def ignoring(inputs: Mapping[str, Any], old: Mapping[str, Any], paths: Iterable[str]) -> dict[str, Any]:
    """The inputs with the ignored ones set back to what they were. A path that leads nowhere changes nothing."""
    result: dict[str, Any] = deepcopy(dict(inputs))
    for path in paths:
        _set_back(result, old, [part.strip("\"'") for part in re.findall(r"[^.\[\]]+", path)])
    return result


def _set_back(target: Any, source: Any, path: list[str]) -> None:
    head, *rest = path
    keys: Iterable[Any]
    if isinstance(target, dict) and isinstance(source, Mapping):
        keys = {*target, *source} if head == "*" else [head]
    elif isinstance(target, list) and isinstance(source, list) and (head == "*" or head.isdigit()):
        keys = [
            index
            for index in (range(len(target)) if head == "*" else [int(head)])
            if index < min(len(target), len(source))
        ]
    else:
        return
    for key in keys:
        if rest:
            _descend(target, source, key, rest)
        elif isinstance(source, Mapping) and key not in source:
            target.pop(key, None)
        else:
            target[key] = source[key]


def _descend(target: Any, source: Any, key: Any, rest: list[str]) -> None:
    if isinstance(key, int) or (key in target and key in source):
        _set_back(target[key], source[key], rest)


def schedule(state: Sequence[State], doomed: Iterable[str]) -> list[list[str]]:
    """The order of deletion: waves that can each go at once, dependents before what they need.

    `state` is in the snapshot's order, in which a resource depends only on those before it.
    """
    left = set(doomed)
    depth: dict[str, int] = {}
    by_urn: dict[str, list[str]] = {}
    for ref, resource in state:
        if ref in left:
            below = [depth[other] for urn in set(resource.needs()) for other in by_urn.get(urn, ())]
            depth[ref] = 1 + max(below, default=-1)
            by_urn.setdefault(resource.urn, []).append(ref)
    waves: list[list[str]] = [[] for _ in range(1 + max(depth.values(), default=-1))]
    for ref, level in depth.items():
        waves[level].append(ref)
    return waves[::-1]


def dependents(state: Sequence[State], root: str) -> list[State]:
    """Whatever needs a resource, directly or not, in the snapshot's order."""
    urns: set[str] = set()
    found = []
    for ref, resource in state:
        if ref == root:
            urns.add(resource.urn)
        elif not urns.isdisjoint(resource.needs()):
            urns.add(resource.urn)
            found.append((ref, resource))
    return found


def dependents_of(state: Sequence[State], urns: Iterable[str]) -> set[str]:
    """These URNs and all that need them, directly or not."""
    found = set(urns)
    for _, resource in state:
        if not found.isdisjoint(resource.needs()):
            found.add(resource.urn)
    return found


def needed_by(state: Sequence[State], urns: Iterable[str]) -> set[str]:
    """These URNs and all that they need, directly or not. The state may be in any order: that of a run under way is."""
    needs: dict[str, set[str]] = {}
    for _, resource in state:
        needs.setdefault(resource.urn, set()).update(filter(None, resource.needs()))
    found = set(urns)
    path = list(found)
    while path:
        more = needs.get(path.pop(), set()) - found
        found |= more
        path += more
    return found


def condemned(
    candidates: Iterable[State], root: Resource, differs: Callable[[Resource, set[str]], bool]
) -> list[State]:
    """Which dependents must go with a resource that is deleted before its replacement is made.

    Those whose own inputs would force their replacement: `differs` is asked with the keys that become unknown.
    """
    gone = {root.urn}
    found = []
    for ref, resource in candidates:
        if not resource.custom or resource.external:
            continue
        keys = {key for key, urns in resource.property_dependencies.items() if not gone.isdisjoint(urns)}
        if resource.deleted_with in gone or (keys and differs(resource, keys)):
            gone.add(resource.urn)
            found.append((ref, resource))
    return found


def repaired(state: Iterable[State]) -> dict[str, Resource]:
    """The resources whose references lead to something that is gone, without those references."""
    there: set[str] = set()
    changed = {}
    for ref, resource in state:
        whole = replace(
            resource,
            dependencies=tuple(urn for urn in resource.dependencies if urn in there),
            property_dependencies=_kept(resource.property_dependencies, there),
            deleted_with=resource.deleted_with if resource.deleted_with in there else "",
            parent=_nearest(resource.parent, there),
        )
        if whole != resource:
            changed[ref] = whole
        there.add(resource.urn)
    return changed


def _kept(found: Mapping[str, tuple[str, ...]], there: set[str]) -> dict[str, tuple[str, ...]]:
    """Property dependencies that still lead somewhere; a refresh drops the empty ones, as Pulumi's does."""
    kept = {key: tuple(urn for urn in urns if urn in there) for key, urns in found.items()}
    return {key: urns for key, urns in kept.items() if urns}


def _nearest(parent: str, there: set[str]) -> str:
    """The parent, or the stack when the parent is gone."""
    if not parent or parent in there:
        return parent
    return next((urn for urn in there if names.qualified_type(urn) == names.STACK_TYPE), "")
