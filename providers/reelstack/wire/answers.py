"""How the values in an answer are read, whichever service sent them: leniently, and in one place.

The clients' shapes are made of these. Unknown fields are skipped, null is the same as absent, numbers may be text,
times may come in any of the vendors' spellings. What cannot be understood is None, never a guess. An answer that
lacks what it must have is an error that leaves open whether the operation was carried out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Self, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError, model_validator

from reelstack.wire import decode

Payload = Mapping[str, object]

_COMPACT = re.compile(r"[0-9]{14}")


def document(text: str) -> dict[str, Any] | None:
    """The object in a text that holds JSON; None when it holds none."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _text(value: object) -> object:
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    return value if isinstance(value, str) else str(value)


def _number(value: object) -> float | None:
    try:
        found = float(value) if isinstance(value, str | int | float) else None
    except (ValueError, OverflowError):
        return None
    return found if found is not None and abs(found) < float("inf") else None


def _whole(value: object) -> int | None:
    found = _number(value)
    return None if found is None else int(found)


def _moment(value: object) -> datetime | None:
    if not isinstance(value, str):
        return None
    try:
        if _COMPACT.fullmatch(value):
            return datetime.strptime(value, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
        found = datetime.fromisoformat(value)
        return found.replace(tzinfo=found.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def many(value: object) -> object:
    """A list, also where a service wraps it in an object of one entry; anything else is an empty one."""
    if isinstance(value, dict) and len(value) == 1:
        (value,) = value.values()
    return value if isinstance(value, list | tuple) else []


def fields(value: object) -> object:
    """An object; anything else is an empty one."""
    return value if isinstance(value, dict) else {}


Text = Annotated[str, BeforeValidator(_text)]
Number = Annotated[float | None, BeforeValidator(_number)]
Whole = Annotated[int | None, BeforeValidator(_whole)]
Moment = Annotated[datetime | None, BeforeValidator(_moment)]
Texts = Annotated[tuple[Text, ...], BeforeValidator(many)]
Object = Annotated[dict[str, Any], BeforeValidator(fields)]
Objects = Annotated[tuple[dict[str, Any], ...], BeforeValidator(many)]


class Answer(BaseModel):
    """The base of what services say. The services' own bases add the spelling of their fields."""

    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True, hide_input_in_errors=True)

    @model_validator(mode="before")
    @classmethod
    def _null_is_absent(cls, values: object) -> object:
        if not isinstance(values, dict):
            return values
        return {name: value for name, value in values.items() if value is not None}

    @classmethod
    def read(cls, values: object) -> Self | None:
        """The value in an answer; None when what was sent cannot be understood as one."""
        try:
            return cls.model_validate(values)
        except ValidationError:
            return None


Shape = TypeVar("Shape", bound=Answer)


def read(shape: type[Shape], payload: Payload, call: decode.Call, request_id: str = "") -> Shape:
    """An answer in its shape; raises `OutcomeUnknown` for one that is not of this shape."""
    found = shape.read(payload)
    if found is None:
        raise decode.unreadable(call, f"the answer is no {shape.__name__}", request_id)
    return found


def chunks(ids: Iterable[str], size: int) -> Iterator[tuple[str, ...]]:
    """Each id once, in order, some at a time: what a batch operation takes."""
    distinct = tuple(dict.fromkeys(ids))
    return (distinct[start : start + size] for start in range(0, len(distinct), size))
