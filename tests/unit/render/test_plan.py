"""How a timeline is read: lengths, places, refusals and notes, case by case."""

from __future__ import annotations

from fractions import Fraction

import pytest

from reelstack.emulator.render import plan
from reelstack.emulator.render.model import Clip, MediaFacts, RenderPlan, TimelineError, Transition
from unit.render.samples import IMAGE, MUSIC, Json, clip, facts, transition, video

MATERIALS: dict[str, MediaFacts] = {
    "a": facts(),
    "b": facts(),
    "short": facts(4.0, width=176, height=144, has_audio=False),
    "logo": IMAGE,
    "song": MUSIC,
}


def make(timeline: Json, **output: object) -> RenderPlan:
    return plan.make(timeline, output, MATERIALS)


def spans(made: RenderPlan, track: int = 0) -> list[tuple[int, int]]:
    return [(clip.start, clip.end) for clip in made.tracks[track]]


def only(made: RenderPlan) -> Clip:
    ((one,),) = made.tracks
    return one


def track(*clips: Json) -> Json:
    return {"VideoTrackClips": list(clips)}


A, B = clip("a", 0, 4), clip("b", 0, 4)
CROSSED = [transition(1)]
LENGTHS: list[tuple[str, Json, float]] = [
    ("whole materials follow one another", video({"MediaId": "a"}, {"MediaId": "short"}), 14),
    ("only Out", video({"MediaId": "a", "Out": 3}), 3),
    ("only In", video({"MediaId": "a", "In": 3}), 7),
    ("Out beyond the material means its end", video(clip("a", 8, 99)), 2),
    ("MaxOut bounds", video({"MediaId": "a", "MaxOut": 6}), 6),
    ("MaxOut is ignored beside Out", video({"MediaId": "a", "MaxOut": 6, "Out": 8}), 8),
    ("Speed shortens", video(clip("a", 0, 4, Speed=2)), 2),
    ("a Transition shortens", video({**A, "Effects": CROSSED}, B), 7),
    ("a Transition without Duration takes a second", video({**A, "Effects": [{"Type": "Transition"}]}, B), 7),
    ("a DLTransition does not shorten", video({**A, "Effects": [transition(1, "DLTransition")]}, B), 8),
    ("a Transition after the last clip changes nothing", video({**A, "Effects": CROSSED}), 4),
    ("TimelineIn leaves a gap", video(A, {**B, "TimelineIn": 6}), 10),
    (
        "without In and Out the whole material is used",
        video({"MediaId": "a", "TimelineIn": 1, "TimelineOut": 3}),
        11,
    ),
    ("an image lasts its Duration", video({"Type": "Image", "MediaId": "logo", "Duration": 2.5}), 2.52),
    (
        "an image lasts to TimelineOut",
        video({"Type": "Image", "MediaId": "logo", "TimelineIn": 1, "TimelineOut": 3}),
        3,
    ),
    (
        "the longest track counts",
        {"VideoTracks": [track(A), track({"MediaId": "a"})]},
        10,
    ),
    ("sound goes on over black", {**video(A), "AudioTracks": [{"AudioTrackClips": [clip("song", 0, 9)]}]}, 9),
    (
        "a loop without end stops with the video",
        {**video(A), "AudioTracks": [{"AudioTrackClips": [{"MediaId": "song", "LoopMode": True}]}]},
        4,
    ),
    (
        "a main track ends the video",
        {**video(A, MainTrack=True), "AudioTracks": [{"AudioTrackClips": [clip("song", 0, 9)]}]},
        4,
    ),
    (
        "an audio track may be the main one",
        {**video(A), "AudioTracks": [{"MainTrack": True, "AudioTrackClips": [clip("song", 0, 2)]}]},
        2,
    ),
    ("sound alone", {"AudioTracks": [{"AudioTrackClips": [clip("song", 1, 3)]}]}, 2),
]


@pytest.mark.parametrize(("timeline", "seconds"), [case[1:] for case in LENGTHS], ids=[case[0] for case in LENGTHS])
def test_length(timeline: Json, seconds: float) -> None:
    assert float(make(timeline).duration) == seconds


def test_max_duration_cuts_clips_titles_and_sounds() -> None:
    title = {"Type": "Text", "Content": "x", "TimelineIn": 0, "TimelineOut": 4}
    made = make({**video(A, B), "SubtitleTracks": [{"SubtitleTrackClips": [title]}]}, MaxDuration=3)
    assert (spans(made), made.titles[0].end) == ([(0, 75)], 75)
    assert [sound.end for sound in made.sounds] == [made.samples] == [144_000]


def test_a_transition_joins_the_clips_it_lies_between() -> None:
    made = make(video({**A, "Effects": CROSSED}, B))
    assert spans(made) == [(0, 100), (75, 175)]
    assert made.tracks[0][1].entry == Transition("fade", 25)


def test_a_dl_transition_lets_the_earlier_clip_go_on_unheard() -> None:
    made = make(video({**A, "Effects": [transition(1, "DLTransition")]}, B))
    assert spans(made) == [(0, 125), (100, 200)]
    assert [sound.end for sound in made.sounds] == [4 * 48_000, 8 * 48_000]


def test_a_transition_longer_than_its_clips_is_shortened_and_noted() -> None:
    made = make(video({**A, "Effects": [transition(9)]}, clip("b", 0, 2)))
    assert made.tracks[0][1].entry == Transition("fade", 50)
    assert "shortened to 2 s" in made.notes[0]


def test_of_two_clips_that_overlap_the_later_is_seen() -> None:
    assert spans(make(video(A, {**B, "TimelineIn": 3}))) == [(0, 75), (75, 175)]


def test_a_global_image_lasts_as_long_as_everything() -> None:
    made = make({"VideoTracks": [track(A), track({"Type": "GlobalImage", "MediaId": "logo"})]})
    assert spans(made, 1) == [(0, 100)]


def test_image_tracks_lie_above_video_tracks() -> None:
    image = {
        "ImageId": "logo",
        "X": 0.5,
        "Y": 10,
        "Width": 50,
        "Height": 0.5,
        "TimelineIn": 1,
        "TimelineOut": 2,
    }
    made = make({**video(A), "ImageTracks": [{"ImageTrackClips": [image]}]})
    place = made.tracks[1][0].placement
    assert (spans(made, 1), place.x, place.y, place.width, place.height) == ([(25, 50)], 320, 10, 50, 180)


def test_a_text_effect_lasts_as_long_as_its_clip() -> None:
    text = {"Type": "Text", "Content": "one\\Ntwo\\nthree"}
    made = make(video(A, {**B, "Effects": [text]}))
    assert [(title.start, title.end, title.text) for title in made.titles] == [(100, 200, "one\ntwo\nthree")]


@pytest.mark.parametrize(
    ("output", "size"),
    [
        ({}, (640, 360)),
        ({"Width": 320}, (320, 360)),
        ({"Width": 321, "Height": 201}, (320, 200)),
        ({"Width": 4096, "Height": 2160}, (4096, 2160)),
        ({"Width": "320", "Height": "200"}, (320, 200)),
    ],
)
def test_size(output: Json, size: tuple[int, int]) -> None:
    made = make(video(A, {"Type": "Image", "MediaId": "logo", "Duration": 1}), **output)
    assert (made.width, made.height) == size


@pytest.mark.parametrize(
    ("geometry", "box"),
    [
        ({}, (0, 0, 640, 360)),
        ({"X": 0, "Y": 0, "Width": 1, "Height": 1}, (0, 0, 640, 360)),
        ({"X": 0.25, "Y": 0.5, "Width": 0.5, "Height": 0.25}, (160, 180, 320, 90)),
        ({"X": 10, "Y": 20, "Width": 30, "Height": 40}, (10, 20, 30, 40)),
        ({"Width": 0.5}, (0, 0, 320, 180)),
        ({"X": -0.25, "Width": 0.5, "Height": 0.5}, (0, 0, 160, 180)),
        ({"X": 600, "Width": 100, "Height": 50}, (600, 0, 40, 50)),
        ({"Width": 0.5, "Height": 1, "AdaptMode": "Contain"}, (0, 90, 320, 180)),
    ],
)
def test_place(geometry: Json, box: tuple[int, int, int, int]) -> None:
    place = only(make(video({**A, **geometry}))).placement
    assert (place.x, place.y, place.width, place.height) == box


def test_cover_shows_the_middle_of_the_picture() -> None:
    place = only(make(video({**A, "Width": 1, "Height": 1, "AdaptMode": "Cover"}), Width=360, Height=360)).placement
    assert [place.left, place.right] == [Fraction(7, 32), Fraction(25, 32)]
    assert [float(place.top), float(place.bottom)] == [0, 1]
    assert (place.width, place.height) == (360, 360)


REFUSED: list[tuple[str, Json, Json, str]] = [
    ("Out before In", video(clip("a", 3, 2)), {}, "InvalidParameter"),
    ("Out equal to In", video(clip("a", 3, 3)), {}, "InvalidParameter"),
    ("In beyond the material", video({"MediaId": "a", "In": 11}), {}, "InvalidParameter"),
    (
        "TimelineOut before TimelineIn",
        video({**A, "TimelineIn": 3, "TimelineOut": 2}),
        {},
        "InvalidParameter",
    ),
    ("no such material", video(clip("nobody", 0, 1)), {}, "InvalidMaterial.NotFound"),
    ("no material named", video({"In": 0}), {}, "ProduceTimelineFormatError"),
    ("a song on a video track", video({"MediaId": "song"}), {}, "InvalidParameter.ResourceContentBad"),
    ("nothing at all", {}, {}, "ProduceTimelineFormatError"),
    ("only empty tracks", video(), {}, "ProduceTimelineFormatError"),
    ("tracks that are no list", {"VideoTracks": {}}, {}, "ProduceTimelineFormatError"),
    (
        "a clip that is no object",
        {"VideoTracks": [{"VideoTrackClips": ["a"]}]},
        {},
        "ProduceTimelineFormatError",
    ),
    ("a time that is no number", video(clip("a", 0, 1, TimelineIn="soon")), {}, "ProduceTimelineFormatError"),
    ("an endless time", video(clip("a", 0, 1, TimelineIn=float("inf"))), {}, "ProduceTimelineFormatError"),
    ("a huge exponent", video(clip("a", 0, 1, TimelineIn="1e999999999")), {}, "ProduceTimelineFormatError"),
    ("a day of video", video(clip("a", 0, 1, TimelineIn=86_400)), {}, "InvalidParameter"),
    ("a negative time", video(clip("a", 0, 1, TimelineIn=-1)), {}, "InvalidParameter"),
    ("Speed 0", video(clip("a", 0, 1, Speed=0)), {}, "InvalidParameter"),
    ("Width 0", video({**A, "Width": 0}), {}, "InvalidParameter"),
    ("Volume without Gain", video({**A, "Effects": [{"Type": "Volume"}]}), {}, "InvalidParameter"),
    ("101 tracks", {"VideoTracks": [{"VideoTrackClips": [A]}] * 101}, {}, "InvalidParameter"),
    ("too narrow", video(A), {"Width": 127}, "InvalidParameter"),
    ("too wide", video(A), {"Width": 4097}, "InvalidParameter"),
    ("too large a short side", video(A), {"Width": 2200, "Height": 2200}, "InvalidParameter"),
]


@pytest.mark.parametrize(
    ("timeline", "output", "code"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED]
)
def test_refused_with_the_services_code(timeline: Json, output: Json, code: str) -> None:
    with pytest.raises(TimelineError) as caught:
        make(timeline, **output)
    assert caught.value.code == code


CLIP = "VideoTracks[0].VideoTrackClips[0]"
FILE = {"Type": "Subtitle", "FileURL": "x.srt"}
NOTED: list[tuple[Json, str]] = [
    (
        video({**A, "Effects": [{"Type": "VFX", "SubType": "snow"}]}),
        f"{CLIP}.Effects[0]: VFX 'snow' is not rendered",
    ),
    (video({**A, "MaskVideoUrl": "x"}), f"{CLIP}.MaskVideoUrl: not rendered"),
    (
        video({**A, "Effects": [transition(1, name="heart")]}, B),
        f"{CLIP}.Effects[0].SubType: transition 'heart' is drawn as 'fade'",
    ),
    (
        video(A, TrackShortenMode="AutoSpeed"),
        "VideoTracks[0].TrackShortenMode: AutoSpeed is not rendered, the track keeps its speed",
    ),
    (
        {**video(A), "EffectTracks": [{"EffectTrackItems": [{"Type": "Filter", "SubType": "warm"}]}]},
        "EffectTracks[0].EffectTrackItems[0]: Filter 'warm' is not rendered",
    ),
    (
        {**video(A), "SubtitleTracks": [{"SubtitleTrackClips": [FILE]}]},
        "SubtitleTracks[0].SubtitleTrackClips[0]: subtitle files are not rendered, only clips of Type Text",
    ),
    (
        {**video(A), "AudioTracks": [{"AudioTrackClips": [{"Type": "AI_TTS", "Content": "Hi"}]}]},
        "AudioTracks[0].AudioTrackClips[0]: AI_TTS is not rendered",
    ),
    ({**video(A), "Surprise": {"deep": 1}}, "Surprise: not rendered"),
    (video({**A, "X": 2000, "Width": 100, "Height": 100}, B), f"{CLIP}: lies outside the picture, not shown"),
]


@pytest.mark.parametrize(("timeline", "note"), NOTED, ids=[note.split(":")[0] for _, note in NOTED])
def test_what_is_not_drawn_as_meant_is_noted_with_its_path(timeline: Json, note: str) -> None:
    assert note in make(timeline).notes


def test_what_is_drawn_and_what_editors_keep_for_themselves_is_not_noted() -> None:
    timeline = {**video({**A, "Id": 1, "ClipId": "c", "Effects": CROSSED}, B), "FECanvas": {"Width": 1}}
    assert make(timeline, MediaURL="https://bucket/x.mp4", Bitrate=800).notes == ()
