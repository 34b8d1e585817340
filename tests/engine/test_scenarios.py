"""Every recorded scenario, step by step: whoever runs it must do what the Pulumi CLI did when it was recorded.

The recordings (`scenarios/*.json`) hold the program and per step the command, the operations, the summary, the
diagnostics, the calls that reached the cloud and the state. Times, generated ids and ciphertexts are blanked. The
order of independent operations may differ, and with it the cloud's numbering: ids are renamed after their resource.
"""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from engine.drivers import Driver, Embedded, PulumiCli, Said
from engine.playground import SCENARIOS, Playground
from reelstack.engine import values

BLANK = ("created", "modified", "sourcePosition", "stackTrace")
needs_cli = pytest.mark.skipif(shutil.which("pulumi") is None, reason="needs the Pulumi CLI on the PATH")
ENGINES = [
    pytest.param(Embedded(), id="embedded"),
    pytest.param(PulumiCli(), id="pulumi", marks=[pytest.mark.pulumi_cli, needs_cli]),
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
        _edit(secret_play.cloud_file, step.get("edit_cloud"))
        before = len(secret_play.cloud["calls"])
        seen = driver.run(secret_play, step["command"], number)
        assert seen.exit_code == step["exit_code"], seen.said
        assert sorted(seen.operations) == sorted(map(tuple, step.get("operations", [])))
        assert seen.summary == step.get("summary", {})
        assert "stdout" not in step or seen.stdout == step["stdout"]
        assert sorted(map(_ending, seen.said)) == sorted(map(_ending, map(tuple, step.get("diagnostics", []))))
        left = _blank(secret_play.state) if secret_play.state_file.exists() else []
        assert _in_order(left)
        assert _sorted(ours.of(left)) == _sorted(theirs.of(state))
        assert _sorted(ours.of(secret_play.cloud["calls"][before:])) == _sorted(theirs.of(step["calls"]))


def _edit(file: Path, edit: str | None) -> None:
    if edit:
        cloud = json.loads(file.read_text())
        exec(edit, {"cloud": cloud})
        file.write_text(json.dumps(cloud))


def _ending(said: Said) -> Said:
    """A diagnostic by its last line: tracebacks differ."""
    severity, resource, message = said
    return severity, resource, message.removeprefix("a traceback ending in: ").strip().splitlines()[-1]


def _blank(value: Any) -> Any:
    if isinstance(value, dict):
        kept = {key: _blank(one) for key, one in value.items() if key not in BLANK}
        return kept | ({"ciphertext": "CIPHERTEXT"} if values.SIGNATURE in kept else {})
    if isinstance(value, list):
        return [_blank(one) for one in value]
    return re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "ID", value) if isinstance(value, str) else value


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
                name = one["urn"].rsplit("::", 1)[1]
                count = sum(known.startswith(f"{name}#") for known in self._known.values())
                self._known.setdefault(one["id"], f"{name}#{count}")
        text = re.sub(r"thing-\d+", lambda match: self._known.get(match[0], match[0]), json.dumps(found))
        return list(json.loads(text))
