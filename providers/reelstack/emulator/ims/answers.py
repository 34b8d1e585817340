"""Records in the wire's spelling, with its quirks: a status that is a number in one answer and a word in the others,
numbers as text in media facts, addresses that are signed anew each time.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

from reelstack.emulator.ims.state import STATUS_NUMBERS, Desk, Job, Media, Project
from reelstack.emulator.lifecycle import Production
from reelstack.emulator.objects import Name
from reelstack.emulator.params import stamp

Shape = dict[str, Any]


def signed(desk: Desk, url: str, seconds: int = 3600) -> str:
    """The address with a signature that is worth nothing, and is different each time."""
    if not url:
        return ""
    expires = int(desk.clock.now().timestamp()) + seconds
    query = f"Expires={expires}&OSSAccessKeyId=LTAI5tReelstackSigner&Signature={desk.ids.signature()}"
    return urlunsplit(urlsplit(url)._replace(query=query, fragment=""))


def project_in_list(desk: Desk, project: Project) -> Shape:
    """What ListEditingProjects shows of a project: no timeline, no duration."""
    return {
        "ProjectId": project.id,
        "Title": project.title,
        "Description": project.description,
        "CoverURL": signed(desk, project.cover_url),
        "Status": project.status,
        "CreateTime": stamp(project.created),
        "ModifiedTime": stamp(project.modified),
        "CreateSource": project.create_source,
        "ModifiedSource": project.modified_source,
        "TemplateType": project.template_type,
        "ProjectType": project.project_type,
        "BusinessConfig": project.business_config,
        "BusinessStatus": project.business_status,
        "ErrorCode": project.error_code,
        "ErrorMessage": project.error_message,
    }


def project_in_search(desk: Desk, project: Project) -> Shape:
    """What SearchEditingProject shows: the list's fields, and what the project is made of."""
    return project_in_list(desk, project) | {"Timeline": project.timeline, "Duration": project.duration}


def project_read(desk: Desk, project: Project) -> Shape:
    """What GetEditingProject shows."""
    shape = project_in_search(desk, project) | {
        "TemplateId": project.template_id,
        "ClipsParam": project.clips_param,
    }
    if project.converted:
        shape |= {"TimelineConvertStatus": "Converted", "TimelineConvertErrorMessage": ""}
    return {name: value for name, value in shape.items() if name not in ("ErrorCode", "ErrorMessage")}


def project_created(desk: Desk, project: Project) -> Shape:
    """What CreateEditingProject shows: here the status is a number, with its name beside it."""
    return project_read(desk, project) | {
        "Status": STATUS_NUMBERS[project.status],
        "StatusName": project.status,
    }


def job_in_list(job: Job, production: Production) -> Shape:
    """What ListMediaProducingJobs shows of a job."""
    shape = {
        "JobId": job.id,
        "ProjectId": job.project_id,
        "MediaId": job.media_id,
        "MediaURL": job.media_url,
        "Status": production.status,
        "Code": production.code,
        "Message": _message(production),
        "TemplateId": job.template_id,
        "ClipsParam": job.clips_param,
        "UserData": job.user_data,
        "CreateTime": stamp(job.created),
        "ModifiedTime": stamp(production.modified),
    }
    if production.completed:
        shape["CompleteTime"] = stamp(production.completed)
    if production.status == "Success" and production.facts["kind"] in ("video", "audio"):
        shape["Duration"] = round(production.facts["duration"], 4)
    return shape


def job_read(job: Job, production: Production) -> Shape:
    """What GetMediaProducingJob shows."""
    return job_in_list(job, production) | {
        "VodMediaId": job.vod_media_id,
        "Timeline": job.timeline,
        "Progress": production.progress,
        "SubJobMaterials": "[]",
    }


def _message(production: Production) -> str:
    if not production.notes:
        return production.message
    notes = "[local cloud] Not rendered as declared: " + "; ".join(production.notes)
    return f"{production.message} {notes}".strip()


def media_status(desk: Desk, media: Media) -> str:
    """Init is never seen here: the analysis begins at once."""
    if media.failed:
        return "PrepareFail"
    analysing = media.looks > 0 or desk.clock.now() < datetime.fromisoformat(media.ready)
    return "Preparing" if analysing else "Normal"


def media_basic(desk: Desk, media: Media) -> Shape:
    """MediaBasicInfo as BatchGetMediaInfos shows it; the other operations add and leave out (below)."""
    status = media_status(desk, media)
    return {
        "MediaId": media.id,
        "InputURL": media.url,
        "MediaType": media.kind,
        "BusinessType": media.business_type,
        "Source": media.source,
        "Title": media.title,
        "Description": media.description,
        "Category": "",
        "MediaTags": media.tags,
        "CoverURL": signed(desk, _cover(desk, media)),
        "UserData": media.user_data,
        "Snapshots": "",
        "SpriteImages": "",
        "Status": status,
        "TranscodeStatus": "Init",
        "Biz": "ICE",
        "CreateTime": stamp(media.created),
        "ModifiedTime": stamp(media.modified),
        "DeletedTime": "",
    }


def _cover(desk: Desk, media: Media) -> str:
    """The address of the cover; one that a render left is fetched here, like the file itself."""
    made = media.cover and desk.objects.exists(Name.parse(media.cover))
    return f"{desk.base_url}/objects/{media.cover}" if made else media.cover_url


def media_basic_read(desk: Desk, media: Media) -> Shape:
    """MediaBasicInfo as GetMediaInfo shows it."""
    shape = media_basic_in_list(desk, media) | {"CateName": ""}
    del shape["TranscodeStatus"]
    return shape


def media_basic_in_list(desk: Desk, media: Media) -> Shape:
    """MediaBasicInfo as ListMediaBasicInfos shows it."""
    return media_basic(desk, media) | {
        "CateId": int(media.category_id or 0),
        "ReferenceId": media.reference_id,
        "UploadSource": media.upload_source,
    }


def media_basic_of_material(desk: Desk, media: Media) -> Shape:
    """MediaBasicInfo as the operations on a project's materials show it."""
    shape = media_basic(desk, media)
    del shape["Biz"]
    return shape


def media_files(desk: Desk, media: Media, *, seconds: int, times: bool, streams: bool = True) -> list[Shape]:
    """FileInfoList. Numbers are text; before the analysis has ended there are none."""
    name = Name.parse(media.object)
    basic: Shape = {
        "FileName": name.key.rpartition("/")[2],
        "FileStatus": "Normal",
        "FileType": "source_file",
        "FileUrl": signed(desk, f"{desk.base_url}/objects/{name.bucket}/{quote(name.key)}", seconds),
        "Region": desk.region,
        "FormatName": name.key.rpartition(".")[2].lower(),
    }
    if times:
        basic |= {"CreateTime": stamp(media.created), "ModifiedTime": stamp(media.modified)}
    analysed = media_status(desk, media) == "Normal"
    if analysed:
        basic |= _figures(desk, media, name)
    shape: Shape = {"FileBasicInfo": basic}
    return [shape | _streams(media) if streams and analysed else shape]


def _figures(desk: Desk, media: Media, name: Name) -> Shape:
    facts = media.known
    if facts is None:
        return {}
    size = facts.size or (desk.objects.path(name).stat().st_size if desk.objects.exists(name) else 0)
    return {
        "FileSize": str(size),
        "Duration": _number(facts.duration),
        "Bitrate": _number(facts.bitrate or (size * 8 / 1000 / facts.duration if facts.duration else 0.0)),
        "Width": str(facts.width),
        "Height": str(facts.height),
    }


def _streams(media: Media) -> Shape:
    facts = media.known
    if facts is None:
        return {}
    picture = {
        "Index": "0",
        "Width": str(facts.width),
        "Height": str(facts.height),
        "Duration": _number(facts.duration),
    }
    picture |= {"Fps": _number(facts.fps), "AvgFPS": _number(facts.fps), "Bitrate": _number(facts.bitrate)}
    sound = {"Index": "1" if facts.kind == "video" else "0", "Duration": _number(facts.duration)}
    return {
        "VideoStreamInfoList": [picture] if facts.kind == "video" else [],
        "AudioStreamInfoList": [sound] if facts.has_audio or facts.kind == "audio" else [],
        "SubtitleStreamInfoList": [],
    }


def _number(value: float) -> str:
    return f"{value:.4f}".rstrip("0").rstrip(".")
