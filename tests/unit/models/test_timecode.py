"""Times as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reelstack.models import timecode


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("3s", 3),
        ("250ms", 0.25),
        ("00:01:02.5", 62.5),
        ("1:02", 62),
        ("2.5", 2.5),
        (4, 4),
        ("1.5 min", 90),
        ("2m", 120),
    ],
)
def test_every_written_form_is_understood(written: str | float, seconds: float) -> None:
    assert timecode.seconds(written) == seconds


@pytest.mark.parametrize("written", ["", "abc", "-3s", "3 apples", "1:2:3:4", True, "inf", "nan", "25h", 86_400])
def test_what_is_no_time_is_refused(written: str | float) -> None:
    with pytest.raises(ValueError, match=r"time|range"):
        timecode.seconds(written)


@given(st.floats(0, 86_399))
def test_a_number_of_seconds_is_kept_to_four_decimals(value: float) -> None:
    assert timecode.seconds(value) == pytest.approx(value, abs=0.00005)


@pytest.mark.parametrize(("value", "text"), [(2.5, "2.5 s"), (62.5, "1:02.5"), (0.25, "0.25 s")])
def test_times_are_spelt_for_people(value: float, text: str) -> None:
    assert timecode.spell(value) == text
