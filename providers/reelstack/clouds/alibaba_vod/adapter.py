"""Alibaba VOD as a `Cloud`: our words in, our words out; the service's spelling stays behind the client.

A video's description is the one place, of those that are documented, that a search shows: our mark stands there.
The service has no jobs: ours is the project with the video to be, `PROJECT/VIDEO`. The video's record decides what
became of it. The project's status counts only while the record says nothing, and only because a project never has
two productions in flight (`reconcile.referee.Turns`). Why a production failed is told in no answer of the service.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from reelstack.clouds.alibaba_vod import requests, shapes
from reelstack.clouds.alibaba_vod.client import CLOUD, VodClient
from reelstack.clouds.alibaba_vod.production import NewProduction
from reelstack.clouds.base import require_answer_about
from reelstack.errors import CloudError, NotFound, Unavailable
from reelstack.models import marks
from reelstack.models.output import OutputSettings
from reelstack.models.production import Job, Listed, Media, ProjectMetadata, Submission, Submitted
from reelstack.models.project import Project, ProjectSpec
from reelstack.models.status import JobStatus, MediaStatus, ProjectStatus, VideoStatus

# A search begins so much before the intent: the two clocks may differ.
SKEW = timedelta(minutes=15)

# A page of a search must save so many looks by id to be worth turning to.
SAVED_BY_A_PAGE = 4

JOBS: Mapping[VideoStatus, JobStatus] = {
    VideoStatus.UPLOADED: JobStatus.SUCCESS,
    VideoStatus.TRANSCODING: JobStatus.SUCCESS,
    VideoStatus.NORMAL: JobStatus.SUCCESS,
    VideoStatus.UPLOAD_FAIL: JobStatus.FAILED,
    VideoStatus.TRANSCODE_FAIL: JobStatus.FAILED,
    VideoStatus.BLOCKED: JobStatus.FAILED,
}

# What a project says of its production while there is no record of the video, or one that is still empty.
PRODUCTIONS: Mapping[ProjectStatus, JobStatus] = {
    ProjectStatus.PRODUCING: JobStatus.PROCESSING,
    ProjectStatus.PRODUCED: JobStatus.SUCCESS,
    ProjectStatus.PRODUCE_FAILED: JobStatus.FAILED,
}

MEDIA: Mapping[VideoStatus, MediaStatus] = {
    VideoStatus.UPLOADING: MediaStatus.UPLOADING,
    VideoStatus.UPLOADED: MediaStatus.UPLOADED,
    VideoStatus.TRANSCODING: MediaStatus.PREPARING,
    VideoStatus.NORMAL: MediaStatus.NORMAL,
    VideoStatus.UPLOAD_FAIL: MediaStatus.UPLOAD_FAIL,
    VideoStatus.TRANSCODE_FAIL: MediaStatus.PREPARE_FAIL,
    VideoStatus.BLOCKED: MediaStatus.PREPARE_FAIL,
}


LISTED = ("Title", "Description", "Status", "CreationTime", "Duration", "MediaSource")
PRODUCED = "editing"  # the source of videos that were produced from projects


class VodCloud:
    """Editing projects and productions on Alibaba VOD. Every method raises `CloudError`."""

    def __init__(self, client: VodClient) -> None:
        self._client = client

    def create_project(self, spec: ProjectSpec) -> Project:
        """Create a project with its materials; an unknown outcome is raised as `OutcomeUnknown`, never repeated."""
        new = requests.NewProject(
            title=spec.title,
            description=spec.description,
            timeline=spec.timeline,
            cover_url=spec.cover_url,
            division=spec.division,
        )
        created = self._client.add_editing_project(new)
        if spec.material_maps and (materials := spec.material_maps.media):
            try:
                self._client.set_editing_project_materials(created.project_id, materials)
            except CloudError:
                # Its id has not reached the state, and nobody would find it again.
                self._client.delete_editing_project([created.project_id])
                raise
        return _project(created)

    def get_project(self, project_id: str) -> Project:
        """Read a project by id; raises `NotFound`."""
        return _project(self._project(project_id))

    def update_project(self, project_id: str, fields: Mapping[str, Any]) -> None:
        """Overwrite the given fields."""
        self._client.update_editing_project(project_id, requests.ProjectChange(**fields))

    def delete_project(self, project_id: str) -> None:
        """Delete a project; one that is gone already is a success."""
        self._client.delete_editing_project([project_id])

    def recent_projects(self, since: datetime) -> Iterator[Project]:
        """Projects created since then, newest first."""
        for shape in self._client.search_editing_project(requests.ProjectSearch(start_time=since, sort_by="desc")):
            yield _project(shape)

    def projects_from(self, moment: datetime) -> Iterator[Project]:
        """Projects created since then, oldest first, without their timelines."""
        search = requests.ProjectSearch(start_time=moment, sort_by="asc")
        return (_project(shape) for shape in self._client.search_editing_project(search))

    def submit(self, submission: Submission) -> Submitted:
        """Submit one production. Repeating it renders, and bills, another video."""
        answer = self._client.produce_editing_project_video(new_production(submission))
        project_id = answer.project_id or submission.project_id or ""
        return Submitted(
            job_id=job_id(project_id, answer.media_id),
            project_id=project_id,
            media_id=answer.media_id,
            request_id=answer.request_id,
        )

    def get_job(self, job_id: str) -> Job:
        """What became of a production, by its video's record; raises `NotFound` when nothing is known of it."""
        project_id, _, media_id = job_id.rpartition("/")
        video = next(iter(self._client.get_video_infos([media_id]).videos), None)
        if video is not None:
            require_answer_about(media_id, video.video_id, cloud=CLOUD, action="GetVideoInfos")
        if video is not None and video.status in JOBS:
            return _job(project_id, video)
        project = self._project_or_none(project_id) if project_id else None
        if video is None and project is None:
            raise NotFound(
                cloud=CLOUD, action="GetVideoInfos", code="InvalidVideo.NotFound", message=f"no video {media_id}"
            )
        return _unfinished(job_id, media_id, project, recorded=video is not None)

    def recent_jobs(self, job_ids: Collection[str], _since: datetime) -> Mapping[str, Job]:
        """Those whose videos are there, read by their ids, and those whose projects a search shows in production."""
        wanted = {job_id.rpartition("/")[2]: job_id for job_id in job_ids}
        batch = self._client.get_video_infos(wanted)
        found = {
            (one := wanted[video.video_id]): _job(one.rpartition("/")[0], video)
            for video in batch.videos
            if video.status in JOBS and video.video_id in wanted
        }
        return found | self._in_production([job_id for job_id in job_ids if job_id not in found])

    def _in_production(self, job_ids: Collection[str]) -> dict[str, Job]:
        """Others' projects are among them, so no more pages are turned than would be saved."""
        wanted = {project_id: job_id for job_id in job_ids if (project_id := job_id.rpartition("/")[0])}
        found: dict[str, Job] = {}
        if not wanted:
            return found
        search = requests.ProjectSearch(status=("Producing",))
        most = max(1, len(wanted) // SAVED_BY_A_PAGE) * search.page_size
        for project in itertools.islice(self._client.search_editing_project(search), most):
            if one := wanted.pop(project.project_id, None):
                found[one] = _unfinished(one, one.rpartition("/")[2], project, recorded=False)
            if not wanted:
                break
        return found

    def find_job(self, submission: Submission, since: datetime) -> Job | None:
        """The newest video whose description ends with the submission's token. The index lags behind."""
        search = requests.MediaSearch(search_type="video", fields=("Title", "Description", "Status", "CreationTime"))
        for media in self._client.search_media(search):
            if media.creation_time is not None and media.creation_time < since - SKEW:
                break  # newest first
            if media.video is not None and marks.token(media.video.description) == submission.client_token:
                return _job(submission.project_id or "", media.video)
        return None

    def listed(self, since: datetime, _until: datetime) -> Iterator[Listed]:
        """The videos that were produced since then, newest first. The index lags behind."""
        for media in self._client.search_media(requests.MediaSearch(search_type="video", fields=LISTED)):
            if media.creation_time is not None and media.creation_time < since:
                return
            if media.video is not None and media.video.media_source in ("", PRODUCED):
                described = media.video.description
                yield Listed(job=_job("", media.video), mark=marks.read(described), title=media.video.title)

    def get_media(self, media_ids: Collection[str]) -> Mapping[str, Media]:
        """Read videos by id; those that do not exist are absent."""
        batch = self._client.get_video_infos(media_ids)
        found = {video.video_id: _media(video) for video in batch.videos}
        unanswered = set(media_ids) - set(found) - set(batch.missing)
        if unanswered:
            # Neither there nor said to be missing: taking it for gone would render it anew.
            raise Unavailable(
                cloud=CLOUD,
                action="GetVideoInfos",
                code="IncompleteAnswer",
                message=f"nothing was said of {', '.join(sorted(unanswered))}",
                hint="Run again.",
            )
        return found

    def delete_media(self, media_ids: Collection[str]) -> None:
        """Delete videos with all their files; raises `Denied` when the service forbids one."""
        self._client.delete_video(media_ids)

    def cancel_job(self, _job_id: str) -> bool:
        """The service has no operation that cancels a production."""
        return False

    def _project_or_none(self, project_id: str) -> shapes.Project | None:
        try:
            return self._project(project_id)
        except NotFound:
            return None

    def _project(self, project_id: str) -> shapes.Project:
        shape = self._client.get_editing_project(project_id)
        require_answer_about(project_id, shape.project_id, cloud=CLOUD, action="GetEditingProject")
        return shape


def job_id(project_id: str, media_id: str) -> str:
    """Our name for a production: the project, if it is known, and the video to be."""
    return f"{project_id}/{media_id}" if project_id else media_id


def new_production(submission: Submission) -> NewProduction:
    """The service's request for a submission. A given project is never overwritten: nothing of it is sent."""
    described = marks.marked(submission.description, submission.marker.get("stack", ""), submission.client_token)
    metadata = {
        "Title": submission.title,
        "Description": described,
        "Tags": ",".join(submission.tags),
        "CateId": submission.cate_id,
        "CoverURL": submission.cover_url,
        "ReferenceId": submission.reference_id,
    }
    own = submission.project_metadata or ProjectMetadata(title=submission.title)
    project = own if submission.project_id is None else ProjectMetadata()
    more = (submission.produce_config.more or {}) if submission.produce_config else {}
    return NewProduction(
        project_id=submission.project_id,
        timeline=submission.timeline,
        title=project.title,
        description=project.description,
        cover_url=project.cover_url,
        media_metadata={key: value for key, value in metadata.items() if value},
        produce_config={**more, **produce_config(submission.output)} or None,
        user_data=submission.user_data,
        app_id=submission.app_id,
    )


PRODUCE_CONFIG = {
    "width": "Width",
    "height": "Height",
    "bitrate": "Bitrate",
    "storage_location": "StorageLocation",
    "vod_template_group_id": "TemplateGroupId",
}


def produce_config(output: OutputSettings) -> dict[str, Any]:
    """Output settings as the service spells them (`ProduceConfig`)."""
    values = {name: getattr(output, field) for field, name in PRODUCE_CONFIG.items()}
    return {name: value for name, value in values.items() if value is not None}


def _project(shape: shapes.Project) -> Project:
    return Project(
        project_id=shape.project_id,
        title=shape.title,
        description=shape.description,
        timeline=shapes.timeline(shape.timeline),
        cover_url=shape.cover_url,
        status=shape.status,
        created=shape.creation_time,
        modified=shape.modified_time,
        duration=shape.duration,
    )


def _job(project_id: str, video: shapes.Video) -> Job:
    status = JOBS.get(video.status, JobStatus.PROCESSING)
    return Job(
        job_id=job_id(project_id, video.video_id),
        status=status,
        project_id=project_id,
        media_id=video.video_id,
        duration=video.duration,
        code=video.status_word if status is JobStatus.FAILED else "",
        request_id=video.request_id,
        created=video.creation_time,
        completed=video.modification_time,
    )


def _unfinished(job_id: str, media_id: str, project: shapes.Project | None, *, recorded: bool) -> Job:
    """A production of whose video there is no record yet, or an empty one. When in doubt it is still to come."""
    status = PRODUCTIONS.get(project.status, JobStatus.INIT) if project else JobStatus.PROCESSING
    return Job(
        job_id=job_id,
        status=status,
        project_id=project.project_id if project else "",
        media_id=media_id,
        code="ProduceFailed" if status is JobStatus.FAILED else "",
        message="the service tells the reason only in its event ProduceMediaComplete" if status.failed else "",
        completed=project.modified_time if project else None,
        unheard=not recorded and status is JobStatus.INIT,
    )


def _media(video: shapes.Video) -> Media:
    return Media(
        media_id=video.video_id,
        status=MEDIA.get(video.status, MediaStatus.UNKNOWN),
        title=video.title,
        duration=video.duration or None,
        size=video.size,
    )
