"""Event callbacks of all rooms: an event is posted as JSON to the address that the user gave with the submission.

Loopback receivers only, plain HTTP, no proxy, no redirect, and never the local cloud itself: an address comes from
outside. A request never waits for a receiver: one thread delivers, once, in order. What became of each delivery is
in the journal, as service `callback`, without the secrets of the address and of what was told. Undelivered events are
gone when the process ends.
"""

from __future__ import annotations

import http.client
import ipaddress
import json
import logging
import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, urlsplit

from reelstack.clock import Clock
from reelstack.emulator.ids import Ids
from reelstack.emulator.journal import Entry, Journal, redact_addresses, redacted

log = logging.getLogger(__name__)

SERVICE = "callback"
SECONDS = 3.0
_GOOD = range(200, 300)
_IDS = ("ProjectId", "JobId", "MediaId")

Post = Callable[[SplitResult, bytes], int]


class _RefusedError(Exception):
    """The address is none that is called; the message says why."""


@dataclass(frozen=True)
class _Delivery:
    id: str
    url: str
    event: Mapping[str, Any]


def post(address: SplitResult, body: bytes) -> int:
    """Post a JSON body and return the receiver's status; raises OSError or http.client.HTTPException."""
    connection = http.client.HTTPConnection(address.hostname or "", address.port or 80, timeout=SECONDS)
    try:
        target = f"{address.path or '/'}{f'?{address.query}' if address.query else ''}"
        connection.request("POST", target, body, {"Content-Type": "application/json"})
        return connection.getresponse().status
    finally:
        connection.close()


class Callbacks:
    """Delivers events. `own` is the local cloud's own address, where none is delivered."""

    def __init__(self, journal: Journal, clock: Clock, ids: Ids, post: Post = post) -> None:
        self._journal = journal
        self._clock = clock
        self._ids = ids
        self._post = post
        self._changed = threading.Condition()
        self._waiting: deque[_Delivery] = deque()
        self._busy = False
        self._stopping = False
        self._thread: threading.Thread | None = None
        self.own = ""

    def send(self, url: str, event: Mapping[str, Any]) -> None:
        """Deliver the event (its EventType names it), some time soon. Never waits and never raises."""
        delivery = _Delivery(self._ids.request_id(), url, event)
        with self._changed:
            self._waiting.append(delivery)
            if self._thread is None and not self._stopping:
                self._thread = threading.Thread(target=self._run, name="callbacks", daemon=True)
                self._thread.start()
            self._changed.notify_all()

    def forget(self) -> None:
        """Drop what is not delivered yet."""
        with self._changed:
            self._waiting.clear()

    def wait_until_idle(self, seconds: float) -> bool:
        """Wait until nothing is left to deliver; false when that takes longer."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._waiting and not self._busy, seconds)

    def stop(self) -> None:
        """End the thread; what is not delivered yet is dropped."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
            thread = self._thread
        if thread:
            thread.join()

    def _run(self) -> None:
        while delivery := self._next():
            status, problem = self._deliver(delivery)
            self._note(delivery, status, problem)

    def _next(self) -> _Delivery | None:
        with self._changed:
            self._busy = False
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._waiting or self._stopping)
            if self._stopping:
                return None
            self._busy = True
            return self._waiting.popleft()

    def _deliver(self, delivery: _Delivery) -> tuple[int, str]:
        try:
            status = self._post(self._receiver(delivery.url), json.dumps(delivery.event).encode())
        except _RefusedError as error:
            return 0, f"CallbackRefused: {error}"
        except (OSError, ValueError, http.client.HTTPException) as error:
            return 0, f"CallbackFailed: {error}"
        return status, "" if status in _GOOD else f"CallbackFailed: the receiver answered {status}"

    def _receiver(self, url: str) -> SplitResult:
        try:
            address = urlsplit(url)
            host, port = address.hostname or "", address.port or 80
        except ValueError as error:
            raise _RefusedError(f"{url[:120]!r} is not an address") from error
        if address.scheme != "http" or not _is_loopback(host):
            raise _RefusedError(f"{url[:120]!r} is not http:// on this machine, and nothing else is called from here")
        if self.own and port == urlsplit(self.own).port:
            raise _RefusedError(f"{url[:120]!r} is the local cloud itself")
        return address

    def _note(self, delivery: _Delivery, status: int, problem: str) -> None:
        told = delivery.event.get("MessageBody", delivery.event)
        params = redacted({"url": delivery.url, "event": json.dumps(delivery.event, ensure_ascii=False)})
        problem = redact_addresses(problem)
        if problem:
            log.warning("event for %s: %s", params["url"], problem)
        self._journal.add(
            Entry(
                time=self._clock.now().isoformat(),
                service=SERVICE,
                action=str(delivery.event.get("EventType", "")),
                params=params,
                status=status,
                code=problem,
                request_id=delivery.id,
                access_key_id="",
                answer={name: str(told[name]) for name in _IDS if name in told},
                fault="",
            )
        )


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
