"""Output settings of a production: where the video goes and what it looks like. Sizes in pixels, bitrate in kbit/s.

The limits are those of SubmitMediaProducingJob (IMS) and ProduceEditingProjectVideo (VOD): 128 to 4,096 pixels a side,
the shorter at most 2,160, at most 5,000 kbit/s. What is left out, the cloud takes from the materials.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import Field

from reelstack.errors import Fault
from reelstack.models import oss
from reelstack.models.base import Model
from reelstack.models.fields import Api, Pending, ours
from reelstack.models.references import KeyReference

MIN_SIDE, MAX_SIDE, MAX_SHORT_SIDE = 128, 4096, 2160
MAX_BITRATE = 5000

# The one region where VOD knows by itself where to store.
HOME_REGION = "cn-shanghai"

OSS, VOD_MEDIA, S3 = "oss-object", "vod-media", "S3"

# The settings that are references to keys: no part of what a video is.
KEYS = ("access_key_id", "access_key_secret")

# What files of pictures and of sound are called (IMS, "Supported file formats").
VIDEO_FILES = (
    *("mp4", "mov", "webm", "m4v", "mkv", "avi", "flv", "f4v", "wmv", "asf", "mpg", "mpeg", "ts", "m2t", "mts"),
    *("3gp", "m3u8", "mxf", "vob", "gif"),
)
SOUND_FILES = ("mp3", "m4a", "wav", "aac", "flac", "ogg", "wma", "ac3", "amr", "opus")
DEFAULT_FORMAT = "mp4"


# Objects in a bucket are named by whoever asks for them on IMS only: VOD names the files of its videos itself.
IMS = ("ims",)


class VideoSettings(Model):
    """How the picture is encoded."""

    fps: Annotated[float | None, Api(ims="OutputMediaConfig.Video.Fps", unit="frames/s")] = Field(
        default=None, gt=0, le=120
    )
    codec: Annotated[str | None, Api(ims="OutputMediaConfig.Video.Codec")] = None
    profile: Annotated[Literal["baseline", "main", "high"] | None, Api(ims="OutputMediaConfig.Video.Profile")] = None
    crf: Annotated[int | None, Api(ims="OutputMediaConfig.Video.Crf")] = Field(default=None, ge=0, le=51)
    preset: Annotated[
        Literal["veryfast", "fast", "medium", "slow", "slower"] | None, Api(ims="OutputMediaConfig.Video.Preset")
    ] = None
    orientation: Annotated[Literal["Horizontal", "Vertical"] | None, Api(ims="OutputMediaConfig.Video.Orientation")] = (
        None
    )


class OutputSettings(Model):
    """Where one video goes and what it looks like.

    Give `media_url` for a fixed object; without it the object is named by us below the stack's output location and
    never overwrites another. `storage_location` and `file_name` belong to the target `vod-media`, `endpoint`,
    `bucket`, `object_key` and the keys to the target `S3`.
    """

    media_url: Annotated[
        str | None, Api(ims="OutputMediaConfig.MediaURL", limits="an OSS object in the service's region")
    ] = None
    format: Annotated[
        str | None, ours("file name extension of objects that are named by us; mp4 unless it is given", services=IMS)
    ] = None
    storage_location: Annotated[
        str | None,
        Api(
            ims="OutputMediaConfig.StorageLocation",
            vod="ProduceConfig.StorageLocation",
            limits="without http://, in the service's region; VOD needs it outside cn-shanghai",
        ),
    ] = None
    file_name: Annotated[str | None, Api(ims="OutputMediaConfig.FileName", limits="with extension, without path")] = (
        None
    )
    width: Annotated[
        int | None,
        Api(ims="OutputMediaConfig.Width", vod="ProduceConfig.Width", unit="pixels", limits="shorter side <= 2160"),
    ] = Field(default=None, ge=MIN_SIDE, le=MAX_SIDE)
    height: Annotated[
        int | None,
        Api(ims="OutputMediaConfig.Height", vod="ProduceConfig.Height", unit="pixels", limits="shorter side <= 2160"),
    ] = Field(default=None, ge=MIN_SIDE, le=MAX_SIDE)
    bitrate: Annotated[int | None, Api(ims="OutputMediaConfig.Bitrate", vod="ProduceConfig.Bitrate", unit="kbit/s")] = (
        Field(default=None, gt=0, le=MAX_BITRATE)
    )
    max_duration: Annotated[float | None, Api(ims="OutputMediaConfig.MaxDuration", unit="s")] = Field(
        default=None, gt=0
    )
    vod_template_group_id: Annotated[
        str | None,
        Api(
            ims="OutputMediaConfig.VodTemplateGroupId",
            vod="ProduceConfig.TemplateGroupId",
            limits="VOD_NO_TRANSCODE: no transcoding; on IMS with the target vod-media only",
        ),
    ] = None
    produce_template_id: Annotated[str | None, Api(ims="OutputMediaConfig.ProduceTemplateId")] = None
    video: Annotated[VideoSettings | None, Api(ims="OutputMediaConfig.Video")] = None
    endpoint: Annotated[str | None, Api(ims="OutputMediaConfig.Endpoint", limits="target S3, needed")] = None
    bucket: Annotated[str | None, Api(ims="OutputMediaConfig.Bucket", limits="target S3, needed")] = None
    object_key: Annotated[
        str | None, Api(ims="OutputMediaConfig.ObjectKey", limits="target S3; named by us unless it is given")
    ] = None
    access_key_id: Annotated[
        KeyReference | None, Api(ims="OutputMediaConfig.AccessKeyId", limits="target S3, needed; a reference")
    ] = Field(default=None, repr=False)
    access_key_secret: Annotated[
        KeyReference | None, Api(ims="OutputMediaConfig.AccessKeySecret", limits="target S3, needed; a reference")
    ] = Field(default=None, repr=False)

    @property
    def fixed(self) -> str | None:
        """The object that the settings name themselves, so that each new video replaces it; None when we name it."""
        return self.media_url or self.object_key

    @property
    def extension(self) -> str:
        """The extension of the file that is written; empty for a name that has none."""
        named = self.fixed or self.file_name
        if not named:
            return self.format or DEFAULT_FORMAT
        _, dot, extension = named.rpartition("/")[2].rpartition(".")
        return extension.lower() if dot else ""


# Which settings say where the video goes, by target: those that are needed, and those that may be there.
PLACES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    OSS: ((), ("media_url",)),
    VOD_MEDIA: (("storage_location", "file_name"), ("vod_template_group_id",)),
    S3: (("endpoint", "bucket", "access_key_id", "access_key_secret"), ("object_key",)),
}


def faults(output: OutputSettings, service: str, region: str, target: str, pending: Pending) -> Iterator[Fault]:
    """What is wrong with output settings as a whole; their single values are checked already.

    A region that is empty is not known yet.
    """
    yield from size_faults(output.width, output.height, "output.width")
    yield from _place_faults(output, target, pending) if service == "ims" else _vod_faults(output, region)
    if output.media_url and region and (lies := oss.region_of(output.media_url)) not in ("", region):
        yield Fault(f"{output.media_url!r} lies in {lies}, but the service runs in {region}", path="output.media_url")
    if output.storage_location and (said := oss.location_fault(output.storage_location, region)):
        yield Fault(said, path="output.storage_location")
    yield from _name_faults(output)


def _place_faults(output: OutputSettings, target: str, pending: Pending) -> Iterator[Fault]:
    needed, optional = PLACES[target]
    for name in needed:
        if getattr(output, name) is None:
            yield Fault(f"the target {target} needs it", path=f"output.{name}")
    places = {name for group in PLACES.values() for names in group for name in names}
    for name in sorted(places - {*needed, *optional}):
        if getattr(output, name) is not None and not pending.covers("target"):
            owner = next(one for one, names in PLACES.items() if name in names[0] + names[1])
            yield Fault(f"it belongs to the target {owner}, not to {target}", path=f"output.{name}")


def _vod_faults(output: OutputSettings, region: str) -> Iterator[Fault]:
    if not output.storage_location and region not in ("", HOME_REGION):
        yield Fault(storage_needed(region), path="output.storage_location")


def storage_needed(region: str) -> str:
    """What is said when VOD is not told where to store."""
    return f"needed in every region but {HOME_REGION}, so in {region} too"


def _name_faults(output: OutputSettings) -> Iterator[Fault]:
    if output.media_url is not None:
        try:
            oss.check_object_url(output.media_url)
        except ValueError as error:
            yield Fault(str(error), path="output.media_url")
    if output.file_name is not None and ("/" in output.file_name or "." not in output.file_name.strip(".")):
        yield Fault(f"{output.file_name!r}: a file name with an extension and without a path", path="output.file_name")
    if output.object_key is not None and ("." not in output.object_key or output.object_key.startswith("/")):
        yield Fault(f"{output.object_key!r}: an object's name with an extension, without /", path="output.object_key")
    if output.endpoint is not None and not output.endpoint.startswith(("http://", "https://")):
        yield Fault(f"{output.endpoint!r}: write the endpoint with https://", path="output.endpoint")
    if output.format is not None and (named := output.fixed or output.file_name):
        yield Fault(f"{named!r} has an extension of its own: leave one of the two out", path="output.format")


def content_faults(output: OutputSettings, *, sound_only: bool | None, transparent: bool) -> Iterator[Fault]:
    """Whether the kind of file fits what is produced; `sound_only` is None while nobody knows."""
    path = next((f"output.{name}" for name in ("media_url", "file_name", "object_key") if getattr(output, name)), "")
    path, extension = path or "output.format", output.extension
    if not extension:
        return  # said of the name already
    if extension not in VIDEO_FILES + SOUND_FILES:
        known = ", ".join((*VIDEO_FILES[:3], *SOUND_FILES[:3]))
        yield Fault(f"{extension!r} is no file of video or sound; write {known} …", path=path)
        return
    if sound_only is True and extension in VIDEO_FILES:
        yield Fault(f"the timeline has sound only, and {extension!r} is a video; write mp3, m4a or wav", path=path)
    if sound_only is False and extension in SOUND_FILES:
        yield Fault(f"the timeline has pictures, and {extension!r} holds sound only; write mp4, mov or webm", path=path)
    if transparent and extension != "webm":
        yield Fault(f"only webm has a transparent channel, not {extension!r}", path=path)
    if extension in SOUND_FILES:
        for name in ("width", "height", "video"):
            if getattr(output, name) is not None:
                yield Fault(f"a file of sound ({extension}) has no picture", path=f"output.{name}")


def size_faults(width: float | None, height: float | None, path: str) -> Iterator[Fault]:
    """Whether the shorter of both sides, in pixels, is too long; each by itself is checked elsewhere."""
    if width and height and MAX_SHORT_SIDE < min(width, height) <= max(width, height) <= MAX_SIDE:
        yield Fault(f"{width:g}x{height:g}: the shorter side is at most {MAX_SHORT_SIDE} pixels", path=path)


def odd_sides(output: Mapping[str, Any]) -> str:
    """What is to be said of sides of odd numbers of pixels, which the operations' pages neither allow nor refuse."""
    odd = [f"{name} {output[name]:g}" for name in ("width", "height") if (output.get(name) or 0) % 2]
    if not odd:
        return ""
    return (
        f"output: {' and '.join(odd)}: H.264 needs even numbers of pixels; what the service makes of odd ones is open"
    )


def check_size(width: int, height: int) -> None:
    """Raise ValueError unless a video of this size, in pixels, can be produced."""
    if not all(MIN_SIDE <= side <= MAX_SIDE for side in (width, height)):
        raise ValueError(f"{width}x{height}: each side is {MIN_SIDE} to {MAX_SIDE} pixels")
    for fault in size_faults(width, height, ""):
        raise ValueError(fault.message)
