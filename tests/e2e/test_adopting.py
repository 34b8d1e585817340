"""An account whose states are lost becomes a stack again, and nothing is rendered."""

from __future__ import annotations

import json
import shutil

from kit.repository import CAMPAIGN, Repository


def test_what_is_in_the_account_is_taken_over_as_it_is_and_renders_nothing(repository: Repository) -> None:
    repository.up()
    assert all("held_by" in one for one in json.loads(repository.run("adopt", "--json"))["videos"])
    shutil.rmtree(repository.root / ".reelstack" / "state")
    assert "No identity of the stack local is in the state" in repository.run("adopt", "--orphans")
    (repository.root / CAMPAIGN).unlink()
    before, bills = repository.held(), repository.control("GET", "ledger")
    ids = [one["id"] for one in json.loads(repository.run("adopt", "--json"))["videos"]]
    written = repository.run("adopt", *ids, "-o", "stacks/campaigns/taken.yaml")
    assert written.count("written: ") == 3
    assert "is there already" in repository.run("adopt", *ids, "-o", "stacks/campaigns/taken.yaml", code=1)
    printed = repository.up()
    assert printed.count(": as it is") == 2
    assert printed.count("nothing is rendered") == 3
    assert repository.held() == before
    assert repository.control("GET", "ledger") == bills
    assert {one["job_id"] for one in repository.outputs()["videos"].values()} == set(ids)
    repository.run("up", "--yes", "--skip-preview", "--expect-no-changes")
    assert "is held already, by local: taken/" in repository.run("adopt", ids[0], code=1)
