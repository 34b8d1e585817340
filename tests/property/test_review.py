"""Laws of the review, for any campaign and any names."""

from __future__ import annotations

import html
import json
import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from random import Random
from typing import Any

import jsonschema
from hypothesis import given, settings
from hypothesis import strategies as st

from kit.review import plan, side, timeline
from property.timelines import HOSTILE, timelines, versions
from reelstack.preview import comment, compare, document, page, picture, terminal
from reelstack.preview.side import Cut, End, Side

TEXTS = st.text(max_size=30) | st.sampled_from(
    ["@bob", "#1", "|", "`````", "```\n", "</details>", "<!-- x -->", "](https://e)", "\x1b[31m", "\u202e", "www.e.com"]
)
CUTS = TEXTS.map(lambda text: timeline(text, captions=(text,))) | timelines(most=3) | HOSTILE


@st.composite
def sides(draw: st.DrawFn) -> Side:
    cuts = draw(st.dictionaries(TEXTS, CUTS, max_size=4))
    found = side(cuts, label=draw(TEXTS), settings={"service": draw(TEXTS), "region": draw(TEXTS)})
    texts = {
        name: Cut(name, cut.timeline, title=draw(TEXTS), description=draw(TEXTS)) for name, cut in found.cuts.items()
    }
    ends = st.builds(End, adopted=st.booleans(), on_delete=TEXTS | st.sampled_from(["delete", "retain"]))
    films = {name: replace(film, end=draw(ends)) for name, film in found.films.items()}
    return replace(found, cuts={name: replace(cut, end=draw(ends)) for name, cut in texts.items()}, films=films)


def unescaped(markdown: str) -> str:
    """The comment without what stands in code elements and in fences."""
    assert re.fullmatch(
        r"<!-- reelstack:review project=[\w.~%]* stack=[\w.~%]* -->", markdown.splitlines()[0], re.ASCII
    )
    kept, fence = [], ""
    for line in markdown.split("\n")[1:]:
        ticks = re.match(r"`{3,}", line)
        if fence:
            fence = "" if re.fullmatch(rf" {{0,3}}{fence}`*\s*", line) else fence  # as CommonMark closes one
        elif ticks:
            assert line == f"{ticks[0]}diff"
            fence = ticks[0]
        else:
            kept.append(re.sub(r"<code>(?:[^\x00-\x9f]|[A-Za-z0-9 (),/-]|&#\d+;)*</code>", "C", line))
    assert not fence
    return "\n".join(kept)


ALLOWED = re.compile(r"[A-Za-z0-9 \n|:.,;'()/&+→×±−·…~`*#>!_-]|[🗑️♻️⚠️]|</?(?:details|summary|sub)>|&#\d+;")
"""What the comment's own words are made of."""


@given(sides(), sides())
@settings(max_examples=40, deadline=None)
def test_user_text_stands_in_code_only_and_the_comment_keeps_to_its_limit(before: Side, after: Side) -> None:
    found = plan(before, after)
    told = comment.render(found, limit=comment.LEAST)
    assert len(told.encode("utf-16-le")) // 2 <= comment.LEAST
    rest = unescaped(told)
    assert not ALLOWED.sub("", rest)
    assert "@" not in rest
    assert rest.count("<details>") == rest.count("</details>")


@given(sides(), sides())
@settings(max_examples=25, deadline=None)
def test_every_format_can_be_read_and_holds_no_control_character(before: Side, after: Side) -> None:
    found = plan(before, after)
    json.loads(json.dumps(document.render(found)))
    ET.fromstring(picture.draw_all(found.projects))
    for text in ("\n".join(line for line, _ in terminal.render(found)), comment.render(found), page.render(found)):
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", text)


Versions = dict[str, tuple[dict[str, Any], dict[str, Any]]]


@given(st.dictionaries(st.sampled_from("abcdef"), versions(), max_size=4), st.randoms())
@settings(max_examples=40, deadline=None)
def test_the_order_in_which_parts_are_named_changes_nothing(pairs: Versions, dice: Random) -> None:
    names = list(pairs)
    dice.shuffle(names)
    found, other = (
        plan(*(side({name: pairs[name][at] for name in order}) for at in (0, 1))) for order in (list(pairs), names)
    )
    assert found == other


@given(st.lists(st.integers(0, 3000), min_size=1, max_size=3), st.integers(comment.LEAST, 70_000))
@settings(max_examples=15, deadline=None)
def test_a_comment_of_any_size_is_whole(sizes: list[int], limit: int) -> None:
    cuts = {f"{at}{'🎬|' * size}": timeline("x", captions=("🎬|" * size,)) for at, size in enumerate(sizes * 30)}
    told = comment.render(plan(side({}), side(cuts)), limit=limit)
    assert len(told.encode("utf-16-le")) // 2 <= limit
    assert f"{len(cuts)} new video" in told
    assert told.count("<details>") == len(cuts) or "Left out" in told


SCHEMA = jsonschema.Draft202012Validator(document.schema())


@given(sides(), sides())
@settings(max_examples=25, deadline=None)
def test_a_document_keeps_to_its_schema_and_is_read_as_it_was_meant(before: Side, after: Side) -> None:
    found = plan(before, after)
    text = json.dumps(document.render(found))
    SCHEMA.validate(json.loads(text))
    assert comment.render(document.read(text)) == comment.render(found)


KEYS = st.sampled_from(
    ["LTAI5tFakeFakeFakeFake", "https://u:hunter22@e.com/a.mp4", "password=hunter22", "?Signature=hunter22&x=1"]
)
SECRETS = re.compile(r"LTAI5t|hunter22")


@given(st.lists(st.tuples(TEXTS, KEYS, TEXTS).map(" ".join), min_size=4, max_size=4), st.integers(0, 200))
@settings(max_examples=60, deadline=None)
def test_no_format_tells_a_secret_wherever_it_was_written(texts: list[str], fill: int) -> None:
    name, media, caption, title = texts
    before, after = timeline("a", captions=("x" * fill,)), timeline(media, captions=("x" * fill + caption,))
    sides = [side({name: one}, label=title, settings={"region": title}) for one in (before, after)]
    titled = replace(sides[1], cuts={name: replace(sides[1].cuts[name], title=title, description=title)})
    found = replace(plan(sides[0], titled), drift=compare.drift(sides[0], titled))
    written = json.dumps(document.render(found))
    for told in (
        "\n".join(line for line, _ in terminal.render(found)),
        comment.render(found),
        comment.render(document.read(written)),
        page.render(found),
        picture.draw_all(found.projects),
        written,
    ):
        assert not SECRETS.search(html.unescape(told))


@given(sides(), sides(), st.sampled_from(["@everyone", "#1", "www.e.com", "<b>", "](https://e)", "`"]))
@settings(max_examples=40, deadline=None)
def test_a_document_that_a_stranger_wrote_says_nothing_outside_of_code(before: Side, after: Side, words: str) -> None:
    found = document.render(plan(before, after))
    for one in (*found["videos"], *found["projects"]):
        one["name"] = words
    for one in found["projects"]:
        one["words"] = ["```", words, "~~~", f"  ````{words}"]
    found |= dict.fromkeys(("project", "stack", "service", "before", "after", "summary"), words)
    found |= {"warnings": [words], "drift": [words]}
    told = comment.render(document.read(json.dumps(found)), limit=comment.LEAST)
    rest = unescaped(told)
    assert not ALLOWED.sub("", rest)
    assert "@" not in rest
