"""What a stack's state says is deployed, as a `Side`: read from the resources that the engine tells, nobody asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from reelstack.preview.side import Cut, End, Film, Side

PLACE = ("service", "region", "endpoint")
CAMPAIGN = "reelstack:index:Campaign"
"""The type of what `campaigns()` declares for a file: whatever lies below it was made from that file."""
_KINDS = {"EditingProject", "ProduceJob", "VodEditTask"}


def deployed(resources: Iterable[Mapping[str, Any]], label: str) -> Side:
    """What a state holds of our resources; others are none of ours."""
    cuts: dict[str, Cut] = {}
    films: dict[str, Film] = {}
    by_id: dict[str, str] = {}
    place: dict[str, str] = {}
    resources = list(resources)
    waits = [one["inputs"] for one in resources if kind_of(one) == "Approval" and "reelstack" in one["type"]]
    for one in ours(resources):
        name, inputs = name_of(one), one["inputs"]
        place = place or {key: str(inputs[key]) for key in PLACE if inputs.get(key)}
        if kind_of(one) == "EditingProject":
            by_id[str(one["outputs"].get("project_id"))] = name
            texts = {key: str(inputs.get(key) or "") for key in ("title", "description")}
            cuts[name] = Cut(name, inputs.get("timeline"), **texts, end=_end(one))
        elif kind_of(one) == "VodEditTask":
            cuts[name] = Cut(name, inputs.get("inputs"))
            films[name] = _held(name, name, one, inputs.get("settings"), content="spec_hash")
        else:
            project = by_id.get(str(inputs.get("project_id")), "")
            if not project:
                cuts[name] = Cut(name, inputs.get("timeline"), title=str(inputs.get("title") or ""))
            films[name] = _held(name, project or name, one, inputs.get("output"), content="content")
    waiting = {str(one["name"]): int(one["waiting"]) for one in waits}
    return Side(label, cuts, films, place, waiting, apart=frozenset(_apart(resources)))


def _apart(resources: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Names of what no campaign made: a URN says below what a resource was declared."""
    for one in ours(resources):
        if CAMPAIGN not in str(one["urn"]).split("::")[2].split("$")[:-1]:
            yield name_of(one)


def _end(resource: Mapping[str, Any]) -> End:
    facts = resource["outputs"]
    return End(bool(facts.get("adopted")), str(facts.get("on_delete") or ""))


def _held(name: str, cut: str, resource: Mapping[str, Any], output: Any, *, content: str) -> Film:
    inputs = resource["inputs"]
    settings = output if isinstance(output, Mapping) else {}
    given = {key: value for key, value in settings.items() if value is not None}
    return Film(
        name,
        cut,
        str(inputs.get("spec_hash") or ""),
        str(inputs.get(content) or ""),
        given,
        tuple(str(trigger) for trigger in inputs.get("triggers") or ()),
        str(inputs.get("location") or ""),
        *size(given),
        _end(resource),
    )


def ours(resources: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The projects and productions among a state's resources."""
    return [one for one in resources if kind_of(one) in _KINDS and "reelstack" in one["type"]]


def kind_of(resource: Mapping[str, Any]) -> str:
    """`EditingProject`, of a resource of ours."""
    return str(resource["type"]).rpartition(":")[2]


def name_of(resource: Mapping[str, Any]) -> str:
    """The name by which sides are matched."""
    return str(resource["urn"]).rpartition("::")[2]


def size(output: Mapping[str, Any]) -> tuple[int, int]:
    """Width and height of an output in pixels, 0 where the material decides."""
    width, height = (output.get(key) for key in ("width", "height"))
    return (int(width), int(height)) if isinstance(width, int | float) and isinstance(height, int | float) else (0, 0)
