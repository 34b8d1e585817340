"""ProduceEditingProjectVideo: one more video each time it is called. There is no job; the video's id is answered."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from reelstack.emulator import timeline
from reelstack.emulator.errors import invalid, missing
from reelstack.emulator.ledger import Order
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
    described = _described(desk, params)
    project = _project(desk, params)
    cut = content.parsed(project.timeline)
    found = content.materials(desk, content.check(desk, cut))
    asked = desk.faults.take("fail_job", ACTION)
    video = _video(desk, project, config, described)
    video = replace(video, fate=asked.code if asked and asked.code in stages.FATES else "")
    desk.put_media(video)
    desk.put_project(
        replace(
            project,
            status="Producing",
            storage_location=config.storage_location,
            productions=(*project.productions, video.id),
        )
    )
    length = timeline.length(cut, found.durations, desk.settings.source_seconds)
    desk.lifecycle.submit(
        Production(
            id=video.id,
            room=ROOM,
            pace=desk.settings.pace,
            object=video.object,
            timeline=cut,
            output=config.output,
            materials=found.objects,
            expected=_expected(config.output, length),
            created=video.created,
            cover="" if video.cover_url else str(video.cover),
            doom=() if video.fate else _doom(asked),
        ),
        Order(project.id, marker=video.description),
    )
    return {"MediaId": video.id, "ProjectId": project.id}


def _described(desk: Desk, params: Params) -> dict[str, Any]:
    """What is to stand in the video's record."""
    user_data, callback_url = content.user_data(params)
    app_id = params.text("AppId") or APP_ID
    if not _APP_ID.fullmatch(app_id):
        raise invalid("AppId", "it is not 1 to 35 letters, digits, _ and -")
    metadata = content.metadata(desk, params.json_object("MediaMetadata"))
    return metadata | {"user_data": user_data, "callback_url": callback_url, "app_id": app_id}


def _video(desk: Desk, project: Project, config: content.Config, described: dict[str, Any]) -> Media:
    key, now = desk.ids.hex32(), desk.now()
    return Media(
        id=key,
        kind="video",
        object=str(Name(config.bucket, f"editing/{key}.mp4")),
        created=now,
        modified=now,
        template_group_id=config.template_group_id,
        storage_location=config.storage_location,
        source=EDITING,
        project_id=project.id,
        **described | {"title": described["title"] or project.title},
    )


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
