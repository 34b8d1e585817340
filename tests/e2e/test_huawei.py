"""The example on Huawei Cloud VOD, run as a user runs it: rendered, deployed once, never twice, refused at its line."""

from __future__ import annotations

import contextlib
import json
import re
import subprocess
import sys
from typing import Any

import av
import pytest

from kit.repository import Repository, clean_environment

CAMPAIGN = "stacks/campaigns-huawei/small-wonders-cuts.yaml"
CREATE = "CreateAssetEditTask"
SECONDS = {"morning-wide": 8.0, "commute-square": 4.5}
SIZES = {"morning-wide": (1280, 720), "commute-square": (360, 360)}


@pytest.fixture
def huawei(repository: Repository) -> Repository:
    """The stack for Huawei Cloud VOD, over a local cloud whose tasks are done at once."""
    repository.name = "local-huawei"
    return repository


def tasks(huawei: Repository) -> dict[str, str]:
    """The task of each video."""
    return {name: ids["job_id"] for name, ids in huawei.outputs()["submitted"].items()}


def alive(huawei: Repository, media_id: str) -> bool:
    return bool(huawei.control("GET", f"media/{media_id}")["status"] != "DELETED")


def video_of(request: dict[str, Any]) -> str:
    """Which video a submission in the cloud's journal is of."""
    first = json.loads(request["params"]["body"])["inputs"][0]["asset_id"]
    return {"big-buck-bunny": "morning-wide", "city-bikes": "commute-square"}[first]


def submissions(huawei: Repository) -> list[dict[str, Any]]:
    return list(huawei.control("GET", f"requests?action={CREATE}"))


def lose_one_answer(huawei: Repository) -> tuple[str, str]:
    """Deploy, with the answer to one submission lost; the video, and the task that nobody was told of."""
    huawei.control("POST", "faults", {"kind": "lost", "action": CREATE})
    huawei.up(code=1)
    (lost,) = [one for one in submissions(huawei) if one["fault"] == "lost"]
    return video_of(lost), lost["answer"]["task_id"]


def test_the_videos_are_really_there_with_the_length_and_size_of_their_cuts(rendering: Repository) -> None:
    rendering.name = "local-huawei"
    rendering.control("POST", "settings", {"preset": "ultrafast"})
    assert "commute-square" in rendering.up()
    videos = rendering.outputs()["videos"]
    assert set(videos) == set(SECONDS)
    for name, facts in videos.items():
        assert facts["service"] == "huawei"
        with av.open(rendering.control("GET", f"media/{facts['asset_id']}")["path"]) as film:
            picture = film.streams.video[0]
            assert (picture.width, picture.height) == SIZES[name]
            assert film.duration is not None
            assert film.duration / av.time_base == pytest.approx(SECONDS[name], abs=0.1)
        assert facts["duration"] == pytest.approx(SECONDS[name], abs=0.1)


def test_a_second_up_does_nothing_and_neither_does_a_refresh(huawei: Repository) -> None:
    huawei.up()
    before = huawei.outputs()
    assert "9 unchanged" in huawei.run("up", "--yes", "--skip-preview", "--expect-no-changes")
    huawei.run("refresh", "--yes", "--skip-preview", "--expect-no-changes")
    assert huawei.outputs() == before
    assert huawei.asked(CREATE) == 2


def test_a_preview_asks_the_cloud_for_nothing(huawei: Repository) -> None:
    assert "+ 9 to create" in huawei.run("preview")
    assert huawei.control("GET", "requests") == []


def test_a_moved_cut_makes_its_video_anew_and_no_other(huawei: Repository) -> None:
    huawei.up()
    before, old = tasks(huawei), huawei.outputs()["videos"]["commute-square"]["asset_id"]
    huawei.edit("in: 5s", "in: 6s", CAMPAIGN)
    huawei.up()
    after = tasks(huawei)
    assert {name for name in after if after[name] != before[name]} == {"commute-square"}
    assert not alive(huawei, old)
    assert alive(huawei, huawei.outputs()["videos"]["commute-square"]["asset_id"])


def test_a_changed_title_makes_nothing_anew(huawei: Repository) -> None:
    huawei.up()
    huawei.edit("title: The long way to work", "title: The short way to work", CAMPAIGN)
    huawei.run("up", "--yes", "--skip-preview", "--expect-no-changes")


def test_destroy_leaves_no_asset(huawei: Repository) -> None:
    huawei.up()
    made = [facts["asset_id"] for facts in huawei.outputs()["videos"].values()]
    huawei.run("destroy", "--yes", "--skip-preview")
    assert [alive(huawei, media_id) for media_id in made] == [False, False]


def test_a_failed_task_fails_the_run_and_is_submitted_anew_by_the_next(huawei: Repository) -> None:
    huawei.control("POST", "faults", {"kind": "fail_job", "code": "InternalError", "message": "disk on fire"})
    assert re.search(r"job \w+ failed", huawei.up(code=1))
    huawei.up()
    assert huawei.asked(CREATE) == 3
    assert set(huawei.outputs()["videos"]) == set(SECONDS)
    huawei.run("up", "--yes", "--skip-preview", "--expect-no-changes")


def test_after_a_lost_answer_the_next_run_stops_and_says_which_task_it_may_have_been(huawei: Repository) -> None:
    video, lost = lose_one_answer(huawei)
    for _ in range(2):
        printed = huawei.up(code=1)
        assert f"{video}: an earlier run may have submitted this already" in printed
        assert f"task {lost}" in printed
        assert "Nothing was submitted" in printed
        assert "`adopt_id`" in printed
    assert huawei.asked(CREATE) == 2


def test_the_lost_task_is_adopted_in_the_campaign_and_nothing_is_paid_twice(huawei: Repository) -> None:
    video, lost = lose_one_answer(huawei)
    huawei.edit(f"  {video}:\n", f"  {video}:\n    adopt_id: {lost}\n", CAMPAIGN)
    huawei.up()
    assert tasks(huawei)[video] == lost
    assert set(huawei.outputs()["videos"]) == set(SECONDS)
    huawei.edit(f"    adopt_id: {lost}\n", "", CAMPAIGN)
    huawei.run("up", "--yes", "--skip-preview", "--expect-no-changes")
    assert huawei.asked(CREATE) == 2


def test_a_run_that_is_killed_while_it_submits_pays_for_nothing_twice(huawei: Repository) -> None:
    huawei.control("POST", "faults", {"kind": "slow", "action": CREATE, "seconds": 30, "times": 2})
    command = [sys.executable, "-m", "reelstack", "up", "--yes", "--skip-preview", "--stack", huawei.name]
    process = subprocess.Popen(
        command, cwd=huawei.root, env=clean_environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        while len(submissions(huawei)) < 2:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=0.2)
            assert process.poll() is None
    finally:
        process.kill()
        process.wait()
    assert "Nothing was submitted" in huawei.up(code=1)
    for one in submissions(huawei):
        name, task = video_of(one), one["answer"]["task_id"]
        huawei.edit(f"  {name}:\n", f"  {name}:\n    adopt_id: {task}\n", CAMPAIGN)
    huawei.up()
    assert tasks(huawei) == {video_of(one): one["answer"]["task_id"] for one in submissions(huawei)}
    assert huawei.asked(CREATE) == 2


def test_what_the_service_cannot_do_is_refused_at_the_line_that_asks_for_it(huawei: Repository) -> None:
    captions = "    captions:\n      - text: Now\n        length: 1s\n    music: {clip: street}\n"
    huawei.edit("\nvideos:\n", f"{captions}\nvideos:\n", CAMPAIGN)
    text = (huawei.root / CAMPAIGN).read_text().splitlines()
    at = {key: number for number, line in enumerate(text, 1) for key in ("- text:", "music:") if key in line}
    printed = huawei.run("preview", code=1)
    assert f"{CAMPAIGN}:{at['- text:']}:9: projects.commute.captions[0]: Huawei Cloud VOD writes no captions" in printed
    assert f"{CAMPAIGN}:{at['music:']}:5: projects.commute.music: Huawei Cloud VOD adds no music" in printed
    assert huawei.control("GET", "requests") == []


def test_the_campaign_of_the_other_services_is_refused_for_this_one(huawei: Repository) -> None:
    settings = "stacks/Pulumi.local-huawei.yaml"
    huawei.edit("  reelstack:campaigns: campaigns-huawei\n", "", settings)
    assert "small-wonders.yaml:" in huawei.run("preview", code=1)


def test_a_service_that_nobody_knows_is_said_with_what_was_meant(huawei: Repository) -> None:
    huawei.edit("service: huawei", "service: huwaei", "stacks/Pulumi.local-huawei.yaml")
    assert "Did you mean huawei?" in huawei.run("preview", code=1)


def test_an_output_location_is_refused_for_a_service_that_has_none(huawei: Repository) -> None:
    place = "https://films.oss-cn-shanghai.aliyuncs.com/spring"
    line = "  reelstack:endpoint: local\n"
    huawei.edit(line, f"{line}  reelstack:output: {place}\n", "stacks/Pulumi.local-huawei.yaml")
    assert "reelstack:output has no meaning for Huawei Cloud VOD" in huawei.run("preview", code=1)


BY_HAND = """
import pulumi
from reelstack import Delivery, DeliveryArgs, VodEditTask, VodEditTaskArgs


def video(name, asset_id, end):
    pieces = [{"asset_id": asset_id, "start": 0, "end": end}]
    task = VodEditTask(name, VodEditTaskArgs(inputs=pieces, settings={"format": "MP4"}, region="cn-north-4"))
    return Delivery(name, DeliveryArgs({name: task})).video(name)


first = video("first", "big-buck-bunny", "2.5")
pulumi.export("second", video("second", first["asset_id"], 1))
"""


def test_a_program_of_the_users_own_cuts_one_video_from_another_beside_the_stacks_service(
    repository: Repository,
) -> None:
    program = repository.root / "stacks" / "__main__.py"
    program.write_text(BY_HAND)
    assert "+ 8 to create" in repository.run("preview")
    repository.up()
    before = repository.outputs()["second"]
    assert before["duration"] == 1
    repository.run("up", "--yes", "--skip-preview", "--expect-no-changes")
    repository.edit('"2.5"', '"3.5"', "stacks/__main__.py")
    repository.up()
    assert repository.outputs()["second"]["asset_id"] != before["asset_id"]
    assert repository.asked(CREATE) == 4
