"""What the IMS room remembers, and the desk at which its handlers sit."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from reelstack.emulator import desk
from reelstack.emulator.facts import Facts
from reelstack.emulator.lifecycle import Production
from reelstack.emulator.objects import Name
from reelstack.emulator.settings import Settings
from reelstack.emulator.store import Table

STATUS_NUMBERS = {"Draft": 1, "Editing": 2, "Producing": 3, "Produced": 4, "ProduceFailed": 5, "Deleted": 7}


@dataclass(frozen=True)
class Project:
    """An editing project. `materials` holds (type, id) pairs, `live` the live streams as they came."""

    id: str
    title: str
    created: str
    modified: str
    description: str = ""
    timeline: str = ""
    template_id: str = ""
    clips_param: str = ""
    template_type: str = ""
    cover_url: str = ""
    status: str = "Draft"
    create_source: str = "OpenAPI"
    modified_source: str = "OpenAPI"
    business_config: str = ""
    project_type: str = "EditingProject"
    business_status: str = ""
    duration: float = 0.0
    error_code: str = ""
    error_message: str = ""
    converted: bool = False
    materials: tuple[list[str], ...] = ()
    live: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True)
class Template:
    """A template of the control room's. `config` is a timeline with placeholders; empty for an advanced template."""

    id: str
    kind: str
    created: str
    config: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Job:
    """A producing job: what was asked for. How far it is, its production knows (same id)."""

    id: str
    project_id: str
    media_id: str
    vod_media_id: str
    media_url: str
    object: str
    created: str
    timeline: str = ""
    template_id: str = ""
    template_type: str = ""
    clips_param: str = ""
    project_type: str = "EditingProject"
    cover_url: str = ""
    user_data: str = ""
    media_metadata: dict[str, Any] = field(default_factory=dict)
    expired: bool = False


@dataclass(frozen=True)
class Media:
    """A media asset. `ready` is when its analysis ends; `facts` is empty until then known, and stays empty for a
    file that nobody has seen. `looks` counts down to the analysis's end with pace `per_look`. `cover` is the object
    of a cover that a render made; `cover_url` the address of one that was given.
    """

    id: str
    url: str
    object: str
    kind: str
    created: str
    modified: str
    ready: str
    title: str = ""
    description: str = ""
    tags: str = ""
    category_id: str = ""
    cover_url: str = ""
    cover: str = ""
    user_data: str = ""
    business_type: str = "general"
    source: str = "oss"
    reference_id: str = ""
    upload_source: str = "general"
    facts: dict[str, Any] = field(default_factory=dict)
    looks: int = 0
    failed: bool = False
    deleted: bool = False
    synthesised: bool = False

    @property
    def known(self) -> Facts | None:
        """What is known of the file."""
        return Facts(**self.facts) if self.facts else None


@dataclass(frozen=True)
class Notice:
    """Who wants to be told when the analysis of a media asset has ended."""

    media_id: str
    url: str
    user_data: str


@dataclass(frozen=True)
class Answered:
    """What a client token was answered, so that it is answered the same again."""

    digest: str
    created: str
    answer: dict[str, str]


@dataclass
class Desk(desk.Desk):
    """Keeps projects, jobs, media, templates, notices and remembered tokens."""

    def __post_init__(self) -> None:
        self.projects: Table[Project] = self.store.table("ims.project", Project)
        self.jobs: Table[Job] = self.store.table("ims.job", Job)
        self.media: Table[Media] = self.store.table("ims.media", Media)
        self.templates: Table[Template] = self.store.table("ims.template", Template)
        self.notices: Table[Notice] = self.store.table("ims.notice", Notice)
        self.tokens: Table[Answered] = self.store.table("ims.token", Answered)

    def put_project(self, project: Project) -> None:
        """Keep a project."""
        self.projects.put(project.id, project)

    def put_media(self, media: Media) -> None:
        """Keep a media asset; it is found again by its object while it is not deleted."""
        self.media.put(media.id, media, tag=f"deleted {media.object}" if media.deleted else media.object)

    def living_media(self, media_id: str) -> Media | None:
        """The media asset, unless it never was or was deleted."""
        found = self.media.get(media_id)
        return None if found is None or found.deleted else found

    def media_of(self, name: Name) -> Media | None:
        """The media asset of an object, the newest when there are several."""
        found = self.media.tagged(str(name))
        return found[-1] if found else None

    def was_deleted(self, name: Name) -> bool:
        """Whether the object belonged to a media asset that was deleted, and to no other since."""
        return bool(self.media.tagged(f"deleted {name}")) and self.media_of(name) is None

    def job_of_media(self, media_id: str) -> Job | None:
        """The job that promised this media id."""
        return next(iter(self.jobs.tagged(media_id)), None)

    def production_ended(self, production: Production) -> None:
        """Register the output of a production, and tell its project how it ended."""
        job = self.jobs.get(production.id)
        if job is None:
            return
        won = production.status == "Success"
        project = self.projects.get(job.project_id)
        if project and project.status != "Deleted":
            self.put_project(
                replace(
                    project,
                    status="Produced" if won else "ProduceFailed",
                    error_code=production.code,
                    error_message=production.message,
                )
            )
        if won:
            self.put_media(_output(job, production, self.settings))


def cover_of(media_id: str) -> Name:
    """Where the picture lies that is the cover of a produced video which was given none."""
    return Name("reelstack-local-covers", f"{media_id}.jpg")


def _output(job: Job, production: Production, settings: Settings) -> Media:
    now = datetime.fromisoformat(production.completed)
    analysed = now.timestamp() + settings.analysis_seconds / settings.speed
    instant = production.pace in ("immediate", "per_look")
    meta = job.media_metadata
    return Media(
        id=job.media_id,
        url=job.media_url,
        object=job.object,
        kind=str(production.facts["kind"]),
        created=production.completed,
        modified=production.completed,
        ready=production.completed if instant else datetime.fromtimestamp(analysed, now.tzinfo).isoformat(),
        looks=1 if production.pace == "per_look" else 0,
        title=str(meta.get("Title") or job.object.rpartition("/")[2]),
        description=str(meta.get("Description") or ""),
        cover_url=job.cover_url,
        cover=production.cover,
        reference_id=str(meta.get("ReferenceId") or ""),
        tags=str(meta.get("Tags") or ""),
        category_id=str(meta.get("CateId") or ""),
        user_data=job.user_data,
        source="vod" if job.vod_media_id else "oss",
        facts=production.facts,
    )
