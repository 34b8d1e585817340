"""Titles: where their letters are, how they break, which letters are missing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from reelstack.emulator.render import fonts, text
from reelstack.emulator.render.geometry import Size
from reelstack.emulator.render.model import Title, TitleStyle

CANVAS = Size(640, 360)
PLAIN = TitleStyle(size=40)


def draw(content: str, alignment: str = "TopLeft", *, style: TitleStyle = PLAIN, **more: int) -> text.Drawn:
    place = {"x": 20, "y": 10, **more}
    title = Title(content, 0, 1, place["x"], place["y"], alignment, style, more.get("wrap"), "Title")
    return text.draw(title, CANVAS)


def ink(drawn: text.Drawn) -> tuple[int, int, int, int]:
    """The box around everything that can be seen well, on the output."""
    rows, columns = np.nonzero(np.asarray(drawn.image)[..., 3] > 200)
    left, top, right, bottom = columns.min(), rows.min(), columns.max(), rows.max()
    return int(drawn.x + left), int(drawn.y + top), int(drawn.x + right), int(drawn.y + bottom)


@pytest.mark.parametrize("vertical", ["Top", "Center", "Bottom"])
@pytest.mark.parametrize("horizontal", ["Left", "Center", "Right"])
def test_an_alignment_puts_the_text_at_its_side_with_its_margin(vertical: str, horizontal: str) -> None:
    left, top, right, bottom = ink(draw("HELLO", f"{vertical}{horizontal}"))
    assert {"Left": left - 20, "Center": (left + right) // 2 - 340, "Right": 620 - right}[horizontal] in range(-4, 6)
    assert {"Top": top - 10, "Center": (top + bottom) // 2 - 190, "Bottom": 350 - bottom}[vertical] in range(-4, 16)


def test_an_outline_surrounds_the_letters_in_its_color() -> None:
    bare = draw("I", style=TitleStyle(size=80, color="#ffffff"))
    lined = draw("I", style=TitleStyle(size=80, color="#ffffff", outline=6, outline_color="#ff0000"))
    wider = ink(lined)[2] - ink(lined)[0] - (ink(bare)[2] - ink(bare)[0])
    assert wider in range(8, 14)
    pixels = np.asarray(lined.image)
    left, top, _, bottom = ink(lined)
    assert tuple(pixels[(top + bottom) // 2 - lined.y, left + 2 - lined.x]) == (255, 0, 0, 255)


def test_opacity_weakens_letters_and_outline_alike() -> None:
    drawn = draw("■■", style=TitleStyle(size=80, opacity=0.5, outline=2))
    assert int(np.asarray(drawn.image)[..., 3].max()) in (127, 128)


def test_a_box_lies_behind_the_whole_text() -> None:
    pixels = np.asarray(draw("Hi", style=TitleStyle(size=40, boxed=True, outline_color="#aa0000")).image)
    assert tuple(pixels[1, 1]) == (170, 0, 0, 255)


def test_bold_has_more_ink_and_italic_differs() -> None:
    plain, bold = draw("Wide"), draw("Wide", style=TitleStyle(40, bold=True))
    italic = draw("Wide", style=TitleStyle(40, italic=True))
    assert int(np.asarray(bold.image)[..., 3].sum()) > 1.1 * int(np.asarray(plain.image)[..., 3].sum())
    assert italic.image.tobytes() != plain.image.tobytes()


def test_lines_break_where_they_get_too_wide_and_nowhere_else() -> None:
    one, two = draw("one two three"), draw("one two three", wrap=180)
    assert two.image.width <= 200 < one.image.width
    assert ink(two)[3] - ink(two)[1] > 1.8 * (ink(one)[3] - ink(one)[1])


@pytest.mark.parametrize("content", ["Donaudampfschifffahrtsgesellschaft" * 2, "中文标题" * 12])
def test_a_word_without_spaces_breaks_as_well(content: str) -> None:
    assert draw(content, wrap=200).image.width <= 220


def test_text_reaching_over_the_edge_is_cut_there() -> None:
    drawn = draw("a very long line that goes on and on and on and on", x=400, y=340)
    assert (drawn.x + drawn.image.width, drawn.y + drawn.image.height) == (640, 360)


def test_turned_text_is_higher_than_wide() -> None:
    drawn = draw("HELLO", "CenterCenter", style=TitleStyle(size=40, angle=90))
    assert drawn.image.height > 2 * drawn.image.width


@pytest.mark.parametrize("script", ["Ünïcödé", "Привет", "Καλημέρα", "©€“„"])
def test_the_bundled_font_has_the_letters_of_european_scripts(script: str) -> None:
    assert fonts.Fonts(20, bold=False, italic=False, folders=[]).missing(script) == []


def test_missing_letters_are_named_once_each() -> None:
    assert fonts.Fonts(20, bold=False, italic=False, folders=[]).missing("中a文中") == ["中", "文"]


@pytest.mark.parametrize(
    ("text", "noted"), [("שלום", True), ("नमि", True), ("Grüße, Привет", False), ("e\u0301", False)]
)
def test_a_script_that_is_not_drawn_letter_by_letter_gets_a_note(text: str, noted: bool) -> None:
    said = "Title: drawn letter by letter from left to right, which this script is not"
    assert (said in draw(text).notes) is noted


def test_a_title_of_missing_letters_gets_a_note_with_its_path() -> None:
    (note,) = draw("\U0001f0ff\U0001f0ff").notes
    assert note.startswith("Title: no font here has the letters \U0001f0ff;")


def test_a_font_found_in_a_folder_draws_what_the_bundled_one_lacks(tmp_path: Path) -> None:
    other = Path(fonts.bundled(bold=True, italic=False))
    (tmp_path / "NotoSansCJK-Regular.ttf").write_bytes(other.read_bytes())
    assert fonts.others((tmp_path,), bold=False) == (str(tmp_path / "NotoSansCJK-Regular.ttf"),)


def test_a_monstrous_title_is_refused_instead_of_filling_the_memory() -> None:
    assert "too large" in draw("W" * 2000, style=TitleStyle(size=2000)).notes[0]
