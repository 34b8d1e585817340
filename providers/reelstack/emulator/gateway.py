"""The gateway in front of the Alibaba rooms: signature, limits, faults, journal, and errors in the gateway's shape.

Pure request → answer: the ASGI side is `app`. A room is a version, a product code and a table of actions.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from reelstack.clock import Clock
from reelstack.emulator.errors import ApiError
from reelstack.emulator.ids import Ids
from reelstack.emulator.journal import Entry, Journal, redacted
from reelstack.emulator.lifecycle import Lifecycle
from reelstack.emulator.limits import Bucket
from reelstack.emulator.params import Params
from reelstack.emulator.settings import Faults
from reelstack.emulator.store import Store
from reelstack.emulator.verify import RawRequest, Verifier

log = logging.getLogger(__name__)

FORM = "application/x-www-form-urlencoded"
_IDS = ("ProjectId", "JobId", "MediaId")


@dataclass(frozen=True)
class Room:
    """One service behind the gateway. `billed` is the action with the narrow request limit."""

    product: str
    actions: Mapping[str, Callable[[Params], dict[str, Any]]]
    billed: str


@dataclass(frozen=True)
class Answer:
    """What to send: `delay` seconds later, or, when `lost`, nothing at all."""

    status: int
    body: dict[str, Any]
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0
    lost: bool = False

    @property
    def content(self) -> bytes:
        """The body as sent."""
        return json.dumps(self.body, ensure_ascii=False).encode()


class Gateway:
    """Answers signed requests. One request is one transaction."""

    def __init__(
        self,
        rooms: Mapping[str, Room],
        verifier: Verifier,
        lifecycle: Lifecycle,
        *,
        store: Store,
        clock: Clock,
        ids: Ids,
    ) -> None:
        self._rooms = rooms
        self._verifier = verifier
        self._store = store
        self._lifecycle = lifecycle
        self._clock = clock
        self._ids = ids
        self.faults = Faults()
        self.journal = Journal(store)
        self._buckets: dict[tuple[str, str, float], Bucket] = {}

    def answer(self, request: RawRequest) -> Answer:
        """Answer one request. Never raises: our own failures are InternalError, with the trace in the log."""
        request_id = self._ids.request_id()
        action = request.header("x-acs-action")
        try:
            answer = self._admit(request, action)
        except ApiError as error:
            answer = _refusal(request, error)
        except Exception:  # the border: whatever goes wrong inside, the client gets an answer
            log.exception("answering %s", action)
            answer = _refusal(
                request,
                ApiError(500, "InternalError", "The request processing has failed due to some unknown error."),
            )
        answer.body["RequestId"] = request_id
        self._note(request, action, answer)
        return answer

    def _admit(self, request: RawRequest, action: str) -> Answer:
        room = self._rooms.get(request.header("x-acs-version"))
        if room is None:
            raise ApiError(
                400,
                "InvalidVersion",
                f"Specified parameter Version is not valid; here are {', '.join(self._rooms)}.",
            )
        key = self._verifier.check(request, self._clock.now())
        handler = room.actions.get(action)
        if handler is None:
            raise ApiError(
                404,
                "InvalidAction.NotFound",
                f"Specified api is not found, please check your url and method: {action}.",
            )
        slow = self.faults.take("slow", action)
        self._hold_back(key, room, action)
        with self._store.transaction():
            self._lifecycle.tick()
            body = handler(Params(_merged(request)))
        lost = self.faults.take("lost", action)
        return Answer(200, body, delay=slow.seconds if slow else 0.0, lost=lost is not None)

    def _hold_back(self, key: str, room: Room, action: str) -> None:
        fault = self.faults.take("throttle", action)
        if fault:
            raise _throttled(fault.code, fault.status, fault.retry_after)
        fault = self.faults.take("error", action)
        if fault:
            code = fault.code or "ServiceUnAvailable"
            message = fault.message or "The request has failed due to a temporary failure of the server."
            raise ApiError(fault.status or 503, code, message, retry_after=fault.retry_after)
        rules = self._lifecycle.settings
        billed = action == room.billed
        limit = rules.submit_qps if billed else rules.other_qps
        bucket = self._buckets.setdefault((key, action if billed else "", limit), Bucket(self._clock, limit))
        if not bucket.take():
            raise _throttled("", 0, None)

    def _note(self, request: RawRequest, action: str, answer: Answer) -> None:
        shown = answer.body.get("Project", answer.body)
        credential = request.header("authorization").partition("Credential=")[2].partition(",")[0]
        self.journal.add(
            Entry(
                time=self._clock.now().isoformat(),
                service=room.product if (room := self._rooms.get(request.header("x-acs-version"))) else "",
                action=action,
                params=redacted(_merged(request)),
                status=answer.status,
                code=str(answer.body.get("Code", "")),
                request_id=str(answer.body["RequestId"]),
                access_key_id=credential[:64],
                answer={name: str(shown[name]) for name in _IDS if name in shown},
                fault="lost" if answer.lost else "slow" if answer.delay else "",
            )
        )


def _throttled(code: str, status: int, retry_after: int | None) -> ApiError:
    return ApiError(
        status or 400,
        code or "Throttling.User",
        "Request was denied due to user flow control.",
        retry_after=retry_after,
    )


def _merged(request: RawRequest) -> dict[str, str]:
    values = dict(parse_qsl(request.query, keep_blank_values=True))
    if request.header("content-type").partition(";")[0].strip().lower() == FORM:
        values |= parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True)
    return values


def _refusal(request: RawRequest, error: ApiError) -> Answer:
    body = {
        "HostId": request.header("host"),
        "Code": error.code,
        "Message": error.message,
        "Recommend": f"https://api.aliyun.com/troubleshoot?q={error.code}",
    }
    headers = {"x-acs-retry-after": str(error.retry_after)} if error.retry_after is not None else {}
    return Answer(error.status, body, headers)
