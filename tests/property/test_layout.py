"""Laying a campaign file out changes nothing that it says, and a second time changes nothing at all."""

from __future__ import annotations

from typing import Any

import yaml
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from reelstack.campaign import document, layout
from reelstack.models.campaign import Campaign

TIMES = st.one_of(
    st.floats(0.1, 50).map(lambda time: round(time, 3)),
    st.integers(1, 90),
    st.sampled_from(["3s", "250ms", "00:01:02.5", "1:02", " 2 s", "1.50s", "75.000"]),
)
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20)
WORDS = st.sampled_from(["yes", "null", "3", "2024-01-01", "# no comment", "a: b", "- x", "'", '"', "~", "0x1f", "1e3"])


@st.composite
def campaigns(draw: st.DrawFn) -> dict[str, Any]:
    def clip() -> dict[str, Any]:
        return {"length": draw(TIMES), "clip": "a", "in": draw(TIMES), "volume": draw(st.sampled_from([0, 0.5, 1]))}

    caption: dict[str, Any] = {"length": draw(TIMES), "text": draw(TEXTS | WORDS), "at": 0, "colour": "#ffe08a"}
    project: dict[str, Any] = {"video": [clip() for _ in range(draw(st.integers(1, 3)))], "title": draw(TEXTS | WORDS)}
    if draw(st.booleans()):
        project |= {"captions": [caption], "music": {"fade_in": draw(TIMES), "clip": "a"}}
    return {
        "videos": {"wide": {"size": "1280x720", "project": "p", "triggers": [draw(TEXTS | WORDS)]}},
        "projects": {"p": project},
        "sources": {"a": draw(st.sampled_from(["media-1", "007", "yes", "1.5"]))},
        "campaign": "spring",
    }


@settings(max_examples=50)
@given(campaigns(), st.sampled_from([True, False, None]), st.integers(2, 6))
def test_a_file_laid_out_says_the_same_and_stays_as_it_is(
    campaign: dict[str, Any], style: bool | None, indent: int
) -> None:
    text = "# above\n" + yaml.safe_dump(campaign, default_flow_style=style, indent=indent, allow_unicode=True)
    assume(document.parse(text, "spring.yaml").values == campaign)  # PyYAML writes some texts as our numbers
    laid = layout.formatted(text, "spring.yaml")
    before, after = (Campaign.model_validate(document.parse(one, "spring.yaml").values) for one in (text, laid))
    assert before == after
    assert laid.startswith("# above\n")
    assert layout.formatted(laid, "spring.yaml") == laid
