"""Runs the engine as a process of its own, for tests that kill or interrupt it: `python command.py DIR OPERATION`.

With a third argument no file may grow beyond so many bytes, which is what a full disk looks like. `ENGINE` in the
environment says which engine runs, the embedded one when it says nothing.
"""

from __future__ import annotations

import os
import resource
import sys
from pathlib import Path

from reelstack import engine
from reelstack.errors import EngineError


def main() -> int:
    """Run, printing each event on a line; the result's exit code."""
    root, operation, most = Path(sys.argv[1]), sys.argv[2], sys.argv[3:]
    if most:
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(most[0]), int(most[0])))
    env = {"THINGS_FILE": str(root / "cloud.json")}
    request = engine.Request(operation, root, "dev", env=env)  # type: ignore[arg-type]
    using = engine.EngineName(os.environ.get("ENGINE", "embedded"))
    try:
        return engine.run(request, lambda event: print(event, flush=True), using=using).exit_code
    except EngineError as error:
        print(f"error: {error.message}\n{error.hint}", flush=True)
        return 1


if __name__ == "__main__":
    sys.exit(main())
