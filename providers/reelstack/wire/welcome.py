"""Keeps wrong keys and passwords from being shown again and again: Huawei Cloud locks them out after five refusals.

Until a service has accepted our keys, one thread at a time shows them. Once they were refused they are not shown again
for as long as a lock-out lasts: a campaign of a hundred videos then costs one refusal and no lock-out.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import TypeVar

from reelstack.clock import Clock
from reelstack.errors import CloudError, Denied, OutcomeUnknown
from reelstack.wire.decode import Call

LOCK_OUT = 300.0  # seconds

Answer = TypeVar("Answer")


class Welcome:
    """What a transport knows of how its keys were received. Shared by its threads."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._one = threading.Lock()
        self._accepted = False
        self._refusal: tuple[float, CloudError] | None = None

    def ask(self, call: Call, send: Callable[[], Answer]) -> Answer:
        """Send, unless these keys were just refused; raises `Denied` then, and nothing is sent."""
        if not call.dialect.locks_out:
            return send()
        turn: AbstractContextManager[object] = nullcontext() if self._accepted else self._one
        with turn:
            self._require_welcome(call)
            try:
                answer = send()
            except CloudError as error:
                self._note(call, error)
                raise
            self._accepted = True
            return answer

    def _note(self, call: Call, error: CloudError) -> None:
        if error.code.lower() in call.dialect.locks_out:
            self._accepted, self._refusal = False, (self._clock.monotonic(), error)
        elif error.status and not isinstance(error, OutcomeUnknown):
            self._accepted = True  # it refused something else

    def _require_welcome(self, call: Call) -> None:
        if self._refusal is None or self._clock.monotonic() - self._refusal[0] >= LOCK_OUT:
            return
        before = self._refusal[1]
        raise Denied(
            cloud=call.cloud,
            action=call.action,
            code=before.code,
            message=f"not sent, because the same keys were refused just before ({before.reason})",
            request_id=before.request_id,
            hint=before.hint,
        )
