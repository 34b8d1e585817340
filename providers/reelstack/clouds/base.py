"""What the house asks of a cloud that edits video, in our words. Each service has an adapter that answers.

Reconcile and resources speak these protocols and know no service. Every method raises `reelstack.errors.CloudError`
or one of its kinds.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from reelstack.errors import NotFound, Unavailable
from reelstack.models.cut import Cut
from reelstack.models.production import Job, Listed, Media, Submission, Submitted
from reelstack.models.project import Project, ProjectSpec


@dataclass(frozen=True)
class Site:
    """Where a resource lives: the service, its region, and the endpoint (`local`, a URL, or empty for the region's).

    `account` is the service's account or project where the service names one (Huawei's project id), else empty. It is
    all kept in the state with each resource, so that later looks go where the thing was made.
    """

    service: str
    region: str
    endpoint: str = ""
    account: str = ""

    def __str__(self) -> str:
        return " ".join(part for part in (self.service, self.region, self.endpoint, self.account) if part)


class Projects(Protocol):
    """Editing projects."""

    def create_project(self, spec: ProjectSpec) -> Project:
        """Create a project. Never repeated by itself: an unknown outcome is raised as `OutcomeUnknown`."""

    def get_project(self, project_id: str) -> Project:
        """Read a project by id; raises `NotFound`, also for a project that is marked deleted."""

    def update_project(self, project_id: str, fields: Mapping[str, Any]) -> None:
        """Overwrite the given fields (names of `ProjectSpec`); the others stay as they are."""

    def recent_projects(self, since: datetime) -> Iterator[Project]:
        """Projects created since then, newest first; what a list leaves out (timelines) is absent."""

    def projects_from(self, moment: datetime) -> Iterator[Project]:
        """Projects created since then, oldest first, as a search shows them: a timeline that is left out is None."""

    def delete_project(self, project_id: str) -> None:
        """Delete a project; one that is gone already is a success."""


class Jobs(Protocol):
    """What was submitted, and the media that come out: what gates wait for and what is deleted in the end."""

    def get_job(self, job_id: str) -> Job:
        """Look at a job by id; raises `NotFound` when the cloud has no record of it (any more)."""

    def recent_jobs(self, job_ids: Collection[str], since: datetime) -> Mapping[str, Job]:
        """Look at several jobs in few requests. An id that is missing here says nothing: look by id."""

    def get_media(self, media_ids: Collection[str]) -> Mapping[str, Media]:
        """Read media by id. An id that is absent from the answer does not exist."""

    def delete_media(self, media_ids: Collection[str]) -> None:
        """Delete media with their files; those that are gone already are a success, refusals are raised."""

    def cancel_job(self, job_id: str) -> bool:
        """Cancel a job that has not begun and say whether that was done; most services cannot."""


class Productions(Jobs, Protocol):
    """Productions from projects, timelines and templates."""

    def submit(self, submission: Submission) -> Submitted:
        """Submit one production. Repeating it with the same client token does not render again, where there is one."""

    def find_job(self, submission: Submission, since: datetime) -> Job | None:
        """The newest job that carries this submission's marker, among those created since then."""


class Edits(Jobs, Protocol):
    """Editing tasks: videos cut together from stored assets. What was submitted carries no mark of ours."""

    def submit_cut(self, cut: Cut) -> Submitted:
        """Submit one cut. Never repeated by itself: an unknown outcome is raised as `OutcomeUnknown`."""

    def tasks_since(self, moment: datetime) -> Sequence[Job]:
        """Every task of the account that was created since then, by the cloud's clock."""


class Inventory(Jobs, Protocol):
    """What there is in an account, whoever made it."""

    def listed(self, since: datetime, until: datetime) -> Iterator[Listed]:
        """The account's productions of that time, newest first; what a list leaves out is absent. `until` is now."""


class Cloud(Projects, Productions, Inventory, Protocol):
    """A service that keeps projects and produces from them."""


def job_or_none(cloud: Jobs, job_id: str) -> Job | None:
    """Look at a job by id; None when the cloud has no record of it."""
    try:
        return cloud.get_job(job_id)
    except NotFound:
        return None


def require_answer_about(asked: str, told: str | None, *, cloud: str, action: str) -> None:
    """Raise Unavailable when a cloud was asked for one thing by id and tells of another, as a broken cache would."""
    if told is not None and told != asked:
        raise Unavailable(
            cloud=cloud,
            action=action,
            code="ForeignAnswer",
            message=f"asked for {asked}, it answered with {told}",
            hint="Nothing was changed. Run again; if it stays so, look for a proxy or a cache in between.",
        )
