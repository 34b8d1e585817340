"""What the service wants to hear, from our spelling to its own. Values only: what is allowed, the service decides.

A field that is None is not sent; an empty text is. Parameters that the service takes as JSON inside a text are given
as Python values. They are left out of printed forms, because output settings may hold keys of a bucket.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from reelstack.models import canonical
from reelstack.wire.parameters import Json, Parameters, text


@dataclass(frozen=True, kw_only=True)
class LiveStream:
    """A live stream as material."""

    app_name: str
    domain_name: str
    live_url: str
    stream_name: str


@dataclass(frozen=True, kw_only=True)
class MaterialMaps:
    """Ids of what shall be at hand in a project, at most ten of each type."""

    video: tuple[str, ...] = ()
    audio: tuple[str, ...] = ()
    image: tuple[str, ...] = ()
    live_streams: tuple[LiveStream, ...] = ()
    editing_projects: tuple[str, ...] = ()

    def document(self) -> dict[str, str]:
        """As the service reads it: ids joined by commas, streams as JSON inside a text."""
        named = {"video": self.video, "audio": self.audio, "image": self.image, "editingProject": self.editing_projects}
        found = {kind: ",".join(ids) for kind, ids in named.items() if ids}
        if self.live_streams:
            found["liveStream"] = canonical.text([_live(each) for each in self.live_streams])
        return found


def _live(stream: LiveStream) -> dict[str, str]:
    return {
        "appName": stream.app_name,
        "domainName": stream.domain_name,
        "liveUrl": stream.live_url,
        "streamName": stream.stream_name,
    }


@dataclass(frozen=True, kw_only=True)
class NewProject(Parameters):
    """CreateEditingProject. At most one of `timeline` and `template_id`; `clips_param` goes with the template."""

    title: str
    description: str | None = None
    timeline: Json | None = field(default=None, repr=False)
    cover_url: str | None = None
    template_id: str | None = None
    clips_param: Json | None = field(default=None, repr=False)
    template_type: str | None = None
    material_maps: MaterialMaps | Json | None = None
    business_config: Json | None = field(default=None, repr=False)
    project_type: str | None = None


@dataclass(frozen=True, kw_only=True)
class ProjectChange(Parameters):
    """UpdateEditingProject: overwrites the given fields. What is not listed here cannot be changed."""

    title: str | None = None
    description: str | None = None
    timeline: Json | None = field(default=None, repr=False)
    cover_url: str | None = None
    template_id: str | None = None
    clips_param: Json | None = field(default=None, repr=False)
    business_status: str | None = None


@dataclass(frozen=True, kw_only=True)
class ProjectFilter(Parameters):
    """ListEditingProjects. `sort_by`: CreationTime:Desc or CreationTime:Asc."""

    start_time: datetime | None = None
    end_time: datetime | None = None
    status: str | None = None
    create_source: str | None = None
    template_type: str | None = None
    project_type: str | None = None
    keyword: str | None = None
    sort_by: str | None = None
    max_results: int = 100


@dataclass(frozen=True, kw_only=True)
class ProjectSearch(Parameters):
    """SearchEditingProject. `status` may name several."""

    start_time: datetime | None = None
    end_time: datetime | None = None
    status: tuple[str, ...] | None = None
    create_source: str | None = None
    template_type: str | None = None
    project_type: str | None = None
    sort_by: str | None = None
    page_size: int = 100


@dataclass(frozen=True, kw_only=True)
class NewJob(Parameters):
    """SubmitMediaProducingJob. Exactly one of `project_id`, `timeline` and `template_id`.

    With a `client_token` (ASCII, at most 64 characters) the submission can be repeated without a second render.
    """

    output_media_config: Json = field(repr=False)
    project_id: str | None = None
    timeline: Json | None = field(default=None, repr=False)
    template_id: str | None = None
    clips_param: Json | None = field(default=None, repr=False)
    output_media_target: str | None = None
    project_metadata: Json | None = None
    media_metadata: Json | None = None
    editing_produce_config: Json | None = None
    user_data: Json | None = field(default=None, repr=False)
    client_token: str | None = None
    source: str | None = None

    def _texts(self) -> dict[str, str]:
        found = super()._texts()
        if self.editing_produce_config is not None:
            # Truth inside this one is text in all of the vendor's examples.
            words = {k: text(v) if isinstance(v, bool) else v for k, v in self.editing_produce_config.items()}
            found["EditingProduceConfig"] = text(words)
        return found


@dataclass(frozen=True, kw_only=True)
class JobFilter(Parameters):
    """ListMediaProducingJobs. The time window is 30 days at most."""

    status: str | None = None
    job_type: str | None = None
    start_time: datetime | None = None
    end_time: datetime | None = None
    keyword: str | None = None
    project_id: str | None = None
    master_job_id: str | None = None
    sort_by: str | None = None
    max_results: int = 100


@dataclass(frozen=True, kw_only=True)
class NewMedia(Parameters):
    """RegisterMediaInfo. With a `client_token` it can be repeated. `overwrite` deletes an older asset of this URL."""

    input_url: str
    media_type: str | None = None
    business_type: str | None = None
    title: str | None = None
    description: str | None = None
    media_tags: tuple[str, ...] | None = None
    cover_url: str | None = None
    user_data: Json | None = field(default=None, repr=False)
    overwrite: bool | None = None
    client_token: str | None = None
    register_config: Json | None = None
    cate_id: int | None = None
    workflow_id: str | None = None
    reference_id: str | None = None
    smart_tag_template_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class MediaLook(Parameters):
    """GetMediaInfo: by exactly one of `media_id` and `input_url`. `auth_timeout`: seconds that file URLs hold."""

    media_id: str | None = None
    input_url: str | None = None
    output_type: str | None = None
    auth_timeout: int | None = None
    return_detailed_info: Json | None = None


@dataclass(frozen=True, kw_only=True)
class MediaFilter(Parameters):
    """ListMediaBasicInfos. The window excludes its start and includes its end. `sort_by`: desc or asc."""

    start_time: datetime | None = None
    end_time: datetime | None = None
    media_type: str | None = None
    business_type: str | None = None
    source: str | None = None
    status: str | None = None
    sort_by: str | None = None
    media_id: str | None = None
    include_file_basic_info: bool | None = None
    auth_timeout: int | None = None
    max_results: int = 100
