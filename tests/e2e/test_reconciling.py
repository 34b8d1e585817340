"""What one edit of a campaign does, and what it leaves alone: counted in the local cloud's journal."""

from __future__ import annotations

from kit.repository import CAMPAIGN, Repository

SUBMIT, UPDATE, CREATE = "SubmitMediaProducingJob", "UpdateEditingProject", "CreateEditingProject"


VIDEO = "  commute-story:\n    project: commute\n    size: 360x640\n"


def submitted(repository: Repository) -> dict[str, str]:
    """The job of each video."""
    return {name: ids["job_id"] for name, ids in repository.outputs()["submitted"].items()}


def test_a_second_up_does_nothing(repository: Repository) -> None:
    repository.up()
    before = repository.outputs()
    assert "Resources: 11 unchanged" in repository.run("up", "--yes", "--skip-preview", "--expect-no-changes")
    assert repository.outputs() == before
    assert (repository.asked(CREATE), repository.asked(SUBMIT), repository.asked(UPDATE)) == (2, 3, 0)


def test_the_outputs_have_every_id_and_fact(repository: Repository) -> None:
    repository.up()
    outputs = repository.outputs()
    assert set(outputs["videos"]) == {"morning-wide", "morning-square", "commute-story"}
    wide = outputs["videos"]["morning-wide"]
    assert wide["project_id"] == outputs["projects"]["morning"]
    assert wide["asset_id"] == wide["media_id"] == outputs["submitted"]["morning-wide"]["media_id"]
    assert {"service", "job_id", "url", "duration", "spec_hash"} <= set(wide)
    assert "vod_media_id" not in wide


def test_a_changed_caption_renders_the_videos_of_its_project_and_no_other(repository: Repository) -> None:
    repository.up()
    before, media = submitted(repository), repository.held()["media"]
    repository.edit("Take the long way to work.", "Take the long way home.")
    repository.up()
    after = submitted(repository)
    assert {name for name in after if after[name] != before[name]} == {"morning-wide", "morning-square"}
    assert (repository.asked(UPDATE), repository.asked(SUBMIT)) == (1, 5)
    assert repository.held()["media"] == media


def test_a_changed_title_renders_nothing(repository: Repository) -> None:
    repository.up()
    repository.edit("title: A small wonder before breakfast", "title: Before breakfast")
    preview = repository.run("preview")
    assert "ProduceJob" not in preview
    repository.up()
    assert (repository.asked(UPDATE), repository.asked(SUBMIT)) == (1, 3)
    assert "unchanged" in repository.run("up", "--yes", "--skip-preview", "--expect-no-changes")


def test_there_and_back_again_is_three_renders_and_the_last_one_lives(repository: Repository) -> None:
    repository.up()
    before = repository.held()["media"]
    jobs = [submitted(repository)["commute-story"]]
    for old, new in (("Half the hurry", "Half the rush"), ("Half the rush", "Half the hurry")):
        repository.edit(old, new)
        repository.up()
        jobs.append(submitted(repository)["commute-story"])
    assert len(set(jobs)) == 3
    assert repository.held()["media"] == before
    alive = repository.outputs()["videos"]["commute-story"]["media_id"]
    assert repository.control("GET", f"media/{alive}")["path"]


def test_destroy_leaves_no_project_and_no_produced_media(repository: Repository) -> None:
    repository.up()
    sources = repository.held()["media"] - 3
    repository.run("destroy", "--yes", "--skip-preview")
    assert (repository.held()["projects"], repository.held()["media"]) == (0, sources)


def test_a_video_that_is_removed_and_declared_again_is_rendered_again(repository: Repository) -> None:
    repository.up()
    repository.edit(VIDEO, "")
    repository.up()
    assert "commute-story" not in repository.outputs()["videos"]
    repository.edit("videos:\n", f"videos:\n{VIDEO}")
    repository.up()
    alive = repository.outputs()["videos"]["commute-story"]["media_id"]
    assert repository.control("GET", f"media/{alive}")["path"]


def test_a_failed_render_fails_the_run_and_is_submitted_anew_by_the_next(repository: Repository) -> None:
    repository.control("POST", "faults", {"kind": "fail_job", "code": "InternalError", "message": "disk on fire"})
    printed = repository.up(code=1)
    assert "InternalError: disk on fire (request id " in printed
    assert len(repository.outputs()["submitted"]) == 3
    repository.up()
    assert repository.asked(SUBMIT) == 4
    assert len(repository.outputs()["videos"]) == 3


def test_a_preview_changes_nothing_in_the_cloud(repository: Repository) -> None:
    before = repository.held()
    printed = repository.run("preview")
    assert "Resources: + 11 to create" in printed
    assert repository.held() == before
    assert (repository.asked(CREATE), repository.asked(SUBMIT)) == (0, 0)


def test_a_refresh_of_what_nobody_touched_changes_nothing(repository: Repository) -> None:
    repository.up()
    repository.run("refresh", "--yes", "--skip-preview", "--expect-no-changes")
    repository.run("up", "--yes", "--skip-preview", "--expect-no-changes")


def test_what_was_lost_by_a_reset_of_the_cloud_is_made_again(repository: Repository) -> None:
    repository.up()
    repository.run("cloud", "reset", "--yes", stack=False)
    repository.control("POST", "settings", {"pace": "immediate"})
    assert "deleted elsewhere" in repository.run("preview")
    repository.up()
    assert repository.held()["projects"] == 2
    assert repository.held()["jobs"] == 3
    alive = repository.outputs()["videos"]["commute-story"]["media_id"]
    assert repository.control("GET", f"media/{alive}")["ready"]


def test_a_project_and_its_video_come_back_as_after_a_revert(repository: Repository) -> None:
    whole = (repository.root / CAMPAIGN).read_text()
    repository.up()
    text = whole[: whole.index("  commute:\n")] + whole[whole.index("videos:\n") :]
    (repository.root / CAMPAIGN).write_text(text.replace(VIDEO, ""))
    repository.up()
    assert set(repository.outputs()["projects"]) == {"morning"}
    (repository.root / CAMPAIGN).write_text(whole)
    repository.up()
    assert set(repository.outputs()["videos"]) == {"morning-wide", "morning-square", "commute-story"}


def test_a_video_that_comes_back_with_another_title_is_no_conflict(repository: Repository) -> None:
    repository.up()
    repository.edit(VIDEO, "")
    repository.up()
    repository.edit("videos:\n", f"videos:\n{VIDEO}    title: Another\n")
    repository.up()
    assert "commute-story" in repository.outputs()["videos"]
