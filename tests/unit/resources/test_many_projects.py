"""A stack of many projects: what a preview asks the local cloud for, and that drift is seen all the same."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from contract.emulator.door import Caller
from reelstack.clouds.base import Site
from reelstack.resources import bridge
from reelstack.resources.editing_project import EditingProjectProvider
from unit.resources.engine import Engine, Kept, Props
from unit.resources.test_editing_project import SPEC

MANY = 12


def spec(service: str, number: int) -> Props:
    return {**SPEC, "name": f"p{number}", "title": f"Project {number}", "service": service}


def engine(number: int) -> Engine:
    return Engine(EditingProjectProvider(), f"p{number}")


def previewed(service: str, made: list[Kept]) -> dict[int, list[str]]:
    """The projects that a preview would change, with the reasons for a replacement; all are asked at once."""
    with ThreadPoolExecutor(MANY) as pool:
        asked = [pool.submit(engine(n).diff, kept, spec(service, n)) for n, kept in enumerate(made)]
    found = {number: one.result() for number, one in enumerate(asked)}
    return {number: list(one.replaces or []) for number, one in found.items() if one.changes}


def journal(cloud: Caller) -> Counter[str]:
    return Counter(entry["action"] for entry in cloud.control("GET", "requests?limit=5000"))


@pytest.mark.parametrize("service", ["ims", "vod"])
def test_a_preview_asks_no_more_often_than_it_has_projects_and_sees_what_was_edited_or_deleted(
    cloud: Caller, service: str
) -> None:
    made = [engine(n).create(spec(service, n)) for n in range(MANY)]
    before = journal(cloud)
    assert previewed(service, made) == {}
    assert (journal(cloud) - before).total() <= MANY + 1  # how many join one search is up to the machine
    bridge._untouched.clear()  # another run
    there = bridge.cloud(Site(service, SPEC["region"], SPEC["endpoint"]))
    there.update_project(made[3].id, {"title": "Edited elsewhere"})
    there.delete_project(made[7].id)
    before = journal(cloud)
    assert previewed(service, made) == {3: [], 7: ["project_missing"]}
    assert (journal(cloud) - before).total() <= MANY + 1
