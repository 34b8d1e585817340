"""Opens httpx clients the way the house wants them, and keeps their log quiet about parameters.

Proxies and certificates come from the environment as httpx users expect (HTTPS_PROXY, NO_PROXY, SSL_CERT_FILE), but
nothing for this machine's own addresses ever goes through a proxy.
"""

from __future__ import annotations

import ipaddress
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx

from reelstack.clock import Clock, SystemClock
from reelstack.errors import ConfigError

# Below the shortest idle time after which servers close connections (uvicorn: 5 s): a request written into a
# connection that is just being closed has an unknown outcome, and that costs more than a new connection.
_KEEP_IDLE = 4.0
# Far above any answer of a service; what is longer is no answer, and must not fill the memory.
LONGEST_ANSWER = 64 * 1024 * 1024


@dataclass(frozen=True)
class Timeouts:
    """Seconds to wait for a connection, for the next bytes of an answer, and for all of them once they have begun."""

    connect: float = 10.0
    read: float = 60.0
    whole: float = 120.0


def is_local(url: str) -> bool:
    """Whether the address is this machine's own."""
    host = (urlsplit(url).hostname or "").rstrip(".")
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def open_client(
    base_url: str,
    *,
    auth: httpx.Auth | None = None,
    timeouts: Timeouts | None = None,
    transport: httpx.BaseTransport | None = None,
    direct: bool = False,
    clock: Clock | None = None,
) -> httpx.Client:
    """A client for one host; raises ConfigError when the address or the environment's settings cannot be used.

    With `direct` no proxy is used, whatever the environment says.
    """
    _check(base_url)
    times = timeouts or Timeouts()
    try:
        return httpx.Client(
            auth=auth,
            transport=transport,
            trust_env=not (direct or is_local(base_url)),
            follow_redirects=False,
            event_hooks={"response": [_bounds(times.whole, clock or SystemClock())]},
            timeout=httpx.Timeout(times.read, connect=times.connect),
            limits=httpx.Limits(max_connections=32, max_keepalive_connections=16, keepalive_expiry=_KEEP_IDLE),
            headers={"accept": "application/json", "user-agent": "reelstack"},
        )
    except (ImportError, ValueError, OSError, httpx.InvalidURL) as error:
        # A proxy's address may hold a password: the cause is chained, not quoted.
        raise ConfigError(
            f"no connection can be prepared ({type(error).__name__}).",
            hint="Check HTTPS_PROXY, HTTP_PROXY, ALL_PROXY, NO_PROXY and SSL_CERT_FILE in the environment.",
        ) from error


def _bounds(seconds: float, clock: Clock) -> Callable[[httpx.Response], None]:
    def bound(response: httpx.Response) -> None:
        assert isinstance(response.stream, httpx.SyncByteStream)
        response.stream = _Bounded(response.stream, clock, seconds)

    return bound


class _Bounded(httpx.SyncByteStream):
    """An answer that ends in time: the library bounds only the pause between two pieces of it."""

    def __init__(self, inner: httpx.SyncByteStream, clock: Clock, seconds: float) -> None:
        self._inner = inner
        self._clock = clock
        self._deadline = clock.monotonic() + seconds

    def __iter__(self) -> Iterator[bytes]:
        length = 0
        for piece in self._inner:
            length += len(piece)
            if self._clock.monotonic() > self._deadline:
                raise httpx.ReadTimeout("the answer did not end in time")
            if length > LONGEST_ANSWER:
                raise httpx.RemoteProtocolError("the answer does not end")
            yield piece

    def close(self) -> None:
        self._inner.close()


def _check(base_url: str) -> None:
    try:
        url = httpx.URL(base_url)
    except httpx.InvalidURL as error:
        raise ConfigError("the endpoint is not a URL.", hint="Write it like https://host or host:port.") from error
    if url.scheme not in ("http", "https") or not url.host:
        raise ConfigError("the endpoint is not an http address.", hint="Write it like https://host.")


class _WithoutQuery(logging.Filter):
    """httpx logs each URL with its query, and our queries may hold keys of output buckets."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Cut the query from the URLs in a record; keep the record."""
        if isinstance(record.args, tuple):
            record.args = tuple(arg.copy_with(query=None) if isinstance(arg, httpx.URL) else arg for arg in record.args)
        return True


logging.getLogger("httpx").addFilter(_WithoutQuery())
