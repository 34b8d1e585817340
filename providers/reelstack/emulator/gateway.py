"""The gateway in front of the Alibaba rooms: signature, limits, faults, journal, and errors in the gateway's shape.

Pure request → answer: the ASGI side is `app`. A room is a version, a product code and a table of actions.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from reelstack.clock import Clock
from reelstack.emulator import rpc_v1
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

NO_CONTENT = 204
_IDS = ("ProjectId", "JobId", "MediaId")


@dataclass(frozen=True)
class Room:
    """One service behind the gateway. `billed` is the action with the narrow request limit.

    `limits` are the requests per second that the documents allow an action for good, whatever the settings say.
    """

    product: str
    actions: Mapping[str, Callable[[Params], dict[str, Any]]]
    billed: str
    limits: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Call:
    """Which action of which version a request calls, with what, as whom."""

    action: str
    version: str
    params: dict[str, str] = field(repr=False)
    key: str

    @classmethod
    def of(cls, request: RawRequest) -> Call:
        """Read a request, by its headers or, in the older style, by its parameters."""
        params = dict(request.pairs())
        given = request.header("authorization")
        old = None if given else rpc_v1.read(params)
        if old:
            return cls(old.action, old.version, rpc_v1.business(params), old.key)
        key = given.partition("Credential=")[2].partition(",")[0]
        return cls(request.header("x-acs-action"), request.header("x-acs-version"), params, key)


@dataclass(frozen=True)
class Answer:
    """What to send: `delay` seconds later, or, when `lost`, nothing at all; `status` 0: it was not carried out."""

    status: int
    body: dict[str, Any]
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0
    lost: bool = False

    @property
    def fault(self) -> str:
        """The fault that was made, as the journal notes it."""
        if self.lost:
            return "lost" if self.status else "dropped"
        return "slow" if self.delay else ""

    @property
    def content(self) -> bytes:
        """The body as sent; nothing where the status says that there is none."""
        return b"" if self.status == NO_CONTENT else json.dumps(self.body, ensure_ascii=False).encode()


def dropped() -> Answer:
    """No answer, to a request that is not carried out."""
    return Answer(0, {}, lost=True)


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
        call = Call.of(request)
        try:
            answer = self._admit(request, call)
        except ApiError as error:
            answer = _refusal(request, error)
        except Exception:  # the border: whatever goes wrong inside, the client gets an answer
            log.exception("answering %s", call.action)
            answer = _refusal(
                request,
                ApiError(500, "InternalError", "The request processing has failed due to some unknown error."),
            )
        answer.body["RequestId"] = request_id
        self._note(call, answer)
        return answer

    def _admit(self, request: RawRequest, call: Call) -> Answer:
        action = call.action
        room = self._rooms.get(call.version)
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
        if self.faults.take("dropped", action):
            return dropped()
        self._hold_back(key, room, action)
        body = self._carried_out(handler, Params(call.params))
        lost = self.faults.take("lost", action)
        return Answer(200, body, delay=slow.seconds if slow else 0.0, lost=lost is not None)

    def _carried_out(self, handler: Callable[[Params], dict[str, Any]], params: Params) -> dict[str, Any]:
        with self._store.transaction():
            self._lifecycle.tick()
            try:
                return handler(params)
            except ApiError as error:
                if not error.kept:
                    raise
                refusal = error
        raise refusal

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
        own = {room.billed: rules.submit_qps, **room.limits}
        limit = own.get(action, rules.other_qps)
        bucket = self._buckets.setdefault((key, action if action in own else "", limit), Bucket(self._clock, limit))
        if not bucket.take():
            raise _throttled("", 0, None)

    def _note(self, call: Call, answer: Answer) -> None:
        shown = answer.body.get("Project", answer.body)
        self.journal.add(
            Entry(
                time=self._clock.now().isoformat(),
                service=room.product if (room := self._rooms.get(call.version)) else "",
                action=call.action,
                params=redacted(call.params),
                status=answer.status,
                code=str(answer.body.get("Code", "")),
                request_id=str(answer.body["RequestId"]),
                access_key_id=call.key[:64],
                answer={name: str(shown[name]) for name in _IDS if name in shown},
                fault=answer.fault,
            )
        )


def _throttled(code: str, status: int, retry_after: int | None) -> ApiError:
    return ApiError(
        status or 400,
        code or "Throttling.User",
        "Request was denied due to user flow control.",
        retry_after=retry_after,
    )


def _refusal(request: RawRequest, error: ApiError) -> Answer:
    body = {
        "HostId": request.header("host"),
        "Code": error.code,
        "Message": error.message,
        "Recommend": f"https://api.aliyun.com/troubleshoot?q={error.code}",
    }
    headers = {"x-acs-retry-after": str(error.retry_after)} if error.retry_after is not None else {}
    return Answer(error.status, body, headers)
