"""What is in the wheel: the package with its type marker and its licence, and nothing of the workshop."""

from __future__ import annotations

import zipfile
from email import message_from_string
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder

import reelstack

ROOT = Path(__file__).parents[2]
SOURCES = ROOT / "providers" / "reelstack"
INFO = f"reelstack-{reelstack.__version__}.dist-info"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The files of a wheel built from this tree, by path."""
    folder = tmp_path_factory.mktemp("dist")
    built = next(WheelBuilder(str(ROOT)).build(directory=str(folder), versions=["standard"]))
    with zipfile.ZipFile(built) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_wheel_holds_the_package_and_its_metadata_only(wheel: dict[str, bytes]) -> None:
    assert {name.partition("/")[0] for name in wheel} == {"reelstack", INFO}


def test_every_module_is_in_the_wheel_as_it_is_in_the_tree(wheel: dict[str, bytes]) -> None:
    modules = {f"reelstack/{file.relative_to(SOURCES)}": file for file in SOURCES.rglob("*.py")}
    assert {name for name in wheel if name.endswith(".py")} == set(modules)
    assert all(wheel[name] == file.read_bytes() for name, file in modules.items())


def test_the_wheel_says_that_it_is_typed(wheel: dict[str, bytes]) -> None:
    assert "reelstack/py.typed" in wheel


def test_the_wheel_carries_no_tests_no_caches_and_no_campaigns(wheel: dict[str, bytes]) -> None:
    ours = {"reelstack/testing.py", "reelstack/pytest_plugin.py"}  # the kit for users' own tests
    alien = [name for name in wheel if "test" in name or name.endswith((".pyc", ".yaml", ".mp4", ".db"))]
    assert set(alien) == ours


def test_the_wheel_carries_the_licence_and_the_command(wheel: dict[str, bytes]) -> None:
    assert wheel[f"{INFO}/licenses/LICENSE"] == (ROOT / "LICENSE").read_bytes()
    assert b"reelstack = reelstack.cli:main" in wheel[f"{INFO}/entry_points.txt"]


def test_the_local_clouds_packages_are_an_extra(wheel: dict[str, bytes]) -> None:
    said = message_from_string(wheel[f"{INFO}/METADATA"].decode())
    needed = said.get_all("Requires-Dist") or []
    plain = {line.split(">")[0] for line in needed if "extra ==" not in line}
    assert plain == {
        "cryptography",
        "deepdiff",
        "httpx",
        "pulumi",
        "pydantic",
        "pyyaml",
        "rich",
        "ruamel-yaml",
        "typer",
    }


def test_the_wheel_carries_the_kit_for_forges(wheel: dict[str, bytes]) -> None:
    there = {f"reelstack/{file.relative_to(SOURCES)}" for file in (SOURCES / "kit").rglob("*.yml")}
    assert len(there) >= 7
    assert there <= set(wheel)
