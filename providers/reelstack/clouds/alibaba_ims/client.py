"""The service's operations, one short method each. Says what may be repeated; decides nothing else.

Every method raises `CloudError`. Batches are cut to what the service takes at a time, lists are walked page by page
as they are consumed. Not understood is not the same as not there: a success that cannot be read is `OutcomeUnknown`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar

from reelstack.clouds.alibaba_ims import requests, shapes
from reelstack.clouds.rpc import BATCH, RpcClient, request_id, turned
from reelstack.errors import Denied, NotFound, Unavailable
from reelstack.models.status import ProjectStatus
from reelstack.wire.answers import Payload, chunks
from reelstack.wire.parameters import Json, Parameters, text

CLOUD = "alibaba-ims"
VERSION = "2020-11-09"
MATERIALS_BATCH = 10

ListPage = TypeVar("ListPage", bound=shapes.Page)


class ImsClient(RpcClient):
    """Speaks to the service through a transport that knows its address and signs."""

    cloud = CLOUD
    version = VERSION

    # Editing projects

    def create_editing_project(self, new: requests.NewProject) -> shapes.Project:
        """Create a project. Never repeated by itself: after `OutcomeUnknown` search for it before trying anew."""
        action = "CreateEditingProject"
        payload = self._call(action, new, idempotent=False)
        return self._part(shapes.Project, action, payload, "Project", idempotent=False)

    def get_editing_project(self, project_id: str) -> shapes.Project:
        """Read a project; raises `NotFound` also when it is there, marked as deleted.

        The request source is always OpenAPI: with the other one the service converts the timeline while reading it.
        """
        action = "GetEditingProject"
        payload = self._call(action, {"ProjectId": project_id, "RequestSource": "OpenAPI"})
        project = self._part(shapes.Project, action, payload, "Project")
        if project.status is ProjectStatus.DELETED:
            raise _gone(action, f"project {project_id} is deleted", payload)
        return project

    def update_editing_project(self, project_id: str, change: requests.ProjectChange) -> None:
        """Overwrite the given fields of a project; the others stay as they are."""
        self._call("UpdateEditingProject", {"ProjectId": project_id, **change.query()}, form=change.form())

    def delete_editing_projects(self, project_ids: Iterable[str]) -> None:
        """Delete projects. Those that are gone already are a success; their jobs and media stay."""
        self._delete_projects("DeleteEditingProjects", project_ids)

    def search_editing_project(self, search: requests.ProjectSearch | None = None) -> Iterator[shapes.Project]:
        """Projects with their timelines. A project that moves between pages meanwhile may be missing, never twice."""
        action, search = "SearchEditingProject", search or requests.ProjectSearch()

        def page_of(number: int) -> tuple[shapes.Project, ...]:
            payload = self._call(action, {**search.query(), "PageNo": str(number)})
            return self._read(shapes.ProjectPage, action, payload).items

        yield from turned(page_of, lambda project: project.project_id, search.page_size)

    def list_editing_projects(self, filters: requests.ProjectFilter | None = None) -> Iterator[shapes.Project]:
        """Projects without timelines and durations, newest first."""
        for page in self._pages(shapes.ProjectPage, "ListEditingProjects", filters or requests.ProjectFilter()):
            yield from page.items

    # Materials of editing projects

    def add_editing_project_materials(
        self, project_id: str, materials: requests.MaterialMaps | Json
    ) -> shapes.Materials:
        """Add materials to those that a project has. Not repeated by itself: adding twice is not known to be safe."""
        action = "AddEditingProjectMaterials"
        query = {"ProjectId": project_id, "MaterialMaps": text(materials)}
        return self._read(shapes.Materials, action, self._call(action, query, idempotent=False), idempotent=False)

    def get_editing_project_materials(self, project_id: str) -> shapes.Materials:
        """Read the materials of a project."""
        action = "GetEditingProjectMaterials"
        return self._read(shapes.Materials, action, self._call(action, {"ProjectId": project_id}))

    def delete_editing_project_materials(
        self, project_id: str, material_type: str, material_ids: Iterable[str]
    ) -> None:
        """Take materials of a type (video, image, audio, subtitle, text) from a project."""
        for ids in chunks(material_ids, MATERIALS_BATCH):
            query = {"ProjectId": project_id, "MaterialType": material_type, "MaterialIds": text(ids)}
            self._call("DeleteEditingProjectMaterials", query)

    # Producing jobs

    def submit_media_producing_job(self, new: requests.NewJob) -> shapes.Submitted:
        """Submit a billable job; repeated after a lost answer only when it has a client token."""
        action, repeatable = "SubmitMediaProducingJob", bool(new.client_token)
        return self._read(
            shapes.Submitted, action, self._call(action, new, idempotent=repeatable), idempotent=repeatable
        )

    def get_media_producing_job(self, job_id: str) -> shapes.Job:
        """Read a job; raises `NotFound` when the service has no record of it: they are kept for a year."""
        action = "GetMediaProducingJob"
        payload = self._call(action, {"JobId": job_id})
        if not payload.get("MediaProducingJob"):
            raise _gone(action, f"there is no job {job_id}", payload)
        return self._part(shapes.Job, action, payload, "MediaProducingJob")

    def list_media_producing_jobs(self, filters: requests.JobFilter | None = None) -> Iterator[shapes.Job]:
        """Jobs without timelines and progress, newest first."""
        for page in self._pages(shapes.JobPage, "ListMediaProducingJobs", filters or requests.JobFilter()):
            yield from page.items

    # Media

    def register_media_info(self, new: requests.NewMedia) -> str:
        """Register a file and return its media id; repeated after a lost answer only when it has a client token."""
        action, repeatable = "RegisterMediaInfo", bool(new.client_token)
        payload = self._call(action, new, idempotent=repeatable)
        return self._read(shapes.Registered, action, payload, idempotent=repeatable).media_id

    def get_media_info(self, look: requests.MediaLook) -> shapes.Media:
        """Read one asset with its files; raises `NotFound`."""
        action = "GetMediaInfo"
        return self._part(shapes.Media, action, self._call(action, look), "MediaInfo")

    def batch_get_media_infos(
        self, media_ids: Iterable[str], *, additions: tuple[str, ...] = ("FileInfo",), auth_timeout: int | None = None
    ) -> shapes.MediaBatch:
        """Read several assets; ids of nothing are in `ignored`.

        `additions`: FileInfo, DynamicMetaData. `auth_timeout`: for how many seconds (1 to 86400) file URLs hold.
        """
        action = "BatchGetMediaInfos"
        options = {"AdditionType": text(additions)} if additions else {}
        options |= {"AuthTimeout": text(auth_timeout)} if auth_timeout is not None else {}
        batches = [
            self._read(shapes.MediaBatch, action, self._call(action, {"MediaIds": text(ids), **options}))
            for ids in chunks(media_ids, BATCH)
        ]
        return shapes.MediaBatch(
            infos=tuple(media for batch in batches for media in batch.infos),
            ignored=tuple(media_id for batch in batches for media_id in batch.ignored),
        )

    def list_media_basic_infos(self, filters: requests.MediaFilter | None = None) -> Iterator[shapes.Media]:
        """Media, newest first."""
        for page in self._pages(shapes.MediaPage, "ListMediaBasicInfos", filters or requests.MediaFilter()):
            yield from page.items

    def delete_media_infos(self, media_ids: Iterable[str], *, delete_physical_files: bool = False) -> tuple[str, ...]:
        """Delete assets and return the ids that were gone already.

        Raises `Denied` that names what may not be deleted, after all the others were.
        """
        action = "DeleteMediaInfos"
        ignored: list[str] = []
        forbidden: list[str] = []
        refused_by = ""
        for ids in chunks(media_ids, BATCH):
            query = {"MediaIds": text(ids), "DeletePhysicalFiles": text(delete_physical_files)}
            payload = self._call(action, query)
            deleted = self._read(shapes.Deleted, action, payload)
            ignored += deleted.ignored
            forbidden += deleted.forbidden
            refused_by = request_id(payload) if deleted.forbidden else refused_by
        if forbidden:
            raise _forbidden(action, forbidden, refused_by)
        return tuple(ignored)

    # Below: how a call is made and read

    def _pages(self, shape: type[ListPage], action: str, filters: Parameters) -> Iterator[ListPage]:
        query, seen = filters.query(), set[str]()
        while True:
            payload = self._call(action, query)
            page = self._read(shape, action, payload)
            yield page
            if not page.next_token:
                return
            if page.next_token in seen:
                raise _circular(action, payload)
            seen.add(page.next_token)
            query = {**filters.query(), "NextToken": page.next_token}


def _gone(action: str, message: str, payload: Payload) -> NotFound:
    return NotFound(
        cloud=CLOUD, action=action, code="Gone", message=message, request_id=request_id(payload), status=200
    )


def _forbidden(action: str, ids: list[str], refused_by: str) -> Denied:
    return Denied(
        cloud=CLOUD,
        action=action,
        code="ForbiddenList",
        message=f"no permission to delete {', '.join(ids)}",
        request_id=refused_by,
        status=200,
        hint=f"Allow ice:{action} on these media, and the service's role AliyunICEDefaultRole on their bucket.",
    )


def _circular(action: str, payload: Payload) -> Unavailable:
    return Unavailable(
        cloud=CLOUD,
        action=action,
        code="RepeatedPageToken",
        message="the list does not end: a page leads back to an earlier one",
        request_id=request_id(payload),
        status=200,
        hint="Run again.",
    )
