"""A cut of stored assets: pieces joined in order, nothing else. What Huawei Cloud VOD makes of an editing task.

Times are seconds in the asset's own time, as numbers or as texts; sizes are pixels.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator

from reelstack.models.base import Model
from reelstack.models.fields import Api


def _time(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError("a time is a number of seconds, or a text that is one")  # noqa: TRY004 - pydantic's word
    return value


def _pixels(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("a size is a number of pixels")  # noqa: TRY004 - pydantic's word
    return value


def _flag(value: object) -> object:
    if not isinstance(value, bool):
        raise ValueError("either true or false")  # noqa: TRY004 - pydantic's word
    return value


Seconds = Annotated[str | int | float, BeforeValidator(_time)]
Pixels = Annotated[int | float, BeforeValidator(_pixels)]
Flag = Annotated[bool, BeforeValidator(_flag)]

TIME_LIMITS = "at most 32 characters, to the millisecond"
WIDTHS = "0, or 32 to 4096 (H.265: from 160)"
HEIGHTS = "0, or 32 to 2880 (H.265: from 160)"


class Piece(Model):
    """A piece of an asset, from `start` to `end` in its own time."""

    asset_id: Annotated[str, Api(huawei="inputs[].asset_id")]
    start: Annotated[Seconds, Api(huawei="inputs[].timeline_start", unit="s", limits=TIME_LIMITS)]
    end: Annotated[Seconds, Api(huawei="inputs[].timeline_end", unit="s", limits=f"after start; {TIME_LIMITS}")]


class CutSettings(Model):
    """What the output looks like; what is left out, the service decides.

    `format`: HLS, MP4 (the service's default), MP3, MOV, FLV, AVI. `width` and `height` are cut to whole pixels; 0
    takes them from the source. With `resolution_adaptation` (default) width is the long side and height the short one.
    `reference`: which input sets resolution and bitrate: NONE (the first), MAX_BITRATE, MAX_RESOLUTION. Without
    `resolution_upsample` nothing is made larger than its source.
    """

    format: Annotated[
        str | None, Api(huawei="editing_settings.format", limits="HLS, MP4 (default), MP3 (sound only), MOV, FLV, AVI")
    ] = None
    width: Annotated[Pixels | None, Api(huawei="editing_settings.width", unit="pixels", limits=WIDTHS)] = None
    height: Annotated[Pixels | None, Api(huawei="editing_settings.height", unit="pixels", limits=HEIGHTS)] = None
    codec: Annotated[Literal["h264", "h265"] | None, Api(huawei="editing_settings.video_codec")] = None
    reference: Annotated[
        str | None, Api(huawei="editing_settings.reference", limits="NONE, MAX_BITRATE, MAX_RESOLUTION")
    ] = None
    resolution_adaptation: Annotated[Flag | None, Api(huawei="editing_settings.resolution_adaptation")] = None
    resolution_upsample: Annotated[Flag | None, Api(huawei="editing_settings.resolution_upsample")] = None


class Cut(Model):
    """One billable request for a video: its pieces in order, and its settings."""

    inputs: tuple[Piece, ...]
    settings: CutSettings = CutSettings()


def meaning(cut: Cut) -> dict[str, Any]:
    """What the cut shows, however it was written: times as numbers, defaults of the service filled in."""
    given = {key: value for key, value in cut.settings.model_dump().items() if value is not None}
    sizes = {key: int(given.get(key, 0)) for key in ("width", "height")}
    return {
        "inputs": [[piece.asset_id, float(piece.start), float(piece.end)] for piece in cut.inputs],
        "settings": {**DEFAULTS, **given, **sizes},
    }


# CreateAssetEditTask names a default for these; it names none for the codec.
DEFAULTS = {"format": "MP4", "reference": "NONE", "resolution_adaptation": True, "resolution_upsample": False}
