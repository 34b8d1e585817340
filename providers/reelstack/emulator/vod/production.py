"""ProduceEditingProjectVideo: one more video each time it is called. There is no job; the video's id is answered."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from reelstack.emulator import timeline
from reelstack.emulator.errors import invalid, missing
from reelstack.emulator.lifecycle import Production
from reelstack.emulator.objects import Name
from reelstack.emulator.params import Params
from reelstack.emulator.settings import Fault
from reelstack.emulator.vod import content, projects, stages
from reelstack.emulator.vod.state import APP_ID, EDITING, Desk, Media, Project

ROOM = "vod"
ACTION = "ProduceEditingProjectVideo"
_APP_ID = re.compile(r"[A-Za-z0-9_-]{1,35}")


def produce(desk: Desk, params: Params) -> dict[str, Any]:
    """Queue a production. What is given of the project overwrites it; without one a project is made."""
    config = content.config(desk, params.json_object("ProduceConfig"))
    metadata = content.metadata(desk, params.json_object("MediaMetadata"))
    user_data, callback_url = content.user_data(params)
    app_id = params.text("AppId") or APP_ID
    if not _APP_ID.fullmatch(app_id):
        raise invalid("AppId", "it is not 1 to 35 letters, digits, _ and -")
    project = _project(desk, params)
    cut = content.parsed(project.timeline)
    found = content.materials(desk, content.check(cut))
    asked = desk.faults.take("fail_job", ACTION)
    media_id = desk.ids.hex32()
    now = desk.now()
    media = Media(
        id=media_id,
        kind="video",
        object=str(Name(config.bucket, f"editing/{media_id}.mp4")),
        created=now,
        modified=now,
        **metadata | {"title": metadata["title"] or project.title},
        user_data=user_data,
        template_group_id=config.template_group_id,
        storage_location=config.storage_location,
        app_id=app_id,
        source=EDITING,
        project_id=project.id,
        callback_url=callback_url,
        fate=asked.code if asked and asked.code in stages.FATES else "",
    )
    desk.put_media(media)
    desk.put_project(
        replace(
            project,
            status="Producing",
            storage_location=config.storage_location,
            productions=(*project.productions, media_id),
        )
    )
    length = timeline.length(cut, found.durations, desk.settings.source_seconds)
    desk.lifecycle.submit(
        Production(
            id=media_id,
            room=ROOM,
            pace=desk.settings.pace,
            object=media.object,
            timeline=cut,
            output=config.output,
            materials=found.objects,
            expected=_expected(config.output, length),
            created=now,
            doom=() if media.fate else _doom(asked),
        )
    )
    return {"MediaId": media_id, "ProjectId": project.id}


def _project(desk: Desk, params: Params) -> Project:
    if params.text("ProjectId"):
        return projects.changed(desk, projects.find(desk, params), params)
    if not params.text("Timeline"):
        raise missing("ProjectId or Timeline")
    return projects.changed(desk, projects.new(desk), params)


def _doom(asked: Fault | None) -> tuple[str, ...]:
    if asked is None:
        return ()
    return (asked.code or "InternalError", asked.message or "The production was made to fail by the control room.")


def _expected(output: dict[str, Any], length: float) -> dict[str, Any]:
    return {
        "duration": length,
        "width": output.get("Width", 1280),
        "height": output.get("Height", 720),
        "fps": 25.0,
        "has_audio": True,
        "bitrate": float(output.get("Bitrate", 2000)),
    }
