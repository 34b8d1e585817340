"""`doctor`: what is installed, which engine there is, which credentials were found. Names, never values."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import shutil
from pathlib import Path

from rich.console import Console
from rich.table import Table

from reelstack.cli import local_cloud
from reelstack.clouds import credentials

PACKAGES = ("pulumi", "httpx", "pydantic", "ruamel.yaml", "starlette", "uvicorn", "av", "pillow")


def doctor() -> None:
    """Say what is installed, which engine runs, whether the local cloud is up, which credentials were found."""
    table = Table.grid(padding=(0, 2))
    table.add_row("reelstack", importlib.metadata.version("reelstack"))
    table.add_row("python", platform.python_version())
    for package in PACKAGES:
        table.add_row(package, _version(package))
    table.add_row("pulumi CLI", "found" if shutil.which("pulumi") else "not found; the embedded engine needs none")
    table.add_row("local cloud", _local_cloud())
    table.add_row("Alibaba keys", credentials.describe(os.environ, Path.home()))
    Console().print(table, highlight=False, soft_wrap=True)


def _version(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return "not installed"


def _local_cloud() -> str:
    status = local_cloud.running(local_cloud.directory(Path()))
    return f"running at {status.url}" if status else "not running; start it with `reelstack cloud start`"
