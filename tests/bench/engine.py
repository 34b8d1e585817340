"""How the engines scale: 250, 1,000 and 4,000 trivial resources, up, preview, refresh and destroy.

`python tests/bench/engine.py [COUNT…]`. Seconds, the engine process's peak memory, and how much more than four times
the work four times the resources take (1.0: cost per resource does not grow), in processor time of all processes,
which does not depend on who else is busy. Where the Pulumi CLI is on the PATH, the smaller counts are run with it too.
What is aimed at: growth at most 1.2; of 1,000 resources an `up` in a tenth of the CLI's time and a preview in half of
it; 100 MB.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from reelstack import engine
from reelstack.engine import EngineName

COUNTS = [250, 1000, 4000]
CLI_MOST = 1000  # beyond that the CLI takes minutes: it writes the whole state at every step
OPERATIONS = ("up", "preview", "refresh", "destroy")
PROVIDER = """
import uuid
from pulumi.dynamic import CreateResult, Resource, ResourceProvider

class Provider(ResourceProvider):
    serialize_as_secret_always = False
    def create(self, props):
        return CreateResult(uuid.uuid4().hex, {"n": props["n"]})

class Trivial(Resource, name="Trivial"):
    def __init__(self, name, n):
        super().__init__(Provider(), name, {"n": n})
"""
PROGRAM = "from trivial import Trivial\nfor n in range({}):\n    Trivial(f't{{n}}', n)\n"


def main(counts: list[int]) -> None:
    """Print the rows."""
    taken: dict[tuple[str, int, str], dict[str, float]] = {}
    for count in counts:
        for using in _engines(count):
            for operation, found in _measured(count, using).items():
                taken[using, count, operation] = found
                ratio = _ratio(taken, using, count, operation)
                what = f"{operation} of {count:,} resources, {using}"
                memory = f"{found['megabytes']:>4.0f} MB" if using == "embedded" else " " * 7
                print(f"{what:<58}{found['seconds']:>10.2f} s  {memory}  {ratio}".rstrip(), flush=True)


def _engines(count: int) -> list[str]:
    return ["embedded", "pulumi"] if shutil.which("pulumi") and count <= CLI_MOST else ["embedded"]


def _ratio(taken: dict[tuple[str, int, str], dict[str, float]], using: str, count: int, operation: str) -> str:
    found, ours = taken[using, count, operation], taken.get(("embedded", count, operation))
    if using == "pulumi" and ours:
        return f"{found['seconds'] / ours['seconds']:.1f} × the embedded engine"
    before = taken.get((using, count // 4, operation))
    return f"growth ÷ 4: {found['processor'] / before['processor'] / 4:.2f}" if before else ""


def _measured(count: int, using: str) -> dict[str, dict[str, float]]:
    with tempfile.TemporaryDirectory() as place:
        root = Path(place)
        (root / "Pulumi.yaml").write_text(f"name: bench\nruntime: python\nbackend:\n  url: file://{root}\n")
        (root / "trivial.py").write_text(PROVIDER)
        (root / "__main__.py").write_text(PROGRAM.format(count))
        return {operation: _alone(root, operation, using) for operation in OPERATIONS}


def _alone(root: Path, operation: str, using: str) -> dict[str, float]:
    """One run in a process of its own, which reports on itself."""
    env = {**os.environ, "PULUMI_CONFIG_PASSPHRASE": "", "PULUMI_HOME": str(root / "home")}
    command = [sys.executable, __file__, "run", str(root), operation, using]
    done = subprocess.run(command, env=env, check=True, capture_output=True, text=True)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def _run(root: Path, operation: Any, using: str) -> None:
    began = time.perf_counter()
    result = engine.run(engine.Request(operation, root, "dev"), lambda _: None, using=EngineName(using))
    assert result.exit_code == 0, result.errors
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    seconds, processor = time.perf_counter() - began, sum(os.times()[:4])
    print(json.dumps({"seconds": seconds, "processor": processor, "megabytes": peak}))


if __name__ == "__main__":
    if sys.argv[1:2] == ["run"]:
        _run(Path(sys.argv[2]), sys.argv[3], sys.argv[4])
    else:
        main([int(argument) for argument in sys.argv[1:]] or COUNTS)
