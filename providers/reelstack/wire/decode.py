"""The one place that turns httpx's answers and exceptions into payloads or errors of ours.

How a service words its errors is its `dialect`; here is what all have in common. A 404 counts as `NotFound` only when
the service itself says so: an HTML page from a wrong endpoint must not make anybody believe that a project is gone.
No message holds a secret or a control character.
"""

from __future__ import annotations

import html
import json
import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

import httpx

from reelstack import redact
from reelstack.errors import CloudError, Denied, NotFound, OutcomeUnknown, Rejected, Throttled, Unavailable
from reelstack.wire import hints
from reelstack.wire.dialect import ALIBABA, Dialect

E = TypeVar("E", bound=CloudError)

_LONGEST_MESSAGE = 600
_LONGEST_EXCERPT = 120

_NEVER_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)


@dataclass(frozen=True)
class Call:
    """What an error needs to know of the request: the service in our word, the operation in the cloud's.

    `local`: sent to this machine, so most likely to the local cloud. `dialect`: how the service words its errors.
    """

    cloud: str
    action: str
    idempotent: bool
    local: bool = False
    dialect: Dialect = ALIBABA


@dataclass(frozen=True)
class Said:
    """What an error answer says of itself; `code` is empty when it says nothing that can be read."""

    code: str = ""
    message: str = ""
    request_id: str = ""


def payload(response: httpx.Response, call: Call, now: datetime) -> dict[str, object]:
    """The answer's JSON object; raises `CloudError` for everything else. `now` is only compared with their clock.

    A 204 has no content, which is an empty object. A request id that is in the headers only is added.
    """
    if not response.is_success:
        raise _refusal(response, call, now)
    found = {} if response.status_code == 204 else _json_object(response.content)
    request_id = _header_id(response, call.dialect)
    if found is None:
        raise unreadable(call, f"the answer is not a JSON object ({_looks(response)})", request_id)
    return {call.dialect.request_id[0]: request_id, **found} if request_id else found


def unreadable(call: Call, why: str, request_id: str = "") -> OutcomeUnknown:
    """The error for a success that cannot be understood: whatever was asked for has happened or not."""
    return OutcomeUnknown(
        cloud=call.cloud,
        action=call.action,
        code="UnreadableAnswer",
        message=why,
        request_id=request_id,
        status=200,
        hint=hints.unknown(repeatable=call.idempotent),
    )


def lost(error: httpx.HTTPError, call: Call) -> CloudError:
    """The error for a request that got no answer. httpx's own texts may quote headers, so only ours are shown."""
    if isinstance(error, httpx.LocalProtocolError):
        return _silent(Rejected, call, "MalformedRequest", "the request could not be written", "")
    if not isinstance(error, _NEVER_SENT):
        why = f"the connection was lost after sending ({type(error).__name__})"
        return _silent(OutcomeUnknown, call, "NoAnswer", why, hints.unknown(repeatable=call.idempotent))
    if call.local:
        why = "nothing answers at the local cloud's address"
        return _silent(Unavailable, call, "LocalCloudNotRunning", why, hints.unreachable(local=True))
    if _caused_by(error, ssl.SSLCertVerificationError):
        hint = "Point SSL_CERT_FILE at the certificates of your network's proxy, or check the endpoint."
        return _silent(Unavailable, call, "CertificateNotTrusted", "the host's certificate is not trusted", hint)
    why = f"no connection ({type(error).__name__}: {plain(str(error))})"
    return _silent(Unavailable, call, "NoConnection", why, hints.unreachable(local=False))


def unsendable(call: Call, why: str) -> Rejected:
    """The error for parameters that cannot be put into a request."""
    return _silent(Rejected, call, "MalformedRequest", why, "")


def plain(text: str, longest: int = _LONGEST_MESSAGE) -> str:
    """Text from outside made fit to show: on one line, printable, no secrets, of bounded length."""
    printable = "".join(letter if letter.isprintable() else " " for letter in text[: 4 * _LONGEST_MESSAGE])
    # Signature errors quote the string to sign, which may hold tokens, and help nobody but a signer's author.
    shown = redact.text(" ".join(printable.split()).split("server string to sign")[0].strip())
    return shown if len(shown) <= longest else shown[: longest - 1] + "…"


def _silent(kind: type[E], call: Call, code: str, why: str, hint: str) -> E:
    return kind(cloud=call.cloud, action=call.action, code=code, message=why, hint=hint)


def _refusal(response: httpx.Response, call: Call, now: datetime) -> CloudError:
    said = _read(response, call.dialect)
    kind = _kind(response, said, call.dialect)
    retry_after = _retry_after(response, call.dialect)
    error = kind(
        cloud=call.cloud,
        action=call.action,
        code=said.code or f"Http{response.status_code}",
        message=said.message or f"{response.reason_phrase or 'no reason given'} ({_looks(response)})",
        request_id=said.request_id or _header_id(response, call.dialect),
        status=response.status_code,
        hint=_hint(kind, call, said.code, response, retry_after, now),
    )
    if isinstance(error, Throttled):
        error.retry_after = retry_after
    return error


def _kind(response: httpx.Response, said: Said, dialect: Dialect) -> type[CloudError]:
    kind = dialect.kind(said.code) or _by_status(response.status_code, said, dialect)
    # The service marks what it wants to be asked again later with a pause; not where something may have happened.
    waits = dialect.waits in response.headers and kind not in (Denied, OutcomeUnknown)
    return Throttled if waits else kind


def _by_status(status: int, said: Said, dialect: Dialect) -> type[CloudError]:
    if status == 503 and said.code:
        return Unavailable  # the gateway turned it away
    if status >= 500:
        return OutcomeUnknown  # a service that fails may have done half of it
    kind = dialect.statuses.get(status, Rejected)
    return Rejected if kind is NotFound and not said.code else kind


def _hint(
    kind: type[CloudError],
    call: Call,
    code: str,
    response: httpx.Response,
    retry_after: float | None,
    now: datetime,
) -> str:
    if kind is Denied and call.dialect.blames_clock(code):
        return hints.clock(response.headers.get("date", ""), now)
    if kind is Denied:
        return hints.denied(code, call.cloud, call.action, local=call.local)
    if kind is Throttled:
        return hints.throttled(retry_after)
    if kind is OutcomeUnknown:
        return hints.unknown(repeatable=call.idempotent)
    if kind is Unavailable:
        return hints.failing()
    return hints.rejected(code) if code else "Check the endpoint: this is no answer of the service."


def _read(response: httpx.Response, dialect: Dialect) -> Said:
    found = _json_object(response.content)
    if found is None:
        return _read_xml(response.content)
    if dialect.nested and not _field(found, dialect.code):
        found = next((inner for inner in found.values() if isinstance(inner, dict)), found)
    return Said(*(_field(found, names) for names in (dialect.code, dialect.message, dialect.request_id)))


def _field(fields: Mapping[str, object], names: tuple[str, ...]) -> str:
    values = (fields.get(name) for name in names)
    return next((plain(str(value)) for value in values if isinstance(value, str | int)), "")


def _read_xml(body: bytes) -> Said:
    # Three flat elements are all that is wanted; a parser would let strangers declare entities.
    text = body[:65536].decode("utf-8", errors="replace")
    if not re.search(r"<Error[\s>]", text):
        return Said()
    return Said(*(_element(text, name) for name in ("Code", "Message", "RequestId")))


def _element(text: str, name: str) -> str:
    found = re.search(rf"<{name}>([^<]*)</{name}>", text, re.IGNORECASE)
    return plain(html.unescape(found[1])) if found else ""


def _json_object(body: bytes) -> dict[str, object] | None:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _looks(response: httpx.Response) -> str:
    kind = plain(response.headers.get("content-type", "no content type"), 60)
    begins = plain(response.content[:400].decode("utf-8", errors="replace"), _LONGEST_EXCERPT)
    return f"{kind}, {len(response.content)} bytes" + (f", beginning {begins!r}" if begins else "")


def _header_id(response: httpx.Response, dialect: Dialect) -> str:
    return plain(response.headers.get(dialect.request_id_header, ""), 80)


def _retry_after(response: httpx.Response, dialect: Dialect) -> float | None:
    """Seconds."""
    for name, unit in dialect.pauses:
        value = response.headers.get(name, "").strip()
        if re.fullmatch(r"[0-9]{1,9}", value) and int(value) > 0:
            return int(value) * unit
    return dialect.pause


def _caused_by(error: BaseException, kind: type[BaseException]) -> bool:
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, kind):
        cause = cause.__cause__ or cause.__context__
    return cause is not None
