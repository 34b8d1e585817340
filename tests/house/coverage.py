"""Writes docs/coverage.md from the code: which operation of which service is where. Run it when its test fails:

    cd tests && python -m house.coverage

An operation is counted for a client when a public method of it sends it, for a resource when one of its functions
reaches that method through the cloud's adapter, for the local cloud when the room routes it to a handler.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, get_args

import reelstack
from house.references import SOURCE, References

PAGE = Path(__file__).parents[2] / "docs" / "coverage.md"
COMMAND = "cd tests && python -m house.coverage"
SERVICES = {
    "Alibaba Cloud IMS": ("alibaba_ims", "ims"),
    "Alibaba Cloud ApsaraVideo VOD": ("alibaba_vod", "vod"),
    "Huawei Cloud VOD": ("huawei_vod", "huawei"),
}
_OPERATION = re.compile(r"(Add|Batch|Create|Delete|Get|List|Produce|Register|Search|Set|Show|Submit|Update)[A-Z]\w+")
_HEAD = """# Coverage

Which operation of which service is where. *Client*: the method that sends it. *Resources*: which of them use it.
*Local cloud*: the handler that answers it. *Rendered*: whether a real video comes of it there. This page is written by
`{command}` from the code; a test fails when it is stale.
"""


@dataclass(frozen=True)
class Row:
    """One operation of one service."""

    operation: str
    methods: tuple[str, ...]
    resources: tuple[str, ...]
    handler: str
    rendered: bool

    def __str__(self) -> str:
        methods = ", ".join(f"`{name}`" for name in self.methods) or "—"
        handler = f"`{self.handler}`" if self.handler else "—"
        return (
            f"| {self.operation} | {methods} | {', '.join(self.resources) or '—'} | {handler} | {_yes(self.rendered)} |"
        )


def _yes(value: bool) -> str:
    return "yes" if value else ""


def page() -> str:
    """The page as it should be."""
    used = uses()
    parts = [_HEAD.format(command=COMMAND)]
    for title, (cloud, room) in SERVICES.items():
        rows = table(cloud, room, used)
        parts.append(
            f"\n## {title}\n\n| operation | client | resources | local cloud | rendered |\n|---|---|---|---|---|\n"
        )
        parts += [f"{row}\n" for row in rows]
    return "".join(parts)


def table(cloud: str, room: str, used: Mapping[str, set[str]]) -> list[Row]:
    """The operations of one service, in the order of the local cloud's routes, then those that only a client has."""
    handlers, rendered = _routes(room)
    sent = _sent(cloud)
    reached = _reached(cloud)
    names = [*handlers, *sorted({name for found in sent.values() for name in found} - set(handlers))]
    return [
        Row(
            name,
            methods := tuple(method for method, found in sent.items() if name in found),
            tuple(
                resource
                for resource, found in used.items()
                if found & _through(reached, methods) and room in services_of(resource)
            ),
            handlers.get(name, ""),
            name in rendered,
        )
        for name in names
    ]


def _through(reached: Mapping[str, set[str]], methods: tuple[str, ...]) -> set[str]:
    """The adapter's methods that call one of these client methods."""
    return {ours for ours, theirs in reached.items() if theirs & set(methods)}


def _sent(cloud: str) -> dict[str, set[str]]:
    """For each public method of a client, the operations that it sends."""
    module = f"reelstack.clouds.{cloud}.client"
    found = References([module])
    public = [name for name in found.functions(module) if _is_public_method(name, module)]
    texts = {name: found.reach([name]).texts for name in public}
    return {name.rpartition(".")[2]: {t for t in said if _OPERATION.fullmatch(t)} for name, said in texts.items()}


def _reached(cloud: str) -> dict[str, set[str]]:
    """For each public method of a cloud's adapter, the client methods that it calls."""
    module = f"reelstack.clouds.{cloud}.adapter"
    found = References([module])
    public = [name for name in found.functions(module) if _is_public_method(name, module)]
    return {name.rpartition(".")[2]: _called(found, [name], "_client") for name in public}


def _is_public_method(name: str, module: str) -> bool:
    parts = name.removeprefix(f"{module}.").split(".")
    return len(parts) == 2 and not any(part.startswith("_") for part in parts)


def _called(found: References, starts: list[str], receiver: str) -> set[str]:
    return {name for on, name in found.reach(starts).calls if on == receiver}


def uses() -> dict[str, set[str]]:
    """For each resource, the methods of clouds that it reaches."""
    modules = [*_modules("resources"), *_modules("reconcile"), "reelstack.clouds.base"]
    found = References(modules)
    homes = {name: str(getattr(getattr(reelstack, name), "__module__", "")) for name in reelstack.__all__}
    resources = {name: home for name, home in homes.items() if home in modules and not name.endswith("Args")}
    return {name: _called(found, found.functions(home), "cloud") for name, home in resources.items()}


def services_of(resource: str) -> Collection[str]:
    """The services that a resource takes, as its inputs say; one that says nothing takes what the others made."""
    for name in _modules("resources"):
        inputs = getattr(importlib.import_module(name), f"{resource}Inputs", None)
        if inputs and "service" in inputs.model_fields:
            return get_args(inputs.model_fields["service"].annotation)
    return [room for _, room in SERVICES.values()]


def _modules(room: str) -> list[str]:
    return [f"reelstack.{room}.{file.stem}" for file in sorted((SOURCE / "reelstack" / room).glob("[a-z]*.py"))]


def _routes(room: str) -> tuple[dict[str, str], set[str]]:
    """The handler of each operation of a room, and the operations that render."""
    routes: Any = importlib.import_module(f"reelstack.emulator.{room}.routes")
    handlers: Mapping[str, Callable[..., object]] = getattr(routes, "ACTIONS", None) or _of_operations(routes)
    submits = getattr(routes, "SUBMIT", "CreateAssetEditTask")
    named = {name: f"{handler.__module__.rpartition('.')[2]}.{handler.__name__}" for name, handler in handlers.items()}
    return named, {submits}


def _of_operations(routes: ModuleType) -> dict[str, Callable[..., object]]:
    return {each.name: each.handler for each in routes.OPERATIONS}


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
