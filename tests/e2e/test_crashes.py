"""Killed at a boundary of a request, a run is gone on with by the next, and nothing is paid for twice: a sample.

`make crash` meets every boundary.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kit.boundaries import Boundary
from kit.crashes import SERVICES, Crashing, Verdict, crashing

PRODUCE, CUT = "ProduceEditingProjectVideo", "POST-asset/editing/tasks"
SAMPLES = {
    "ims": ("committed:SubmitMediaProducingJob:2", "answered:SubmitMediaProducingJob:1"),
    "vod": (f"committed:{PRODUCE}:2", f"before:{PRODUCE}:1"),
    "huawei": (f"committed:{CUT}:1", f"before:{CUT}:2"),
}


@pytest.fixture(params=SERVICES)
def service(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def crash(service: str, tmp_path: Path) -> Iterator[Crashing]:
    with crashing(tmp_path, service) as one:
        yield one


def test_after_a_kill_the_next_run_pays_for_nothing_twice(crash: Crashing, service: str) -> None:
    for boundary in SAMPLES[service]:
        verdict = crash.meet("first", Boundary.parse(boundary))
        assert verdict == Verdict(reached=True, faults=(), asked=verdict.asked)
        assert not verdict.asked or service == "huawei"
