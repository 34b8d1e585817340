"""`make crash`: the engine is killed at random moments, again and again; nothing that a provider had returned is lost.

`python tests/engine/crash.py [ROUNDS] [SEED]`. A round is a random program on what the rounds before it left, killed
with SIGKILL after a random event and a random moment. The law, checked after each: the state can be read; whatever the
cloud holds is in it, or is named as a creation that was under way; a clean run converges, and the next one is empty.
"""

from __future__ import annotations

import random
import select
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from engine.playground import Playground, thing
from engine.processes import started
from reelstack import engine

NAMES = [f"t{number}" for number in range(12)]


def main(rounds: int, seed: int) -> int:
    """Run the rounds; how many broke the law."""
    chance = random.Random(seed)
    broken = 0
    print(f"{rounds} rounds, seed {seed}")
    with tempfile.TemporaryDirectory() as place:
        play = Playground(Path(place))
        orphans: set[str] = set()
        for number in range(rounds):
            program = _program(chance)
            after = _killed(play, program, chance)
            faults = list(_faults(play, program, orphans))
            broken += bool(faults)
            print(f"round {number}: killed after {after} events", *faults, sep="\n  ", flush=True)
    print(f"{broken} of {rounds} rounds broke the law")
    return broken


def _program(chance: random.Random) -> str:
    """Some of the things, some of them changed or to be replaced, each perhaps needing one before it."""
    lines: list[str] = []
    there: list[str] = []
    for name in sorted(chance.sample(NAMES, chance.randint(2, len(NAMES)))):
        kind = chance.choice(["x", "y", "exclusive"])
        needs = f", opts=O(depends_on=[{chance.choice(there)}])" if there and chance.random() < 0.5 else ""
        lines.append(f'{name} = Thing("{name}", "{name} {chance.randint(0, 1)}", kind="{kind}"{needs})')
        there.append(name)
    return "\n".join(lines) + "\n"


def _killed(play: Playground, program: str, chance: random.Random) -> int:
    """Run a program and kill the engine somewhere on the way; after how many events."""
    play.program(program)
    last, seen = chance.randint(0, 40), 0
    with started(play, "up") as process:
        assert process.stdout is not None
        for seen, _ in enumerate(process.stdout, start=1):
            if seen >= last:
                select.select([], [], [], chance.random() * 0.02)  # a moment more, to be anywhere in what follows
                break
        process.kill()
    return seen


def _faults(play: Playground, program: str, orphans: set[str]) -> Iterator[str]:
    """What broke the law. `orphans` are the ids that earlier rounds had reason not to know."""
    if not play.state_file.exists():
        return
    deployment = engine.export(play.root, "dev")["deployment"]
    known = {one.get("id") for one in deployment.get("resources", [])}
    begun = {one["resource"]["urn"] for one in deployment.get("pending_operations", []) if one["type"] == "creating"}
    for id_, one in play.cloud["things"].items():
        if id_ not in known | orphans:
            orphans.add(id_)
            if thing(one["label"].split()[0]) not in begun:
                yield f"{id_} ({one['label']}) exists and is unknown"
    if play.up(program).exit_code:
        yield "a clean run fails"
    play.run("refresh", clear_pending_creates=True)
    summary = play.run("preview").summary
    if set(summary) != {"same"}:
        yield f"a second run would do something: {summary}"


if __name__ == "__main__":
    asked = [int(argument) for argument in sys.argv[1:]]
    sys.exit(bool(main(*(asked + [100, random.randrange(10**6)][len(asked) :]))))
