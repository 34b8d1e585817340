"""Records in the wire's spelling, with this service's quirks: `CreationTime`, lists that are wrapped in one answer and
bare in the next, and no reason for a failure anywhere.
"""

from __future__ import annotations

from typing import Any

from reelstack.emulator.objects import Name
from reelstack.emulator.params import stamp
from reelstack.emulator.vod import stages
from reelstack.emulator.vod.state import EDITING, Desk, Media, Project

Shape = dict[str, Any]

_WITHOUT_SIZE = ("", "Uploading", "UploadFail")
_WITHOUT_FIGURES = (*_WITHOUT_SIZE, "UploadSucc")


def project_created(project: Project) -> Shape:
    """What AddEditingProject shows: neither timeline nor cover."""
    return {
        "ProjectId": project.id,
        "Title": project.title,
        "Description": project.description,
        "Status": project.status,
        "CreationTime": stamp(project.created),
        "ModifiedTime": stamp(project.modified),
    }


def project_read(desk: Desk, project: Project) -> Shape:
    """What GetEditingProject shows: no duration, no materials."""
    return project_created(project) | _place(desk, project) | {"Timeline": project.timeline}


def project_found(desk: Desk, project: Project) -> Shape:
    """What SearchEditingProject shows: no timeline."""
    return project_created(project) | _place(desk, project) | {"Duration": project.duration}


def _place(desk: Desk, project: Project) -> Shape:
    return {
        "CoverURL": _cover(desk, project),
        "RegionId": desk.region,
        "StorageLocation": project.storage_location or desk.storage_location,
    }


def _cover(desk: Desk, project: Project) -> str:
    """The given cover, or that of the first material."""
    first = desk.living(project.materials[0]) if project.materials and not project.cover_url else None
    return _cover_of_media(desk, first) if first else project.cover_url


def _cover_of_media(desk: Desk, media: Media) -> str:
    """The given cover, or the picture that a render left."""
    made = media.source == EDITING and desk.objects.exists(media.cover)
    return f"{desk.base_url}/objects/{media.cover}" if made and not media.cover_url else media.cover_url


def video(desk: Desk, media: Media) -> Shape:
    """A video as GetVideoInfos shows it."""
    return {
        "VideoId": media.id,
        **_common(desk, media),
        "DownloadSwitch": "on",
        "TemplateGroupId": media.template_group_id,
        "AppId": media.app_id,
        "StorageClass": "Standard",
        "ReferenceId": media.reference_id,
        "UserData": media.user_data,
        "Snapshots": [],
    }


def video_read(desk: Desk, media: Media) -> Shape:
    """A video as GetVideoInfo shows it: its snapshots are wrapped."""
    audit = "Blocked" if stages.status(desk, media) == "Blocked" else "Normal"
    return video(desk, media) | {"Snapshots": {"Snapshot": []}, "AuditStatus": audit, "RegionId": desk.region}


def _common(desk: Desk, media: Media) -> Shape:
    status = stages.status(desk, media)
    shape: Shape = {
        "Title": media.title,
        "Description": media.description,
        "Status": status,
        "CoverURL": _cover_of_media(desk, media),
        "CreationTime": stamp(media.created),
        "ModificationTime": stamp(media.modified),
        "CateName": "",
        "Tags": media.tags,
        "StorageLocation": media.storage_location or desk.storage_location,
    }
    shape |= {"CateId": media.cate_id} if media.cate_id else {}
    facts = desk.facts(media)
    if facts and status not in _WITHOUT_SIZE:
        name = Name.parse(media.object)
        shape["Size"] = facts.size or (desk.objects.path(name).stat().st_size if desk.objects.exists(name) else 0)
    if facts and status not in _WITHOUT_FIGURES:
        shape["Duration"] = round(facts.duration, 4)
    return shape


def found(desk: Desk, media: Media, fields: list[str]) -> Shape:
    """A hit of SearchMedia: id, type and time of creation, and the fields that were asked for."""
    key = {"video": "VideoId", "audio": "AudioId", "image": "ImageId"}[media.kind]
    known = _common(desk, media) | {
        "MediaSource": media.source,
        "TranscodeMode": "NoTranscode" if media.template_group_id == stages.NO_TRANSCODE else "FastTranscode",
        "PreprocessStatus": "UnPreprocess",
        "DownloadSwitch": "on",
        "StorageClass": "Standard",
        "AppId": media.app_id,
        "ReferenceId": media.reference_id,
        "Snapshots": [],
    }
    inner = {name: known[name] for name in ("CreationTime", *fields) if name in known}
    return {
        "MediaId": media.id,
        "MediaType": media.kind,
        "CreationTime": stamp(media.created),
        media.kind.capitalize(): {key: media.id, **inner},
    }


def material(desk: Desk, media: Media) -> Shape:
    """A material of a project as GetEditingProjectMaterials shows it."""
    shape = _common(desk, media) | {
        "MaterialId": media.id,
        "MaterialType": media.kind,
        "ModifiedTime": stamp(media.modified),
        "Source": "editing" if media.source == EDITING else "general",
        "SpriteConfig": "",
        "Snapshots": {"Snapshot": []},
        "Sprites": {"Sprite": []},
    }
    for name in ("ModificationTime", "StorageLocation"):
        del shape[name]
    return shape
