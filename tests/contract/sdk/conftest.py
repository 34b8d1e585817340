"""What the suites of the official SDKs share: a fresh local cloud behind a real port."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from contract.sdk.serve import Served, served
from reelstack.emulator.settings import Settings


@pytest.fixture
def local(tmp_path: Path) -> Iterator[Served]:
    """A local cloud in which everything succeeds at once, unless the test says otherwise."""
    with served(tmp_path, Settings(pace="immediate")) as running:
        yield running
