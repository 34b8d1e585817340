"""A production: what is submitted, the job that runs, and the media that comes out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from reelstack.errors import Fault
from reelstack.models import canonical
from reelstack.models.base import Model
from reelstack.models.fields import Api
from reelstack.models.marks import Mark
from reelstack.models.output import OutputSettings
from reelstack.models.status import JobStatus, MediaStatus

# The key of a production's user data under which our marker stands.
MARKER = "reelstack"


class CoverConfig(Model):
    """The cover of the video: a frame of it, `start_time` in seconds, or a picture of the user's own."""

    start_time: Annotated[float | None, Api(ims="EditingProduceConfig.CoverConfig.StartTime", unit="s")] = Field(
        default=None, ge=0
    )
    cover_url: Annotated[
        str | None, Api(ims="EditingProduceConfig.CoverConfig.CoverUrl", limits="not with start_time")
    ] = None


class ProduceConfig(Model):
    """How a video is produced. `more` holds what the service knows beside, in its own spelling, sent as it is."""

    auto_register_input_vod_media: Annotated[bool | None, Api(ims="EditingProduceConfig.AutoRegisterInputVodMedia")] = (
        None
    )
    output_webm_transparent_channel: Annotated[
        bool | None, Api(ims="EditingProduceConfig.OutputWebmTransparentChannel", limits="files of webm only")
    ] = None
    cover_config: Annotated[CoverConfig | None, Api(ims="EditingProduceConfig.CoverConfig")] = None
    more: Annotated[
        dict[str, Any] | None, Api(ims="EditingProduceConfig.*", vod="ProduceConfig.*", limits="keys not named here")
    ] = None


class ProjectMetadata(Model):
    """The project that a service makes for a production without one: how it is called."""

    title: Annotated[str | None, Api(ims="ProjectMetadata.Title", vod="Title")] = None
    description: Annotated[str | None, Api(ims="ProjectMetadata.Description", vod="Description")] = None
    cover_url: Annotated[str | None, Api(vod="CoverURL")] = None


class Submission(Model):
    """One billable request for a video. Exactly one of `project_id`, `timeline` and `template_id` is given.

    `title`, `description`, `tags`, `cate_id`, `cover_url` and `reference_id` describe the media that comes out;
    `project_metadata` describes the project that the service makes when none is given. `client_token` makes repeating
    safe, and `marker` is what a later run can find the job by.
    """

    project_id: str | None = None
    timeline: dict[str, Any] | None = None
    template_id: str | None = None
    clips_param: dict[str, Any] | None = None
    output: OutputSettings
    target: str | None = None
    title: str | None = None
    description: str | None = None
    tags: tuple[str, ...] = ()
    cate_id: int | None = None
    cover_url: str | None = None
    reference_id: str | None = None
    project_metadata: ProjectMetadata | None = None
    produce_config: ProduceConfig | None = None
    user_data: dict[str, Any] | None = None
    app_id: str | None = None
    marker: dict[str, Any]
    client_token: str


# What a service takes as user data; on IMS our marker has the rest of its 512 bytes.
USER_DATA_BYTES = 312
USER_DATA_CHARACTERS = 256

# What both services take as the description of a media asset (IMS "Data types for the media asset library",
# VOD UpdateVideoInfo), in bytes of UTF-8.
TITLE_BYTES, DESCRIPTION_BYTES, COVER_URL_BYTES = 128, 1024, 128
MAX_TAGS, TAG_BYTES = 16, 32
# On VOD the last line of the description is the mark by which a submission is found again.
MARK_BYTES = 64


def user_data_faults(user_data: Mapping[str, Any], service: str, path: str = "user_data") -> Iterator[Fault]:
    """Whether user data are within what the service takes, as they are sent."""
    sent = canonical.text(user_data)
    if service == "ims" and MARKER in user_data:
        yield Fault(f"the key {MARKER!r} is ours; choose another", path=f"{path}.{MARKER}")
    elif service == "ims" and len(sent.encode()) > USER_DATA_BYTES:
        said = f"at most {USER_DATA_BYTES} bytes as JSON beside our marker, not {len(sent.encode())}"
        yield Fault(said, path=path)
    if service == "vod" and len(sent) > USER_DATA_CHARACTERS:
        yield Fault(f"at most {USER_DATA_CHARACTERS} characters as JSON, not {len(sent)}", path=path)
    for name in ("NotifyAddress", "RegisterMediaNotifyAddress") if service == "ims" else ():
        if name in user_data and not (isinstance(user_data[name], str) and user_data[name]):
            yield Fault("it is the address that is called back: a text", path=f"{path}.{name}")
    callback = user_data.get("MessageCallback") if service == "vod" else None
    if callback is not None and not (isinstance(callback, Mapping) and callback.get("CallbackURL")):
        yield Fault("it needs CallbackURL, the address that is called back", path=f"{path}.MessageCallback")


def metadata_faults(
    service: str, *, title: str | None, description: str | None, tags: Sequence[str], cover_url: str | None
) -> Iterator[Fault]:
    """Whether what describes the media is within its limits, which are in bytes."""
    room = DESCRIPTION_BYTES - (MARK_BYTES if service == "vod" else 0)
    limits = (
        ("title", title, TITLE_BYTES),
        ("description", description, room),
        ("cover_url", cover_url, COVER_URL_BYTES),
    )
    for name, text, most in limits:
        if text and len(text.encode()) > most:
            yield Fault(f"at most {most} bytes, not {len(text.encode())}", path=name)
    if len(tags) > MAX_TAGS:
        yield Fault(f"at most {MAX_TAGS} tags, not {len(tags)}", path="tags")
    for number, tag in enumerate(tags):
        if "," in tag or not tag:
            yield Fault("a tag is not empty and has no comma: commas stand between tags", path=f"tags[{number}]")
        elif len(tag.encode()) > TAG_BYTES:
            yield Fault(f"at most {TAG_BYTES} bytes, not {len(tag.encode())}", path=f"tags[{number}]")


class Submitted(Model):
    """What a cloud answers to a submission: ids only. It says nothing about the result."""

    job_id: str
    project_id: str = ""
    media_id: str = ""
    vod_media_id: str = ""
    request_id: str = ""


class Job(Model):
    """A producing job at one look. `progress` is in percent, `duration` in seconds; None where the cloud is silent.

    `unheard` says that nothing in the cloud tells that it is under way or has ended: it may be still to come.
    """

    job_id: str
    status: JobStatus
    project_id: str = ""
    media_id: str = ""
    vod_media_id: str = ""
    url: str = ""
    timeline: dict[str, Any] | None = None
    progress: int | None = None
    duration: float | None = None
    code: str = ""
    message: str = ""
    request_id: str = ""
    created: datetime | None = None
    completed: datetime | None = None
    unheard: bool = False


class Listed(Model):
    """A production as a list of the account shows it, with our mark where it has one.

    `name` is the resource that it was made for, where the mark says that; `title` the media's, where the list does.
    """

    job: Job
    mark: Mark | None = None
    name: str = ""
    title: str = ""


class Media(Model):
    """A media asset at one look. `url` carries no signature; `size` is in bytes, `duration` in seconds."""

    media_id: str
    status: MediaStatus
    title: str = ""
    url: str = ""
    duration: float | None = None
    width: int | None = None
    height: int | None = None
    size: int | None = None

    @property
    def stored(self) -> bool:
        """Whether the file has arrived, whatever the cloud has seen in it."""
        return self.status not in (MediaStatus.INIT, MediaStatus.UPLOADING, MediaStatus.UNKNOWN)

    @property
    def analysed(self) -> bool:
        """Whether the cloud has finished looking at the file, so that its facts are there."""
        return self.status is MediaStatus.NORMAL and self.duration is not None
