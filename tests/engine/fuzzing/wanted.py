"""Random programs as data, and random changes of them. `inside` runs them; `laws` knows from them what should be.

A resource has a key for life, which begins its label; its name and its parent may change, and then it has aliases.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from reelstack.engine import urn

COMPONENT = "things:index:Group"
THING = "pulumi-python:dynamic:Thing"
STACK = urn.make(stack="dev", project="scenarios", parent="", kind=urn.STACK_TYPE, name="scenarios-dev")
KINDS = ("x", "y", "exclusive")  # the last must be deleted before it is replaced


@dataclass(frozen=True)
class Wanted:
    """A resource. What it refers to are keys of resources before it in the program."""

    key: str
    name: str
    component: bool = False
    parent: str = ""
    needs: tuple[str, ...] = ()
    note_of: str = ""  # its note is that one's address
    kind_of: str = ""  # its kind is: it is replaced when that one is
    deleted_with: str = ""
    version: int = 0
    kind: str = "x"
    protect: bool = False
    retain: bool = False
    delete_first: bool | None = None
    replace_on_changes: bool = False
    old_names: tuple[str, ...] = ()
    old_urns: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """The key, and what is changed about it."""
        return f"{self.key} {self.version}"

    def references(self) -> Iterator[str]:
        """The keys it refers to."""
        yield from filter(None, (self.parent, self.note_of, self.kind_of, self.deleted_with, *self.needs))


@dataclass(frozen=True)
class Program:
    """Resources, each after what it refers to. It fails instead of registering the `fails_at`th."""

    resources: tuple[Wanted, ...] = ()
    made: int = 0
    fails_at: int | None = None
    urns: dict[str, str] = field(default_factory=dict, compare=False)

    def __post_init__(self) -> None:
        for one in self.resources:
            parent = self.urns[one.parent] if one.parent else STACK
            kind = COMPONENT if one.component else THING
            made = urn.make(stack="dev", project="scenarios", parent=parent, kind=kind, name=one.name)
            self.urns[one.key] = made

    def get(self, key: str) -> Wanted | None:
        """The resource of a key."""
        return next((one for one in self.resources if one.key == key), None)


def changed(program: Program, chance: random.Random) -> Program:
    """A later version of a program."""
    resources: list[Wanted] = []
    for one in program.resources:
        if chance.random() < 0.2:
            continue  # removed, and with it every mention of it
        there = {other.key for other in resources}
        resources.append(_varied(_without(one, there), program, resources, chance))
    made = program.made
    for _ in range(chance.randint(3, 8) if len(resources) < 4 else chance.randint(0, 3)):
        made += 1
        place = chance.randint(0, len(resources))
        resources.insert(place, _new(f"r{made}", resources[:place], chance))
    return Program(tuple(resources), made, chance.randint(0, len(resources)) if chance.random() < 0.08 else None)


def _without(one: Wanted, there: set[str]) -> Wanted:
    def kept(key: str) -> str:
        return key if key in there else ""

    return replace(
        one,
        parent=kept(one.parent),
        note_of=kept(one.note_of),
        kind_of=kept(one.kind_of),
        deleted_with=kept(one.deleted_with),
        needs=tuple(filter(kept, one.needs)),
    )


def _new(key: str, before: list[Wanted], chance: random.Random) -> Wanted:
    one = Wanted(key, key, component=chance.random() < 0.15, kind=chance.choice(KINDS))
    one = replace(
        one, parent=_one_of([other.key for other in before if other.component or chance.random() < 0.2], chance)
    )
    return _linked(_flagged(one, chance), before, chance)


def _one_of(keys: list[str], chance: random.Random) -> str:
    return chance.choice(keys) if keys and chance.random() < 0.5 else ""


def _linked(one: Wanted, before: list[Wanted], chance: random.Random) -> Wanted:
    """With other references."""
    keys = [other.key for other in before]
    things = [other.key for other in before if not other.component]
    needs = tuple(sorted(chance.sample(keys, min(len(keys), chance.choice((0, 0, 1, 2))))))
    if one.component:
        return replace(one, needs=needs)
    return replace(
        one,
        needs=needs,
        note_of=_one_of(things, chance),
        kind_of=_one_of(things, chance) if chance.random() < 0.4 else "",
        deleted_with=_one_of(things, chance) if chance.random() < 0.3 else "",
    )


def _flagged(one: Wanted, chance: random.Random) -> Wanted:
    if one.component:
        return one
    return replace(
        one,
        protect=chance.random() < 0.08,
        retain=chance.random() < 0.1,
        delete_first=chance.choice((None, None, True, False)),
        replace_on_changes=chance.random() < 0.1,
    )


def _varied(one: Wanted, program: Program, before: list[Wanted], chance: random.Random) -> Wanted:
    """One resource of an earlier version, as it may be in a later one."""
    aliased = replace(one, old_urns=tuple(dict.fromkeys((*one.old_urns, program.urns[one.key]))))
    variations: tuple[Callable[[], Wanted], ...] = (
        lambda: one,
        lambda: replace(one, version=one.version + 1),
        lambda: replace(one, kind=chance.choice(KINDS)),
        lambda: _flagged(one, chance),
        lambda: _linked(one, before, chance),
        lambda: replace(one, name=f"{one.name}n", old_names=(*one.old_names, one.name)),
        lambda: replace(aliased, parent=_one_of([other.key for other in before if other.component], chance)),
    )
    weights = (3, 4, 4, 2, 2, 2, 2)
    return chance.choices(variations, weights)[0]()


def whole(program: Program) -> Program:
    """The program as it would be had it not failed."""
    return Program(program.resources, program.made)
