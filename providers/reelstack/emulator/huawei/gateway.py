"""The API gateway in front of the Huawei room: authentication, limits, faults, journal, and errors in its shape.

Pure request → answer: the ASGI side is `app`. One request is one transaction. Errors of the gateway (APIGW.*) carry
the request's id in the body, those of the service only in the header X-Request-Id.
"""

from __future__ import annotations

import logging
import math
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from reelstack.emulator.errors import ApiError
from reelstack.emulator.gateway import Answer, dropped
from reelstack.emulator.huawei import errors, iam, routes
from reelstack.emulator.huawei.call import Call
from reelstack.emulator.huawei.iam import Iam
from reelstack.emulator.huawei.keys import PROJECT_ID
from reelstack.emulator.huawei.routes import ASSETS, Operation
from reelstack.emulator.huawei.state import Desk
from reelstack.emulator.huawei.verify import Verifier
from reelstack.emulator.journal import Entry, Journal, redacted
from reelstack.emulator.limits import PerMinute
from reelstack.emulator.settings import Faults
from reelstack.emulator.verify import RawRequest

log = logging.getLogger(__name__)

SERVICE = "HuaweiVOD"
_IDS = ("task_id", "asset_id")
_JOURNAL_BODY_MOST = 100_000


@dataclass(frozen=True)
class Who:
    """Who asks, as the journal shows it, and in which project."""

    name: str
    project_id: str


class HuaweiGateway:
    """Answers REST requests. The faults and the journal are those of all rooms."""

    def __init__(self, desk: Desk, verifier: Verifier, *, faults: Faults, journal: Journal) -> None:
        self._desk = desk
        self._verifier = verifier
        self._faults = faults
        self._journal = journal
        self._iam = Iam(desk.store, desk.ids)
        self._limits: dict[tuple[str, str, float], PerMinute] = {}

    def forget(self) -> None:
        """Unlock keys that are locked, and begin the minute anew."""
        self._verifier.forget()
        self._limits.clear()

    def answer(self, request: RawRequest) -> Answer:
        """Answer one request. Never raises: our own failures are VOD.10051, with the trace in the log."""
        request_id = self._desk.ids.hex32()
        name = _name(request)
        try:
            answer = self._token(request) if name == iam.ACTION else self._admit(request)
        except ApiError as error:
            answer = _refusal(error, name, request_id)
        except Exception:  # the border: whatever goes wrong inside, the client gets an answer
            log.exception("answering %s %s", request.method, request.path)
            answer = _refusal(errors.internal(), name, request_id)
        answer.headers["X-Request-Id"] = request_id
        self._note(request, name, answer, request_id)
        return answer

    def too_large(self) -> Answer:
        """What a request is answered whose body is too large to be read."""
        request_id = self._desk.ids.hex32()
        answer = _refusal(errors.bad_request("the request body is too large", 413), "", request_id)
        answer.headers["X-Request-Id"] = request_id
        return answer

    def _token(self, request: RawRequest) -> Answer:
        if self._faults.take("dropped", iam.ACTION):
            return dropped()
        slow = self._misbehave(iam.ACTION)
        with self._desk.store.transaction():
            token, body = self._iam.create(Call(_pairs(request), request.body), self._desk.clock.now())
        lost = self._faults.take("lost", iam.ACTION)
        return Answer(201, body, {"X-Subject-Token": token}, delay=slow, lost=lost is not None)

    def _admit(self, request: RawRequest) -> Answer:
        operation = routes.find(request.method, request.path)
        if operation is None:
            raise errors.no_such_api(request.method, request.path)
        who = self._who(request)
        if self._faults.take("dropped", operation.name):
            return dropped()
        slow = self._misbehave(operation.name)
        self._hold_back(who, operation)
        if who.project_id != request.path.split("/")[2]:
            raise errors.other_project()
        with self._desk.store.transaction():
            self._desk.lifecycle.tick()
            body = operation.handler(self._desk, Call(_pairs(request), request.body))
        lost = self._faults.take("lost", operation.name)
        return Answer(operation.status, body, delay=slow, lost=lost is not None)

    def _who(self, request: RawRequest) -> Who:
        now = self._desk.clock.now()
        if request.header("authorization"):
            return Who(self._verifier.check(request, now), PROJECT_ID)
        token = request.header("x-auth-token")
        if not token:
            raise errors.unauthenticated("neither Authorization nor X-Auth-Token is found")
        issued = self._iam.check(token, now)
        return Who(issued.user, issued.project_id)

    def _misbehave(self, action: str) -> float:
        """The faults that were asked for; returns how many seconds to be slow."""
        slow = self._faults.take("slow", action)
        if fault := self._faults.take("throttle", action):
            raise errors.throttled(fault.code, fault.status, fault.retry_after)
        if fault := self._faults.take("error", action):
            usual = errors.internal()
            raise ApiError(
                fault.status or usual.status,
                fault.code or usual.code,
                fault.message or usual.message,
                retry_after=fault.retry_after,
            )
        return slow.seconds if slow else 0.0

    def _hold_back(self, who: Who, operation: Operation) -> None:
        rules = self._desk.settings
        most = rules.huawei_assets_per_minute if operation.limit == ASSETS else rules.huawei_tasks_per_minute
        limit = self._limits.setdefault((who.name, operation.name, most), PerMinute(self._desk.clock, most))
        if not limit.take():
            raise errors.throttled()

    def _note(self, request: RawRequest, name: str, answer: Answer, request_id: str) -> None:
        given = redacted(_params(request))
        error = answer.body.get("error")
        self._journal.add(
            Entry(
                time=self._desk.clock.now().isoformat(),
                service=SERVICE,
                action=name,
                params={_shown(key): _shown(value) for key, value in given.items()},
                status=answer.status,
                code=str(answer.body.get("error_code") or (error["code"] if error else "")),
                request_id=request_id,
                access_key_id=request.header("authorization").partition("Access=")[2].partition(",")[0][:64],
                answer={key: str(answer.body[key]) for key in _IDS if key in answer.body},
                fault=answer.fault,
            )
        )


def _name(request: RawRequest) -> str:
    if (request.method, request.path) == (iam.METHOD, iam.PATH):
        return iam.ACTION
    operation = routes.find(request.method, request.path)
    return operation.name if operation else f"{request.method} {_shown(request.path)}"


def _pairs(request: RawRequest) -> list[tuple[str, str]]:
    return parse_qsl(request.query, keep_blank_values=True)


def _params(request: RawRequest) -> dict[str, str]:
    """Query and body as the journal keeps them: repeated names joined with commas."""
    found: dict[str, str] = {}
    for name, value in _pairs(request):
        found[name] = f"{found[name]},{value}" if name in found else value
    body = request.body.decode("utf-8", "replace")
    return found | ({"body": body if len(body) <= _JOURNAL_BODY_MOST else "***"} if body else {})


def _shown(text: str) -> str:
    # JSON can spell what no encoding can hold.
    return text.encode("utf-8", "replace").decode()


def _refusal(error: ApiError, name: str, request_id: str) -> Answer:
    headers = {}
    if error.retry_after is not None:  # asked for in milliseconds, said in seconds
        headers["Retry-After"] = str(math.ceil(error.retry_after / 1000))
    if name == iam.ACTION and not error.code.startswith(("VOD.", "APIGW.")):
        return Answer(error.status, iam.shape(error), headers)
    body: dict[str, Any] = {"error_code": error.code, "error_msg": error.message}
    if error.code.startswith("APIGW."):
        body["request_id"] = request_id
    return Answer(error.status, body, headers)
