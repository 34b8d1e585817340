"""Which font draws which letter.

The bundled Roboto covers Latin, Greek and Cyrillic; for other scripts the system's font folders are searched once.
A letter that no font has is reported, so that `text` can say so instead of drawing boxes in silence.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from itertools import groupby
from pathlib import Path

from PIL import ImageFont

FOLDERS = (
    Path("/usr/share/fonts"),
    Path("/usr/local/share/fonts"),
    Path("/System/Library/Fonts"),
    Path("/Library/Fonts"),
    Path("~/.local/share/fonts").expanduser(),
    Path("~/Library/Fonts").expanduser(),
    Path("C:/Windows/Fonts"),
)
WANTED = (
    "NotoSansCJK",
    "NotoSansSC",
    "SourceHanSans",
    "wqy-microhei",
    "wqy-zenhei",
    "PingFang",
    "Hiragino Sans GB",
    "STHeiti",
    "msyh",
    "simsun",
    "DroidSansFallback",
    "Arial Unicode",
    "NotoSansJP",
    "NotoSansKR",
    "NotoSans-",
    "NotoSansArabic",
    "NotoSansHebrew",
    "NotoSansDevanagari",
    "NotoSansThai",
    "DejaVuSans",
)
"""Beginnings of file names, the most wanted first: fonts with Chinese, Japanese, Korean, then other scripts."""
KINDS = (".ttf", ".ttc", ".otf")
BOLD = ("Bold", "bd.", "Heavy")
NEVER_MISSING = " \t\u00a0\u200b\u200d\ufe0f"
NO_SUCH_LETTER = "\U0010fffe"
"""A code point that no font may draw: it shows the font's placeholder."""


@dataclass(frozen=True)
class Run:
    """Letters in a row that one font draws."""

    text: str
    font: ImageFont.FreeTypeFont


class Fonts:
    """The fonts of one face and size, in the order in which they are asked for a letter."""

    def __init__(self, size: int, *, bold: bool, italic: bool, folders: Sequence[Path] = FOLDERS) -> None:
        self._fonts = [ImageFont.truetype(bundled(bold=bold, italic=italic), size, layout_engine=LAYOUT)]
        self._paths = others(tuple(folders), bold=bold)
        self._size = size
        self._chosen: dict[str, ImageFont.FreeTypeFont | None] = {}

    @property
    def main(self) -> ImageFont.FreeTypeFont:
        """The font that gives lines their height."""
        return self._fonts[0]

    def runs(self, text: str) -> Iterator[Run]:
        """Split a line where the font changes."""
        for font, letters in groupby(text, self._font_for):
            yield Run("".join(letters), font or self.main)

    def missing(self, text: str) -> list[str]:
        """The letters that no font has, each once."""
        return [letter for letter in dict.fromkeys(text) if self._font_for(letter) is None]

    def _font_for(self, letter: str) -> ImageFont.FreeTypeFont | None:
        if letter not in self._chosen:
            self._chosen[letter] = self._search(letter)
        return self._chosen[letter]

    def _search(self, letter: str) -> ImageFont.FreeTypeFont | None:
        for index in range(1 + len(self._paths)):
            if index == len(self._fonts):
                font = ImageFont.truetype(self._paths[index - 1], self._size, layout_engine=LAYOUT)
                self._fonts.append(font)
            if letter in NEVER_MISSING or has_letter(self._fonts[index], letter):
                return self._fonts[index]
        return None


@lru_cache(maxsize=16)
def of(size: int, *, bold: bool, italic: bool) -> Fonts:
    """The fonts of a face and size, from the bundled and the system's files."""
    return Fonts(size, bold=bold, italic=italic)


LAYOUT = ImageFont.Layout.BASIC
"""Letter by letter, the same everywhere: the shaping library is not part of every Pillow."""


def bundled(*, bold: bool, italic: bool) -> str:
    """The file of the font that we bring along."""
    face = f"{'Bold' if bold else ''}{'Italic' if italic else ''}" or "Regular"
    return str(resources.files("font_roboto") / "files" / f"Roboto-{face}.ttf")


@cache
def others(folders: tuple[Path, ...], *, bold: bool) -> tuple[str, ...]:
    """The system's fonts for further scripts, the most wanted first, of each the bold file when that is asked for."""
    found = list(_files(folders))
    best = []
    for name in WANTED:
        files = [path for path in found if path.name.startswith(name)]
        files.sort(key=lambda path: (any(word in path.name for word in BOLD) != bold, len(path.name), path.name))
        best += [str(path) for path in files[:1]]
    return tuple(best)


def has_letter(font: ImageFont.FreeTypeFont, letter: str) -> bool:
    """Whether a font draws a letter as something other than its placeholder."""
    mask, placeholder = font.getmask(letter, mode="L"), font.getmask(NO_SUCH_LETTER, mode="L")
    return mask.size != placeholder.size or bytes(mask) != bytes(placeholder)


def _files(folders: Iterable[Path]) -> Iterator[Path]:
    for folder in folders:
        if folder.is_dir():
            yield from (path for path in sorted(folder.rglob("*")) if path.suffix.lower() in KINDS)
