"""Whatever VOD is sent: it is answered or refused by the parameter's name, and nothing inside breaks."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contract.emulator.door import TIMELINE, VOD, Caller, opened
from contract.emulator.test_hostile_json import BROKEN, DOCUMENTS, SCALARS, timelines
from reelstack.emulator.errors import ApiError
from reelstack.emulator.vod import match

PRODUCE = "ProduceEditingProjectVideo"
JSON_PARAMETERS = [
    ("AddEditingProject", {"Title": "t"}, "Timeline"),
    *((PRODUCE, {"Timeline": TIMELINE}, name) for name in ("Timeline", "MediaMetadata", "ProduceConfig", "UserData")),
]
METADATA = ("Title", "Description", "Tags", "CateId", "CoverURL", "ReferenceId")
CONFIG = ("TemplateGroupId", "Width", "Height", "Bitrate", "StorageLocation")
USER_DATA = ("MessageCallback", "CallbackURL", "CallbackType", "Extend")
CLIP = ("VideoId", "MediaId", "MediaURL", "ImageURL", "VideoTracks", "VideoTrackClips", "In", "Out", "Type")
NAMES = st.sampled_from((*METADATA, *CONFIG, *USER_DATA, *CLIP))
WORDS = (
    "Title",
    "Status",
    "Size",
    "Color",
    "and",
    "or",
    "in",
    "=",
    "(",
    ")",
    "[",
    "]",
    ",",
    "'a'",
    "'",
    "7",
    "-1.5",
    " ",
)


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN)
@pytest.mark.parametrize(("action", "params", "name"), JSON_PARAMETERS)
def test_broken_json_is_refused_by_name(vod: Caller, action: str, params: dict[str, Any], name: str, text: str) -> None:
    status, code, message = vod.refused(action, **params | {name: text if name == "Timeline" else text[:10_000]})
    assert (status, code) == (400, "InvalidParameter")
    assert name in message


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Caller]:
    with opened(Path(tmp_path_factory.mktemp("cloud"))) as caller:
        caller.version = VOD
        caller.control("POST", "settings", submit_qps=1e6, other_qps=1e6)
        yield caller


def understood(caller: Caller, action: str, params: dict[str, Any]) -> bool:
    answer = caller.send(action, params)
    assert answer.status_code in (200, 400), answer.text
    assert answer.status_code == 200 or answer.json()["Code"] in ("InvalidParameter", "MissingParameter")
    return answer.status_code == 200


@settings(max_examples=40)
@given(case=st.sampled_from(JSON_PARAMETERS), document=st.dictionaries(NAMES, DOCUMENTS, max_size=5))
def test_no_document_breaks_anything(standing: Caller, case: tuple[Any, ...], document: dict[str, Any]) -> None:
    action, params, name = case
    understood(standing, action, params | {name: json.dumps(document)})


@settings(max_examples=40)
@given(timeline=timelines(), old=st.one_of(st.none(), SCALARS))
def test_no_timeline_breaks_anything_nor_a_later_read(standing: Caller, timeline: dict[str, Any], old: object) -> None:
    if old is not None:
        timeline["VideoTracks"] = [{"VideoTrackClips": [{"VideoId": old}]}]
    text = json.dumps(timeline)
    understood(standing, PRODUCE, {"Timeline": text})
    if not understood(standing, "AddEditingProject", {"Title": "t", "Timeline": text}):
        return
    project = standing.ok("SearchEditingProject", PageSize=1)["ProjectList"]["Project"][0]
    assert standing.ok("GetEditingProject", ProjectId=project["ProjectId"])["Project"]["Timeline"] == text
    assert standing.ok("GetEditingProjectMaterials", ProjectId=project["ProjectId"])
    understood(standing, PRODUCE, {"ProjectId": project["ProjectId"]})


@settings(max_examples=300)
@given(words=st.lists(st.sampled_from(WORDS), max_size=12), rest=st.text(max_size=8))
def test_a_filter_is_read_or_refused(words: list[str], rest: str) -> None:
    try:
        match.parse(" ".join(words) + rest)({"Title": "a", "Size": 7.0})
    except ApiError as error:
        if error.code != "InvalidParameter":
            raise
