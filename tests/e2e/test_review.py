"""What `diff` foretells is what `up` does."""

from __future__ import annotations

import json

import pytest

from kit.repository import Repository

SUBMIT = "SubmitMediaProducingJob"


def test_what_was_deployed_is_no_change_and_what_is_foretold_is_rendered(repository: Repository) -> None:
    repository.up()
    repository.run("diff", "state", "--expect-no-changes")
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
