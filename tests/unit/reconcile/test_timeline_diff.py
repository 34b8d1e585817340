"""What an editor would say changed between two cuts."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from reelstack.reconcile import timeline_diff, timeline_words
from reelstack.reconcile.timeline_change import OtherChanged, TimelineDiff, TrackAdded, Trimmed

Clip = dict[str, Any]


def clip(name: str, out: float = 4, **more: Any) -> Clip:
    return {"MediaId": name, "In": 0, "Out": out, **more}


def video(*clips: Clip, **more: Any) -> Clip:
    return {"VideoTracks": [{"MainTrack": True, "VideoTrackClips": list(clips)}], **more}


def caption(text: str, at: float, until: float, **more: Any) -> Clip:
    return {"SubtitleTrackClips": [{"Type": "Text", "Content": text, "TimelineIn": at, "TimelineOut": until, **more}]}


A, B, C, D = (clip(name) for name in "abcd")
FADE = {"Type": "Transition", "SubType": "fade", "Duration": 1}
LOUD = {"Type": "Volume", "Gain": 2}
MUSIC = {"AudioTracks": [{"AudioTrackClips": [{"MediaId": "song", "In": 0, "LoopMode": True, "TimelineOut": 8}]}]}


def lines(old: object, new: object) -> list[str]:
    return list(timeline_words.lines(timeline_diff.compare(old, new)))


# ── words ──

EDITS = {
    "insert": (video(A, B), video(A, C, B), ["+ clip c at 4 s, 4 s", "> 1 clip shifted by 4 s, from 4 s to 8 s"]),
    "remove": (video(A, B, C), video(A, C), ["- clip b at 4 s, 4 s", "> 1 clip shifted by −4 s, from 8 s to 4 s"]),
    "move": (
        video(A, B, C),
        video(C, A, B),
        ["~ clip c moved from 8 s to 0 s", "> 2 clips shifted by 4 s, the first from 0 s to 4 s"],
    ),
    "trim": (
        video(A, B),
        video(clip("a", 3), B),
        ["~ clip a at 0 s: cut 0 s–4 s → 0 s–3 s", "> 1 clip shifted by −1 s, from 4 s to 3 s"],
    ),
    "address": (
        video(A, B),
        video(A, {"MediaURL": "https://films/x/b.mp4?Signature=s", "In": 0, "Out": 4}),
        ["~ clip b.mp4 at 4 s: material replaced, was b"],
    ),
    "no address": (video(A), video(A, {"MediaURL": "http://[", "Out": 4}), ["+ clip [ at 4 s, 4 s"]),
    "retime": (
        video(A, B),
        video({**A, "Speed": 2}, B),
        ["~ clip a at 0 s: speed 1 → 2", "> 1 clip shifted by −2 s, from 4 s to 2 s"],
    ),
    "replace": (video(A, B, C), video(A, D, C), ["~ clip d at 4 s: material replaced, was b"]),
    "effect": (
        video(A),
        video({**A, "Effects": [{"Type": "VFX", "SubType": "open"}]}),
        ["~ clip a at 0 s: effect VFX added"],
    ),
    "volume": (video(A), video({**A, "Effects": [LOUD]}), ["~ clip a at 0 s: volume 1 → 2"]),
    "transition": (
        video(A, B),
        video({**A, "Effects": [FADE]}, B),
        ["~ clip a at 0 s: transition none → fade 1 s", "> 1 clip shifted by −1 s, from 4 s to 3 s"],
    ),
    "text on a clip": (
        video({**A, "Effects": [{"Type": "Text", "Content": "Hi"}]}),
        video({**A, "Effects": [{"Type": "Text", "Content": "Ho"}]}),
        ["~ clip a at 0 s: text “Hi” → “Ho”"],
    ),
    "caption": (
        video(A, SubtitleTracks=[caption("Hi", 1, 2)]),
        video(A, SubtitleTracks=[caption("Ho", 1, 2)]),
        ["~ caption “Ho” at 1 s: text “Hi” → “Ho”"],
    ),
    "caption's time": (
        video(A, SubtitleTracks=[caption("Hi", 1, 2)]),
        video(A, SubtitleTracks=[caption("Hi", 2, 3)]),
        ["~ caption “Hi” moved from 1 s to 2 s"],
    ),
    "caption before others": (
        video(A, SubtitleTracks=[caption("Hi", 1, 2), caption("Bye", 3, 4)]),
        video(A, SubtitleTracks=[caption("So", 0, 1), caption("Hi", 1, 2), caption("Bye", 3, 4)]),
        ["+ caption “So” at 0 s, 1 s"],
    ),
    "caption's looks": (
        video(A, SubtitleTracks=[caption("Hi", 1, 2, FontSize=64, Alignment="CenterCenter", FontFace={"Bold": False})]),
        video(A, SubtitleTracks=[caption("Hi", 1, 2, FontSize=70, Alignment="TopCenter", FontFace={"Bold": True})]),
        ["~ caption “Hi” at 1 s: place centre → top, letters plain → bold, size 64 → 70"],
    ),
    "caption's text and looks": (
        video(A, SubtitleTracks=[caption("Hi", 1, 2, Y=0.1)]),
        video(A, SubtitleTracks=[caption("Ho", 1, 2, FontColor="#ff0000", Y=0.2, FontFace={"Italic": True})]),
        [
            "~ caption “Ho” at 1 s: text “Hi” → “Ho”",
            "~ caption “Ho” at 1 s: colour default → #ff0000, letters plain → italic, margin 0.1 → 0.2",
        ],
    ),
    "caption's font, by its address": (
        video(A, SubtitleTracks=[caption("Hi", 1, 2, FontUrl="https://b.oss.example/fonts/light.ttf?Expires=1")]),
        video(A, SubtitleTracks=[caption("Hi", 1, 2, FontUrl="https://b.oss.example/fonts/heavy.ttf?Expires=2")]),
        ["~ caption “Hi” at 1 s: font light.ttf → heavy.ttf"],
    ),
    "what is no look of a caption": (
        video(A, SubtitleTracks=[caption("Hi", 1, 2, FontSize=64)]),
        video(A, SubtitleTracks=[caption("Hi", 1, 2, FontSize=70, Sparkle=1)]),
        [
            "~ caption “Hi” at 1 s: size 64 → 70",
            "~ SubtitleTracks[0].SubtitleTrackClips[0].Sparkle: none → 1",
        ],
    ),
    "other": (
        video(A),
        video({**A, "Sparkle": {"Shine": 3}}),
        ["~ VideoTracks[0].VideoTrackClips[0].Sparkle: none → {'Shine': 3}"],
    ),
    "loop": (
        {**video(A, B), **MUSIC},
        {
            **video(A, clip("b", 3)),
            "AudioTracks": [{"AudioTrackClips": [{**MUSIC["AudioTracks"][0]["AudioTrackClips"][0], "TimelineOut": 7}]}],
        },
        ["~ sound song at 0 s: lasts 8 s → 7 s", "~ clip b at 4 s: cut 0 s–4 s → 0 s–3 s"],
    ),
    "track": (
        video(A),
        {"VideoTracks": [*video(A)["VideoTracks"], {"VideoTrackClips": [B, C]}]},
        ["+ clip track 2 with 2 clips"],
    ),
    "inset": (
        video(A),
        {"VideoTracks": [*video(A)["VideoTracks"], {"VideoTrackClips": [clip("b", 1, TimelineIn=2)]}]},
        ["+ clip b at 2 s, 1 s"],
    ),
}


@pytest.mark.parametrize("name", EDITS)
def test_an_edit_is_told_as_an_editor_would(name: str) -> None:
    old, new, said = EDITS[name]
    found = [line for line in lines(old, new) if not line.startswith(("seconds that", "length:"))]
    assert found == said


def test_a_ripple_through_a_thousand_clips_is_two_words() -> None:
    clips = [clip(f"m{index}") for index in range(1000)]
    found = timeline_diff.compare(video(*clips), video(clip("new", 3), *clips))
    assert timeline_words.summary(found) == "1 added, 1000 shifted by 3 s"


def test_a_ripple_that_editors_follow_with_captions_and_insets_is_no_move() -> None:
    def laid(at: float) -> Clip:
        inset = {"VideoTrackClips": [clip("logo", 1, TimelineIn=at + 1)]}
        return {"VideoTracks": [inset], "SubtitleTracks": [caption("Hi", at, at + 2)]}

    old, new = video(A, B), video(clip("new", 3), A, B)
    for one, at in ((old, 2), (new, 5)):
        extra = laid(at)
        one["VideoTracks"] += extra["VideoTracks"]
        one["SubtitleTracks"] = extra["SubtitleTracks"]
    assert timeline_words.summary(timeline_diff.compare(old, new)) == "1 added, 4 shifted by 3 s"


@pytest.mark.parametrize(("start", "end"), [("timeline_start", "timeline_end"), ("start", "end")])
def test_a_list_of_pieces_is_told_in_the_same_words(start: str, end: str) -> None:
    def piece(asset: str, until: str) -> Clip:
        return {"asset_id": asset, start: "0", end: until}

    old = {"inputs": [piece("a", "4"), piece("b", "5")]}
    new = [piece("n", "3"), piece("a", "4.0"), piece("b", "6")]
    found = timeline_diff.compare(old, new)
    assert timeline_words.summary(found) == "1 added, 1 lengthened, 2 shifted by 3 s"
    assert (found.old_seconds, found.new_seconds) == (9, 13)


def test_the_same_cut_written_in_another_way_has_nothing_to_tell() -> None:
    old, new = video(A, B), video({**A, "TimelineIn": 0}, {**B, "TimelineIn": "4", "TimelineOut": 8.0, "ClipId": "x"})
    assert not timeline_diff.compare(old, new)
    assert timeline_words.summary(timeline_diff.compare(old, new)) == timeline_words.NOTHING
    assert timeline_diff.compare(old, copy.deepcopy(old)) == TimelineDiff((), (), 8, 8)


@pytest.mark.parametrize(
    ("old", "new", "counted"),
    [
        (clip("b"), clip("b", 5), "1 lengthened"),
        (clip("b"), clip("b", 3), "1 trimmed"),
        (clip("b"), {**clip("b", 5), "In": 1}, "1 trimmed"),  # as long, another part
        (clip("b"), {"MediaId": "b", "In": 0}, "1 lengthened"),  # until the material's end
        ({"MediaId": "b", "In": 0}, clip("b"), "1 trimmed"),
    ],
)
def test_what_gets_longer_is_not_counted_as_trimmed(old: Clip, new: Clip, counted: str) -> None:
    assert timeline_words.summary(timeline_diff.compare(video(A, old), video(A, new))) == counted


def test_music_that_plays_for_longer_is_lengthened() -> None:
    def heard(until: float) -> Clip:
        (song,) = MUSIC["AudioTracks"][0]["AudioTrackClips"]
        return {**video(A, B), "AudioTracks": [{"AudioTrackClips": [{**song, "TimelineOut": until}]}]}

    assert timeline_words.summary(timeline_diff.compare(heard(5), heard(7.5))) == "1 lengthened"
    assert timeline_words.summary(timeline_diff.compare(heard(7.5), heard(5))) == "1 trimmed"


def test_looks_are_counted_by_caption_and_change_only_its_seconds() -> None:
    old, new = (
        video(A, SubtitleTracks=[caption("Hi", 1, 2, **looks), caption("Bye", 3, 4)])
        for looks in ({"FontSize": 64, "Y": 0}, {"FontSize": 70, "Y": 0.1})
    )
    found = timeline_diff.compare(old, new)
    assert timeline_words.summary(found) == "1 caption restyled"
    assert found.affected == ((1, 2),)


def test_a_value_of_a_whole_track_is_told_with_its_path() -> None:
    quiet = {"VideoTracks": [{"VideoTrackClips": [A]}]}
    found = timeline_diff.compare(quiet, video(A))
    assert found.changes == (OtherChanged("VideoTracks[0].MainTrack", None, True),)


def test_the_order_of_effects_is_told_too() -> None:
    old, new = video({**A, "Effects": [LOUD, FADE]}), video({**A, "Effects": [FADE, LOUD]})
    path = "VideoTracks[0].VideoTrackClips[0].Effects"
    assert timeline_diff.compare(old, new).changes == (
        OtherChanged(path, ("Volume", "Transition"), ("Transition", "Volume")),
    )


@pytest.mark.parametrize("hostile", [None, "no JSON", [], 3, {"VideoTracks": [1, {"VideoTrackClips": [2, None, {}]}]}])
def test_what_is_no_cut_is_an_empty_one(hostile: object) -> None:
    found = timeline_diff.compare(hostile, video(A, B))
    assert timeline_diff.compare(video(A, B), hostile).old_seconds == 8
    assert any(isinstance(change, TrackAdded | OtherChanged) for change in found.changes)


# ── seconds ──


@pytest.mark.parametrize(
    ("old", "new", "affected"),
    [
        (video(A, B), video(A, C, B), ((4, 12),)),
        (video(A, B, C), video(A, D, C), ((4, 8),)),
        (video(A, B), video(A, clip("b", 3)), ((7, 8),)),
        (video(A, B), video(A, clip("b", 6)), ((8, 10),)),
        (video(A, B), video({**A, "Effects": [FADE]}, B), ((3, 8),)),
        (video({**A, "Effects": [FADE]}, B), video({**A, "Effects": [{**FADE, "SubType": "wind"}]}, B), ((3, 4),)),
        (
            video(A, B, SubtitleTracks=[caption("Hi", 1, 2), caption("Bye", 6, 7)]),
            video(A, B, SubtitleTracks=[caption("Ho", 1, 2), caption("Bye", 6, 7.5)]),
            ((1, 2), (7, 7.5)),
        ),
    ],
)
def test_only_the_seconds_that_look_or_sound_different_count(
    old: Clip, new: Clip, affected: tuple[tuple[float, float], ...]
) -> None:
    assert timeline_diff.compare(old, new).affected == affected


def test_a_clip_that_gives_way_sooner_looks_different_from_where_it_begins_to() -> None:
    half = {**FADE, "Duration": 0.5}
    old, new = (video(clip("a", out, Effects=[half, LOUD]), B) for out in (2, 1.5))
    assert timeline_diff.compare(old, new).affected == ((1, 5.5),)
    assert timeline_diff.compare(new, old).affected == ((1, 5.5),)
    late = video({**clip("a", 2, Effects=[half]), "In": 0.5}, B)
    assert timeline_diff.compare(video(clip("a", 2, Effects=[half]), B), late).affected[0][0] == 0


def fades(seconds: float, way: str = "Out") -> Clip:
    music = {"MediaId": "m", "In": 0, "Out": seconds, "Effects": [{"Type": "AFade", "SubType": way, "Duration": 2}]}
    return video(A, B, AudioTracks=[{"AudioTrackClips": [music]}])


def test_music_that_ends_elsewhere_sounds_different_from_where_it_faded_out() -> None:
    assert timeline_diff.compare(fades(6), fades(8)).affected == ((4, 8),)
    assert timeline_diff.compare(fades(8), fades(6)).affected == ((4, 8),)
    assert timeline_diff.compare(fades(6, "In"), fades(8, "In")).affected == ((6, 8),)
    assert timeline_diff.compare(fades(1, "In"), fades(8, "In")).affected == ((0, 8),)  # shorter than its fade


def test_after_a_clip_of_unknown_length_nothing_is_sure() -> None:
    whole = {"MediaId": "a"}
    found = timeline_diff.compare(video(B, whole, C), video(B, whole, clip("c", 3)))
    assert found.affected == ((4, 18),)
    assert not found.sure
    assert isinstance(found.changes[0], Trimmed)
    assert lines(video(B, whole, C), video(B, whole, clip("c", 3)))[-2].endswith("(estimated)")


def test_a_change_before_a_clip_of_unknown_length_is_sure() -> None:
    whole = {"MediaId": "a"}
    assert timeline_diff.compare(video(B, whole), video(D, whole)).affected == ((0, 4),)


def test_long_texts_are_told_from_where_they_begin_to_differ() -> None:
    begins = "A very long text that begins alike on both of its sides and ends "
    old, new = (
        {"SubtitleTracks": [{"SubtitleTrackClips": [{"Type": "Text", "Content": begins + end, "TimelineOut": 2}]}]}
        for end in ("here", "there")
    )
    told = timeline_words.line(timeline_diff.compare(old, new).changes[0])
    assert told.endswith("text “…here” → “…there”")
