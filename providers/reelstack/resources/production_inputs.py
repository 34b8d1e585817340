"""The inputs of a production and the rules over them: what is wrong is found here, before any call.

`produce_job` acts on them. The rules are those of the operations' pages: SubmitMediaProducingJob (IMS) and
ProduceEditingProjectVideo (VOD).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import Field

from reelstack.errors import Fault
from reelstack.models import fields, oss, production, project, timeline
from reelstack.models import output as output_rules
from reelstack.models.base import Model
from reelstack.models.fields import Api, Pending, ours
from reelstack.models.output import OutputSettings
from reelstack.models.production import ProduceConfig, ProjectMetadata
from reelstack.reconcile.referee import Intent

SOURCES = ("project_id", "timeline", "template_id")

_ONE = "exactly one of project_id, timeline, template_id"


class ProduceJobInputs(Model):
    """The inputs of a production, as they are checked and kept in the state.

    `generation` and `attempt` are ours: they are carried from run to run and raised when the video is made anew.
    """

    name: str
    stack_id: str
    service: Literal["ims", "vod"]
    region: str
    endpoint: str = ""
    generation: int = 1
    attempt: int = 1
    spec_hash: str
    project_id: Annotated[
        str | None, Api(ims="ProjectId", vod="ProjectId", limits=f"{_ONE}; with content, only a new content renders")
    ] = None
    timeline: Annotated[
        dict[str, Any] | None,
        Api(ims="Timeline", vod="Timeline", limits=f"{_ONE}; <= 100 tracks of a kind; VOD: ids only, <= 200 materials"),
    ] = None
    template_id: Annotated[str | None, Api(ims="TemplateId", limits=_ONE)] = None
    clips_param: Annotated[dict[str, Any] | None, Api(ims="ClipsParam", limits="with template_id, needed there")] = None
    content: Annotated[str | None, ours("names the content of a project that is managed elsewhere")] = None
    output: Annotated[OutputSettings, Api(ims="OutputMediaConfig", vod="ProduceConfig")] = OutputSettings()
    location: Annotated[
        str | None, Api(ims="OutputMediaConfig.MediaURL", limits="an OSS location; the object below it is named by us")
    ] = None
    target: Annotated[Literal["oss-object", "vod-media", "S3"] | None, Api(ims="OutputMediaTarget")] = None
    overwrite: Annotated[
        bool, ours("allows a fixed output.media_url or output.object_key", services=output_rules.IMS)
    ] = False
    title: Annotated[str | None, Api(ims="MediaMetadata.Title", vod="MediaMetadata.Title", limits="<= 128 bytes")] = (
        None
    )
    description: Annotated[
        str | None,
        Api(
            ims="MediaMetadata.Description",
            vod="MediaMetadata.Description",
            limits=f"<= {production.DESCRIPTION_BYTES} bytes; VOD: {production.MARK_BYTES} fewer, for our mark",
        ),
    ] = None
    tags: Annotated[
        tuple[str, ...],
        Api(ims="MediaMetadata.Tags", vod="MediaMetadata.Tags", limits="<= 16, each <= 32 bytes, no comma"),
    ] = ()
    cate_id: Annotated[int | None, Api(ims="MediaMetadata.CateId", vod="MediaMetadata.CateId")] = None
    cover_url: Annotated[
        str | None, Api(ims="MediaMetadata.CoverURL", vod="MediaMetadata.CoverURL", limits="<= 128 bytes")
    ] = None
    reference_id: Annotated[
        str | None,
        Api(ims="MediaMetadata.ReferenceId", vod="MediaMetadata.ReferenceId", limits="6 to 64 of A-Z a-z 0-9 _ -"),
    ] = Field(default=None, pattern=r"^[A-Za-z0-9_-]{6,64}$")
    project_metadata: Annotated[
        ProjectMetadata | None,
        Api(ims="ProjectMetadata", vod="Title, Description, CoverURL", limits="not with project_id"),
    ] = None
    produce_config: Annotated[ProduceConfig | None, Api(ims="EditingProduceConfig", vod="ProduceConfig")] = None
    user_data: Annotated[
        dict[str, Any] | None,
        Api(
            ims="UserData",
            vod="UserData",
            limits=f"IMS <= {production.USER_DATA_BYTES} bytes, VOD <= {production.USER_DATA_CHARACTERS} characters",
        ),
    ] = None
    app_id: Annotated[str | None, Api(vod="AppId")] = None
    triggers: Annotated[tuple[str, ...], ours("a changed one renders the video anew")] = ()
    intent: Intent | None = None
    because: str | None = None
    expected_seconds: float | None = None
    adopt_id: Annotated[str | None, ours("only when it is created; removed later, it changes nothing")] = None
    on_delete: Annotated[Literal["delete", "retain"] | None, ours("`delete`; what was adopted: `retain`")] = None
    missing: Literal["stop", "render"] | None = None
    drift: Literal["live", "state"] | None = None

    def faults(self, pending: Pending) -> Iterator[Fault]:
        """Everything that is wrong with the whole, each with its path."""
        region = "" if pending.covers("region") else self.region
        yield from fields.foreign(self, self.service)
        yield from self._source_faults(region, pending)
        yield from self._output_faults(region, pending)
        yield from production.metadata_faults(
            self.service, title=self.title, description=self.description, tags=self.tags, cover_url=self.cover_url
        )
        if self.user_data and not pending.below("user_data"):
            yield from production.user_data_faults(self.user_data, self.service)

    def _source_faults(self, region: str, pending: Pending) -> Iterator[Fault]:
        given = [key for key in SOURCES if getattr(self, key) is not None or pending.covers(key)]
        if len(given) != 1:
            said = f"give exactly one of project_id, timeline and template_id, not {' and '.join(given) or 'none'}"
            yield Fault(said, path=given[-1] if given else "project_id")
        yield from project.template_faults(self.template_id, self.clips_param, pending)
        if self.timeline is not None:
            yield from timeline.production_faults(self.timeline, self.service, region)
        if self.project_metadata is not None and self.project_id is not None:
            said = "it would overwrite the project: title, description and cover_url are set where the project is"
            yield Fault(said, path="project_metadata")

    def _output_faults(self, region: str, pending: Pending) -> Iterator[Fault]:
        target = self.target or output_rules.OSS
        yield from output_rules.faults(self.output, self.service, region, target, pending)
        if self.service == "ims" and not pending.covers("target", "output"):
            yield from self._destination_faults(target, region, pending)
        sound_only = timeline.is_sound_only(self.timeline) if self.timeline and not pending.below("timeline") else None
        config = self.produce_config or ProduceConfig()
        if self.service == "ims":
            transparent = bool(config.output_webm_transparent_channel)
            yield from output_rules.content_faults(self.output, sound_only=sound_only, transparent=transparent)
        cover = config.cover_config
        if cover and cover.start_time is not None and cover.cover_url is not None:
            said = "give a frame (start_time) or a picture (cover_url), not both"
            yield Fault(said, path="produce_config.cover_config.cover_url")

    def _destination_faults(self, target: str, region: str, pending: Pending) -> Iterator[Fault]:
        nowhere = target == output_rules.OSS and self.output.media_url is None and self.location is None
        if nowhere and not pending.covers("location", "output.media_url"):
            yield Fault(
                "say where videos go: set reelstack:output to an OSS location such as "
                "https://my-bucket.oss-cn-shanghai.aliyuncs.com/campaigns, or give output.media_url",
                path="location",
            )
        if self.location is not None and target != output_rules.OSS:
            yield Fault(f"it belongs to the target {output_rules.OSS}, not to {target}", path="location")
        elif self.location is not None and (said := location_fault(self.location, region)):
            yield Fault(said, path="location")
        if self.output.fixed is not None and not self.overwrite and not pending.covers("overwrite"):
            name = "media_url" if self.output.media_url is not None else "object_key"
            said = "it is fixed, so each new video replaces the file: allow it by overwrite: true"
            yield Fault(said, path=f"output.{name}")


def location_fault(location: str, region: str) -> str:
    """What is wrong with a location below which objects are named by us; empty when nothing is."""
    url = f"{location}/video.mp4"
    try:
        oss.check_object_url(url)
    except ValueError as error:
        return str(error)
    lies = oss.region_of(url)
    return f"{location!r} lies in {lies}, but the service runs in {region}" if region and lies != region else ""
