"""Alibaba IMS as a `Cloud`: our words in, our words out; the service's spelling stays behind the client."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from reelstack.clouds.alibaba_ims import requests, shapes
from reelstack.clouds.alibaba_ims.client import CLOUD, ImsClient
from reelstack.clouds.base import require_answer_about
from reelstack.clouds.credentials import keyring
from reelstack.errors import CloudError, Unavailable
from reelstack.models.base import Model
from reelstack.models.marks import Mark
from reelstack.models.output import KEYS, OutputSettings
from reelstack.models.production import MARKER, Job, Listed, Media, ProduceConfig, Submission, Submitted
from reelstack.models.project import MaterialMaps, Project, ProjectSpec
from reelstack.models.references import KeyReference
from reelstack.wire.parameters import pascal

# A list's window begins so much before the oldest job that is asked for: the two clocks may differ.
SKEW = timedelta(minutes=15)

# A page of a list must save so many looks by id to be worth turning to.
SAVED_BY_A_PAGE = 4

# What a live project is when it was created.
RESERVING = "Reserving"


# A list of jobs spans less than thirty days.
WINDOW = timedelta(days=29)


class ImsCloud:
    """Editing projects and productions on IMS. Every method raises `CloudError`."""

    def __init__(self, client: ImsClient) -> None:
        self._client = client

    def create_project(self, spec: ProjectSpec) -> Project:
        """Create a project; an unknown outcome is raised as `OutcomeUnknown` and never repeated."""
        project = _project(self._client.create_editing_project(new_project(spec)))
        if spec.business_status not in (None, RESERVING):
            self._set_status(project.project_id, spec.business_status)
        return project

    def _set_status(self, project_id: str, status: str | None) -> None:
        """Set the status of a project that was just created: it cannot be created with one."""
        try:
            self._client.update_editing_project(project_id, requests.ProjectChange(business_status=status))
        except CloudError:
            # Its id has not reached the state, and nobody would find it again.
            self._client.delete_editing_projects([project_id])
            raise

    def get_project(self, project_id: str) -> Project:
        """Read a project by id; raises `NotFound`."""
        shape = self._client.get_editing_project(project_id)
        require_answer_about(project_id, shape.project_id, cloud=CLOUD, action="GetEditingProject")
        return _project(shape)

    def update_project(self, project_id: str, fields: Mapping[str, Any]) -> None:
        """Overwrite the given fields."""
        self._client.update_editing_project(project_id, requests.ProjectChange(**fields))

    def delete_project(self, project_id: str) -> None:
        """Delete a project; one that is gone already is a success."""
        self._client.delete_editing_projects([project_id])

    def recent_projects(self, since: datetime) -> Iterator[Project]:
        """Projects created since then, newest first."""
        filters = requests.ProjectFilter(start_time=since, sort_by="CreationTime:Desc")
        return (_project(shape) for shape in self._client.list_editing_projects(filters))

    def projects_from(self, moment: datetime) -> Iterator[Project]:
        """Projects created since then, oldest first, with their timelines."""
        search = requests.ProjectSearch(start_time=moment, sort_by="CreationTime:Asc")
        return (_project(shape) for shape in self._client.search_editing_project(search))

    def submit(self, submission: Submission) -> Submitted:
        """Submit one production under its client token."""
        answer = self._client.submit_media_producing_job(new_job(submission))
        return Submitted(
            job_id=answer.job_id,
            project_id=answer.project_id,
            media_id=answer.media_id,
            vod_media_id=answer.vod_media_id,
            request_id=answer.request_id,
        )

    def get_job(self, job_id: str) -> Job:
        """Look at a job by id; raises `NotFound`."""
        shape = self._client.get_media_producing_job(job_id)
        require_answer_about(job_id, shape.job_id, cloud=CLOUD, action="GetMediaProducingJob")
        return _job(shape)

    def recent_jobs(self, job_ids: Collection[str], since: datetime) -> Mapping[str, Job]:
        """Look for jobs among those created since then, newest first, and stop when all are found.

        Others' jobs are among them, so no more pages are turned than would be saved.
        """
        missing = set(job_ids)
        found: dict[str, Job] = {}
        window = requests.JobFilter(start_time=since - SKEW)
        most = max(1, len(missing) // SAVED_BY_A_PAGE) * window.max_results
        for shape in itertools.islice(self._client.list_media_producing_jobs(window), most):
            if shape.job_id in missing:
                found[shape.job_id] = _job(shape)
                missing.discard(shape.job_id)
            if not missing:
                break
        return found

    def find_job(self, submission: Submission, since: datetime) -> Job | None:
        """The newest job whose user data carry the marker."""
        for shape in self._client.list_media_producing_jobs(requests.JobFilter(start_time=since)):
            if (shapes.document(shape.user_data) or {}).get(MARKER) == submission.marker:
                return _job(shape)
        return None

    def listed(self, since: datetime, until: datetime) -> Iterator[Listed]:
        """The jobs of that time, newest first; a list spans thirty days at most, so older ones are in further lists."""
        end, seen = None, set[str]()  # the newest list has no end: the clocks may differ
        while end is None or since < end:
            start = max(since, (end or until) - WINDOW)
            for shape in self._client.list_media_producing_jobs(requests.JobFilter(start_time=start, end_time=end)):
                if shape.job_id not in seen:
                    yield _listed(shape)
                seen.add(shape.job_id)
            end = start

    def get_media(self, media_ids: Collection[str]) -> Mapping[str, Media]:
        """Read media by id; those that do not exist are absent."""
        batch = self._client.batch_get_media_infos(media_ids)
        found = {info.media_id: _media(info) for info in batch.infos}
        unanswered = set(media_ids) - set(found) - set(batch.ignored)
        if unanswered:
            # Neither there nor said to be missing: taking it for gone would render it anew.
            raise Unavailable(
                cloud=CLOUD,
                action="BatchGetMediaInfos",
                code="IncompleteAnswer",
                message=f"nothing was said of {', '.join(sorted(unanswered))}",
                hint="Run again.",
            )
        return found

    def delete_media(self, media_ids: Collection[str]) -> None:
        """Delete media with their files; raises `Denied` when the service forbids one."""
        self._client.delete_media_infos(media_ids, delete_physical_files=True)

    def cancel_job(self, _job_id: str) -> bool:
        """The service has no operation that cancels a job."""
        return False


def new_project(spec: ProjectSpec) -> requests.NewProject:
    """The service's request for a project."""
    return requests.NewProject(
        title=spec.title,
        description=spec.description,
        timeline=spec.timeline,
        cover_url=spec.cover_url,
        template_id=spec.template_id,
        clips_param=spec.clips_param,
        template_type=spec.template_type,
        material_maps=_material_maps(spec.material_maps) if spec.material_maps else None,
        business_config=_spelled(spec.business_config) if spec.business_config else None,
        project_type=spec.project_type,
    )


def _material_maps(maps: MaterialMaps) -> requests.MaterialMaps:
    streams = tuple(requests.LiveStream(**stream.model_dump()) for stream in maps.live_streams)
    return requests.MaterialMaps(
        video=maps.video,
        audio=maps.audio,
        image=maps.image,
        live_streams=streams,
        editing_projects=maps.editing_projects,
    )


def new_job(submission: Submission, key: Callable[[KeyReference], str] = keyring.read) -> requests.NewJob:
    """The service's request for a submission. `key` reads a key that the output settings refer to."""
    return requests.NewJob(
        project_id=submission.project_id,
        timeline=submission.timeline,
        template_id=submission.template_id,
        clips_param=submission.clips_param,
        output_media_config=output_media_config(submission.output, key),
        output_media_target=submission.target,
        project_metadata=_spelled(submission.project_metadata) if submission.project_metadata else None,
        media_metadata=media_metadata(submission),
        editing_produce_config=editing_produce_config(submission.produce_config),
        user_data={**(submission.user_data or {}), MARKER: dict(submission.marker)},
        client_token=submission.client_token,
        source="OpenAPI",
    )


def media_metadata(submission: Submission) -> dict[str, Any] | None:
    """What describes the media as the service spells it (`MediaMetadata`)."""
    described = {
        "Title": submission.title,
        "Description": submission.description,
        "Tags": ",".join(submission.tags),
        "CateId": submission.cate_id,
        "CoverURL": submission.cover_url,
        "ReferenceId": submission.reference_id,
    }
    return {key: value for key, value in described.items() if value} or None


def editing_produce_config(config: ProduceConfig | None) -> dict[str, Any] | None:
    """How a video is produced as the service spells it (`EditingProduceConfig`)."""
    if config is None:
        return None
    named = _spelled(config.model_copy(update={"more": None, "cover_config": None}))
    if config.cover_config is not None:
        cover = {"StartTime": config.cover_config.start_time, "CoverUrl": config.cover_config.cover_url}
        named["CoverConfig"] = {name: value for name, value in cover.items() if value is not None}
    return {**(config.more or {}), **named}


def output_media_config(output: OutputSettings, key: Callable[[KeyReference], str] = keyring.read) -> dict[str, Any]:
    """Output settings as the service spells them (`OutputMediaConfig`), with the keys that they refer to."""
    own = {"format": None, **dict.fromkeys(KEYS)}
    keys = {pascal(name): key(getattr(output, name)) for name in KEYS if getattr(output, name) is not None}
    return {**_spelled(output.model_copy(update=own)), **keys}


def _spelled(model: Model) -> dict[str, Any]:
    """A model in the service's spelling, at any depth, without what is not set."""
    values = _given(model)
    return {pascal(name): _spelled(value) if isinstance(value, Model) else value for name, value in values.items()}


def _given(model: Model) -> dict[str, Any]:
    return {name: getattr(model, name) for name in type(model).model_fields if getattr(model, name) is not None}


def _project(shape: shapes.Project) -> Project:
    return Project(
        project_id=shape.project_id,
        title=shape.title,
        description=shape.description,
        timeline=shapes.document(shape.timeline),
        clips_param=shapes.document(shape.clips_param),
        template_id=shape.template_id,
        template_type=shape.template_type,
        cover_url=shape.cover_url,
        status=shape.status,
        created=shape.create_time,
        modified=shape.modified_time,
        duration=shape.duration,
    )


def _job(shape: shapes.Job) -> Job:
    return Job(
        job_id=shape.job_id,
        status=shape.status,
        project_id=shape.project_id,
        media_id=shape.media_id,
        vod_media_id=shape.vod_media_id,
        url=shape.media_url,
        timeline=shapes.document(shape.timeline),
        progress=shape.progress,
        duration=shape.duration,
        code=shape.code,
        message=shape.message,
        request_id=shape.request_id,
        created=shape.create_time,
        completed=shape.complete_time,
    )


def _listed(shape: shapes.Job) -> Listed:
    marker = (shapes.document(shape.user_data) or {}).get(MARKER)
    if not isinstance(marker, dict) or not marker.get("stack"):
        return Listed(job=_job(shape))
    mark = Mark.of(str(marker["stack"]), str(marker.get("token") or ""))
    return Listed(job=_job(shape), mark=mark, name=str(marker.get("name") or ""))


def _media(shape: shapes.Media) -> Media:
    file = shape.source_file
    return Media(
        media_id=shape.media_id,
        status=shape.basic.status,
        title=shape.basic.title,
        url=_unsigned(file.file_url) if file else shape.basic.input_url,
        duration=file.duration if file else None,
        width=file.width if file else None,
        height=file.height if file else None,
        size=file.file_size if file else None,
    )


def _unsigned(url: str) -> str:
    """A file's address without its signature, which changes at every look and expires."""
    return urlsplit(url)._replace(query="", fragment="").geturl()
