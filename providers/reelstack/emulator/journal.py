"""The request journal: who asked for what, and what was answered. Holds no secret and no signature.

The control room shows it; tests count submissions in it. It lives in the state file, so it survives a restart.
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from typing import Any

from reelstack.emulator.store import Store

KEPT = 5000
_SECRET = re.compile(r"(?i)secret|token$|password|accesskey|signature|authorization")
_HINT = re.compile(r"(?i)secret|token|password|accesskey|signature|authorization")
_NOT_SECRET = frozenset(("ClientToken", "NextToken"))
# In an address: what stands before the host, and the values of a query whose names say that they are secret. The
# address may stand in JSON, and in JSON in JSON.
_USER = re.compile(r"(://)[^/?#\s\"'\\]*@")
_QUERY = re.compile(
    r"(?i)((?:[?&]|\\u0026)[\w.-]*(?:secret|token|password|key|signature|sign|authorization|credential)"
    r"[\w.-]*=)[^&#\s\"'\\]+"
)


@dataclass(frozen=True)
class Entry:
    """One request. `answer` is the ids in the answer, not the answer; `fault` the fault that was made."""

    time: str
    service: str
    action: str
    params: dict[str, str]
    status: int
    code: str
    request_id: str
    access_key_id: str
    answer: dict[str, str]
    fault: str


class Journal:
    """The last requests, oldest first."""

    def __init__(self, store: Store) -> None:
        self._table = store.table("request", Entry)
        self._since_prune = 0

    def add(self, entry: Entry) -> None:
        """Note one request."""
        self._table.put(entry.request_id, entry)
        self._since_prune += 1
        if self._since_prune >= KEPT // 10:
            self._since_prune = 0
            for place, (_, old) in enumerate(list(self._table.scan())):
                if place >= KEPT:
                    self._table.remove(old.request_id)

    def entries(self, *, action: str = "", limit: int = KEPT) -> list[dict[str, Any]]:
        """The last entries, oldest first."""
        found: list[dict[str, Any]] = []
        for _, entry in self._table.scan():
            if len(found) >= limit:
                break
            if action in ("", entry.action):
                found.append(asdict(entry))
        return found[::-1]


def redacted(params: dict[str, str]) -> dict[str, str]:
    """Parameters with every secret replaced, also inside JSON text and in addresses."""
    return {name: "***" if _is_secret(name) else _redact_text(value) for name, value in params.items()}


def _is_secret(name: str) -> bool:
    return bool(_SECRET.search(name)) and name not in _NOT_SECRET


def redact_addresses(text: str) -> str:
    """A text with the secrets of every address in it replaced."""
    return _QUERY.sub(r"\1***", _USER.sub(r"\1***@", text))


def _redact_text(text: str) -> str:
    return redact_addresses(_redact_names(text))


def _redact_names(text: str) -> str:
    if not text.lstrip().startswith(("{", "[")) or not _HINT.search(text):
        return text
    try:
        return json.dumps(redact_json(json.loads(text)), ensure_ascii=False)
    except (ValueError, RecursionError):
        return "***"  # unreadable, and a secret's name is in it


def redact_json(value: Any) -> Any:
    """A JSON value with every secret replaced."""
    if isinstance(value, str):
        return _redact_text(value)
    if isinstance(value, dict):
        return {k: "***" if isinstance(k, str) and _is_secret(k) else redact_json(v) for k, v in value.items()}
    return [redact_json(each) for each in value] if isinstance(value, list) else value
