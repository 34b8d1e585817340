"""Where a picture lies: X, Y, Width, Height and AdaptMode of a clip, resolved to pixels.

Pure. The unit rule of the service: between 0 and 1 a fraction of the output (1 is all of it), from 2 on pixels.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from reelstack.emulator.render.model import INVALID, Placement, TimelineError
from reelstack.emulator.render.reading import Node

ADAPT_MODES = ("Fill", "Contain", "Cover")
SMALLEST_LAYER = 2
"""Pixels: a layer that would come out smaller is drawn this large."""


@dataclass(frozen=True)
class Size:
    """Width and height in pixels."""

    width: int
    height: int


@dataclass(frozen=True)
class Box:
    """A rectangle that may reach beyond the output."""

    x: Fraction
    y: Fraction
    width: Fraction
    height: Fraction


def pixels(value: Fraction, whole: int) -> Fraction:
    """Read one X, Y, Width or Height against the side of the output that it belongs to."""
    return value * whole if abs(value) < SMALLEST_LAYER else value


def place(node: Node, source: Size, canvas: Size, *, natural: bool) -> Placement | None:
    """Read a clip's geometry; None when it lies outside the output altogether.

    Without Width and Height a picture keeps its shape: `natural` says whether it also keeps its size (unless that is
    larger than the output) or is fitted to the output.
    """
    mode = _adapt_mode(node)
    x, y = node.number("X"), node.number("Y")
    width, height = _length(node, "Width", canvas.width), _length(node, "Height", canvas.height)
    shape = Fraction(source.width, source.height)
    if width is None and height is None:
        box = _fit(source, canvas, natural=natural or x is not None or y is not None)
        left = _middle(canvas.width, box.width) if x is None else pixels(x, canvas.width)
        top = _middle(canvas.height, box.height) if y is None else pixels(y, canvas.height)
        return visible(Box(left, top, box.width, box.height), canvas)
    left, top = pixels(x or Fraction(0), canvas.width), pixels(y or Fraction(0), canvas.height)
    box = Box(left, top, width or (height or 0) * shape, height or (width or 0) / shape)
    return adapt(box, shape, mode, canvas)


def adapt(box: Box, shape: Fraction, mode: str, canvas: Size) -> Placement | None:
    """Bring a picture of that shape (width over height) into a box: stretched, letterboxed or cropped."""
    if mode == "Contain":
        width, height = min(box.width, box.height * shape), min(box.height, box.width / shape)
        inner = Box(box.x + (box.width - width) / 2, box.y + (box.height - height) / 2, width, height)
        return visible(inner, canvas)
    if mode == "Cover":
        whole, stretch = Fraction(1), box.width / box.height / shape
        return visible(box, canvas, kept_x=min(whole, stretch), kept_y=min(whole, 1 / stretch))
    return visible(box, canvas)


def visible(
    box: Box, canvas: Size, *, kept_x: Fraction = Fraction(1), kept_y: Fraction = Fraction(1)
) -> Placement | None:
    """Cut a box, and the picture in it, to the output; `kept_x` and `kept_y` are how much of the picture is shown."""
    x0, x1, left, right = _cut(box.x, box.width, canvas.width, kept_x)
    y0, y1, top, bottom = _cut(box.y, box.height, canvas.height, kept_y)
    if x1 <= x0 or y1 <= y0:
        return None
    return Placement(x0, y0, x1 - x0, y1 - y0, left, top, right, bottom)


def _cut(start: Fraction, length: Fraction, limit: int, kept: Fraction) -> tuple[int, int, Fraction, Fraction]:
    first, last = max(0, round(start)), min(limit, max(round(start + length), round(start) + SMALLEST_LAYER))
    begin = (1 - kept) / 2
    lower = max(Fraction(0), -start / length)
    upper = min(Fraction(1), (limit - start) / length)
    return first, last, begin + kept * lower, begin + kept * upper


def _fit(source: Size, canvas: Size, *, natural: bool) -> Box:
    scale = min(Fraction(canvas.width, source.width), Fraction(canvas.height, source.height))
    if natural:
        scale = min(Fraction(1), scale)
    return Box(Fraction(0), Fraction(0), _even(source.width * scale), _even(source.height * scale))


def _middle(whole: int, length: Fraction) -> Fraction:
    return Fraction((whole - length) // 4 * 2)


def _even(length: Fraction) -> Fraction:
    """Chroma is stored at half size: even bars have clean edges."""
    return Fraction(max(SMALLEST_LAYER, round(length / 2) * 2))


def _length(node: Node, key: str, whole: int) -> Fraction | None:
    value = node.number(key)
    if value is None:
        return None
    if value <= 0:
        raise TimelineError(INVALID, f"{node.at(key)} must be more than 0")
    return max(Fraction(SMALLEST_LAYER), pixels(value, whole))


def _adapt_mode(node: Node) -> str:
    mode = node.text("AdaptMode", default="Fill")
    if mode not in ADAPT_MODES:
        node.note(f"'{mode}' is not known, drawn as Fill", "AdaptMode")
        return "Fill"
    return mode
