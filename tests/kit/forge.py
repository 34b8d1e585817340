"""A stand-in for a forge's REST API on a loopback port: keeps comments and issues, pages them, refuses what is asked
wrongly.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from kit import loopback
from kit.loopback import Asked

TOKEN = "token-of-the-test"
BOT = "github-actions[bot]"


@dataclass
class Opened:
    """One issue; `pull` says that it is a pull request, which GitHub lists among them."""

    author: str
    body: str
    title: str = ""
    is_open: bool = True
    pull: bool = False


@dataclass
class StandIn:
    """`comments` are (author, text), the oldest first; their ids count from 1, as the numbers of `issues` do.

    `pulls` are (number, head as OWNER:BRANCH, commit). `me` is who holds the token. `refuses` are answers that come
    before its own.
    """

    kind: str
    url: str = ""
    me: str | None = "reviewer"
    comments: list[tuple[str, str]] = field(default_factory=list)
    issues: list[Opened] = field(default_factory=list)
    pulls: list[tuple[int, str, str]] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    refuses: list[tuple[int, Any]] = field(default_factory=list)

    @property
    def done(self) -> list[str]:
        """Method and path of every request."""
        return [f"{one.method} {one.path}" for one in self.asked]

    @property
    def root(self) -> str:
        return "/projects/team%2Ffilms" if self.kind == "gitlab" else "/repos/team/films"

    def answer(self, asked: Asked) -> tuple[int, Any]:
        self.asked.append(asked)
        if not self._is_allowed(asked):
            return 401, {"message": "Bad credentials"}
        if self.refuses:
            return self.refuses.pop(0)
        if asked.path == "/user":
            refused = (403, {"message": "Resource not accessible by integration"})
            return refused if self.me is None else (200, self._who())
        if asked.path == f"{self.root}/pulls" and self.kind == "github":
            return self._pulls(asked)
        told = self._comments(asked)
        return self._issues(asked) if told is None else told

    def _is_allowed(self, asked: Asked) -> bool:
        if self.kind == "gitlab":
            return asked.headers.get("private-token") == TOKEN
        versioned = asked.headers.get("x-github-api-version") == "2022-11-28"
        return versioned and asked.headers.get("authorization") == f"Bearer {TOKEN}"

    def _comments(self, asked: Asked) -> tuple[int, Any] | None:
        listing, one, edits = self._paths()
        if asked.path == listing and asked.method == "GET":
            return 200, paged(asked, [self._shown(at) for at in range(len(self.comments))])
        body = sent(asked, "body") if asked.path == listing or asked.path.startswith(one) else {}
        if asked.path == listing and asked.method == "POST":
            self.comments.append((self.me or BOT, body["body"]))
            return 201, self._shown(len(self.comments) - 1)
        if asked.method == edits and asked.path.startswith(one):
            at = int(asked.path.removeprefix(one)) - 1
            self.comments[at] = self.comments[at][0], body["body"]
            return 200, self._shown(at)
        return None

    def _paths(self) -> tuple[str, str, str]:
        if self.kind == "gitlab":
            listing = f"{self.root}/merge_requests/7/notes"
            return listing, f"{listing}/", "PUT"
        return f"{self.root}/issues/7/comments", f"{self.root}/issues/comments/", "PATCH"

    def _issues(self, asked: Asked) -> tuple[int, Any]:
        listing, text = f"{self.root}/issues", "description" if self.kind == "gitlab" else "body"
        if asked.path == listing and asked.method == "GET":
            assert asked.query["state"] == ("opened" if self.kind == "gitlab" else "open")
            return 200, paged(asked, [self._issue(at) for at, one in enumerate(self.issues) if one.is_open])
        if asked.path == listing and asked.method == "POST":
            made = sent(asked, "title", text)
            self.issues.append(Opened(self.me or BOT, made[text], made["title"]))
            return 201, self._issue(len(self.issues) - 1)
        edits = "PUT" if self.kind == "gitlab" else "PATCH"
        number = asked.path.removeprefix(f"{listing}/")
        if asked.method != edits or not number.isdigit():
            return 404, {"message": "Not Found"}
        self._edit(self.issues[int(number) - 1], sent(asked, text, "state", "state_reason", "state_event"), text)
        return 200, self._issue(int(number) - 1)

    def _edit(self, one: Opened, change: dict[str, str], text: str) -> None:
        one.body = change.get(text, one.body)
        closing = {"state_event": "close"} if self.kind == "gitlab" else {"state": "closed"}
        if closing.items() <= change.items():
            one.is_open = False

    def _pulls(self, asked: Asked) -> tuple[int, Any]:
        assert asked.query["state"] == "open"
        found = [{"number": n, "head": {"sha": sha}} for n, head, sha in self.pulls if head == asked.query["head"]]
        return 200, paged(asked, found)

    def _who(self, name: str | None = None) -> dict[str, Any]:
        return {"username" if self.kind == "gitlab" else "login": name or self.me}

    def _shown(self, at: int) -> dict[str, Any]:
        author, body = self.comments[at]
        owner = "author" if self.kind == "gitlab" else "user"
        return {"id": at + 1, owner: self._who(author), "body": body.replace("\n", "\r\n")}

    def _issue(self, at: int) -> dict[str, Any]:
        one = self.issues[at]
        if self.kind == "gitlab":
            return {"id": 9000 + at, "iid": at + 1, "author": self._who(one.author), "description": one.body}
        found = {"id": 9000 + at, "number": at + 1, "user": self._who(one.author), "body": one.body}
        return {**found, "pull_request": {}} if one.pull else found


def paged(asked: Asked, found: list[Any]) -> list[Any]:
    size, page = int(asked.query["per_page"]), int(asked.query["page"])
    assert size <= 100
    return found[(page - 1) * size : page * size]


def sent(asked: Asked, *known: str) -> dict[str, str]:
    body = dict(json.loads(asked.body))
    assert body.keys() <= set(known)
    return body


@contextmanager
def serving(kind: str) -> Iterator[StandIn]:
    """A forge for the time of a test."""
    there = StandIn(kind)
    with loopback.serving(there.answer) as server:
        there.url = server.url
        yield there
