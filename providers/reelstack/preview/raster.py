"""An SVG of ours as PNG, for forges and chats that show no SVG. Light colours, whatever the viewer likes.

The library that draws is part of the extra `cloud`, with the font that the local cloud renders with; others that the
machine has are used for what that one lacks.
"""

from __future__ import annotations

from importlib import resources

from reelstack.errors import ConfigError

ZOOM = 2  # for screens of a high density


def png(svg: str) -> bytes:
    """The picture as PNG, twice as large as it is shown. Raises ConfigError where the library is not installed."""
    try:
        import resvg_py
    except ImportError as error:
        raise ConfigError(
            "pictures as PNG need a library that is not installed.",
            hint="Install it with `pip install 'reelstack[cloud]'`, in a clone `pip install '.[cloud]'`, or take SVG.",
        ) from error
    fonts = str(resources.files("font_roboto") / "files")
    return bytes(resvg_py.svg_to_bytes(svg_string=svg, zoom=ZOOM, font_dirs=[fonts], sans_serif_family="Roboto"))
