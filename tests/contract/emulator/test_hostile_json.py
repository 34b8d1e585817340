"""Whatever JSON comes: it is answered or refused by its parameter's name, and nothing inside breaks."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contract.emulator.door import OUTPUT, TIMELINE, Caller, opened

SUBMISSION: dict[str, Any] = {"Timeline": TIMELINE, "OutputMediaConfig": OUTPUT}
PROJECT: dict[str, Any] = {"Title": "t", "ProjectType": "LiveEditingProject"}
JSON_PARAMETERS = [
    *(("SubmitMediaProducingJob", SUBMISSION, name) for name in ("Timeline", "OutputMediaConfig", "MediaMetadata")),
    *(
        ("SubmitMediaProducingJob", SUBMISSION, name)
        for name in ("ProjectMetadata", "EditingProduceConfig", "UserData")
    ),
    ("SubmitMediaProducingJob", {"TemplateId": "t", "OutputMediaConfig": OUTPUT}, "ClipsParam"),
    *(("CreateEditingProject", {"Title": "t"}, name) for name in ("Timeline", "ClipsParam", "MaterialMaps")),
    ("CreateEditingProject", PROJECT, "BusinessConfig"),
    ("RegisterMediaInfo", {"InputURL": "oss://films/a.mp4"}, "RegisterConfig"),
    ("RegisterMediaInfo", {"InputURL": "oss://films/a.mp4"}, "UserData"),
    ("GetMediaInfo", {"MediaId": "m"}, "ReturnDetailedInfo"),
]
BROKEN = {
    "not JSON": "{",
    "no object": "[1]",
    "a number": "5",
    "too deep": '{"a": ' * 90 + "1" + "}" * 90,
    "far too deep": "[" * 100_000,
    "a NUL": '{"a": ["\\u0000"]}',
    "half a character": '{"\\ud800": 1}',
    "a raw NUL": '{"a": "\0"}',
}

KEYS = ("VideoTracks", "VideoTrackClips", "AudioTracks", "AudioTrackClips", "ImageTracks", "SubtitleTracks", "Effects")
FIELDS = ("MediaId", "MediaURL", "ImageURL", "In", "Out", "TimelineIn", "TimelineOut", "Duration", "Speed", "MainTrack")
SETTINGS = ("Width", "Height", "Bitrate", "Video", "Fps", "Crf", "MaxDuration", "CoverConfig", "StartTime", "CateId")
MORE = ("Type", "LoopMode", "Title", "NotifyAddress", "OutputMediaConfig", "StorageLocation", "Path", "liveStream")
WORDS = (*KEYS, *FIELDS, *SETTINGS, *MORE)
SCALARS = st.one_of(
    *(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8)),
    st.sampled_from(
        ["Transition", "Image", "GlobalImage", "Text", "oss://films/a.mp4", "a.oss-cn-shanghai.aliyuncs.com"]
    ),
)
DOCUMENTS = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.sampled_from(WORDS), inner, max_size=5),
    ),
    max_leaves=20,
)


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN)
@pytest.mark.parametrize(("action", "params", "name"), JSON_PARAMETERS)
def test_broken_json_is_refused_by_name(
    cloud: Caller, action: str, params: dict[str, Any], name: str, text: str
) -> None:
    if name != "Timeline" and len(text) > 10_000:
        text = text[:10_000]  # longer addresses are not sent
    status, code, message = cloud.refused(action, **params | {name: text})
    assert (status, code) == (400, "InvalidParameter")
    assert name in message


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Any:
    with opened(Path(tmp_path_factory.mktemp("cloud"))) as caller:
        caller.control("POST", "settings", submit_qps=1e6, other_qps=1e6)
        yield caller


def timelines() -> st.SearchStrategy[dict[str, Any]]:
    """Timelines that are whole but for their clips' fields."""
    clip = st.dictionaries(st.sampled_from((*FIELDS, "Type", "LoopMode", "Effects")), DOCUMENTS, max_size=4)
    track = st.builds(
        lambda name, clips, main: {name: clips, "MainTrack": main},
        st.sampled_from(["VideoTrackClips", "AudioTrackClips", "ImageTrackClips", "SubtitleTrackClips"]),
        st.lists(st.builds(lambda fields: {"MediaId": "clip0000000000000001"} | fields, clip), max_size=3),
        SCALARS,
    )
    kinds = st.sampled_from(["VideoTracks", "AudioTracks", "ImageTracks", "SubtitleTracks", "EffectTracks"])
    return st.dictionaries(kinds, st.lists(track, max_size=2), max_size=3)


def understood(caller: Caller, action: str, params: dict[str, Any]) -> None:
    answer = caller.send(action, params)
    assert answer.status_code in (200, 400, 404), answer.text
    codes = ("InvalidParameter", "MissingParameter", "ResourceNotFound")
    assert answer.status_code == 200 or answer.json()["Code"] in codes


@settings(max_examples=60)
@given(case=st.sampled_from(JSON_PARAMETERS), document=st.dictionaries(st.sampled_from(WORDS), DOCUMENTS, max_size=5))
def test_no_document_breaks_anything(standing: Caller, case: tuple[Any, ...], document: dict[str, Any]) -> None:
    action, params, name = case
    understood(standing, action, params | {name: json.dumps(document)})


@settings(max_examples=60)
@given(timeline=timelines())
def test_no_timeline_breaks_anything(standing: Caller, timeline: dict[str, Any]) -> None:
    for action, params in (("SubmitMediaProducingJob", SUBMISSION), ("CreateEditingProject", {"Title": "t"})):
        understood(standing, action, params | {"Timeline": json.dumps(timeline)})
