"""Two versions of a cut as one SVG: before and after on the same ruler, blocks coloured and signed by what happens.

Colours follow the viewer's light or dark setting, and a sign stands in each block for who cannot tell them apart. No
scripts, no links, no fonts of its own. User text arrives harmless and is escaped here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape

from reelstack.preview import plain, words
from reelstack.preview.plan import ProjectPlan
from reelstack.preview.strip import Block, Mark, Row, Strip

WIDTH = 940
_GUTTER, _RIGHT = 92, 24
_ROW, _GAP, _RULER, _HEADING = 24, 4, 26, 24
_THIN = 8
_LETTER = 6.3  # pixels that a letter of this size takes at most, on average
_TICKS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600, 7200)
_MOST_TICKS = 14
_SIGNS = {
    Mark.ADDED: "+ ",
    Mark.REMOVED: "− ",
    Mark.CHANGED: "~ ",
    Mark.MOVED: "<> ",
    Mark.SHIFTED: "» ",
    Mark.SAME: "",
}

# Of each mark: fill and text in the light, fill and text in the dark.
_COLOURS = {
    Mark.SAME: ("#e3e7ec", "#3d4752", "#30363d", "#c9d1d9"),
    Mark.ADDED: ("#1a7f37", "#ffffff", "#2ea043", "#ffffff"),
    Mark.REMOVED: ("#cf222e", "#ffffff", "#da3633", "#ffffff"),
    Mark.CHANGED: ("#bf8700", "#ffffff", "#9e6a03", "#ffffff"),
    Mark.MOVED: ("#8250df", "#ffffff", "#8957e5", "#ffffff"),
    Mark.SHIFTED: ("#b6d7f8", "#0b3d66", "#1c4a78", "#d6eaff"),
}


def draw(shown: ProjectPlan) -> str:
    """The picture of one project's change."""
    scale = _Scale(max(shown.before.seconds, shown.after.seconds, *_ends(shown), 0.1))
    parts: list[str] = []
    top = _RULER
    for label, strip in (("Before", shown.before), ("After", shown.after)):
        if strip.rows:
            top = _strip(parts, label, strip, top, scale)
    marks = _affected(shown, scale, top)
    legend = _legend(shown, top + 14)
    height = top + 26
    body = "".join([*marks, *_ruler(scale, top), *parts, *_playhead(shown, scale, top), *legend])
    title = escape(f"Timeline of {shown.name}: {shown.summary}")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
        f'role="img" class="rs" font-family="system-ui, sans-serif" font-size="11"><title>{title}</title>'
        f"<style>{STYLE}</style>"
        f'<rect class="rs-page" width="{WIDTH}" height="{height}" rx="6"/>{body}</svg>\n'
    )


def draw_all(shown: Iterable[ProjectPlan]) -> str:
    """The pictures of several projects below one another, each under its name."""
    drawings, top = [], 0
    for project in shown:
        drawing = draw(project)
        height = int(drawing.split('height="', 1)[1].split('"', 1)[0])
        name = f'<text x="10" y="{top + 18}" class="rs-h">{escape(project.name)}</text>'
        drawings.append(f'{name}<svg y="{top + 26}"{drawing.removeprefix("<svg")}')
        top += height + 40
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {max(top, 20)}" width="{WIDTH}" '
        f'height="{max(top, 20)}" class="rs" font-family="system-ui, sans-serif"><style>{STYLE}</style>'
        f'<rect class="rs-page" width="{WIDTH}" height="{max(top, 20)}"/>{"".join(drawings)}</svg>\n'
    )


class _Scale:
    """Seconds to pixels, and where the ruler has ticks."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._pixels = (WIDTH - _GUTTER - _RIGHT) / seconds
        self.step = next((step for step in _TICKS if seconds / step <= _MOST_TICKS), seconds / _MOST_TICKS)

    def __call__(self, second: float) -> float:
        """Where a second lies, never outside the picture."""
        return round(_GUTTER + max(0.0, min(second, self.seconds)) * self._pixels, 1)

    def ticks(self) -> Iterator[float]:
        """The seconds that the ruler names."""
        yield from (index * self.step for index in range(int(self.seconds / self.step + 1e-6) + 1))


def _ends(shown: ProjectPlan) -> Iterator[float]:
    for strip in (shown.before, shown.after):
        yield from (block.until for row in strip.rows for block in row.blocks)


def _strip(parts: list[str], label: str, strip: Strip, top: int, scale: _Scale) -> int:
    """Draw one version below `top`; the y where it ends."""
    length = f"{label} · {words.seconds(strip.seconds)}" + (f" · {strip.left_out} not drawn" if strip.left_out else "")
    parts.append(f'<text class="rs-h" x="10" y="{top + 16}">{escape(length)}</text>')
    top += _HEADING
    named = ""
    for row in strip.rows:
        parts += _row(row, top, scale, "" if row.label == named else row.label)
        named = row.label
        top += _ROW + _GAP
    return top + 4


def _row(row: Row, top: int, scale: _Scale, label: str) -> Iterator[str]:
    yield f'<rect class="rs-lane" x="{_GUTTER}" y="{top}" width="{WIDTH - _GUTTER - _RIGHT}" height="{_ROW}" rx="3"/>'
    yield f'<text class="rs-l" x="{_GUTTER - 8}" y="{top + 16}" text-anchor="end">{escape(label)}</text>'
    for block in row.blocks:
        yield _block(block, top, scale)


def _block(block: Block, top: int, scale: _Scale) -> str:
    left, right = scale(block.at), scale(block.until)
    width = round(max(2.0, right - left - 1), 1)
    said = _fitting(_SIGNS[block.mark], block.name, width - 8)
    label = f'<text x="{left + 5}" y="{top + 16}">{escape(said)}</text>' if said else ""
    told = escape(f"{block.name} ({block.mark.value}), {block.at:.4g} s to {block.until:.4g} s")
    thin = ' class="rs-thin"' if width < _THIN else ""
    box = f'<rect{thin} x="{left}" y="{top + 1}" width="{width}" height="{_ROW - 2}" rx="3"/>'
    return f'<g class="rs-{block.mark.name.lower()}"><title>{told}</title>{box}{label}</g>'


def _fitting(sign: str, name: str, width: float) -> str:
    """As much of a label as there is room for: the sign before the name."""
    letters = int(width / _LETTER)
    if letters < len(sign) + 3:
        return sign.strip() if sign and letters >= 1 else ""
    return sign + plain.short(name, letters - len(sign))


def _ruler(scale: _Scale, bottom: int) -> Iterator[str]:
    for second in scale.ticks():
        x = scale(second)
        yield f'<path class="rs-tick" d="M{x} {_RULER - 6}V{bottom}"/>'
        yield f'<text class="rs-l" x="{x}" y="14" text-anchor="middle">{_clock(second)}</text>'


def _spans(shown: ProjectPlan) -> tuple[tuple[float, float], ...]:
    """Of a cut that is new or goes, all of it changes: nothing need be marked."""
    return shown.cut.affected if shown.before.rows and shown.after.rows else ()


def _affected(shown: ProjectPlan, scale: _Scale, bottom: int) -> Iterator[str]:
    """The seconds that look or sound different, as bands behind both versions and on the ruler."""
    for begin, end in _spans(shown):
        x, width = scale(begin), max(1.5, scale(end) - scale(begin))
        yield f'<rect class="rs-band" x="{x}" y="{_RULER - 6}" width="{width:.1f}" height="{bottom - _RULER + 6}"/>'
        yield f'<rect class="rs-head" x="{x}" y="{_RULER - 8}" width="{width:.1f}" height="3"/>'


def _playhead(shown: ProjectPlan, scale: _Scale, bottom: int) -> Iterator[str]:
    """It stands where the first change is seen."""
    if spans := _spans(shown):
        x = scale(spans[0][0])
        yield f'<path class="rs-head" d="M{x - 5} {_RULER - 9}h10l-5 7z"/>'
        yield f'<path class="rs-line" d="M{x} {_RULER - 4}V{bottom}"/>'


def _legend(shown: ProjectPlan, y: int) -> Iterator[str]:
    present = {block.mark for strip in (shown.before, shown.after) for row in strip.rows for block in row.blocks}
    entries = [(f"rs-{mark.name.lower()}", mark.value) for mark in Mark if mark in present]
    entries += [("rs-head", "seconds that change")] if _spans(shown) else []
    x = float(_GUTTER)
    for name, word in entries:
        yield f'<g class="{name}"><rect x="{x}" y="{y - 8}" width="12" height="9" rx="2"/></g>'
        yield f'<text class="rs-l" x="{x + 17}" y="{y}">{word}</text>'
        x += 36 + len(word) * 6


def _clock(second: float) -> str:
    if second < 60:
        return f"{second:.4g} s"
    minutes, rest = divmod(round(second), 60)
    return f"{minutes}:{rest:02}"


def _rules(light: bool) -> Iterable[str]:
    for mark, colours in _COLOURS.items():
        fill, ink = colours[:2] if light else colours[2:]
        name = f".rs .rs-{mark.name.lower()}"
        yield f"{name} rect{{fill:{fill}}}{name} text{{fill:{ink}}}"
    page, lane, grid, text, head = (
        ("#ffffff", "#f6f8fa", "#d8dee4", "#57606a", "#d1242f")
        if light
        else ("#0d1117", "#161b22", "#30363d", "#9da7b1", "#ff7b72")
    )
    yield f".rs g rect{{stroke:{page}}}.rs .rs-thin{{stroke:none}}"  # clips that overlap in a transition stay two
    yield f".rs .rs-page{{fill:{page}}}.rs .rs-lane{{fill:{lane}}}.rs .rs-tick{{stroke:{grid};fill:none}}"
    yield f".rs .rs-l{{fill:{text}}}.rs .rs-h{{fill:{text};font-weight:600;font-size:12px}}"
    yield f".rs .rs-head,.rs .rs-head rect{{fill:{head}}}.rs .rs-line{{stroke:{head};fill:none}}"
    yield f".rs .rs-band{{fill:{head};opacity:.07}}"


STYLE = f"{''.join(_rules(light=True))}@media(prefers-color-scheme:dark){{{''.join(_rules(light=False))}}}"
"""Inlined in a page it applies to every picture there; its names begin with `rs` and meet no others."""
