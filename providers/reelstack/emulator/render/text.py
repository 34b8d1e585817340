"""Titles as pictures: letters, outline and box, drawn by Pillow and placed by their alignment.

libavfilter's own text filters are not in the PyAV wheel. The transparent part carries the outline's colour, so that
coloured letters get no dark fringe where chroma is halved.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

import numpy as np
from av import VideoFrame
from PIL import Image, ImageChops, ImageColor, ImageDraw

from reelstack.emulator.render import fonts
from reelstack.emulator.render.fonts import Fonts
from reelstack.emulator.render.geometry import Size
from reelstack.emulator.render.graph import ALPHA
from reelstack.emulator.render.model import Title, TitleStyle

LEADING = 1.18
"""The distance of two lines, in sizes of the font."""
BOX_PADDING = 0.35
"""The margin of a box around its text, in sizes of the font."""
SHADOW = 0.06
"""How far the shadow of a text without outline or box falls, in sizes of the font: bare letters drown in a picture."""
SHADOW_STRENGTH = 0.55
LARGEST = 40_000_000
"""Pixels of a drawn title: a huge font on a long line would take all memory."""
NOTHING = Image.new("RGBA", (2, 2))


@dataclass(frozen=True)
class Drawn:
    """A title as a picture, its upper left corner on the output, and what has to be said about it."""

    image: Image.Image
    x: int
    y: int
    notes: tuple[str, ...] = ()


def draw(title: Title, canvas: Size) -> Drawn:
    """Draw a title, cut to the output."""
    style = title.style
    faces = fonts.of(style.size, bold=style.bold, italic=style.italic)
    lines = [line for part in title.text.split("\n") for line in _wrapped(part.strip(), faces, style, title.wrap)]
    block = _Block(lines, faces, style, title.alignment)
    notes = _notes(title, faces)
    if block.size.width * block.size.height > LARGEST:
        return Drawn(NOTHING, 0, 0, (*notes, f"{title.where}: is too large to be drawn"))
    image = block.image()
    if style.angle:
        image = image.rotate(style.angle, expand=True, resample=Image.Resampling.BICUBIC)
    x, y = position(title, Size(image.width, image.height), canvas, margin=0 if style.angle else block.margin)
    shown = (max(0, -x), max(0, -y), min(image.width, canvas.width - x), min(image.height, canvas.height - y))
    if shown[0] >= shown[2] or shown[1] >= shown[3]:
        return Drawn(NOTHING, 0, 0, (*notes, f"{title.where}: lies outside the picture"))
    return Drawn(image.crop(shown), max(0, x), max(0, y), notes)


def frame(image: Image.Image) -> VideoFrame:
    """A drawn title in the renderer's colours."""
    made = VideoFrame.from_ndarray(np.asarray(image), format="rgba")
    made = made.reformat(format=ALPHA, dst_colorspace="ITU709", dst_color_range="MPEG")
    made.color_range, made.colorspace, made.color_primaries, made.color_trc = 1, 1, 1, 1
    return made


def position(title: Title, size: Size, canvas: Size, *, margin: int) -> tuple[int, int]:
    """The upper left corner of a picture of that size; `margin` is the room around the letters in it."""
    x = {
        "Left": title.x - margin,
        "Center": (canvas.width - size.width) // 2 + title.x,
        "Right": canvas.width - size.width - title.x + margin,
    }
    y = {
        "Top": title.y - margin,
        "Center": (canvas.height - size.height) // 2 + title.y,
        "Bottom": canvas.height - size.height - title.y + margin,
    }
    vertical = next(name for name in y if title.alignment.startswith(name))
    return x[title.alignment.removeprefix(vertical)], y[vertical]


class _Block:
    """Lines of text, set."""

    def __init__(self, lines: list[str], faces: Fonts, style: TitleStyle, alignment: str) -> None:
        self._lines = lines
        self._faces = faces
        self._style = style
        self._alignment = alignment
        self._leading = round(style.size * LEADING) + style.line_spacing
        self._widths = [_width(line, faces, style) for line in lines]
        padding = round(style.size * BOX_PADDING) if style.boxed else round(style.size * SHADOW)
        self.margin = max(style.outline, padding) + 2
        ascent, descent = faces.main.getmetrics()
        self._ascent = ascent
        height = max(1, ascent + descent + self._leading * (len(lines) - 1))
        self.size = Size(max([*self._widths, 1]) + 2 * self.margin, height + 2 * self.margin)

    def image(self) -> Image.Image:
        """The letters on their outline, box or shadow."""
        style = self._style
        letters, around = self._mask(0), self._mask(style.outline)
        if style.boxed:
            around = Image.new("L", letters.size, 255)
        elif not style.outline:
            offset = max(1, round(style.size * SHADOW))
            around = ImageChops.offset(letters, offset, offset).point(lambda value: round(value * SHADOW_STRENGTH))
        alpha = ImageChops.lighter(letters, around).point(lambda value: round(value * style.opacity))
        image = Image.new("RGB", letters.size, ImageColor.getrgb(style.outline_color))
        image.paste(ImageColor.getrgb(style.color), mask=letters)
        image.putalpha(alpha)
        return image

    def _mask(self, stroke: int) -> Image.Image:
        mask = Image.new("L", (self.size.width, self.size.height))
        pen = ImageDraw.Draw(mask)
        for index, line in enumerate(self._lines):
            left, baseline = self._left(index), self.margin + self._ascent + index * self._leading
            self._line(pen, line, (left, baseline), stroke)
            if self._style.underline and line:
                thick = max(1, self._style.size // 16)
                box = (left, baseline + thick, left + self._widths[index], baseline + 2 * thick)
                pen.rectangle((box[0] - stroke, box[1] - stroke, box[2] + stroke, box[3] + stroke), fill=255)
        return mask

    def _line(self, pen: ImageDraw.ImageDraw, line: str, start: tuple[int, int], stroke: int) -> None:
        x = float(start[0])
        for run in self._faces.runs(line):
            for piece in run.text if self._style.spacing else (run.text,):
                pen.text((x, start[1]), piece, fill=255, font=run.font, anchor="ls", stroke_width=stroke)
                x += run.font.getlength(piece) + self._style.spacing

    def _left(self, index: int) -> int:
        room = max(self._widths) - self._widths[index]
        if self._alignment.endswith("Center"):
            return self.margin + room // 2
        return self.margin + (room if self._alignment.endswith("Right") else 0)


def _wrapped(line: str, faces: Fonts, style: TitleStyle, width: int | None) -> list[str]:
    """Break a line where it gets wider than that: at spaces, else before the letter that does not fit."""
    if width is None or _width(line, faces, style) <= width:
        return [line]
    lines, current = [], ""
    for word in _words(line):
        if current.strip() and _width((current + word).rstrip(), faces, style) > width:
            lines.append(current.strip())
            current = ""
        current += word
        while _width(current.rstrip(), faces, style) > width and len(current.rstrip()) > 1:
            fitting = _fitting(current, faces, style, width)
            lines.append(current[:fitting])
            current = current[fitting:]
    return [*lines, current.strip()] if current.strip() else lines


def _words(line: str) -> list[str]:
    """The pieces between which a line may break: words with their space, and single ideographs."""
    words = [""]
    for letter in line:
        if words[-1] and (words[-1].endswith(" ") or _is_ideograph(letter) or _is_ideograph(words[-1][-1])):
            words.append("")
        words[-1] += letter
    return words


def _is_ideograph(letter: str) -> bool:
    return "\u2e80" <= letter <= "\u9fff" or "\uac00" <= letter <= "\ud7af" or letter >= "\U00020000"


def _fitting(text: str, faces: Fonts, style: TitleStyle, width: int) -> int:
    return max(1, next((n for n in range(1, len(text)) if _width(text[: n + 1], faces, style) > width), 1))


def _width(line: str, faces: Fonts, style: TitleStyle) -> int:
    length = sum(run.font.getlength(run.text) for run in faces.runs(line))
    return round(length) + style.spacing * max(0, len(line) - 1)


def _notes(title: Title, faces: Fonts) -> tuple[str, ...]:
    letters = title.text.replace("\n", "")
    notes = []
    if missing := faces.missing(letters):
        which = f"{title.where}: no font here has the letters {''.join(missing)}; install one that has them"
        notes.append(f"{which}, for Chinese, Japanese and Korean such as Noto Sans CJK")
    if any(map(_is_shaped, letters)):
        notes.append(f"{title.where}: drawn letter by letter from left to right, which this script is not")
    return tuple(notes)


def _is_shaped(letter: str) -> bool:
    """Whether a letter belongs to a script from right to left, or to one whose vowels stand around other letters."""
    return unicodedata.bidirectional(letter) in {"R", "AL"} or unicodedata.category(letter) == "Mc"
