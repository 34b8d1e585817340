"""Every recorded scenario, step by step: whoever runs it must do what the Pulumi CLI did when it was recorded.

The recordings (`scenarios/*.json`) hold the program and per step the command, the operations, the summary, the
diagnostics, the calls that reached the cloud and the state. Times, generated ids and ciphertexts are blanked. The
order of independent operations may differ, and with it the cloud's numbering: ids are renamed after their resource.
"""

from __future__ import annotations

import json
import re
import shutil
from typing import Any

import pytest

from engine import recording
from engine.drivers import ByTurns, Driver, Embedded, PulumiCli, Said
from engine.playground import SCENARIOS, Playground

WITH_CLI = [
    pytest.mark.pulumi_cli,
    pytest.mark.skipif(shutil.which("pulumi") is None, reason="needs the Pulumi CLI on the PATH"),
    pytest.mark.timeout(900),  # each step starts the CLI; on a busy machine that takes many seconds
]
# By turns, the stack is handed over between any two steps, in one direction or, in the other order, in the other.
ENGINES = [
    pytest.param(Embedded(), id="embedded"),
    pytest.param(PulumiCli(), id="pulumi", marks=WITH_CLI),
    pytest.param(ByTurns(Embedded(), PulumiCli()), id="ours-first", marks=WITH_CLI),
    pytest.param(ByTurns(PulumiCli(), Embedded()), id="theirs-first", marks=WITH_CLI),
]


@pytest.mark.parametrize("driver", ENGINES)
@pytest.mark.parametrize("scenario", sorted(path.stem for path in SCENARIOS.glob("*.json")))
def test_a_scenario_goes_as_it_was_recorded(secret_play: Playground, scenario: str, driver: Driver) -> None:
    recorded = json.loads((SCENARIOS / f"{scenario}.json").read_text())
    (secret_play.root / "__main__.py").write_text("\n".join(recorded["program"]) + "\n")
    theirs, ours = _Names(), _Names()
    state: list[Any] = []
    for number, step in enumerate(recorded["steps"]):
        state = state if step["state"] == "unchanged" else step["state"]
        recording.edit(secret_play, step)
        before = len(secret_play.cloud["calls"])
        seen = driver.run(secret_play, step["command"], number)
        assert seen.exit_code == step["exit_code"], seen.said
        assert sorted(seen.operations) == sorted(map(tuple, step.get("operations", [])))
        assert seen.summary == step.get("summary", {})
        assert "stdout" not in step or seen.stdout == step["stdout"]
        assert sorted(map(_ending, seen.said)) == sorted(map(_ending, map(tuple, step.get("diagnostics", []))))
        left = recording.blank(secret_play.state) if secret_play.state_file.exists() else []
        assert _in_order(left)
        assert recording.pending(secret_play) == step.get("pending", [])
        assert _sorted(ours.of(left)) == _sorted(theirs.of(state))
        assert _sorted(ours.of(secret_play.cloud["calls"][before:])) == _sorted(theirs.of(step["calls"]))


def _ending(said: Said) -> Said:
    """A diagnostic by what both engines say: of a traceback the last line, of advice the line before it."""
    severity, resource, message = said
    lines = [line.strip() for line in message.removeprefix("a traceback ending in: ").strip().splitlines()]
    if "Attempting to deploy" in lines[0]:
        return severity, resource, "\n".join(line for line in lines if line.startswith("*"))
    is_traceback = "Traceback" in message or message.startswith("a traceback")
    return severity, resource, lines[-1 if is_traceback else 0].replace("was was", "was").partition(" To unprotect")[0]


def _sorted(found: list[Any]) -> list[str]:
    return sorted(json.dumps(one, sort_keys=True) for one in found)


def _in_order(state: list[dict[str, Any]]) -> bool:
    """Whether everything stands after what it needs."""
    seen: set[str] = set()
    for one in state:
        needed = [
            one.get("parent"),
            one.get("provider", "").rpartition("::")[0],
            *one.get("dependencies", []),
        ]
        if not seen.issuperset(filter(None, needed)):
            return False
        seen.add(one["urn"])
    return True


class _Names:
    """Names the cloud's ids after the resource that has them, in the order in which they turn up."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}

    def of(self, found: list[Any]) -> list[Any]:
        for one in found:
            if isinstance(one, dict) and str(one.get("id", "")).startswith("thing-"):
                name = one["urn"].split("::", 2)[2]
                count = sum(known.startswith(f"{name}#") for known in self._known.values())
                self._known.setdefault(one["id"], f"{name}#{count}")
        text = re.sub(r"thing-\d+", lambda match: self._known.get(match[0], match[0]), json.dumps(found))
        return list(json.loads(text))
