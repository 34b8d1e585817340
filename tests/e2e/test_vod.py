"""The same campaign on Alibaba VOD: one line of the settings changes, and the laws stay."""

from __future__ import annotations

import pytest

from kit.repository import Repository

SUBMIT = "ProduceEditingProjectVideo"


@pytest.fixture
def vod(repository: Repository) -> Repository:
    return switched(repository)


def switched(repository: Repository) -> Repository:
    settings = repository.root / "stacks" / "Pulumi.local.yaml"
    settings.write_text(settings.read_text() + "  reelstack:service: vod\n")
    return repository


def jobs(repository: Repository) -> dict[str, str]:
    return {name: ids["job_id"] for name, ids in repository.outputs()["submitted"].items()}


def test_every_video_is_produced_from_a_project_of_its_own_and_the_second_run_is_empty(vod: Repository) -> None:
    vod.up()
    videos = vod.outputs()["videos"]
    assert len({video["project_id"] for video in videos.values()}) == len(videos) == 3
    assert all({"media_id", "duration", "size", "spec_hash"} <= set(video) for video in videos.values())
    assert "unchanged" in vod.run("up", "--yes", "--skip-preview", "--expect-no-changes")
    assert (vod.asked("AddEditingProject"), vod.asked(SUBMIT)) == (3, 3)


def test_videos_are_real_files(rendering: Repository) -> None:
    vod = switched(rendering)
    vod.up()
    for video in vod.outputs()["videos"].values():
        assert vod.root.joinpath(vod.control("GET", f"media/{video['media_id']}")["path"]).stat().st_size > 10_000


def test_a_changed_caption_updates_its_projects_and_renders_their_videos(vod: Repository) -> None:
    vod.up()
    before = jobs(vod)
    vod.edit("Take the long way to work.", "Take the long way home.")
    vod.up()
    after = jobs(vod)
    assert {name for name in after if after[name] != before[name]} == {"morning-wide", "morning-square"}
    assert (vod.asked("UpdateEditingProject"), vod.asked(SUBMIT), vod.asked("DeleteVideo")) == (2, 5, 2)


def test_a_changed_title_renders_nothing(vod: Repository) -> None:
    vod.up()
    vod.edit("title: A small wonder before breakfast", "title: Before breakfast")
    vod.up()
    assert (vod.asked("UpdateEditingProject"), vod.asked(SUBMIT)) == (2, 3)


def test_a_submission_whose_answer_was_lost_is_found_and_not_paid_for_again(vod: Repository) -> None:
    vod.control("POST", "faults", {"kind": "lost", "action": SUBMIT, "times": 1})
    assert "looked for before anything is submitted" in vod.up(code=1)
    assert vod.asked(SUBMIT) == 3
    vod.up()
    assert vod.asked(SUBMIT) == 3
    assert set(vod.outputs()["videos"]) == {"morning-wide", "morning-square", "commute-story"}


def test_a_failed_production_is_reported_and_made_again_by_the_next_run(vod: Repository) -> None:
    vod.control("POST", "faults", {"kind": "fail_job", "code": "InternalError", "message": "as asked", "times": 1})
    printed = vod.up(code=1)
    assert "ProduceFailed" in printed
    assert "gives no reason" in printed
    vod.up()
    assert vod.asked(SUBMIT) == 4
    assert len(vod.outputs()["videos"]) == 3


def test_destroy_leaves_no_project_and_no_video(vod: Repository) -> None:
    vod.up()
    media = [video["media_id"] for video in vod.outputs()["videos"].values()]
    vod.run("destroy", "--yes", "--skip-preview")
    assert (vod.asked("DeleteEditingProject"), vod.asked("DeleteVideo")) == (3, len(media))


def test_what_vod_cannot_do_is_said_before_any_call(vod: Repository) -> None:
    program = vod.root / "stacks" / "__main__.py"
    program.write_text(
        "import reelstack\n"
        'timeline = {"VideoTracks": [{"VideoTrackClips": [{"MediaURL": "https://example.com/a.mp4"}]}]}\n'
        'output = {"media_url": "https://films.oss-cn-shanghai.aliyuncs.com/a.mp4", "max_duration": 3}\n'
        "args = reelstack.ProduceJobArgs(timeline=timeline, output=output, overwrite=True)\n"
        'reelstack.ProduceJob("video", args)\n'
    )
    printed = vod.up(code=1)
    for path in ("timeline.VideoTracks[0].VideoTrackClips[0]", "output.media_url", "output.max_duration"):
        assert path in printed
    assert vod.asked(SUBMIT) == 0
