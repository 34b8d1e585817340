"""Editing tasks: create, list, cancel.

Undocumented and decided here: the newest task comes first in the list; cancelling an unknown task is 400 VOD.10062,
one that no longer waits 400 VOD.10083; a task made from assets that do not exist is refused with 400 VOD.10062.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from reelstack.emulator.huawei import submission
from reelstack.emulator.huawei.call import Call
from reelstack.emulator.huawei.errors import absent, not_now
from reelstack.emulator.huawei.state import CANCELLED, CREATING, Asset, Desk, Task
from reelstack.emulator.ledger import Order
from reelstack.emulator.lifecycle import FAILED, INIT, PROCESSING, QUEUING, SUCCESS, Production
from reelstack.emulator.objects import Name

Shape = dict[str, Any]

ROOM = "huawei"
BUCKET = "reelstack-huawei-vod"
STATUSES = {INIT: "WAITING", QUEUING: "WAITING", PROCESSING: "PROCESSING", SUCCESS: "SUCCEED", FAILED: "FAILED"}
_FILE = {"HLS": "playlist.m3u8"}


def create(desk: Desk, call: Call) -> Shape:
    """CreateAssetEditTask. There is no client token: each call is one more task, and one more asset."""
    wanted = submission.read(call.document())
    found = submission.sources(desk, wanted)
    kind = str(wanted.settings["format"])
    task_id, asset_id, now = desk.ids.hex32(), desk.ids.hex32(), desk.now()
    name = Name(BUCKET, f"{asset_id}/{_FILE.get(kind, f'{asset_id}.{kind.lower()}')}")
    desk.tasks.put(task_id, Task(task_id, asset_id, now, wanted.inputs, wanted.settings))
    desk.put_asset(Asset(asset_id, str(name), now, now, title=asset_id, format=kind, status=CREATING, task_id=task_id))
    desk.lifecycle.submit(
        Production(
            id=task_id,
            room=ROOM,
            pace=desk.settings.pace,
            object=str(name),
            timeline={"inputs": list(wanted.inputs)},
            output=wanted.settings,
            materials=found.objects,
            expected=submission.expected(wanted, found),
            created=now,
            doom=_doom(desk, wanted, found),
            form="cuts",
        ),
        Order(),
    )
    return {"task_id": task_id, "asset_id": asset_id}


def _doom(desk: Desk, wanted: submission.Wanted, found: submission.Found) -> tuple[str, ...]:
    asked = desk.faults.take("fail_job", "CreateAssetEditTask")
    if asked:
        return (asked.code or "VOD.10051", asked.message or "The task was made to fail by the control room.")
    return submission.doom(wanted, found)


def list_all(desk: Desk, call: Call) -> Shape:
    """ListAssetEditTask: one by its id, or all by offset. Each task in the answer has been looked at."""
    task_id = call.text("task_id")
    offset, limit = call.integer("offset", 0, 0, 10**9), call.integer("limit", 10, 1, 100)
    if task_id:
        one = desk.tasks.get(task_id)
        found = [one] if one and not one.expired else []
    else:
        found = [task for _, task in desk.tasks.scan() if not task.expired and desk.is_listed(task.created)]
    return {"total": len(found), "tasks": [_shown(desk, task) for task in found[offset : offset + limit]]}


def _shown(desk: Desk, task: Task) -> Shape:
    shown: Shape = {"task_id": task.id, "asset_id": task.asset_id}
    if task.cancelled:
        shown |= {"status": "CANCEL", "progress": 0, "create_time": stamp(task.created)}
        return shown | {"end_time": stamp(task.cancelled)}
    production = desk.lifecycle.look(task.id)
    assert production, "a task that was not cancelled has its production"
    shown |= {"status": STATUSES[production.status], "progress": production.progress}
    shown |= {"create_time": stamp(task.created)}
    return shown | ({"end_time": stamp(production.completed)} if production.finished else {})


def cancel(desk: Desk, call: Call) -> Shape:
    """DeleteAssetEditTask: only while the task waits; answered without a body."""
    task_id = call.key("task_id")
    task = desk.tasks.get(task_id)
    if task is None or task.expired:
        raise absent(task_id, 400)
    production = desk.lifecycle.get(task_id)
    if task.cancelled or production is None or STATUSES[production.status] != "WAITING":
        status = STATUSES[production.status] if production else "CANCEL"
        raise not_now(f"the task is {status}, only one that is WAITING can be cancelled")
    desk.lifecycle.forget(task_id)
    desk.tasks.put(task_id, replace(task, cancelled=desk.now()))
    asset = desk.living_asset(task.asset_id)
    if asset:
        desk.put_asset(replace(asset, status=CANCELLED, modified=desk.now()))
    return {}


def expire(desk: Desk, task_id: str) -> None:
    """Forget a task's record; its asset stays. Raises the service's error when there is no such task."""
    task = desk.tasks.get(task_id)
    if task is None:
        raise absent(task_id)
    desk.tasks.put(task_id, replace(task, expired=True))


def stamp(moment: str) -> str:
    """A time as tasks show it: RFC 3339, UTC, whole seconds."""
    return datetime.fromisoformat(moment).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
