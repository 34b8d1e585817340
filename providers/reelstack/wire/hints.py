"""What a person can do now about an error: one sentence, or nothing where nothing helps.

Pure text by code and place. `decode` puts it on the errors that it makes.
"""

from __future__ import annotations

from datetime import datetime
from email.utils import parsedate_to_datetime

from reelstack.wire import permissions

START_LOCAL = "Start it with `reelstack cloud start`."
_LOCAL_KEYS = "The local cloud takes only its own test keys: `reelstack cloud status --json` shows them."
_NETWORK = "Check the network, the proxy settings (HTTPS_PROXY, NO_PROXY) and the endpoint, then run again."
_AGAIN = "Run again later; if it stays so, ask the cloud's support with the request id."
_MAY_HAVE_HAPPENED = (
    "It may have been carried out all the same: look in the cloud's console before asking for it again."
)
_REPEATABLE = "Run again: this request can be repeated without harm."

# By the beginning of the code, first match wins.
_BY_CODE = (
    ("invalidaccesskeyid.inactive", "Enable the access key in the cloud's console, or use another one."),
    ("invalidaccesskeyid", "Check which keys are found, and where: `reelstack doctor`."),
    ("missingaccesskeyid", "Check which keys are found, and where: `reelstack doctor`."),
    ("signaturedoesnotmatch", "The secret does not belong to the access key id: `reelstack doctor` says where it is."),
    ("incompletesignature", "Something between here and the cloud changes requests: check the proxy and the endpoint."),
    ("invalidsecuritytoken", "The temporary keys have expired or are incomplete: get new ones."),
    ("missingsecuritytoken", "These are temporary keys: their security token is needed too."),
    ("operationdenied.suspended", "Settle what is overdue in the cloud's console, then run again."),
    ("operationdenied", "Activate the service for this account and region in the cloud's console."),
    ("apigw.0301", "The keys or the token are wrong, expired or of another region's project: `reelstack doctor`."),
    ("vod.10054", "The keys or the token are wrong, expired or of another region's project: `reelstack doctor`."),
    ("vod.10055", "Complete the account's real-name verification in the cloud's console."),
    ("vod.10083", "Look at its state in the cloud's console: this can be done in another state only."),
    ("idempotentparametermismatch", "A request with this client token, but other content, was sent before."),
)  # fmt: skip


def unreachable(*, local: bool) -> str:
    """No connection came about."""
    return START_LOCAL if local else _NETWORK


def unknown(*, repeatable: bool) -> str:
    """Sent, and no usable answer."""
    return _REPEATABLE if repeatable else _MAY_HAVE_HAPPENED


def denied(code: str, cloud: str, action: str, *, local: bool) -> str:
    """The keys or the permissions do not suffice."""
    found = _by_code(code)
    if local and found and not code.lower().startswith("operationdenied"):
        return _LOCAL_KEYS
    if found:
        return found
    return (
        f"Allow {permissions.of(cloud, action)} to whom these keys belong (`reelstack doctor` says which, "
        "`reelstack doctor --policy` prints all that is needed)."
    )


def clock(server_date: str, now: datetime) -> str:
    """The two clocks are too far apart."""
    try:
        ahead = (now - parsedate_to_datetime(server_date)).total_seconds()
    except (ValueError, TypeError):  # no date, or one without a zone
        return "Set this machine's clock: requests are valid for some minutes only."
    direction = "ahead of" if ahead > 0 else "behind"
    return f"Set this machine's clock: it is {abs(ahead):.0f} s {direction} the cloud's."


def rejected(code: str) -> str:
    """The request is wrong; mostly the cloud's own message says how."""
    return _by_code(code)


def throttled(retry_after: float | None) -> str:
    """Too many requests."""
    return f"Run again in {max(retry_after or 0.0, 10.0):.0f} s or later; nothing was changed by this request."


def failing() -> str:
    """The cloud has a fault."""
    return _AGAIN


def _by_code(code: str) -> str:
    return next((hint for start, hint in _BY_CODE if code.lower().startswith(start)), "")
