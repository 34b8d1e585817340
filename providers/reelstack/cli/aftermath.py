"""After a kill: what the killed run left in the state is said, and cleared up when the user agrees.

Called by `deploy` around a run. A gate, an intent or an identity that was cut off is nothing in any cloud. A project or
a video that was cut off is found again by its marker or token when it is made anew; only then it is forgotten.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterable

import typer
from rich.console import Console

from reelstack import engine
from reelstack.cli.running import How, Run
from reelstack.engine import Aftermath, Result

OURS = "pulumi-python:dynamic/reelstack:"
TRACELESS = frozenset(f"{OURS}{name}" for name in ("Delivery", "SubmissionIntent", "StackIdentity", "Approval"))


def cleared(run: Run, yes: bool) -> Aftermath:
    """Clear up before a run what is nothing in any cloud, and the lock of a dead run; what there was."""
    left = _left(run)
    traceless = {urn for urn, kind in left.creating.items() if kind in TRACELESS}
    if (left.locks or traceless) and _agreed(run, left, traceless, yes):
        _clear_up(run, traceless)
        _say(run, "That is cleared up.")
    return left


def settled(run: Run, left: Aftermath, result: Result) -> None:
    """Forget, after a whole run that succeeded, that what the stack holds by now had been cut off once."""
    asked = run.request
    partly = asked.targets or asked.excludes or asked.operation != "up"
    if partly or result.errors or not any(kind.startswith(OURS) for kind in left.creating.values()):
        return
    now = _left(run)
    again = {urn for urn in now.held if now.creating[urn].startswith(OURS)}
    if again:
        _clear_up(run, again)
        _say(run, f"Cut off earlier, and there now: {_named(again)}.")


def _left(run: Run) -> Aftermath:
    with contextlib.chdir(run.request.project):
        return engine.left_behind(run.request.project, run.request.stack)


def _clear_up(run: Run, forget: set[str]) -> None:
    with contextlib.chdir(run.request.project):
        engine.clear_up(run.request.project, run.request.stack, forget)


def _agreed(run: Run, left: Aftermath, traceless: set[str], yes: bool) -> bool:
    """Say what a killed run has left, and ask; where nobody can be asked it is left."""
    for lock in left.locks:
        _say(run, f"A run that was killed still holds the stack ({lock}).")
    if traceless:
        _say(run, f"A run was killed before these were done: {_named(traceless)}. Nothing of them is in a cloud.")
    if not yes and not sys.stdin.isatty():
        return False
    return yes or typer.confirm("Clear that up?", default=False)


def _named(urns: Iterable[str]) -> str:
    return ", ".join(sorted(" ".join((urn.rpartition(":dynamic/reelstack:")[2]).split("::", 1)) for urn in urns))


def _say(run: Run, text: str) -> None:
    if run.how is How.SHOWN:
        Console().print(text, highlight=False, markup=False, soft_wrap=True)
