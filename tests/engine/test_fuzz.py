"""A little of `make fuzz`, and a look at whether its laws can be broken."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from engine.fuzzing import laws
from engine.fuzzing.wanted import Program, Wanted

FUZZ = Path(__file__).with_name("fuzz.py")


def test_a_few_random_programs_break_no_law() -> None:
    # In a process of its own: it forks, which a process that has used gRPC must not.
    done = subprocess.run([sys.executable, FUZZ, "6", "1"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def _thing(name: str, **more: Any) -> dict[str, Any]:
    return {"urn": f"u::{name}", "custom": True, "id": f"id-{name}", **more}


@pytest.mark.parametrize(
    ("resources", "said"),
    [
        ([_thing("a"), _thing("a")], "twice"),
        ([_thing("a", dependencies=["u::b"]), _thing("b")], "stands before"),
        ([_thing("a", propertyDependencies={"note": ["u::b"]})], "stands before"),
        ([_thing("a", parent="u::b")], "stands before"),
        ([_thing("a", id="")], "no id"),
    ],
)
def test_an_invalid_state_is_found_out(resources: list[Any], said: str) -> None:
    assert said in _only(laws.state_is_valid({"resources": resources}))


def test_a_valid_state_breaks_no_law() -> None:
    state = {"resources": [_thing("a"), _thing("b", parent="u::a"), _thing("a", delete=True)]}
    assert list(laws.state_is_valid(state)) == []


def test_what_nobody_knows_is_found_out() -> None:
    cloud = {"things": {"id-a": {"label": "a 0"}, "id-b": {"label": "b 0"}, "id-c": {"label": "c 0"}}}
    begun = {"type": "creating", "resource": {"inputs": {"label": "b 0"}}}
    state = {"resources": [_thing("a")], "pending_operations": [begun]}
    assert "id-c" in _only(laws.everything_is_known(state, cloud, set()))


def test_a_deleted_protected_resource_is_found_out() -> None:
    before = {"resources": [_thing("a", protect=True, outputs={"label": "a 0"})]}
    assert (
        list(laws.nothing_protected_was_deleted(before, Program((Wanted("a", "a"),)), [["delete", "id-a", ""]])) == []
    )
    assert "protected" in _only(laws.nothing_protected_was_deleted(before, None, [["delete", "id-a", ""]]))


def test_what_did_not_converge_is_found_out() -> None:
    program = Program((Wanted("a", "a"),))
    have = {"urn": program.urns["a"], "custom": True, "id": "id-a"}
    assert list(laws.it_converged(program, {"resources": [have]}, {"things": {"id-a": {"label": "a 0"}}})) == []
    assert "should be" in _only(laws.it_converged(program, {"resources": [have]}, {"things": {}}))
    assert "not in the state" in _only(laws.it_converged(program, {}, {"things": {}}))


def _only(faults: Iterable[str]) -> str:
    (fault,) = faults
    return fault
