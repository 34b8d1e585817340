"""Media assets: details, info, list, delete; and files of the user's own (control room).

Undocumented and decided here: lists begin with the newest; a deletion that names an unknown asset deletes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from reelstack.emulator.facts import Facts
from reelstack.emulator.huawei import answers
from reelstack.emulator.huawei.call import Call
from reelstack.emulator.huawei.errors import absent, illegal
from reelstack.emulator.huawei.state import CREATING, DELETED, Asset, Desk
from reelstack.emulator.objects import Name, own_place

Shape = dict[str, Any]

BATCH_MOST, TYPES_MOST, TOTAL_MOST = 10, 20, 20_000
_CATEGORIES = ("base_info", "transcode_info", "thumbnail_info", "review_info")
_ADDED_BUCKET = "reelstack-huawei-media"


def details(desk: Desk, call: Call) -> Shape:
    """ShowAssetDetail."""
    categories = call.values("categories", most=len(_CATEGORIES), allowed=_CATEGORIES)
    asset = _existing(desk, call.key("asset_id"))
    shown = answers.in_detail(desk, asset, categories)
    desk.looked_at(asset)
    return shown


def _existing(desk: Desk, key: str) -> Asset:
    asset = desk.living_asset(key)
    if asset is None:
        raise absent(key)
    return asset


def info(desk: Desk, call: Call) -> Shape:
    """ShowAssetMeta: by ids, all of which are answered, or by filters and page."""
    keys = call.keys("asset_id", most=BATCH_MOST)
    wanted = _wanted(call, _info_statuses(desk, call))
    page, size = _paging(call)
    if keys:
        found = {key: desk.assets.get(key) for key in keys}
        shown = [answers.with_status(desk, key, asset) for key, asset in found.items()]
        for asset in found.values():
            if asset:
                desk.looked_at(asset)
        return {"asset_info_array": shown, "is_truncated": 0, "total": len(shown)}
    matching = _matching(desk, wanted)
    shown = [answers.with_status(desk, asset.id, asset) for asset in matching[page * size : (page + 1) * size]]
    truncated = len(matching) > (page + 1) * size
    return {"asset_info_array": shown, "is_truncated": int(truncated), "total": min(len(matching), TOTAL_MOST)}


def _info_statuses(desk: Desk, call: Call) -> Callable[[Asset], bool]:
    statuses = call.values("status", most=100)
    publication = call.values("assetStatus", most=100)
    transcoding = call.values("transcodeStatus", most=100)

    def wanted(asset: Asset) -> bool:
        status = desk.status(asset)
        return (
            (not statuses or status in statuses)
            and (not publication or status in publication)
            and (not transcoding or answers.TRANSCODE_STATUS in transcoding)
        )

    return wanted


def list_all(desk: Desk, call: Call) -> Shape:
    """ListAssetList."""
    keys = call.keys("asset_id", most=BATCH_MOST)
    statuses = call.values("status", most=100)
    types = call.values("media_type", most=TYPES_MOST)
    order = call.choice("order", ("asc", "desc"))
    wanted = _wanted(call, lambda asset: not statuses or answers.listed_status(desk, asset) in statuses)
    page, size = _paging(call)
    matching = [
        asset
        for asset in _matching(desk, wanted)
        if (not keys or asset.id in keys) and (not types or asset.format in types)
    ]
    if order == "asc":
        matching.reverse()
    shown = [answers.in_list(desk, asset) for asset in matching[page * size : (page + 1) * size]]
    return {"total": min(len(matching), TOTAL_MOST), "assets": shown}


def _paging(call: Call) -> tuple[int, int]:
    return call.integer("page", 0, 0, 10**9), call.integer("size", 10, 1, 100)


def _matching(desk: Desk, wanted: Callable[[Asset], bool]) -> list[Asset]:
    return [
        asset
        for _, asset in desk.assets.scan()
        if asset.status != DELETED and desk.is_listed(asset.created) and wanted(asset)
    ]


def _wanted(call: Call, more: Callable[[Asset], bool]) -> Callable[[Asset], bool]:
    """What both lists filter by. No asset here has tags or a category."""
    start, end = call.moment("start_time"), call.moment("end_time")
    words = call.text("query_string")
    category = call.integer("category_id", answers.UNCATEGORISED, -1, 10**9)
    tags = call.text("tags")

    def wanted(asset: Asset) -> bool:
        return (
            (not start or asset.created >= start)
            and (not end or asset.created <= end)
            and words.lower() in asset.title.lower()
            and category == answers.UNCATEGORISED
            and not tags
            and more(asset)
        )

    return wanted


def delete(desk: Desk, call: Call) -> Shape:
    """DeleteAssets: what is being created cannot be deleted, and is FAILED in the answer."""
    keys = call.keys("asset_id", most=BATCH_MOST)
    if not keys:
        raise illegal("asset_id", "is mandatory")
    only_source = call.choice("delete_type", ("origin",)) == "origin"
    found = [_existing(desk, key) for key in keys]
    return {"delete_result_array": [_deleted(desk, asset, only_source=only_source) for asset in found]}


def _deleted(desk: Desk, asset: Asset, *, only_source: bool) -> Shape:
    if asset.status == CREATING:
        return {"asset_id": asset.id, "status": "FAILED"}
    name = Name.parse(asset.object)
    if not asset.synthesised:  # a stand-in may serve other rooms too
        desk.objects.remove_folder(name)
    if not only_source:
        # The record stays, marked: an id that was deleted is never synthesised anew.
        desk.put_asset(replace(asset, status=DELETED, modified=desk.now()))
    return {"asset_id": asset.id, "status": "DELETED"}


def add_file(desk: Desk, path: Path, asset_id: str, facts: Facts, title: str) -> Asset:
    """Register the user's file as an asset under the user's id (control room). `OSError`."""
    name = own_place(_ADDED_BUCKET, asset_id, path.name)
    before = desk.assets.get(asset_id)
    if before and before.object != str(name) and not before.synthesised:
        desk.objects.remove_folder(Name.parse(before.object))
    desk.objects.link(name, path)
    now = desk.now()
    asset = Asset(
        id=asset_id,
        object=str(name),
        created=now,
        modified=now,
        title=title,
        format=path.suffix.removeprefix(".").upper(),
        facts=asdict(facts),
    )
    desk.put_asset(asset)
    return asset
