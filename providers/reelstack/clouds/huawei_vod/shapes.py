"""What the service says, in shapes of ours.

Its fields are spelt like ours, but for one old misspelling. Times come in two forms, numbers as numbers or texts.
Sizes are in bytes, times in seconds unless their name says milliseconds.
"""

from __future__ import annotations

from typing import Annotated, Self, TypeVar

from pydantic import AliasChoices, BeforeValidator, Field, model_validator

from reelstack.models.status import AssetStatus, EditTaskStatus
from reelstack.wire import answers
from reelstack.wire.answers import Moment, Number, Object, Objects, Text, Whole, fields, many

Id = Annotated[Text, Field(min_length=1)]
Status = Annotated[AssetStatus, BeforeValidator(AssetStatus.parse)]
Part = TypeVar("Part")
Maybe = Annotated[Part, BeforeValidator(fields)]
Many = Annotated[tuple[Part, ...], BeforeValidator(many)]


class Answer(answers.Answer):
    """The base of what the service says."""


class CreatedTask(Answer):
    """A task that was taken on, and the asset that will come out of it."""

    task_id: Id
    asset_id: Text = ""
    request_id: Text = ""


class EditTask(Answer):
    """An editing task. Inputs, settings and the reason of a failure are not told. `status_word`: as it was sent."""

    task_id: Id
    asset_id: Text = ""
    status: Annotated[EditTaskStatus, BeforeValidator(EditTaskStatus.parse)] = EditTaskStatus.UNKNOWN
    status_word: Text = Field(default="", validation_alias="status")
    progress: Whole = None
    create_time: Moment = None
    end_time: Moment = None


class Page(Answer):
    """What all lists have. A page without its list is none, unless it says that there is nothing."""

    total: Whole = None

    @model_validator(mode="after")
    def _has_its_list(self) -> Self:
        if self.total != 0 and not self.model_fields_set - {"total", "truncated"}:
            raise ValueError("the list is missing")
        return self


class TaskPage(Page):
    """A page of tasks."""

    tasks: Many[EditTask] = ()


class MetaData(Answer):
    """A media file's facts. Bit rate in kbit/s."""

    pack_type: Text = ""
    codec: Text = ""
    audio_codec: Text = ""
    duration: Number = None
    duration_ms: Number = None
    video_size: Whole = None
    width: Whole = None
    height: Whole = Field(default=None, validation_alias=AliasChoices("height", "hight"))
    bit_rate: Whole = None
    frame_rate: Whole = None
    quality: Text = ""
    audio_channels: Whole = None

    @property
    def seconds(self) -> float | None:
        """The duration as exactly as it is told: whole seconds are rounded down by the service."""
        return self.duration if self.duration_ms is None else self.duration_ms / 1000


class ObjectPath(Answer):
    """Where a file lies."""

    bucket: Text = ""
    location: Text = ""
    object: Text = ""


class Cover(Answer):
    """A cover picture."""

    cover_url: Text = ""


class BaseInfo(Answer):
    """What is known of an asset. `sign_url` is signed and expires."""

    title: Text = ""
    video_name: Text = ""
    description: Text = ""
    category_id: Text = ""
    category_name: Text = ""
    create_time: Moment = None
    last_modified: Moment = None
    video_type: Text = ""
    tags: Text = ""
    meta_data: Maybe[MetaData] = MetaData()
    video_url: Text = ""
    sign_url: Text = Field(default="", repr=False)
    covers: Many[Cover] = Field(default=(), validation_alias="cover_info_array")
    subtitle_info: Objects = ()
    source_path: Maybe[ObjectPath] = ObjectPath()
    output_path: Maybe[ObjectPath] = ObjectPath()


class TranscodeInfo(Answer):
    """How far transcoding is. The status is one of the service's own words."""

    template_group_name: Text = ""
    output: Objects = ()
    exec_desc: Text = ""
    transcode_status: Text = ""


class AssetDetail(Answer):
    """An asset with what was asked for. It has no status of its own: `AssetInfo` has."""

    asset_id: Id
    base_info: Maybe[BaseInfo] = BaseInfo()
    transcode_info: Maybe[TranscodeInfo] = TranscodeInfo()
    thumbnail_info: Object = Field(default={})
    review_info: Object = Field(default={})
    request_id: Text = ""


class PlayInfo(Answer):
    """One way to play an asset: hls, dash or mp4."""

    play_type: Text = ""
    url: Text = ""
    encrypted: Text = ""
    group_id: Text = ""
    group_name: Text = ""
    meta_data: Maybe[MetaData] = MetaData()


class AssetInfo(Answer):
    """An asset with its status; `status.absent` says that there is none by this id."""

    asset_id: Id
    status: Status = AssetStatus.UNKNOWN
    status_word: Text = Field(default="", validation_alias="status")
    description: Text = ""
    is_multi_transcode: Text = ""
    base_info: Maybe[BaseInfo] = BaseInfo()
    plays: Many[PlayInfo] = Field(default=(), validation_alias="play_info_array")


class InfoPage(Page):
    """A page of assets with their status. `total` stops at 20,000."""

    truncated: Whole = Field(default=None, validation_alias="is_truncated")
    assets: Many[AssetInfo] = Field(default=(), validation_alias="asset_info_array")


class ListedAsset(Answer):
    """An asset in a list."""

    asset_id: Id
    title: Text = ""
    description: Text = ""
    duration: Number = None
    duration_ms: Number = None
    size: Whole = None
    asset_status: Status = AssetStatus.UNKNOWN
    transcode_status: Text = ""
    media_type: Text = ""
    category_id: Text = ""
    tags: Text = ""
    create_time: Moment = None
    last_modified: Moment = None


class AssetPage(Page):
    """A page of the list."""

    assets: Many[ListedAsset] = ()


class Deletion(Answer):
    """What became of one asset."""

    asset_id: Id
    status: Text = ""

    @property
    def done(self) -> bool:
        """Whether it is deleted."""
        return self.status.casefold() == "deleted"


class Deletions(Answer):
    """What became of each asset of a deletion."""

    results: Many[Deletion] = Field(validation_alias="delete_result_array")
