"""What the service says, from its own spelling to ours.

Lists may be bare or wrapped in an object of one entry (`{"Project": […]}`), depending on the operation: both are
read. Texts that hold JSON stay texts; `timeline` reads a project's, also one of the old editor.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AliasChoices, BeforeValidator, ConfigDict, Field

from reelstack.models.status import ProjectStatus, VideoStatus
from reelstack.wire import answers
from reelstack.wire.answers import Moment, Number, Object, Text, Texts, Whole, many
from reelstack.wire.parameters import pascal


def timeline(text: str) -> dict[str, Any] | None:
    """A project's timeline; None when the text holds none.

    The old editor wrote a clip's material as VideoId: it becomes MediaId, which is what is written today. Everything
    else stays as it is: the format is open.
    """
    found = answers.document(text)
    if found is None or not isinstance(found.get("VideoTracks"), list):
        return found
    return {**found, "VideoTracks": [_track(track) for track in found["VideoTracks"]]}


def _track(track: object) -> object:
    if not isinstance(track, dict) or not isinstance(track.get("VideoTrackClips"), list):
        return track
    return {**track, "VideoTrackClips": [_clip(clip) for clip in track["VideoTrackClips"]]}


def _clip(clip: object) -> object:
    if not isinstance(clip, dict) or "VideoId" not in clip:
        return clip
    rest = {name: value for name, value in clip.items() if name != "VideoId"}
    return {"MediaId": clip["VideoId"], **rest}


Id = Annotated[Text, Field(min_length=1)]
Status = Annotated[VideoStatus, BeforeValidator(VideoStatus.parse)]


class Answer(answers.Answer):
    """The base of what the service says."""

    model_config = ConfigDict(alias_generator=pascal)


class Project(Answer):
    """An editing project. Creation leaves out timeline and cover, lists the timeline; only lists have the duration.

    There is no error of a failed production in it. `status_word` is the status as it was sent.
    """

    project_id: Id
    title: Text = ""
    description: Text = ""
    timeline: Text = ""
    cover_url: Text = ""
    status: Annotated[ProjectStatus, BeforeValidator(ProjectStatus.parse)] = ProjectStatus.UNKNOWN
    status_word: Text = Field(default="", validation_alias="Status")
    creation_time: Moment = None
    modified_time: Moment = None
    duration: Number = None
    region_id: Text = ""
    storage_location: Text = ""
    request_id: Text = ""


class Produced(Answer):
    """What a production answers: it is queued. `media_id` is the video to be; there is no job id."""

    media_id: Id
    project_id: Text = ""
    request_id: Text = ""


class Material(Answer):
    """A material of a project. Size in bytes, duration in seconds."""

    material_id: Id
    material_type: Text = ""
    title: Text = ""
    tags: Text = ""
    status: Status = VideoStatus.UNKNOWN
    status_word: Text = Field(default="", validation_alias="Status")
    size: Whole = None
    duration: Number = None
    description: Text = ""
    creation_time: Moment = None
    modified_time: Moment = None
    cover_url: Text = ""
    cate_id: Text = ""
    cate_name: Text = ""
    source: Text = ""
    sprite_config: Text = ""
    snapshots: Texts = ()
    sprites: Texts = ()


class Materials(Answer):
    """The materials of a project."""

    materials: Annotated[tuple[Material, ...], BeforeValidator(many)] = Field(
        default=(), validation_alias=AliasChoices("MaterialList", "Materials")
    )


class Video(Answer):
    """A video's record, which decides about a production. Size in bytes, duration in seconds."""

    video_id: Id
    title: Text = ""
    description: Text = ""
    status: Status = VideoStatus.UNKNOWN
    status_word: Text = Field(default="", validation_alias="Status")
    duration: Number = None
    size: Whole = None
    cover_url: Text = ""
    creation_time: Moment = None
    modification_time: Moment = Field(
        default=None, validation_alias=AliasChoices("ModificationTime", "ModifyTime", "ModifiedTime")
    )
    cate_id: Text = ""
    cate_name: Text = ""
    tags: Text = ""
    template_group_id: Text = ""
    storage_location: Text = ""
    region_id: Text = ""
    app_id: Text = ""
    audit_status: Text = ""
    download_switch: Text = ""
    storage_class: Text = ""
    restore_status: Text = ""
    restore_expiration: Text = ""
    user_data: Text = ""
    reference_id: Text = ""
    snapshots: Texts = ()
    media_source: Text = ""
    transcode_mode: Text = ""
    preprocess_status: Text = ""
    request_id: Text = ""


class VideoBatch(Answer):
    """Several videos at one look, and the ids by which there is nothing."""

    videos: Annotated[tuple[Video, ...], BeforeValidator(many)] = Field(default=(), validation_alias="VideoList")
    missing: Texts = Field(default=(), validation_alias="NonExistVideoIds")
    missing_references: Texts = Field(default=(), validation_alias="NonExistReferenceIds")


class Deleted(Answer):
    """What a deletion did not do: the ids of nothing, and those that may not be deleted."""

    missing: Texts = Field(default=(), validation_alias="NonExistVideoIds")
    missing_references: Texts = Field(default=(), validation_alias="NonExistReferenceIds")
    forbidden: Texts = Field(default=(), validation_alias="ForbiddenVideoIds")
    request_id: Text = ""


class FoundMedia(Answer):
    """One hit of a search: a video, or another kind of media as the service words it."""

    media_id: Id
    media_type: Text = ""
    creation_time: Moment = None
    video: Video | None = None
    audio: Object = Field(default={})
    image: Object = Field(default={})
    attached_media: Object = Field(default={})


class ProjectPage(Answer):
    """A page of projects."""

    total: Whole = None
    items: Annotated[tuple[Project, ...], BeforeValidator(many)] = Field(default=(), validation_alias="ProjectList")


class MediaPage(Answer):
    """A page of a search, and the token that leads to the next."""

    total: Whole = None
    scroll_token: Text = ""
    items: Annotated[tuple[FoundMedia, ...], BeforeValidator(many)] = Field(default=(), validation_alias="MediaList")
