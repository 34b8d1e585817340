"""One form for what is declared and what a service answers of it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from reelstack.reconcile import normalize

Timeline = dict[str, Any]


def video(*clips: Timeline, **more: object) -> Timeline:
    return {"VideoTracks": [{"VideoTrackClips": list(clips), **more}]}


CLIP = {"MediaId": "m1", "In": 1, "Out": 4}
NEXT = {"MediaId": "m2", "In": 0, "Out": 5}
FRAMED = {**CLIP, "Width": 0.5, "Height": 0.5}
FADE = {"Type": "Transition", "SubType": "fade"}

SAME = {
    "JSON text": (video(CLIP), json.dumps(video(CLIP), indent=1)),
    "key order": (video(CLIP), video(dict(reversed(CLIP.items())))),
    "numbers as text": (video(CLIP), video({**CLIP, "In": "1", "Out": "4.0000"})),
    "decimals": (video(CLIP), video({**CLIP, "In": 1.00001, "Out": 4.0})),
    "flags as text": (video(CLIP, MainTrack=True), video(CLIP, MainTrack="true")),
    "defaults": (video(CLIP), video({**CLIP, "Type": "Video", "Speed": 1.0, "Opacity": "1"}, MainTrack=False)),
    "nothing": (video(CLIP), video({**CLIP, "Effects": [], "MaskVideoUrl": "", "X": None})),
    "frame": (video(FRAMED), video({**FRAMED, "X": 0, "Y": 0.0, "AdaptMode": "Fill"})),
    "transition": (video({**CLIP, "Effects": [FADE]}), video({**CLIP, "Effects": [{**FADE, "Duration": 1}]})),
    "editor's ids": (video(CLIP), {"FECanvas": {"Width": 1}, **video({**CLIP, "Id": "1", "ClipId": "c"}, Id="t")}),
    "our marker": (video(CLIP), {"reelstack": {"key": "k"}, **video(CLIP)}),
    "computed times": (
        video(CLIP, NEXT),
        video({**CLIP, "TimelineIn": 0, "TimelineOut": 3}, {**NEXT, "TimelineIn": 3.0004, "TimelineOut": "8"}),
    ),
    "computed overlap": (
        video({**CLIP, "Effects": [FADE]}, NEXT),
        video({**CLIP, "Effects": [FADE]}, {**NEXT, "TimelineIn": 2}),
    ),
    "signature": (
        video({"MediaURL": "https://b.oss-cn-shanghai.aliyuncs.com/a.mp4", "Out": 4}),
        video({"MediaUrl": "https://b.oss-cn-shanghai.aliyuncs.com/a.mp4?Expires=1&Signature=x%3D", "Out": 4}),
    ),
    "old VOD editor": (
        video(CLIP),
        {"Title": "t", "Duration": 3, **video({"VideoId": "m1", "In": 1, "Out": 4, "Index": 0, "CutFlag": False})},
    ),
}

OTHER = {
    "another range": (video(CLIP), video({**CLIP, "Out": 4.01})),
    "another order": (video(CLIP, NEXT), video(NEXT, CLIP)),
    "a centred picture": (video(CLIP), video({**CLIP, "X": 0})),
    "a time of its own": (video(CLIP, NEXT), video(CLIP, {**NEXT, "TimelineIn": 4})),
    "an unknown key": (video(CLIP), video({**CLIP, "Sparkle": 1})),
    "an unknown key of the whole": (video(CLIP), {**video(CLIP), "Mood": "calm"}),
    "a number in a text": (video({**CLIP, "Voice": "1"}), video({**CLIP, "Voice": 1})),
    "what else an address says": (video({"MediaURL": "https://b/a?v=1"}), video({"MediaURL": "https://b/a?v=2"})),
    "a loop that ends": (
        {"AudioTracks": [{"AudioTrackClips": [{**CLIP, "LoopMode": True, "TimelineOut": 3}]}]},
        {"AudioTracks": [{"AudioTrackClips": [{**CLIP, "LoopMode": True}]}]},
    ),
}


@pytest.mark.parametrize("name", SAME)
def test_another_way_of_writing_is_the_same_timeline(name: str) -> None:
    declared, echoed = SAME[name]
    assert normalize.timeline(echoed) == normalize.timeline(declared)


@pytest.mark.parametrize("name", OTHER)
def test_what_changes_the_video_stays_a_difference(name: str) -> None:
    declared, other = OTHER[name]
    assert normalize.timeline(other) != normalize.timeline(declared)


def test_a_clip_id_that_another_clip_refers_to_is_kept() -> None:
    found = normalize.timeline(
        {**video({**CLIP, "ClipId": "c"}), "SubtitleTracks": [{"SubtitleTrackClips": [{"ReferenceClipId": "c"}]}]}
    )
    assert found["VideoTracks"][0]["VideoTrackClips"] == [{**CLIP, "ClipId": "c"}]


@pytest.mark.parametrize("hostile", ["no JSON", "[1]", "3", 7, None, {"VideoTracks": {"a": 1}}, {"VideoTracks": [3]}])
def test_what_is_no_timeline_is_left_as_it_is(hostile: object) -> None:
    assert normalize.timeline(hostile) == normalize.document(hostile)


def test_a_number_that_is_none_can_be_compared() -> None:
    assert normalize.timeline('{"VideoTracks": [{"VideoTrackClips": [{"Out": NaN}]}]}') == video({"Out": "nan"})


def test_json_in_a_text_is_read_where_the_field_holds_json() -> None:
    fields = {"title": '{"a": 1}', "clips_param": '{"a": 1.0, "reelstack": {}}', "business_config": {"b": None}}
    assert normalize.project(fields) == {"title": '{"a": 1}', "clips_param": {"a": 1}}


@pytest.mark.parametrize(
    ("signed", "plain"),
    [
        ("https://b/c.png?Expires=1&OSSAccessKeyId=a&Signature=s", "https://b/c.png"),
        ("https://b/c.png?x-oss-process=a&x-oss-signature-version=4&x-oss-date=d", "https://b/c.png?x-oss-process=a"),
        ("https://b/c.png?auth_key=1-0-0-x", "https://b/c.png"),
        ("http://[?Signature=s", "http://[?Signature=s"),
        ("https://b/c%20d.png?q=a%20b", "https://b/c%20d.png?q=a%20b"),
    ],
)
def test_an_address_loses_its_signature_and_nothing_else(signed: str, plain: str) -> None:
    assert normalize.url(signed) == plain
