"""The effects of one clip: what sound and transition they ask for, and which of them cannot be drawn.

Pure. The service's ~70 transition SubTypes are mapped on the transitions of libavfilter's xfade: the same ones
silently, similar ones with a note, all others as a fade with a note.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction

from reelstack.emulator.render.model import INVALID, Background, TimelineError
from reelstack.emulator.render.reading import Node

DEFAULT_TRANSITION = Fraction(1)
"""Seconds, when a transition has no Duration (documented)."""
LOUDEST = 10
"""The largest Gain that the service takes (public third-party notes)."""

SAME = {
    "fade": "fade",
    "wipeleft": "wipeleft",
    "wiperight": "wiperight",
    "wipeup": "wipeup",
    "wipedown": "wipedown",
    "circleopen": "circleopen",
    "circlecrop": "circlecrop",
    "fadegrayscale": "fadegrays",
    "fadecolor": "fadeblack",
    "pixelize": "pixelize",
    "radial": "radial",
    "directional": "slideup",
    "simplezoom": "zoomin",
    "linearblur": "hblur",
    "windowslice": "hlslice",
    "wind": "hlwind",
    "squeeze": "squeezeh",
    "directionalwipe": "diagbr",
    "colordistance": "distance",
}
"""SubType → xfade transition with the same look."""

SIMILAR = {
    "mosaic": "pixelize",
    "circle": "circleclose",
    "directionalwarp": "smoothleft",
    "crosswarp": "smoothright",
    "windowblinds": "vuslice",
    "doorway": "horzopen",
    "bowTieVertical": "vertopen",
    "bowTieHorizontal": "horzopen",
    "doomscreentransition_up": "vuwind",
    "doomscreentransition_down": "vdwind",
    "randomsquares": "dissolve",
    "perlin": "dissolve",
    "luma": "dissolve",
    "swap": "coverleft",
    "cube": "slideleft",
    "angular": "radial",
    "dreamyzoom": "zoomin",
    "bounce_up": "slideup",
    "bounce_down": "slidedown",
}
"""SubType → the nearest xfade transition; noted."""

CURVES = frozenset({"tri", "qsin", "iqsin", "hsin", "ihsin", "exp", "log", "par", "ipar", "qua", "cub", "squ", "cbr"})
"""Fade curves that `audio` knows."""

COLOR = re.compile(r"#[0-9a-fA-F]{6}")


@dataclass(frozen=True)
class WantedTransition:
    """A transition to the next clip. `overlaps` says whether it shortens the timeline."""

    name: str
    seconds: Fraction
    overlaps: bool
    where: str


@dataclass(frozen=True)
class WantedFade:
    """A change of loudness at the beginning or the end of a clip's sound."""

    direction: str
    seconds: Fraction
    curve: str


@dataclass
class Effects:
    """What a clip's effects ask for. `texts` are read by `titles`, which knows the clip's place in time."""

    transition: WantedTransition | None = None
    gain: float = 1.0
    fades: list[WantedFade] = field(default_factory=list)
    background: Background | None = None
    texts: list[Node] = field(default_factory=list)


def read(nodes: Iterable[Node]) -> Effects:
    """Read a clip's Effects list; the later of two effects of a kind counts, fades add up."""
    effects = Effects()
    for node in nodes:
        kind = node.text("Type")
        if kind in ("Transition", "DLTransition"):
            effects.transition = _transition(node, overlaps=kind == "Transition")
        elif kind == "Volume":
            effects.gain = _gain(node)
        elif kind == "AFade":
            effects.fades.append(_fade(node))
        elif kind == "Text":
            effects.texts.append(node)
        elif kind == "Background":
            effects.background = _background(node)
        else:
            not_rendered(node, kind)
    return effects


def not_rendered(node: Node, kind: str) -> None:
    """Note an effect that the renderer leaves out, as a whole."""
    subtype = node.text("SubType")
    node.skip()
    node.note(f"{kind or 'an effect without Type'}{f' {subtype!r}' if subtype else ''} is not rendered")


def color(node: Node, key: str, default: str) -> str:
    """Read a colour `#rrggbb`; what is not one is noted and drawn in the default."""
    value = node.text(key, default=default)
    if COLOR.fullmatch(value):
        return value.lower()
    node.note(f"'{value}' is not a colour of the form #rrggbb, drawn as {default}", key)
    return default


def _transition(node: Node, *, overlaps: bool) -> WantedTransition:
    subtype = node.text("SubType", default="fade")
    seconds = node.number("Duration", low=0)
    name = _xfade(node, subtype)
    if not overlaps:
        node.note("DLTransition is drawn over the beginning of the next clip, while the earlier one goes on")
    return WantedTransition(name, DEFAULT_TRANSITION if seconds is None else seconds, overlaps, node.path)


def _xfade(node: Node, subtype: str) -> str:
    first = subtype.split(",")[0].strip()
    if first != subtype:
        node.note(f"of the list '{subtype}' always the first is drawn", "SubType")
    if first in SAME:
        return SAME[first]
    drawn = SIMILAR.get(first, "fade")
    node.note(f"transition '{first}' is drawn as '{drawn}'", "SubType")
    return drawn


def _gain(node: Node) -> float:
    gain = node.number("Gain", low=0, high=LOUDEST)
    if gain is None:
        raise TimelineError(INVALID, f"{node.path}: Volume needs Gain")
    return float(gain)


def _fade(node: Node) -> WantedFade:
    direction = node.text("SubType", default="In").lower()
    if direction not in ("in", "out"):
        raise TimelineError(INVALID, f"{node.at('SubType')} must be In or Out")
    curve = node.text("Curve", default="exp")
    if curve not in CURVES:
        node.note(f"fade curve '{curve}' is drawn as 'tri'", "Curve")
        curve = "tri"
    seconds = node.number("Duration", low=0)
    return WantedFade(direction, Fraction(1) if seconds is None else seconds, curve)


def _background(node: Node) -> Background | None:
    kind = node.text("SubType")
    if kind == "Blur":
        node.number("Radius")
        return Background("blur")
    if kind == "Color":
        return Background("color", color(node, "Color", "#000000"))
    not_rendered(node, "Background")
    return None
