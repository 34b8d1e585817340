"""What the service says, from its own spelling to ours.

Read leniently: unknown fields are skipped, null is the same as absent, numbers may be text, a status may be a number
or any spelling of its name. Texts that hold JSON stay texts; `document` reads them.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AliasChoices, AliasPath, BeforeValidator, ConfigDict, Field

from reelstack.models.status import FileStatus, JobStatus, MediaStatus, ProjectStatus
from reelstack.wire import answers
from reelstack.wire.answers import Moment, Number, Objects, Text, Texts, Whole, many
from reelstack.wire.answers import document as document
from reelstack.wire.parameters import pascal


class Answer(answers.Answer):
    """The base of what the service says."""

    model_config = ConfigDict(alias_generator=pascal)


class Project(Answer):
    """An editing project. Lists leave out the timeline and the duration; only creation and reading by id are whole.

    `cover_url` is signed anew at each call. `duration` is in seconds. `status_word` is the status as it was sent.
    """

    project_id: Text
    title: Text = ""
    description: Text = ""
    timeline: Text = ""
    template_id: Text = ""
    template_type: Text = ""
    clips_param: Text = ""
    cover_url: Text = ""
    status: Annotated[ProjectStatus, BeforeValidator(ProjectStatus.parse)] = Field(
        default=ProjectStatus.UNKNOWN, validation_alias=AliasChoices("Status", "StatusName")
    )
    status_word: Text = Field(default="", validation_alias="Status")
    status_name: Text = ""
    create_time: Moment = None
    modified_time: Moment = None
    duration: Number = None
    create_source: Text = ""
    modified_source: Text = ""
    business_config: Text = ""
    project_type: Text = ""
    business_status: Text = ""
    timeline_convert_status: Text = ""
    timeline_convert_error_message: Text = ""
    error_code: Text = ""
    error_message: Text = ""
    request_id: Text = ""


class Submitted(Answer):
    """The ids of a submitted job. They say nothing about its result. `vod_media_id`: only when it goes to VOD."""

    job_id: Annotated[Text, Field(min_length=1)]
    project_id: Text = ""
    media_id: Text = ""
    vod_media_id: Text = ""
    request_id: Text = ""


class Job(Answer):
    """A producing job. Lists leave out timeline, progress and VOD id. `duration`: seconds, after success only."""

    job_id: Text
    project_id: Text = ""
    media_id: Text = ""
    media_url: Text = ""
    vod_media_id: Text = ""
    timeline: Text = ""
    template_id: Text = ""
    clips_param: Text = ""
    user_data: Text = ""
    sub_job_materials: Text = ""
    duration: Number = None
    progress: Whole = None
    status: Annotated[JobStatus, BeforeValidator(JobStatus.parse)] = JobStatus.UNKNOWN
    status_word: Text = Field(default="", validation_alias="Status")
    code: Text = ""
    message: Text = ""
    create_time: Moment = None
    modified_time: Moment = None
    complete_time: Moment = None
    request_id: Text = ""


class Registered(Answer):
    """The id of a registered file."""

    media_id: Annotated[Text, Field(min_length=1)]


class MediaBasicInfo(Answer):
    """What is known of a media asset apart from its files."""

    media_id: Text = ""
    input_url: Text = ""
    media_type: Text = ""
    business_type: Text = ""
    source: Text = ""
    title: Text = ""
    description: Text = ""
    category: Text = ""
    cate_id: Text = ""
    cate_name: Text = ""
    reference_id: Text = ""
    upload_source: Text = ""
    media_tags: Text = ""
    cover_url: Text = ""
    user_data: Text = ""
    snapshots: Text = ""
    sprite_images: Text = ""
    status: Annotated[MediaStatus, BeforeValidator(MediaStatus.parse)] = MediaStatus.UNKNOWN
    status_word: Text = Field(default="", validation_alias="Status")
    transcode_status: Text = ""
    biz: Text = ""
    create_time: Moment = None
    modified_time: Moment = None
    deleted_time: Moment = None


class FileBasicInfo(Answer):
    """A media file. `file_url` is signed; size in bytes, duration in seconds, bitrate in kbit/s."""

    file_name: Text = ""
    file_status: Annotated[FileStatus, BeforeValidator(FileStatus.parse)] = FileStatus.UNKNOWN
    file_type: Text = ""
    file_url: Text = Field(default="", validation_alias="FileUrl")
    file_size: Whole = None
    region: Text = ""
    format_name: Text = ""
    duration: Number = None
    bitrate: Number = None
    width: Whole = None
    height: Whole = None
    create_time: Moment = None
    modified_time: Moment = None


class MediaFile(Answer):
    """One file of a media asset, and its streams as the service words them."""

    basic: FileBasicInfo = Field(default=FileBasicInfo(), validation_alias="FileBasicInfo")
    video_streams: Objects = Field(default=(), validation_alias="VideoStreamInfoList")
    audio_streams: Objects = Field(default=(), validation_alias="AudioStreamInfoList")
    subtitle_streams: Objects = Field(default=(), validation_alias="SubtitleStreamInfoList")


class Media(Answer):
    """A media asset. Files are there when they were asked for."""

    media_id: Text
    basic: MediaBasicInfo = Field(default=MediaBasicInfo(), validation_alias="MediaBasicInfo")
    files: Annotated[tuple[MediaFile, ...], BeforeValidator(many)] = Field(default=(), validation_alias="FileInfoList")
    dynamic_data: Text = Field(default="", validation_alias=AliasPath("MediaDynamicInfo", "DynamicMetaData", "Data"))
    rough_data: dict[str, Any] = Field(default={}, validation_alias="AiRoughData")

    @property
    def source_file(self) -> FileBasicInfo | None:
        """The file that the asset was registered with, or the first one."""
        files = [file.basic for file in self.files]
        return next((file for file in files if file.file_type == "source_file"), files[0] if files else None)


class MediaBatch(Answer):
    """Several assets at one look. `ignored` holds the ids that could not be read: there is nothing by that id."""

    infos: Annotated[tuple[Media, ...], BeforeValidator(many)] = Field(default=(), validation_alias="MediaInfos")
    ignored: Texts = Field(default=(), validation_alias="IgnoredList")


class Deleted(Answer):
    """What a deletion of media did not do. `ignored`: nothing was there; `forbidden`: no permission."""

    ignored: Texts = Field(default=(), validation_alias="IgnoredList")
    forbidden: Texts = Field(default=(), validation_alias="ForbiddenList")


class LiveMaterial(Answer):
    """A live stream among a project's materials."""

    app_name: Text = ""
    domain_name: Text = ""
    live_url: Text = Field(default="", validation_alias="LiveUrl")
    stream_name: Text = ""


class Materials(Answer):
    """The materials of a project; `projects` are ids of other projects."""

    project_id: Text = ""
    media: Annotated[tuple[Media, ...], BeforeValidator(many)] = Field(default=(), validation_alias="MediaInfos")
    projects: Texts = Field(default=(), validation_alias="ProjectMaterials")
    live: Annotated[tuple[LiveMaterial, ...], BeforeValidator(many)] = Field(
        default=(), validation_alias="LiveMaterials"
    )


class Page(Answer):
    """What all lists have: where to go on. An empty token is the end."""

    next_token: Text = ""
    total_count: Whole = None


class ProjectPage(Page):
    """A page of projects."""

    items: Annotated[tuple[Project, ...], BeforeValidator(many)] = Field(default=(), validation_alias="ProjectList")


class JobPage(Page):
    """A page of jobs."""

    items: Annotated[tuple[Job, ...], BeforeValidator(many)] = Field(
        default=(), validation_alias="MediaProducingJobList"
    )


class MediaPage(Page):
    """A page of media."""

    items: Annotated[tuple[Media, ...], BeforeValidator(many)] = Field(default=(), validation_alias="MediaInfos")
