"""Editing projects: add, read, change, delete, search."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from reelstack.emulator.errors import invalid
from reelstack.emulator.params import Params
from reelstack.emulator.vod import answers, content
from reelstack.emulator.vod.errors import project_not_found
from reelstack.emulator.vod.state import PROJECT_STATUSES, Desk, Project

Shape = dict[str, Any]

_BATCH_MOST = 100  # not published
_FIELDS = {"Title": "title", "Description": "description", "CoverURL": "cover_url"}


def add(desk: Desk, params: Params) -> Shape:
    """AddEditingProject: no client token, so each call makes one more."""
    params.required("Title")
    project = changed(desk, new(desk), params)
    desk.put_project(project)
    return {"Project": answers.project_created(project)}


def new(desk: Desk) -> Project:
    """An empty project, titled by the time."""
    now = desk.now()
    return Project(desk.ids.hex32(), f"Editing project {datetime.fromisoformat(now):%Y-%m-%d %H:%M:%S}", now, now)


def changed(desk: Desk, project: Project, params: Params) -> Project:
    """The project with the given fields overwritten; a timeline brings its materials along."""
    changes: dict[str, Any] = {ours: params.text(theirs) for theirs, ours in _FIELDS.items() if params.text(theirs)}
    if params.text("Timeline"):
        params.json_object("Timeline")  # names the parameter when it is none
        text = params.text("Timeline")
        read = content.parsed(text)
        changes |= {
            "timeline": text,
            "duration": content.duration(desk, read),
            "materials": content.refs(read),
        }
    return replace(project, **changes, modified=desk.now())


def find(desk: Desk, params: Params) -> Project:
    """The project that the request names."""
    key = params.required("ProjectId")
    project = desk.projects.get(key)
    if project is None:
        raise project_not_found(key)
    return project


def read(desk: Desk, params: Params) -> Shape:
    """GetEditingProject: a look at the productions of the project."""
    project = find(desk, params)
    shape = answers.project_read(desk, project)
    for key in project.productions:
        desk.lifecycle.look(key)
    return {"Project": shape}


def update(desk: Desk, params: Params) -> Shape:
    """UpdateEditingProject: overwrites what is given, be it with nothing. What was produced is a draft again.

    That an empty text clears a field is not documented; as in IMS it does, but for the title.
    """
    project = find(desk, params)
    cleared: dict[str, Any] = {_FIELDS[name]: "" for name in ("Description", "CoverURL") if params.given(name)}
    if params.given("Timeline"):
        cleared |= {"timeline": "{}", "duration": 0.0, "materials": ()}
    project = changed(desk, replace(project, **cleared), params)
    desk.put_project(replace(project, status="Producing" if project.productions else "Normal"))
    return {}


def delete(desk: Desk, params: Params) -> Shape:
    """DeleteEditingProject: says nothing of ids that it does not know; productions and videos stay."""
    params.required("ProjectIds")
    for key in params.ids("ProjectIds", _BATCH_MOST):
        desk.projects.remove(key)
    return {}


def search(desk: Desk, params: Params) -> Shape:
    """SearchEditingProject: by page number; the list is wrapped."""
    size, number = params.integer("PageSize", 10, 1, 100), params.integer("PageNo", 1, 1, 10**6)
    descending = params.choice("SortBy", ("desc", "asc"), "desc") == "desc"
    wanted = _wanted(desk, params)
    found = [project for _, project in desk.projects.scan(newest_first=descending) if wanted(project)]
    page = found[size * (number - 1) : size * number]
    return {
        "Total": len(found),
        "ProjectList": {"Project": [answers.project_found(desk, project) for project in page]},
    }


def _wanted(desk: Desk, params: Params) -> Callable[[Project], bool]:
    title, start, end = params.text("Title"), params.moment("StartTime"), params.moment("EndTime")
    statuses = params.ids("Status", len(PROJECT_STATUSES))
    if unknown := [status for status in statuses if status not in PROJECT_STATUSES]:
        raise invalid("Status", f"{unknown[0]!r} is not one of {', '.join(PROJECT_STATUSES)}")
    if start and end and start > end:
        raise invalid("StartTime", "it is later than EndTime")
    late = timedelta(seconds=desk.faults.lateness())
    shown_until = desk.clock.now() - late

    def wanted(project: Project) -> bool:
        made = datetime.fromisoformat(project.created)
        second = made.replace(microsecond=0)
        return (
            (not late or made <= shown_until)
            and (not start or second >= start)
            and (not end or second <= end)
            and (not statuses or project.status in statuses)
            and title.lower() in project.title.lower()
        )

    return wanted
