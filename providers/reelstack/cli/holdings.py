"""What the stacks of a project hold, read from their states alone: whose an id is, and which identities there are.

Every stack that the backend has is read, what waits to be deleted included: its id is in a state all the same.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reelstack import engine
from reelstack.clouds.base import Site
from reelstack.errors import ConfigError

Resource = Mapping[str, Any]

IDS = ("project_id", "produced_from", "job_id", "media_id", "vod_media_id")
PLACES = ("EditingProject", "ProduceJob", "VodEditTask")
IDENTITY = "StackIdentity"


@dataclass(frozen=True)
class Holdings:
    """The states of a project's stacks, by the stacks' names. `holder` says by an id whose it is."""

    stacks: Mapping[str, tuple[Resource, ...]]
    holder: Mapping[str, str]

    def identity(self, stack: str) -> str:
        """The identity of a stack; empty before its first deployment."""
        found = (one for one in self.stacks.get(stack, ()) if kind(one) == IDENTITY)
        return next((str(outputs(one).get("stack_id") or "") for one in found), "")

    def stack_of(self, mark: str) -> str:
        """The stack whose identity begins so; empty when it is none of this project's."""
        return next((name for name in self.stacks if self.identity(name)[: len(mark)] == mark), "") if mark else ""

    def sites(self, stack: str) -> set[Site]:
        """Where the resources of a stack live."""
        return {site(one) for one in self.stacks.get(stack, ()) if kind(one) in PLACES}

    def of_kind(self, stack: str, *kinds: str) -> list[Resource]:
        """The resources of a stack that are of these kinds."""
        return [one for one in self.stacks.get(stack, ()) if kind(one) in kinds]


def read(project: Path) -> Holdings:
    """Read the state of every stack; raises ConfigError where states are not in files, EngineError for a broken one."""
    if not engine.keeps_files(project):
        raise ConfigError(
            "the states of this project are not in files, so what its stacks hold cannot be read here.",
            hint="Orphans are found where states are in files; `reelstack adopt` alone lists what there is.",
        )
    with contextlib.chdir(project):
        names = engine.stacks(project)
        states = {name: engine.export(project, name)["deployment"].get("resources") or [] for name in names}
    return of({name: tuple(ours(resources)) for name, resources in states.items()})


def read_one(project: Path, stack: str) -> Holdings:
    """Read every state, or that of one stack where states are not in files; nothing for a stack without a state."""
    if engine.keeps_files(project):
        return read(project)
    with contextlib.chdir(project):
        return of({stack: tuple(ours(engine.resources(project, stack)))})


def of(stacks: Mapping[str, tuple[Resource, ...]]) -> Holdings:
    """The holdings of stacks whose resources are these."""
    holder: dict[str, str] = {}
    for stack, held in stacks.items():
        for one in held:
            for id_ in _ids(outputs(one)):
                holder.setdefault(id_, f"{stack}: {name(one)}")  # a project is its own before it is its videos'
    return Holdings(stacks, holder)


def ours(resources: Iterable[Resource]) -> Iterator[Resource]:
    """Those of our own kinds."""
    return (one for one in resources if "reelstack:" in str(one.get("type", "")) and one.get("urn"))


def kind(resource: Resource) -> str:
    """`ProduceJob`, of a resource of ours."""
    return str(resource.get("type", "")).rpartition(":")[2].rpartition("/")[2]


def name(resource: Resource) -> str:
    """The resource's name."""
    return str(resource["urn"]).rpartition("::")[2]


def outputs(resource: Resource) -> Mapping[str, Any]:
    """What the state keeps of it; empty for what never came to be."""
    return resource.get("outputs") or {}


def site(resource: Resource) -> Site:
    """Where it lives."""
    given = {**(resource.get("inputs") or {}), **outputs(resource)}
    return Site(*(str(given.get(key) or "") for key in ("service", "region", "endpoint", "account")))


def _ids(held: Mapping[str, Any]) -> Iterator[str]:
    for key in IDS:
        if isinstance(id_ := held.get(key), str) and id_:
            yield id_
            if key == "job_id" and "/" in id_:
                yield id_.rpartition("/")[2]  # VOD: PROJECT/VIDEO
