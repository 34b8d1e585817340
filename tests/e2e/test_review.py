"""What `diff` foretells is what `up` does."""

from __future__ import annotations

import contextlib
import json

import pytest

from kit.repository import Repository
from reelstack.clock import SystemClock
from reelstack.clouds import open as clouds_open
from reelstack.clouds.alibaba_ims.adapter import ImsCloud
from reelstack.clouds.alibaba_ims.client import ImsClient
from reelstack.clouds.base import Site
from reelstack.wire import rate

SUBMIT = "SubmitMediaProducingJob"


def test_what_was_deployed_is_no_change_and_what_is_foretold_is_rendered(repository: Repository) -> None:
    repository.up()
    repository.run("diff", "state", "--expect-no-changes")
    repository.run("diff", "live", "state", "--expect-no-changes")
    repository.edit("Small wonders", "Large wonders")
    repository.edit("  commute-story:\n    project: commute\n    size: 360x640\n", "")
    told = repository.run("diff", "tree", "tree", "--with-state")
    assert "no changes" in told.splitlines()[0]
    assert "  video small-wonders/morning-wide differs: the cut changes" in told.splitlines()
    plan = json.loads(repository.run("diff", "state", "--format", "json"))
    held, asked = repository.held(), repository.asked(SUBMIT)
    repository.up()
    assert repository.asked(SUBMIT) - asked == plan["bill"]["renders"] == 2
    assert held["media"] - repository.held()["media"] == plan["bill"]["destroyed"] == 1


@pytest.mark.parametrize("name", ["local-vod", "local-huawei"])
def test_on_every_service_what_was_deployed_is_no_change(repository: Repository, name: str) -> None:
    repository.name = name
    repository.up()
    repository.run("diff", "state", "--expect-no-changes")
    repository.run("diff", "live", "--expect-no-changes")


def test_what_the_cloud_has_lost_or_holds_otherwise_is_told_and_nothing_is_changed(repository: Repository) -> None:
    repository.up()
    ids = repository.outputs()
    with contextlib.chdir(repository.root):  # where the local cloud is looked for
        clock, site = SystemClock(), Site("ims", "cn-shanghai", "local")
        transport = clouds_open._alibaba(site, clock, rate.Limiter(clock))
    with contextlib.closing(transport):
        cloud = ImsCloud(ImsClient(transport))
        cloud.update_project(ids["projects"]["commute"], {"title": "Edited elsewhere"})
        cloud.delete_media([ids["videos"]["morning-wide"]["media_id"]])
        cloud.delete_project(ids["projects"]["morning"])
    held = repository.held()
    plan = json.loads(repository.run("diff", "live", "state", "--format", "json"))
    assert [(video["name"], video["fate"]) for video in plan["videos"]] == [("small-wonders/morning-wide", "new")]
    told = {one["name"]: (one["fate"], one["summary"]) for one in plan["projects"]}
    assert told["small-wonders/commute"] == ("changed", "title changed")
    assert told["small-wonders/morning"][0] == "new"
    assert repository.held() == held
