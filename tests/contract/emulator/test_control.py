"""The control room: pace, faults, journal, reset; and who may enter."""

from __future__ import annotations

import asyncio
import json
import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from contract.emulator.door import OUTPUT, TIMELINE, Caller, opened
from reelstack.emulator.app import LostResponse
from reelstack.emulator.errors import AnswerLostError

SUBMISSION: dict[str, Any] = {"Timeline": TIMELINE, "OutputMediaConfig": OUTPUT}


def jobs(cloud: Caller) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = cloud.ok("ListMediaProducingJobs")["MediaProducingJobList"]
    return found


def test_status_tells_who_answers(cloud: Caller, tmp_path: Path) -> None:
    status = cloud.control("GET", "status")
    assert (status["pid"], status["directory"]) == (os.getpid(), str(tmp_path))


def test_settings_change_from_the_next_job_on(cloud: Caller) -> None:
    cloud.control("POST", "settings", pace="per_look")
    assert cloud.job(cloud.submit()["JobId"])["Status"] == "Init"
    assert cloud.control("GET", "settings")["pace"] == "per_look"


@pytest.mark.parametrize(
    ("given", "name"),
    [({"pace": "slow"}, "pace"), ({"speed": 0}, "speed"), ({"strict": 1}, "strict"), ({"mood": "good"}, "mood")],
)
def test_a_setting_that_is_none_is_refused_by_name(cloud: Caller, given: dict[str, Any], name: str) -> None:
    answer = cloud.http.post("/_control/settings", json=given)
    assert answer.status_code == 400
    assert name in answer.json()["error"]


def test_a_seed_makes_ids_predictable(cloud: Caller) -> None:
    made = []
    for _ in range(2):
        cloud.control("POST", "reset")
        cloud.control("POST", "seed", seed="again")
        made.append(cloud.submit()["JobId"])
    assert made[0] == made[1]


def test_the_next_requests_are_throttled(cloud: Caller) -> None:
    cloud.control("POST", "faults", kind="throttle", times=2, action="ListEditingProjects", retry_after=250)
    assert cloud.submit()
    for _ in range(2):
        answer = cloud.send("ListEditingProjects", {})
        assert (answer.status_code, answer.json()["Code"]) == (400, "Throttling.User")
        assert answer.headers["x-acs-retry-after"] == "250"
    cloud.ok("ListEditingProjects")


def test_the_next_request_fails_on_the_server(cloud: Caller) -> None:
    cloud.control("POST", "faults", kind="error")
    cloud.control("POST", "faults", kind="error", status=500, code="InternalError")
    assert cloud.refused("ListEditingProjects")[:2] == (503, "ServiceUnAvailable")
    assert cloud.refused("ListEditingProjects")[:2] == (500, "InternalError")
    cloud.ok("ListEditingProjects")


def test_a_slow_answer_takes_its_time(cloud: Caller) -> None:
    cloud.control("POST", "faults", kind="slow", seconds=7)
    before = cloud.clock.now()
    cloud.ok("ListEditingProjects")
    assert cloud.clock.now() - before == timedelta(seconds=7)


def test_a_lost_answer_was_carried_out(cloud: Caller) -> None:
    cloud.control("POST", "faults", kind="lost", action="SubmitMediaProducingJob")
    with pytest.raises(httpx.RemoteProtocolError):
        cloud.send("SubmitMediaProducingJob", SUBMISSION | {"ClientToken": "t"})
    made = jobs(cloud)
    assert len(made) == 1
    assert cloud.submit(ClientToken="t")["JobId"] == made[0]["JobId"]


def test_a_dropped_request_was_not_carried_out(cloud: Caller) -> None:
    cloud.control("POST", "faults", kind="dropped", action="SubmitMediaProducingJob")
    with pytest.raises(httpx.RemoteProtocolError):
        cloud.submit()
    assert jobs(cloud) == cloud.control("GET", "ledger") == []
    assert cloud.control("GET", "requests?action=SubmitMediaProducingJob")[0]["fault"] == "dropped"


def test_the_ledger_has_what_was_accepted_once_and_outlives_a_reset(cloud: Caller) -> None:
    for _ in range(2):
        made = cloud.submit(ClientToken="one", UserData={"ours": 1})
    cloud.refused("SubmitMediaProducingJob", OutputMediaConfig=OUTPUT)
    (bill,) = cloud.control("GET", "ledger")
    assert (bill["id"], bill["project_id"], bill["token"]) == (made["JobId"], made["ProjectId"], "one")
    assert (bill["service"], json.loads(bill["marker"])) == ("ims", {"ours": 1})
    cloud.control("POST", "reset")
    cloud.submit(ClientToken="two", UserData={"ours": 1})
    first, second = cloud.control("GET", "ledger")
    assert first == bill
    assert second["content"] == bill["content"]
    assert cloud.control("DELETE", "ledger") == []


def test_where_there_is_no_connection_a_lost_answer_is_an_exception() -> None:
    async def answer() -> None:
        await LostResponse()({"type": "http"}, _never, _never)

    with pytest.raises(AnswerLostError):
        asyncio.run(answer())


async def _never(*_: object) -> Any:
    raise AssertionError("nothing is sent or awaited")


def test_the_next_job_fails_with_a_code(cloud: Caller) -> None:
    cloud.control("POST", "faults", kind="fail_job", code="QueryMaterialFailed", message="unreadable")
    job = cloud.job(cloud.submit()["JobId"])
    assert (job["Status"], job["Code"], job["Message"]) == ("Failed", "QueryMaterialFailed", "unreadable")
    assert cloud.job(cloud.submit()["JobId"])["Status"] == "Success"


def test_an_expired_job_record_is_gone_and_its_media_stay(cloud: Caller) -> None:
    submitted = cloud.submit()
    cloud.control("POST", "expire", job_id=submitted["JobId"])
    assert cloud.refused("GetMediaProducingJob", JobId=submitted["JobId"])[:2] == (404, "ResourceNotFound")
    assert jobs(cloud) == []
    assert cloud.ok("GetMediaInfo", MediaId=submitted["MediaId"])


def test_late_lists_show_new_things_later(cloud: Caller) -> None:
    cloud.control("POST", "faults", kind="late_lists", seconds=30)
    submitted = cloud.submit()
    assert jobs(cloud) == []
    assert cloud.ok("SearchEditingProject")["ProjectList"] == []
    assert cloud.job(submitted["JobId"])["Status"] == "Success"
    cloud.clock.move(31)
    assert [job["JobId"] for job in jobs(cloud)] == [submitted["JobId"]]


def test_faults_can_be_cleared(cloud: Caller) -> None:
    cloud.control("POST", "faults", kind="error", times=9)
    assert cloud.control("GET", "faults")[0]["times"] == 9
    cloud.control("DELETE", "faults")
    cloud.ok("ListEditingProjects")


@pytest.mark.parametrize("given", [{"kind": "magic"}, {"kind": "error", "often": 3}, {"kind": "slow", "seconds": "x"}])
def test_a_fault_that_is_none_is_refused(cloud: Caller, given: dict[str, Any]) -> None:
    assert cloud.http.post("/_control/faults", json=given).status_code == 400


def test_the_journal_tells_what_was_asked_and_answered(cloud: Caller) -> None:
    submitted = cloud.submit(ClientToken="token-1")
    cloud.refused("GetMediaProducingJob", JobId="nobody")
    first, second = cloud.control("GET", "requests")
    assert (first["action"], first["status"], first["answer"]["JobId"]) == (
        "SubmitMediaProducingJob",
        200,
        submitted["JobId"],
    )
    assert first["params"]["ClientToken"] == "token-1"
    assert (second["code"], second["request_id"]) == ("ResourceNotFound", second["request_id"])
    assert cloud.control("GET", "requests?action=GetMediaProducingJob&limit=5") == [second]


def test_the_journal_holds_no_secret_and_no_signature(cloud: Caller) -> None:
    config = {"Bucket": "films", "AccessKeySecret": "HUSH"}
    cloud.send("SubmitMediaProducingJob", {"OutputMediaConfig": config, "SecurityToken": "HUSH"})
    signed = "https://films.oss-cn-shanghai.aliyuncs.com/a.mp4?Expires=9&OSSAccessKeyId=HUSH&Signature=HUSH"
    clips = [{"VideoTrackClips": [{"MediaURL": signed}]}]
    cloud.send("SubmitMediaProducingJob", {"Timeline": {"VideoTracks": clips}, "UserData": {"Deep": {"token": "HUSH"}}})
    text = str(cloud.control("GET", "requests"))
    assert "films" in text
    assert "HUSH" not in text
    assert "Signature=***" in text


def test_a_reset_forgets_everything(tmp_path: Path) -> None:
    with opened(tmp_path) as cloud:
        cloud.control("POST", "settings", strict=True)
        cloud.submit()
        cloud.control("POST", "faults", kind="error")
        cloud.control("POST", "reset")
        assert cloud.ok("ListEditingProjects")["ProjectList"] == jobs(cloud) == []
        assert cloud.control("GET", "settings")["strict"] is False
        assert list((tmp_path / "objects").iterdir()) == []


@pytest.mark.parametrize("headers", [{"host": "films.example"}, {"origin": "https://films.example"}])
def test_pages_of_the_web_do_not_get_in(cloud: Caller, headers: dict[str, str]) -> None:
    cloud.submit()
    for path in ("/_control/status", "/objects/films/spring/teaser.mp4"):
        assert cloud.http.get(path, headers=headers).status_code == 403


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"media_id": "m"}, "path"),
        ({"path": "here.mp4", "media_id": "m"}, "absolute"),
        ({"path": "/none/here.mp4", "media_id": "m"}, "no file"),
    ],
)
def test_media_that_cannot_be_added_are_refused(cloud: Caller, given: dict[str, str], says: str) -> None:
    answer = cloud.http.post("/_control/media", json=given)
    assert answer.status_code == 400
    assert says in answer.json()["error"]


def test_the_control_room_knows_where_files_lie(cloud: Caller, tmp_path: Path) -> None:
    submitted = cloud.submit()
    media = cloud.control("GET", f"media/{submitted['MediaId']}")
    assert media["path"] == str(tmp_path / "objects/films/spring/teaser.mp4")
    assert cloud.http.get(media["url"]).status_code == 200
    job = cloud.control("GET", f"jobs/{submitted['JobId']}")
    assert (job["path"], job["notes"]) == (media["path"], [])
    assert cloud.http.get("/_control/media/nobody").status_code == 404


def test_an_unknown_place_is_told_as_json(cloud: Caller) -> None:
    answer = cloud.http.get("/somewhere")
    assert (answer.status_code, answer.json()["Code"]) == (404, "InvalidAction.NotFound")
