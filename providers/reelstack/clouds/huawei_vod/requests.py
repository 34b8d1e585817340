"""What the service wants to hear, and what is wrong with it before it is sent.

A field that is None is not sent. The rules are those of the pages; paths in the faults are the service's field names.
What only the service knows (whether an asset is there, how long it is) is not checked here.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal

from reelstack.errors import Fault

Seconds = str | int | float | Decimal

MOST_INPUTS = 20
LONGEST_TIME = 32
FORMATS = ("HLS", "MP4", "MP3", "MOV", "FLV", "AVI")
AUDIO_FORMATS = ("MP3",)
REFERENCES = ("NONE", "MAX_BITRATE", "MAX_RESOLUTION")
H264, H265 = 1, 2
# By codec: the smallest side. The largest are the same for both.
_SMALLEST = {H264: 32, H265: 160}
_LARGEST = {"width": 4096, "height": 2880}

_TIME = re.compile(r"[0-9]+(\.[0-9]+)?")
_MOST_DIGITS = 20
_MILLISECOND = Decimal("0.001")


def seconds(value: Seconds) -> str:
    """A time as the service reads it: at most three decimals, none that are zero, no exponent. A text stays as it is.

    Raises ValueError for a number that is none.
    """
    if isinstance(value, str):
        return value
    number = Decimal(str(value))
    if not number.is_finite() or number.adjusted() > _MOST_DIGITS:
        raise ValueError(f"{value!r} is no time")
    written = f"{number.quantize(_MILLISECOND, ROUND_HALF_UP):f}".rstrip("0").rstrip(".")
    return "0" if written == "-0" else written


@dataclass(frozen=True, kw_only=True)
class EditInput:
    """A piece of an asset, from start to end in its own time, in seconds."""

    asset_id: str
    timeline_start: Seconds
    timeline_end: Seconds

    def document(self) -> dict[str, object]:
        """As the service reads it: times are texts."""
        start, end = seconds(self.timeline_start), seconds(self.timeline_end)
        return {"asset_id": self.asset_id, "timeline_start": start, "timeline_end": end}

    def faults(self, path: str) -> Iterator[Fault]:
        """What is wrong with it."""
        if not self.asset_id:
            yield Fault("an asset id is needed", path=f"{path}.asset_id")
        times = {name: _time(getattr(self, name)) for name in ("timeline_start", "timeline_end")}
        for name, time in times.items():
            if isinstance(time, str):
                yield Fault(time, path=f"{path}.{name}")
        start, end = times["timeline_start"], times["timeline_end"]
        if isinstance(start, Decimal) and isinstance(end, Decimal) and end <= start:
            yield Fault(f"it must be after the start, {start} s, not {end} s", path=f"{path}.timeline_end")


@dataclass(frozen=True, kw_only=True)
class EditingSettings:
    """What the output looks like. Sizes in pixels, decimals are cut off; 0 takes the size from the source.

    `resolution_adaptation` (true when left out): width is the long side, height the short one. `video_codec`: 1 is
    H.264, 2 is H.265. Without `resolution_upsample` the output follows the inputs' resolution.
    """

    resolution_adaptation: bool | None = None
    resolution_upsample: bool | None = None
    format: str | None = None
    width: int | float | None = None
    height: int | float | None = None
    reference: str | None = None
    video_codec: int | None = None

    def document(self) -> dict[str, object]:
        """As the service reads it."""
        given = {each.name: getattr(self, each.name) for each in fields(self)}
        return {name: _sent(value) for name, value in given.items() if value is not None}

    def faults(self, path: str) -> Iterator[Fault]:
        """What is wrong with them. Without a codec the range is H.264's."""
        for name, allowed in (("format", FORMATS), ("reference", REFERENCES), ("video_codec", (H264, H265))):
            value = getattr(self, name)
            if value is not None and (value not in allowed or isinstance(value, bool)):
                listed = ", ".join(str(one) for one in allowed)
                yield Fault(f"one of {listed}, not {value!r}", path=f"{path}.{name}")
        codec = H265 if self.video_codec == H265 else H264
        for name, largest in _LARGEST.items():
            value, smallest = getattr(self, name), _SMALLEST[codec]
            if value is not None and not _in_range(value, smallest, largest):
                message = f"0, or between {smallest} and {largest} pixels with {_spelt(codec)}, not {value}"
                yield Fault(message, path=f"{path}.{name}")


@dataclass(frozen=True, kw_only=True)
class NewEditTask:
    """CreateAssetEditTask: the inputs, joined in order. There is no client token: repeating it makes another asset."""

    inputs: tuple[EditInput, ...]
    editing_settings: EditingSettings | None = None

    def document(self) -> dict[str, object]:
        """As the service reads it."""
        found: dict[str, object] = {"inputs": [each.document() for each in self.inputs]}
        settings = self.editing_settings.document() if self.editing_settings else {}
        return found | ({"editing_settings": settings} if settings else {})

    def faults(self, videos: Collection[str] = ()) -> list[Fault]:
        """All that the service would refuse, found without asking it. `videos`: ids of assets that have a picture."""
        settings = self.editing_settings or EditingSettings()
        return [
            *self._number_of_inputs(),
            *(fault for at, each in enumerate(self.inputs) for fault in each.faults(f"inputs[{at}]")),
            *settings.faults("editing_settings"),
            *self._picture_in_audio(settings.format, videos),
        ]

    def _number_of_inputs(self) -> Iterator[Fault]:
        if not 1 <= len(self.inputs) <= MOST_INPUTS:
            yield Fault(f"between 1 and {MOST_INPUTS} inputs, not {len(self.inputs)}", path="inputs")

    def _picture_in_audio(self, container: str | None, videos: Collection[str]) -> Iterator[Fault]:
        if container in AUDIO_FORMATS and any(each.asset_id in videos for each in self.inputs):
            message = f"{container} is for sound only, and there are videos among the inputs"
            yield Fault(message, path="editing_settings.format")


class Query:
    """The base of filters: how their fields become a query. Names may stand in it several times."""

    def pairs(self) -> tuple[tuple[str, str], ...]:
        """The query's parameters."""
        return tuple(pair for name, value in vars(self).items() for pair in _pairs(_WIRE.get(name, name), value))


# The only two names that the service spells in camel case.
_WIRE = {"transcode_status": "transcodeStatus", "asset_status": "assetStatus"}


@dataclass(frozen=True, kw_only=True)
class AssetFilter(Query):
    """ShowAssetMeta without ids. `query_string` is looked for in titles and descriptions."""

    status: tuple[str, ...] | None = None
    transcode_status: tuple[str, ...] | None = None
    asset_status: tuple[str, ...] | None = None
    start_time: datetime | None = None
    end_time: datetime | None = None
    category_id: int | None = None
    tags: str | None = None
    query_string: str | None = None
    size: int = 100


@dataclass(frozen=True, kw_only=True)
class AssetListFilter(Query):
    """ListAssetList. `asset_id`: at most 10; `media_type`: at most 20; `order` is of the time of creation."""

    asset_id: tuple[str, ...] | None = None
    status: tuple[str, ...] | None = None
    media_type: tuple[str, ...] | None = None
    start_time: datetime | None = None
    end_time: datetime | None = None
    category_id: int | None = None
    tags: str | None = None
    query_string: str | None = None
    order: str | None = None
    size: int = 100


def _pairs(name: str, value: object) -> Iterator[tuple[str, str]]:
    if value is None:
        return
    for one in value if isinstance(value, tuple) else (value,):
        yield name, one.astimezone(UTC).strftime("%Y%m%d%H%M%S") if isinstance(one, datetime) else str(one)


def _time(value: Seconds) -> Decimal | str:
    """A time as a number, or what is wrong with it."""
    try:
        written = seconds(value)
    except (ValueError, ArithmeticError):
        return f"{value!r} is no time in seconds"
    if len(written) > LONGEST_TIME:
        return f"at most {LONGEST_TIME} characters, not {len(written)}"
    return Decimal(written) if _TIME.fullmatch(written) else f"{value!r} is no time in seconds"


def _sent(value: object) -> object:
    return int(value) if isinstance(value, float) else value


def _in_range(value: float, smallest: int, largest: int) -> bool:
    try:
        pixels = int(value)
    except (ValueError, OverflowError):  # not a number, or without end
        return False
    return pixels == 0 or smallest <= pixels <= largest


def _spelt(codec: int) -> str:
    return "H.265" if codec == H265 else "H.264"
