"""An editing project: what is declared of it, and what a cloud says of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from reelstack.errors import Fault
from reelstack.models import oss
from reelstack.models.base import Model
from reelstack.models.fields import Api, Pending
from reelstack.models.status import ProjectStatus

# Ids of one kind among the materials of an IMS project; VOD counts all kinds together.
MAX_IDS = 10
MAX_MATERIALS = 200

LIVE = "LiveEditingProject"

_TEN = "IMS: <= 10"


class LiveStream(Model):
    """A live stream as material."""

    app_name: Annotated[str, Api(ims="MaterialMaps.liveStream.appName")]
    domain_name: Annotated[str, Api(ims="MaterialMaps.liveStream.domainName")]
    live_url: Annotated[str, Api(ims="MaterialMaps.liveStream.liveUrl")]
    stream_name: Annotated[str, Api(ims="MaterialMaps.liveStream.streamName")]


class MaterialMaps(Model):
    """What shall be at hand in a project: ids of media, live streams, other projects."""

    video: Annotated[tuple[str, ...], Api(ims="MaterialMaps.video", vod="MaterialIds", limits=_TEN)] = ()
    audio: Annotated[tuple[str, ...], Api(ims="MaterialMaps.audio", vod="MaterialIds", limits=_TEN)] = ()
    image: Annotated[tuple[str, ...], Api(ims="MaterialMaps.image", vod="MaterialIds", limits=_TEN)] = ()
    live_streams: Annotated[tuple[LiveStream, ...], Api(ims="MaterialMaps.liveStream", limits=_TEN)] = ()
    editing_projects: Annotated[tuple[str, ...], Api(ims="MaterialMaps.editingProject", limits=_TEN)] = ()

    @property
    def media(self) -> tuple[str, ...]:
        """The ids of all media, in order, each once."""
        return tuple(dict.fromkeys((*self.video, *self.audio, *self.image)))


class LiveOutput(Model):
    """Where the clips of a live project are stored: the bucket's address, and a path in it."""

    storage_location: Annotated[
        str, Api(ims="BusinessConfig.OutputMediaConfig.StorageLocation", limits="without http://, in the same region")
    ] = Field(min_length=1)
    path: Annotated[
        str | None, Api(ims="BusinessConfig.OutputMediaConfig.Path", limits="not with the target vod-media")
    ] = None


class BusinessConfig(Model):
    """The business of a live project: where its output goes, and when it begins."""

    output_media_config: Annotated[LiveOutput, Api(ims="BusinessConfig.OutputMediaConfig")]
    output_media_target: Annotated[
        Literal["oss-object", "vod-media"] | None, Api(ims="BusinessConfig.OutputMediaTarget")
    ] = None
    reservation_time: Annotated[
        str | None, Api(ims="BusinessConfig.ReservationTime", limits="UTC, as 2021-06-21T08:05:00Z")
    ] = None


class ProjectSpec(Model):
    """What a stack declares of an editing project. None means: not declared, the cloud's default holds.

    `timeline` is the native timeline and `clips_param` the template's materials, both as JSON values. Titles and
    descriptions are plain text.
    """

    title: Annotated[str, Api(ims="Title", vod="Title")] = Field(min_length=1)
    description: Annotated[str | None, Api(ims="Description", vod="Description")] = None
    timeline: Annotated[
        dict[str, Any] | None,
        Api(ims="Timeline", vod="Timeline", limits="<= 100 tracks of a kind; VOD: media ids only, <= 200 materials"),
    ] = None
    cover_url: Annotated[str | None, Api(ims="CoverURL", vod="CoverURL")] = None
    template_id: Annotated[str | None, Api(ims="TemplateId", limits="not with timeline")] = None
    template_type: Annotated[
        Literal["Timeline", "VETemplate"] | None, Api(ims="TemplateType", limits="with template_id, needed there")
    ] = None
    clips_param: Annotated[dict[str, Any] | None, Api(ims="ClipsParam", limits="with template_id, needed there")] = None
    material_maps: Annotated[
        MaterialMaps | None, Api(ims="MaterialMaps", vod="MaterialIds", limits="VOD: <= 200 in all")
    ] = None
    project_type: Annotated[Literal["EditingProject", "LiveEditingProject"] | None, Api(ims="ProjectType")] = None
    business_config: Annotated[
        BusinessConfig | None, Api(ims="BusinessConfig", limits="LiveEditingProject only, needed there")
    ] = None
    business_status: Annotated[
        Literal["Reserving", "ReservationCanceled"] | None, Api(ims="BusinessStatus", limits="LiveEditingProject only")
    ] = None
    division: Annotated[str | None, Api(vod="Division")] = None


def faults(spec: ProjectSpec, service: str, region: str, pending: Pending) -> Iterator[Fault]:
    """What is wrong with a project as a whole, beside its timeline; its single values are checked already."""
    yield from template_faults(spec.template_id, spec.clips_param, pending)
    if spec.template_id is not None and spec.timeline is not None:
        yield Fault("give a timeline or a template_id, not both", path="template_id")
    if spec.template_id is not None and spec.template_type is None:
        yield Fault("a project made from a template needs it: Timeline or VETemplate", path="template_type")
    if spec.template_type is not None and spec.template_id is None and not pending.covers("template_id"):
        yield Fault("it says of which type the template is, but there is no template_id", path="template_type")
    yield from _live_faults(spec, region, pending)
    if spec.material_maps:
        yield from _material_faults(spec.material_maps, service)


def template_faults(template_id: str | None, clips_param: object, pending: Pending) -> Iterator[Fault]:
    """A template and its materials go together (CreateEditingProject, SubmitMediaProducingJob)."""
    if template_id is not None and clips_param is None:
        yield Fault("a template needs clips_param, its materials", path="clips_param")
    if clips_param is not None and template_id is None and not pending.covers("template_id"):
        yield Fault("these are the materials of a template, but there is no template_id", path="clips_param")


def _live_faults(spec: ProjectSpec, region: str, pending: Pending) -> Iterator[Fault]:
    if pending.covers("project_type"):
        return
    live, config = spec.project_type == LIVE, spec.business_config
    if live and config is None:
        yield Fault("a LiveEditingProject needs it: where its clips are stored", path="business_config")
    for name in ("business_config", "business_status"):
        if not live and getattr(spec, name) is not None:
            yield Fault("it belongs to a LiveEditingProject; set project_type", path=name)
    if config is None:
        return
    path = "business_config.output_media_config"
    if said := oss.location_fault(config.output_media_config.storage_location, region):
        yield Fault(said, path=f"{path}.storage_location")
    if config.output_media_target == "vod-media" and config.output_media_config.path is not None:
        yield Fault("it has no effect with the target vod-media: leave it out", path=f"{path}.path")
    if config.reservation_time is not None and not _is_moment(config.reservation_time):
        said = f"{config.reservation_time!r}: write the time in UTC, as 2021-06-21T08:05:00Z"
        yield Fault(said, path="business_config.reservation_time")


def _is_moment(text: str) -> bool:
    try:
        return bool(datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ"))
    except ValueError:
        return False


def _material_faults(maps: MaterialMaps, service: str) -> Iterator[Fault]:
    if service == "vod":
        if len(maps.media) > MAX_MATERIALS:
            yield Fault(f"at most {MAX_MATERIALS} materials, not {len(maps.media)}", path="material_maps")
        return
    for name in MaterialMaps.model_fields:
        count = len(getattr(maps, name))
        if count > MAX_IDS:
            yield Fault(f"at most {MAX_IDS} of one kind, not {count}", path=f"material_maps.{name}")


class Project(Model):
    """An editing project as the cloud holds it."""

    project_id: str
    title: str
    description: str = ""
    timeline: dict[str, Any] | None = None
    clips_param: dict[str, Any] | None = None
    template_id: str = ""
    template_type: str = ""
    cover_url: str = ""
    status: ProjectStatus
    created: datetime | None = None
    modified: datetime | None = None
    duration: float | None = None
