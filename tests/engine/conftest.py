"""Fixtures of the engine's tests."""

from __future__ import annotations

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
