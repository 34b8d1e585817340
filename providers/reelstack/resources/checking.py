"""Check properties against a model: every fault at once, each at its own path, nothing said of what is not known yet.

`bridge.check` is the door. Knows pydantic and Pulumi's marker for unknown values; the rules are the models' own.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any, Protocol, TypeVar, cast

from pulumi.dynamic import CheckFailure
from pulumi.runtime import rpc
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from reelstack.errors import Fault, property_path
from reelstack.models.base import Model
from reelstack.models.fields import Pending, meant

# Stands for a required text that is not known yet, so that the rules over the whole can be asked all the same.
STAND_IN = "unknown"

Checked = TypeVar("Checked", bound=Model)
Props = dict[str, Any]


class Whole(Protocol):
    """Inputs that have rules over the whole, beside those of their single fields."""

    def faults(self, pending: Pending) -> Iterator[Fault]:
        """Everything wrong with the whole; what is said of something pending is dropped."""


def fields(model: type[Model], known: Mapping[str, Any], waiting: frozenset[str]) -> list[CheckFailure]:
    """The faults that the model finds by itself. `waiting` are the properties that are unknown and left out."""
    stand_ins = dict.fromkeys(waiting & _required(model), STAND_IN)
    _, errors = _validated(model, {**known, **stand_ins})
    return [_failure(model, error) for error in errors if not (error["loc"] and error["loc"][0] in waiting)]


def whole(model: type[Model], given: Props) -> list[CheckFailure]:
    """The faults of the fields and of the whole. The properties hold the marker wherever something is unknown.

    What is faulty or unknown by itself is taken out before the rules over the whole are asked, so that a wrong width
    does not hide that the name of the file is missing.
    """
    pending = Pending(frozenset(_unknown_paths(given)))
    made, errors = _validated(model, given)
    failures = [_failure(model, error) for error in errors if not _is_pending(error, pending)]
    for take_out in (_leaves, _properties):
        if errors:
            given, taken = take_out(model, given, errors)
            pending = Pending(pending.paths | taken)
            made, errors = _validated(model, given)
    rules = cast("Whole", made).faults(pending) if made else ()
    return failures + [CheckFailure(fault.path, fault.message) for fault in pending.allows(rules)]


def message(said: str) -> str:
    """A validation message without the library's own prefix."""
    return said.removeprefix("Value error, ")


def _validated(model: type[Checked], given: Mapping[str, Any]) -> tuple[Checked | None, list[ErrorDetails]]:
    try:
        return model.model_validate(given), []
    except ValidationError as error:
        return None, error.errors()


def _failure(model: type[Model], error: ErrorDetails) -> CheckFailure:
    if error["type"] == "extra_forbidden":
        return CheckFailure(property_path(error["loc"]), f"unknown key{meant(model, error['loc'])}")
    return CheckFailure(property_path(error["loc"]), message(error["msg"]))


def _is_pending(error: ErrorDetails, pending: Pending) -> bool:
    """Whether the error is only that something unknown has not the type that it will have."""
    path = property_path(error["loc"])
    return pending.covers(path) or (error["type"] != "missing" and pending.below(path))


def _unknown_paths(value: object, path: str = "") -> Iterator[str]:
    if value == rpc.UNKNOWN:
        yield path
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _unknown_paths(item, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list | tuple):
        for number, item in enumerate(value):
            yield from _unknown_paths(item, f"{path}[{number}]")


Taken = tuple[Props, set[str]]


def _leaves(model: type[Model], given: Props, errors: list[ErrorDetails]) -> Taken:
    """The properties without the values at fault, as far as these have names."""
    left = copy.deepcopy(given)
    for error in errors:
        *above, last = error["loc"]
        holder: Any = left
        for part in above:
            holder = _part(holder, part)
        if isinstance(holder, dict):
            holder.pop(last, None)
            if not above and last in _required(model):
                holder[str(last)] = STAND_IN
    return left, {property_path(error["loc"]) for error in errors}


def _properties(model: type[Model], given: Props, errors: list[ErrorDetails]) -> Taken:
    """The properties without those that have a fault anywhere."""
    wrong = {str(error["loc"][0]) for error in errors if error["loc"]}
    left = {key: value for key, value in given.items() if key not in wrong}
    return {**left, **dict.fromkeys(wrong & _required(model), STAND_IN)}, wrong


def _part(holder: Any, part: int | str) -> Any:
    try:
        return holder[part]
    except (KeyError, IndexError, TypeError):
        return None


def _required(model: type[Model]) -> frozenset[str]:
    return frozenset(key for key, field in model.model_fields.items() if field.is_required())
