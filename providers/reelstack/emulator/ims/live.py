"""Live stream editing projects: their BusinessConfig, and how far the broadcast is, which only the control room moves.

Nothing is recorded or cut here: a production of a live project ends in a failure that says so.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from reelstack.emulator.errors import invalid, missing
from reelstack.emulator.ims.errors import project_not_found
from reelstack.emulator.ims.state import Desk, Project
from reelstack.emulator.objects import Name, ObjectNameError, from_oss_url
from reelstack.emulator.params import Params

REGULAR, LIVE = "EditingProject", "LiveEditingProject"
TYPES = (REGULAR, LIVE)
STATUSES = ("Reserving", "ReservationCanceled", "BroadCasting", "LoadingFailed", "LiveFinished")
SETTABLE = STATUSES[:2]
TARGETS = ("vod-media", "oss-object")


def check(desk: Desk, params: Params) -> None:
    """The BusinessConfig of a new live project."""
    config = params.json_object("BusinessConfig")
    output = config.get("OutputMediaConfig")
    if not isinstance(output, dict) or not output.get("StorageLocation"):
        raise missing("BusinessConfig.OutputMediaConfig.StorageLocation")
    target = config.get("OutputMediaTarget") or "oss-object"
    if target not in TARGETS:
        raise invalid("BusinessConfig.OutputMediaTarget", f"{target!r} is not one of {', '.join(TARGETS)}")
    _check_place(desk, output, with_path=target == "oss-object")
    reserved = config.get("ReservationTime")
    if reserved is not None and not isinstance(reserved, str):
        raise invalid("BusinessConfig.ReservationTime", "it is not a text")
    Params({"BusinessConfig.ReservationTime": reserved or ""}).moment("BusinessConfig.ReservationTime")


def _check_place(desk: Desk, output: dict[str, Any], *, with_path: bool) -> None:
    location, path = output["StorageLocation"], output.get("Path") or "recording"
    if not isinstance(location, str) or "/" in location:
        raise invalid("BusinessConfig.OutputMediaConfig.StorageLocation", "it is not a bucket's host, without http://")
    if not isinstance(path, str):
        raise invalid("BusinessConfig.OutputMediaConfig.Path", "it is not a text")
    try:
        bucket = from_oss_url(f"https://{location}/recording", desk.region).bucket
        if with_path:
            Name(bucket, path.strip("/"))
    except ObjectNameError as error:
        raise invalid("BusinessConfig.OutputMediaConfig", str(error)) from error


def move(desk: Desk, project_id: str, status: str) -> Project:
    """Say how far a live project's broadcast is (control room)."""
    project = desk.projects.get(project_id)
    if project is None:
        raise project_not_found(project_id)
    if project.project_type != LIVE:
        raise invalid("ProjectId", f"{project_id} is not a {LIVE}")
    if status not in STATUSES:
        raise invalid("BusinessStatus", f"{status!r} is not one of {', '.join(STATUSES)}")
    moved = replace(project, business_status=status, modified=desk.now())
    desk.put_project(moved)
    return moved
