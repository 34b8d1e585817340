"""The Huawei room in process: our own client, and raw signed requests for what that client would refuse to send."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from contract.emulator.door import Door
from kit.clock import ManualClock
from reelstack.clouds.credentials import Credentials
from reelstack.clouds.huawei_vod import requests, shapes
from reelstack.clouds.huawei_vod.client import HuaweiVodClient
from reelstack.emulator.cloud import Cloud
from reelstack.emulator.huawei.keys import PERMANENT, PROJECT_ID, Key
from reelstack.emulator.settings import Fault, Settings
from reelstack.wire.rate import Limiter
from reelstack.wire.signing.huawei import SdkHmac
from reelstack.wire.transport import Transport

TASKS = f"/v1/{PROJECT_ID}/asset/editing/tasks"
ASSETS = f"/v1.0/{PROJECT_ID}/asset"
INPUT: dict[str, Any] = {"asset_id": "opening", "timeline_start": "0", "timeline_end": "2.5"}


@dataclass
class Room:
    """A local cloud with its clock, a raw way in, and our client."""

    cloud: Cloud
    clock: ManualClock
    http: httpx.Client
    vod: HuaweiVodClient

    @classmethod
    def of(cls, cloud: Cloud, clock: ManualClock) -> Room:
        return cls(cloud, clock, raw(cloud, clock), client(cloud, clock, signer(clock)))

    def set(self, **changes: Any) -> None:
        self.cloud.settings = self.cloud.settings.changed(changes)

    def go_wrong(self, **fault: Any) -> None:
        self.cloud.gateway.faults.add(Fault.parse(fault))

    def cut(self, *pieces: tuple[str, float, float], **settings: Any) -> shapes.CreatedTask:
        """Submit a task of pieces (asset, start, end)."""
        inputs = tuple(
            requests.EditInput(asset_id=key, timeline_start=start, timeline_end=end)
            for key, start, end in pieces or [("opening", 0, 2.5)]
        )
        return self.vod.create_asset_edit_task(
            requests.NewEditTask(inputs=inputs, editing_settings=requests.EditingSettings(**settings))
        )

    def create(self, **body: Any) -> httpx.Response:
        """Send a body as it is."""
        return self.http.post(TASKS, json={"inputs": [INPUT]} | body)

    def finished(self, *pieces: tuple[str, float, float], **settings: Any) -> dict[str, Any]:
        """Render a task; everything that the control room knows of it."""
        made = self.cut(*pieces, **settings)
        assert self.cloud.worker.wait_until_idle(60)
        known: dict[str, Any] = self.control("GET", f"jobs/{made.task_id}")
        return known

    def control(self, method: str, route: str, **given: object) -> Any:
        answer = self.http.request(method, f"/_control/{route}", json=given or None)
        assert answer.status_code == 200, answer.text
        return answer.json()


def signer(clock: ManualClock, key: Key = PERMANENT) -> SdkHmac:
    keys = Credentials(key.access, key.secret, key.security_token)
    return SdkHmac(lambda: keys, clock)


def raw(cloud: Cloud, clock: ManualClock, key: Key = PERMANENT) -> httpx.Client:
    return httpx.Client(transport=Door(cloud), base_url="http://testserver", auth=signer(clock, key))


def as_it_is(request: httpx.Request) -> httpx.Request:
    """Stands for a signer: the request goes out unsigned."""
    return request


def client(cloud: Cloud, clock: ManualClock, auth: httpx.Auth) -> HuaweiVodClient:
    # No limit of our own here: the cloud's clock only moves when somebody sleeps.
    limiter = Limiter(clock, {}, default=1000)
    return HuaweiVodClient(
        Transport(
            "http://testserver", auth, clock=clock, random=random.Random(1), limiter=limiter, transport=Door(cloud)
        ),
        PROJECT_ID,
    )


@contextmanager
def opened(directory: Path, settings: Settings) -> Iterator[Room]:
    clock = ManualClock()
    with Cloud(directory, clock=clock, settings=settings, seed="tests") as cloud:
        yield Room.of(cloud, clock)


def said(answer: httpx.Response) -> tuple[int, str]:
    """Status and code of a refusal."""
    return answer.status_code, answer.json()["error_code"]


def json_of(document: object) -> bytes:
    """JSON as others may write it: with numbers beyond all bounds and halves of characters."""
    return json.dumps(document).encode()
