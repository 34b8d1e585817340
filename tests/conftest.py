"""What holds for all tests: their order, that a busy machine breaks no law, that none leaves tracebacks short."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# The same examples each time: what turns the suite red is a change and not its luck. The long proofs draw anew.
settings.register_profile("any machine", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")

# Each worker of a run in parallel begins somewhere in this order and then takes over what others have not come to:
# what lasts long is begun early, and the tests that share one rendering are over before anybody takes them.
LONG = ("e2e/test_rendered_videos", "e2e", "property", "examples")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put what lasts long first."""
    items.sort(key=_place)


def _place(item: pytest.Item) -> int:
    path = item.path.relative_to(Path(__file__).parent).as_posix()
    return next((at for at, start in enumerate(LONG) if path.startswith(start)), len(LONG))


@pytest.fixture(autouse=True)
def tracebacks() -> Iterator[None]:
    """Providers shorten the tracebacks of their process, which here is pytest's: make them long again."""
    yield
    if hasattr(sys, "tracebacklimit"):
        del sys.tracebacklimit
