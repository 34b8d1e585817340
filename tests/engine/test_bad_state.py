"""A state that is truncated, foreign, newer or damaged is refused in plain words, and nothing is written."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from engine.playground import Playground
from reelstack import engine
from reelstack.engine import values
from reelstack.errors import EngineError

Spoil = Callable[[dict[str, Any]], Any]


def latest(state: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = state["checkpoint"]["latest"]
    return found


def put(place: str, value: Any) -> Spoil:
    """Set something of the deployment, or of its last resource."""
    return lambda state: (latest(state) if place in latest(state) else latest(state)["resources"][-1]).update(
        {place: value}
    )


SECRET = {values.SIGNATURE: values.SECRET}
SPOILT: dict[str, tuple[str, Spoil]] = {
    "newer": ("version that this engine does not know", lambda state: state.update(version=4)),
    "older": ("version that this engine does not know", lambda state: state.update(version=2)),
    "with features": ("version that this engine does not know", lambda state: state.update(features=["x"])),
    "an export": (r"cannot be read.*\.bak", lambda state: state.update(deployment=state.pop("checkpoint"))),
    "a checkpoint that is none": (r"cannot be read.*\.bak", lambda state: state.update(checkpoint=[1])),
    "resources that are none": (r"cannot be read.*\.bak", put("resources", "abc")),
    "a resource that is none": (r"cannot be read.*\.bak", put("resources", [1])),
    "a resource without a URN": (r"cannot be read.*\.bak", lambda state: latest(state)["resources"][1].pop("urn")),
    "a resource without a type": (r"cannot be read.*\.bak", lambda state: latest(state)["resources"][1].pop("type")),
    "a URN that is none": (r"cannot be read.*\.bak", put("urn", "b")),
    "a resource that does not say whether it is custom": (r"cannot be read.*\.bak", put("custom", None)),
    "a provider that is none": (r"cannot be read.*\.bak", put("provider", None)),
    "needs that are none": (r"cannot be read.*\.bak", put("dependencies", [{}])),
    "needs of an input that are none": (r"cannot be read.*\.bak", put("propertyDependencies", {"note": 1})),
    "a secret without its text": ("has no ciphertext", put("inputs", {"label": SECRET})),
    "a secret whose text is none": ("has no ciphertext", put("inputs", {"label": {**SECRET, "ciphertext": 1}})),
    "an operation of no kind": (
        r"cannot be read.*\.bak",
        lambda state: latest(state).update(pending_operations=[{"resource": latest(state)["resources"][-1]}]),
    ),
    "inputs that are none": (r"cannot be read.*\.bak", put("inputs", [1])),
    "operations that are none": (
        r"cannot be read.*\.bak",
        lambda state: latest(state).update(pending_operations=[{"type": "creating"}]),
    ),
    "secrets of no kind": (r"cannot be read.*\.bak", put("secrets_providers", [1])),
    "a salt that is none": (r"cannot be read.*\.bak", put("secrets_providers", {"type": "passphrase", "state": "x"})),
    "another stack's": (
        "which is not of dev of scenarios",
        lambda state: latest(state)["resources"][-1].update(urn="urn:pulumi:prod::scenarios::x:y:Z::a"),
    ),
    "a damaged salt": ("is damaged", put("secrets_providers", {"type": "passphrase", "state": {"salt": "v1:x"}})),
    "no salt": ("is damaged", put("secrets_providers", {"type": "passphrase"})),
    "another secrets provider": ("needs the Pulumi CLI", put("secrets_providers", {"type": "cloud", "state": {}})),
}


@pytest.mark.parametrize("what", SPOILT)
@pytest.mark.parametrize("operation", ["up", "destroy"])
def test_a_state_that_is_none_of_the_stack_s_is_refused(deployed: Playground, what: str, operation: str) -> None:
    complaint, spoil = SPOILT[what]
    state = json.loads(deployed.state_file.read_bytes())
    spoil(state)
    refuses(deployed, json.dumps(state).encode(), complaint, operation)


@pytest.mark.parametrize("part", [0.0, 0.5, 0.99])
def test_a_truncated_state_is_refused(deployed: Playground, part: float) -> None:
    whole = deployed.state_file.read_bytes()
    refuses(deployed, whole[: int(len(whole) * part)], r"cannot be read.*\.bak")


@pytest.mark.parametrize("content", [b"[]", b"null", b'"x"', b"\xff\xfe\x00", b"[" * 100_000])
def test_what_is_no_state_is_refused(deployed: Playground, content: bytes) -> None:
    refuses(deployed, content, r"cannot be read.*\.bak")


def test_a_wrong_passphrase_is_refused(deployed: Playground, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "wrong")
    refuses(deployed, deployed.state_file.read_bytes(), "not the one this stack was made with")


def refuses(play: Playground, content: bytes, complaint: str, operation: str = "up") -> None:
    """Require the refusal in one message, by a run and by a look, with every file left as it is."""
    whole = play.state_file.read_bytes()
    play.state_file.write_bytes(content)
    before, calls = play.files, play.calls
    try:
        with pytest.raises(EngineError, match=complaint):
            play.run(operation)
        assert (play.files, play.calls) == (before, calls)
        if "cannot be read" in complaint:
            with pytest.raises(EngineError, match=complaint):
                engine.resources(play.root, "dev")
    finally:
        play.state_file.write_bytes(whole)
