"""What goes out on the network for an operation, by the style of the service: RPC or REST.

Values that know how to encode themselves; the transport sends what comes out byte for byte, and the signers sign it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from reelstack.wire import encoding


@dataclass(frozen=True)
class Encoded:
    """A request as it is sent. `target` is what follows the base URL's slash."""

    method: str
    target: str
    headers: Mapping[str, str]
    content: bytes | None = None


class Message(Protocol):
    """An operation's parameters in a style."""

    def encoded(self, action: str) -> Encoded:
        """The request for an operation; raises ValueError for what cannot be encoded."""


@dataclass(frozen=True)
class Rpc:
    """Alibaba's style: one address, the operation's name in a header, parameters in the query and the form."""

    version: str
    query: Mapping[str, str]
    form: Mapping[str, str] | None = None

    def encoded(self, action: str) -> Encoded:
        """A POST to the root."""
        headers = {"x-acs-action": action, "x-acs-version": self.version}
        if self.form is not None:
            headers["content-type"] = "application/x-www-form-urlencoded"
        body = encoding.query(self.form).encode("ascii") if self.form else None
        return Encoded("POST", _target("", encoding.query(self.query)), headers, body)


@dataclass(frozen=True)
class Rest:
    """Huawei Cloud's style: a method and a path, repeated names in the query, JSON in the body.

    `path` is in segments, so that an id can hold a slash without leading elsewhere.
    """

    method: str
    path: Sequence[str]
    query: Sequence[tuple[str, str]] = ()
    body: Mapping[str, object] | None = None

    def encoded(self, action: str) -> Encoded:
        """The operation is its method and path; the name is for us only. The content type is always said."""
        del action
        segments = [encoding.percent(segment) for segment in self.path]
        if any(segment in ("", ".", "..") for segment in segments):
            raise ValueError("a part of the path is empty or leads elsewhere")
        headers = {"content-type": "application/json"}
        return Encoded(self.method, _target("/".join(segments), encoding.query(self.query)), headers, self._content())

    def _content(self) -> bytes | None:
        if self.body is None:
            return None
        return json.dumps(self.body, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def _target(path: str, query: str) -> str:
    return f"{path}?{query}" if query else path
