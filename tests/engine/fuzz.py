"""`make fuzz`: random programs on random earlier states, with failures and kills; the state is always right.

`python tests/engine/fuzz.py [ROUNDS] [SEED]`. A round is an empty stack on which a few versions of a random program are
run, with random operations and options, while provider calls fail and runs are killed. After each run: the state is
valid, nothing that exists is unknown to it, nothing protected is deleted, a preview writes nothing. In the end a run in
peace converges to the program, and a second one is empty. What is excluded, and why, stands in `laws`. A round's
seed alone makes it; where its threads meet differs from run to run.
"""

from __future__ import annotations

import json
import os
import random
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))
os.environ["GRPC_VERBOSITY"] = "NONE"  # read as it is loaded; that the other end went away is what happens here

from engine.fuzzing import inside, laws, wanted
from engine.fuzzing.inside import Mood, Outcome
from engine.fuzzing.wanted import Program
from engine.playground import Playground
from reelstack import engine
from reelstack.errors import EngineError

PEACE = Mood()


def main(rounds: int, seed: int) -> int:
    """Run the rounds; how many broke the law."""
    os.environ.pop("PULUMI_CONFIG_PASSPHRASE", None)
    print(f"{rounds} rounds from seed {seed}")
    broken, programs, runs, kills = 0, 0, 0, 0
    for number in range(seed, seed + rounds):
        with tempfile.TemporaryDirectory() as place:
            one = Round(Path(place), number)
            faults = one.play()
            programs, runs, kills = programs + one.programs, runs + one.runs, kills + one.kills
            if faults:
                broken += 1
                print(f"make fuzz SEED={number} ROUNDS=1", *one.story, *faults, sep="\n  ", flush=True)
    print(f"{programs} programs, {runs} runs, {kills} of them killed; {broken} of {rounds} rounds broke the law")
    return broken


class Round:
    """One stack's life."""

    def __init__(self, place: Path, seed: int) -> None:
        self.chance = random.Random(seed)
        self.on = Playground(place)
        self.on.program("")
        self.program = Program()
        self.state: laws.Json = {}
        self.excused: set[str] = set()
        self.story: list[str] = []
        self.programs = self.runs = self.kills = 0
        self.drifted = False

    def play(self) -> list[str]:
        """Live it; what broke the law."""
        for _ in range(self.chance.randint(2, 4)):
            self.program = wanted.changed(self.program, self.chance)
            self.programs += 1
            if self.chance.random() < 0.1:
                self._drift()
            for _ in range(self.chance.choice((1, 1, 2))):
                if faults := list(self._troubled()):
                    return faults
        return list(self._in_peace())

    def _troubled(self) -> Iterator[str]:
        chance = self.chance
        operation = chance.choices(("up", "refresh", "destroy", "preview"), (14, 2, 1, 1))[0]
        if operation in ("refresh", "destroy") and not self.state:
            return
        yield from self._run(operation, self._mood(), **self._options(operation))

    def _drift(self) -> None:
        """Let somebody else take a thing away, and change another."""
        cloud = self.on.cloud
        ids = sorted(cloud["things"])
        if len(ids) > 1:
            gone, other = self.chance.sample(ids, 2)
            del cloud["things"][gone]
            cloud["things"][other]["size"] = 99
            self.on.cloud_file.write_text(json.dumps(cloud))
            self.drifted = True
            self.story.append(f"{gone} is taken away, {other} is changed")

    def _mood(self) -> Mood:
        chance = self.chance
        keys = [one.key for one in self.program.resources]
        calls = ("create", "create", "update", "update", "delete", "delete", "read", "check", "diff")
        often = chance.choice((0.0, 0.1, 0.3))
        failing = [f"{chance.choice(calls)} {key}" for key in keys * 2 if chance.random() < often]
        kind = chance.choices(("lives", "event", "call", "after"), (12, 2, 3, 2))[0]
        return Mood(
            frozenset(failing),
            killed_at_event=chance.randint(1, 40) if kind == "event" else None,
            killed_at_call=chance.randint(1, 16) if kind == "call" else None,
            killed_after=chance.random() * 0.15 if kind == "after" else None,
        )

    def _options(self, operation: str) -> dict[str, Any]:
        chance = self.chance
        urns = sorted({one["urn"] for one in laws.resources(self.state)} or set(self.program.urns.values()))
        some = tuple(chance.sample(urns, min(len(urns), chance.randint(1, 3))))
        found: dict[str, Any] = {"parallel": chance.choice((None, 1, 4))}
        if chance.random() < 0.2:
            found["targets"] = some
            found["target_dependents"] = chance.random() < 0.5
        elif chance.random() < 0.1:
            found["excludes"] = some
            found["exclude_dependents"] = chance.random() < 0.5
        if operation in ("up", "preview"):
            found["refresh"] = chance.random() < 0.15
            if chance.random() < 0.15:
                found["replace"] = some
        if operation != "refresh":
            found["continue_on_error"] = chance.random() < 0.3
        return found

    def _run(self, operation: str, mood: Mood, **options: Any) -> Iterator[str]:
        """Run once, and look at what the laws say of it."""
        calls = len(self.on.cloud["calls"])
        files = self._files()
        outcome = inside.run(self.on, self.program, mood, operation, **options)
        self.runs += 1
        self.kills += outcome.killed
        self.outcome = outcome
        self._tell(operation, mood, options, outcome)
        if outcome.fault:
            yield outcome.fault
        if operation == "preview" and self.state and self._files() != files:
            yield "a preview wrote something"
        if outcome.killed and self.state and self.chance.random() < 0.5:
            try:
                engine.recover(self.on.root, "dev")  # else the next run does so
            except EngineError as error:
                yield f"what was killed cannot be recovered: {error.message}"
        elif (
            not outcome.killed
            and operation != "preview"
            and (self.on.journal.exists() or list(self.on.locks.glob("*")))
        ):
            yield "the stack is still locked"
        yield from self._look(operation, self.on.cloud["calls"][calls:])

    def _look(self, operation: str, calls: list[Any]) -> Iterator[str]:
        before, self.state = self.state, laws.snapshot(self.on)
        cloud = self.on.cloud
        deleted = {id_ for verb, id_, _ in calls if verb == "delete"}
        wanted = {"up": set(self.program.urns.values()), "destroy": set[str]()}
        there = {one["urn"] for one in laws.resources(before)}
        self.excused |= laws.given_up(before, self.state, deleted, wanted.get(operation, there))
        yield from laws.state_is_valid(self.state)
        yield from laws.everything_is_known(self.state, cloud, self.excused)
        program = self.program if operation == "up" else None
        yield from laws.nothing_protected_was_deleted(before, program, calls)
        if not self.kills:
            yield from laws.nothing_is_deleted_twice(cloud["calls"])

    def _in_peace(self) -> Iterator[str]:
        """What a run in peace leads to, and that a second one is empty."""
        self.program = wanted.whole(self.program)
        look = bool(self.kills) or self.drifted  # else the state knows all by itself
        yield from self._run("up", PEACE, refresh=look)
        if self.outcome.exit_code and any("protect" in error for error in self.outcome.errors):
            self._unprotect()
            yield from self._run("up", PEACE, refresh=look)
        if self.outcome.exit_code:
            yield f"a run in peace fails: {self.outcome.errors}"
            return
        yield from laws.it_converged(self.program, self.state, self.on.cloud)
        for operation in ("preview", "up"):
            yield from self._run(operation, PEACE)
            if set(self.outcome.summary or {}) != {"same"}:
                yield f"a second {operation} is not empty: {self.outcome.summary}"

    def _unprotect(self) -> None:
        """Do what `pulumi state unprotect --all` does."""
        found = json.loads(self.on.state_file.read_text())
        for one in laws.resources(found["checkpoint"]["latest"]):
            one.pop("protect", None)
        self.on.state_file.write_text(json.dumps(found))
        self.state = laws.snapshot(self.on)

    def _files(self) -> list[bytes]:
        paths = (self.on.state_file, self.on.journal)
        files = [path.read_bytes() if path.exists() else b"" for path in paths]
        return [*files, json.dumps(self.on.cloud).encode()]  # a look at the cloud writes its file anew

    def _tell(self, operation: str, mood: Mood, options: dict[str, Any], outcome: Outcome) -> None:
        self.story += [f"program {one}" for one in self.program.resources] if os.environ.get("FUZZ_VERBOSE") else []
        asked = {key: one for key, one in options.items() if one}
        ended = "killed" if outcome.killed else f"exit code {outcome.exit_code}"
        self.story.append(f"{operation} {asked}, failing: {sorted(mood.failing)} -> {ended} {outcome.summary}")


if __name__ == "__main__":
    asked = [int(argument) for argument in sys.argv[1:]]
    sys.exit(bool(main(*(asked + [300, random.randrange(10**6)][len(asked) :]))))
