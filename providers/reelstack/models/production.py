"""A production: what is submitted, the job that runs, and the media that comes out."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from reelstack.models.base import Model
from reelstack.models.output import OutputSettings
from reelstack.models.status import JobStatus, MediaStatus

# The key of a production's user data under which our marker stands.
MARKER = "reelstack"


class Submission(Model):
    """One billable request for a video. Exactly one of `project_id`, `timeline` and `template_id` is given.

    `title`, `description` and `tags` describe the media that comes out; `client_token` makes repeating safe, and
    `marker` is what a later run can find the job by.
    """

    project_id: str | None = None
    timeline: dict[str, Any] | None = None
    template_id: str | None = None
    clips_param: dict[str, Any] | None = None
    output: OutputSettings
    target: str | None = None
    title: str | None = None
    description: str | None = None
    tags: tuple[str, ...] = ()
    produce_config: dict[str, Any] | None = None
    user_data: dict[str, Any] | None = None
    marker: dict[str, Any]
    client_token: str


class Submitted(Model):
    """What a cloud answers to a submission: ids only. It says nothing about the result."""

    job_id: str
    project_id: str = ""
    media_id: str = ""
    vod_media_id: str = ""
    request_id: str = ""


class Job(Model):
    """A producing job at one look. `progress` is in percent, `duration` in seconds; None where the cloud is silent."""

    job_id: str
    status: JobStatus
    project_id: str = ""
    media_id: str = ""
    vod_media_id: str = ""
    url: str = ""
    progress: int | None = None
    duration: float | None = None
    code: str = ""
    message: str = ""
    request_id: str = ""
    created: datetime | None = None
    completed: datetime | None = None


class Media(Model):
    """A media asset at one look. `url` carries no signature; `size` is in bytes, `duration` in seconds."""

    media_id: str
    status: MediaStatus
    title: str = ""
    url: str = ""
    duration: float | None = None
    width: int | None = None
    height: int | None = None
    size: int | None = None

    @property
    def analysed(self) -> bool:
        """Whether the cloud has finished looking at the file, so that its facts are there."""
        return self.status is MediaStatus.NORMAL and self.duration is not None
