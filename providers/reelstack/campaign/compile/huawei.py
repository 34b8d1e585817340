"""Compile a portable project to a cut for Huawei Cloud VOD, and say what of a campaign that service cannot do.

Pure. The service joins pieces of stored assets and does nothing else (CreateAssetEditTask): what it cannot do is
refused where it is asked for, and never left out in silence.
"""

from __future__ import annotations

from collections.abc import Iterator

from reelstack.clouds.huawei_vod import adapter
from reelstack.clouds.huawei_vod.requests import MOST_INPUTS
from reelstack.models.campaign import Campaign, Clip, Project, Source, Video
from reelstack.models.cut import Cut, CutSettings, Piece

SERVICE = "Huawei Cloud VOD"
# A video is as large as its size says: width and height as they are, also when the materials are smaller.
EXACT = CutSettings(format="MP4", codec="h264", resolution_adaptation=False, resolution_upsample=True)

Refusal = tuple[str, str]


def cut(project: Project, video: Video, campaign: Campaign) -> Cut:
    """The cut of one video."""
    width, height = video.size
    return Cut(
        inputs=tuple(_piece(clip, campaign.sources[clip.clip]) for clip in project.video),
        settings=EXACT.model_copy(update={"width": width, "height": height}),
    )


def _piece(clip: Clip, source: Source) -> Piece:
    return Piece(asset_id=source.media, start=clip.in_, end=round(clip.end, 3))


def refusals(campaign: Campaign) -> list[Refusal]:
    """What the service cannot do: the path of each entry that asks for it, and why it is refused."""
    found: list[Refusal] = []
    for name, project in campaign.projects.items():
        found += ((f"projects.{name}.{path}", message) for path, message in _project(project, campaign))
    for name, video in campaign.videos.items():
        found += ((f"videos.{name}.{path}", message) for path, message in _video(video))
    return found


def _project(project: Project, campaign: Campaign) -> Iterator[Refusal]:
    for key in ("adopt_id", "on_delete"):
        if getattr(project, key) is not None:
            yield key, f"{SERVICE} has no editing projects: give it with the video"
    if project.timeline is not None:
        yield "timeline", f"{SERVICE} does not know this format: list the clips under `video`"
    for at, clip in enumerate(project.video):
        yield from ((f"video[{at}].{path}", message) for path, message in _clip(clip, campaign))
    if len(project.video) > MOST_INPUTS:
        yield f"video[{MOST_INPUTS}]", f"{SERVICE} joins at most {MOST_INPUTS} clips, not {len(project.video)}"
    for at, _ in enumerate(project.insets):
        yield f"insets[{at}]", f"{SERVICE} lays nothing over the picture"
    for at, _ in enumerate(project.captions):
        yield f"captions[{at}]", f"{SERVICE} writes no captions"
    for at, _ in enumerate(project.sounds):
        yield f"sounds[{at}]", f"{SERVICE} adds no sound: a video has that of its clips"
    if project.music:
        yield "music", f"{SERVICE} adds no music: a video has the sound of its clips"


def _clip(clip: Clip, campaign: Campaign) -> Iterator[Refusal]:
    source = campaign.sources.get(clip.clip)
    if source is not None and source.kind == "image":
        yield "clip", f"{SERVICE} makes no video of a picture"
    if clip.transition:
        yield "transition", f"{SERVICE} has no transitions: clips are joined by hard cuts"
    if clip.speed != 1:
        yield "speed", f"{SERVICE} changes no speed"
    if clip.volume != 1:
        yield "volume", f"{SERVICE} changes no volume"
    if "fit" in clip.model_fields_set:
        yield "fit", f"{SERVICE} takes no word on how a clip is fitted into the picture"


def _video(video: Video) -> Iterator[Refusal]:
    for key in ("title", "description"):
        if getattr(video, key) is not None:
            yield key, f"{SERVICE} gives its videos no {key}"
    if video.bitrate is not None:
        yield "bitrate", f"{SERVICE} takes no bitrate: it follows from the size"
    width, height = video.size
    settings = EXACT.model_copy(update={"width": width, "height": height})
    for fault in adapter.faults(Cut(inputs=(Piece(asset_id="any", start=0, end=1),), settings=settings)):
        yield "size", fault.message
