"""Text effects of clips and clips of subtitle tracks, read into titles.

Pure: which font has the glyphs, and how large the letters come out, is `text`'s business.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from reelstack.emulator.render import effects
from reelstack.emulator.render.geometry import Size, pixels
from reelstack.emulator.render.model import FORMAT_ERROR, INVALID, TimelineError, Title, TitleStyle
from reelstack.emulator.render.reading import Node
from reelstack.emulator.render.timing import Timing

ALIGNMENTS = frozenset(
    f"{vertical}{horizontal}" for vertical in ("Top", "Center", "Bottom") for horizontal in ("Left", "Center", "Right")
)
DEFAULT_SIZE = Fraction(1, 18)
"""Of the output's height, when a text has no FontSize: ours, the service's default is not documented."""
BUNDLED = ("", "roboto")
LONGEST_TEXT = 2000
"""Letters of one text that are drawn."""
BOX = 3
"""The BorderStyle that draws a box behind the text; 1 draws an outline."""


def read(node: Node, *, span: tuple[int, int], canvas: Size, timing: Timing) -> Title | None:
    """Read one text shown during `span` (frames) unless it names its own times; None when nothing is to be shown."""
    if node.text("Type", default="Text") != "Text" or node.has("FileURL"):
        node.skip()
        node.note("subtitle files are not rendered, only clips of Type Text")
        return None
    content = node.text("Content").replace("\\N", "\n").replace("\\n", "\n")
    if len(content) > LONGEST_TEXT:
        node.note(f"only the first {LONGEST_TEXT} letters are shown", "Content")
        content = content[:LONGEST_TEXT]
    start, end = _span(node, span, timing)
    x, y = _margin(node, "X", canvas.width), _margin(node, "Y", canvas.height)
    alignment = _alignment(node)
    title = Title(content, start, end, x, y, alignment, _style(node, canvas), _wrap(node, canvas, x), node.path)
    if not content.strip():
        node.note("a text without Content shows nothing")
        return None
    if end <= start:
        node.note("lies outside the video, not shown")
        return None
    return title


def _span(node: Node, span: tuple[int, int], timing: Timing) -> tuple[int, int]:
    begin, finish, duration = (node.number(key, low=0) for key in ("TimelineIn", "TimelineOut", "Duration"))
    if finish is None and duration is not None:
        finish = duration + (begin if begin is not None else timing.seconds(span[0]))
    if begin is not None and finish is not None and finish <= begin:
        raise TimelineError(INVALID, f"{node.path}: TimelineOut must be after TimelineIn")
    start = span[0] if begin is None else timing.frame(begin)
    end = span[1] if finish is None else timing.frame(finish)
    return start, end


def clip_to(title: Title, frames: int) -> Title | None:
    """Cut a title to the video's length; None when nothing is left of it."""
    return replace(title, end=min(title.end, frames)) if title.start < frames else None


def _margin(node: Node, key: str, whole: int) -> int:
    fixed, value = node.number(f"Fixed{key}"), node.number(key)
    if value is None:
        return round(fixed or 0)
    return round(pixels(value, whole))


def _alignment(node: Node) -> str:
    alignment = node.text("Alignment", default="TopLeft")
    if alignment in ALIGNMENTS:
        return alignment
    node.note(f"'{alignment}' is not known, drawn as TopLeft", "Alignment")
    return "TopLeft"


def _wrap(node: Node, canvas: Size, x: int) -> int | None:
    mode, width = node.text("AdaptMode"), node.number("TextWidth", low=0)
    if mode not in ("", "AutoWrap"):
        node.note(f"'{mode}' is not rendered, the text keeps its size", "AdaptMode")
    if width:
        return max(1, round(pixels(width, canvas.width)))
    return max(1, canvas.width - abs(x)) if mode == "AutoWrap" else None


def _style(node: Node, canvas: Size) -> TitleStyle:
    font = node.text("Font")
    if font.lower() not in BUNDLED:
        node.note(f"'{font}' is drawn in the renderer's own font", "Font")
    fixed, size = node.number("FixedFontSize", low=1), node.number("FontSize", low=1)
    opacity, angle = node.number("FontColorOpacity", low=0, high=1), node.number("Angle")
    face = node.child("FontFace")
    return TitleStyle(
        size=min(round(size or fixed or canvas.height * DEFAULT_SIZE), 2 * canvas.height),
        color=effects.color(node, "FontColor", "#ffffff"),
        opacity=1.0 if opacity is None else float(opacity),
        bold=bool(face and face.flag("Bold")),
        italic=bool(face and face.flag("Italic")),
        underline=bool(face and face.flag("Underline")),
        outline=min(round(node.number("Outline", low=0) or 0), canvas.height),
        outline_color=effects.color(node, "OutlineColour", "#000000"),
        boxed=_boxed(node),
        spacing=round(node.number("Spacing") or 0),
        line_spacing=round(node.number("LineSpacing") or 0),
        angle=float(angle or 0),
    )


def _boxed(node: Node) -> bool:
    style = node.number("BorderStyle")
    if style not in (None, 1, BOX):
        raise TimelineError(FORMAT_ERROR, f"{node.at('BorderStyle')} must be 1 or 3")
    return style == BOX
