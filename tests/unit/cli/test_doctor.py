"""What doctor tells: where credentials are from, what must be allowed; names, never values."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from kit.loopback import CLOSED
from reelstack.cli.app import app
from reelstack.clouds import policies


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without any credentials, whose surroundings do not answer."""
    quiet = {
        "HOME": str(tmp_path),
        "ALIBABA_CLOUD_ECS_METADATA_DISABLED": "true",
        "REELSTACK_HUAWEI_METADATA_ENDPOINT": CLOSED,
        "COLUMNS": "200",
    }
    for name, value in quiet.items():
        monkeypatch.setenv(name, value)
    for name in ("ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_CREDENTIALS_URI", "HUAWEICLOUD_SDK_AK"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def said(*arguments: str, code: int = 0) -> str:
    done = CliRunner().invoke(app, ["doctor", *arguments])
    assert done.exit_code == code, done.output
    return done.output


def row(name: str) -> str:
    return next(line.removeprefix(name).strip() for line in said().splitlines() if line.startswith(name))


def test_each_cloud_has_a_row_that_says_when_there_is_nothing(machine: Path) -> None:
    assert row("Alibaba keys") == "no Alibaba Cloud credentials were found."
    assert row("Huawei keys") == "no Huawei Cloud credentials were found."


def test_each_cloud_has_a_row_that_says_which_source_won(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET", "REELSTACK_HUAWEI_TOKEN"):
        monkeypatch.setenv(name, "hush")
    assert row("Alibaba keys") == "environment"
    assert row("Huawei keys") == "token in the environment"
    assert "hush" not in said()


def test_a_stack_with_keys_of_its_own_is_named(machine: Path) -> None:
    (machine / "Pulumi.yaml").write_text("name: p\n")
    (machine / "Pulumi.prod.yaml").write_text("config:\n  reelstack:accessKeySecret:\n    secure: hush\n")
    (machine / "Pulumi.dev.yaml").write_text("config:\n  reelstack:region: cn-shanghai\n")
    assert row("stack prod") == "brings its own keys (reelstack:accessKeySecret), which come first"
    assert "stack dev" not in said()
    assert "hush" not in said()


def test_what_bends_the_network_is_named_without_its_value(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://me:hush@proxy.example:3128")
    monkeypatch.setenv("REELSTACK_VOD_ENDPOINT", "https://near.example")
    assert row("HTTPS_PROXY") == row("REELSTACK_VOD_ENDPOINT") == "set in the environment"
    assert "hush" not in said()


@pytest.mark.parametrize(
    ("service", "version", "action"),
    [
        ("ims", "1", "ice:SubmitMediaProducingJob"),
        ("vod", "1", "vod:ProduceEditingProjectVideo"),
        ("huawei", "5.0", "vod:asset:createEditTask"),
    ],
)
def test_a_policy_is_printed_as_the_console_takes_it(service: str, version: str, action: str) -> None:
    policy = json.loads(said("--policy", service))
    assert policy["Version"] == version
    (statement,) = policy["Statement"]
    assert action in statement["Action"]
    assert statement["Effect"] == "Allow"


def test_without_a_service_all_policies_are_printed() -> None:
    assert [line for line in said("--policy").splitlines() if line.startswith("#")] == ["# ims", "# vod", "# huawei"]
    assert set(policies.OPERATIONS) == {"ims", "vod", "huawei"}


@pytest.mark.parametrize("arguments", [("--policy", "aws"), ("ims",)])
def test_what_doctor_does_not_know_is_an_error(arguments: tuple[str, ...]) -> None:
    assert CliRunner().invoke(app, ["doctor", *arguments]).exit_code != 0
