"""Writes docs/resources.md from the code: every property of every resource. Run it when its test fails:

    cd tests && python -m house.resource_tables

A row is a field of a resource's arguments, with what the model of its inputs says of it. What a change does is found
out by asking the resource's own decisions about two property mappings that differ in that place alone.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from annotated_types import Ge, Gt, Le, Lt, MaxLen, MinLen
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from reelstack.errors import ConfigError
from reelstack.models.base import Model
from reelstack.models.fields import OURS, SERVICES, api, model_in, plain_type
from reelstack.reconcile import policy
from reelstack.reconcile.change import Means
from reelstack.resources import adoption, edit_inputs, produce_job, settings
from reelstack.resources.delivery import DeliveryArgs, DeliveryInputs, DeliveryProvider
from reelstack.resources.edit_inputs import VodEditTaskInputs
from reelstack.resources.editing_project import EditingProjectArgs, EditingProjectProvider
from reelstack.resources.produce_job import ProduceJobArgs
from reelstack.resources.production_inputs import ProduceJobInputs
from reelstack.resources.project_inputs import EditingProjectInputs
from reelstack.resources.vod_edit_task import VodEditTaskArgs

PAGE = Path(__file__).parents[2] / "docs" / "resources.md"
COMMAND = "cd tests && python -m house.resource_tables"

Props = dict[str, Any]
Judge = Callable[[Props, Props], str]

BASE: Props = {"name": "n", "stack_id": "s", "service": "ims", "region": "r", "drift": settings.BY_STATE}

_HEAD = f"""# Resources

Every property of every resource, as a program gives it. *On change*: what a changed value does to what is there
already: **update** in place, **replace** (for a video: it is rendered anew), **refused** (the run stops: another stack
is needed), or nothing. *API field*: how each service spells it; a property without one is ours. A property that the
declared service has nothing like is a fault that is told before any call, as every breach of a limit is.

Objects may be given as the models of their names (`OutputSettings`, `MaterialMaps`, …) or as mappings with the same
keys. `service`, `region` and `endpoint` come from the stack's settings unless they are given.

This page is written by `{COMMAND}` from the code; a test fails when it is stale.
"""


@dataclass(frozen=True)
class Table:
    """One resource: its arguments, its inputs, how it judges a change, and arguments that have other names there."""

    name: str
    about: str
    args: type[Any]
    inputs: type[Model]
    judge: Judge
    names: Mapping[str, str] = dataclasses.field(default_factory=dict)


def _by_project(olds: Props, news: Props) -> str:
    try:
        found = EditingProjectProvider().diff("the page's", olds, news)
    except ConfigError:
        return "refused"
    return "replace" if found.replaces else "update" if found.changes else "nothing"


def _by_production(spec_hash: Callable[[Props], str]) -> Judge:
    def judge(olds: Props, news: Props) -> str:
        if any(olds.get(key) != news.get(key) for key in ("service", "region", "endpoint", "account")):
            return "refused"
        hashed = [{**props, "spec_hash": spec_hash(props)} for props in (olds, news)]
        found = policy.decide(hashed[0], hashed[1], policy.PRODUCTION, otherwise=Means.IGNORE)
        if found.replace:
            return "replace"
        return "update" if adoption.kept_otherwise(olds, news) else "nothing"

    return judge


def _by_gate(olds: Props, news: Props) -> str:
    nothing: Props = {"productions": {}}
    return "update" if DeliveryProvider().diff("id", nothing | olds, nothing | news).changes else "nothing"


TABLES = (
    Table(
        "EditingProject",
        "The title, the timeline and the rest of an online editing project (Alibaba IMS, Alibaba VOD).",
        EditingProjectArgs,
        EditingProjectInputs,
        _by_project,
    ),
    Table(
        "ProduceJob",
        "One video, produced from a project, a timeline or a template (Alibaba IMS, Alibaba VOD).",
        ProduceJobArgs,
        ProduceJobInputs,
        _by_production(produce_job.spec_hash),
        {"project": "project_id"},
    ),
    Table(
        "VodEditTask",
        "One video, cut together from stored assets (Huawei Cloud VOD).",
        VodEditTaskArgs,
        VodEditTaskInputs,
        _by_production(edit_inputs.spec_hash),
    ),
    Table(
        "Delivery",
        "The gate: it waits until its productions are there. An update waits again; nothing is rendered. It holds\n"
        "a slot of the engine meanwhile (`--parallel`, 4 a core): of many gates each should depend on all productions\n"
        "that wait for no gate (`depends_on`), as in a campaign; else submissions wait for the first videos.",
        DeliveryArgs,
        DeliveryInputs,
        _by_gate,
    ),
)


def page() -> str:
    """The whole page."""
    return "\n".join([_HEAD, *(_section(table) for table in TABLES)])


def _section(table: Table) -> str:
    head = "| Property | Type | Unit | Limits | On change | API field |\n|---|---|---|---|---|---|"
    return f"## {table.name}\n\n{table.about}\n\n{head}\n" + "\n".join(rows(table)) + "\n"


def rows(table: Table) -> Iterator[str]:
    """The rows of a resource, those of nested objects beneath them."""
    for argument in dataclasses.fields(table.args):
        key = table.names.get(argument.name, argument.name)
        field = table.inputs.model_fields[key]
        yield from _rows(table, argument.name, (key,), field)


def _rows(table: Table, shown: str, path: tuple[str, ...], field: FieldInfo) -> Iterator[str]:
    inner = model_in(field.annotation)
    means = "as its parts" if inner else table.judge(_with(path, field, 0), _with(path, field, 1))
    known = api(field)
    spelled = "; ".join(f"{SERVICES[each]}: `{known.spelled(each)}`" for each in SERVICES if known.spelled(each))
    for_some = f"— ({', '.join(SERVICES[each] for each in known.own)} only)" if known.own != OURS.own else "—"
    cells = (f"`{shown}`", _type(field), known.unit, _limits(field), means, spelled or for_some)
    yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"
    for name, each in inner.model_fields.items() if inner else ():
        mark = {"tuple": "[]", "dict": ".NAME"}.get(_origin(field), "")
        yield from _rows(table, f"{shown}{mark}.{name}", (*path, mark, name) if mark else (*path, name), each)


def _origin(field: FieldInfo) -> str:
    found = get_origin(plain_type(field.annotation))
    return found.__name__ if isinstance(found, type) else ""


def _with(path: tuple[str, ...], field: FieldInfo, which: int) -> Props:
    """Properties in which the value at the path is one of two."""
    value: Any = _samples(field)[which]
    for part in reversed(path[1:]):
        value = [value] if part == "[]" else {"a": value} if part == ".NAME" else {part: value}
    return {**BASE, path[0]: value}


def _samples(field: FieldInfo) -> tuple[Any, Any]:
    """Two values that a field of this type may have."""
    kind = plain_type(field.annotation)
    if get_origin(kind) is tuple:
        return ["a"], ["b"]
    if get_origin(kind) is dict:
        return {"a": 1}, {"a": 2}
    if kind is bool:
        return False, True
    return (1, 2) if kind in (int, float) else ("a", "b")


_WORDS: dict[object, str] = {str: "text", int: "whole number", float: "number", bool: "true or false"}


def _type(field: FieldInfo) -> str:
    kind = plain_type(field.annotation)
    if get_origin(kind) is Literal:
        return " or ".join(f"`{word}`" for word in get_args(kind))
    if isinstance(kind, type) and issubclass(kind, Enum):
        return " or ".join(f"`{word.value}`" for word in kind)
    if get_origin(kind) is tuple:
        return "list of objects" if model_in(kind) else "list of texts"
    if get_origin(kind) is dict:
        return "objects by name" if model_in(kind) else "object"
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return f"`{kind.__name__}`"
    several = [_WORDS[plain_type(one)] for one in get_args(kind)]
    return _WORDS.get(kind) or " or ".join(dict.fromkeys(several))


def _limits(field: FieldInfo) -> str:
    signs = ((Ge, ">=", "ge"), (Gt, ">", "gt"), (Le, "<=", "le"), (Lt, "<", "lt"))
    bounds = [f"{sign} {getattr(one, at):g}" for one in field.metadata for kind, sign, at in signs if type(one) is kind]
    filled = "not empty" if any(type(one) is MinLen for one in field.metadata) else ""
    short = [f"<= {one.max_length} characters" for one in field.metadata if type(one) is MaxLen]
    needed = "required" if field.is_required() else ""
    return "; ".join(part for part in (needed, filled, ", ".join(bounds), *short, api(field).limits) if part)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
