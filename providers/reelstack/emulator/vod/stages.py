"""What becomes of a produced video: its record's status, from the production's state and the time since its end.

    production waits          no record yet
    production runs, failed   Uploading: nothing was uploaded, and this service never says why
    production succeeded      UploadSucc (the file is being looked at), Transcoding, Normal; or UploadFail,
                              TranscodeFail, Blocked when the control room asked for that

Whether the record is there while the production waits or runs is not documented: clients meet both here.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from reelstack.emulator.lifecycle import INIT, QUEUING, SUCCESS, Production
from reelstack.emulator.vod.state import EDITING, Desk, Media

FATES = ("UploadFail", "TranscodeFail", "Blocked")
NO_TRANSCODE = "VOD_NO_TRANSCODE"


def status(desk: Desk, media: Media) -> str:
    """The record's status; empty while there is no record."""
    if media.source != EDITING:
        return "Normal"
    production = desk.lifecycle.get(media.id)
    if production is None or production.status in (INIT, QUEUING):
        return ""
    return _after(desk, media, production) if production.status == SUCCESS else "Uploading"


def _after(desk: Desk, media: Media, production: Production) -> str:
    rules, end = desk.settings, media.fate or "Normal"
    stages = [("UploadSucc", rules.analysis_seconds), ("Transcoding", rules.transcode_seconds)]
    if media.template_group_id == NO_TRANSCODE:
        del stages[1]
    if production.pace == "immediate" or media.fate == "UploadFail":
        return end
    if production.pace == "per_look":
        return [*(word for word, _ in stages), end][min(media.looks, len(stages))]
    left = (desk.clock.now() - datetime.fromisoformat(production.completed)).total_seconds() * rules.speed
    for word, seconds in stages:
        if left < seconds:
            return word
        left -= seconds
    return end


def looked_at(desk: Desk, media: Media) -> None:
    """Count a look: with pace `per_look` it moves the production, or what comes after it."""
    production = desk.lifecycle.look(media.id)
    if production and production.pace == "per_look" and production.finished:
        desk.put_media(replace(media, looks=media.looks + 1))
