"""An editing project: what is declared of it, and what a cloud says of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from reelstack.models.base import Model
from reelstack.models.status import ProjectStatus


class ProjectSpec(Model):
    """What a stack declares of an editing project. None means: not declared, the cloud's default holds.

    `timeline` is the native timeline as a JSON value; `clips_param`, `material_maps` and `business_config` are JSON
    values as well. Titles and descriptions are plain text.
    """

    title: str
    description: str | None = None
    timeline: dict[str, Any] | None = None
    cover_url: str | None = None
    template_id: str | None = None
    template_type: str | None = None
    clips_param: dict[str, Any] | None = None
    material_maps: dict[str, Any] | None = None
    project_type: str | None = None
    business_config: dict[str, Any] | None = None


class Project(Model):
    """An editing project as the cloud holds it."""

    project_id: str
    title: str
    description: str = ""
    timeline: dict[str, Any] | None = None
    clips_param: dict[str, Any] | None = None
    template_id: str = ""
    cover_url: str = ""
    status: ProjectStatus
    modified: datetime | None = None
    duration: float | None = None
