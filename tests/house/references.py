"""Which function refers to which, read from the source: the coverage page asks it how far a thing reaches.

Names are followed as far as imports, classes and `self` carry; what is handed over as a value counts as referred to.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

SOURCE = Path(__file__).parents[2] / "providers"


@dataclass
class Body:
    """What stands in one function: names of other functions, method calls as (receiver, name), and the texts among a
    call's arguments or given to a name: what an operation is called.
    """

    refers: set[str] = field(default_factory=set)
    calls: set[tuple[str, str]] = field(default_factory=set)
    texts: set[str] = field(default_factory=set)


class References:
    """The functions of some modules, by their full names; a class stands for all of its methods."""

    def __init__(self, modules: Iterable[str]) -> None:
        self.bodies: dict[str, Body] = {}
        for module in modules:
            self._read(module, ast.parse(_file(module).read_text(encoding="utf-8")))

    def functions(self, module: str) -> list[str]:
        """The functions and methods of one module."""
        return [name for name in self.bodies if name.startswith(f"{module}.")]

    def reach(self, starts: Iterable[str]) -> Body:
        """All that is reached from these functions."""
        found, waiting, seen = Body(), list(starts), set[str]()
        while waiting:
            name = waiting.pop()
            if name in seen or name not in self.bodies:
                continue
            seen.add(name)
            body = self.bodies[name]
            found.calls |= body.calls
            found.texts |= body.texts
            waiting += body.refers
        return found

    def _read(self, module: str, tree: ast.Module) -> None:
        names = dict(_imported(tree))
        names |= {node.name: f"{module}.{node.name}" for node in tree.body if isinstance(node, _NAMED)}
        for node in tree.body:
            if isinstance(node, ast.ClassDef):
                whole = f"{module}.{node.name}"
                methods = [each for each in node.body if isinstance(each, ast.FunctionDef)]
                self.bodies[whole] = Body(set() if _is_resource(node) else {f"{whole}.{m.name}" for m in methods})
                for each in methods:
                    self.bodies[f"{whole}.{each.name}"] = _body(each, names | {"self": whole})
            elif isinstance(node, ast.FunctionDef):
                self.bodies[f"{module}.{node.name}"] = _body(node, names)


def _is_resource(node: ast.ClassDef) -> bool:
    """Whoever names a resource's class declares it, or asks for its type: it does not do what its provider does."""
    return any(ast.unparse(base) == "Resource" for base in node.bases)


_NAMED = (ast.ClassDef, ast.FunctionDef)


def _file(module: str) -> Path:
    place = SOURCE.joinpath(*module.split("."))
    return place / "__init__.py" if place.is_dir() else place.with_suffix(".py")


def _imported(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            yield from ((one.asname or one.name, f"{node.module}.{one.name}") for one in node.names)


def _body(function: ast.FunctionDef, names: dict[str, str]) -> Body:
    found = Body()
    for node in ast.walk(function):
        if isinstance(node, ast.Name) and node.id in names and node.id != "self":
            found.refers.add(names[node.id])
        if isinstance(node, ast.Attribute):
            written = ast.unparse(node).split(".")
            found.refers.add(".".join([names.get(written[0], ""), *written[1:]]))
            found.calls.add((_receiver(node.value), node.attr))
        found.texts |= set(_texts(node))
    return found


def _texts(node: ast.AST) -> Iterator[str]:
    """The texts among a call's arguments, or given to a name."""
    values: list[ast.expr] = []
    if isinstance(node, ast.Call):
        values = node.args
    elif isinstance(node, ast.Assign):
        values = node.value.elts if isinstance(node.value, ast.Tuple) else [node.value]
    yield from (each.value for each in values if isinstance(each, ast.Constant) and isinstance(each.value, str))


def _receiver(node: ast.expr) -> str:
    """The last word of what a method is called on: `cloud` in `self.cloud.x()` and in `bridge.cloud(site).x()`."""
    if isinstance(node, ast.Call):
        return _receiver(node.func)
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
