"""Token authentication of Huawei Cloud, X-Auth-Token, as an httpx.Auth.

No signature: whoever holds the token is let in. Where the tokens come from is another's business (`given` here, or
`reelstack.wire.iam`). A token that is refused is renewed once, and the request sent once more: a refused request was
not carried out.
"""

from __future__ import annotations

import json
from collections.abc import Generator
from typing import Protocol

import httpx

HEADER = "x-auth-token"
_REFUSALS = ("APIGW.0301", "VOD.10054")


class Tokens(Protocol):
    """Where tokens come from. Shared by all threads."""

    def current(self) -> str:
        """A token that should be valid."""

    def renewed(self, refused: str) -> str | None:
        """Another token, now that this one was refused; None when there is no other."""


class Given:
    """One token that somebody obtained elsewhere. It cannot be renewed here."""

    def __init__(self, token: str) -> None:
        self._token = token

    def current(self) -> str:
        """The token."""
        return self._token

    def renewed(self, refused: str) -> str | None:
        """There is no other."""
        del refused
        return None


class TokenAuth(httpx.Auth):
    """Puts a token on each request."""

    requires_response_body = True

    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Send; once more with a new token when the first is refused and there is a new one."""
        token = self._tokens.current()
        request.headers[HEADER] = token
        response = yield request
        if not _refused(response):
            return
        another = self._tokens.renewed(token)
        if another is not None:
            request.headers[HEADER] = another
            yield request


def _refused(response: httpx.Response) -> bool:
    """A token that is wrong or expired comes as a 401, or as a 403 whose code says so."""
    if response.status_code == 401:
        return True
    if response.is_success:
        return False
    try:
        found = json.loads(response.content)
    except (ValueError, RecursionError):
        return False
    return isinstance(found, dict) and found.get("error_code") in _REFUSALS
