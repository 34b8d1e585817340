"""A local cloud on a free loopback port, for clients that nobody here wrote: the clouds' own SDKs.

It runs on the real clock, because an SDK dates its signatures by it; with pace `immediate` nothing depends on time.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvicorn

from reelstack.emulator import app, server
from reelstack.emulator.cloud import Cloud
from reelstack.emulator.settings import Fault, Settings


@dataclass(frozen=True)
class Served:
    """A local cloud that answers. `endpoint` is what an SDK takes: host and port."""

    cloud: Cloud
    endpoint: str

    @property
    def url(self) -> str:
        return f"http://{self.endpoint}"

    def go_wrong(self, **fault: Any) -> None:
        self.cloud.gateway.faults.add(Fault.parse(fault))

    def set(self, **changes: Any) -> None:
        self.cloud.settings = self.cloud.settings.changed(changes)


@contextmanager
def served(directory: Path, settings: Settings) -> Iterator[Served]:
    """Serve a folder's cloud until the block ends."""
    with socket.create_server(("127.0.0.1", 0)) as listener, Cloud(directory, settings=settings) as cloud:
        endpoint = f"127.0.0.1:{listener.getsockname()[1]}"
        cloud.serve_at(f"http://{endpoint}")
        config = uvicorn.Config(
            app.create(cloud),
            http=server._DroppableProtocol,
            ws="none",
            lifespan="off",
            log_level="critical",
            access_log=False,
            h11_max_incomplete_event_size=1024 * 1024,
        )
        running = uvicorn.Server(config)
        thread = threading.Thread(target=running.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield Served(cloud, endpoint)
        finally:
            running.should_exit = True
            thread.join()
