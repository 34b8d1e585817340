"""The inputs of a production and the rules over them: what is wrong is found here, before any call.

`produce_job` acts on them. The rules are those of the operations' pages: SubmitMediaProducingJob (IMS) and
ProduceEditingProjectVideo (VOD).
"""

from __future__ import annotations

import json
from typing import Any, Literal, Self

from pydantic import Field, ValidationInfo, field_validator, model_validator

from reelstack.models.base import Model
from reelstack.models.output import OutputSettings, check_object_url, region_of
from reelstack.models.production import MARKER
from reelstack.reconcile.referee import Intent
from reelstack.resources import bridge

SOURCES = ("project_id", "timeline", "template_id")
USER_DATA_BYTES = 312  # the service takes 512; our marker has the rest


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
    project_id: str | None = None
    timeline: dict[str, Any] | None = None
    template_id: str | None = None
    clips_param: dict[str, Any] | None = None
    content: str | None = None
    output: OutputSettings = OutputSettings()
    location: str | None = None
    target: Literal["oss-object", "vod-media"] | None = None
    overwrite: bool = False
    title: str | None = None
    description: str | None = None
    tags: tuple[str, ...] = ()
    produce_config: dict[str, Any] | None = None
    user_data: dict[str, Any] | None = None
    triggers: tuple[str, ...] = Field(default=())
    intent: Intent | None = None

    @field_validator("location")
    @classmethod
    def _location(cls, value: str | None) -> str | None:
        if value is not None:
            check_object_url(f"{value}/video.mp4")
        return value

    @model_validator(mode="after")
    def _one_source(self, info: ValidationInfo) -> Self:
        unknown = bridge.waiting_for(info)
        given = [key for key in SOURCES if getattr(self, key) is not None or key in unknown]
        if len(given) != 1:
            raise ValueError(f"give exactly one of project_id, timeline and template_id, not {given or 'none'}")
        if self.template_id is not None and self.clips_param is None and "clips_param" not in unknown:
            raise ValueError("a production from a template needs clips_param")
        return self

    @model_validator(mode="after")
    def _destination(self, info: ValidationInfo) -> Self:
        if bridge.waiting_for(info) & {"output", "location", "target", "overwrite"}:
            return self
        if self.service == "vod":
            return self
        if self.target == "vod-media":
            if not (self.output.storage_location and self.output.file_name):
                raise ValueError("output: the target vod-media needs storage_location and file_name")
        elif self.output.media_url is None and self.location is None:
            raise ValueError(
                "output: say where videos go: set reelstack:output to an OSS location such as "
                "https://my-bucket.oss-cn-shanghai.aliyuncs.com/campaigns, or give output.media_url"
            )
        if self.output.media_url is not None and not self.overwrite:
            raise ValueError(
                "output.media_url is fixed, so each new video replaces the file: allow it by overwrite: true"
            )
        return self

    @model_validator(mode="after")
    def _same_region(self, info: ValidationInfo) -> Self:
        if "region" in bridge.waiting_for(info):
            return self
        for url in (self.output.media_url, self.location and f"{self.location}/video.mp4"):
            if url and region_of(url) != self.region:
                raise ValueError(f"output: {url} lies in {region_of(url)}, but the service runs in {self.region}")
        return self

    @model_validator(mode="after")
    def _user_data(self) -> Self:
        if MARKER in (self.user_data or {}):
            raise ValueError(f"user_data: the key {MARKER!r} is ours; choose another")
        size = len(json.dumps(self.user_data or {}, ensure_ascii=False).encode())
        if size > USER_DATA_BYTES:
            raise ValueError(f"user_data: at most {USER_DATA_BYTES} bytes beside our marker, not {size}")
        return self
