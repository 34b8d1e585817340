"""Comments of a pull or merge request, and issues, over a forge's REST API: listed across pages, written, edited.

Knows GitHub and GitLab as `forge_words` spells them. A comment or issue is created at most once per call: only looking
and editing are repeated. The token goes into a header and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import httpx

from reelstack.clock import Clock
from reelstack.errors import CloudError, ConfigError, Denied, NotFound, OutcomeUnknown, Rejected, Throttled, Unavailable
from reelstack.wire import connection, retry
from reelstack.wire.decode import plain
from reelstack.wire.forge_words import GitHub, Words

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
class Issue:
    """One open issue: its number, who opened it, and its text."""

    number: int
    author: str
    body: str


@dataclass(frozen=True)
class Pull:
    """One open pull request: its number and the commit that it ends with."""

    number: int
    head: str


class Forge:
    """One repository at a forge. `transport` stands in for the network in tests."""

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
        self._host = httpx.URL(api).netloc.decode()
        self._clock = clock
        self._random = random

    def me(self) -> str | None:
        """Who writes with this token; None when it may not ask."""
        try:
            found = self._send("GET", "/user", idempotent=True).json()
        except (Denied, NotFound):
            return None
        return str(found[self._words.author_field]) if isinstance(found, dict) else None

    def comments(self, pull: int) -> Iterator[Comment]:
        """All comments of a pull request, the oldest first, page by page as far as they are taken."""
        yield from (self._comment(one) for one in self._pages(self._words.listing(pull), {}))

    def create(self, pull: int, body: str) -> Comment:
        """Write a new comment."""
        path = self._words.listing(pull)
        return self._comment(self._send("POST", path, body={"body": body}, idempotent=False).json())

    def edit(self, pull: int, comment_id: int, body: str) -> Comment:
        """Put a new text in place of a comment's."""
        path = self._words.comment_path(pull, comment_id)
        return self._comment(self._send(self._words.edit_method, path, body={"body": body}, idempotent=True).json())

    def issues(self) -> Iterator[Issue]:
        """The open issues, page by page as far as they are taken."""
        listed = self._pages(self._words.issues, {"state": self._words.open_state})
        yield from (self._issue(one) for one in listed if isinstance(one, dict) and self._words.is_issue(one))

    def open_issue(self, title: str, body: str) -> Issue:
        """Open a new issue."""
        sent = {"title": title, self._words.body_field: body}
        return self._issue(self._send("POST", self._words.issues, body=sent, idempotent=False).json())

    def edit_issue(self, number: int, body: str) -> Issue:
        """Put a new text in place of an issue's."""
        return self._put(number, {self._words.body_field: body})

    def close_issue(self, number: int) -> Issue:
        """Close an issue, its text as it is."""
        return self._put(number, self._words.closing)

    def pulls(self, head: str) -> Iterator[Pull]:
        """The open pull requests of a branch, written `OWNER:BRANCH`; GitHub's alone can be asked for so."""
        if isinstance(self._words, GitHub):
            for one in self._pages(self._words.pulls, {"state": "open", "head": head}):
                try:
                    yield Pull(int(one["number"]), str(one["head"]["sha"]))
                except (KeyError, TypeError, ValueError) as error:
                    raise self._error(Rejected, "GET", "NoPull", "the answer holds no pull request", 200) from error

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _put(self, number: int, sent: Mapping[str, str]) -> Issue:
        path = f"{self._words.issues}/{number}"
        return self._issue(self._send(self._words.edit_method, path, body=sent, idempotent=True).json())

    def _pages(self, path: str, query: Mapping[str, str]) -> Iterator[Any]:
        for page in range(1, MOST_PAGES + 1):
            asked = {**query, "per_page": str(PER_PAGE), "page": str(page)}
            found = self._send("GET", path, query=asked, idempotent=True).json()
            if not isinstance(found, list):
                raise self._error(Rejected, "GET", "NoList", "the answer is no list", 200)
            yield from found
            if len(found) < PER_PAGE:
                return

    def _comment(self, found: Any) -> Comment:
        try:
            return Comment(int(found["id"]), self._author(found), str(found.get("body") or ""))
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise self._error(Rejected, "GET", "NoComment", "the answer holds no comment", 200) from error

    def _issue(self, found: Any) -> Issue:
        try:
            number, body = int(found[self._words.number_field]), found.get(self._words.body_field)
            return Issue(number, self._author(found), str(body or ""))
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise self._error(Rejected, "GET", "NoIssue", "the answer holds no issue", 200) from error

    def _author(self, found: Any) -> str:
        return str((found.get("user") or found.get("author") or {}).get(self._words.author_field, ""))

    def _send(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        body: Mapping[str, str] | None = None,
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

    def _attempt(
        self, method: str, path: str, query: Mapping[str, str] | None, body: Mapping[str, str] | None
    ) -> httpx.Response:
        headers = dict(self._words.headers)
        try:
            response = self._client.request(method, f"{self._api}{path}", params=query, json=body, headers=headers)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.ProxyError) as error:
            why = f"no connection to {self._host} ({type(error).__name__})"
            raise self._error(Unavailable, method, "NoConnection", why, 0) from error
        except httpx.HTTPError as error:
            why = f"no answer from {self._host} ({type(error).__name__})"
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
            Denied: f"{TOKENS[self.name]} needs the right to write comments, or issues, on this repository.",
            NotFound: "Check --repo and --pull, and that the token may see the repository.",
            OutcomeUnknown: "Run again: what was written is found by its marker.",
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
