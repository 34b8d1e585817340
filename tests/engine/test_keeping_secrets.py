"""Secrets are encrypted wherever they lie, and no run goes on that could not keep one."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from engine.playground import Playground
from reelstack import engine
from reelstack.engine.secrets import Keyring
from reelstack.errors import EngineError

SECRET = 'a = Thing("a", Output.secret("hush"))\npulumi.export("label", a.label)\n'
FROM_THE_CLI = Path(__file__).with_name("states") / "of-the-pulumi-cli.json"


def test_no_file_of_the_backend_holds_a_secret_in_plain_text(secret_play: Playground) -> None:
    secret_play.up(SECRET)
    secret_play.up()
    files = [path for path in (secret_play.root / ".pulumi").rglob("*") if path.is_file()]
    assert len(files) > 5
    assert not [path for path in files if b"hush" in path.read_bytes()]


def test_no_event_shows_a_secret(secret_play: Playground) -> None:
    result = secret_play.up(SECRET)
    assert result.outputs == {"label": "[secret]"}
    assert "hush" not in repr(secret_play.events)


def test_a_provider_gets_secrets_in_plain_text(secret_play: Playground) -> None:
    secret_play.up(SECRET)
    assert secret_play.calls == ["create hush"]


def test_outputs_are_masked_unless_they_are_asked_for(secret_play: Playground) -> None:
    secret_play.up(SECRET)
    assert engine.outputs(secret_play.root, "dev") == {"label": "[secret]"}
    assert engine.outputs(secret_play.root, "dev", show_secrets=True) == {"label": "hush"}


@pytest.mark.parametrize("operation", ["preview", "up"])
def test_without_a_passphrase_a_secret_stops_the_run_before_it_is_made(play: Playground, operation: str) -> None:
    with pytest.raises(EngineError, match="Set PULUMI_CONFIG_PASSPHRASE"):
        play.run(operation, SECRET)
    assert play.calls == []


def test_a_stack_without_secrets_needs_no_passphrase(play: Playground) -> None:
    play.up('Thing("a", "one")\n')
    assert "secrets_providers" not in play.state_file.read_text()


def test_a_stack_gets_its_passphrase_when_there_is_one(play: Playground, monkeypatch: pytest.MonkeyPatch) -> None:
    play.up("")
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "later")
    assert play.up(SECRET).exit_code == 0
    assert engine.outputs(play.root, "dev", show_secrets=True) == {"label": "hush"}


def test_the_passphrase_may_stand_in_a_file(play: Playground, monkeypatch: pytest.MonkeyPatch) -> None:
    file = play.root / "phrase"
    file.write_text("from a file\n")
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE_FILE", str(file))
    assert play.up(SECRET).exit_code == 0


def test_a_wrong_passphrase_is_an_error(secret_play: Playground, monkeypatch: pytest.MonkeyPatch) -> None:
    secret_play.up(SECRET)
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "wrong")
    with pytest.raises(EngineError, match="not the one this stack was made with"):
        secret_play.up()


def test_a_state_that_the_pulumi_cli_encrypted_is_read(secret_play: Playground) -> None:
    secret_play.state_file.parent.mkdir(parents=True)
    shutil.copy(FROM_THE_CLI, secret_play.state_file)
    found = engine.outputs(secret_play.root, "dev", show_secrets=True)
    assert found == {"label": "hush", "address": "addr/thing-1", "hidden": {"k": [1, 2]}}


def test_what_is_encrypted_is_decrypted_to_the_same() -> None:
    keyring = Keyring.new("a")
    value = {"k": ["ü", 1, None, {"deep": True}]}
    assert Keyring(keyring.salt, "a").decrypt(keyring.encrypt(value)) == value


def test_the_same_value_never_looks_the_same() -> None:
    keyring = Keyring.new("a")
    assert keyring.encrypt("x") != keyring.encrypt("x")
