"""A project that is written as a cut and read again is the same edit; what is broken is told in a clear word."""

from __future__ import annotations

import contextlib
import copy
import json
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from reelstack.errors import ReelstackError
from reelstack.exchange import library, read, write
from reelstack.exchange.media import Table
from reelstack.models.campaign import Project, Source
from reelstack.models.transitions import TRANSITIONS

SOURCES = {
    "meadow": Source(media="big-buck-bunny", credit="Big Buck Bunny"),
    "street": Source(media="city/bikes 01.mov"),
    "logo": Source(media="logo.png", kind="image"),
    "score": Source(media="score-1", kind="audio"),
}
TENTHS = st.integers(0, 600).map(lambda tenths: tenths / 10)
LENGTHS = st.integers(8, 80).map(lambda tenths: tenths / 10)
# Sooner or later a time that falls on no frame of any rate.
ODD = st.integers(1, 99_999).map(lambda grains: grains / 10_000)
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=30).filter(
    lambda text: text.strip() == text and " ".join(text.split()) == text
)


@st.composite
def clips(draw: st.DrawFn, /, **more: Any) -> dict[str, Any]:
    clip: dict[str, Any] = {"clip": draw(st.sampled_from(["meadow", "street", "logo"])), **more}
    if clip["clip"] == "logo":
        return {**clip, "length": draw(LENGTHS), "fit": draw(st.sampled_from(["cover", "contain"]))}
    begin = draw(TENTHS | ODD)
    clip |= {"in": begin, "volume": draw(st.sampled_from([0, 0.5, 1, 2]))}
    if draw(st.booleans()):
        return {**clip, "out": round(begin + draw(LENGTHS), 4)}
    return {**clip, "length": draw(LENGTHS), "speed": draw(st.sampled_from([0.5, 1, 1.3, 2]))}


@st.composite
def projects(draw: st.DrawFn) -> Project:
    video = draw(st.lists(clips(), min_size=1, max_size=5))
    for clip in video:
        if draw(st.booleans()):
            tenths = draw(st.integers(2, 7))
            clip["transition"] = {"type": draw(st.sampled_from(TRANSITIONS)), "duration": tenths / 10}
    video[-1].pop("transition", None)
    frame = {"x": 0.5, "y": 0.25, "width": 0.25, "height": 0.5}
    soon = st.integers(0, 3).map(lambda tenths: tenths / 10)
    insets = [draw(clips(at=draw(soon), frame=frame, opacity=0.5)) for _ in range(draw(st.integers(0, 3)))]
    captions = [
        {"text": draw(TEXTS), "at": draw(soon), "length": draw(LENGTHS), "place": "top", "colour": "#ffe08a"}
        for _ in range(draw(st.integers(0, 2)))
    ]
    music: dict[str, Any] = {"clip": "score", "in": draw(TENTHS), "volume": 0.5, "fade_out": 0.3}
    if draw(st.booleans()):
        music |= {"out": music["in"] + draw(LENGTHS), "loop": draw(st.booleans())}
    whole = {"title": draw(TEXTS), "video": video, "insets": insets, "captions": captions}
    return Project.model_validate({**whole, "music": music} if draw(st.booleans()) else whole)


def there_and_back(project: Project, ending: str = ".otio") -> read.Cut:
    with tempfile.TemporaryDirectory() as scratch:
        file = Path(scratch) / f"cut{ending}"
        library.write(write.write("spring", project, SOURCES, table=Table()).timeline, file)
        return read.read(library.read(file), Table())


def edit(project: Project) -> Any:
    """What is seen and heard and when, in whichever way it was written."""
    values = project.model_dump(mode="json", by_alias=True, exclude={"video", "insets"})
    for name in ("video", "insets"):
        values[name] = [
            {
                **one.model_dump(mode="json", by_alias=True, exclude={"out", "length", "in_", "speed", "volume"}),
                "lasts": round(min(one.seconds, project.seconds - getattr(one, "at", 0)), 3),
                **({} if one.clip == "logo" else {"in": one.in_, "speed": one.speed, "volume": one.volume}),
            }
            for one in getattr(project, name)
        ]
    return values


@settings(max_examples=60)
@given(projects())
def test_a_project_that_comes_back_is_the_same_edit(project: Project) -> None:
    cut = there_and_back(project)
    assert edit(Project.model_validate(cut.projects["spring"])) == edit(project)
    named = {name: Source.model_validate(source) for name, source in cut.sources.items()}
    assert named.items() <= SOURCES.items()
    assert not cut.losses
    assert not cut.unresolved


NASTY: list[Any] = [
    None, 0, -1, 1e300, float("nan"), "", "x", [], {}, True, 10**30,
    {"OTIO_SCHEMA": "Nothing.1"}, {"OTIO_SCHEMA": "RationalTime.1", "value": -5, "rate": 0},
    {"OTIO_SCHEMA": "Stack.1"}, {"OTIO_SCHEMA": "Gap.1"}, {"OTIO_SCHEMA": "Transition.1"},
]  # fmt: skip


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, one in inner for place in places(one, (*path, key)))]


def sample() -> Any:
    clip = {"clip": "meadow", "in": 1, "out": 4, "transition": {"type": "fade", "duration": 0.4}}
    caption = {"text": "Spring", "at": 0, "length": 1}
    project = Project.model_validate({"title": "t", "video": [clip, {**clip, "speed": 2}], "captions": [caption]})
    return json.loads(write.write("spring", project, SOURCES, table=Table()).timeline.to_json_string())


@settings(max_examples=60)
@given(st.data())
def test_a_cut_that_is_broken_anywhere_is_read_or_refused_in_our_words(data: st.DataObject) -> None:
    broken = copy.deepcopy(sample())
    for _ in range(data.draw(st.integers(1, 2))):
        *path, last = data.draw(st.sampled_from(places(broken)[1:]))
        inside = broken
        for key in path:
            inside = inside[key]
        inside[last] = copy.deepcopy(data.draw(st.sampled_from(NASTY)))
    with tempfile.TemporaryDirectory() as scratch:
        file = Path(scratch) / "cut.otio"
        file.write_text(json.dumps(broken))
        with contextlib.suppress(ReelstackError):
            for project in read.read(library.read(file), Table()).projects.values():
                assert project["video"]
