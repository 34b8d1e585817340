"""A fresh local cloud for every test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from contract.emulator import huawei_door
from contract.emulator.door import VOD, Caller, opened
from contract.emulator.huawei_door import Room
from reelstack.emulator.settings import Settings


@pytest.fixture
def cloud(tmp_path: Path) -> Iterator[Caller]:
    with opened(tmp_path) as caller:
        yield caller


@pytest.fixture
def stepwise(tmp_path: Path) -> Iterator[Caller]:
    with opened(tmp_path, "per_look") as caller:
        yield caller


@pytest.fixture
def vod(cloud: Caller) -> Caller:
    """Someone who calls the VOD room."""
    cloud.version = VOD
    return cloud


@pytest.fixture
def vod_stepwise(stepwise: Caller) -> Caller:
    stepwise.version = VOD
    return stepwise


@pytest.fixture
def huawei(tmp_path: Path) -> Iterator[Room]:
    """The Huawei room, in which tasks succeed at once unless the test says otherwise."""
    with huawei_door.opened(tmp_path, Settings(pace="immediate")) as room:
        yield room
