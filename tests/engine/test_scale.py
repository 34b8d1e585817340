"""The engine's own work grows with the number of resources, not with its square."""

from __future__ import annotations

import os

from engine.playground import Playground

MANY = 'for index in range({}):\n    Thing(f"t{{index}}", "same")\n'


def worked() -> float:
    """Seconds of processor time that this process and its children had: they do not depend on who else is busy."""
    return sum(os.times()[:4])


def test_four_times_the_resources_are_about_four_times_the_work(play: Playground) -> None:
    work = {}
    for count in (50, 200):
        play.up(MANY.format(count))
        before = worked()
        assert play.run("preview").summary == {"same": count + 1}
        work[count] = worked() - before
    # A square would be sixteen times; starting the children makes it less than four.
    assert work[200] < 8 * work[50]
