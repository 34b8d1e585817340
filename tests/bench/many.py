"""Many resources at once: submissions against the throttle, gates that wait, previews that look, bytes in the state.

Counted in the local cloud's journal. Times of one machine in one hour: read ratios.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from statistics import mean
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench import programs
from kit.repository import Repository, copy_of_the_stack
from reelstack.emulator import daemon
from reelstack.emulator.cloud import Cloud
from reelstack.emulator.ims import state as ims
from reelstack.emulator.vod import state as vod
from reelstack.wire import rate

MANY, FOREIGN, WAITING = 500, 10_000, 40
JOB_SECONDS = 2.0
SUBMIT_QPS = 30.0
BATCH = 20  # assets that BatchGetMediaInfos is asked for at a time
PAGE = 100  # projects that a search shows at a time
SUBMIT = "SubmitMediaProducingJob"


def main() -> None:
    with stack() as many:
        throttled(many)
    for service in ("ims", "vod"):
        with stack(service, foreign=FOREIGN) as many, stack() as idle:
            looking(many, idle)
            if service == "ims":
                weighed(many)
    waiting()


@contextmanager
def stack(service: str = "ims", *, foreign: int = 0, **settings: Any) -> Iterator[Repository]:
    """A repository with a local cloud, in whose account there is so much of others."""
    with tempfile.TemporaryDirectory() as scratch:
        root = copy_of_the_stack(Path(scratch).resolve())
        repository = Repository(root, "local" if service == "ims" else f"local-{service}", patience=1800)
        stacks = repository.root / "stacks"
        (stacks / "nothing.py").write_text(programs.NOTHING_MODULE)
        (stacks / "naive.py").write_text(programs.NAIVE_MODULE)
        repository.env["PYTHONPATH"] = os.pathsep.join([str(stacks), *filter(None, [os.environ.get("PYTHONPATH")])])
        directory = repository.root / ".reelstack" / "cloud"
        if foreign:
            fill(directory, service, foreign)
        repository.cloud = daemon.start(directory, 0)
        try:
            repository.control("POST", "settings", {"pace": "immediate", "submit_qps": SUBMIT_QPS, **settings})
            yield repository
        finally:
            daemon.stop(directory)


def fill(directory: Path, service: str, count: int) -> None:
    """Put others' projects and media into an account, as many of each."""
    with Cloud(directory) as cloud, cloud.store.transaction():
        now, put = cloud.ims.now(), {"ims": foreign_to_ims, "vod": foreign_to_vod}[service]
        for n in range(count):
            put(cloud, f"foreign{n:025}", now)


def foreign_to_ims(cloud: Cloud, name: str, now: str) -> None:
    cloud.ims.put_project(ims.Project(id=name, title=name, created=now, modified=now))
    url = f"https://foreign.oss-cn-shanghai.aliyuncs.com/{name}.mp4"
    media = ims.Media(id=name, url=url, object=f"{name}.mp4", kind="video", created=now, modified=now, ready=now)
    cloud.ims.media.put(name, media)


def foreign_to_vod(cloud: Cloud, name: str, now: str) -> None:
    cloud.vod.put_project(vod.Project(id=name, title=name, created=now, modified=now))
    cloud.vod.put_media(vod.Media(id=name, object=f"{name}.mp4", kind="video", created=now, modified=now))


def program(repository: Repository, text: str, count: int) -> None:
    (repository.root / "stacks" / "__main__.py").write_text(f"COUNT = {count}\n{programs.TIMELINE}{text}")


def throttled(repository: Repository) -> None:
    """How near the submissions come to the limit, and how often they go beyond it."""
    program(repository, programs.SUBMITTED, MANY)
    repository.up()
    asked = journal(repository)
    submitted = [entry for entry in asked if entry["action"] == SUBMIT]
    refused = sum(bool(entry["code"]) for entry in submitted)
    reached = (MANY - SUBMIT_QPS) / spent(submitted) / SUBMIT_QPS  # the first second's burst is free
    aimed(f"{MANY} submissions at most {SUBMIT_QPS:.0f} a second: rate / limit", reached, 0.95, least=True)
    aimed("  answers that were a throttle, in %", 100 * refused / len(submitted), 1)
    row("  requests beside the submissions", f"{len(asked) - len(submitted)}")


def looking(repository: Repository, idle: Repository) -> None:
    """What it costs to look whether anything was touched."""
    program(repository, programs.OURS, MANY)
    program(idle, programs.NOTHING, MANY)
    repository.up()
    idle.up()
    before = repository.control("GET", "requests?limit=1")[0]["time"]
    repository.run("preview", "--expect-no-changes")
    asked = [entry["action"] for entry in journal(repository) if entry["time"] > before]
    what = f"{repository.name}: preview of {MANY} projects, {MANY} videos in {FOREIGN:,}: requests"
    aimed(what, len(asked), MANY + MANY // BATCH + 10)  # projects have no batch
    row("  least, by searches and batches", f"{MANY // PAGE + MANY // BATCH}")
    ours, nothing = timed(repository, idle)
    held_up = asked.count("GetEditingProject") / rate.DEFAULT
    if held_up > nothing.passed:
        least = f"  time / that of {rate.DEFAULT} reads a second, and of a provider that does nothing"
        aimed(least, ours.passed / (held_up + nothing.passed), 1.3)
    else:
        aimed("  time / that of a provider that does nothing", ours.passed / nothing.passed, 1.3)
    aimed("  processor time / that of a provider that does nothing", ours.worked / nothing.worked, 1.3)


@dataclass(frozen=True)
class Spent:
    """Seconds that passed, and that processors worked."""

    passed: float
    worked: float


def timed(*repositories: Repository) -> list[Spent]:
    """The best of three of each, in turns: whatever else the machine does, it does to all."""
    found = [[one_run(one) for one in repositories] for _ in range(3)]
    return [
        Spent(min(one.passed for one in runs), min(one.worked for one in runs)) for runs in zip(*found, strict=True)
    ]


def one_run(repository: Repository) -> Spent:
    begin, before = time.perf_counter(), worked()
    repository.run("preview", "--expect-no-changes")
    return Spent(time.perf_counter() - begin, worked() - before)


def worked() -> float:
    """Seconds that processors worked for the commands that have ended, not for the clouds, which go on."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def weighed(repository: Repository) -> None:
    """How large the state is, besides the timelines that were declared."""
    (file,) = (repository.root / ".reelstack" / "state").glob("**/stacks/**/local.json")
    resources = json.loads(file.read_text())["checkpoint"]["latest"]["resources"]
    for kind in ("EditingProject", "ProduceJob"):
        held = [one for one in resources if one["type"].endswith(f":{kind}")]
        aimed(f"bytes of state of each {kind}, without its timeline", mean(weight(one) for one in held), 2000)
        own = mean(weight({side: one[side] for side in ("inputs", "outputs")}) for one in held)
        row("  of these inputs and outputs, the rest is the engine's", f"{own:.0f}")


def weight(resource: dict[str, Any]) -> int:
    """Bytes in the state's file, which is written without spaces."""
    timelines = [resource[side].get("timeline") for side in ("inputs", "outputs")]
    return len(compact(resource)) - sum(len(compact(one)) for one in timelines if one)


def compact(value: object) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def waiting() -> None:
    """How long many short jobs take, submitted and waited for, and by a provider that waits in `create`."""
    for name, text, aim in (
        ("gates", programs.GATED, 2.0),
        ("a provider that waits in create", programs.NAIVE, None),
    ):
        rules: dict[str, Any] = {
            "pace": "timed",
            "queue_seconds": 0.0,
            "process_seconds": JOB_SECONDS,
            "analysis_seconds": 0.0,
        }
        with stack(**rules) as repository:
            program(repository, text, WAITING)
            repository.up()
            ratio = spent(journal(repository)) / JOB_SECONDS
            what = f"{WAITING} jobs of {JOB_SECONDS:.0f} s: time / one job's, {name}"
            aimed(what, ratio, aim) if aim else row(what, f"{ratio:.1f}")


def journal(repository: Repository) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = repository.control("GET", "requests?limit=100000")
    return entries


def spent(entries: list[dict[str, Any]]) -> float:
    """Seconds from the first to the last request."""
    first, last = (datetime.fromisoformat(entries[at]["time"]) for at in (0, -1))
    return (last - first).total_seconds()


def aimed(what: str, value: float, aim: float, *, least: bool = False) -> None:
    """A row that says what is aimed at, and whether it was missed."""
    met = value >= aim if least else value <= aim
    shown = f"{value:.2f}" if value < 100 else f"{value:,.0f}"
    row(what, f"{shown}  aim {'≥' if least else '≤'} {aim:,g}{'' if met else '  MISSED'}")


def row(what: str, value: str) -> None:
    print(f"{what:<72}{value:>10}", flush=True)


if __name__ == "__main__":
    main()
