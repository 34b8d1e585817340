"""What `forked` lets a child do when the run is one of the command line: `reelstack` as a user calls it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from typing import Any


def carry_out(job: Mapping[str, Any], _write: Callable[[Mapping[str, Any]], None]) -> None:
    """Run `reelstack` with the job's `arguments` in its directory `cwd`.

    What it prints goes to the file `printed`, complaints too unless there is a file for them, `complained`. An `env`
    takes the place of the runner's.
    """
    from reelstack.cli import main

    out = _file(job["printed"])
    complaints = _file(job["complained"]) if "complained" in job else out
    for stream, file in ((0, os.open(os.devnull, os.O_RDONLY)), (1, out), (2, complaints)):
        os.dup2(file, stream)
    os.chdir(job["cwd"])
    if "env" in job:
        os.environ.clear()
        os.environ.update(job["env"])
    sys.argv = ["reelstack", *job["arguments"]]
    code = 0
    try:
        main()
    except SystemExit as end:
        code = int(end.code or 0)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _file(path: str) -> int:
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
