"""The local cloud as an ASGI application: Alibaba's API on /, Huawei's on /v1/, /v1.0/ and /v3/, files on
/objects/, the control room on /_control/.

Served on a port by `server`, or called in process by tests over any ASGI transport.
"""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from reelstack.emulator import control
from reelstack.emulator.cloud import Cloud
from reelstack.emulator.errors import AnswerLostError
from reelstack.emulator.gateway import Answer
from reelstack.emulator.objects import Name, ObjectNameError
from reelstack.emulator.verify import RawRequest

_METHODS = ["GET", "POST", "PUT", "DELETE", "PATCH"]
BODY_MOST = 16 * 1024 * 1024
DROP = "reelstack.drop"  # ASGI extension: a callable that breaks the connection


def create(cloud: Cloud) -> Starlette:
    """The application over one local cloud. Who creates the cloud closes it."""

    async def api(request: Request) -> Response:
        body = await _body(request)
        if body is None:
            return _refuse(413, "RequestEntityTooLarge", f"The request body is larger than {BODY_MOST} bytes.")
        return await respond(cloud.gateway.answer(_raw(request, body)))

    async def huawei(request: Request) -> Response:
        body = await _body(request)
        gateway = cloud.huawei_gateway
        return await respond(gateway.too_large() if body is None else gateway.answer(_raw(request, body)))

    async def respond(answer: Answer) -> Response:
        if answer.delay:
            await run_in_threadpool(cloud.clock.sleep, answer.delay)
        if answer.lost:
            return LostResponse()
        return Response(answer.content, answer.status, answer.headers, media_type="application/json")

    async def file(request: Request) -> Response:
        try:
            path = cloud.objects.path(Name(request.path_params["bucket"], request.path_params["key"]))
        except ObjectNameError as error:
            return _refuse(400, "InvalidObjectName", str(error))
        if not path.is_file():
            return _refuse(404, "NoSuchKey", "The specified key does not exist.")
        return FileResponse(path)

    async def unknown(request: Request, _: Exception) -> Response:
        return _refuse(404, "InvalidAction.NotFound", f"There is nothing at {request.method} {request.url.path}.")

    return Starlette(
        routes=[
            Route("/", api, methods=["GET", "POST"]),
            *(Route(f"/{version}/{{rest:path}}", huawei, methods=_METHODS) for version in ("v1", "v1.0", "v3")),
            Route("/objects/{bucket}/{key:path}", control.local_only(file)),
            *control.routes(cloud),
        ],
        exception_handlers={404: unknown, 405: unknown},
    )


class LostResponse(Response):
    """Not answering: the connection breaks. Where there is none to break, `AnswerLostError` is raised instead."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - nothing is sent
        """Break the connection and wait until it is broken."""
        drop = scope.get("extensions", {}).get(DROP)
        if drop is None:
            raise AnswerLostError("the answer was lost after the request was carried out")
        drop()
        while (await receive())["type"] != "http.disconnect":
            pass


async def _body(request: Request) -> bytes | None:
    """The raw body; None when it is too large."""
    chunks, size = [], 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > BODY_MOST:
            return None
        chunks.append(chunk)
    return b"".join(chunks)


def _raw(request: Request, body: bytes) -> RawRequest:
    return RawRequest(
        method=request.method,
        path=request.url.path,
        query=request.scope["query_string"].decode("latin-1"),
        headers=tuple(
            (name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in request.scope["headers"]
        ),
        body=body,
    )


def _refuse(status: int, code: str, message: str) -> Response:
    return JSONResponse({"Code": code, "Message": message}, status)
