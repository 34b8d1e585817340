"""A fault of the program's author is one line with its place; a true exception keeps its traceback."""

from __future__ import annotations

import runpy
import traceback
from pathlib import Path

import pytest

from reelstack.engine import faults


def said(program: Path, text: str) -> str:
    """What is told of a program that ends with an exception."""
    program.write_text(text)
    try:
        runpy.run_path(str(program))
    except Exception:  # noqa: BLE001 - whatever it raises is what is told
        return faults.told(f"{faults.HEAD}\n{traceback.format_exc()}")
    raise AssertionError


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("x = 1\ny = (\n", 2, "'(' was never closed: y = ("),
        ("def f():\n  x = 1\n    y = 2\n", 3, "unexpected indent: y = 2"),
    ],
)
def test_a_file_that_is_no_python_is_named_with_its_line(tmp_path: Path, text: str, line: int, what: str) -> None:
    program = tmp_path / "__main__.py"
    assert said(program, text) == f"{program}:{line}: {what}"


def test_what_we_refuse_is_placed_where_the_program_asked_for_it(tmp_path: Path) -> None:
    program = tmp_path / "__main__.py"
    text = f"from pathlib import Path\nfrom reelstack import engine\n\nengine.load_project(Path('{tmp_path}'))\n"
    told = f"{program}:4: There is no Pulumi.yaml in {tmp_path}. Run in a project's directory, or name it with -C."
    assert said(program, text) == told


def test_of_a_chain_the_exception_that_ended_the_program_counts(tmp_path: Path) -> None:
    program = tmp_path / "__main__.py"
    text = "from reelstack.errors import ConfigError\ntry:\n  1 / 0\nexcept ArithmeticError as e:\n"
    assert said(program, f"{text}  raise ConfigError('a\\nb') from e\n") == f"{program}:5: a\nb"


def test_any_other_exception_keeps_its_traceback(tmp_path: Path) -> None:
    program = tmp_path / "__main__.py"
    told = said(program, "def f():\n  return {}['SyntaxError: x']\nf()\n")
    assert f'File "{program}", line 2, in f' in told
    assert told.rstrip().endswith("KeyError: 'SyntaxError: x'")
