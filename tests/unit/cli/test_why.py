"""Why there is this asset, told from the state."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from reelstack.cli.why import facts, why
from reelstack.engine.state import Deployment, StackFile
from reelstack.errors import ConfigError

URN = "urn:pulumi:local::reelstack::reelstack:index:Campaign$pulumi-python:dynamic/reelstack:{kind}::spring/{name}"


def resource(name: str, kind: str = "ProduceJob", **outputs: Any) -> dict[str, Any]:
    made = {"job_id": f"job-of-{name}", "spec_hash": "c0ffee", "submitted_generation": 1, **outputs}
    return {
        "urn": URN.format(kind=kind, name=name),
        "type": f"pulumi-python:dynamic/reelstack:{kind}",
        "custom": True,
        "outputs": made,
    }


def test_a_video_that_was_new() -> None:
    assert facts("a", [resource("a")]) == {
        "because": "it was new",
        "generation": 1,
        "content": "c0ffee",
        "job": "job-of-a",
    }


def test_a_video_that_was_made_anew_says_why() -> None:
    found = facts("a", [resource("b"), resource("a", submitted_generation=3, because="its job failed")])
    assert (found["because"], found["generation"]) == ("its job failed", 3)


def test_a_video_that_was_adopted_and_one_of_editing_tasks() -> None:
    found = facts("a", [resource("a", "VodEditTask", adopted=True, submitted_at="2026-01-15T12:00:00+00:00")])
    assert found["because"] == "it was adopted"
    assert found["taken over"] == "2026-01-15T12:00:00+00:00"
    assert "submitted" not in found


def test_it_is_the_present_video_and_no_secret_of_it_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "Pulumi.yaml").write_text(f"name: reelstack\nruntime: python\nbackend:\n  url: file://{tmp_path}\n")
    secret = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "v1:c1ph3r"}
    held = (
        resource("a", submitted_generation=2, triggers=[secret]),
        {**resource("a", submitted_generation=1), "delete": True},
    )
    file = StackFile(tmp_path, "reelstack", "local")
    file.replace(file.encode(Deployment(resources=held), datetime(2026, 1, 15, tzinfo=UTC)))
    why("a", stack="local", cwd=tmp_path, json_=True)
    told = json.loads(capsys.readouterr().out)
    assert (told["generation"], told["triggers"]) == (2, ["[secret]"])


def test_a_video_that_is_not_there_is_answered_with_those_that_are() -> None:
    with pytest.raises(ConfigError, match="no video 'x'; there are: a, b"):
        facts("x", [resource("b"), resource("a"), resource("gate", "Delivery")])
