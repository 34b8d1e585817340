"""Rules of the house that no linter knows, checked over everything that is tracked."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CLOCK = "providers/reelstack/clock.py"
BROAD = {"Exception", "BaseException"}
# Rooms that run foreign programs or end the process: what they catch is theirs to say.
LAST_RESORT = ("providers/reelstack/engine/", "providers/reelstack/cli/")

HOME = re.compile(r"(?<![\w.])(?:/(?:home|Users)/[A-Za-z]|/root[/]|[A-Z]:\\Users\\[A-Za-z])")
REGISTRY = re.compile(
    r"(?:pypi|pythonhosted|npmjs|ghcr|docker|quay|jfrog|rubygems)\.(?:org|com|io)\b|index[-]url|crates\.io"
)


@cache
def tracked() -> dict[str, str]:
    """The texts under version control, by path; what is no text is left out."""
    if not (ROOT / ".git").exists():
        pytest.skip("needs the repository: what is tracked is not known here")
    # Whoever owns the checkout: a container's user is often another.
    ask = ["git", "-c", "safe.directory=*", "ls-files", "-z"]
    listed = subprocess.run(ask, cwd=ROOT, capture_output=True, text=True, check=True)
    names = [name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]
    return {name: text for name in names if (text := _text(ROOT / name)) is not None}


def _text(file: Path) -> str | None:
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None


def modules() -> Iterator[tuple[str, str, ast.Module]]:
    """Every tracked Python module: path, text, tree."""
    for name, text in tracked().items():
        if name.endswith(".py"):
            yield name, text, ast.parse(text)


def calls(tree: ast.Module, owner: str, name: str) -> Iterator[int]:
    """The lines that call `owner.name`, or import the name to call it bare."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr == name and ast.unparse(node.value) == owner:
            yield node.lineno
        if isinstance(node, ast.ImportFrom) and node.module == owner and name in {one.name for one in node.names}:
            yield node.lineno


def imports(tree: ast.Module) -> Iterator[str]:
    """Every module that is imported, with `from a import b` as `a.b`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
        if isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{one.name}" for one in node.names)


def catches_all(handler: ast.ExceptHandler) -> bool:
    """Whether a handler swallows everything: broad, and without passing it on."""
    named = BROAD if handler.type is None else {ast.unparse(part) for part in ast.walk(handler.type)} & BROAD
    passes_on = any(isinstance(node, ast.Raise) and node.exc is None for node in ast.walk(handler))
    return bool(named) and not passes_on


def test_there_is_something_to_check() -> None:
    assert {CLOCK, "README.md", "tests/house/test_rules.py"} <= set(tracked())


def test_only_the_clock_sleeps() -> None:
    assert [name for name, _, tree in modules() if any(calls(tree, "time", "sleep"))] == [CLOCK]


def test_nothing_is_mocked_or_patched() -> None:
    banned = ("unittest.mock", "mock", "pytest_mock")
    assert not [name for name, _, tree in modules() for one in imports(tree) if one.startswith(banned)]
    setters = re.compile(r"monkeypatch\.(?!setenv|delenv|chdir|undo)[a-z]+\(")
    assert not [name for name, text in tracked().items() if name.endswith(".py") and setters.search(text)]


def test_whoever_catches_everything_says_why() -> None:
    silent = [
        f"{name}:{node.lineno}"
        for name, text, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler) and catches_all(node) and not name.startswith(LAST_RESORT)
        if "#" not in text.splitlines()[node.lineno - 1]
    ]
    assert not silent


def test_every_module_says_what_it_is() -> None:
    assert not [name for name, _, tree in modules() if not ast.get_docstring(tree)]


@pytest.mark.parametrize("pattern", [HOME, REGISTRY], ids=["home directory", "registry host"])
def test_no_text_names_a_home_directory_or_a_registry_host(pattern: re.Pattern[str]) -> None:
    found = [f"{name}: {match[0]}" for name, text in tracked().items() for match in pattern.finditer(text)]
    assert not found


def test_no_text_names_the_place_where_this_checkout_lies() -> None:
    assert not [name for name, text in tracked().items() if len(ROOT.parts) > 2 and f"{ROOT}/" in text]


@pytest.mark.parametrize("text", ["see /{}/ann/films", "cd /root{}/x", "https://pypi{}.org/simple", "--index{}-url x"])
def test_the_patterns_find_what_they_are_for(text: str) -> None:
    written = text.format("home" if text.startswith("see") else "")  # in one piece this file would be found itself
    assert HOME.search(written) or REGISTRY.search(written)
    assert not HOME.search(text)
    assert not REGISTRY.search(text)


@pytest.mark.parametrize(
    ("source", "silent"),
    [
        ("try: f()\nexcept Exception: pass", True),
        ("try: f()\nexcept: pass", True),
        ("try: f()\nexcept (ValueError, BaseException): pass", True),
        ("try: f()\nexcept BaseException: undo(); raise", False),
        ("try: f()\nexcept ValueError: pass", False),
    ],
)
def test_a_silent_handler_is_recognised(source: str, silent: bool) -> None:
    handlers = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.ExceptHandler)]
    assert [catches_all(handler) for handler in handlers] == [silent]
