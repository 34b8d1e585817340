"""How a caption looks, in an editor's words: which of its values are looks, and how a change of one is said.

Called by the timeline's diff, which tells looks apart from what it does not know, and by who puts it in words.
Keys are those of a subtitle clip (API: "Timeline configurations"); what is no look here is told with its path.
"""

from __future__ import annotations

from collections.abc import Mapping

WORDS = {
    "FontSize": "size",
    "FixedFontSize": "size",
    "Font": "font",
    "FontUrl": "font",
    "FontColor": "colour",
    "FontColorOpacity": "opacity",
    "FontFace": "letters",
    "FontFace.Bold": "bold",
    "FontFace.Italic": "italic",
    "FontFace.Underline": "underline",
    "Alignment": "place",
    "X": "side margin",
    "Y": "margin",
    "Outline": "outline",
    "OutlineColour": "outline colour",
    "Shadow": "shadow",
    "BackColour": "shadow colour",
    "BorderStyle": "border style",
    "Spacing": "letter spacing",
    "LineSpacing": "line spacing",
    "Angle": "angle",
    "AdaptMode": "line breaks",
    "TextWidth": "width",
}
_UP_AND_DOWN = {"Top": "top", "Center": "centre", "Bottom": "bottom"}
_ACROSS = {"Left": " left", "Center": "", "Right": " right"}
_PLACES = {f"{up}{across}": f"{_UP_AND_DOWN[up]}{_ACROSS[across]}" for up in _UP_AND_DOWN for across in _ACROSS}


def is_look(path: str) -> bool:
    """Whether a value of a caption says how it looks."""
    return path in WORDS


def value(path: str, held: object) -> str:
    """One value as an editor calls it; what is not written is the service's default."""
    if held is None:
        return "plain" if path == "FontFace" else "default"
    if isinstance(held, bool):
        return "yes" if held else "no"
    if isinstance(held, Mapping):
        return " and ".join(str(key).lower() for key, is_on in held.items() if is_on) or "plain"
    return _PLACES.get(str(held), str(held))
