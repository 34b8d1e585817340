"""What the VOD room remembers, and the desk at which its handlers sit."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from reelstack.emulator import desk
from reelstack.emulator.facts import Facts
from reelstack.emulator.lifecycle import SUCCESS, Production
from reelstack.emulator.objects import Name
from reelstack.emulator.params import stamp
from reelstack.emulator.store import Table

PROJECT_STATUSES = ("Normal", "Producing", "Produced", "ProduceFailed")
EDITING, GENERAL = "editing", "general"
APP_ID = "app-1000000"


@dataclass(frozen=True)
class Project:
    """An editing project. `materials` are media ids, `productions` the ids of the videos in the making."""

    id: str
    title: str
    created: str
    modified: str
    description: str = ""
    timeline: str = "{}"
    cover_url: str = ""
    status: str = "Normal"
    duration: float = 0.0
    storage_location: str = ""
    materials: tuple[str, ...] = ()
    productions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Media:
    """One record of the library: a video, audio or image. One of source `editing` was produced here (same id).

    `looks` counts the steps after the production with pace `per_look`; `fate` is the failure in which these steps
    are to end; `callback_url` is told how the production ended. `facts` are those of a source file; a produced
    video's are its production's.
    """

    id: str
    kind: str
    object: str
    created: str
    modified: str
    title: str = ""
    description: str = ""
    tags: str = ""
    cate_id: int = 0
    cover_url: str = ""
    reference_id: str = ""
    user_data: str = ""
    template_group_id: str = ""
    storage_location: str = ""
    app_id: str = APP_ID
    source: str = GENERAL
    project_id: str = ""
    callback_url: str = ""
    looks: int = 0
    fate: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    deleted: bool = False
    synthesised: bool = False

    @property
    def cover(self) -> Name:
        """Where the picture lies that a render leaves as the cover of a video that was given none."""
        return Name("reelstack-local-covers", f"{self.id}.jpg")


@dataclass
class Desk(desk.Desk):
    """Keeps projects and the library."""

    def __post_init__(self) -> None:
        self.projects: Table[Project] = self.store.table("vod.project", Project)
        self.media: Table[Media] = self.store.table("vod.media", Media)

    @property
    def storage_location(self) -> str:
        """The bucket that the service gives an account."""
        return f"outin-reelstack-local.oss-{self.region}.aliyuncs.com"

    def put_project(self, project: Project) -> None:
        """Keep a project."""
        self.projects.put(project.id, project)

    def put_media(self, media: Media) -> None:
        """Keep a record of the library; it is found again by its reference id while it is not deleted."""
        self.media.put(media.id, media, tag="" if media.deleted else media.reference_id)

    def living(self, media_id: str) -> Media | None:
        """The record, unless it never was or was deleted."""
        found = self.media.get(media_id)
        return None if found is None or found.deleted else found

    def by_reference(self, reference_id: str) -> Media | None:
        """The record with the user's own id."""
        return next(iter(self.media.tagged(reference_id)), None) if reference_id else None

    def facts(self, media: Media) -> Facts | None:
        """What is known of the file; None while it is being made."""
        if media.source != EDITING:
            return Facts(**media.facts) if media.facts else None
        production = self.lifecycle.get(media.id)
        return Facts(**production.facts) if production and production.status == SUCCESS else None

    def production_ended(self, production: Production) -> None:
        """Tell the project how its production ended, and the user's receiver if there is one."""
        media = self.media.get(production.id)
        if media is None:
            return
        self.put_media(replace(media, modified=production.completed))
        project = self.projects.get(media.project_id)
        if project:
            self.put_project(
                replace(
                    project,
                    status="Produced" if production.status == SUCCESS else "ProduceFailed",
                    productions=tuple(each for each in project.productions if each != media.id),
                    modified=production.completed,
                )
            )
        if media.callback_url:
            self.callbacks.send(media.callback_url, _event(media, production))


def _event(media: Media, production: Production) -> dict[str, str]:
    event = {
        "EventTime": stamp(production.completed),
        "EventType": "ProduceMediaComplete",
        "Status": "success" if production.status == SUCCESS else "fail",
        "MediaId": media.id,
        "ProjectId": media.project_id,
    }
    if production.status != SUCCESS:
        event |= {"ErrorCode": production.code, "ErrorMessage": production.message}
    return event
