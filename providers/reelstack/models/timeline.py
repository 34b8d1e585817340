"""Rules over a native timeline: what the services would refuse, found by looking.

The format is open: unknown keys are nobody's fault and stay. What is looked at is what the pages of
SubmitMediaProducingJob and ProduceEditingProjectVideo name as limits, and where materials come from.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from reelstack.errors import Fault
from reelstack.models import oss

Json = Mapping[str, Any]

MAX_TRACKS = 100
MAX_MATERIALS = 200  # VOD; IMS does not count them

COUNTED = {"VideoTracks": "video", "ImageTracks": "image", "SubtitleTracks": "subtitle"}
CLIPS = {
    "VideoTracks": "VideoTrackClips",
    "AudioTracks": "AudioTrackClips",
    "ImageTracks": "ImageTrackClips",
    "SubtitleTracks": "SubtitleTrackClips",
}

# The "clips" of such a video track are effects or texts, and no materials.
_WITHOUT_MATERIALS = ("Effect", "Subtitle")
# Clips of a video track that show a material; others (the format is open) may do without.
_SHOWING = (None, "", "Video", "Image", "GlobalImage")
_IDS = ("MediaId", "ImageId")
_URLS = ("MediaURL", "MediaUrl", "ImageURL", "ImageUrl")
_FILES = (*_URLS, "FileURL", "SubtitleURL", "MaskVideoUrl")


@dataclass(frozen=True)
class Material:
    """One use of a material: where, and its media id or URL."""

    path: str
    media_id: str = ""
    url: str = ""


def faults(timeline: Json, service: str, region: str, path: str = "timeline") -> Iterator[Fault]:
    """All that this service would refuse in a timeline, as it is kept in a project. Paths begin with `path`."""
    for name, kind in COUNTED.items():
        count = len(_objects(timeline.get(name)))
        if count > MAX_TRACKS:
            yield Fault(f"at most {MAX_TRACKS} {kind} tracks, not {count}", path=f"{path}.{name}")
    yield from _misspelt_lists(timeline, path)
    for tracks, where, clip in _clips(timeline, path):
        yield from _clip_faults(tracks, where, clip, service)
        for place, url in _files(where, clip):
            if said := _url_fault(place, url, service, region):
                yield Fault(said, path=place)
    count = len({each.media_id or each.url for each in materials(timeline, path)})
    if service == "vod" and count > MAX_MATERIALS:
        yield Fault(f"at most {MAX_MATERIALS} materials, not {count}", path=path)


def production_faults(timeline: Json, service: str, region: str, path: str = "timeline") -> Iterator[Fault]:
    """The same for a timeline that is to be produced: an empty one may be kept, but there is nothing in it."""
    if not timeline.get("VideoTracks") and not timeline.get("AudioTracks"):
        yield Fault("it has neither video nor audio tracks, so there is nothing to produce", path=path)
    elif not any(True for tracks in ("VideoTracks", "AudioTracks") for _ in _listed(timeline, tracks)):
        yield Fault("its tracks hold no clips, so there is nothing to produce", path=path)
    yield from faults(timeline, service, region, path)


def materials(timeline: Json, path: str = "timeline") -> Iterator[Material]:
    """Every use of a material, with the path of the key that names it."""
    for _, where, clip in _clips(timeline, path):
        for name in _IDS:
            if clip.get(name):
                yield Material(f"{where}.{name}", media_id=str(clip[name]))
        for name in _URLS:
            if clip.get(name):
                yield Material(f"{where}.{name}", url=str(clip[name]))


def is_sound_only(timeline: Json) -> bool:
    """Whether nothing in it is seen: no track of pictures, texts or effects has anything on it."""
    lists = ("VideoTracks", "ImageTracks", "SubtitleTracks", "EffectTracks")
    return not any(_objects(timeline.get(name)) for name in lists) and bool(_objects(timeline.get("AudioTracks")))


def _clip_faults(tracks: str, where: str, clip: Json, service: str) -> Iterator[Fault]:
    ids = [name for name in _IDS if clip.get(name)]
    urls = [name for name in _URLS if clip.get(name)]
    shows = tracks == "VideoTracks" and clip.get("Type") in _SHOWING
    if ids and urls:
        yield Fault("give a media id or a URL, not both", path=f"{where}.{urls[0]}")
    elif tracks == "VideoTracks" and service == "vod" and "MediaId" not in ids:
        yield Fault("every video clip needs a media id; VOD takes no URLs", path=f"{where}.MediaId")
    elif shows and not ids and not urls:
        yield Fault(
            "the clip names no material: give its MediaId, or the MediaURL of an OSS object", path=f"{where}.MediaId"
        )
    begin, end = _number(clip.get("In")) or 0, _number(clip.get("Out"))
    if end is not None and end <= begin:
        yield Fault(f"Out must be after In ({begin:g}), not at {end:g}", path=f"{where}.Out")


def _url_fault(place: str, url: str, service: str, region: str) -> str:
    name = place.rpartition(".")[2]
    if service == "vod" and name in _URLS and ".Effects[" not in place:
        # Where an id is needed, that was said already.
        return "" if ".VideoTrackClips[" in place else "VOD takes no URLs of materials: give its media id"
    return oss.material_fault(url, region)


def _files(where: str, value: object) -> Iterator[tuple[str, str]]:
    """Every address of a file in a clip and its effects, with its path."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            if key in _FILES and isinstance(item, str) and item:
                yield f"{where}.{key}", item
            else:
                yield from _files(f"{where}.{key}", item)
    elif isinstance(value, list | tuple):
        for number, item in enumerate(value):
            yield from _files(f"{where}[{number}]", item)


def _listed(timeline: Json, tracks: str) -> Iterator[Json]:
    """The clips of all tracks of a kind, whatever they are."""
    for track in _objects(timeline.get(tracks)):
        yield from _objects(track.get(CLIPS[tracks]))


def _misspelt_lists(timeline: Json, path: str) -> Iterator[Fault]:
    """Lists of clips under a name that is nearly right: the format is open, but such a track would be empty."""
    for tracks, clips in CLIPS.items():
        for at, track in enumerate(_objects(timeline.get(tracks))):
            near = [] if clips in track else difflib.get_close_matches(clips, list(track), n=1, cutoff=0.8)
            for name in near:
                yield Fault(f"did you mean {clips!r}?", path=f"{path}.{tracks}[{at}].{name}")


def _clips(timeline: Json, path: str) -> Iterator[tuple[str, str, Json]]:
    for tracks, clips in CLIPS.items():
        for at, track in enumerate(_objects(timeline.get(tracks))):
            if track.get("Type") in _WITHOUT_MATERIALS:
                continue
            for number, clip in enumerate(_objects(track.get(clips))):
                yield tracks, f"{path}.{tracks}[{at}].{clips}[{number}]", clip


def _objects(value: object) -> list[Json]:
    items = value if isinstance(value, list | tuple) else ()
    return [item if isinstance(item, Mapping) else {} for item in items]


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
