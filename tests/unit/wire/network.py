"""Builds transports whose network is a function, and the answers that such a function gives."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import httpx

from kit.clock import ManualClock
from reelstack.wire.transport import Transport

Answer = httpx.Response | Exception


@dataclass(frozen=True)
class Always:
    """Chance without chance."""

    value: float

    def random(self) -> float:
        return self.value


class Unsigned(httpx.Auth):
    """Lets requests pass as they are."""


def said(status: int = 200, *, headers: dict[str, str] | None = None, **body: Any) -> httpx.Response:
    return httpx.Response(status, json={"RequestId": "r-1", **body}, headers=headers)


def refused(status: int, code: str, message: str = "no", **headers: str) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return said(status, headers=named, Code=code, Message=message)


@dataclass
class Network:
    """Gives its answers in order, the last one for ever; keeps what was asked."""

    answers: list[Answer]
    asked: list[httpx.Request] = field(default_factory=list)
    clock: ManualClock = field(default_factory=ManualClock)

    @classmethod
    def of(cls, *answers: Answer) -> Network:
        return cls(list(answers))

    def __call__(self, request: httpx.Request) -> httpx.Response:
        # A copy: the same request is signed anew and sent again.
        self.asked.append(
            httpx.Request(request.method, request.url, headers=dict(request.headers), content=request.content)
        )
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)

    @property
    def actions(self) -> list[str]:
        return [request.headers["x-acs-action"] for request in self.asked]

    def query(self, at: int = -1) -> dict[str, str]:
        return dict(self.asked[at].url.params)

    def queries(self, name: str) -> list[str]:
        return [request.url.params[name] for request in self.asked]

    def transport(self, base_url: str = "https://ice.cn-shanghai.aliyuncs.com", **options: Any) -> Transport:
        defaults: dict[str, Any] = {"auth": Unsigned(), "clock": self.clock, "random": random.Random(1)}
        return Transport(base_url, transport=httpx.MockTransport(self), **(defaults | options))


def call(transport: Transport, *, idempotent: bool = True, **query: str) -> dict[str, object]:
    return transport.call("DoIt", cloud="test-cloud", version="2020-11-09", query=query, idempotent=idempotent)


def in_turn(values: Iterable[str]) -> Callable[[], str]:
    return iter(values).__next__
