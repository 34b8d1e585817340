"""The local cloud as a process: one loopback port, one folder. `daemon` starts and stops it.

Writes DIR/cloud.json when it is ready and removes it when it ends; holds a lock on the folder while it runs.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from reelstack.emulator import app, folder
from reelstack.emulator.cloud import PERMANENT, REGION, Cloud
from reelstack.emulator.folder import CloudStartError
from reelstack.emulator.huawei import keys
from reelstack.emulator.settings import Settings
from reelstack.emulator.store import StoreError

VERSION = "0.1.0"
HOST = "127.0.0.1"
_URL_MOST = 1024 * 1024
_GRACE_SECONDS = 3
_START_SECONDS = 10


def run(directory: Path, port: int, on_ready: Callable[[], None] = lambda: None) -> None:
    """Serve until SIGTERM or SIGINT. Raises `CloudStartError` when it cannot begin."""
    directory.mkdir(parents=True, exist_ok=True)
    with folder.lock(directory), _listen(port) as listener:
        url = f"http://{HOST}:{listener.getsockname()[1]}"
        try:
            cloud = Cloud(directory)
        except StoreError as error:
            raise CloudStartError(str(error)) from error
        cloud.serve_at(url)

        def announce() -> None:
            _announce(directory, url)
            on_ready()

        try:
            _serve(cloud, listener, announce)
        finally:
            (directory / "cloud.json").unlink(missing_ok=True)
            cloud.close()


@contextmanager
def serving(directory: Path, settings: Settings) -> Iterator[Cloud]:
    """A folder's cloud on a free port, served from a thread of this process until the block ends."""
    directory.mkdir(parents=True, exist_ok=True)
    with folder.lock(directory), _listen(0) as listener, Cloud(directory, settings=settings) as cloud:
        url = f"http://{HOST}:{listener.getsockname()[1]}"
        cloud.serve_at(url)
        ready = threading.Event()

        def announce() -> None:
            _announce(directory, url)
            ready.set()

        running = _AnnouncingServer(_config(cloud), announce)
        thread = threading.Thread(target=running.run, kwargs={"sockets": [listener]})
        thread.start()
        ready.wait(_START_SECONDS)
        try:
            yield cloud
        finally:
            running.should_exit = True
            thread.join()


def _serve(cloud: Cloud, listener: socket.socket, announce: Callable[[], None]) -> None:
    # The server gives a signal back when it has ended; ours then does nothing, so that what follows still happens.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)
    _AnnouncingServer(_config(cloud), announce).run(sockets=[listener])


def _config(cloud: Cloud) -> uvicorn.Config:
    return uvicorn.Config(
        app.create(cloud),
        http=_DroppableProtocol,
        ws="none",
        lifespan="off",
        log_level="warning",
        access_log=False,
        h11_max_incomplete_event_size=_URL_MOST,
        timeout_graceful_shutdown=_GRACE_SECONDS,
    )


class _AnnouncingServer(uvicorn.Server):
    """Says when it answers."""

    def __init__(self, config: uvicorn.Config, announce: Callable[[], None]) -> None:
        super().__init__(config)
        self._announce = announce

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._announce()


class _DroppableProtocol(H11Protocol):
    """Lets the application break the connection, as an ASGI extension, for answers that are to be lost."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        served = self.app

        async def droppable(scope: Any, receive: Any, send: Any) -> None:
            scope["extensions"] = {**scope.get("extensions", {}), app.DROP: transport.abort}
            await served(scope, receive, send)

        self.app = droppable


@contextmanager
def _listen(port: int) -> Iterator[socket.socket]:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
    except (OSError, OverflowError) as error:
        listener.close()
        raise CloudStartError(
            f"Port {port} on {HOST} cannot be used ({error}): stop what uses it, or choose another (0: any)."
        ) from error
    with listener:
        yield listener


def _announce(directory: Path, url: str) -> None:
    described = {
        "url": url,
        "region": REGION,
        "access_key_id": PERMANENT.access_key_id,
        "access_key_secret": PERMANENT.access_key_secret,
        "huawei_access_key": keys.PERMANENT.access,
        "huawei_secret_key": keys.PERMANENT.secret,
        "huawei_project_id": keys.PROJECT_ID,
        "pid": os.getpid(),
        "version": VERSION,
    }
    (directory / "port").write_text(url.rpartition(":")[2])
    fresh = directory / "cloud.json.new"
    fresh.write_text(json.dumps(described, indent=2) + "\n")
    fresh.replace(directory / "cloud.json")
    logging.getLogger(__name__).info("serving %s from %s", url, directory)
