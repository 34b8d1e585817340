"""Carries one operation to a cloud and its payload back: encode, keep to the rate, sign, send, decode, repeat.

One per service and process, shared by its threads; connections are reused. It knows no operation: the clients say
what an operation is called and whether it may be repeated.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import TracebackType
from typing import Self

import httpx

from reelstack.clock import Clock
from reelstack.errors import CloudError, Throttled
from reelstack.wire import connection, decode, rate, retry
from reelstack.wire.connection import Timeouts
from reelstack.wire.dialect import ALIBABA, Dialect
from reelstack.wire.message import Message, Rpc
from reelstack.wire.welcome import Welcome


class Transport:
    """Sends operations to one base URL. `transport` stands in for the network in tests."""

    def __init__(
        self,
        base_url: str,
        auth: httpx.Auth,
        *,
        clock: Clock,
        random: retry.Random,
        limiter: rate.Limiter | None = None,
        timeouts: Timeouts | None = None,
        limits: retry.Limits = retry.LIMITS,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._client = connection.open_client(base_url, auth=auth, timeouts=timeouts, transport=transport, clock=clock)
        self._url = f"{base_url.rstrip('/')}/"
        self._local = connection.is_local(base_url)
        self._clock = clock
        self._random = random
        self._limiter = limiter or rate.Limiter(clock)
        self._limits = limits
        self._welcome = Welcome(clock)

    def call(
        self,
        action: str,
        *,
        cloud: str,
        version: str,
        query: Mapping[str, str],
        form: Mapping[str, str] | None = None,
        idempotent: bool,
    ) -> dict[str, object]:
        """Carry an RPC operation out; as `send`."""
        return self.send(action, Rpc(version, query, form), cloud=cloud, idempotent=idempotent)

    def send(
        self, action: str, message: Message, *, cloud: str, idempotent: bool, dialect: Dialect = ALIBABA
    ) -> dict[str, object]:
        """Carry an operation out, repeating it where that is safe; raises `CloudError`.

        An operation that is not idempotent is repeated only when the cloud surely has not carried it out.
        """
        call = decode.Call(cloud, action, idempotent, self._local, dialect)
        request = self._request(call, message)
        attempt, waited = 1, 0.0
        while True:
            try:
                return self._welcome.ask(call, lambda: self._attempt(call, request))
            except CloudError as error:
                if isinstance(error, Throttled):
                    self._limiter.refused(action)
                delay = retry.decide(
                    error,
                    attempt,
                    idempotent=idempotent,
                    random=self._random,
                    waited=waited,
                    limits=self._limits,
                )
                if delay is None:
                    raise
            self._clock.sleep(delay)
            attempt, waited = attempt + 1, waited + delay

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _attempt(self, call: decode.Call, request: httpx.Request) -> dict[str, object]:
        self._limiter.wait(call.action)
        try:
            response = self._client.send(request)
        except httpx.HTTPError as error:
            raise decode.lost(error, call) from error
        return decode.payload(response, call, self._clock.now())

    def _request(self, call: decode.Call, message: Message) -> httpx.Request:
        try:
            # All is encoded here, once: the signature is over these very bytes.
            sent = message.encoded(call.action)
            return self._client.build_request(
                sent.method, f"{self._url}{sent.target}", headers=sent.headers, content=sent.content
            )
        except (httpx.InvalidURL, ValueError) as error:
            raise decode.unsendable(call, "its parameters do not fit into a request") from error
