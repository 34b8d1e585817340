"""A video whose answer was lost, and whose content was edited before the next run: somebody is told of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kit.boundaries import Boundary
from kit.crashes import SERVICES, crashing

SUBMISSIONS = {
    "ims": "SubmitMediaProducingJob",
    "vod": "ProduceEditingProjectVideo",
    "huawei": "POST-asset/editing/tasks",
}
FOUND_AS = {"ims": "orphans", "vod": "orphans", "huawei": "doubtful"}
SAID = {
    "ims": "an earlier run submitted another content of this video",
    "vod": "an earlier run submitted another content of this video",
    "huawei": "an earlier run may have submitted another content of this video",
}


@pytest.mark.parametrize("service", SERVICES)
def test_what_was_paid_for_and_lost_is_told_when_its_content_was_edited_meanwhile(service: str, tmp_path: Path) -> None:
    with crashing(tmp_path, service) as crash:
        crash._begin("edit")
        known = {bill["id"] for bill in crash._bills()}
        assert crash._crash(Boundary.parse(f"committed:{SUBMISSIONS[service]}:1"))
        (lost,) = {bill["id"] for bill in crash._bills()} - known
        crash.door.open()
        old, new = (SERVICES[service].edit[1].format(text) for text in ("001", "002"))
        crash.repository.edit(old, new, SERVICES[service].campaign)
        code, said = crash._up()
        printed = " ".join(said.split())
        assert code == 0, said
        assert SAID[service] in printed
        assert lost in printed
        orphans = json.loads(crash.repository.run("adopt", "--orphans", "--json"))["sites"][0]
        assert {one["media_id" if service == "vod" else "id"] for one in orphans[FOUND_AS[service]]} == {lost}
        if service != "huawei":
            (id_,) = (one["id"] for one in orphans["orphans"])
            assert "is deleted with its files" in crash.repository.run("adopt", "--orphans", "--delete", id_, "--yes")
            assert json.loads(crash.repository.run("adopt", "--orphans", "--json"))["sites"][0]["orphans"] == []
