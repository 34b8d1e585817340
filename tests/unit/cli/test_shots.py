"""Frames of what changes are asked of the local cloud: which cuts, which seconds, which size."""

from __future__ import annotations

import base64
import json
from typing import Any

from kit import loopback, review
from kit.loopback import Asked
from reelstack.cli import shots
from reelstack.preview.frames import Frame
from reelstack.preview.side import Side

PICTURE = base64.b64encode(b"jpeg").decode()
PATH = "POST /_control/frames"


def drawn(asked: Asked) -> tuple[int, Any]:
    at = json.loads(asked.body)["at"]
    return 200, {"frames": {f"{second:g}": PICTURE for second in at}, "stand_ins": ["m|<b>"]}


def sides() -> tuple[Side, Side]:
    films = {"wide": ("cut", 64, 9000), "square": ("cut", 720, 720)}
    return (
        review.side({"cut": review.timeline("a"), "same": review.timeline("z")}, films),
        review.side({"cut": review.timeline("a", "b"), "same": review.timeline("z")}, {"wide": ("cut", 1280, 720)}),
    )


def test_both_versions_of_what_changes_are_drawn_at_the_size_of_a_video_that_both_have() -> None:
    before, after = sides()
    with loopback.serving() as there:
        there.answers[PATH] = drawn
        found = shots.take(review.plan(before, after), before, after, there.url, print)
    sizes = [(body["width"], body["height"]) for one in there.asked if (body := json.loads(one.body))]
    assert sizes == [(128, 4096), (1280, 720)]
    assert found["cut"].frames[0] == Frame(3.0, b"jpeg", b"jpeg")
    assert found["cut"].stand_ins == ("m|<b>",)
    assert set(found) == {"cut"}


def test_what_cannot_be_drawn_is_said_and_left_out() -> None:
    before, after = sides()
    said: list[str] = []
    with loopback.serving() as there:
        there.answers[PATH] = (400, {"error": "no clip\x1b[31m"})
        assert shots.take(review.plan(before, after), before, after, there.url, said.append) == {}
    assert said[0].startswith("no frames of cut: ")
    assert "\x1b" not in said[0]


def test_a_review_of_many_cuts_draws_the_first_of_them() -> None:
    names = [f"cut{at:02}" for at in range(shots.MOST + 3)]
    before = review.side({})
    after = review.side({name: review.timeline("a") for name in names})
    said: list[str] = []
    with loopback.serving() as there:
        there.answers[PATH] = drawn
        assert len(shots.take(review.plan(before, after), before, after, there.url, said.append)) == shots.MOST
    assert said == ["frames of the first 12 of 15 changed cuts"]


def test_a_cut_without_a_timeline_has_no_frames() -> None:
    before, after = (review.side({"cut": [{"asset": "a", "end": end}]}) for end in (2, 3))
    assert shots.take(review.plan(before, after), before, after, loopback.CLOSED, print) == {}
