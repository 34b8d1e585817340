"""Comments of a pull or merge request over a forge's REST API: list them across pages, write one, edit one.

Knows GitHub (REST, version 2022-11-28, "Issue comments") and GitLab (REST v4, "Notes"). A comment is created at most
once per call: only looking and editing are repeated. The token goes into a header and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import quote

import httpx

from reelstack.clock import Clock
from reelstack.errors import CloudError, ConfigError, Denied, NotFound, OutcomeUnknown, Rejected, Throttled, Unavailable
from reelstack.wire import connection, retry
from reelstack.wire.decode import plain

PER_PAGE = 100
MOST_PAGES = 100
APIS = {"github": "https://api.github.com", "gitlab": "https://gitlab.com/api/v4"}
TOKENS = {"github": "GITHUB_TOKEN", "gitlab": "GITLAB_TOKEN"}
BOT = "github-actions[bot]"
"""Who writes with the token that GitHub gives to a workflow: that token may not ask who it is."""

Name = Literal["github", "gitlab"]


@dataclass(frozen=True)
class Comment:
    """One comment: its id, who wrote it, and its text."""

    comment_id: int
    author: str
    body: str


@dataclass(frozen=True)
class GitHub:
    """Comments of a pull request are those of its issue."""

    repo: str
    number: int
    token: str
    edit_method: str = "PATCH"
    author_field: str = "login"

    @property
    def headers(self) -> Mapping[str, str]:
        """As "Getting started with the REST API" asks for them."""
        return {
            "authorization": f"Bearer {self.token}",
            "accept": "application/vnd.github+json",
            "x-github-api-version": "2022-11-28",
        }

    @property
    def listing(self) -> str:
        """Where comments are listed and made."""
        return f"/repos/{self.repo}/issues/{self.number}/comments"

    def comment_path(self, comment_id: int) -> str:
        """The path of one comment."""
        return f"/repos/{self.repo}/issues/comments/{comment_id}"


@dataclass(frozen=True)
class GitLab:
    """Comments of a merge request are its notes."""

    repo: str
    number: int
    token: str
    edit_method: str = "PUT"
    author_field: str = "username"

    @property
    def headers(self) -> Mapping[str, str]:
        """A project's or a person's access token."""
        return {"private-token": self.token, "accept": "application/json"}

    @property
    def listing(self) -> str:
        """Where notes are listed and made."""
        return f"/projects/{quote(self.repo, safe='')}/merge_requests/{self.number}/notes"

    def comment_path(self, comment_id: int) -> str:
        """The path of one note."""
        return f"{self.listing}/{comment_id}"


Words = GitHub | GitLab
"""How a forge spells it: paths, headers, fields."""


class Forge:
    """One pull request's comments. `transport` stands in for the network in tests."""

    def __init__(
        self,
        name: Name,
        api: str,
        words: Words,
        *,
        clock: Clock,
        random: retry.Random,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        if api.startswith("http://") and not connection.is_local(api):
            raise ConfigError("the token would travel in the clear.", hint="Write the API's address with https://.")
        self.name = name
        self._words = words
        self._api = api.rstrip("/")
        self._client = connection.open_client(api, transport=transport, clock=clock)
        self._clock = clock
        self._random = random

    def me(self) -> str | None:
        """Who writes with this token; None when it may not ask."""
        try:
            found = self._send("GET", "/user", idempotent=True).json()
        except (Denied, NotFound):
            return None
        return str(found[self._words.author_field]) if isinstance(found, dict) else None

    def comments(self) -> Iterator[Comment]:
        """All comments, the oldest first, page by page as far as they are taken."""
        for page in range(1, MOST_PAGES + 1):
            query = {"per_page": str(PER_PAGE), "page": str(page)}
            found = self._send("GET", self._words.listing, query=query, idempotent=True).json()
            if not isinstance(found, list):
                raise self._error(Rejected, "GET", "NoList", "the answer is no list of comments", 200)
            yield from (self._comment(one) for one in found)
            if len(found) < PER_PAGE:
                return

    def create(self, body: str) -> Comment:
        """Write a new comment."""
        return self._comment(self._send("POST", self._words.listing, body=body, idempotent=False).json())

    def edit(self, comment_id: int, body: str) -> Comment:
        """Put a new text in place of a comment's."""
        path = self._words.comment_path(comment_id)
        return self._comment(self._send(self._words.edit_method, path, body=body, idempotent=True).json())

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _comment(self, found: Any) -> Comment:
        try:
            author = (found.get("user") or found.get("author") or {}).get(self._words.author_field, "")
            return Comment(int(found["id"]), str(author), str(found.get("body") or ""))
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise self._error(Rejected, "GET", "NoComment", "the answer holds no comment", 200) from error

    def _send(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        body: str | None = None,
        idempotent: bool,
    ) -> httpx.Response:
        attempt, waited = 1, 0.0
        while True:
            try:
                return self._attempt(method, path, query, body)
            except CloudError as error:
                delay = retry.decide(error, attempt, idempotent=idempotent, random=self._random, waited=waited)
                if delay is None:
                    raise
            self._clock.sleep(delay)
            attempt, waited = attempt + 1, waited + delay

    def _attempt(self, method: str, path: str, query: Mapping[str, str] | None, body: str | None) -> httpx.Response:
        sent = None if body is None else {"body": body}
        try:
            response = self._client.request(
                method, f"{self._api}{path}", params=query, json=sent, headers=dict(self._words.headers)
            )
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.ProxyError) as error:
            raise self._error(
                Unavailable, method, "NoConnection", f"no connection ({type(error).__name__})", 0
            ) from error
        except httpx.HTTPError as error:
            why = f"no answer ({type(error).__name__})"
            raise self._error(OutcomeUnknown, method, "NoAnswer", why, 0) from error
        if response.is_success and _is_json(response):
            return response
        raise self._refusal(method, response)

    def _refusal(self, method: str, response: httpx.Response) -> CloudError:
        status, pause = response.status_code, response.headers.get("retry-after", "")
        spent = response.headers.get("x-ratelimit-remaining") == "0"
        kind = _KINDS.get(status, OutcomeUnknown if status >= 500 else Rejected)
        if status == 429 or (status == 403 and (spent or pause)):
            kind = Throttled
        error = self._error(kind, method, f"Http{status}", _said(response), status)
        if isinstance(error, Throttled):
            error.retry_after = float(pause) if pause.isdigit() else None
        return error

    def _error(self, kind: type[CloudError], method: str, code: str, why: str, status: int) -> CloudError:
        return kind(
            cloud=self.name, action=f"{method} comment", code=code, message=why, status=status, hint=self._hint(kind)
        )

    def _hint(self, kind: type[CloudError]) -> str:
        told = {
            Denied: f"{TOKENS[self.name]} needs the right to write comments on this repository.",
            NotFound: "Check --repo and --pull, and that the token may see the repository.",
            OutcomeUnknown: "Run again: the comment is found by its marker if it was written.",
        }
        return told.get(kind, "")


_KINDS: Mapping[int, type[CloudError]] = {401: Denied, 403: Denied, 404: NotFound, 410: NotFound, 429: Throttled}


def _is_json(response: httpx.Response) -> bool:
    return "json" in response.headers.get("content-type", "json")


def _said(response: httpx.Response) -> str:
    """What the forge gives as its reason."""
    try:
        found = response.json()
    except ValueError:
        return f"the answer is not JSON ({response.reason_phrase or response.status_code})"
    said = found.get("message") or found.get("error") if isinstance(found, dict) else None
    return plain(str(said or response.reason_phrase or "no reason given"))
