"""Fixtures of the engine's tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.playground import Playground


@pytest.fixture
def play(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Playground:
    """A playground without a passphrase."""
    for name in ("PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE", "PULUMI_BACKEND_URL"):
        monkeypatch.delenv(name, raising=False)
    return Playground(tmp_path)


@pytest.fixture
def secret_play(play: Playground, monkeypatch: pytest.MonkeyPatch) -> Playground:
    """A playground with a passphrase."""
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "correct horse")
    return play


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Playground]:
    """A stack that holds something, for runs that must leave it as it is: they share it."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("PULUMI_CONFIG_PASSPHRASE", "correct horse")
        environment.delenv("PULUMI_BACKEND_URL", raising=False)
        play = Playground(tmp_path_factory.mktemp("deployed"))
        assert play.up('a = Thing("a", Output.secret("one"))\nThing("b", "two", note=a.address)\n').exit_code == 0
        yield play
