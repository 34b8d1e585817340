"""`why`: what made the asset that a stack holds: which content, which attempt, which submission, and for what reason.

Read from the state alone: no account is needed, and nothing is asked of a cloud.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable, Mapping
from typing import Annotated, Any

import typer
from rich.console import Console

from reelstack import engine
from reelstack.cli import project as projects
from reelstack.cli.options import HERE, Cwd, Stack
from reelstack.errors import ConfigError

KINDS = ("ProduceJob", "VodEditTask")
# What is told, in this order, and under which name; all of it is in the resource's outputs.
TOLD = {
    "service": "service",
    "region": "region",
    "account": "account",
    "account_id": "account",
    "submitted_at": "submitted",
    "submitted_generation": "generation",
    "attempt": "attempt",
    "spec_hash": "content",
    "triggers": "triggers",
    "produced_from": "project",
    "job_id": "job",
    "media_id": "media",
    "media_url": "written to",
    "adopted": "adopted",
}
TAKEN_OVER = {**TOLD, "submitted_at": "taken over"}
"""Of what was adopted the state keeps when that was: it was submitted by somebody else, at another time."""

Video = Annotated[str, typer.Argument(help="The video's name, as among the outputs.")]
Json = Annotated[bool, typer.Option("-j", "--json", help="Print one JSON document.")]


def why(video: Video, stack: Stack = None, cwd: Cwd = HERE, json_: Json = False) -> None:
    """Say which content, reason and submission made a video's asset."""
    project = projects.find(cwd)
    name = projects.stack(project, stack)
    with contextlib.chdir(project):
        held = engine.resources(project, name)
    found = facts(video, held)
    if json_:
        typer.echo(json.dumps(found, indent=2, ensure_ascii=False))
        return
    console = Console()
    console.print(f"{video}  {found['because']}", style="bold", highlight=False, markup=False, soft_wrap=True)
    for label, value in found.items():
        if label != "because":
            console.print(f"  {label:<11}{value}", highlight=False, markup=False, soft_wrap=True)


def facts(video: str, resources: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """What the state says of a video; raises ConfigError for one that it does not hold."""
    held = {_name(one): one for one in resources if _kind(one) in KINDS}
    one = held.get(video)
    if one is None:
        there = ", ".join(sorted(held)) or "none"
        raise ConfigError(f"the stack holds no video {video!r}; there are: {there}.")
    outputs = one.get("outputs") or {}
    adopted = bool(outputs.get("adopted"))
    because = outputs.get("because") or ("it was adopted" if adopted else "it was new")
    told = TAKEN_OVER if adopted else TOLD
    return {"because": because, **{label: outputs[key] for key, label in told.items() if outputs.get(key)}}


def _kind(resource: Mapping[str, Any]) -> str:
    return str(resource.get("type", "")).rpartition(":")[2].rpartition("/")[2]


def _name(resource: Mapping[str, Any]) -> str:
    """A video is named as its resource is, without the campaign before the stroke."""
    return str(resource["urn"]).rpartition("::")[2].rpartition("/")[2]
