"""From a campaign to what is declared: projects and their productions, or editing tasks, as the service has. Pure.

The one place that knows how services differ in what a campaign becomes.

The content hash is taken of what the user wrote, with times in seconds and defaults left out, not of the compiled
timeline: an upgraded compiler alone renders nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from reelstack.campaign.compile import alibaba, ducking, huawei
from reelstack.models import canonical, pilots
from reelstack.models import timeline as timelines
from reelstack.models.campaign import Campaign, Project, Whole, used
from reelstack.models.cut import Cut
from reelstack.models.output import OutputSettings
from reelstack.models.production import metadata_faults

# What a project says of itself and not of its picture and sound.
NOT_SHOWN = {"title": True, "description": True, "adopt_id": True, "on_delete": True}
# What makes music step back, where none does: it is not heard.
NOT_HEARD = {
    **{track: {"__all__": {"spoken": True}} for track in ("video", "insets", "sounds")},
    "music": {"duck": True, "duck_fade": True},
}


@dataclass(frozen=True)
class DeclaredProject:
    """One editing project: its native timeline, and the hash of what it shows."""

    name: str
    title: str
    description: str | None
    timeline: dict[str, Any]
    content: str
    adopt_id: str | None = None
    on_delete: str | None = None


@dataclass(frozen=True)
class DeclaredVideo:
    """One production of a declared project."""

    name: str
    project: str
    output: OutputSettings
    title: str | None
    description: str | None
    triggers: tuple[str, ...]
    adopt_id: str | None
    on_delete: str | None


@dataclass(frozen=True)
class DeclaredEdit:
    """One editing task: a service that has no projects makes the video at once."""

    name: str
    cut: Cut
    triggers: tuple[str, ...]
    adopt_id: str | None
    on_delete: str | None


@dataclass(frozen=True)
class Held:
    """A video with variants: how many of its cells wait until the pilot is approved, and the pilot's name."""

    name: str
    pilot: str | None
    waiting: int


@dataclass(frozen=True)
class Declared:
    """What one campaign declares, in the order of its file: projects and their videos, or editing tasks."""

    name: str
    projects: tuple[DeclaredProject, ...] = ()
    videos: tuple[DeclaredVideo, ...] = ()
    edits: tuple[DeclaredEdit, ...] = ()
    held: tuple[Held, ...] = ()


def refusals(campaign: Campaign, service: str) -> list[tuple[str, str]]:
    """What a campaign asks of a service that it cannot do, each with its path."""
    if service == "huawei":
        return huawei.refusals(campaign)
    found = list(_shared(campaign)) if service == "vod" else []
    for name, project in campaign.projects.items():
        if any(source not in campaign.sources for _, source in used(project)):
            continue  # told already, and cannot be compiled
        faults = timelines.faults(_timeline(project, campaign), service, region="")
        found += [(f"projects.{name}{_written(fault.path, project)}", fault.message) for fault in faults]
    for name, video in campaign.videos.items():
        title = video.title or (campaign.projects[video.project].title if video.project in campaign.projects else None)
        faults = metadata_faults(service, title=title, description=video.description, tags=(), cover_url=None)
        found += [(f"videos.{name}.{fault.path}", fault.message) for fault in faults]
    return found


def _shared(campaign: Campaign) -> Iterator[tuple[str, str]]:
    """On VOD every video has a project of its own: one that is there already can be only one video's."""
    for name, project in campaign.projects.items():
        videos = [video for video in campaign.videos.values() if video.project == name]
        if project.adopt_id and len(videos) > 1:
            yield f"projects.{name}.adopt_id", "on Alibaba VOD an adopted project has one video: give each its own"


def _written(path: str, project: Project) -> str:
    """Where in a project that is written which comes to stand at this path of the native timeline."""
    if project.timeline is not None:
        return f".{path}"
    tracks = path.removeprefix("timeline.").partition("[")[0]
    return {"VideoTracks": ".insets", "SubtitleTracks": ".captions"}.get(tracks, "")


def expand(campaign: Campaign, service: str = "ims", approved: Collection[str] = ()) -> Declared:
    """Turn a checked campaign into its declarations for a service, which has nothing to refuse in it.

    Of variants whose pilot is not among the `approved` only the pilot is declared.
    """
    held = tuple(_held(campaign, approved))
    let = _let_through(campaign, approved)
    return replace(_edits(let) if service == "huawei" else _productions(let, service), held=held)


def _held(campaign: Campaign, approved: Collection[str]) -> Iterator[Held]:
    for one in campaign.matrices if isinstance(campaign, Whole) else ():
        waits = one.pilot is not None and not pilots.is_approved(campaign.campaign, one.name, approved)
        yield Held(one.name, one.pilot, len(one.cells) - 1 if waits else 0)


def matrices(campaigns: Iterable[Campaign]) -> list[str]:
    """The videos with variants of these campaigns, as `spring/teaser`."""
    whole = [one for one in campaigns if isinstance(one, Whole)]
    return [f"{campaign.campaign}/{matrix.name}" for campaign in whole for matrix in campaign.matrices]


def _let_through(campaign: Campaign, approved: Collection[str]) -> Campaign:
    """The campaign without the cells that wait, and without the projects that are theirs alone."""
    waiting = {one.name: one.pilot for one in _held(campaign, approved) if one.waiting}
    if not waiting or not isinstance(campaign, Whole):
        return campaign
    lost = {cell for one in campaign.matrices if one.name in waiting for cell in one.cells} - set(waiting.values())
    videos = {name: video for name, video in campaign.videos.items() if name not in lost}
    used = {video.project for video in videos.values()}
    theirs = {campaign.videos[cell].project for cell in lost} - used
    projects = {name: project for name, project in campaign.projects.items() if name not in theirs}
    return campaign.model_copy(update={"videos": videos, "projects": projects})


def _edits(campaign: Campaign) -> Declared:
    edits = (
        DeclaredEdit(
            name=name,
            cut=huawei.cut(campaign.projects[video.project], video, campaign),
            triggers=video.triggers,
            adopt_id=video.adopt_id,
            on_delete=video.on_delete,
        )
        for name, video in campaign.videos.items()
    )
    return Declared(name=campaign.campaign, edits=tuple(edits))


def _productions(campaign: Campaign, service: str) -> Declared:
    """VOD cannot tell two productions of one project apart, so there every video has a project of its own."""
    cuts = {name: name for name in campaign.projects}
    if service == "vod":
        cuts = {name: video.project for name, video in campaign.videos.items()}
    return Declared(
        name=campaign.campaign,
        projects=tuple(_project(name, campaign.projects[cut], campaign) for name, cut in cuts.items()),
        videos=tuple(
            DeclaredVideo(
                name=name,
                project=name if service == "vod" else video.project,
                output=OutputSettings(width=video.size[0], height=video.size[1], bitrate=video.bitrate),
                title=video.title or campaign.projects[video.project].title,
                description=video.description,
                triggers=video.triggers,
                adopt_id=video.adopt_id,
                on_delete=video.on_delete,
            )
            for name, video in campaign.videos.items()
        ),
    )


def _project(name: str, project: Project, campaign: Campaign) -> DeclaredProject:
    return DeclaredProject(
        name=name,
        title=project.title,
        description=project.description,
        timeline=_timeline(project, campaign),
        content=content(project, campaign),
        adopt_id=project.adopt_id,
        on_delete=project.on_delete,
    )


def _timeline(project: Project, campaign: Campaign) -> dict[str, Any]:
    return alibaba.timeline(project, campaign.sources) if project.timeline is None else project.timeline


def content(project: Project, campaign: Campaign) -> str:
    """The hash of what a project shows and of the materials that it is cut from; its title is no part of it."""
    left_out: dict[str, Any] = NOT_SHOWN if ducking.is_ducked(project) else {**NOT_SHOWN, **NOT_HEARD}
    cut = project.model_dump(mode="json", by_alias=True, exclude_defaults=True, exclude=left_out)
    media = {name: [campaign.sources[name].kind, campaign.sources[name].media] for _, name in used(project)}
    return canonical.content_hash({"cut": cut, "media": media})
