"""Native timelines of campaigns: read from JSON files inside the project, and held to the rules of the format."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from reelstack.campaign.document import MAX_DEPTH, MAX_NODES
from reelstack.errors import ConfigError, Fault
from reelstack.models import timeline as timelines
from reelstack.models.campaign import Campaign
from reelstack.reconcile import layout

ENDINGS = (".json",)
SERVICE = "ims"  # what it refuses, the others refuse too


def read(text: str, name: str) -> dict[str, Any]:
    """The native timeline that a JSON text holds; raises ConfigError with the place of what is wrong."""
    try:
        value = json.loads(text, object_pairs_hook=_once, parse_constant=_number)
    except json.JSONDecodeError as error:
        where = f"{name}:{error.lineno}:{error.colno}"
        raise ConfigError.of([Fault(f"is not JSON: {error.msg}", where=where)]) from error
    except (ValueError, RecursionError) as error:
        said = str(error) if isinstance(error, ValueError) else f"nested more than {MAX_DEPTH} deep"
        raise ConfigError.of([Fault(f"is not JSON: {said}", where=name)]) from error
    if not isinstance(value, dict):
        raise ConfigError.of([Fault("expected one timeline: a JSON object with VideoTracks", where=name)])
    if _count(value) > MAX_NODES:
        raise ConfigError.of([Fault(f"more than {MAX_NODES:,} values; split the campaign", where=name)])
    return value


def faults(campaign: Campaign) -> Iterator[tuple[str, str]]:
    """What every service would refuse in the campaign's native timelines, each with its path."""
    for name, project in campaign.projects.items():
        if project.timeline is None:
            continue
        found = list(timelines.production_faults(project.timeline, SERVICE, region=""))
        yield from ((f"projects.{name}.{fault.path}", fault.message) for fault in found)
        if not found and layout.known_seconds(project.timeline) == 0:
            yield f"projects.{name}.timeline", "it lasts 0 s, so there is nothing to produce"


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        twice = next(key for at, (key, _) in enumerate(pairs) if any(key == other for other, _ in pairs[:at]))
        raise ValueError(f"the key {twice!r} is there twice")
    return made


def _number(word: str) -> float:
    raise ValueError(f"{word} is no number")


def _count(value: object) -> int:
    stack, count = [value], 0
    while stack:
        node = stack.pop()
        count += 1
        stack.extend(node.values() if isinstance(node, dict) else node if isinstance(node, list) else ())
    return count
