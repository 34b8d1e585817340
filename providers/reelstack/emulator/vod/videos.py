"""Videos of the library: read, delete; and files of the user's own, registered over the control room."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from reelstack.emulator.errors import missing
from reelstack.emulator.facts import Facts
from reelstack.emulator.objects import Name, own_place
from reelstack.emulator.params import Params
from reelstack.emulator.vod import answers, stages
from reelstack.emulator.vod.errors import video_not_found
from reelstack.emulator.vod.state import EDITING, Desk, Media

Shape = dict[str, Any]

BATCH_MOST = 20
_KINDS = ("video", "audio")
_ADDED_BUCKET = "reelstack-vod-media"


def read(desk: Desk, params: Params) -> Shape:
    """GetVideoInfo, by VideoId or ReferenceId: a look."""
    key, reference = params.text("VideoId"), params.text("ReferenceId")
    if not key and not reference:
        raise missing("VideoId")
    shape = _look(desk, _by_id(desk, key) if key else desk.by_reference(reference), answers.video_read)
    if shape is None:
        raise video_not_found(key or reference)
    return {"Video": shape}


def batch(desk: Desk, params: Params) -> Shape:
    """GetVideoInfos: each a look; what does not exist is told, and the status is 200 all the same."""
    videos, lost = [], _Lost()
    for name, key, media in _asked(desk, params):
        shape = _look(desk, media, answers.video)
        if shape is None:
            lost.add(name, key)
        else:
            videos.append(shape)
    return {"VideoList": videos, **lost.shape()}


def delete(desk: Desk, params: Params) -> Shape:
    """DeleteVideo: 200 may hide refusals. A video in the making is not deleted; one that was is never made up anew."""
    lost, forbidden, gone = _Lost(), [], False
    for name, key, media in _asked(desk, params):
        if media is None or not stages.status(desk, media):
            lost.add(name, key)
        elif _in_the_making(desk, media) or desk.faults.take("forbid", "DeleteVideo"):
            forbidden.append(media.id)
        else:
            _remove(desk, media)
            gone = True
    if not gone and not forbidden:
        raise video_not_found(", ".join(key for keys in lost.keys.values() for key in keys))
    return {**lost.shape(), "ForbiddenVideoIds": forbidden}


class _Lost:
    """Ids by which there is nothing, by the parameter that named them."""

    def __init__(self) -> None:
        self.keys: dict[str, list[str]] = {"VideoIds": [], "ReferenceIds": []}

    def add(self, name: str, key: str) -> None:
        """Note one."""
        self.keys[name].append(key)

    def shape(self) -> Shape:
        """The lists as both operations answer them."""
        return {f"NonExist{name}": keys for name, keys in self.keys.items()}


def _asked(desk: Desk, params: Params) -> Iterator[tuple[str, str, Media | None]]:
    if not params.text("VideoIds") and not params.text("ReferenceIds"):
        raise missing("VideoIds")
    if keys := params.ids("VideoIds", BATCH_MOST):
        yield from (("VideoIds", key, _by_id(desk, key)) for key in keys)
    else:
        references = params.ids("ReferenceIds", BATCH_MOST)
        yield from (("ReferenceIds", key, desk.by_reference(key)) for key in references)


def _by_id(desk: Desk, key: str) -> Media | None:
    found = desk.living(key)
    return found if found and found.kind in _KINDS else None


def _look(desk: Desk, media: Media | None, shape: Callable[[Desk, Media], Shape]) -> Shape | None:
    """The record as it stands, None while it is not there; then the look is counted."""
    if media is None:
        return None
    seen = shape(desk, media) if stages.status(desk, media) else None
    stages.looked_at(desk, media)
    return seen


def _in_the_making(desk: Desk, media: Media) -> bool:
    production = desk.lifecycle.get(media.id) if media.source == EDITING else None
    return production is not None and not production.finished


def _remove(desk: Desk, media: Media) -> None:
    name = Name.parse(media.object)
    desk.put_media(replace(media, deleted=True, modified=desk.now()))
    if not media.synthesised:  # a stand-in may serve other rooms too
        desk.objects.remove(name)
    if media.source == EDITING:
        desk.objects.remove(media.cover)


def add_file(desk: Desk, path: Path, media_id: str, facts: Facts, title: str) -> None:
    """Put the user's file into the library under the user's id (control room). `OSError`."""
    name = own_place(_ADDED_BUCKET, media_id, path.name)
    before = desk.media.get(media_id)
    if before and before.object != str(name) and not before.synthesised:
        desk.objects.remove(Name.parse(before.object))
    desk.objects.link(name, path)
    now = desk.now()
    desk.put_media(
        Media(
            id=media_id,
            kind=facts.kind,
            object=str(name),
            created=now,
            modified=now,
            title=title,
            facts=asdict(facts),
        )
    )
