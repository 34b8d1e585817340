"""The crash proof: deploy the example campaign, die at one boundary of one request, go on as a user would, and judge.

`tests/e2e/test_crashes.py` samples the boundaries, `tests/crash/run.py` (`make crash`) meets them all.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import select
import shutil
import signal
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kit import boundaries, forked
from kit.boundaries import Boundary, Door
from kit.forked import Runner
from kit.repository import CAMPAIGN, ROOT, Repository, clean_environment, copy_of_the_stack
from reelstack import engine
from reelstack.clouds import local
from reelstack.emulator import daemon

RUN = ("up", "--yes", "--skip-preview")
UNDECIDED = re.compile(r"([\w-]+): an earlier run may have submitted this already.*?there are: (.*?)\. Nothing was")
TASK = re.compile(r"task (\w+) ")
STORIES = ("first", "edit")
MOST_RUNS = 4
PATIENCE = 300.0  # seconds


@dataclass(frozen=True)
class Service:
    """What the example is on one service: its stack, its campaign, and an edit of that, `{}` being other each time.

    `shows` says, for services whose tasks carry no mark, with which asset the video of a name begins.
    """

    stack: str
    campaign: str
    edit: tuple[str, str]
    shows: Mapping[str, str] = field(default_factory=dict)


HUAWEI = "stacks/campaigns-huawei/small-wonders-cuts.yaml"
CAPTION = ("Half the hurry\n", "Half the hurry, {}\n")
SERVICES = {
    "ims": Service("local", CAMPAIGN, CAPTION),
    "vod": Service("local-vod", CAMPAIGN, CAPTION),
    "huawei": Service(
        "local-huawei",
        HUAWEI,
        ("in: 5s", "in: 5.{}s"),
        {"morning-wide": "big-buck-bunny", "commute-square": "city-bikes"},
    ),
}


@dataclass(frozen=True)
class Verdict:
    """How one crash ended. `faults` is empty where the laws hold; `reached` false where the run never came there."""

    reached: bool
    faults: tuple[str, ...]
    asked: bool = False


@dataclass
class Crashing:
    """The example of one service over a local cloud, with a door between them."""

    service: Service
    repository: Repository
    door: Door
    runner: Runner
    edits: int = 0

    def record(self, story: str) -> list[Boundary]:
        """Every boundary of a story that nothing disturbs."""
        self._begin(story)
        self.door.open()
        self._sound()
        return self.door.boundaries

    def meet(self, story: str, boundary: Boundary) -> Verdict:
        """Tell the story up to a crash at the boundary, go on to its end, and judge it."""
        self._begin(story)
        before = {bill["id"] for bill in self._bills()}
        held = self._projects()
        reached = self._crash(boundary)
        self.door.open()
        asked, fault = self._go_on()
        if fault:
            self.edits = 0
            return Verdict(reached, (fault,), asked=asked)
        orphans = self._projects() - (held or len(self._outputs()["projects"]))
        faults = [*self._bill_faults(before, story), *self._second_run()]
        if orphans:
            faults.append(f"{orphans} projects are in the cloud and in no state")
        if faults:
            self.edits = 0  # the next edit is one of a sound deployment again
        return Verdict(reached, tuple(faults), asked)

    def _begin(self, story: str) -> None:
        if story == "first" or not self.edits:
            self.edits = 0
            self.door.open()
            shutil.rmtree(self.repository.root / ".reelstack" / "state", ignore_errors=True)
            self.repository.control("POST", "reset")
            self.repository.control("DELETE", "ledger")
            self.repository.control("POST", "settings", {"pace": "immediate"})
            shutil.copytree(ROOT / "stacks", self.repository.root / "stacks", dirs_exist_ok=True)
        if story == "edit":
            if not self.edits:
                self._sound()
            old, new = self.service.edit
            self.edits += 1
            before = new.format(f"{self.edits - 1:03}") if self.edits > 1 else old
            self.repository.edit(before, new.format(f"{self.edits:03}"), self.service.campaign)

    def _crash(self, boundary: Boundary) -> bool:
        """Run until the boundary and see everything die; false when the run ended without coming there."""
        self.door.open(boundary)
        code, _ = self._up()
        await_the_end_of(self.repository.root)
        self.door.drain()
        return code == -signal.SIGKILL

    def _go_on(self) -> tuple[bool, str]:
        """Run again, deciding what only a person can; whether somebody was asked, and what kept it from ending."""
        asked, printed = False, ""
        for _ in range(MOST_RUNS):
            code, printed = self._up()
            if code == 0:
                if asked:
                    self._forget_decisions()
                return asked, ""
            questions = UNDECIDED.findall(" ".join(printed.split()))
            if not questions:
                break
            asked = True
            for video, told in questions:
                self._adopt(video, TASK.findall(told))
        return asked, f"going on failed: {printed[-2000:]}"

    def _adopt(self, video: str, tasks: list[str]) -> None:
        """Decide as a person does who looks at what the tasks show."""
        wanted = self.service.shows[video]
        first = {task: self.repository.control("GET", f"jobs/{task}")["inputs"][0]["asset_id"] for task in tasks}
        chosen = next((task for task in tasks if first[task] == wanted), None)
        entry = f"  {video}:\n"
        new = f"{entry}    adopt_id: {chosen}\n" if chosen else f"{entry}    triggers: [again]\n"
        self.repository.edit(entry, new, self.service.campaign)

    def _forget_decisions(self) -> None:
        """Take the decisions out of the campaign again, as a user may at any later time."""
        path = self.repository.root / self.service.campaign
        path.write_text(re.sub(r"    adopt_id: \w+\n", "", path.read_text()))

    def _second_run(self) -> list[str]:
        code, printed = self._up("--expect-no-changes")
        return [] if code == 0 else [f"the second run is not empty: {printed[-2000:]}"]

    def _sound(self) -> None:
        """A run that nothing may disturb."""
        code, printed = self._up()
        assert code == 0, printed

    def _up(self, *flags: str) -> tuple[int, str]:
        """Run `reelstack up`: its exit code, negative when it was killed, and what it printed."""
        root = self.repository.root
        printed = root / "printed.txt"
        arguments = [*RUN, *flags, "--stack", self.repository.name]
        job = {"arguments": arguments, "cwd": str(root), "printed": str(printed)}
        # A run that hangs is no proof of anything, and would keep the others from being made.
        patience = threading.Timer(PATIENCE, lambda: os.killpg(self.door.victim, signal.SIGABRT))
        patience.start()
        _, code = self.runner.run(job, self.door.kill)
        patience.cancel()
        return code, printed.read_text()

    def _bills(self) -> list[dict[str, Any]]:
        return list(self.repository.control("GET", "ledger"))

    def _bill_faults(self, before: set[str], story: str) -> Iterator[str]:
        """What the ledger has against it: a key that was paid for twice, or something that was paid for nothing."""
        bills = self._bills()
        for what, count in Counter(key(bill) for bill in bills).items():
            if count > 1:
                yield f"{count} submissions of {what}"
        # VOD has no jobs: there the last part of an id is the video's.
        submitted = {one["job_id"].rpartition("/")[2] for one in self._outputs()["submitted"].values()}
        paid = {bill["id"] for bill in bills}
        if story == "first" and submitted != paid:
            yield f"{len(paid)} submissions are paid for, the state has {len(submitted)} videos"
        if story == "edit" and len(paid - before) != 1:
            yield f"{len(paid - before)} submissions for an edit of one video"
        if missing := submitted - paid:
            yield f"nobody knows of {missing}"

    def _projects(self) -> int:
        said = self.repository.control("GET", "status")
        return int(said["projects"] + said["vod_projects"])

    def _outputs(self) -> dict[str, Any]:
        with contextlib.chdir(self.repository.root):
            return engine.outputs(self.repository.root, self.repository.name)


def key(bill: Mapping[str, Any]) -> str:
    """What a submission is for: its client token, the mark in its last line, or its content, without either."""
    return str(bill["token"] or bill["marker"].rpartition("\n")[2] or bill["content"])


def await_the_end_of(root: Path) -> None:
    """Wait until no process works in that folder any more; a child that outlives the engine is a fault."""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if not (process / "cwd").readlink().is_relative_to(root) or "emulator" in (process / "cmdline").read_text():
                continue
            ended = os.pidfd_open(int(process.name))
        except (OSError, ProcessLookupError):
            continue
        try:
            assert select.select([ended], [], [], 20)[0], f"{(process / 'cmdline').read_text()} outlived the engine"
        finally:
            os.close(ended)


@contextmanager
def crashing(root: Path, service: str) -> Iterator[Crashing]:
    """The example of a service, ready to be killed."""
    chosen = SERVICES[service]
    repository = Repository(copy_of_the_stack(root), name=chosen.stack)
    directory = root / "cloud"
    repository.cloud = daemon.start(directory, 0)
    try:
        with boundaries.standing(repository.cloud.url) as door:
            described = json.loads((directory / "cloud.json").read_text())
            (root / "door").mkdir()
            (root / "door" / "cloud.json").write_text(json.dumps({**described, "url": door.url}))
            repository.env[local.DIRECTORY_VARIABLE] = str(root / "door")
            env = clean_environment() | repository.env
            with forked.runner(env, forked.COMMAND) as runner:
                yield Crashing(chosen, repository, door, runner)
    finally:
        daemon.stop(directory)
