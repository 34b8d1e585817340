"""The status words of projects, jobs, tasks, media, videos, assets and files, from whatever spelling a cloud sends.

The same status comes as an integer, as text holding digits, as a name or in snake case, depending on the operation.
A word that we do not know becomes `UNKNOWN`, which counts as not finished: whoever waits for it is bounded by a
deadline, and takes no guess for a result.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Self


class _Status(StrEnum):
    """What they all have in common. A member's value is the word that the contract uses."""

    @classmethod
    def parse(cls, value: object) -> Self:
        """The member for an integer, a name in any spelling or an alias. Total: everything else is UNKNOWN."""
        word = _plain(value)
        names = {_plain(member.value): member for member in cls} | {
            _plain(alias): cls(name) for alias, name in _ALIASES[cls.__name__].items()
        }
        return names.get(word, cls("Unknown"))

    @property
    def terminal(self) -> bool:
        """Nothing more will happen by itself."""
        return self.value not in _MOVING[type(self).__name__]

    @property
    def succeeded(self) -> bool:
        """The work is done and the result is there."""
        return self.value in _GOOD

    @property
    def failed(self) -> bool:
        """The cloud gave up: no result will come."""
        return self.value in _BAD


class ProjectStatus(_Status):
    """An editing project's. All are stable but Producing. What VOD calls Normal is a draft."""

    DRAFT = "Draft"
    EDITING = "Editing"
    PRODUCING = "Producing"
    PRODUCED = "Produced"
    PRODUCE_FAILED = "ProduceFailed"
    DELETED = "Deleted"
    UNKNOWN = "Unknown"


class JobStatus(_Status):
    """A producing job's."""

    INIT = "Init"
    QUEUING = "Queuing"
    PROCESSING = "Processing"
    SUCCESS = "Success"
    FAILED = "Failed"
    UNKNOWN = "Unknown"


# Words for which a list's answer will do. Any other, also one that we do not know, is looked at by id.
MOVING = (JobStatus.INIT, JobStatus.QUEUING, JobStatus.PROCESSING)


class MediaStatus(_Status):
    """A media asset's: whether the cloud has looked at it yet."""

    INIT = "Init"
    UPLOADING = "Uploading"
    UPLOADED = "UploadSucc"
    UPLOAD_FAIL = "UploadFail"
    PREPARING = "Preparing"
    PREPARE_FAIL = "PrepareFail"
    NORMAL = "Normal"
    UNKNOWN = "Unknown"


class VideoStatus(_Status):
    """A video's on VOD: it is uploaded first, then transcoded."""

    UPLOADING = "Uploading"
    UPLOADED = "UploadSucc"
    TRANSCODING = "Transcoding"
    NORMAL = "Normal"
    UPLOAD_FAIL = "UploadFail"
    TRANSCODE_FAIL = "TranscodeFail"
    BLOCKED = "Blocked"
    UNKNOWN = "Unknown"


class EditTaskStatus(_Status):
    """A Huawei editing task's. Only one that waits can be cancelled."""

    WAITING = "WAITING"
    PROCESSING = "PROCESSING"
    SUCCEED = "SUCCEED"
    FAILED = "FAILED"
    CANCEL = "CANCEL"
    UNKNOWN = "Unknown"


class AssetStatus(_Status):
    """A Huawei asset's. Several words say that it is there, and several that it is not."""

    CREATING = "CREATING"
    OBS_CREATING = "OBS_CREATING"
    WAITING_TRANSCODE = "WAITING_TRANSCODE"
    TRANSCODING = "TRANSCODING"
    DELETING = "DELETING"
    CREATED = "CREATED"
    PUBLISHED = "PUBLISHED"
    TRANSCODE_SUCCEED = "TRANSCODE_SUCCEED"
    OBS_CREATE_SUCCESS = "OBS_CREATE_SUCCESS"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"
    SERVER_ERROR = "SERVER_ERROR"
    UPLOAD_FAILED = "UPLOAD_FAILED"
    TRANSCODE_FAILED = "TRANSCODE_FAILED"
    DELETE_FAILED = "DELETE_FAILED"
    OBS_CREATE_FAILED = "OBS_CREATE_FAILED"
    UNCREATED = "UNCREATED"
    NO_ASSET = "NO_ASSET"
    DELETED = "DELETED"
    UNKNOWN = "Unknown"

    @property
    def absent(self) -> bool:
        """There is no such asset, or no longer."""
        return self in (AssetStatus.UNCREATED, AssetStatus.NO_ASSET, AssetStatus.DELETED)


class FileStatus(_Status):
    """A media file's."""

    UPLOADING = "Uploading"
    NORMAL = "Normal"
    UPLOAD_FAIL = "UploadFail"
    DISABLE = "Disable"
    DELETED = "Deleted"
    UNKNOWN = "Unknown"


_GOOD = frozenset(
    {"Produced", "Success", "Normal", "SUCCEED", "CREATED", "PUBLISHED", "TRANSCODE_SUCCEED", "OBS_CREATE_SUCCESS"}
)
_BAD = frozenset(
    {
        *("ProduceFailed", "Failed", "PrepareFail", "UploadFail", "TranscodeFail", "Blocked"),
        *("FAILED", "CANCEL", "CANCELLED", "SERVER_ERROR"),
        *("UPLOAD_FAILED", "TRANSCODE_FAILED", "DELETE_FAILED", "OBS_CREATE_FAILED"),
    }
)

_MOVING: dict[str, frozenset[str]] = {
    "ProjectStatus": frozenset({"Producing", "Unknown"}),
    "JobStatus": frozenset({"Init", "Queuing", "Processing", "Unknown"}),
    "MediaStatus": frozenset({"Init", "Uploading", "UploadSucc", "Preparing", "Unknown"}),
    "VideoStatus": frozenset({"Uploading", "UploadSucc", "Transcoding", "Unknown"}),
    "EditTaskStatus": frozenset({"WAITING", "PROCESSING", "Unknown"}),
    "AssetStatus": frozenset({"CREATING", "OBS_CREATING", "WAITING_TRANSCODE", "TRANSCODING", "DELETING", "Unknown"}),
    "FileStatus": frozenset({"Uploading", "Unknown"}),
}

_ALIASES: dict[str, dict[str, str]] = {
    "ProjectStatus": {
        "1": "Draft",
        "2": "Editing",
        "3": "Producing",
        "4": "Produced",
        "5": "ProduceFailed",
        "7": "Deleted",
        "Normal": "Draft",
    },
    # These three are known from the vendor's own tools only.
    "JobStatus": {"Finished": "Success", "S3UploadSuccess": "Success", "S3UploadFailed": "Failed"},
    "MediaStatus": {"PrepareFailed": "PrepareFail", "UploadFailed": "UploadFail", "UploadSuccess": "UploadSucc"},
    "VideoStatus": {},
    "EditTaskStatus": {},
    "AssetStatus": {},
    "FileStatus": {"UploadFailed": "UploadFail", "Disabled": "Disable"},
}


def _plain(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 100:
        value = str(value)
    if not isinstance(value, str):
        return ""
    return "".join(letter for letter in value.casefold() if letter.isalnum())
