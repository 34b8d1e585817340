"""SearchMedia: an index over the library, late by `index_seconds`. Pages by number, or on from a ScrollToken.

It shows what there is of each medium at the moment; only that there is one comes late. Not a look.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Any

from reelstack.emulator.errors import invalid
from reelstack.emulator.params import Params
from reelstack.emulator.vod import answers, match, stages
from reelstack.emulator.vod.state import Desk, Media

Shape = dict[str, Any]

TYPES = ("video", "audio", "image", "attached")
PAGES_MOST = 200  # beyond, a ScrollToken is needed
_ORDERS = ("CreationTime:Desc", "CreationTime:Asc")
_TOKEN_LENGTH = 32


def search(desk: Desk, params: Params) -> Shape:
    """SearchMedia. Without Fields a hit is an id, a type and a time."""
    kind = params.choice("SearchType", TYPES, "video")
    test = match.parse(params.text("Match"))
    size, number = params.integer("PageSize", 10, 1, 100), params.integer("PageNo", 1, 1, 10**6)
    order = params.choice("SortBy", _ORDERS, _ORDERS[0])
    query = _query(kind, params.text("Match"), order)
    place = _place(params, query)
    if number > PAGES_MOST and place is None:
        raise invalid("PageNo", f"beyond page {PAGES_MOST} ScrollToken is needed")
    found = [
        (seq, media)
        for seq, media in desk.media.scan(newest_first=order == _ORDERS[0])
        if media.kind == kind and _indexed(desk, media) and test(_row(desk, media))
    ]
    if place is None:
        page = found[size * (number - 1) : size * number]
    else:
        page = [(seq, media) for seq, media in found if (seq < place) == (order == _ORDERS[0]) and seq != place][:size]
    fields = params.ids("Fields", 100)
    return {
        "Total": len(found),
        "ScrollToken": f"{page[-1][0]:016x}{query}" if page else "",
        "MediaList": [answers.found(desk, media, fields) for _, media in page],
    }


def _indexed(desk: Desk, media: Media) -> bool:
    if media.deleted or not stages.status(desk, media):
        return False
    late = max(desk.settings.index_seconds / desk.settings.speed, desk.faults.lateness())
    return datetime.fromisoformat(media.created) <= desk.clock.now() - timedelta(seconds=late)


def _row(desk: Desk, media: Media) -> match.Row:
    shown = answers.found(desk, media, [*match.LOOSE, *match.EXACT, "Tags", *match.NUMBERS, *match.TIMES])
    row: dict[str, match.Value] = dict(shown[media.kind.capitalize()])
    return row | {name: match.seconds(str(row[name])) for name in match.TIMES}


def _query(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[: _TOKEN_LENGTH // 2]


def _place(params: Params, query: str) -> int | None:
    token = params.text("ScrollToken")
    if not token:
        return None
    try:
        place = int(token[: _TOKEN_LENGTH // 2], 16)
    except ValueError as error:
        raise invalid("ScrollToken", "it is not one of ours") from error
    if token[_TOKEN_LENGTH // 2 :] != query:
        raise invalid("ScrollToken", "it belongs to another search")
    return place
