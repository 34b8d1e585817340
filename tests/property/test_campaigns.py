"""For any campaign: what is compiled reads back as the same edit, and the order of what is written changes nothing."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from reelstack.campaign import expand, shorten
from reelstack.campaign.spread import spread
from reelstack.models.campaign import Campaign, Project
from reelstack.reconcile import layout

SOURCES = {"a": "media-a", "b": "media-b", "p": {"media": "media-p", "kind": "image"}, "m": {"media": "media-m", "kind": "audio"}}  # fmt: skip  # noqa: E501
TIMES = st.integers(min_value=8, max_value=400).map(lambda quarters: quarters / 4)
LOCALES = st.lists(st.sampled_from(["en", "de", "fr", "ja", "pt-BR"]), min_size=1, unique=True)
SIZES = st.lists(st.sampled_from(["wide", "story", "square"]), min_size=1, unique=True)
LENGTHS = st.lists(st.sampled_from(["full", "short", "bumper"]), unique=True)


@st.composite
def clips(draw: st.DrawFn) -> dict[str, Any]:
    source = draw(st.sampled_from(["a", "b", "p"]))
    clip: dict[str, Any] = {"clip": source, "length": draw(TIMES), "volume": draw(st.sampled_from([0, 0.5, 1, 2]))}
    if source != "p":
        clip |= {"in": draw(TIMES), "speed": draw(st.sampled_from([0.5, 1, 2, 4]))}
    if draw(st.booleans()):
        clip["transition"] = {"type": draw(st.sampled_from(["fade", "wipeleft"])), "duration": 0.25}
    return clip


@st.composite
def projects(draw: st.DrawFn) -> dict[str, Any]:
    cut: dict[str, Any] = {"title": "Cut", "video": draw(st.lists(clips(), min_size=1, max_size=6))}
    texts = st.text(min_size=1, max_size=8).filter(lambda text: "{" not in text and "}" not in text)
    caption = st.fixed_dictionaries({"text": texts, "at": TIMES, "length": TIMES})
    cut["captions"] = draw(st.lists(caption, max_size=3))
    if draw(st.booleans()):
        cut["music"] = {"clip": "m", "volume": 0.25}
    return cut


def campaign(cut: dict[str, Any], **video: Any) -> Campaign:
    videos = {"v": {"project": "cut", "size": "720x720"} if not video else {"project": "cut", **video}}
    return Campaign.model_validate({"campaign": "c", "sources": SOURCES, "projects": {"cut": cut}, "videos": videos})


@given(projects())
def test_what_is_compiled_reads_back_as_the_same_edit(cut: dict[str, Any]) -> None:
    whole = campaign(cut)
    written = whole.projects["cut"]
    read = layout.read(expand.expand(whole).projects[0].timeline)
    assert abs(read.seconds - written.seconds) < 0.001
    (main, *_) = read.tracks
    at = 0.0
    for piece, clip in zip(main.pieces, written.video, strict=True):
        assert piece.media == whole.sources[clip.clip].media
        assert abs(piece.at - at) < 0.001
        assert abs(piece.seconds - clip.seconds) < 0.001
        if whole.sources[clip.clip].kind == "video":
            assert piece.range == (clip.in_, round(clip.end, 4))
            assert piece.speed == clip.speed
        gains = [one["Gain"] for one in piece.raw.get("Effects", []) if one["Type"] == "Volume"]
        assert gains == ([] if clip.volume == 1 else [clip.volume])
        joins = [one["Duration"] for one in piece.raw.get("Effects", []) if one["Type"] == "Transition"]
        assert joins == ([clip.transition.duration] if clip.transition else [])
        at += clip.seconds - sum(joins)
    captions = [piece for track in read.tracks if track.kind == "SubtitleTracks" for piece in track.pieces]
    assert [(one.media, one.at) for one in captions] == [(one.text, one.at) for one in written.captions]


@given(projects(), st.floats(min_value=0.05, max_value=1))
def test_a_shortened_cut_lasts_as_long_as_it_is_told_and_begins_the_same(cut: dict[str, Any], share: float) -> None:
    whole = Project.model_validate(cut)
    to = round(whole.seconds * share, 2) or 0.01
    if to > whole.seconds:
        return
    short, _ = shorten.shortened(whole, to)
    assert abs(short.seconds - to) < 0.001
    for one, other in zip(short.video[:-1], whole.video, strict=False):
        assert one == other
    assert all(caption.at + caption.length <= to + 0.001 or caption in whole.captions for caption in short.captions)


@settings(deadline=None)
@given(projects(), LOCALES, SIZES, LENGTHS, st.randoms(use_true_random=False))
def test_the_order_of_axes_and_choices_changes_nothing(
    cut: dict[str, Any], locales: list[str], sizes: list[str], lengths: list[str], random: Any
) -> None:
    cut = {**cut, "captions": [*cut["captions"], {"text": "{word}", "at": 0, "length": 1}]}
    texts = {"word": {locale: locale.upper() for locale in locales}}

    def specs() -> dict[str, Any]:
        axes: list[tuple[str, Any]] = [
            ("locale", random.sample(locales, len(locales))),
            ("size", dict.fromkeys(random.sample(sizes, len(sizes)), "720x720")),
            ("length", {one: None if one == "full" else 2 for one in random.sample(lengths, len(lengths))}),
        ]
        random.shuffle(axes)
        spreaded = spread(campaign(cut, variants=dict(axes), texts=texts))
        assert spreaded.faults == []
        found = expand.expand(spreaded.campaign)
        contents = {project.name: project.content for project in found.projects}
        assert {video.project for video in found.videos} == set(contents)
        assert len(found.videos) == len(locales) * len(sizes) * max(len(lengths), 1)
        return {video.name: contents[video.project] for video in found.videos}

    assert specs() == specs()
