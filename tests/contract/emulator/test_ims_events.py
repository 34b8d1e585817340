"""What the receivers are told that a submission names in its UserData."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult

import pytest

from contract.emulator.door import Caller, caller_of
from kit.clock import ManualClock
from reelstack.emulator.cloud import Cloud
from reelstack.emulator.settings import Settings

RECEIVERS = {"NotifyAddress": "http://127.0.0.1:9/made", "RegisterMediaNotifyAddress": "http://127.0.0.1:9/known"}


class Listening:
    """A local cloud, someone to call it, and the events that went out, by path."""

    def __init__(self, cloud: Cloud, caller: Caller, told: list[tuple[str, dict[str, Any]]]) -> None:
        self.cloud, self.caller, self.told = cloud, caller, told

    def heard(self) -> list[tuple[str, dict[str, Any]]]:
        assert self.cloud.callbacks.wait_until_idle(30)
        return self.told


@pytest.fixture
def listening(tmp_path: Path) -> Iterator[Listening]:
    clock = ManualClock()
    told: list[tuple[str, dict[str, Any]]] = []

    def post(address: SplitResult, body: bytes) -> int:
        told.append((address.path, json.loads(body)))
        return 200

    with Cloud(tmp_path, clock=clock, settings=Settings(pace="immediate"), post=post) as cloud:
        yield Listening(cloud, caller_of(cloud, clock), told)


def submit(listening: Listening, user_data: Mapping[str, str] = RECEIVERS) -> dict[str, Any]:
    return listening.caller.submit(UserData=user_data)


def test_a_receiver_is_told_that_its_video_is_made_and_then_that_it_is_known(listening: Listening) -> None:
    submitted = submit(listening)
    (made, first), (known, second) = listening.heard()
    assert (made, first["EventType"], first["EventTime"]) == ("/made", "ProduceMediaComplete", "2026-01-15T08:30:00Z")
    body = first["MessageBody"]
    assert (body["Status"], body["ErrorCode"], json.loads(body["UserData"])) == ("Success", "", RECEIVERS)
    assert {name: body[name] for name in ("JobId", "ProjectId", "MediaId")} == {
        name: submitted[name] for name in ("JobId", "ProjectId", "MediaId")
    }
    assert (known, second["EventType"]) == ("/known", "RegisterMediaComplete")
    assert second["MessageBody"]["MediaId"] == submitted["MediaId"]


def test_a_failure_is_told_with_its_code_and_registers_nothing(listening: Listening) -> None:
    listening.caller.control("POST", "faults", kind="fail_job", code="QueryMaterialFailed", message="unreadable")
    submit(listening)
    [(_, event)] = listening.heard()
    body = event["MessageBody"]
    assert (body["Status"], body["ErrorCode"], body["ErrorMessage"]) == ("Fail", "QueryMaterialFailed", "unreadable")


def test_what_is_still_analysed_is_told_of_when_it_is_known(listening: Listening) -> None:
    listening.caller.control("POST", "settings", pace="timed", analysis_seconds=5)
    submitted = submit(listening)
    listening.caller.clock.move(15)
    listening.caller.job(submitted["JobId"])
    assert [path for path, _ in listening.heard()] == ["/made"]
    listening.caller.clock.move(5)
    for _ in range(2):
        listening.caller.job(submitted["JobId"])
    assert [path for path, _ in listening.heard()] == ["/made", "/known"]


def test_what_is_deleted_before_it_is_known_is_not_told_of(listening: Listening) -> None:
    listening.caller.control("POST", "settings", pace="timed", analysis_seconds=5)
    submitted = submit(listening)
    listening.caller.clock.move(15)
    listening.caller.ok("DeleteMediaInfos", MediaIds=submitted["MediaId"])
    listening.caller.clock.move(5)
    listening.caller.job(submitted["JobId"])
    assert [path for path, _ in listening.heard()] == ["/made"]


@pytest.mark.parametrize("address", ["https://films.example/hook", "http://films.example/hook", "ice-callback-films"])
def test_receivers_elsewhere_are_not_called(listening: Listening, address: str) -> None:
    submit(listening, {"NotifyAddress": address})
    assert listening.heard() == []
    entries = listening.caller.control("GET", "requests?action=ProduceMediaComplete")
    assert [entry["code"].partition(":")[0] for entry in entries] == ["CallbackRefused"]


def test_whoever_names_no_receiver_is_told_nothing(listening: Listening) -> None:
    submit(listening, {"k": "v"})
    assert listening.heard() == []
