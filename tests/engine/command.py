"""Runs the engine as a process of its own, for tests that kill or interrupt it: `python command.py DIR OPERATION`."""

from __future__ import annotations

import sys
from pathlib import Path

from reelstack import engine


def main() -> int:
    """Run, printing each event on a line; the result's exit code."""
    root, operation = Path(sys.argv[1]), sys.argv[2]
    env = {"THINGS_FILE": str(root / "cloud.json")}
    request = engine.Request(operation, root, "dev", env=env)  # type: ignore[arg-type]
    return engine.run(request, lambda event: print(event, flush=True)).exit_code


if __name__ == "__main__":
    sys.exit(main())
