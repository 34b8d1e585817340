"""Many resources at once: submissions against the throttle, gates that wait, previews that look, bytes in the state.

Counted in the local cloud's journal. Times of one machine in one hour: read ratios.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from kit.repository import Repository, copy_of_the_stack
from reelstack.emulator import daemon
from reelstack.emulator.cloud import Cloud
from reelstack.emulator.ims.state import Media, Project

MANY, FOREIGN, WAITING = 500, 10_000, 40
JOB_SECONDS = 2.0
SUBMIT_QPS = 30.0
BATCH = 20  # assets that BatchGetMediaInfos is asked for at a time
SUBMIT = "SubmitMediaProducingJob"

TIMELINE = """
def timeline(n):
    clip = {"MediaId": "clip0000000000000001", "In": 0, "Out": 4 + n / 100}
    return {"VideoTracks": [{"VideoTrackClips": [clip]}]}

"""
OURS = """
import reelstack
for n in range(COUNT):
    args = reelstack.EditingProjectArgs(title=f"Project {n}", timeline=timeline(n))
    project = reelstack.EditingProject(f"p{n}", args)
    reelstack.ProduceJob(f"v{n}", reelstack.ProduceJobArgs(project=project, output={"width": 640, "height": 360}))
"""
NOTHING = """
from nothing import Nothing
for n in range(COUNT):
    project = Nothing(f"p{n}", {"title": f"Project {n}", "timeline": timeline(n)})
    Nothing(f"v{n}", {"project_id": project.id, "output": {"width": 640, "height": 360}})
"""
NOTHING_MODULE = """
from pulumi.dynamic import CreateResult, DiffResult, Resource, ResourceProvider

class NothingProvider(ResourceProvider):
    serialize_as_secret_always = False

    def diff(self, id_, olds, news):
        return DiffResult(changes=False)

    def create(self, props):
        return CreateResult("id", props)

class Nothing(Resource):
    def __init__(self, name, props):
        super().__init__(NothingProvider(), name, props)
"""
GATED = """
import reelstack
for n in range(COUNT):
    args = reelstack.ProduceJobArgs(timeline=timeline(n), output={"width": 640, "height": 360})
    reelstack.Delivery(f"g{n}", reelstack.DeliveryArgs({f"v{n}": reelstack.ProduceJob(f"v{n}", args)}))
"""
NAIVE = """
from naive import Naive
for n in range(COUNT):
    Naive(f"v{n}", {"timeline": timeline(n), "n": str(n)})
"""
NAIVE_MODULE = """
import time
from pulumi.dynamic import CreateResult, DiffResult, Resource, ResourceProvider
from reelstack.clouds.base import Site
from reelstack.models.output import OutputSettings
from reelstack.models.production import Submission
from reelstack.resources import bridge

class NaiveProvider(ResourceProvider):
    serialize_as_secret_always = False

    def diff(self, id_, olds, news):
        return DiffResult(changes=olds["timeline"] != news["timeline"])

    def create(self, props):
        cloud = bridge.cloud(Site(service="ims", region="cn-shanghai", endpoint="local"))
        url = f"https://reelstack-local.oss-cn-shanghai.aliyuncs.com/naive/{props['n']}.mp4"
        output = OutputSettings(width=640, height=360, media_url=url)
        made = cloud.submit(Submission(timeline=props["timeline"], output=output, client_token=props["n"], marker={}))
        while not cloud.get_job(made.job_id).status.terminal:
            time.sleep(0.4)
        return CreateResult(made.job_id, props)

class Naive(Resource):
    def __init__(self, name, props):
        super().__init__(NaiveProvider(), name, props)
"""


def main() -> None:
    with stack(foreign=FOREIGN) as many:
        throttled(many)
        looking(many)
        weighed(many)
    waiting()


@contextmanager
def stack(*, foreign: int = 0, **settings: Any) -> Iterator[Repository]:
    """A repository with a local cloud, in whose account there is so much of others."""
    with tempfile.TemporaryDirectory() as scratch:
        repository = Repository(copy_of_the_stack(Path(scratch).resolve()), patience=1800)
        stacks = repository.root / "stacks"
        (stacks / "nothing.py").write_text(NOTHING_MODULE)
        (stacks / "naive.py").write_text(NAIVE_MODULE)
        repository.env["PYTHONPATH"] = os.pathsep.join([str(stacks), *filter(None, [os.environ.get("PYTHONPATH")])])
        directory = repository.root / ".reelstack" / "cloud"
        if foreign:
            fill(directory, foreign)
        repository.cloud = daemon.start(directory, 0)
        try:
            repository.control("POST", "settings", {"pace": "immediate", "submit_qps": SUBMIT_QPS, **settings})
            yield repository
        finally:
            daemon.stop(directory)


def fill(directory: Path, count: int) -> None:
    """Put others' projects and media into an account, as many of each."""
    with Cloud(directory) as cloud, cloud.store.transaction():
        now = cloud.ims.now()
        for n in range(count):
            project = Project(id=f"foreign{n:025}", title=f"Foreign {n}", created=now, modified=now)
            cloud.ims.put_project(project)
            media = Media(
                id=f"foreign{n:025}",
                url=f"https://foreign.oss-cn-shanghai.aliyuncs.com/{n}.mp4",
                object=f"foreign/{n}.mp4",
                kind="video",
                created=now,
                modified=now,
                ready=now,
            )
            cloud.ims.media.put(media.id, media)


def program(repository: Repository, text: str, count: int) -> None:
    (repository.root / "stacks" / "__main__.py").write_text(f"COUNT = {count}\n{TIMELINE}{text}")


def throttled(repository: Repository) -> None:
    """How near the submissions come to the limit, and how often they go beyond it."""
    program(repository, OURS, MANY)
    repository.up()
    asked = repository.control("GET", f"requests?action={SUBMIT}&limit=5000")
    refused = sum(bool(entry["code"]) for entry in asked)
    reached = (MANY - SUBMIT_QPS) / spent(asked) / SUBMIT_QPS  # the first second's burst is free
    row(f"{MANY} submissions at most {SUBMIT_QPS:.0f} a second: rate / limit", f"{reached:.2f}")
    row("  answers that were a throttle", f"{100 * refused / len(asked):.1f} %")


def looking(repository: Repository) -> None:
    """What it costs to look whether anything was touched."""
    before = repository.control("GET", "requests?limit=1")[0]["time"]
    repository.run("preview", "--expect-no-changes")
    asked = [entry for entry in repository.control("GET", "requests?limit=5000") if entry["time"] > before]
    seconds = timed(repository)
    least = MANY + MANY // BATCH
    what = f"preview of {MANY} projects, {MANY} videos among {FOREIGN:,} foreign: requests"
    row(what, f"{len(asked)}")
    row("  projects have no batch: least by id", f"{least}")
    with stack() as idle:
        program(idle, NOTHING, MANY)
        idle.up()
        row("  time / that of a provider that does nothing", f"{seconds / timed(idle):.2f}")


def timed(repository: Repository) -> float:
    """The best of three."""
    found = []
    for _ in range(3):
        begin = time.perf_counter()
        repository.run("preview", "--expect-no-changes")
        found.append(time.perf_counter() - begin)
    return min(found)


def weighed(repository: Repository) -> None:
    """How large the state is, besides the timelines that were declared."""
    (file,) = (repository.root / ".reelstack" / "state").glob("**/stacks/**/local.json")
    resources = json.loads(file.read_text())["checkpoint"]["latest"]["resources"]
    for kind in ("EditingProject", "ProduceJob"):
        sizes = [weight(one) for one in resources if one["type"].endswith(f":{kind}")]
        row(f"bytes of state of each {kind}, without its timeline", f"{sum(sizes) // len(sizes)}")


def weight(resource: dict[str, Any]) -> int:
    timelines = [resource[side].get("timeline") for side in ("inputs", "outputs")]
    return len(json.dumps(resource)) - sum(len(json.dumps(one)) for one in timelines if one)


def waiting() -> None:
    """How long many short jobs take, submitted and waited for, and by a provider that waits in `create`."""
    for name, text in (("gates", GATED), ("a provider that waits in create", NAIVE)):
        rules: dict[str, Any] = {
            "pace": "timed",
            "queue_seconds": 0.0,
            "process_seconds": JOB_SECONDS,
            "analysis_seconds": 0.0,
        }
        with stack(**rules) as repository:
            program(repository, text, WAITING)
            repository.up()
            took = spent(repository.control("GET", "requests?limit=5000"))
            row(f"{WAITING} jobs of {JOB_SECONDS:.0f} s: time / one job's, {name}", f"{took / JOB_SECONDS:.1f}")


def spent(entries: list[dict[str, Any]]) -> float:
    """Seconds from the first to the last request."""
    first, last = (datetime.fromisoformat(entries[at]["time"]) for at in (0, -1))
    return (last - first).total_seconds()


def row(what: str, value: str) -> None:
    print(f"{what:<70}{value:>10}", flush=True)


if __name__ == "__main__":
    main()
