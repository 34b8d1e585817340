"""What an editing task is made of: its inputs and settings, checked as the page says, and the files behind them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from decimal import Decimal
from typing import Any

from reelstack.emulator import stand_ins
from reelstack.emulator.facts import Facts
from reelstack.emulator.huawei.call import checked_key
from reelstack.emulator.huawei.errors import absent, illegal, not_now
from reelstack.emulator.huawei.state import CREATED, CREATING, Asset, Desk
from reelstack.emulator.objects import Name
from reelstack.emulator.render import cuts
from reelstack.emulator.timeline import Use

MOST_INPUTS, LONGEST_TIME = 20, 32
FORMATS = ("HLS", "MP4", "MP3", "MOV", "FLV", "AVI")
AUDIO_FORMATS = ("MP3",)
REFERENCES = ("NONE", "MAX_BITRATE", "MAX_RESOLUTION")
H264, H265 = 1, 2
_LEAST = {H264: 32, H265: 160}
_MOST = {"width": 4096, "height": 2880}
_SECONDS = re.compile(r"[0-9]+(\.[0-9]+)?")


@dataclass(frozen=True)
class Wanted:
    """A task as asked for, with every default filled in."""

    inputs: tuple[dict[str, Any], ...]
    settings: dict[str, Any]


def read(document: Mapping[str, Any]) -> Wanted:
    """Check the body of CreateAssetEditTask. Fields that are not known are ignored."""
    given = document.get("inputs")
    if not isinstance(given, list) or not 1 <= len(given) <= MOST_INPUTS:
        raise illegal("inputs", f"is not a list of 1 to {MOST_INPUTS} inputs")
    inputs = tuple(_input(each, f"inputs[{at}]") for at, each in enumerate(given))
    settings = document.get("editing_settings")
    if settings is not None and not isinstance(settings, dict):
        raise illegal("editing_settings", "is not an object")
    return Wanted(inputs, _settings(settings or {}))


def _input(given: object, where: str) -> dict[str, Any]:
    if not isinstance(given, dict):
        raise illegal(where, "is not an object")
    asset_id = checked_key(given.get("asset_id"), f"{where}.asset_id")
    start, end = (_time(given.get(name), f"{where}.{name}") for name in ("timeline_start", "timeline_end"))
    if Decimal(end) <= Decimal(start):
        raise illegal(f"{where}.timeline_end", f"is {end}, which is not after the start, {start}")
    return {"asset_id": asset_id, "timeline_start": start, "timeline_end": end}


def _time(value: object, where: str) -> str:
    if value is None or value == "":
        raise illegal(where, "is mandatory")
    if not isinstance(value, str) or len(value) > LONGEST_TIME:
        raise illegal(where, f"is not a text of at most {LONGEST_TIME} characters")
    if not _SECONDS.fullmatch(value):
        raise illegal(where, f"is {value!r}, not a time in seconds")
    return value


def _settings(given: Mapping[str, Any]) -> dict[str, Any]:
    codec = _choice(given, "video_codec", (H264, H265), H264)
    return {
        "resolution_adaptation": _flag(given, "resolution_adaptation", default=True),
        "resolution_upsample": _flag(given, "resolution_upsample", default=False),
        "format": _choice(given, "format", FORMATS, "MP4"),
        "width": _side(given, "width", codec),
        "height": _side(given, "height", codec),
        "reference": _choice(given, "reference", REFERENCES, "NONE"),
        "video_codec": codec,
    }


def _flag(given: Mapping[str, Any], name: str, *, default: bool) -> bool:
    value = given.get(name)
    if value is None:
        return default
    if not isinstance(value, bool):
        raise illegal(f"editing_settings.{name}", f"is {value!r}, neither true nor false")
    return value


def _choice(given: Mapping[str, Any], name: str, allowed: tuple[Any, ...], default: Any) -> Any:
    value = given.get(name)
    if value is None:
        return default
    if not any(type(value) is type(each) and value == each for each in allowed):
        listed = ", ".join(str(each) for each in allowed)
        raise illegal(f"editing_settings.{name}", f"is {value!r}, not one of {listed}")
    return value


def _side(given: Mapping[str, Any], name: str, codec: int) -> int:
    """A side in pixels, decimals cut off; 0 follows the source. Without a codec the range is H.264's."""
    value = given.get(name)
    if value is None:
        return 0
    where, least, most = f"editing_settings.{name}", _LEAST[codec], _MOST[name]
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise illegal(where, "is not a number")
    if not -1 < value < 1 and not least <= value < most + 1:  # whatever is neither, be it endless or no number
        raise illegal(where, f"is {str(value)[:40]}, not 0 or {least} to {most}")
    return int(value)


@dataclass(frozen=True)
class Found:
    """The objects behind the inputs, and what is known of them, by asset id."""

    objects: dict[str, str]
    facts: dict[str, Facts]


def sources(desk: Desk, wanted: Wanted) -> Found:
    """Find every input. What was never registered is promised to be synthesised, unless the rules are strict."""
    audio = wanted.settings["format"] in AUDIO_FORMATS
    kind = "audio" if audio else "video"
    uses = [
        Use(each["asset_id"], is_url=False, kind=kind, until=float(each["timeline_end"]), where=f"inputs[{at}]")
        for at, each in enumerate(wanted.inputs)
    ]
    found = {key: _asset(desk, use) for key, use in stand_ins.merged(uses).items()}
    facts = {key: asset.known or Facts(kind="video") for key, asset in found.items()}
    for key, known in facts.items():
        if known.kind not in ("video", "audio"):
            raise illegal("inputs", f"names the asset {key}, which is neither video nor audio")
        if audio and known.kind == "video":
            raise illegal("editing_settings.format", f"is MP3, and the asset {key} is a video")
    return Found({key: asset.object for key, asset in found.items()}, facts)


def _asset(desk: Desk, use: Use) -> Asset:
    known = desk.assets.get(use.ref)
    if known is None:
        if desk.settings.strict:
            raise absent(use.ref, 400)
        return _promised(desk, use, stand_ins.name(use))
    status = desk.status(known)
    if status == CREATING:
        raise not_now(f"the asset {known.id} is {status}")
    name = Name.parse(known.object)
    if status != CREATED or not (known.synthesised or desk.objects.exists(name)):
        raise absent(known.id, 400)
    return _promised(desk, use, name, known) if known.synthesised else known


def _promised(desk: Desk, use: Use, name: Name, before: Asset | None = None) -> Asset:
    if before and before.known:
        use = replace(use, kind=before.known.kind)
    source = stand_ins.promise(desk.sources, desk.settings, use, name, label=use.ref)
    asset = Asset(
        id=use.ref,
        object=str(name),
        created=before.created if before else desk.now(),
        modified=desk.now(),
        title=use.ref,
        format=name.key.rpartition(".")[2].upper(),
        facts=asdict(stand_ins.facts(source)),
        synthesised=True,
    )
    desk.put_asset(asset)
    return asset


def doom(wanted: Wanted, found: Found) -> tuple[str, ...]:
    """Why the task will fail, as (code, reason); the service tells neither. Empty when it may succeed."""
    for at, each in enumerate(wanted.inputs):
        end = found.facts[each["asset_id"]].duration
        if float(each["timeline_start"]) >= end:
            return ("VOD.10053", f"inputs[{at}] begins at {each['timeline_start']} s, the asset ends at {end:g} s.")
    if wanted.settings["format"] == "AVI" and wanted.settings["video_codec"] == H265:
        return ("VOD.10053", "AVI cannot hold H.265.")
    return ()


def expected(wanted: Wanted, found: Found) -> dict[str, Any]:
    """The facts to claim for an output that is not rendered."""
    shown = [found.facts[each["asset_id"]] for each in wanted.inputs]
    length = sum(
        max(0.0, min(float(each["timeline_end"]), facts.duration) - float(each["timeline_start"]))
        for each, facts in zip(wanted.inputs, shown, strict=True)
    )
    size = cuts.size(wanted.settings, [(each.width, each.height) for each in shown if each.kind == "video"])
    encoding = cuts.encoding(wanted.settings)
    return {
        "kind": "video" if size else "audio",
        "duration": round(length, 3),
        "width": size.width if size else 0,
        "height": size.height if size else 0,
        "fps": 25.0 if size else 0.0,
        "has_audio": any(each.has_audio for each in shown),
        "bitrate": 2000.0 if size else 128.0,
        "format": encoding.container,
        "codec": encoding.codec if size else "",
        "audio_codec": encoding.audio_codec,
    }
