"""Media assets: register, read, list, delete."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from reelstack.emulator.errors import invalid, missing
from reelstack.emulator.facts import Facts, ProbeError, kind_of, probe
from reelstack.emulator.ims import answers
from reelstack.emulator.ims.errors import media_exists, resource_not_found, token_mismatch
from reelstack.emulator.ims.paging import page, select
from reelstack.emulator.ims.state import Answered, Desk, Media
from reelstack.emulator.objects import Name, ObjectNameError, from_oss_url, oss_url
from reelstack.emulator.params import Params

Shape = dict[str, Any]

MEDIA_TYPES = ("image", "video", "audio", "text")
BUSINESS_TYPES = ("subtitles", "font", "watermark", "opening", "ending", "general")
_ADDED_BUCKET = "reelstack-local-media"
_VOD_BUCKET = "reelstack-local-vod"
_BATCH_MOST = 100  # not published
_DELETE_MOST = 20


def register(desk: Desk, params: Params) -> Shape:
    """RegisterMediaInfo. With a client token the same request is answered the same."""
    token = params.text("ClientToken", most=64)
    url = params.required("InputURL")
    before = desk.tokens.get(f"register {token}") if token else None
    if before:
        if before.digest != url:
            raise token_mismatch()
        return dict(before.answer)
    media = _new(desk, params, url, _name(desk, url))
    known = desk.media_of(Name.parse(media.object))
    if known and not known.synthesised:
        if not params.flag("Overwrite"):
            raise media_exists(url, known.id)
        desk.put_media(replace(known, deleted=True))
    desk.put_media(media)
    if token:
        desk.tokens.put(f"register {token}", Answered(url, desk.now(), {"MediaId": media.id}))
    return {"MediaId": media.id}


def _name(desk: Desk, url: str) -> Name:
    try:
        if url.startswith("vod://"):
            return Name(_VOD_BUCKET, f"{url.removeprefix('vod://')}.mp4")
        name = from_oss_url(url, desk.region)
        desk.objects.path(name)
    except ObjectNameError as error:
        raise invalid("InputURL", str(error)) from error
    return name


def _new(desk: Desk, params: Params, url: str, name: Name) -> Media:
    reference = params.text("ReferenceId")
    if reference and not (6 <= len(reference) <= 64 and reference.replace("_", "").replace("-", "").isalnum()):
        raise invalid("ReferenceId", "it is not 6 to 64 letters, digits, _ and -")
    if reference and any(m.reference_id == reference and not m.deleted for _, m in desk.media.scan()):
        raise invalid("ReferenceId", f"{reference!r} is another media asset's")
    kind = params.choice("MediaType", MEDIA_TYPES, kind_of(name.key))
    if not kind:
        raise missing("MediaType")
    params.json_object("RegisterConfig")
    params.json_object("UserData", most=1024)
    facts, failed = _look(desk, name)
    now = desk.now()
    return Media(
        id=desk.ids.hex32(),
        url=url,
        object=str(name),
        kind=kind,
        created=now,
        modified=now,
        ready=now,
        title=params.text("Title", most=128) or name.key.rpartition("/")[2],
        description=params.text("Description", most=1024),
        tags=_tags(params),
        category_id=str(params.integer("CateId", 0, 0, 2**63 - 1) or ""),
        cover_url=params.text("CoverURL", most=128),
        user_data=params.text("UserData"),
        business_type=params.choice("BusinessType", BUSINESS_TYPES, "general"),
        source="vod" if url.startswith("vod://") else "oss",
        reference_id=reference,
        facts=asdict(facts) if facts else {},
        failed=failed,
    )


def _tags(params: Params) -> str:
    tags = params.text("MediaTags")
    if len(tags.split(",")) > 16 or any(len(tag.encode()) > 32 for tag in tags.split(",")):
        raise invalid("MediaTags", "there are more than 16 tags, or one is longer than 32 bytes")
    return tags


def _look(desk: Desk, name: Name) -> tuple[Facts | None, bool]:
    """The file's facts, and whether its analysis fails. A file that is not there yet may be synthesised later."""
    if not desk.objects.exists(name):
        return None, desk.settings.strict
    try:
        return probe(desk.objects.path(name)), False
    except ProbeError:
        return None, True


def read(desk: Desk, params: Params) -> Shape:
    """GetMediaInfo, by MediaId or InputURL."""
    seconds = params.integer("AuthTimeout", 3600, 1, 86400)
    params.choice("OutputType", ("oss", "cdn"), "oss")
    params.json_object("ReturnDetailedInfo")
    if not params.text("MediaId") and not params.text("InputURL"):
        raise missing("MediaId")
    media = _by_id_or_url(desk, params)
    if media is None:
        raise resource_not_found("media", params.text("MediaId") or params.text("InputURL"))
    basic = answers.media_basic_read(desk, media)
    files = answers.media_files(desk, media, seconds=seconds, times=True)
    _looked_at(desk, media)
    return {"MediaInfo": {"MediaId": media.id, "MediaBasicInfo": basic, "FileInfoList": files, "AiRoughData": {}}}


def _by_id_or_url(desk: Desk, params: Params) -> Media | None:
    if params.text("MediaId"):
        return desk.living_media(params.text("MediaId"))
    try:
        return desk.media_of(_name(desk, params.text("InputURL")))
    except ObjectNameError:
        return None


def batch(desk: Desk, params: Params) -> Shape:
    """BatchGetMediaInfos: what cannot be read is in IgnoredList, and the status is 200 all the same."""
    params.required("MediaIds")
    seconds = params.integer("AuthTimeout", 3600, 1, 86400)
    additions = params.ids("AdditionType", 2)
    if unknown := [each for each in additions if each not in ("FileInfo", "DynamicMetaData")]:
        raise invalid("AdditionType", f"{unknown[0]!r} is not one of FileInfo, DynamicMetaData")
    infos, ignored = [], []
    for key in params.ids("MediaIds", _BATCH_MOST):
        media = desk.living_media(key)
        if media is None:
            ignored.append(key)
            continue
        info: Shape = {"MediaId": key, "MediaBasicInfo": answers.media_basic(desk, media), "FileInfoList": []}
        if "FileInfo" in additions:
            info["FileInfoList"] = answers.media_files(desk, media, seconds=seconds, times=False)
        if "DynamicMetaData" in additions:
            info["MediaDynamicInfo"] = {"DynamicMetaData": {"Data": "{}"}}
        infos.append(info)
        _looked_at(desk, media)
    return {"MediaInfos": infos, "IgnoredList": ignored}


def _looked_at(desk: Desk, media: Media) -> None:
    if media.looks > 0:
        desk.put_media(replace(media, looks=media.looks - 1))


def list_all(desk: Desk, params: Params) -> Shape:
    """ListMediaBasicInfos: the window excludes its start; NextToken is absent at the end."""
    size = params.integer("MaxResults", 10, 1, 100)
    seconds = params.integer("AuthTimeout", 3600, 1, 86400)
    with_files = params.flag("IncludeFileBasicInfo")
    order = params.choice("SortBy", ("desc", "asc"), "desc")
    tests = {
        "kind": params.choice("MediaType", MEDIA_TYPES),
        "business_type": params.choice("BusinessType", BUSINESS_TYPES),
        "source": params.choice("Source", ("oss", "vod", "live", "general")),
        "id": params.text("MediaId"),
    }
    status = params.text("Status")

    def wanted(media: Media) -> bool:
        return (
            not media.deleted
            and all(value in ("", getattr(media, name)) for name, value in tests.items())
            and status in ("", answers.media_status(desk, media))
        )

    def found(within: Params) -> Iterator[tuple[int, Media]]:
        return select(desk, within, desk.media, wanted, descending=order == "desc", open_start=True)

    medias, token = page(found(params), size)
    answer: Shape = {
        "MediaInfos": [
            {
                "MediaId": media.id,
                "MediaBasicInfo": answers.media_basic_in_list(desk, media),
                "FileInfoList": answers.media_files(desk, media, seconds=seconds, times=True, streams=False)
                if with_files
                else [],
            }
            for media in medias
        ],
        "MaxResults": size,
        "TotalCount": sum(1 for _ in found(params.without("NextToken"))),
    }
    return answer | ({"NextToken": token} if token else {})


def delete(desk: Desk, params: Params) -> Shape:
    """DeleteMediaInfos: the status is 200 even when nothing was deleted."""
    physical = params.flag("DeletePhysicalFiles")
    keys, urls = params.ids("MediaIds", _DELETE_MOST), params.ids("InputURLs", _DELETE_MOST)
    if not keys and not urls:
        raise missing("MediaIds")
    found = {key: desk.living_media(key) for key in keys}
    if not keys:
        found = {url: _by_id_or_url(desk, Params({"InputURL": url})) for url in urls}
    for media in found.values():
        if media:
            _remove(desk, media, physical=physical)
    return {"IgnoredList": [key for key, media in found.items() if media is None], "ForbiddenList": []}


def _remove(desk: Desk, media: Media, *, physical: bool) -> None:
    # The record stays, marked: an id that was deleted is never synthesised anew.
    desk.put_media(replace(media, deleted=True, modified=desk.now()))
    if physical:
        name = Name.parse(media.object)
        desk.objects.remove(name)
        desk.sources.forget(name)
        if media.cover:
            desk.objects.remove(Name.parse(media.cover))


def add_file(desk: Desk, path: Path, media_id: str, title: str = "") -> Media:
    """Register the user's file as source media under the user's id (control room). `ProbeError`, `OSError`."""
    facts = probe(path)
    name = Name(_ADDED_BUCKET, f"{media_id}/{path.name}")
    before = desk.media.get(media_id)
    if before and before.object != str(name):
        desk.objects.remove(Name.parse(before.object))
        desk.sources.forget(Name.parse(before.object))
    desk.objects.link(name, path)
    now = desk.now()
    media = Media(
        id=media_id,
        url=oss_url(name, desk.region),
        object=str(name),
        kind=facts.kind,
        created=now,
        modified=now,
        ready=now,
        title=title or path.stem,
        facts=asdict(facts),
    )
    desk.put_media(media)
    return media
