"""`doctor`: what is installed, which engine there is, which credentials were found. Names, never values.

With `--policy` it prints what a cloud's administrator must allow instead.
"""

from __future__ import annotations

import importlib.metadata
import os
import platform
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from reelstack.cli import local_cloud, project
from reelstack.clouds import credentials, policies, reach
from reelstack.clouds.credentials import huawei, stack
from reelstack.errors import ConfigError

PACKAGES = ("pulumi", "httpx", "pydantic", "ruamel.yaml", "starlette", "uvicorn", "av", "pillow")
NETWORK = ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR")
_KEYS_OF_STACK = re.compile(rf"^\s*['\"]?{stack.NAMESPACE}:({'|'.join(stack.NAMES)})\b", re.MULTILINE)

Policy = Annotated[
    bool, typer.Option("--policy", help="Print the smallest policies that suffice, for the clouds' consoles.")
]
Service = Annotated[str | None, typer.Argument(help="With --policy: ims, vod or huawei; else all.")]


def doctor(service: Service = None, *, policy: Policy = False) -> None:
    """Say what is installed, which engine runs, whether the local cloud is up, which credentials were found."""
    if service is not None and (not policy or service not in policies.OPERATIONS):
        hint = f"Say `reelstack doctor --policy SERVICE`; services are {', '.join(policies.OPERATIONS)}."
        raise ConfigError(f"{service!r} is nothing that doctor knows.", hint=hint)
    if policy:
        _print_policies(service)
        return
    table = Table.grid(padding=(0, 2))
    for name, value in _rows(Path()):
        table.add_row(name, value)
    Console().print(table, highlight=False, soft_wrap=True)


def _print_policies(service: str | None) -> None:
    if service:
        typer.echo(policies.document(service))
        return
    for each in policies.OPERATIONS:
        typer.echo(f"# {each}\n{policies.document(each)}")


def _rows(directory: Path) -> Iterator[tuple[str, str]]:
    yield "reelstack", importlib.metadata.version("reelstack")
    yield "python", platform.python_version()
    for package in PACKAGES:
        yield package, _version(package)
    yield "pulumi CLI", "found" if shutil.which("pulumi") else "not found; the embedded engine needs none"
    yield "local cloud", _local_cloud()
    yield "Alibaba keys", credentials.describe(os.environ, Path.home())
    yield "Huawei keys", huawei.describe(os.environ, Path.home())
    for name, keys in _stacks_with_keys(directory):
        yield f"stack {name}", f"brings its own keys ({', '.join(keys)}), which come first"
    # Values may hold a password (proxies) or tell of a network: the names are enough to look them up.
    asked = (*reach.ENDPOINT_VARIABLES.values(), reach.IAM_ENDPOINT_VARIABLE, *NETWORK)
    for variable in (name for name in asked if os.environ.get(name)):
        yield variable, "set in the environment"


def _stacks_with_keys(directory: Path) -> Iterator[tuple[str, list[str]]]:
    """The stacks of the project here whose settings hold keys. Their files are not understood, only looked through."""
    try:
        root = project.find(directory)
    except ConfigError:
        return
    for file in sorted({*root.glob("Pulumi.*.yaml"), *root.glob("stacks/Pulumi.*.yaml")}):
        keys = [f"{stack.NAMESPACE}:{name}" for name in _KEYS_OF_STACK.findall(file.read_text(encoding="utf-8"))]
        if keys:
            yield file.name.split(".")[1], keys


def _version(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return "not installed"


def _local_cloud() -> str:
    status = local_cloud.running(local_cloud.directory(Path()))
    return f"running at {status.url}" if status else "not running; start it with `reelstack cloud start`"
