"""Scenario files: what in them is fixed, and how a new one is recorded with the Pulumi CLI.

`python tests/engine/recording.py NAME…` runs the program and the commands of `scenarios/NAME.json` with the CLI on the
PATH and writes what it did into the file: exit codes, operations, summaries, diagnostics, calls and states. A new
scenario starts as a file with `program` and, per step, `command` (and `edit_cloud` or `edit_state`, Python that changes
the cloud's or the state's JSON before the step).
"""

from __future__ import annotations

import json
import os
import re
import sys
import tempfile
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from engine.drivers import PulumiCli, Seen
from engine.playground import SCENARIOS, Playground, short
from reelstack.engine import values

BLANK = ("created", "modified", "sourcePosition", "stackTrace")
GIVEN = ("command", "edit_cloud", "edit_state")


def blank(value: Any) -> Any:
    """A state without what differs from run to run: times, places in the program, generated ids, ciphertexts."""
    if isinstance(value, dict):
        kept = {key: blank(one) for key, one in value.items() if key not in BLANK}
        if "dependencies" in kept:
            kept["dependencies"].sort()
        return kept | ({"ciphertext": "CIPHERTEXT"} if values.SIGNATURE in kept else {})
    if isinstance(value, list):
        return [blank(one) for one in value]
    return re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "ID", value) if isinstance(value, str) else value


def edit(play: Playground, step: dict[str, Any]) -> None:
    """Do what somebody else did to the cloud, or a killed run to the state, before the step."""
    for file, name in ((play.cloud_file, "cloud"), (play.state_file, "state")):
        if code := step.get(f"edit_{name}"):
            found = json.loads(file.read_text())
            exec(code, {name: found})
            file.write_text(json.dumps(found))


def pending(play: Playground) -> list[list[str]]:
    """The operations that the state has as begun and not ended."""
    if not play.state_file.exists():
        return []
    latest = json.loads(play.state_file.read_text())["checkpoint"]["latest"]
    return [[one["type"], short(one["resource"]["urn"])] for one in latest.get("pending_operations") or []]


def record(name: str) -> None:
    """Fill a scenario's file in."""
    path = SCENARIOS / f"{name}.json"
    scenario = json.loads(path.read_text())
    with tempfile.TemporaryDirectory() as place:
        os.environ["PULUMI_CONFIG_PASSPHRASE"] = "correct horse"
        play = Playground(Path(place))
        (play.root / "__main__.py").write_text("\n".join(scenario["program"]) + "\n")
        before: list[Any] = []
        for number, step in enumerate(scenario["steps"]):
            edit(play, step)
            calls = len(play.cloud["calls"])
            seen = PulumiCli().run(play, step["command"], number)
            state = blank(play.state)
            given = {key: step[key] for key in GIVEN if key in step}
            step.clear()
            step.update(given, **_seen(seen), calls=play.cloud["calls"][calls:])
            if left := pending(play):
                step["pending"] = left
            step["state"] = "unchanged" if state == before else state
            before = state
    path.write_text(_spell(scenario))


def _seen(seen: Seen) -> dict[str, Any]:
    return {
        "exit_code": seen.exit_code,
        "operations": seen.operations,
        "summary": seen.summary,
        "diagnostics": [[severity, where, _ending(text)] for severity, where, text in seen.said],
    }


def _ending(text: str) -> str:
    """Of a traceback only the end: what comes before names places of one machine."""
    whole = text.strip()
    return f"a traceback ending in: {whole.splitlines()[-1]}" if "Traceback" in whole else whole


def _spell(scenario: dict[str, Any]) -> str:
    """JSON with short lists on one line."""
    text = json.dumps(scenario, indent=1, ensure_ascii=False)
    return re.sub(r'\[\s+((?:"[^"\n]*",?\s*)+)\]', lambda found: f"[{' '.join(found[1].split())}]", text) + "\n"


if __name__ == "__main__":
    for wanted in sys.argv[1:]:
        record(wanted)
