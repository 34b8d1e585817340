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


@pytest.fixture
def repository(rendering: Repository) -> Repository:
    """A repository with a local cloud whose jobs are done at once, without rendering."""
    rendering.control("POST", "settings", {"pace": "immediate"})
    return rendering
