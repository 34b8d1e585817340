"""Obtains tokens from Huawei Cloud's identity service with a user's name and password, and keeps them while they hold.

One per process and user, shared by all threads: one of them asks, the others wait for its token. The password is read
when a token is needed and kept nowhere. Raises `CloudError`; an outcome is never unknown here, because a token that
nobody receives does no harm.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import httpx

from reelstack.clock import Clock
from reelstack.errors import CloudError, OutcomeUnknown, Unavailable
from reelstack.wire import connection, decode
from reelstack.wire.connection import Timeouts
from reelstack.wire.dialect import HUAWEI_IAM
from reelstack.wire.message import Rest
from reelstack.wire.welcome import Welcome

_RENEW_BEFORE = timedelta(minutes=5)
# When the answer does not say how long. Tokens are said to hold for a day; a refused one is renewed in any case.
_UNSAID = timedelta(hours=1)
_TIMEOUTS = Timeouts(connect=5.0, read=20.0)


@dataclass(frozen=True)
class User:
    """Who asks, and for which project: its name (the region's id, mostly) or its id. Shows nothing when printed."""

    name: str = field(repr=False)
    password: str = field(repr=False)
    domain: str = field(repr=False)
    project: str = ""
    project_id: str = ""

    def request(self) -> dict[str, object]:
        """The body that asks for a token."""
        who = {"name": self.name, "password": self.password, "domain": {"name": self.domain}}
        project = {"id": self.project_id} if self.project_id else {"name": self.project}
        return {
            "auth": {
                "identity": {"methods": ["password"], "password": {"user": who}},
                "scope": {"project": project},
            }
        }


@dataclass(frozen=True)
class _Token:
    value: str = field(repr=False)
    until: datetime


class IamTokens:
    """A user's token for a project. `url` is the identity service's; `transport` stands in for the network in tests."""

    def __init__(
        self, url: str, user: Callable[[], User], clock: Clock, *, transport: httpx.BaseTransport | None = None
    ) -> None:
        self._url = url.rstrip("/")
        self._user = user
        self._clock = clock
        self._transport = transport
        self._lock = threading.Lock()
        self._kept: _Token | None = None
        self._welcome = Welcome(clock)

    def current(self) -> str:
        """The token that is kept, or a new one shortly before that expires."""
        with self._lock:
            now = self._clock.now()
            if self._kept is None or self._kept.until - _RENEW_BEFORE <= now:
                self._kept = self._again(self._kept, now)
            return self._kept.value

    def renewed(self, refused: str) -> str:
        """A token other than the refused one, which another thread may have obtained meanwhile."""
        with self._lock:
            if self._kept is None or self._kept.value == refused:
                self._kept = self._obtain()
            return self._kept.value

    def _again(self, held: _Token | None, now: datetime) -> _Token:
        """A new token; while it cannot be had, the one that still holds."""
        try:
            return self._obtain()
        except CloudError:
            if held is None or held.until <= now:
                raise
            return held

    def _obtain(self) -> _Token:
        call = decode.Call("huawei-iam", "CreateToken", idempotent=True, dialect=HUAWEI_IAM)

        def asked() -> tuple[httpx.Response, dict[str, object]]:
            response = self._ask(call)
            return response, decode.payload(response, call, self._clock.now())

        try:
            response, said = self._welcome.ask(call, asked)
        except OutcomeUnknown as error:
            # Status 0, as for what was never sent: nothing was asked of the service that the token is for.
            raise Unavailable(
                cloud=call.cloud, action=call.action, code=error.code, message=error.reason, hint="Run again."
            ) from error
        token = response.headers.get("x-subject-token", "")
        if not token:
            raise Unavailable(
                cloud=call.cloud,
                action=call.action,
                code="NoToken",
                message="the answer has no X-Subject-Token",
                status=response.status_code,
                hint="Check the address of the identity service.",
            )
        return _Token(token, self._until(said.get("token")))

    def _ask(self, call: decode.Call) -> httpx.Response:
        sent = Rest("POST", ("v3", "auth", "tokens"), body=self._user().request()).encoded(call.action)
        with connection.open_client(self._url, timeouts=_TIMEOUTS, transport=self._transport) as client:
            try:
                return client.request(
                    sent.method, f"{self._url}/{sent.target}", headers=sent.headers, content=sent.content
                )
            except httpx.HTTPError as error:
                raise decode.lost(error, call) from error

    def _until(self, token: object) -> datetime:
        said = token.get("expires_at") if isinstance(token, dict) else None
        try:
            until = datetime.fromisoformat(str(said))
        except ValueError:
            return self._clock.now() + _UNSAID
        return until.replace(tzinfo=until.tzinfo or UTC)
