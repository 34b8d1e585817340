"""Whatever happens to a stack, nothing is paid for twice, no failure is a success, and it comes to rest.

Random edits, runs, crashes, refreshes, doings in the console, deletions, failures and faults, on each service, over the
local cloud. `make crash` runs it long (`REELSTACK_STEPS`); a failure prints the steps that lead to it.
"""

from __future__ import annotations

import json
import math
import os
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, Phase, note, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from kit import boundaries, forked
from kit.boundaries import ANY, Boundary, Door
from kit.crashes import key
from kit.forked import Runner
from kit.repository import clean_environment
from kit.stack import names, submission
from reelstack.clouds import local
from reelstack.emulator import daemon

SHORT, STEPS = 10, int(os.environ.get("REELSTACK_STEPS", "0"))
A_HISTORY = 25  # steps
UNDECIDED = re.compile(r"([a-z]+): an earlier run may have submitted this already.*?there are: (.*?)\. Nothing was")
VIDEOS = ("autumn", "spring")
SUBMISSIONS = {
    "ims": "SubmitMediaProducingJob",
    "vod": "ProduceEditingProjectVideo",
    "huawei": "POST-asset/editing/tasks",
}
# What tells a person that it is up to them. The last: VOD does not tell of a production that failed when its answer was
# lost and somebody edited or deleted its project since; so its gate waits until its deadline.
GIVEN_UP = ("submitted anew when", " failed: ", "Change a trigger", "timed out: ")
RUNS_TO_REST = 6


@dataclass
class World:
    """A local cloud, a door before it, and whoever starts runs. `steps` counts what was done to all stacks in it."""

    service: str
    url: str
    door: Door
    runner: Runner
    http: httpx.Client
    steps: int = 0

    def control(self, method: str, path: str, **given: Any) -> Any:
        answer = self.http.request(method, f"{self.url}/_control/{path}", json=given or None)
        answer.raise_for_status()
        return answer.json()


@contextmanager
def world(service: str) -> Iterator[World]:
    with ExitStack() as stack:
        root = Path(stack.enter_context(tempfile.TemporaryDirectory())).resolve()
        running = daemon.start(root / "cloud", 0)
        stack.callback(daemon.stop, root / "cloud")
        door = stack.enter_context(boundaries.standing(running.url))
        described = json.loads((root / "cloud" / "cloud.json").read_text())
        (root / "door").mkdir()
        (root / "door" / "cloud.json").write_text(json.dumps({**described, "url": door.url}))
        env = clean_environment() | {local.DIRECTORY_VARIABLE: str(root / "door")}
        runner = stack.enter_context(forked.runner(env))
        http = stack.enter_context(httpx.Client(timeout=30, trust_env=False))
        yield World(service, running.url, door, runner, http)


class Stack(RuleBasedStateMachine):
    """`reasons` counts, of each video and content, why it may be paid for: it was declared, or edited to be so, a
    trigger was pulled, its asset was lost, or somebody asked for a replacement; `paid` is what was. `unheard` counts
    the answers that may have been lost, `seen` are all media that ever were in the state. `removed` are
    the jobs of videos that were declared no more.
    """

    def __init__(self, world: World) -> None:
        super().__init__()
        self.world = world
        self.videos: dict[str, dict[str, Any]] = {}
        self.state: dict[str, Any] = {}
        self.old: list[tuple[str, Any]] = []
        self.reasons: Counter[tuple[str, int]] = Counter()
        self.paid: dict[str, tuple[str, int] | None] = {}
        self.unheard = 0
        self.seen: set[str] = set()
        self.removed: set[str] = set()

    # ── what users do ──

    @initialize()
    def begin(self) -> None:
        self.world.control("POST", "reset")
        self.world.control("DELETE", "ledger")
        self.world.control("POST", "settings", pace="immediate", analysis_seconds=0, index_seconds=0)
        for video in VIDEOS:
            self._declare(video)
        # Every history begins with the worst: a submission that was carried out, and nobody heard of it.
        self.unheard += 1
        worst = Boundary(boundaries.Phase.COMMITTED, SUBMISSIONS[self.world.service], 1)
        self._run("up", boundary=worst)

    def _declare(self, video: str) -> None:
        self.videos[video] = {"content": 1, "trigger": 0, "title": "One"}
        self._may_pay(video)

    def _may_pay(self, video: str) -> None:
        if video in self.videos:
            self.reasons[video, self.videos[video]["content"]] += 1

    @rule(video=st.sampled_from(VIDEOS), content=st.integers(1, 4))
    def edit(self, video: str, content: int) -> None:
        if video in self.videos and self.videos[video]["content"] != content:
            self.videos[video]["content"] = content
            self._may_pay(video)

    @rule(video=st.sampled_from(VIDEOS), title=st.sampled_from(("One", "Two")))
    def retitle(self, video: str, title: str) -> None:
        if video in self.videos:
            self.videos[video]["title"] = title

    @rule(video=st.sampled_from(VIDEOS))
    def pull_the_trigger(self, video: str) -> None:
        if video in self.videos:
            self.videos[video]["trigger"] += 1
            self._may_pay(video)

    @rule(video=st.sampled_from(VIDEOS))
    def remove_or_declare(self, video: str) -> None:
        if video not in self.videos:
            self._declare(video)
        elif len(self.videos) > 1:
            del self.videos[video]
            self.removed |= {job for job, what in self.paid.items() if what and what[0] == video}

    # ── runs ──

    @rule()
    def up(self) -> None:
        self._run("up")

    @rule(phase=st.sampled_from(boundaries.Phase), nth=st.integers(1, 14))
    def up_and_crash(self, phase: boundaries.Phase, nth: int) -> None:
        self.unheard += 1
        self._run("up", boundary=Boundary(phase, ANY, nth))

    @rule(video=st.sampled_from(VIDEOS), content=st.integers(1, 4), phase=st.sampled_from(boundaries.Phase))
    def edit_and_crash_at_the_submission(self, video: str, content: int, phase: boundaries.Phase) -> None:
        self.edit(video, content)
        self.unheard += 1
        self._run("up", boundary=Boundary(phase, SUBMISSIONS[self.world.service], 1))

    @rule(video=st.sampled_from(VIDEOS), gate=st.booleans())
    def up_with_targets(self, video: str, gate: bool) -> None:
        wanted = [f"project/{video}", f"intent/{video}", f"{submission(self.world.service)}/{video}"]
        self._run("up", targets=["identity/stack", *wanted, *([f"gate/{video}"] if gate else [])])

    @precondition(lambda self: self.state)
    @rule(video=st.sampled_from(VIDEOS))
    def up_and_replace(self, video: str) -> None:
        self._may_pay(video)
        self._run("up", replaced=[f"{submission(self.world.service)}/{video}"])

    @rule()
    def refresh(self) -> None:
        self._run("refresh")

    # ── what goes wrong ──

    @rule(kind=st.sampled_from(("throttle", "error", "lost", "dropped", "fail_job")), times=st.integers(1, 2))
    def go_wrong(self, kind: str, times: int) -> None:
        self.unheard += times if kind == "lost" else 0
        more: dict[str, Any] = {"retry_after": 10} if kind in ("throttle", "error") else {}
        more |= {"code": "InternalError"} if kind == "fail_job" else {}
        self.world.control("POST", "faults", kind=kind, times=times, **more)

    @precondition(lambda self: self._submissions())
    @rule(data=st.data())
    def forget_a_record(self, data: st.DataObject) -> None:
        job = data.draw(st.sampled_from(sorted(self._submissions())))
        if self.world.service != "vod":  # there are no records of jobs
            self.world.control("POST", "expire", job_id=self._submissions()[job]["id"])

    @precondition(lambda self: self._submissions())
    @rule(data=st.data())
    def lose_an_asset(self, data: st.DataObject) -> None:
        job = data.draw(st.sampled_from(sorted(self._submissions())))
        self.reasons[subject(self._submissions()[job]["inputs"])] += 1
        self._console("delete_media", [self._submissions()[job]["outputs"]["media_id"]])

    @precondition(lambda self: self._projects())
    @rule(data=st.data(), gone=st.booleans())
    def touch_a_project(self, data: st.DataObject, gone: bool) -> None:
        project = self._projects()[data.draw(st.sampled_from(sorted(self._projects())))]["id"]
        if gone:
            self._console("delete_project", project)
        else:
            self._console("update_project", project, {"title": "Edited elsewhere"})

    # ── laws ──

    @invariant()
    def nothing_is_paid_for_twice(self) -> None:
        self.world.steps += 1
        bills = self.world.control("GET", "ledger")
        self._attribute([bill["id"] for bill in bills if bill["id"] not in self.paid])
        paid = Counter(what for what in self.paid.values() if what)
        assert not paid - self.reasons, f"{paid} submissions for {self.reasons} reasons"
        if self.world.service != "huawei":
            marked: dict[str, list[str]] = {}
            for bill in bills:
                marked.setdefault(key(bill), []).append(bill["id"])
            for jobs in marked.values():
                assert len(jobs) == 1 or self._is_left_to_the_next(jobs[:-1])

    def _is_left_to_the_next(self, jobs: list[str]) -> bool:
        """VOD knows no tokens: a video deleted, or removed before it was heard of, leaves its mark to the next.

        The latter is told by `reelstack adopt --orphans`.
        """
        kept = [job for job in jobs if job not in self.removed]
        return self.world.service == "vod" and all(self.world.control("GET", f"media/{job}")["deleted"] for job in kept)

    def _attribute(self, jobs: list[str]) -> None:
        """Note for which video and content these were paid; a job that failed was paid for nothing."""
        for job in jobs:
            made = self.world.control("GET", f"jobs/{job}")["production"]
            self.paid[job] = shown(made["timeline"]) if made["status"] == "Success" else None

    @rule()
    def come_to_rest(self) -> None:
        """Nothing goes wrong any more: a few runs, and people's decisions, bring the stack to what is declared."""
        self.world.control("DELETE", "faults")
        for _ in range(RUNS_TO_REST):
            failures = self._run("refresh") or self._run("up")
            if not failures:
                break
            self._decide(failures)
        assert not failures, failures
        self._adopted()
        self._is_at_rest()

    def _is_at_rest(self) -> None:
        before, paid = dict(self.state), len(self.world.control("GET", "ledger"))
        changed: list[str] = []
        assert not self._run("up", changed=changed)
        assert changed == []
        assert self.state == before
        assert len(self.world.control("GET", "ledger")) == paid
        assert set(self.state) == {"identity/stack", *names(self.world.service, self.videos)}
        assert self.old == []
        held = {held["outputs"]["media_id"] for held in self._submissions().values()}
        # What was submitted, never heard of and then edited away is in no state: it was paid for once, and is left.
        assert self._produced() & self.seen == held, "what the cloud holds is not what the state holds"
        assert len(self._produced() - held) <= self.unheard

    def teardown(self) -> None:
        if self.videos:
            self.come_to_rest()

    # ── how it is done ──

    def _run(
        self, do: str, boundary: Boundary | None = None, changed: list[str] | None = None, **how: Any
    ) -> list[str]:
        """Run once; what failed, with its cause. The state is what was written down, whatever happened."""
        self.world.door.open(boundary)
        job = {"do": do, "service": self.world.service, "videos": self.videos, "state": self.state, "old": self.old}
        steps, code = self.world.runner.run({"targets": [], "replaced": [], **job, **how}, self.world.door.kill)
        self.world.door.drain()
        note(f"{do}: {[step.get('keep', step) for step in steps]} ({code})")
        failures = []
        for step in steps:
            assert "bug" not in step, step
            self._take(step)
            failures += [step["error"]] if "failed" in step else []
            if changed is not None and "changed" in step:
                changed.append(step["changed"])
        self._no_failure_is_a_success(steps)
        return failures

    def _take(self, step: dict[str, Any]) -> None:
        if "keep" in step:
            self.state[step["keep"]] = step["held"]
            self.seen |= {step["held"]["outputs"].get("media_id", "")}
            self.old += [(step["keep"], step["instead"])] if step["instead"] else []
        if "dropped" in step:
            del self.state[step["dropped"]]
        if "buried" in step:
            self.old = [pair for pair in self.old if (pair[0], pair[1]["id"]) != (step["buried"], step["id"])]

    def _no_failure_is_a_success(self, steps: list[dict[str, Any]]) -> None:
        for step in steps:
            if step.get("keep", "").startswith("gate/"):
                for facts in step["held"]["outputs"]["videos"].values():
                    job = facts["job_id"].rpartition("/")[2]
                    assert self.world.control("GET", f"jobs/{job}")["production"]["status"] == "Success"

    def _console(self, method: str, *arguments: Any) -> None:
        faults = self.world.control("GET", "faults")
        self.world.control("DELETE", "faults")
        self.world.door.open()
        job = {"do": "console", "service": self.world.service, "method": method, "arguments": arguments}
        self.world.runner.run(job, self.world.door.kill)
        for fault in faults:
            self.world.control("POST", "faults", **fault)

    def _decide(self, failures: list[str]) -> None:
        """What a person does: takes up a task that was not heard of, mends a video that has failed too often."""
        questions = [found for failure in failures for found in UNDECIDED.findall(failure)]
        for video, told in questions:
            wanted = {"asset_id": f"source-{video}", "end": 2 + self.videos[video]["content"]}
            fits = [task for task in re.findall(r"task (\w+) ", told) if self._shows(task, wanted)]
            self.videos[video] |= {"adopt": fits[0]} if fits else {"trigger": self.videos[video]["trigger"] + 1}
            if not fits:
                self._may_pay(video)
        if not questions and any(said in one for said in GIVEN_UP for one in failures):
            for video, spec in self.videos.items():
                spec["trigger"] += 1
                self._may_pay(video)

    def _shows(self, task: str, wanted: dict[str, Any]) -> bool:
        (piece,) = self.world.control("GET", f"jobs/{task}")["inputs"]
        return bool(piece["asset_id"] == wanted["asset_id"] and float(piece["timeline_end"]) == wanted["end"])

    def _adopted(self) -> None:
        for spec in self.videos.values():
            spec.pop("adopt", None)

    def _submissions(self) -> dict[str, Any]:
        return {name: held for name, held in self.state.items() if name.startswith(("job/", "task/"))}

    def _projects(self) -> dict[str, Any]:
        return {name: held for name, held in self.state.items() if name.startswith("project/")}

    def _produced(self) -> set[str]:
        """The media that were paid for and are there."""
        found = set()
        for bill in self.world.control("GET", "ledger"):
            view = self.world.control("GET", f"jobs/{bill['id']}")
            if view["production"]["status"] == "Success":
                media_id = view.get("media_id") or view.get("asset_id") or view["id"]
                media = self.world.control("GET", f"media/{media_id}")
                gone = media.get("deleted") or media.get("status") == "DELETED"
                found |= set() if gone else {media_id}
        return found


def shown(timeline: dict[str, Any]) -> tuple[str, int]:
    """The video and the content that a production shows."""
    if "inputs" in timeline:
        piece = timeline["inputs"][0]
        return piece["asset_id"].removeprefix("source-"), round(float(piece["timeline_end"])) - 2
    clip = timeline["VideoTracks"][0]["VideoTrackClips"][0]
    return clip["MediaId"].removeprefix("source-"), round(clip["Out"]) - 2


def subject(inputs: dict[str, Any]) -> tuple[str, int]:
    """The same of a submission in the state."""
    if "inputs" in inputs:
        return inputs["name"], round(float(inputs["inputs"][0]["end"])) - 2
    return inputs["name"], int(inputs["content"].rpartition(" c")[2])


def profile() -> settings:
    """The short one always takes the same ways; the long one takes others each time, and prints those that fail."""
    long = STEPS > 0
    return settings(
        max_examples=math.ceil(STEPS / A_HISTORY) + 1 if long else 1,
        stateful_step_count=A_HISTORY if long else SHORT,
        derandomize=not long,
        database=None,
        deadline=None,
        print_blob=True,
        phases=[Phase.generate, Phase.shrink] if long else [Phase.generate],
        suppress_health_check=list(HealthCheck),
    )


@pytest.mark.timeout(7200 if STEPS else 600)
@pytest.mark.parametrize("service", ["ims", "vod", "huawei"])
def test_a_stack_comes_to_rest_and_pays_once_whatever_happens(service: str, capsys: pytest.CaptureFixture[str]) -> None:
    with world(service) as one:
        run_state_machine_as_test(partial(Stack, one), settings=profile())  # type: ignore[arg-type] # any callable
    if STEPS:
        with capsys.disabled():
            print(f"{service}: {one.steps} steps, each followed by the laws", file=sys.stderr, flush=True)
    assert one.steps >= STEPS
