"""What is known of a model's fields beside their types: how each service spells them, their units, near names.

The metadata stand in the models, once; checks (what a service cannot do), suggestions for misspelt keys and the
tables of the documentation are all read from them.
"""

from __future__ import annotations

import difflib
import types
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from reelstack.errors import Fault

SERVICES = {"ims": "Alibaba IMS", "vod": "Alibaba VOD", "huawei": "Huawei Cloud VOD"}


@dataclass(frozen=True)
class Api:
    """How the services spell a field; empty where a service has nothing of the kind.

    `limits` says what the type does not: rules over several fields, lengths in bytes. Fields that are ours alone name
    the services that they are for (`own`).
    """

    ims: str = ""
    vod: str = ""
    huawei: str = ""
    unit: str = ""
    limits: str = ""
    own: tuple[str, ...] = ()

    def spelled(self, service: str) -> str:
        """The service's own name of the field, or empty."""
        return {"ims": self.ims, "vod": self.vod, "huawei": self.huawei}[service]

    @property
    def services(self) -> tuple[str, ...]:
        """The services that know the field."""
        return tuple(service for service in SERVICES if service in self.own or self.spelled(service))


def ours(limits: str = "", unit: str = "", services: tuple[str, ...] = tuple(SERVICES)) -> Api:
    """The metadata of a field that no service knows, because it is ours."""
    return Api(own=services, limits=limits, unit=unit)


OURS = ours()


def api(field: FieldInfo) -> Api:
    """The metadata of a field; one without any is ours."""
    return next((one for one in field.metadata if isinstance(one, Api)), OURS)


def foreign(model: BaseModel, service: str, path: str = "") -> Iterator[Fault]:
    """The fields that are set although this service has nothing of the kind, at any depth."""
    for name, field in type(model).model_fields.items():
        value, where = getattr(model, name), f"{path}{name}"
        if value == field.get_default(call_default_factory=True):
            continue
        if service not in api(field).services:
            known = " and ".join(SERVICES[one] for one in api(field).services)
            yield Fault(f"{SERVICES[service]} has nothing like this; {known} has", path=where)
        elif isinstance(value, BaseModel):
            yield from foreign(value, service, f"{where}.")


def meant(model: type[BaseModel], location: tuple[int | str, ...]) -> str:
    """What an unknown key at this location of a model was meant to be, or which there are: the end of a message."""
    keys = keys_at(model, location[:-1])
    plain = {_plain(key): key for key in keys}
    near = difflib.get_close_matches(_plain(str(location[-1])), plain, n=1)
    if near:
        return f"; did you mean {plain[near[0]]!r}?"
    return f"; there are {', '.join(keys)}" if keys else ""


def keys_at(model: type[BaseModel], location: tuple[int | str, ...]) -> list[str]:
    """The keys that the model at a location takes, as they are written."""
    for part in location:
        field = next((f for n, f in model.model_fields.items() if part in (n, f.alias)), None)
        model = (model_in(field.annotation) if field else None) or model
    return [field.alias or key for key, field in model.model_fields.items()]


def model_in(annotation: object) -> type[BaseModel] | None:
    """The model that a field holds, alone or in a collection; None when it holds none."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    inner = (model_in(argument) for argument in get_args(annotation))
    return next((model for model in inner if model), None)


def plain_type(annotation: object) -> object:
    """An annotation without its metadata and without None."""
    if get_origin(annotation) is Annotated:
        return plain_type(get_args(annotation)[0])
    if get_origin(annotation) in (Union, types.UnionType):
        given: list[Any] = [one for one in get_args(annotation) if one is not type(None)]
        return plain_type(given[0]) if len(given) == 1 else annotation
    return annotation


@dataclass(frozen=True)
class Pending:
    """The property paths of which nothing can be said: not known yet, or faulty by themselves."""

    paths: frozenset[str] = frozenset()

    def covers(self, *paths: str) -> bool:
        """Whether one of these paths is pending, or lies below one that is."""
        return any(path == one or path.startswith((f"{one}.", f"{one}[")) for path in paths for one in self.paths)

    def below(self, path: str) -> bool:
        """Whether this path, or something below it, is pending."""
        return self.covers(path) or any(one.startswith((f"{path}.", f"{path}[")) for one in self.paths)

    def allows(self, faults: Iterable[Fault]) -> Iterator[Fault]:
        """Those of the faults that are said of something known."""
        return (fault for fault in faults if not self.covers(fault.path))


def _plain(key: str) -> str:
    return key.replace("_", "").casefold()
