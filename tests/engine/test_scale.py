"""The engine's own work grows with the number of resources, not with its square."""

from __future__ import annotations

from time import perf_counter

from engine.playground import Playground

MANY = 'for index in range({}):\n    Thing(f"t{{index}}", "same")\n'


def test_four_times_the_resources_take_about_four_times_as_long(play: Playground) -> None:
    seconds = {}
    for count in (75, 300):
        play.up(MANY.format(count))
        began = perf_counter()
        assert play.run("preview").summary == {"same": count + 1}
        seconds[count] = perf_counter() - began
    # A square would be sixteen times; starting the children makes it less than four.
    assert seconds[300] < 8 * seconds[75]
