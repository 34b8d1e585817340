"""What a production is made of: its timeline, materials, settings and metadata; and everything wrong with them.

What is wrong is refused before anything is produced or billed. Rules: the page of ProduceEditingProjectVideo; lengths
of the metadata: those that the service has for all its media.
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass, replace
from typing import Any

from reelstack.emulator import stand_ins, timeline
from reelstack.emulator.errors import invalid, missing
from reelstack.emulator.objects import Name, ObjectNameError, from_oss_url
from reelstack.emulator.params import Params
from reelstack.emulator.timeline import Clip, Use
from reelstack.emulator.vod import stages
from reelstack.emulator.vod.state import Desk, Media

HOME_REGION = "cn-shanghai"
MATERIALS_MOST, BYTES_MOST = 200, 1 << 40
USER_DATA_MOST = 256
SIDE_LEAST, SIDE_MOST, SHORT_SIDE_MOST = 128, 4096, 2160
_DIGITS_MOST = 18
_URLS = ("MediaURL", "MediaUrl", "ImageURL", "ImageUrl")
_METADATA = {"Title": 128, "Description": 1024, "CoverURL": 1024, "ReferenceId": 64, "Tags": 1024}
_REFERENCE = re.compile(r"[A-Za-z0-9_-]{6,64}")

Content = dict[str, Any]


def parsed(text: str) -> Content:
    """A saved timeline. In one of the old editor a clip's material is its VideoId."""
    found: Content = json.loads(text or "{}")
    for clip in timeline.clips(found):
        if "MediaId" not in clip.fields and "VideoId" in clip.fields:
            clip.fields["MediaId"] = clip.fields.pop("VideoId")
    return found


def check(desk: Desk, content: Content) -> list[Use]:
    """Everything that is wrong with a timeline that is to be produced; returns the materials in use."""
    for clip in timeline.clips(content):
        _check_clip(clip)
    for url, where in timeline.addresses(content):
        _check_address(desk, url, where)
    uses = timeline.check(content)
    count = len({use.ref for use in uses})
    if count > MATERIALS_MOST:
        raise invalid("Timeline", f"there are {count} materials, at most {MATERIALS_MOST} are allowed")
    return uses


def _check_clip(clip: Clip) -> None:
    for name in _URLS:
        if clip.fields.get(name):
            raise timeline.fault(f"{clip.where}.{name}", "materials are given by MediaId here, not by address")
    if clip.tracks == "VideoTracks" and not clip.fields.get("MediaId"):
        raise timeline.fault(f"{clip.where}.MediaId", "every clip of a video track needs one")


def _check_address(desk: Desk, url: str, where: str) -> None:
    """Subtitles and the like are named by address; neither this machine nor other hosts are."""
    try:
        desk.objects.path(from_oss_url(url, desk.region))
    except ObjectNameError as error:
        raise timeline.fault(where, str(error)) from error


def refs(content: Content) -> tuple[str, ...]:
    """The media ids that a timeline names, each once, in order. Addresses are none."""
    found = (timeline.reference(clip) for clip in timeline.clips(content))
    return tuple(dict.fromkeys(each[0] for each in found if each and not each[1]))


def duration(desk: Desk, content: Content) -> float:
    """How long the timeline is, by what is known of its materials."""
    known = {
        ref: facts.duration for ref in refs(content) if (media := desk.living(ref)) and (facts := desk.facts(media))
    }
    return timeline.length(content, known, desk.settings.source_seconds)


@dataclass(frozen=True)
class Materials:
    """The objects behind the ids, and their lengths."""

    objects: dict[str, str]
    durations: dict[str, float]


def materials(desk: Desk, uses: list[Use]) -> Materials:
    """Find every material: one in order, or, unless the rules are strict, a stand-in for one never heard of."""
    objects, durations, size = {}, {}, 0
    for ref, use in stand_ins.merged(uses).items():
        media = _material(desk, use)
        facts = desk.facts(media)
        objects[ref] = media.object
        durations[ref] = facts.duration if facts else desk.settings.source_seconds
        size += facts.size if facts else 0
    if size > BYTES_MOST:
        raise invalid("Timeline", f"the materials are {size} bytes together, at most {BYTES_MOST} are allowed")
    return Materials(objects, durations)


def _material(desk: Desk, use: Use) -> Media:
    media = desk.media.get(use.ref)
    if media is None and not desk.settings.strict:
        return _stand_in(desk, use, _unheard_of(desk, use))
    if media is None or media.deleted:
        raise timeline.fault(use.where, f"there is no media {use.ref}")
    if media.synthesised:
        return _stand_in(desk, use, media)
    status = stages.status(desk, media)
    if status != "Normal":
        raise timeline.fault(use.where, f"media {use.ref} is {status or 'not there yet'}; it must be Normal")
    if not desk.objects.exists(Name.parse(media.object)):
        raise timeline.fault(use.where, f"the file of media {use.ref} is gone")
    return media


def _unheard_of(desk: Desk, use: Use) -> Media:
    now = desk.now()
    return Media(
        id=use.ref, kind=use.kind, object=str(stand_ins.name(use)), created=now, modified=now, title=use.ref,
        synthesised=True,
    )  # fmt: skip


def _stand_in(desk: Desk, use: Use, media: Media) -> Media:
    source = stand_ins.promise(desk.sources, desk.settings, use, Name.parse(media.object), label=use.ref)
    known = replace(media, kind=source.kind, facts=asdict(stand_ins.facts(source)))
    desk.put_media(known)
    return known


@dataclass(frozen=True)
class Config:
    """ProduceConfig, read: settings of the output, its bucket, what is done with it afterwards."""

    output: dict[str, Any]
    storage_location: str
    bucket: str
    template_group_id: str


def config(desk: Desk, given: dict[str, Any]) -> Config:
    """Read ProduceConfig."""
    output = {
        name: _whole(f"ProduceConfig.{name}", given[name], *bounds)
        for name, bounds in (
            ("Width", (SIDE_LEAST, SIDE_MOST)),
            ("Height", (SIDE_LEAST, SIDE_MOST)),
            ("Bitrate", (1, 10**6)),
        )
        if given.get(name) not in (None, "")
    }
    if {"Width", "Height"} <= output.keys() and min(output["Width"], output["Height"]) > SHORT_SIDE_MOST:
        shorter = min(output["Width"], output["Height"])
        raise invalid("ProduceConfig", f"the shorter side is {shorter}, at most {SHORT_SIDE_MOST} is allowed")
    location = _text("ProduceConfig.StorageLocation", given.get("StorageLocation"))
    if not location and desk.region != HOME_REGION:
        raise missing("ProduceConfig.StorageLocation")
    location = location or desk.storage_location
    template = _text("ProduceConfig.TemplateGroupId", given.get("TemplateGroupId"))
    return Config(output, location, _bucket(location, desk.region), template)


def _bucket(location: str, region: str) -> str:
    try:
        return from_oss_url(f"https://{location}/x", region).bucket
    except ObjectNameError as error:
        raise invalid("ProduceConfig.StorageLocation", str(error)) from error


def _whole(where: str, value: object, low: int, high: int) -> int:
    text = str(value)
    whole = text.isascii() and text.isdigit() and len(text) <= _DIGITS_MOST and not isinstance(value, bool)
    if not whole or not low <= int(text) <= high:
        raise invalid(where, f"{text[:40]!r} is not a whole number from {low} to {high}")
    return int(text)


def _text(where: str, value: object, most: int = 1024) -> str:
    if value is None:
        return ""
    if not isinstance(value, str) or len(value.encode()) > most:
        raise invalid(where, f"it is not a text of at most {most} bytes")
    return value


def metadata(desk: Desk, given: dict[str, Any]) -> dict[str, Any]:
    """Read MediaMetadata, as fields of the video's record."""
    texts = {name: _text(f"MediaMetadata.{name}", given.get(name), most) for name, most in _METADATA.items()}
    if len(texts["Tags"].split(",")) > 16 or any(len(tag.encode()) > 32 for tag in texts["Tags"].split(",")):
        raise invalid("MediaMetadata.Tags", "there are more than 16 tags, or one is longer than 32 bytes")
    reference = texts["ReferenceId"]
    if reference and not _REFERENCE.fullmatch(reference):
        raise invalid("MediaMetadata.ReferenceId", "it is not 6 to 64 letters, digits, _ and -")
    if desk.by_reference(reference):
        raise invalid("MediaMetadata.ReferenceId", f"{reference} is another video's")
    return {
        "title": texts["Title"],
        "description": texts["Description"],
        "cover_url": texts["CoverURL"],
        "reference_id": reference,
        "tags": texts["Tags"],
        "cate_id": _whole("MediaMetadata.CateId", given["CateId"], 0, 10**11) if given.get("CateId") else 0,
    }


def user_data(params: Params) -> tuple[str, str]:
    """UserData as it came, and the address that is to be told of the production's end; a queue is told nothing."""
    text = params.text("UserData")
    if len(text) > USER_DATA_MOST:
        raise invalid("UserData", f"it has {len(text)} characters, at most {USER_DATA_MOST} are allowed")
    callback = params.json_object("UserData").get("MessageCallback")
    if callback is None:
        return text, ""
    if not isinstance(callback, dict) or callback.get("CallbackType", "http") not in ("http", "mns"):
        raise invalid("UserData.MessageCallback", "it is not an object with CallbackURL and a CallbackType http or mns")
    url = _text("UserData.MessageCallback.CallbackURL", callback.get("CallbackURL"))
    return text, "" if callback.get("CallbackType") == "mns" else url
