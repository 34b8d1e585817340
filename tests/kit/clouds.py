"""A cloud for reconcile's tests: what it answers is set by the test, what it was asked is kept."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from reelstack.errors import NotFound, OutcomeUnknown, Rejected, Unavailable
from reelstack.models.cut import Cut
from reelstack.models.production import Job, Listed, Media, Submission, Submitted
from reelstack.models.project import Project, ProjectSpec
from reelstack.models.status import JobStatus, MediaStatus, ProjectStatus


def job(job_id: str = "j1", status: JobStatus = JobStatus.SUCCESS, **facts: Any) -> Job:
    return Job(job_id=job_id, status=status, **{"media_id": f"media-of-{job_id}", **facts})


def media(media_id: str = "media-of-j1", **facts: Any) -> Media:
    return Media(media_id=media_id, **{"status": MediaStatus.NORMAL, "duration": 5.0, **facts})


@dataclass
class FakeCloud:
    """`looks` holds per job the looks to come; the last one stays. `by_token` is the cloud's memory of tokens.

    Only jobs in `waiting` can be cancelled. `projects` holds the states of projects to come, the last one stays. So
    many searches as `late` says find nothing.
    """

    looks: dict[str, list[Job]] = field(default_factory=dict)
    assets: dict[str, Media] = field(default_factory=dict)
    by_token: dict[str, str] = field(default_factory=dict)
    submissions: list[Submission] = field(default_factory=list)
    cuts: list[Cut] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    refuses: set[str] = field(default_factory=set)
    silent: set[str] = field(default_factory=set)
    findable: bool = True
    waiting: set[str] = field(default_factory=set)
    cancelled: list[str] = field(default_factory=list)
    projects: dict[str, list[ProjectStatus]] = field(default_factory=dict)
    late: int = 0
    loses_answers: bool = False
    marked: list[Listed] = field(default_factory=list)

    def submit(self, submission: Submission) -> Submitted:
        self.submissions.append(submission)
        if submission.client_token in self.refuses:
            raise Rejected(
                cloud="fake", action="Submit", code="IdempotentParameterMismatch", message="other parameters"
            )
        fresh = f"new-{len(self.submissions)}"
        job_id = self.by_token.setdefault(submission.client_token, fresh)
        if job_id == fresh:
            self.looks[job_id] = [job(job_id, JobStatus.INIT)]
        if self.loses_answers:
            raise OutcomeUnknown(cloud="fake", action="Submit", code="Timeout", message="no answer")
        return Submitted(job_id=job_id, media_id=f"media-of-{job_id}", project_id=submission.project_id or "auto")

    def submit_cut(self, cut: Cut) -> Submitted:
        self.cuts.append(cut)
        job_id = f"task-{len(self.cuts)}"
        self.looks[job_id] = [job(job_id, JobStatus.QUEUING)]
        if self.loses_answers:
            raise OutcomeUnknown(cloud="fake", action="Submit", code="Timeout", message="no answer")
        return Submitted(job_id=job_id, media_id=f"media-of-{job_id}")

    def tasks_since(self, moment: datetime) -> list[Job]:
        self.asked.append(f"tasks since {moment:%H:%M}")
        self.late -= 1
        listed = [looks[0] for looks in self.looks.values()] if self.late < 0 else []
        return [job for job in listed if job.created is None or job.created >= moment]

    def get_job(self, job_id: str) -> Job:
        self.asked.append(f"get {job_id}")
        if job_id in self.silent:
            raise Unavailable(cloud="fake", action="GetJob", code="ServiceUnAvailable", message="later")
        if not self.looks.get(job_id):
            raise NotFound(cloud="fake", action="GetJob", code="NotFound", message=job_id)
        looks = self.looks[job_id]
        return looks.pop(0) if len(looks) > 1 else looks[0]

    def recent_jobs(self, job_ids: Collection[str], since: datetime) -> Mapping[str, Job]:
        self.asked.append(f"list since {since:%H:%M}")
        shown = {job_id: self.looks[job_id][0] for job_id in job_ids if self.looks.get(job_id)}
        return {job_id: job for job_id, job in shown.items() if job.created is None or job.created >= since}

    def find_job(self, submission: Submission, since: datetime) -> Job | None:
        self.asked.append("find")
        self.late -= 1
        job_id = self.by_token.get(submission.client_token) if self.late < 0 else None
        return None if job_id is None or not self.findable else self.looks[job_id][0]

    def listed(self, since: datetime, until: datetime) -> Iterator[Listed]:
        self.asked.append(f"listed since {since:%m-%d}")
        return iter([one for one in self.marked if one.job.created is None or one.job.created >= since])

    def get_media(self, media_ids: Collection[str]) -> Mapping[str, Media]:
        return {media_id: self.assets[media_id] for media_id in media_ids if media_id in self.assets}

    def delete_media(self, media_ids: Collection[str]) -> None:
        self.deleted.extend(media_ids)

    def cancel_job(self, job_id: str) -> bool:
        if job_id not in self.waiting:
            return False
        self.cancelled.append(job_id)
        return True

    def create_project(self, spec: ProjectSpec) -> Project:
        raise NotImplementedError

    def get_project(self, project_id: str) -> Project:
        states = self.projects.get(project_id) or [ProjectStatus.DRAFT]
        return Project(project_id=project_id, title="", status=states.pop(0) if len(states) > 1 else states[0])

    def update_project(self, project_id: str, fields: Mapping[str, Any]) -> None:
        raise NotImplementedError

    def recent_projects(self, since: datetime) -> Iterator[Project]:
        raise NotImplementedError

    def projects_from(self, moment: datetime) -> Iterator[Project]:
        raise NotImplementedError

    def delete_project(self, project_id: str) -> None:
        raise NotImplementedError
