"""Editing projects: create, read, change, delete, list, search."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from reelstack.emulator import timeline
from reelstack.emulator.errors import invalid, missing
from reelstack.emulator.ims import answers, materials
from reelstack.emulator.ims.errors import project_not_found
from reelstack.emulator.ims.paging import newest_first, page, select
from reelstack.emulator.ims.state import STATUS_NUMBERS, Desk, Project
from reelstack.emulator.params import Params

Shape = dict[str, Any]

SOURCES = ("OpenAPI", "AliyunConsole", "WebSDK", "LiveEditingOpenAPI", "LiveEditingConsole")
PROJECT_TYPES = ("EditingProject", "LiveEditingProject")
TEMPLATE_TYPES = ("Timeline", "VETemplate")
_UPDATABLE = {
    "Title": "title",
    "Description": "description",
    "CoverURL": "cover_url",
    "TemplateId": "template_id",
    "ClipsParam": "clips_param",
    "Timeline": "timeline",
    "BusinessStatus": "business_status",
}


def create(desk: Desk, params: Params) -> Shape:
    """CreateEditingProject: no client token, so each call makes one more."""
    now = desk.now()
    project_type = params.choice("ProjectType", PROJECT_TYPES, "EditingProject")
    template_id = params.text("TemplateId")
    _check_content(params)
    if project_type == "LiveEditingProject":
        _check_live(params)
    attached = materials.parse(params.json_object("MaterialMaps"))
    project = Project(
        id=desk.ids.hex32(),
        title=params.required("Title"),
        created=now,
        modified=now,
        description=params.text("Description"),
        timeline=params.text("Timeline") or "{}",
        template_id=template_id,
        clips_param=params.text("ClipsParam"),
        template_type=params.choice("TemplateType", TEMPLATE_TYPES, "Timeline" if template_id else ""),
        cover_url=params.text("CoverURL"),
        business_config=params.text("BusinessConfig"),
        project_type=project_type,
        business_status="Reserving" if project_type == "LiveEditingProject" else "",
        materials=attached.pairs,
        live=attached.live,
    )
    project = replace(project, duration=_duration(desk, params.json_object("Timeline")))
    desk.put_project(project)
    return {"Project": answers.project_created(desk, project)}


def _check_content(params: Params) -> None:
    params.json_object("ClipsParam")
    if params.text("TemplateId"):
        if params.text("Timeline"):
            raise invalid("TemplateId", "only one of Timeline and TemplateId can be specified")
        params.required("ClipsParam")


def _check_live(params: Params) -> None:
    config = params.json_object("BusinessConfig").get("OutputMediaConfig")
    if not isinstance(config, dict) or not config.get("StorageLocation"):
        raise missing("BusinessConfig.OutputMediaConfig.StorageLocation")


def _duration(desk: Desk, content: dict[str, Any]) -> float:
    known = {
        ref: media.known.duration
        for clip in timeline.clips(content)
        if (found := timeline.reference(clip))
        and (ref := found[0])
        and (media := desk.living_media(ref))
        and media.known
    }
    return timeline.length(content, known, desk.settings.source_seconds)


def find(desk: Desk, params: Params) -> Project:
    """The project that the request names."""
    key = params.required("ProjectId")
    project = desk.projects.get(key)
    if project is None:
        raise project_not_found(key)
    return project


def read(desk: Desk, params: Params) -> Shape:
    """GetEditingProject. With RequestSource=WebSDK a read with a side effect: the timeline's media are attached."""
    project = find(desk, params)
    if params.choice("RequestSource", ("OpenAPI", "WebSDK"), "OpenAPI") == "WebSDK":
        project = replace(materials.attach_used(project), converted=True)
        desk.put_project(project)
        return {"Project": answers.project_read(desk, project)}
    return {"Project": answers.project_read(desk, replace(project, converted=False))}


def update(desk: Desk, params: Params) -> Shape:
    """UpdateEditingProject: overwrites what is given, leaves the rest."""
    project = find(desk, params)
    params.choice("BusinessStatus", ("Reserving", "ReservationCanceled"))
    content = params.json_object("Timeline")
    params.json_object("ClipsParam")
    changes: dict[str, Any] = {ours: params.text(theirs) for theirs, ours in _UPDATABLE.items() if params.given(theirs)}
    if changes.get("title") == "":
        raise invalid("Title", "it is empty")
    if "timeline" in changes:
        changes |= {"timeline": changes["timeline"] or "{}", "duration": _duration(desk, content)}
    if changes.get("timeline", "{}") != "{}" and changes.get("template_id"):
        raise invalid("TemplateId", "only one of Timeline and TemplateId can be specified")
    desk.put_project(replace(project, **changes, status="Editing", modified=desk.now(), modified_source="OpenAPI"))
    return {}


def delete(desk: Desk, params: Params) -> Shape:
    """DeleteEditingProjects: says nothing of ids that it does not know; jobs and media stay."""
    params.required("ProjectIds")
    for key in params.ids("ProjectIds", 100):
        desk.projects.remove(key)
    return {}


def list_all(desk: Desk, params: Params) -> Shape:
    """ListEditingProjects: by token, without timelines."""
    size = params.integer("MaxResults", 10, 1, 100)
    keyword = params.text("Keyword")
    wanted = _wanted(params, default_type="")
    keys = {keyword, *_project_of_job(desk, keyword)}

    def match(project: Project) -> bool:
        return wanted(project) and (not keyword or project.id in keys)

    found, token = page(select(desk, params, desk.projects, match, descending=newest_first(params)), size)
    return {
        "MaxResults": size,
        "NextToken": token,
        "ProjectList": [answers.project_in_list(desk, each) for each in found],
    }


def _project_of_job(desk: Desk, job_id: str) -> list[str]:
    job = desk.jobs.get(job_id) if job_id else None
    return [job.project_id] if job else []


def search(desk: Desk, params: Params) -> Shape:
    """SearchEditingProject: by page number, with timelines. Its request takes no NextToken, though it answers one."""
    size, number = params.integer("PageSize", 10, 1, 100), params.integer("PageNo", 1, 1, 10**6)
    wanted = _wanted(params, default_type="EditingProject")
    found = select(desk, params.without("NextToken"), desk.projects, wanted, descending=newest_first(params))
    for _ in zip(range(size * (number - 1)), found, strict=False):
        pass
    projects, token = page(found, size)
    return {
        "MaxResults": size,
        "NextToken": token,
        "ProjectList": [answers.project_in_search(desk, each) for each in projects],
    }


def _wanted(params: Params, *, default_type: str) -> Callable[[Project], bool]:
    statuses = params.ids("Status", len(STATUS_NUMBERS))
    for status in statuses:
        if status not in STATUS_NUMBERS:
            raise invalid("Status", f"{status!r} is not one of {', '.join(STATUS_NUMBERS)}")
    source = params.choice("CreateSource", SOURCES)
    template = params.choice("TemplateType", (*TEMPLATE_TYPES, "None"))
    project_type = params.choice("ProjectType", PROJECT_TYPES, default_type)

    def wanted(project: Project) -> bool:
        return (
            (not statuses or project.status in statuses)
            and source in ("", project.create_source)
            and template in ("", project.template_type or "None")
            and project_type in ("", project.project_type)
        )

    return wanted


def implicit(desk: Desk, params: Params, content: str) -> Project:
    """The project that a submission without one leaves behind."""
    metadata = params.json_object("ProjectMetadata")
    now = desk.now()
    return Project(
        id=desk.ids.hex32(),
        title=str(metadata.get("Title") or f"Editing project {datetime.fromisoformat(now):%Y-%m-%d %H:%M:%S}"),
        description=str(metadata.get("Description") or ""),
        created=now,
        modified=now,
        timeline=content,
        template_id=params.text("TemplateId"),
        clips_param=params.text("ClipsParam"),
        template_type="Timeline" if params.text("TemplateId") else "",
        status="Producing",
    )
