"""What the service says, from its own spelling to ours.

Read leniently: unknown fields are skipped, null is the same as absent, numbers may be text, a status may be a number
or any spelling of its name. Texts that hold JSON stay texts; `document` reads them.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Annotated, Any, Self

from pydantic import (
    AliasChoices,
    AliasPath,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from reelstack.models.status import FileStatus, JobStatus, MediaStatus, ProjectStatus


def document(text: str) -> dict[str, Any] | None:
    """The object in a text that holds JSON; None when it holds none."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def pascal(name: str) -> str:
    """Our spelling of a field as the service spells it: `media_url` is MediaURL."""
    return "".join("URL" if part == "url" else part.capitalize() for part in name.split("_"))


def _text(value: object) -> object:
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    return value if isinstance(value, str) else str(value)


def _number(value: object) -> float | None:
    try:
        found = float(value) if isinstance(value, str | int | float) else None
    except (ValueError, OverflowError):
        return None
    return found if found is not None and abs(found) < float("inf") else None


def _whole(value: object) -> int | None:
    found = _number(value)
    return None if found is None else int(found)


def _moment(value: object) -> datetime | None:
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
        return found.replace(tzinfo=found.tzinfo or UTC).astimezone(UTC) if found else None
    except (ValueError, OverflowError):
        return None


def _many(value: object) -> object:
    return value if isinstance(value, list | tuple) else []


Text = Annotated[str, BeforeValidator(_text)]
Number = Annotated[float | None, BeforeValidator(_number)]
Whole = Annotated[int | None, BeforeValidator(_whole)]
Moment = Annotated[datetime | None, BeforeValidator(_moment)]
Texts = Annotated[tuple[Text, ...], BeforeValidator(_many)]
Objects = Annotated[tuple[dict[str, Any], ...], BeforeValidator(_many)]


class Answer(BaseModel):
    """The base of what the service says."""

    model_config = ConfigDict(
        frozen=True, extra="ignore", alias_generator=pascal, populate_by_name=True, hide_input_in_errors=True
    )

    @model_validator(mode="before")
    @classmethod
    def _null_is_absent(cls, values: object) -> object:
        if not isinstance(values, dict):
            return values
        return {name: value for name, value in values.items() if value is not None}

    @classmethod
    def read(cls, values: object) -> Self | None:
        """The value in an answer; None when what was sent cannot be understood as one."""
        try:
            return cls.model_validate(values)
        except ValidationError:
            return None


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
    files: Annotated[tuple[MediaFile, ...], BeforeValidator(_many)] = Field(default=(), validation_alias="FileInfoList")
    dynamic_data: Text = Field(default="", validation_alias=AliasPath("MediaDynamicInfo", "DynamicMetaData", "Data"))
    rough_data: dict[str, Any] = Field(default={}, validation_alias="AiRoughData")

    @property
    def source_file(self) -> FileBasicInfo | None:
        """The file that the asset was registered with, or the first one."""
        files = [file.basic for file in self.files]
        return next((file for file in files if file.file_type == "source_file"), files[0] if files else None)


class MediaBatch(Answer):
    """Several assets at one look. `ignored` holds the ids that could not be read: there is nothing by that id."""

    infos: Annotated[tuple[Media, ...], BeforeValidator(_many)] = Field(default=(), validation_alias="MediaInfos")
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
    media: Annotated[tuple[Media, ...], BeforeValidator(_many)] = Field(default=(), validation_alias="MediaInfos")
    projects: Texts = Field(default=(), validation_alias="ProjectMaterials")
    live: Annotated[tuple[LiveMaterial, ...], BeforeValidator(_many)] = Field(
        default=(), validation_alias="LiveMaterials"
    )


class Page(Answer):
    """What all lists have: where to go on. An empty token is the end."""

    next_token: Text = ""
    total_count: Whole = None


class ProjectPage(Page):
    """A page of projects."""

    items: Annotated[tuple[Project, ...], BeforeValidator(_many)] = Field(default=(), validation_alias="ProjectList")


class JobPage(Page):
    """A page of jobs."""

    items: Annotated[tuple[Job, ...], BeforeValidator(_many)] = Field(
        default=(), validation_alias="MediaProducingJobList"
    )


class MediaPage(Page):
    """A page of media."""

    items: Annotated[tuple[Media, ...], BeforeValidator(_many)] = Field(default=(), validation_alias="MediaInfos")
