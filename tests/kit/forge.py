"""A stand-in for a forge's REST API on a loopback port: keeps comments, pages them, refuses what is asked wrongly."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from kit import loopback
from kit.loopback import Asked

TOKEN = "token-of-the-test"


@dataclass
class StandIn:
    """`comments` are (author, text), the oldest first; their ids count from 1. `me` is who holds the token.

    `refuses` are answers that come before its own.
    """

    kind: str
    url: str = ""
    me: str | None = "reviewer"
    comments: list[tuple[str, str]] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    refuses: list[tuple[int, Any]] = field(default_factory=list)

    @property
    def done(self) -> list[str]:
        """Method and path of every request."""
        return [f"{one.method} {one.path}" for one in self.asked]

    def answer(self, asked: Asked) -> tuple[int, Any]:
        self.asked.append(asked)
        if not self._is_allowed(asked):
            return 401, {"message": "Bad credentials"}
        if self.refuses:
            return self.refuses.pop(0)
        if asked.path == "/user":
            return (
                (403, {"message": "Resource not accessible by integration"}) if self.me is None else (200, self._who())
            )
        return self._comments(asked)

    def _is_allowed(self, asked: Asked) -> bool:
        if self.kind == "gitlab":
            return asked.headers.get("private-token") == TOKEN
        versioned = asked.headers.get("x-github-api-version") == "2022-11-28"
        return versioned and asked.headers.get("authorization") == f"Bearer {TOKEN}"

    def _comments(self, asked: Asked) -> tuple[int, Any]:
        listing, one, edits = self._paths(asked)
        if asked.path == listing and asked.method == "GET":
            size, page = int(asked.query["per_page"]), int(asked.query["page"])
            return 200, [self._shown(at) for at in range(len(self.comments))][(page - 1) * size : page * size]
        body = json.loads(asked.body)["body"] if asked.body else ""
        if asked.path == listing and asked.method == "POST":
            self.comments.append((self.me or "github-actions[bot]", body))
            return 201, self._shown(len(self.comments) - 1)
        if asked.method == edits and asked.path.startswith(one):
            at = int(asked.path.removeprefix(one)) - 1
            self.comments[at] = self.comments[at][0], body
            return 200, self._shown(at)
        return 404, {"message": "Not Found"}

    def _paths(self, asked: Asked) -> tuple[str, str, str]:
        if self.kind == "gitlab":
            listing = "/projects/team%2Ffilms/merge_requests/7/notes"
            return listing, f"{listing}/", "PUT"
        return "/repos/team/films/issues/7/comments", "/repos/team/films/issues/comments/", "PATCH"

    def _who(self, name: str | None = None) -> dict[str, Any]:
        return {"username" if self.kind == "gitlab" else "login": name or self.me}

    def _shown(self, at: int) -> dict[str, Any]:
        author, body = self.comments[at]
        owner = "author" if self.kind == "gitlab" else "user"
        return {"id": at + 1, owner: self._who(author), "body": body.replace("\n", "\r\n")}


@contextmanager
def serving(kind: str) -> Iterator[StandIn]:
    """A forge for the time of a test."""
    there = StandIn(kind)
    with loopback.serving(there.answer) as server:
        there.url = server.url
        yield there
