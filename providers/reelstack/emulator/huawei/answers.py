"""Assets in the service's shapes. Times are yyyymmddhhmmss here, unlike those of tasks; sizes are bytes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from reelstack.emulator.facts import Facts
from reelstack.emulator.huawei.call import TIME
from reelstack.emulator.huawei.state import CREATED, CREATING, DELETED, NO_ASSET, Asset, Desk
from reelstack.emulator.objects import Name

Shape = dict[str, Any]

UNCATEGORISED = -1
TRANSCODE_STATUS = "UN_TRANSCODE"
"""Nothing here is ever transcoded: what a task made is the asset's source file."""
_LISTED = {CREATING: CREATING, CREATED: CREATED, DELETED: DELETED}
_CODECS = {
    "h264": "H.264",
    "hevc": "H.265",
    "mpeg2video": "MPEG-2",
    "mpeg4": "MPEG-4",
    "aac": "AAC",
    "mp3": "MP3",
    "flac": "FLAC",
    "ac3": "AC-3",
    "vorbis": "Vorbis",
}
_FRAME_RATES = {10: 2, 15: 3, 23.97: 4, 24: 5, 25: 6, 29.97: 7, 30: 8, 50: 9, 60: 10}
_QUALITIES = ((2160, "4K"), (1440, "2K"), (1080, "FULL_HD"), (720, "HD"), (480, "SD"), (0, "FLUENT"))


def in_list(desk: Desk, asset: Asset) -> Shape:
    """An asset in ListAssetList. Whatever went wrong while it was created is FAILED there."""
    facts = desk.facts(asset)
    times: Shape = (
        {"duration": _seconds(facts), "duration_ms": _milliseconds(facts), "size": facts.size} if facts else {}
    )
    return {
        "asset_id": asset.id,
        "title": asset.title,
        "description": "",
        "original_url": url(desk, asset) if facts else "",
        "category": "",
        "covers": [],
        "create_time": _stamp(asset.created),
        "asset_status": listed_status(desk, asset),
        "transcode_status": TRANSCODE_STATUS,
        "thumbnail_status": "UN_THUMBNAIL",
        "review_status": "UN_REVIEW",
        "media_type": asset.format,
        **times,
    }


def listed_status(desk: Desk, asset: Asset) -> str:
    """The five words of the list."""
    return _LISTED.get(desk.status(asset), "FAILED")


def with_status(desk: Desk, key: str, asset: Asset | None) -> Shape:
    """An asset in ShowAssetMeta; one that does not exist, or does no more, is an entry with its status alone."""
    if asset is None:
        return {"asset_id": key, "status": NO_ASSET, "description": "", "play_info_array": []}
    status = desk.status(asset)
    shown: Shape = {"asset_id": asset.id, "status": status, "description": ""}
    if status == DELETED:
        return shown | {"play_info_array": []}
    plays = [_play(desk, asset, facts)] if status == CREATED and (facts := desk.facts(asset)) else []
    return shown | {"is_multi_transcode": False, "base_info": _base(desk, asset), "play_info_array": plays}


def in_detail(desk: Desk, asset: Asset, categories: list[str]) -> Shape:
    """An asset in ShowAssetDetail, which has no status of its own. Only there is a temporary signed address."""
    base = _base(desk, asset)
    if base.get("video_url"):
        base["sign_url"] = f"{base['video_url']}?AccessKeyId=local&Expires=86400&Signature={desk.ids.signature()}"
    parts = {
        "base_info": base,
        "transcode_info": {"transcode_status": TRANSCODE_STATUS, "output": [], "exec_desc": ""},
        "thumbnail_info": {"thumbnail_status": "UN_THUMBNAIL", "sample": [], "dots": [], "exec_desc": ""},
        "review_info": {"review_status": "UN_REVIEW", "exec_desc": ""},
    }
    return {"asset_id": asset.id} | {name: part for name, part in parts.items() if name in (categories or parts)}


def _base(desk: Desk, asset: Asset) -> Shape:
    name = Name.parse(asset.object)
    place = {"bucket": name.bucket, "location": desk.region, "object": name.key}
    base: Shape = {
        "title": asset.title,
        "video_name": name.key.rpartition("/")[2],
        "description": "",
        "category_id": UNCATEGORISED,
        "category_name": "",
        "create_time": _stamp(asset.created),
        "last_modified": _stamp(asset.modified),
        "video_type": asset.format,
        "tags": "",
        "cover_info_array": [],
        "subtitle_info": [],
        "source_path": place,
        "output_path": place,
    }
    facts = desk.facts(asset)
    if facts is None:
        return base
    return base | {"meta_data": _meta(asset, facts), "video_url": url(desk, asset)}


def _meta(asset: Asset, facts: Facts) -> Shape:
    video = facts.kind == "video"
    meta: Shape = {
        "pack_type": asset.format,
        "codec": _codec(facts.codec if video else facts.audio_codec),
        "duration": _seconds(facts),
        "duration_ms": _milliseconds(facts),
        "video_size": facts.size,
        "bit_rate": round(facts.bitrate),
        "audio_channels": 2 if facts.has_audio else 0,
    }
    if facts.has_audio:
        meta["audio_codec"] = _codec(facts.audio_codec)
    if video:
        meta |= {"width": facts.width, "hight": facts.height, "height": facts.height}
        meta |= {"frame_rate": _frame_rate(facts.fps), "quality": _quality(facts)}
    return meta


def _play(desk: Desk, asset: Asset, facts: Facts) -> Shape:
    kind = "hls" if asset.format == "HLS" else "mp4"
    return {"play_type": kind, "url": url(desk, asset), "encrypted": 0, "meta_data": _meta(asset, facts)}


def url(desk: Desk, asset: Asset) -> str:
    """Where the asset's file is fetched."""
    return f"{desk.base_url}/objects/{quote(asset.object)}"


def _seconds(facts: Facts) -> int:
    return max(1, int(facts.duration))


def _milliseconds(facts: Facts) -> int:
    return round(facts.duration * 1000)


def _codec(name: str) -> str:
    return _CODECS.get(name, name.upper())


def _frame_rate(fps: float) -> int:
    return next((number for rate, number in _FRAME_RATES.items() if abs(rate - fps) < 0.01), 1)


def _quality(facts: Facts) -> str:
    return next(word for least, word in _QUALITIES if min(facts.width, facts.height) >= least)


def _stamp(moment: str) -> str:
    return datetime.fromisoformat(moment).astimezone(UTC).strftime(TIME)
