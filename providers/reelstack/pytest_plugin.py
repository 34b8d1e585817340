"""The pytest fixture of `testing`. Registered by the package, so it imports nothing heavy before it is used."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from reelstack.testing import Stack


@pytest.fixture
def reelstack_project(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[..., Stack]]:
    """A project on a fresh local cloud for as long as the test runs.

    Call it with the project's directory, a relative one being seen from the test's file, or with a program's text, and
    the options of `testing.project`.
    """
    from reelstack.testing import project  # needs the extra `cloud`, and takes a second to load

    made = 0
    with ExitStack() as open_clouds:

        def opened(place: Path | str, **options: Any) -> Stack:
            nonlocal made
            made += 1
            if isinstance(place, Path) or "\n" not in place:
                place = request.path.parent / place
            return open_clouds.enter_context(project(place, tmp_path / f"reelstack-{made}", **options))

        yield opened
