"""A local cloud for the tests of the resources: one process for all of them, emptied before each."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from contract.emulator.door import Caller
from reelstack.clouds import local
from reelstack.emulator import daemon
from unit.resources.hosting import Hosted, hosting


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[daemon.Status]:
    """One for the session: the clients of a process are opened once per site."""
    directory = tmp_path_factory.mktemp("cloud")
    try:
        yield daemon.start(directory, 0)
    finally:
        daemon.stop(directory)


@pytest.fixture(scope="session")
def caller(running: daemon.Status) -> Iterator[Caller]:
    """One for the session too: a caller's nonces are its own, and the cloud takes each only once."""
    with Caller.at(running.url) as one:
        yield one


@pytest.fixture
def cloud(running: daemon.Status, caller: Caller, monkeypatch: pytest.MonkeyPatch) -> Caller:
    """The local cloud that the endpoint `local` means, empty; its jobs are done at once."""
    monkeypatch.setenv(local.DIRECTORY_VARIABLE, str(running.directory))
    caller.control("POST", "reset")
    caller.control("POST", "settings", pace="immediate", analysis_seconds=0)
    return caller


@pytest.fixture
def hosted(cloud: Caller, running: daemon.Status) -> Iterator[Hosted]:
    """The real host, whose providers find the same cloud."""
    with hosting(running.directory) as host:
        yield host
