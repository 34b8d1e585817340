"""Editing projects: create, read, change, delete, list, search."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from reelstack.emulator import timeline
from reelstack.emulator.errors import invalid
from reelstack.emulator.ims import answers, extras, live, materials, templates
from reelstack.emulator.ims.errors import project_not_found
from reelstack.emulator.ims.paging import newest_first, page, select
from reelstack.emulator.ims.state import STATUS_NUMBERS, Desk, Project, Template
from reelstack.emulator.params import Params

Shape = dict[str, Any]

SOURCES = ("OpenAPI", "AliyunConsole", "WebSDK", "LiveEditingOpenAPI", "LiveEditingConsole")
_UPDATABLE = {
    "Title": "title",
    "Description": "description",
    "CoverURL": "cover_url",
    "BusinessStatus": "business_status",
}


def create(desk: Desk, params: Params) -> Shape:
    """CreateEditingProject: no client token, so each call makes one more."""
    now = desk.now()
    project_type = params.choice("ProjectType", live.TYPES, live.REGULAR)
    is_live = project_type == live.LIVE
    if is_live:
        live.check(desk, params)
    params.json_object("BusinessConfig")
    attached = materials.parse(params.json_object("MaterialMaps"))
    source = "LiveEditingOpenAPI" if is_live else "OpenAPI"
    project = Project(
        id=desk.ids.hex32(),
        title=params.required("Title"),
        created=now,
        modified=now,
        description=params.text("Description"),
        cover_url=params.text("CoverURL"),
        create_source=source,
        modified_source=source,
        business_config=params.text("BusinessConfig"),
        project_type=project_type,
        business_status="Reserving" if is_live else "",
        materials=attached.pairs,
        live=attached.live,
        **_content(desk, params),
    )
    desk.put_project(project)
    return {"Project": answers.project_created(desk, project)}


def _content(desk: Desk, params: Params) -> dict[str, Any]:
    """The fields that say what is in a project: a timeline or a template, never both."""
    timeline_given = params.json_object("Timeline")
    if not params.text("TemplateId"):
        params.choice("TemplateType", templates.KINDS)
        params.json_object("ClipsParam")
        text = params.text("Timeline") or "{}"
        return _of_template("", "", "") | {"timeline": text, "duration": _duration(desk, timeline_given)}
    if params.text("Timeline"):
        raise invalid("TemplateId", "only one of Timeline and TemplateId can be specified")
    template = templates.chosen(desk, params)
    if params.choice("TemplateType", templates.KINDS, templates.REGULAR) != template.kind:
        raise invalid("TemplateType", f"the template {template.id} is a {template.kind}")
    return _with_template(desk, template, params.text("ClipsParam"))


def _with_template(desk: Desk, template: Template, clips_param: str) -> dict[str, Any]:
    merged = templates.timeline_of(template, clips_param)
    fields = _of_template(template.id, clips_param, template.kind)
    return fields | {"timeline": "{}", "duration": _duration(desk, merged)}


def _of_template(template_id: str, clips_param: str, kind: str) -> dict[str, Any]:
    return {"template_id": template_id, "clips_param": clips_param, "template_type": kind}


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
    is_live = project.project_type == live.LIVE
    if params.choice("BusinessStatus", live.SETTABLE) and not is_live:
        raise invalid("BusinessStatus", f"the project is not a {live.LIVE}")
    changes: dict[str, Any] = {ours: params.text(theirs) for theirs, ours in _UPDATABLE.items() if params.given(theirs)}
    if not changes.get("business_status"):
        changes.pop("business_status", None)
    if changes.get("title") == "":
        raise invalid("Title", "it is empty")
    changes |= _changed_content(desk, params, project)
    source = "LiveEditingOpenAPI" if is_live else "OpenAPI"
    desk.put_project(replace(project, **changes, status="Editing", modified=desk.now(), modified_source=source))
    return {}


def _changed_content(desk: Desk, params: Params, project: Project) -> dict[str, Any]:
    """A new timeline takes the template's place, a new template the timeline's, a ClipsParam fills the template."""
    if params.text("Timeline") and params.text("TemplateId"):
        raise invalid("TemplateId", "only one of Timeline and TemplateId can be specified")
    params.json_object("ClipsParam")
    if params.text("TemplateId") or (params.text("ClipsParam") and project.template_id):
        template_id = params.text("TemplateId") or project.template_id
        clips_param = params.text("ClipsParam") or project.clips_param
        template = templates.chosen(desk, Params({"TemplateId": template_id, "ClipsParam": clips_param}))
        return _with_template(desk, template, clips_param)
    if params.given("Timeline"):
        return _content(desk, Params({"Timeline": params.text("Timeline")}))
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
    template = params.choice("TemplateType", (*templates.KINDS, "None"))
    project_type = params.choice("ProjectType", live.TYPES, default_type)

    def wanted(project: Project) -> bool:
        return (
            (not statuses or project.status in statuses)
            and source in ("", project.create_source)
            and template in ("", project.template_type or "None")
            and project_type in ("", project.project_type)
        )

    return wanted


def implicit(desk: Desk, params: Params) -> Project:
    """The project that a submission of a timeline or a template leaves behind."""
    metadata = extras.project_metadata(params)
    now = desk.now()
    template = templates.chosen(desk, params) if params.text("TemplateId") else None
    content = (
        _with_template(desk, template, params.text("ClipsParam"))
        if template
        else _content(desk, Params({"Timeline": params.text("Timeline")}))
    )
    return Project(
        id=desk.ids.hex32(),
        title=metadata.get("Title") or f"Editing project {datetime.fromisoformat(now):%Y-%m-%d %H:%M:%S}",
        description=metadata.get("Description") or "",
        created=now,
        modified=now,
        create_source=params.text("Source") if params.text("Source") in SOURCES else "OpenAPI",
        status="Producing",
        **content,
    )
