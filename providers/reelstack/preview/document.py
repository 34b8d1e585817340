"""The plan as a JSON value, for programs: policies, dashboards. A reader looks at `version` first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from reelstack.preview import words
from reelstack.preview.plan import Plan, ProjectPlan, VideoPlan

VERSION = 1


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
