"""ProduceEditingProjectVideo: the request, what it does to the project, and what is wrong with it before it is sent.

The rules are those of the operation's page. Paths in the faults are our field names, then the keys as the service
spells them. What only the service knows (whether a material is there and in order, its size) is not checked here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum

from reelstack.clouds.alibaba_vod.requests import Parameters
from reelstack.errors import Fault
from reelstack.wire.parameters import Json, text

MOST_TRACKS = 100
MOST_MATERIALS = 200
LONGEST_USER_DATA = 256
MIN_SIDE, MAX_SIDE, MAX_SHORT_SIDE = 128, 4096, 2160
HOME_REGION = "cn-shanghai"

_TRACKS = {"VideoTracks": "video", "ImageTracks": "image", "SubtitleTracks": "subtitle"}
_CLIPS = {"VideoTracks": "VideoTrackClips", "AudioTracks": "AudioTrackClips", "ImageTracks": "ImageTrackClips"}
# The "clips" of such a video track are effects or texts, and no materials.
_WITHOUT_MATERIALS = ("Effect", "Subtitle")
_OVERWRITES = ("timeline", "title", "description", "cover_url")


class Effect(Enum):
    """What a production does, by which of project and timeline it gives."""

    NOTHING = "neither project nor timeline: it cannot be produced"
    CREATES = "a project is created of the timeline, and the video produced"
    PRODUCES = "the project's last saved timeline is produced"
    OVERWRITES = "the timeline is produced, and the project overwritten with it"


@dataclass(frozen=True, kw_only=True)
class NewProduction(Parameters):
    """ProduceEditingProjectVideo. At least one of `project_id` and `timeline`; `effect` says what comes of it.

    `title`, `description` and `cover_url` are the project's; the video's own are in `media_metadata`. There is no
    client token: repeating it makes, and bills, another video.
    """

    project_id: str | None = None
    timeline: Json | None = field(default=None, repr=False)
    title: str | None = None
    description: str | None = None
    cover_url: str | None = None
    media_metadata: Json | None = None
    produce_config: Json | None = None
    user_data: Json | None = field(default=None, repr=False)
    app_id: str | None = None

    @property
    def effect(self) -> Effect:
        """What the service does with this combination. A timeline without tracks is one, too: it would be saved."""
        if self.timeline is not None:
            return Effect.OVERWRITES if self.project_id else Effect.CREATES
        return Effect.PRODUCES if self.project_id else Effect.NOTHING

    @property
    def overwrites(self) -> tuple[str, ...]:
        """The fields of the given project that it would overwrite; a project that somebody manages allows none."""
        if not self.project_id:
            return ()
        return tuple(name for name in _OVERWRITES if getattr(self, name) is not None)

    def faults(self, region: str) -> list[Fault]:
        """All that the service would refuse, found without asking it. `region`: where it is sent to."""
        return [
            *([_fault("project_id", "give a project, a timeline or both")] if self.effect is Effect.NOTHING else []),
            *(_timeline_faults(self.timeline) if self.timeline is not None else []),
            *_user_data_faults(self.user_data),
            *_config_faults(self.produce_config or {}, region),
        ]


def _fault(path: str, message: str) -> Fault:
    return Fault(message, path=path)


def _timeline_faults(timeline: Json) -> Iterator[Fault]:
    if not timeline.get("VideoTracks") and not timeline.get("AudioTracks"):
        yield _fault("timeline", "it has neither video nor audio tracks, so there is nothing to produce")
    for name, kind in _TRACKS.items():
        count = len(_objects(timeline.get(name)))
        if count > MOST_TRACKS:
            yield _fault(f"timeline.{name}", f"at most {MOST_TRACKS} {kind} tracks, not {count}")
    for path, clip in _clips(timeline, "VideoTracks"):
        if not clip.get("MediaId"):
            yield _fault(f"{path}.MediaId", "every video clip needs a media id; VOD takes no URLs")
    materials = len({material for name in _CLIPS for _, clip in _clips(timeline, name) for material in _ids(clip)})
    if materials > MOST_MATERIALS:
        yield _fault("timeline", f"at most {MOST_MATERIALS} materials, not {materials}")


def _clips(timeline: Json, tracks: str) -> Iterator[tuple[str, Json]]:
    for at, track in enumerate(_objects(timeline.get(tracks))):
        if track.get("Type") in _WITHOUT_MATERIALS:
            continue
        for number, clip in enumerate(_objects(track.get(_CLIPS[tracks]))):
            yield f"timeline.{tracks}[{at}].{_CLIPS[tracks]}[{number}]", clip


def _objects(value: object) -> list[Json]:
    items = value if isinstance(value, list | tuple) else ()
    return [item if isinstance(item, Mapping) else {} for item in items]


def _ids(clip: Json) -> Iterator[str]:
    return (str(clip[name]) for name in ("MediaId", "ImageId") if clip.get(name))


def _user_data_faults(user_data: Json | None) -> Iterator[Fault]:
    length = len(text(user_data)) if user_data is not None else 0
    if length > LONGEST_USER_DATA:
        yield _fault("user_data", f"at most {LONGEST_USER_DATA} characters as JSON, not {length}")


def _config_faults(config: Json, region: str) -> Iterator[Fault]:
    path = "produce_config"
    sides = {name: _side(config.get(name)) for name in ("Width", "Height")}
    for name, side in sides.items():
        if side is not None and not MIN_SIDE <= side <= MAX_SIDE:
            yield _fault(f"{path}.{name}", f"between {MIN_SIDE} and {MAX_SIDE} pixels, not {side:g}")
    given = [side for side in sides.values() if side is not None]
    if len(given) == len(sides) and MAX_SHORT_SIDE < min(given) <= MAX_SIDE:
        yield _fault(path, f"the shorter side is at most {MAX_SHORT_SIDE} pixels, not {min(given):g}")
    location = str(config.get("StorageLocation") or "")
    if not location and region != HOME_REGION:
        yield _fault(f"{path}.StorageLocation", f"needed in every region but {HOME_REGION}, so in {region} too")
    elif _region_of(location) not in ("", region):
        yield _fault(f"{path}.StorageLocation", f"{location} is not in {region}, where the production is")


def _side(value: object) -> float | None:
    """A width or height as a number; None when it is not given. What is no number is out of every range."""
    if value is None:
        return None
    try:
        return float(str(value))
    except ValueError:
        return 0.0


def _region_of(location: str) -> str:
    """The region in a bucket's address, `bucket.oss-cn-beijing.aliyuncs.com/path`; empty when it names none."""
    host = location.removeprefix("https://").removeprefix("http://").partition("/")[0]
    _, dot, rest = host.partition(".oss-")
    return rest.partition(".")[0].removesuffix("-internal") if dot else ""
