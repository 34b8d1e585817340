"""Output settings of a production: where the video goes and what it looks like. Sizes in pixels, bitrate in kbit/s.

The limits are those of SubmitMediaProducingJob (IMS): 128 to 4,096 pixels a side, the shorter at most 2,160, at most
5,000 kbit/s. What is left out, the cloud takes from the materials.
"""

from __future__ import annotations

from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, model_validator

from reelstack.models.base import Model

MIN_SIDE, MAX_SIDE, MAX_SHORT_SIDE = 128, 4096, 2160
MAX_BITRATE = 5000


class VideoSettings(Model):
    """How the picture is encoded."""

    fps: float | None = Field(default=None, gt=0, le=120)
    codec: str | None = None
    profile: Literal["baseline", "main", "high"] | None = None
    crf: int | None = Field(default=None, ge=0, le=51)
    preset: Literal["veryfast", "fast", "medium", "slow", "slower"] | None = None
    orientation: Literal["Horizontal", "Vertical"] | None = None


class OutputSettings(Model):
    """Where one video goes and what it looks like.

    Give `media_url` for a fixed object; without it the object is named by us below the stack's output location and
    never overwrites another. `storage_location` and `file_name` belong to the target `vod-media`.
    """

    media_url: str | None = None
    storage_location: str | None = None
    file_name: str | None = None
    width: int | None = Field(default=None, ge=MIN_SIDE, le=MAX_SIDE)
    height: int | None = Field(default=None, ge=MIN_SIDE, le=MAX_SIDE)
    bitrate: int | None = Field(default=None, gt=0, le=MAX_BITRATE)
    max_duration: float | None = Field(default=None, gt=0)
    vod_template_group_id: str | None = None
    produce_template_id: str | None = None
    video: VideoSettings | None = None

    @model_validator(mode="after")
    def _short_side(self) -> Self:
        if self.width and self.height:
            check_size(self.width, self.height)
        return self

    @model_validator(mode="after")
    def _object_url(self) -> Self:
        if self.media_url is not None:
            check_object_url(self.media_url)
        return self


def check_size(width: int, height: int) -> None:
    """Raise ValueError unless a video of this size, in pixels, can be produced."""
    if not all(MIN_SIDE <= side <= MAX_SIDE for side in (width, height)):
        raise ValueError(f"{width}x{height}: each side is {MIN_SIDE} to {MAX_SIDE} pixels")
    if min(width, height) > MAX_SHORT_SIDE:
        raise ValueError(f"{width}x{height}: the shorter side is at most {MAX_SHORT_SIDE} pixels")


def check_object_url(url: str) -> None:
    """Raise ValueError unless the URL is one that a production may write to: an OSS object, no CDN, no query."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme not in ("http", "https") or ".oss-" not in host or not host.endswith(".aliyuncs.com"):
        raise ValueError(f"{url!r} is not an OSS object URL; write https://BUCKET.oss-REGION.aliyuncs.com/PATH.mp4")
    if host.split(".oss-", 1)[1].startswith("accelerate"):
        raise ValueError(f"{url!r}: acceleration endpoints cannot be written to; use the region's endpoint")
    if parts.query or not parts.path.strip("/") or "." not in parts.path.rsplit("/", 1)[-1]:
        raise ValueError(f"{url!r} must end in a file name with an extension and carry no query")


def region_of(url: str) -> str:
    """The region of an OSS URL: `cn-shanghai` in https://bucket.oss-cn-shanghai.aliyuncs.com/a.mp4."""
    host = urlsplit(url).hostname or ""
    return host.split(".oss-", 1)[1].removesuffix(".aliyuncs.com").removesuffix("-internal")
