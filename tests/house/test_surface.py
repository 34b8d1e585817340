"""What a program may lean on: the names of the front door, and errors that are ours alone."""

from __future__ import annotations

import subprocess
import sys

import httpx
import pytest

import reelstack
from reelstack import errors

NAMES = [
    "BusinessConfig",
    "Campaign",
    "CloudError",
    "ConfigError",
    "CoverConfig",
    "Delivery",
    "DeliveryArgs",
    "EditingProject",
    "EditingProjectArgs",
    "KeyReference",
    "LiveOutput",
    "LiveStream",
    "MaterialMaps",
    "OutputSettings",
    "ProduceConfig",
    "ProduceJob",
    "ProduceJobArgs",
    "ProductionError",
    "ProjectMetadata",
    "ReelstackError",
    "VideoSettings",
    "VodEditTask",
    "VodEditTaskArgs",
    "campaigns",
]
OURS = [one for one in vars(errors).values() if isinstance(one, type) and issubclass(one, Exception)]


def test_the_public_names_are_these_and_no_others() -> None:
    assert sorted(reelstack.__all__) == NAMES
    assert dir(reelstack) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_every_public_name_can_be_had_and_is_documented(name: str) -> None:
    assert getattr(reelstack, name).__doc__


def test_a_name_that_is_not_public_is_refused_like_any_missing_attribute() -> None:
    with pytest.raises(AttributeError, match="'reelstack' has no attribute 'ImsClient'"):
        _ = reelstack.ImsClient


@pytest.mark.parametrize("error", OURS)
def test_every_error_is_a_reelstack_error_and_no_error_of_a_library(error: type[Exception]) -> None:
    assert issubclass(error, errors.ReelstackError)
    assert {base.__module__ for base in error.__mro__} == {"reelstack.errors", "builtins"}


def test_a_cloud_error_is_no_httpx_error() -> None:
    assert not issubclass(errors.CloudError, httpx.HTTPError | httpx.InvalidURL | httpx.StreamError | OSError)


def test_the_front_door_itself_loads_neither_pulumi_nor_httpx() -> None:
    asked = "import sys, reelstack; print({'pulumi', 'httpx', 'grpc', 'pydantic'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "set()"
