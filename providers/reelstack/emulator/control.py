"""The control room of the local cloud, on /_control/: what a real cloud does not let you do.

    GET  status                     who answers here, and what there is
    POST reset                      forget everything but the ledger
    POST seed      {seed}           predictable ids from now on; null: unpredictable
    GET  settings                   the rules; POST changes some of them (`settings.Settings`)
    GET  faults                     what is still to go wrong; POST adds one (`settings.Fault`); DELETE clears
    POST expire    {job_id}         forget a job's or editing task's record, as the cloud does after a year
    GET  requests  ?action=&limit=  the journal, oldest first, without secrets
    GET  ledger                     every submission that was accepted, oldest first; DELETE begins a new one
    POST media     {path, media_id, title?}   register a file of yours as source media, in every library
    POST templates {config, template_id?, type?}   keep a template: a timeline with placeholders, or a VETemplate's id
    GET  templates                  the templates, oldest first
    POST frames    {timeline, width, height, at}   pictures of a timeline at some seconds; nothing is submitted or kept
    POST projects  {project_id, business_status}   say how far a live project's broadcast is
    GET  media/ID, jobs/ID          the whole record, with the path of the file on disk; a VOD production's job is
                                    found by its media id, a Huawei editing task by its own

Unsigned, so only programs of this machine get in: requests that a web page could make are refused.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from reelstack.emulator import frames
from reelstack.emulator.cloud import Cloud
from reelstack.emulator.errors import ApiError
from reelstack.emulator.facts import Facts, ProbeError
from reelstack.emulator.huawei import assets, tasks
from reelstack.emulator.huawei.state import Task
from reelstack.emulator.ims import jobs, live, media, templates
from reelstack.emulator.ims.state import Media
from reelstack.emulator.objects import Name, ObjectNameError
from reelstack.emulator.params import Params
from reelstack.emulator.settings import Fault, SettingError
from reelstack.emulator.vod import videos

Endpoint = Callable[[Request], Awaitable[Response]]
Handler = Callable[[Cloud, Request, dict[str, Any]], Any]

_LOCAL = frozenset(("127.0.0.1", "localhost", "testserver"))


class _RefusedError(Exception):
    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


def local_only(endpoint: Endpoint) -> Endpoint:
    """Refuse what did not come from a program of this machine: other hosts' names, and pages of other origins."""

    async def guarded(request: Request) -> Response:
        if request.url.hostname not in _LOCAL:
            return JSONResponse({"error": "only for this machine, by the name 127.0.0.1"}, 403)
        origin = request.headers.get("origin")
        if origin and origin != f"http://{request.headers.get('host')}":
            return JSONResponse({"error": f"not for pages of {origin}"}, 403)
        return await endpoint(request)

    return guarded


def routes(cloud: Cloud) -> list[Route]:
    """The control room's routes over one local cloud."""
    table: list[tuple[str, str, Handler]] = [
        ("GET", "status", _status),
        ("POST", "reset", _reset),
        ("POST", "seed", _seed),
        ("GET", "settings", _settings),
        ("POST", "settings", _change_settings),
        ("GET", "faults", _faults),
        ("POST", "faults", _add_fault),
        ("DELETE", "faults", _clear_faults),
        ("POST", "expire", _expire),
        ("GET", "requests", _requests),
        ("GET", "ledger", _ledger),
        ("DELETE", "ledger", _clear_ledger),
        ("POST", "media", _add_media),
        ("POST", "templates", _add_template),
        ("GET", "templates", _templates),
        ("POST", "projects", _move_project),
        ("GET", "media/{key:path}", _media),
        ("GET", "jobs/{key:path}", _job),
    ]
    found = [
        Route(f"/_control/{path}", local_only(_endpoint(cloud, handler)), methods=[method])
        for method, path, handler in table
    ]
    return [*found, Route("/_control/frames", local_only(_frames(cloud)), methods=["POST"])]


def _endpoint(cloud: Cloud, handler: Handler) -> Endpoint:
    async def answer(request: Request) -> Response:
        try:
            return JSONResponse(handler(cloud, request, await _given(request)))
        except _RefusedError as refused:
            return JSONResponse({"error": refused.message}, refused.status)
        except (SettingError, ObjectNameError, ProbeError) as error:
            return JSONResponse({"error": str(error)}, 400)
        except OSError as error:
            return JSONResponse({"error": f"{error.strerror}: {error.filename}"}, 400)
        except ApiError as error:
            return JSONResponse({"error": error.message}, error.status)

    return answer


def _frames(cloud: Cloud) -> Endpoint:
    """Drawing takes its time; the local cloud goes on meanwhile."""
    drawing = threading.Lock()

    def draw(wanted: frames.Order) -> dict[str, Any]:
        with drawing:  # one at a time: it is the same machine that renders
            return frames.draw(wanted)

    async def answer(request: Request) -> Response:
        try:
            wanted = frames.order(cloud.ims, await _given(request))
            return JSONResponse(await run_in_threadpool(draw, wanted))
        except _RefusedError as refused:
            return JSONResponse({"error": refused.message}, refused.status)
        except ApiError as error:
            return JSONResponse({"error": error.message}, error.status)
        except frames.FramesError as error:
            return JSONResponse({"error": str(error)}, 400)

    return answer


async def _given(request: Request) -> dict[str, Any]:
    text = await request.body()
    if not text:
        return {}
    try:
        found = await request.json()
    except ValueError as error:
        raise _RefusedError(400, f"the body is not JSON: {error}") from error
    if not isinstance(found, dict):
        raise _RefusedError(400, "the body is not a JSON object")
    return found


def _text(given: dict[str, Any], name: str) -> str:
    value = given.get(name)
    if not isinstance(value, str) or not value:
        raise _RefusedError(400, f"{name}: a text is needed")
    return value


def _status(cloud: Cloud, _: Request, __: dict[str, Any]) -> dict[str, Any]:
    desk = cloud.ims
    return {
        "pid": os.getpid(),
        "directory": str(cloud.directory.resolve()),
        "url": desk.base_url,
        "region": desk.region,
        "settings": asdict(cloud.settings),
        "projects": desk.projects.count(),
        "jobs": desk.jobs.count(),
        "tasks": cloud.huawei.tasks.count(),
        # Deleted media keep a record, so that they are never synthesised anew; they are not there all the same.
        "media": desk.media.count(unless="deleted"),
        "vod_projects": cloud.vod.projects.count(),
        "vod_media": cloud.vod.media.count(unless="deleted"),
    }


def _reset(cloud: Cloud, _: Request, __: dict[str, Any]) -> dict[str, Any]:
    cloud.reset()
    return {}


def _seed(cloud: Cloud, _: Request, given: dict[str, Any]) -> dict[str, Any]:
    cloud.ids.seed(None if given.get("seed") is None else str(given["seed"]))
    return {}


def _settings(cloud: Cloud, _: Request, __: dict[str, Any]) -> dict[str, Any]:
    return asdict(cloud.settings)


def _change_settings(cloud: Cloud, request: Request, given: dict[str, Any]) -> dict[str, Any]:
    cloud.settings = cloud.settings.changed(given)
    return _settings(cloud, request, given)


def _faults(cloud: Cloud, _: Request, __: dict[str, Any]) -> list[dict[str, Any]]:
    return [asdict(fault) for fault in cloud.gateway.faults.standing]


def _add_fault(cloud: Cloud, request: Request, given: dict[str, Any]) -> list[dict[str, Any]]:
    cloud.gateway.faults.add(Fault.parse(given))
    return _faults(cloud, request, given)


def _clear_faults(cloud: Cloud, _: Request, __: dict[str, Any]) -> list[dict[str, Any]]:
    cloud.gateway.faults.standing.clear()
    return []


def _expire(cloud: Cloud, _: Request, given: dict[str, Any]) -> dict[str, Any]:
    key = _text(given, "job_id")
    if cloud.huawei.tasks.get(key):
        tasks.expire(cloud.huawei, key)
    else:
        jobs.expire(cloud.ims, key)
    return {}


def _requests(cloud: Cloud, request: Request, _: dict[str, Any]) -> list[dict[str, Any]]:
    limit = request.query_params.get("limit", "1000")
    if not (limit.isascii() and limit.isdigit()):
        raise _RefusedError(400, f"limit: {limit!r} is not a number")
    return cloud.gateway.journal.entries(action=request.query_params.get("action", ""), limit=int(limit))


def _ledger(cloud: Cloud, _: Request, __: dict[str, Any]) -> list[dict[str, Any]]:
    return cloud.lifecycle.ledger.bills()


def _clear_ledger(cloud: Cloud, request: Request, given: dict[str, Any]) -> list[dict[str, Any]]:
    cloud.lifecycle.ledger.clear()
    return _ledger(cloud, request, given)


def _add_media(cloud: Cloud, _: Request, given: dict[str, Any]) -> dict[str, Any]:
    path = Path(_text(given, "path"))
    if not path.is_absolute():
        raise _RefusedError(400, f"path: {path} is not absolute")
    if not path.is_file():
        raise _RefusedError(400, f"path: there is no file {path}")
    title = given.get("title") or ""
    with cloud.store.transaction():
        added = media.add_file(cloud.ims, path, _text(given, "media_id"), str(title))
        facts = Facts(**added.facts)
        videos.add_file(cloud.vod, path, added.id, facts, added.title)
        assets.add_file(cloud.huawei, path, added.id, facts, added.title)
    return _media_view(cloud, added.id)


def _add_template(cloud: Cloud, _: Request, given: dict[str, Any]) -> dict[str, Any]:
    kind = str(given.get("type") or templates.REGULAR)
    config = Params({"config": json.dumps(given.get("config") or {})}).json_object("config")
    return asdict(templates.add(cloud.ims, str(given.get("template_id") or ""), kind, config))


def _templates(cloud: Cloud, _: Request, __: dict[str, Any]) -> list[dict[str, Any]]:
    return [asdict(each) for _, each in cloud.ims.templates.scan(newest_first=False)]


def _move_project(cloud: Cloud, _: Request, given: dict[str, Any]) -> dict[str, Any]:
    return asdict(live.move(cloud.ims, _text(given, "project_id"), _text(given, "business_status")))


def _media(cloud: Cloud, request: Request, _: dict[str, Any]) -> dict[str, Any]:
    return _media_view(cloud, request.path_params["key"])


def _media_view(cloud: Cloud, key: str) -> dict[str, Any]:
    found = cloud.ims.media.get(key) or cloud.vod.media.get(key) or cloud.huawei.assets.get(key)
    if found is None:
        raise _RefusedError(404, f"there is no media {key}")
    name = Name.parse(found.object)
    url = f"{cloud.ims.base_url}/objects/{name}"
    path = cloud.objects.path(name)
    view = asdict(found) | {"path": str(path), "exists": path.is_file(), "url": url}
    return view | ({"input_url": found.url} if isinstance(found, Media) else {})


def _job(cloud: Cloud, request: Request, _: dict[str, Any]) -> dict[str, Any]:
    key = request.path_params["key"]
    task = cloud.huawei.tasks.get(key)
    if task:
        return _task_view(cloud, task)
    job, production = cloud.ims.jobs.get(key) or cloud.vod.media.get(key), cloud.lifecycle.get(key)
    if job is None or production is None:
        raise _RefusedError(404, f"there is no job {key}")
    path = cloud.objects.path(Name.parse(job.object))
    return asdict(job) | {"production": asdict(production), "notes": production.notes, "path": str(path)}


def _task_view(cloud: Cloud, task: Task) -> dict[str, Any]:
    """An editing task with what its service does not tell: what it was made of, and why it failed."""
    asset, production = cloud.huawei.assets.get(task.asset_id), cloud.lifecycle.get(task.id)
    path = str(cloud.objects.path(Name.parse(asset.object))) if asset else ""
    known = {"production": asdict(production), "notes": production.notes} if production else {"notes": ()}
    return asdict(task) | known | {"path": path}
