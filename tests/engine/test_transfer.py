"""A state leaves the backend and comes back whole, or not at all."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

import pytest

from engine.playground import Playground
from reelstack import engine
from reelstack.errors import EngineError

PROGRAM = 'a = Thing("a", Output.secret("hush"))\nThing("b", "two", note=a.address)\n'


@pytest.fixture
def exported(secret_play: Playground) -> dict[str, Any]:
    secret_play.up(PROGRAM)
    return engine.export(secret_play.root, "dev")


def test_what_was_exported_comes_back_as_it_was(secret_play: Playground, exported: dict[str, Any]) -> None:
    before = secret_play.state
    secret_play.up("")
    assert engine.import_(secret_play.root, "dev", exported) == []
    assert secret_play.state == before
    assert engine.export(secret_play.root, "dev")["deployment"]["resources"] == exported["deployment"]["resources"]


def test_an_export_holds_no_secret_in_plain_text(exported: dict[str, Any]) -> None:
    assert "hush" not in json.dumps(exported)


def _in_plain_text(value: Any) -> Any:
    """As `pulumi stack export --show-secrets` writes it."""
    if isinstance(value, dict) and "ciphertext" in value:
        return {key: one for key, one in value.items() if key != "ciphertext"} | {"plaintext": '"hush"'}
    if isinstance(value, dict):
        return {key: _in_plain_text(one) for key, one in value.items()}
    return [_in_plain_text(one) for one in value] if isinstance(value, list) else value


def test_what_was_exported_in_plain_text_is_encrypted(secret_play: Playground, exported: dict[str, Any]) -> None:
    plain = _in_plain_text(exported)
    assert "hush" in json.dumps(plain)
    engine.import_(secret_play.root, "dev", plain)
    assert "hush" not in secret_play.state_file.read_text()
    assert secret_play.up(PROGRAM).summary == {"same": 3}


def test_an_import_makes_a_stack_that_was_not_there(secret_play: Playground, exported: dict[str, Any]) -> None:
    engine.run(engine.Request("destroy", secret_play.root, "dev", env={"THINGS_FILE": "none"}), lambda _: None)
    secret_play.state_file.unlink()
    engine.import_(secret_play.root, "dev", exported)
    assert [one["id"] for one in secret_play.in_state("a")] == ["thing-1"]


def test_an_import_keeps_a_copy_of_the_journal_whose_stack_it_replaces(
    secret_play: Playground, exported: dict[str, Any]
) -> None:
    secret_play.journal.write_text("what a killed run had made")
    engine.import_(secret_play.root, "dev", exported)
    assert not secret_play.journal.exists()
    assert secret_play.journal.with_suffix(".jsonl.bak").read_text() == "what a killed run had made"
    assert not list(secret_play.locks.iterdir())


def test_unfinished_operations_are_dropped_and_named(secret_play: Playground, exported: dict[str, Any]) -> None:
    one = exported["deployment"]["resources"][-1]
    exported["deployment"]["pending_operations"] = [{"resource": one, "type": "creating"}]
    assert engine.import_(secret_play.root, "dev", exported) == [one["urn"]]
    assert "pending_operations" not in engine.export(secret_play.root, "dev")["deployment"]


def _of_another_stack(document: dict[str, Any]) -> None:
    for one in document["deployment"]["resources"]:
        one["urn"] = one["urn"].replace("urn:pulumi:dev", "urn:pulumi:prod")


def _without_what_is_needed(document: dict[str, Any]) -> None:
    document["deployment"]["resources"].pop(0)


def _without_a_type(document: dict[str, Any]) -> None:
    del document["deployment"]["resources"][-1]["type"]


def _newer(document: dict[str, Any]) -> None:
    document["version"] = 4


def _of_another_kind(document: dict[str, Any]) -> None:
    del document["deployment"]


def _of_other_secrets(document: dict[str, Any]) -> None:
    document["deployment"]["secrets_providers"] = {"type": "cloud", "state": {}}


SPOILT = {
    "is not of the stack dev": _of_another_stack,
    "does not have before it": _without_what_is_needed,
    "cannot be read": _without_a_type,
    "version that this engine does not know": _newer,
    "not an exported stack": _of_another_kind,
    "needs the Pulumi CLI": _of_other_secrets,
}


@pytest.mark.parametrize("complaint", SPOILT)
def test_what_is_no_export_of_the_stack_changes_nothing(
    secret_play: Playground, exported: dict[str, Any], complaint: str
) -> None:
    before = secret_play.state_file.read_bytes()
    spoilt = deepcopy(exported)
    SPOILT[complaint](spoilt)
    with pytest.raises(EngineError, match=complaint):
        engine.import_(secret_play.root, "dev", spoilt)
    assert secret_play.state_file.read_bytes() == before


def test_a_wrong_passphrase_changes_nothing(
    secret_play: Playground, exported: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = secret_play.state_file.read_bytes()
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "wrong")
    with pytest.raises(EngineError, match="not the one this stack was made with"):
        engine.import_(secret_play.root, "dev", exported)
    assert secret_play.state_file.read_bytes() == before


def test_only_an_empty_stack_can_be_removed(play: Playground) -> None:
    play.up('Thing("a", "one")\n')
    with pytest.raises(EngineError, match="still holds resources"):
        engine.remove(play.root, "dev")
    play.run("destroy")
    engine.remove(play.root, "dev")
    assert engine.stacks(play.root) == []


@pytest.mark.parametrize("action", [engine.export, engine.recover, engine.remove])
def test_an_unknown_stack_is_named_with_those_there_are(play: Playground, action: Any) -> None:
    play.up("")
    with pytest.raises(EngineError, match="as the stack 'prod' of scenarios; deployed are: dev"):
        action(play.root, "prod")
