"""Asks one small question of an address, unsigned: where a machine's own credentials service answers.

Raises `ConfigError`, because the address comes from the user's settings or the machine. Nothing of the answer is
ever quoted.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

import httpx

from reelstack.errors import ConfigError
from reelstack.wire import connection
from reelstack.wire.connection import Timeouts

_TIMEOUTS = Timeouts(connect=3.0, read=10.0)


@dataclass(frozen=True)
class Question:
    """What is asked. `direct`: of this machine's surroundings, so never through a proxy."""

    url: str
    method: str = "GET"
    headers: tuple[tuple[str, str], ...] = ()
    body: Mapping[str, object] | None = None
    timeouts: Timeouts = _TIMEOUTS
    direct: bool = False


@dataclass(frozen=True)
class Reply:
    """What an address answers with, whatever it is."""

    status: int
    content: bytes

    def require_success(self) -> Reply:
        """This reply; raises ConfigError when it is a refusal."""
        if not 200 <= self.status < 300:
            raise ConfigError(f"it answers with HTTP status {self.status}.")
        return self

    def document(self) -> dict[str, object]:
        """The JSON object in it."""
        try:
            found = json.loads(self.content)
        except (ValueError, RecursionError) as error:
            raise ConfigError("its answer is not JSON.") from error
        if not isinstance(found, dict):
            raise ConfigError("its answer is not a JSON object.")
        return found

    def line(self) -> str:
        """The one line of text in it, which is to become a header's value or a part of an address."""
        found = self.content.decode("ascii", errors="replace").strip()
        if not found or not all(letter.isprintable() and letter.isascii() and letter != " " for letter in found):
            raise ConfigError("its answer is not a line of text.")
        return found


def fetch(question: Question | str) -> dict[str, object]:
    """The JSON object that an address answers with; raises ConfigError for anything else."""
    asked = Question(question) if isinstance(question, str) else question
    return ask(asked).require_success().document()


def ask(question: Question) -> Reply:
    """What an address answers with; raises ConfigError when nobody answers."""
    with connection.open_client(question.url, timeouts=question.timeouts, direct=question.direct) as client:
        try:
            response = client.request(question.method, question.url, headers=list(question.headers), json=question.body)
        except httpx.HTTPError as error:
            raise ConfigError(f"no answer ({type(error).__name__}).") from error
    return Reply(response.status_code, response.content)
