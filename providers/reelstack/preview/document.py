"""The plan as a JSON value, for programs: policies, dashboards. A reader looks at `version` first.

The values below are the format: its schema is made from them (`schema`), and what somebody else wrote is read by them
(`read`). Who reads may not trust who wrote: a review that a fork's job leaves behind is a stranger's. So texts are
made harmless again, sums are made anew, and what our own words cannot be is refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from reelstack.errors import ConfigError
from reelstack.preview import compare, plain, words
from reelstack.preview.plan import Fate, Plan, ProjectPlan, VideoPlan

VERSION = 1
MOST_TEXT = 5_000
# What our own words are made of, outside of code elements: no mention, no reference and no link can be written so.
_OURS = re.compile(r"(?:[A-Za-z0-9 ,:_×→−+-]|(?<=\d)\.(?=\d))*")

Seconds = Annotated[float, Field(ge=0, le=1e9, allow_inf_nan=False)]
Count = Annotated[int, Field(ge=0, le=1_000_000)]
Pixels = Annotated[int, Field(ge=0, le=100_000)]


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class BillDocument(_Value):
    """What deploying submits and takes away."""

    renders: Count = Field(description="Videos that are submitted for rendering.")
    seconds: dict[str, Seconds] = Field(description="Seconds of output by resolution class, such as 720p.")
    total_seconds: Seconds = Field(description="All seconds of output.")
    sure: bool = Field(description="Whether the seconds are known, not estimated.")
    replaced: Count = Field(description="Files that give way to a new one.")
    destroyed: Count = Field(description="Files that are deleted.")


class VideoDocument(_Value):
    """One video that would be rendered, taken over, changed or removed."""

    name: str = Field(description="CAMPAIGN/VIDEO.")
    fate: Literal["new", "rendered anew", "removed", "taken over", "left in the cloud", "changed"] = Field(
        description="What happens to it."
    )
    project: str = Field(description="The cut that it is made from.")
    width: Pixels = Field(description="Pixels; 0 where the material decides.")
    height: Pixels = Field(description="Pixels; 0 where the material decides.")
    resolution: str = Field(description="The class by the shorter side, such as 720p.")
    seconds: Seconds = Field(description="Its length.")
    sure: bool = Field(description="Whether the length is known, not estimated.")
    why: list[str] = Field(description="What makes it anew, or changes of it.")


class ProjectDocument(_Value):
    """One cut that changes."""

    name: str = Field(description="CAMPAIGN/PROJECT.")
    fate: Literal["new", "changed", "removed"] = Field(description="What happens to it.")
    summary: str = Field(description="Its changes, counted, in words.")
    words: list[str] = Field(description="Each change in words.")
    changes: list[dict[str, Any]] = Field(description="Each change as an object; `kind` says which.")
    affected: list[tuple[Seconds, Seconds]] = Field(description="Seconds of the output that look or sound different.")
    seconds: tuple[Seconds, Seconds] = Field(description="Its length before and after.")
    sure: bool = Field(description="Whether the seconds are known, not estimated.")


class Document(_Value):
    """What deploying `after` in place of `before` would do."""

    version: Literal[1] = Field(description="Of this format; another number is another format.")
    project: str = Field(description="The name in Pulumi.yaml.")
    stack: str = Field(description="The stack, empty where none was meant.")
    service: str = Field(description="ims, vod or huawei.")
    before: str = Field(description="What it is compared with.")
    after: str = Field(description="What would be deployed.")
    changes: bool = Field(description="Whether anything would be done.")
    summary: str = Field(description="What happens, counted, in words.")
    bill: BillDocument
    unchanged: Count = Field(description="Videos that stay as they are.")
    videos: list[VideoDocument]
    projects: list[ProjectDocument]
    warnings: list[str]
    drift: list[str] = Field(description="Apart from the change: what is deployed and not as `before` declares.")


def schema() -> dict[str, Any]:
    """The JSON Schema of the format (draft 2020-12)."""
    found = Document.model_json_schema(mode="serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **found, "title": "Reelstack diff"}


def render(plan: Plan) -> dict[str, Any]:
    """Counts, bill, videos, projects with each change as its own object, and drift."""
    return {
        "version": VERSION,
        "project": plan.project,
        "stack": plan.stack,
        "service": plan.service,
        "before": plan.before,
        "after": plan.after,
        "changes": bool(plan),
        "summary": words.headline(plan),
        "bill": {
            "renders": plan.bill.renders,
            "seconds": dict(plan.bill.seconds),
            "total_seconds": plan.bill.total,
            "sure": plan.bill.sure,
            "replaced": plan.bill.replaced,
            "destroyed": plan.bill.destroyed,
        },
        "unchanged": plan.unchanged,
        "videos": [_video(video) for video in plan.videos],
        "projects": [_project(project) for project in plan.projects],
        "warnings": list(plan.warnings),
        "drift": list(plan.drift),
    }


def read(text: str | bytes) -> Plan:
    """The plan that a document tells, as far as a comment needs it; raises ConfigError for what is none of ours.

    Changes as objects and pictures are not read back: the words are.
    """
    try:
        found = Document.model_validate_json(text)
    except (ValidationError, ValueError) as error:
        raise ConfigError(
            f"it is no review: {_first(error)}.", hint="Write it with `reelstack diff --format json -o FILE`."
        ) from error
    lengths = {one.name: one.seconds[0] for one in found.projects if one.fate == "changed" and one.sure}
    videos = tuple(_read_video(one, lengths.get(one.project)) for one in found.videos)
    return Plan(
        project=plain.text(found.project),
        stack=plain.text(found.stack),
        service=plain.text(found.service),
        before=plain.text(found.before),
        after=plain.text(found.after),
        videos=videos,
        projects=tuple(_read_project(one) for one in found.projects),
        bill=compare.bill(videos),
        unchanged=found.unchanged,
        warnings=_texts(found.warnings),
        drift=_texts(found.drift),
    )


def _read_video(found: VideoDocument, old_seconds: float | None) -> VideoPlan:
    """A video, with the length that its cut had before: of one that was made of that cut, and changes with it."""
    changes = found.fate in ("rendered anew", "changed") and compare.RECUT not in found.why
    return VideoPlan(
        name=plain.text(found.name),
        fate=Fate(found.fate),
        project=plain.text(found.project),
        width=found.width,
        height=found.height,
        seconds=found.seconds,
        sure=found.sure,
        why=tuple(_ours(one) for one in found.why),
        old_seconds=old_seconds or None if found.sure and changes else None,  # a cut of 0 s was none
    )


def _read_project(found: ProjectDocument) -> ProjectPlan:
    return ProjectPlan(plain.text(found.name), Fate(found.fate), _ours(found.summary), _texts(found.words))


def _texts(found: list[str]) -> tuple[str, ...]:
    return tuple(plain.text(one, MOST_TEXT) for one in found)


def _ours(text: str) -> str:
    """Words that stand outside of code elements: ours, or it was not us who wrote them."""
    if len(text) > MOST_TEXT or not _OURS.fullmatch(text):
        raise ConfigError(f"it is no review of ours: {plain.text(text)!r} is said in it.", hint="Who wrote it?")
    return text


def _first(error: ValueError) -> str:
    if not isinstance(error, ValidationError):
        return plain.text(error)
    first = error.errors(include_url=False)[0]
    where = ".".join(str(part) for part in first["loc"])
    return plain.text(f"{where}: {first['msg']}" if where else first["msg"])


def _video(video: VideoPlan) -> dict[str, Any]:
    return {
        "name": video.name,
        "fate": video.fate.value,
        "project": video.project,
        "width": video.width,
        "height": video.height,
        "resolution": video.resolution,
        "seconds": video.seconds,
        "sure": video.sure,
        "why": list(video.why),
    }


def _project(project: ProjectPlan) -> dict[str, Any]:
    return {
        "name": project.name,
        "fate": project.fate.value,
        "summary": project.summary,
        "words": list(project.words),
        "changes": [{"kind": type(change).__name__, **_value(change)} for change in project.cut.changes],
        "affected": [list(interval) for interval in project.cut.affected],
        "seconds": [project.cut.old_seconds, project.cut.new_seconds],
        "sure": project.cut.sure,
    }


def _value(value: Any) -> Any:
    if is_dataclass(value):
        return {one.name: _value(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, Mapping):
        return {key: _value(one) for key, one in value.items()}
    return [_value(one) for one in value] if isinstance(value, list | tuple) else value
