"""`reelstack cloud add-template` against a local cloud that runs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from contract.emulator.door import Caller
from reelstack.cli import local_cloud
from reelstack.emulator import daemon
from reelstack.errors import ConfigError

CONFIG = {"VideoTracks": [{"VideoTrackClips": [{"MediaId": "$Clip"}]}]}


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[daemon.Status]:
    folder = tmp_path_factory.mktemp("cloud")
    status = daemon.start(folder, 0)
    yield status
    daemon.stop(folder)


def add(running: daemon.Status, *arguments: str) -> str:
    asked = ["add-template", *arguments, "--dir", str(running.directory)]
    said = CliRunner().invoke(local_cloud.app, asked, catch_exceptions=False)
    assert said.exit_code == 0, said.output
    return said.output


def test_a_template_is_kept_under_its_id(running: daemon.Status, tmp_path: Path) -> None:
    file = tmp_path / "album.json"
    file.write_text(json.dumps(CONFIG))
    assert add(running, str(file), "--id", "album") == "album is album.json.\n"
    add(running, str(file), "--id", "advanced", "--type", "VETemplate")
    with Caller.at(running.url) as caller:
        kept = {each["id"]: (each["kind"], each["config"]) for each in caller.control("GET", "templates")}
    assert kept == {"album": ("Timeline", CONFIG), "advanced": ("VETemplate", {})}


@pytest.mark.parametrize(
    ("text", "says"),
    [("{", "cannot be read as JSON"), ("[]", "is not a JSON object"), ('{"Title": "x"}', "it is not a timeline")],
)
def test_a_file_that_is_no_template_is_said(running: daemon.Status, tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "bad.json").write_text(text)
    with pytest.raises(ConfigError, match=says):
        add(running, str(tmp_path / "bad.json"))
