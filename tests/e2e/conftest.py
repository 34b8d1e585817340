"""Repositories for the tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kit.repository import Repository, copy_of_the_stack
from reelstack.emulator import daemon


@pytest.fixture
def stopped(tmp_path: Path) -> Repository:
    """A repository whose local cloud has not been started."""
    return Repository(copy_of_the_stack(tmp_path))


@pytest.fixture
def rendering(stopped: Repository) -> Iterator[Repository]:
    """A repository with a local cloud that renders."""
    directory = stopped.root / ".reelstack" / "cloud"
    stopped.cloud = daemon.start(directory, 0)
    try:
        yield stopped
    finally:
        daemon.stop(directory)


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[daemon.Status]:
    """One process for all repositories that do not render: starting it takes longer than most runs."""
    directory = tmp_path_factory.mktemp("cloud")
    try:
        yield daemon.start(directory, 0)
    finally:
        daemon.stop(directory)


@pytest.fixture
def repository(stopped: Repository, running: daemon.Status) -> Repository:
    """A repository with an empty local cloud whose jobs are done at once, without rendering."""
    place = stopped.root / ".reelstack" / "cloud"
    place.parent.mkdir()
    place.symlink_to(running.directory, target_is_directory=True)
    stopped.cloud = running
    stopped.control("POST", "reset")
    stopped.control("POST", "settings", {"pace": "immediate"})
    return stopped
