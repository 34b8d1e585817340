"""The rows of a run on terminals of several widths, as exact text without colours."""

from __future__ import annotations

import io

import pytest
from rich.cells import cell_len
from rich.console import Console
from rich.progress_bar import ProgressBar
from rich.text import Text

from reelstack.cli.table import LEAST_BAR, Line, Rows, middle, shared

CUT = "update [its content changes, timeline: 2 trimmed, 1 caption restyled]"
FORETOLD = (
    Line("~", "yellow", "EditingProject", "morning", Text(CUT)),
    Line("+-", "yellow", "ProduceJob", "morning-wide", Text("replace [its content changes]")),
    Line("-", "red", "ProduceJob", "morning-square", Text("delete")),
)
RUNNING = (
    Line("+-", "yellow", "ProduceJob", "morning-square-short", Text("created anew [its content changes]"), "0.2 s"),
    Line("~", "yellow", "Delivery", "morning-wide", ProgressBar(100, 50, width=24), "processing 50%", "50%"),
)


def drawn(lines: tuple[Line, ...], width: int, *, whole: bool) -> list[str]:
    out = io.StringIO()
    Console(file=out, width=width, color_system=None).print(Rows(lines, whole))
    return [line.rstrip() for line in out.getvalue().splitlines()]


def test_a_wide_terminal_shows_all_in_one_line_each() -> None:
    assert drawn(FORETOLD, 140, whole=True) == [
        f" ~   EditingProject  morning         {CUT}",
        " +-  ProduceJob      morning-wide    replace [its content changes]",
        " -   ProduceJob      morning-square  delete",
    ]


def test_at_80_columns_a_preview_goes_on_below_where_its_details_are_long() -> None:
    assert drawn(FORETOLD, 80, whole=True) == [
        " ~   EditingProject  morning         update [its content changes, timeline: 2",
        "                                     trimmed, 1 caption restyled]",
        " +-  ProduceJob      morning-wide    replace [its content changes]",
        " -   ProduceJob      morning-square  delete",
    ]


def test_at_60_columns_the_type_is_shortened() -> None:
    assert drawn(FORETOLD, 60, whole=True) == [
        " ~   Editing…  morning         update [its content changes,",
        "                               timeline: 2 trimmed, 1",
        "                               caption restyled]",
        " +-  Produce…  morning-wide    replace [its content changes]",
        " -   Produce…  morning-square  delete",
    ]


def test_at_40_columns_the_type_is_gone_and_the_name_is_whole() -> None:
    assert drawn(FORETOLD, 40, whole=True)[-3:] == [
        " +-  morning-wide    replace [its",
        "                     content changes]",
        " -   morning-square  delete",
    ]


@pytest.mark.parametrize(
    ("width", "shown"),
    [
        (
            80,
            [
                " +-  ProduceJob  morning-square-short  created anew [its conten…  0.2 s",
                " ~   Delivery    morning-wide          ━━━━━━━━━━━━               processing 50%",
            ],
        ),
        (
            50,
            [
                " +-  morning-square-short  created anew [i…  0.2 s",
                " ~   morning-wide          ━━━━━━━━          50%",
            ],
        ),
    ],
)
def test_while_a_run_lasts_details_are_cut_with_an_ellipsis_and_progress_is_seen(width: int, shown: list[str]) -> None:
    assert drawn(RUNNING, width, whole=False) == shown


@pytest.mark.parametrize("width", [24, 40, 60, 80, 100, 140])
@pytest.mark.parametrize("whole", [True, False])
def test_no_line_is_wider_than_the_terminal_and_every_mark_is_there(width: int, whole: bool) -> None:
    for lines in (FORETOLD, RUNNING):
        shown = drawn(lines, width, whole=whole)
        assert all(cell_len(line) <= width for line in shown)
        assert [line.split()[0] for line in shown if line[1:3].strip()] == [line.mark for line in lines]


@pytest.mark.parametrize("width", range(1, 24))
def test_a_terminal_that_is_far_too_narrow_is_drawn_all_the_same(width: int) -> None:
    assert drawn(FORETOLD, width, whole=True)
    assert drawn(RUNNING, width, whole=False)


def test_the_name_is_whole_wherever_there_is_room_for_it_and_for_readable_details() -> None:
    for width in range(45, 200):
        found = shared(width, kind=14, name=20, details=90)
        assert found.name == 20
        assert found.details >= 2 * LEAST_BAR
        assert found.kind == 14 or found.details <= 32


def test_a_name_for_which_there_is_really_no_room_keeps_its_beginning_and_its_end() -> None:
    line = Line("-", "red", "ProduceJob", f"{'a' * 40}-{'b' * 40}", Text("delete"))
    assert drawn((line,), 60, whole=True) == [f" -   {'a' * 23}…{'b' * 23}  delete"]


@pytest.mark.parametrize(
    ("text", "width", "shown"),
    [
        ("teaser", 6, "teaser"),
        ("teaser-wide", 7, "tea…ide"),
        ("teaser-wide", 6, "te…ide"),
        ("teaser", 1, "…"),
        ("春の小さな驚き", 14, "春の小さな驚き"),
        ("春の小さな驚き", 9, "春の…驚き"),
    ],
)
def test_what_is_too_long_is_shortened_in_its_middle(text: str, width: int, shown: str) -> None:
    assert middle(text, width) == shown
