"""The events that the user's receiver is told of, when UserData of a submission name one.

NotifyAddress is told how the production ended (`ProduceMediaComplete`), RegisterMediaNotifyAddress that the produced
file has been analysed (`RegisterMediaComplete`; which fields its body has is not documented on the pages at hand).
What ends with time is found out when somebody asks something: an analysis makes no noise of its own.
"""

from __future__ import annotations

import json
from typing import Any

from reelstack.emulator.ims import answers
from reelstack.emulator.ims.state import Desk, Job, Notice
from reelstack.emulator.lifecycle import SUCCESS, Production
from reelstack.emulator.params import stamp

Shape = dict[str, Any]

USER_ID = 1000000000000000


def production_ended(desk: Desk, production: Production) -> None:
    """Register the output, tell its project how it ended, and tell the receivers."""
    desk.production_ended(production)
    job = desk.jobs.get(production.id)
    if job is None:
        return
    wanted: Shape = json.loads(job.user_data or "{}")
    if wanted.get("NotifyAddress"):
        desk.callbacks.send(wanted["NotifyAddress"], _produced(job, production))
    if wanted.get("RegisterMediaNotifyAddress") and production.status == SUCCESS:
        desk.notices.put(job.media_id, Notice(job.media_id, wanted["RegisterMediaNotifyAddress"], job.user_data))
        tell(desk)


def tell(desk: Desk) -> None:
    """Tell the receivers of the media whose analysis has ended."""
    for _, notice in list(desk.notices.scan(newest_first=False)):
        media = desk.living_media(notice.media_id)
        status = answers.media_status(desk, media) if media else ""
        if status == "Preparing":
            continue
        desk.notices.remove(notice.media_id)
        if media:
            body = {"Status": "Success", "MediaId": media.id, "MediaURL": media.url, "UserData": notice.user_data}
            desk.callbacks.send(notice.url, _event("RegisterMediaComplete", desk.now(), body))


def _produced(job: Job, production: Production) -> Shape:
    body = {
        "Status": "Success" if production.status == SUCCESS else "Fail",
        "MediaURL": job.media_url,
        "MediaId": job.media_id,
        "ProjectId": job.project_id,
        "ErrorCode": production.code,
        "ErrorMessage": production.message,
        "JobId": job.id,
        "UserData": job.user_data,
    }
    return _event("ProduceMediaComplete", production.completed, body)


def _event(kind: str, moment: str, body: Shape) -> Shape:
    return {"EventType": kind, "UserId": USER_ID, "EventTime": stamp(moment), "MessageBody": body}
