"""What holds for all tests: a busy machine breaks no law, and no test leaves another's tracebacks short."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

# The same examples each time: what turns the suite red is a change and not its luck. The long proofs draw anew.
settings.register_profile("any machine", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")


@pytest.fixture(autouse=True)
def tracebacks() -> Iterator[None]:
    """Providers shorten the tracebacks of their process, which here is pytest's: make them long again."""
    yield
    if hasattr(sys, "tracebacklimit"):
        del sys.tracebacklimit
