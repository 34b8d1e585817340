"""Every mistake a user can make at the door: one clear message that says where and what to do, nothing half-made."""

from __future__ import annotations

import socket

import pytest

from kit.repository import CAMPAIGN, Repository


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "    captions:\n      - text: Half",
            "    captoins:\n      - text: Half",
            "unknown key; did you mean 'captions'?",
        ),
        ("out: 2.4s\n        volume", "out: 0s\n        volume", "out must be after in (0 s), not at 0 s"),
        ("size: 360x640", "size: 100x100", "100x100: each side is 128 to 4096 pixels"),
        ("clip: street\n        in: 5s", "clip: steet\n        in: 5s", "there is no source 'steet'"),
    ],
)
def test_a_fault_in_a_campaign_names_file_line_and_path(repository: Repository, old: str, new: str, said: str) -> None:
    repository.edit(old, new)
    another = (repository.root / CAMPAIGN).with_name("summer.yaml")
    another.write_text("campaign: summer\nvideoes: {}\n")
    printed = repository.up(code=1)
    assert said in printed
    assert f"{CAMPAIGN}:" in printed
    assert f"{CAMPAIGN.replace('small-wonders', 'summer')}:2:1: videoes: unknown key; did you mean 'videos'?" in printed
    assert repository.held()["projects"] == 0


def test_a_local_cloud_that_does_not_run_is_named(stopped: Repository) -> None:
    printed = stopped.up(code=1)
    assert "local cloud is not running" in printed
    assert "reelstack cloud start" in printed


def test_wrong_credentials_are_named_with_what_to_do(repository: Repository) -> None:
    assert repository.cloud is not None
    settings = repository.root / "stacks" / "Pulumi.local.yaml"
    settings.write_text(settings.read_text().replace("endpoint: local", f"endpoint: {repository.cloud.url}"))
    repository.env = {"ALIBABA_CLOUD_ACCESS_KEY_ID": "LTAIwrong", "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "s3cret-of-mine"}
    printed = repository.up(code=1)
    assert "InvalidAccessKeyId.NotFound" in printed
    assert "reelstack cloud status --json" in printed
    assert "s3cret-of-mine" not in printed
    assert repository.held()["projects"] == 0


def test_missing_credentials_say_where_was_looked(repository: Repository) -> None:
    settings = repository.root / "stacks" / "Pulumi.local.yaml"
    settings.write_text(settings.read_text().replace("endpoint: local", "endpoint: http://127.0.0.1:9"))
    repository.env = {"HOME": str(repository.root)}
    assert "ALIBABA_CLOUD_ACCESS_KEY_ID" in repository.up(code=1)


def test_a_port_that_is_taken_is_said(stopped: Repository) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        printed = stopped.run("cloud", "start", "--port", port, code=1, stack=False)
    assert f"Port {port}" in printed
    assert "choose another" in printed


@pytest.mark.parametrize("command", [("validate",), ("schema", "-o"), ("preview", "-C")])
def test_a_name_that_is_too_long_is_said(stopped: Repository, command: tuple[str, ...]) -> None:
    printed = stopped.run(*command, "a" * 300, code=1, stack=False)
    assert printed.startswith("error:")
    assert "Traceback" not in printed


def test_a_missing_media_file_is_said(repository: Repository) -> None:
    assert "no file" in repository.run("cloud", "add-media", "nowhere.mp4", "--id", "x", code=1, stack=False)


def test_a_file_that_is_no_media_is_refused(repository: Repository) -> None:
    printed = repository.run("cloud", "add-media", "Pulumi.yaml", "--id", "x", code=1, stack=False)
    assert "Pulumi.yaml" in printed


def test_an_unknown_stack_is_said_with_those_that_exist(repository: Repository) -> None:
    (repository.root / "stacks" / "Pulumi.local.yaml").rename(repository.root / "stacks" / "Pulumi.dev.yaml")
    printed = repository.run("outputs", code=1)
    assert "there is no stack 'local'" in printed
    assert "Pulumi.local.yaml" in printed


def test_a_directory_without_a_project_is_said(stopped: Repository) -> None:
    assert "no Pulumi.yaml" in stopped.run("preview", "-C", "/", code=1)


def test_a_stack_that_moved_elsewhere_submits_nothing(repository: Repository) -> None:
    repository.up()
    repository.edit("reelstack:region: cn-shanghai", "reelstack:region: cn-beijing", "stacks/Pulumi.local.yaml")
    repository.edit("oss-cn-shanghai", "oss-cn-beijing", "stacks/Pulumi.local.yaml")
    printed = repository.up(code=1)
    assert "Nothing was submitted" in printed
    assert repository.asked("SubmitMediaProducingJob") == 3
    assert repository.asked("CreateEditingProject") == 2


def test_a_run_that_would_render_more_than_the_limit_submits_nothing_though_no_preview_was_asked_for(
    repository: Repository,
) -> None:
    for shown in ((), ("--json",), ("--events",)):
        printed = repository.run("up", "--skip-preview", "--config", "reelstack:maxRenders=2", *shown, code=1)
        assert "this run would submit 3 renders, and reelstack:maxRenders allows 2" in printed
    assert repository.held() | {"media": 0} == {"projects": 0, "jobs": 0, "media": 0}


def test_a_limit_that_is_no_number_is_one_message(repository: Repository) -> None:
    printed = repository.run("preview", "--config", "reelstack:maxRenders=lots", code=1)
    assert "error: reelstack: reelstack:maxRenders is a number above 0, not 'lots'." in printed


def test_a_directory_without_campaigns_deletes_nothing(repository: Repository) -> None:
    repository.up()
    (repository.root / "stacks" / "campaigns").rename(repository.root / "stacks" / "campagins")
    printed = repository.up(code=1)
    assert "no campaign files" in printed
    assert "stacks/campaigns" in printed
    assert repository.held()["projects"] == 2


def test_a_misspelt_setting_is_said_with_what_was_meant(repository: Repository) -> None:
    repository.edit("reelstack:endpoint", "reelstack:endpiont", "stacks/Pulumi.local.yaml")
    assert "Did you mean reelstack:endpoint?" in repository.up(code=1)


def test_a_bucket_in_another_region_is_said_before_anything_is_made(repository: Repository) -> None:
    repository.edit("reelstack:region: cn-shanghai", "reelstack:region: cn-beijing", "stacks/Pulumi.local.yaml")
    assert "output lies in cn-shanghai, but reelstack:region is cn-beijing" in repository.run("preview", code=1)
