"""What a restart keeps, and the local cloud as a process of its own."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from contract.emulator.door import Caller, opened
from reelstack.emulator import daemon, store


def test_everything_is_there_after_a_restart(tmp_path: Path) -> None:
    with opened(tmp_path) as cloud:
        cloud.control("POST", "settings", strict=True)
        cloud.control("POST", "settings", strict=False)
        submitted = cloud.submit(ClientToken="t")
    with opened(tmp_path) as cloud:
        assert cloud.job(submitted["JobId"])["Status"] == "Success"
        assert cloud.submit(ClientToken="t")["JobId"] == submitted["JobId"]
        assert cloud.ok("GetEditingProject", ProjectId=submitted["ProjectId"])
        assert cloud.ok("GetMediaInfo", MediaId=submitted["MediaId"])
        assert len(cloud.control("GET", "requests?action=SubmitMediaProducingJob")) == 2


def test_a_restart_does_not_repeat_ids(tmp_path: Path) -> None:
    made = []
    for _ in range(2):
        with opened(tmp_path) as cloud:
            made.append(cloud.submit()["JobId"])
    assert made[0] != made[1]


def test_a_job_goes_on_where_it_was(tmp_path: Path) -> None:
    with opened(tmp_path, "per_look") as cloud:
        submitted = cloud.submit()
        before = [cloud.job(submitted["JobId"])["Status"] for _ in range(2)]
    with opened(tmp_path, "per_look") as cloud:
        after = [cloud.job(submitted["JobId"])["Status"] for _ in range(3)]
    assert before + after == ["Init", "Queuing", "Processing", "Processing", "Success"]


def test_a_file_that_is_no_state_is_refused(tmp_path: Path) -> None:
    (tmp_path / "state.db").write_text("not a database, and longer than the header of one would be" * 3)
    with pytest.raises(store.StoreError, match="move it away"), opened(tmp_path):
        pass


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    daemon.stop(tmp_path)


def test_a_daemon_starts_once_serves_and_stops(home: Path) -> None:
    assert daemon.status(home) is None
    started = daemon.start(home, 0)
    assert daemon.start(home) == daemon.status(home) == started
    assert json.loads((home / "cloud.json").read_text())["url"] == started.url
    assert httpx.get(f"{started.url}/_control/status").json()["pid"] == started.pid
    assert daemon.stop(home) is True
    assert daemon.stop(home) is False
    assert daemon.status(home) is None
    assert not (home / "cloud.json").exists()


def test_a_daemon_comes_back_on_its_port(home: Path) -> None:
    first = daemon.start(home, 0)
    daemon.stop(home)
    assert daemon.start(home).url == first.url


def test_a_daemon_drops_the_connection_of_a_lost_answer(home: Path) -> None:
    started = daemon.start(home, 0)
    httpx.post(f"{started.url}/_control/faults", json={"kind": "lost"})
    with Caller.at(started.url) as caller:
        with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
            caller.send("CreateEditingProject", {"Title": "kept"})
        assert [p["Title"] for p in caller.ok("ListEditingProjects")["ProjectList"]] == ["kept"]


def test_a_taken_port_is_told(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(daemon.CloudStartError, match=f"Port {port} .* choose another"):
            daemon.start(tmp_path, port)
    assert daemon.status(tmp_path) is None


def test_an_old_description_is_not_believed(tmp_path: Path) -> None:
    described = {"region": "r", "access_key_id": "a", "access_key_secret": "s", "pid": 1, "version": "0"}
    described |= {f"huawei_{name}": "h" for name in ("access_key", "secret_key", "project_id")}
    for url in ("http://127.0.0.1:9", "nonsense"):
        (tmp_path / "cloud.json").write_text(json.dumps(described | {"url": url}))
        assert daemon.status(tmp_path) is None
    (tmp_path / "cloud.json").write_text("{")
    assert daemon.status(tmp_path) is None


def test_a_folder_has_one_cloud(home: Path) -> None:
    daemon.start(home, 0)
    command = [sys.executable, "-m", "reelstack.emulator", "--dir", str(home), "--port", "0"]
    second = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)
    assert second.returncode == 1
    assert "Another local cloud runs" in second.stderr
