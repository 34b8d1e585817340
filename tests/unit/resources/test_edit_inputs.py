"""What is wrong with an editing task is found before any call, all at once, at the properties as they are written."""

from __future__ import annotations

from typing import Any

import pytest
from pulumi.output import UNKNOWN
from pulumi.runtime import rpc

from reelstack.resources.vod_edit_task import VodEditTaskProvider
from unit.resources.engine import Engine, Props

INTENT = {"nonce": "n1", "since": "2026-01-15T08:30:00Z", "known": []}
PIECE: Props = {"asset_id": "clip-1", "start": 0.0, "end": 4.0}
SPEC: Props = {
    "name": "spring/teaser",
    "stack_id": "5tack",
    "service": "huawei",
    "region": "cn-north-4",
    "endpoint": "local",
    "inputs": [PIECE],
    "settings": {"format": "MP4", "width": 640.0, "height": 360.0, "codec": "h264"},
    "triggers": [],
    "intent": INTENT,
}


@pytest.fixture
def task(request: pytest.FixtureRequest) -> Engine:
    return Engine(VodEditTaskProvider(), request.node.name)


def hash_of(task: Engine, **changed: Any) -> str:
    return str(task.check({}, {**SPEC, **changed})["spec_hash"])


@pytest.mark.parametrize(
    ("settings", "path"),
    [
        ({"format": "WEBM"}, "format"),
        ({"reference": "MIN"}, "reference"),
        ({"codec": "av1"}, "codec"),
        ({"width": 31}, "width"),
        ({"width": 4097}, "width"),
        ({"height": 2881}, "height"),
        ({"width": 100, "codec": "h265"}, "width"),
        ({"height": "720"}, "height"),
        ({"resolution_upsample": "yes"}, "resolution_upsample"),
        ({"resolution_adaptation": 1.0}, "resolution_adaptation"),
        ({"bitrate": 3000}, "bitrate"),
    ],
)
def test_a_setting_that_the_service_would_refuse_is_a_fault_of_its_property(
    task: Engine, settings: Props, path: str
) -> None:
    assert set(task.faults({**SPEC, "settings": settings})) == {f"settings.{path}"}


@pytest.mark.parametrize(
    ("piece", "path"),
    [
        ({**PIECE, "asset_id": ""}, "inputs[1].asset_id"),
        ({**PIECE, "start": "soon"}, "inputs[1].start"),
        ({**PIECE, "end": "1" * 33}, "inputs[1].end"),
        ({**PIECE, "end": 0.0}, "inputs[1].end"),
        ({**PIECE, "start": True}, "inputs[1].start"),
        ({**PIECE, "start": -1.0}, "inputs[1].start"),
        ({"asset_id": "clip-1", "start": 0}, "inputs[1].end"),
        ({**PIECE, "speed": 2}, "inputs[1].speed"),
        ("clip-1", "inputs[1]"),
    ],
)
def test_a_piece_that_the_service_would_refuse_is_a_fault_of_its_property(
    task: Engine, piece: object, path: str
) -> None:
    assert set(task.faults({**SPEC, "inputs": [PIECE, piece]})) == {path}


@pytest.mark.parametrize("number", [0, 21])
def test_there_are_one_to_twenty_pieces(task: Engine, number: int) -> None:
    assert task.faults({**SPEC, "inputs": [PIECE] * number}) == {
        "inputs": f"between 1 and 20 inputs, not {number}",
    }


def test_every_fault_is_said_at_once_and_each_once(task: Engine) -> None:
    wrong: Props = {
        "inputs": [{"asset_id": "", "start": 5, "end": 4}, {"asset_id": "a", "start": [], "fin": 9}],
        "settings": {"format": "GIF", "width": 5, "codec": "h266", "refrence": "NONE"},
        "triggers": "again",
        "titel": "?",
    }
    assert set(task.faults({**SPEC, **wrong})) == {
        *("inputs[0].asset_id", "inputs[0].end", "inputs[1].start", "inputs[1].end", "inputs[1].fin"),
        *("settings.format", "settings.width", "settings.codec", "settings.refrence", "triggers", "titel"),
    }


@pytest.mark.parametrize(
    ("changed", "path", "meant"),
    [
        ({"settings": {"refrence": "NONE"}}, "settings.refrence", "reference"),
        ({"inputs": [{**PIECE, "asset": "a"}]}, "inputs[0].asset", "asset_id"),
        ({"trigers": []}, "trigers", "triggers"),
    ],
)
def test_an_unknown_key_is_told_with_what_was_meant(task: Engine, changed: Props, path: str, meant: str) -> None:
    assert task.faults({**SPEC, **changed}) == {path: f"unknown key; did you mean {meant!r}?"}


@pytest.mark.parametrize("key", ["asset_id", "start", "end"])
def test_what_is_unknown_yet_is_no_fault_and_hides_none(task: Engine, key: str) -> None:
    unknown = [{**PIECE, key: UNKNOWN}]
    assert task.faults({**SPEC, "inputs": unknown}) == {}
    assert task.check({}, {**SPEC, "inputs": unknown})["spec_hash"] == rpc.UNKNOWN
    wrong = {**SPEC, "inputs": [*unknown, {**PIECE, "end": 0}], "settings": {"format": "GIF", "width": UNKNOWN}}
    assert set(task.faults(wrong)) == {"inputs[1].end", "settings.format"}


@pytest.mark.parametrize("changed", [{"inputs": UNKNOWN}, {"settings": UNKNOWN}, {"intent": UNKNOWN}])
def test_a_whole_property_that_is_unknown_yet_is_no_fault(task: Engine, changed: Props) -> None:
    assert task.faults({**SPEC, **changed}) == {}


@pytest.mark.parametrize(
    "changed",
    [
        {"inputs": [{**PIECE, "start": "0", "end": "4.0"}]},
        {"settings": {"width": 640.9, "height": 360, "codec": "h264"}},
        {
            "settings": {
                "width": 640,
                "height": 360,
                "codec": "h264",
                "reference": "NONE",
                "format": None,
                "resolution_adaptation": True,
                "resolution_upsample": False,
            }
        },
    ],
    ids=["times as texts", "decimals of sizes, which are cut off", "defaults that are spelt out"],
)
def test_the_same_video_in_another_spelling_has_the_same_hash(task: Engine, changed: Props) -> None:
    assert hash_of(task, **changed) == hash_of(task)


@pytest.mark.parametrize(
    "changed",
    [
        {"inputs": [{**PIECE, "end": 4.5}]},
        {"inputs": [PIECE, PIECE]},
        {"inputs": [{**PIECE, "asset_id": "clip-2"}]},
        {"settings": {}},
        {"settings": {**SPEC["settings"], "codec": "h265"}},
        {"settings": {**SPEC["settings"], "reference": "MAX_BITRATE"}},
    ],
)
def test_another_video_has_another_hash(task: Engine, changed: Props) -> None:
    assert hash_of(task, **changed) != hash_of(task)


def test_the_hash_of_a_cut_stays_what_it_was_in_users_states(task: Engine) -> None:
    assert hash_of(task) == "2177517b5528512b3cdfac2cec4a140d"
