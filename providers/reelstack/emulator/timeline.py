"""What a timeline uses and how long it is: enough to check a submission, not to render it.

The text comes from outside and may be hostile: every value is looked at before it is used, and a fault names its
place (`VideoTracks[0].VideoTrackClips[1].Out`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from reelstack.emulator.errors import ApiError, invalid

TRACKS_MOST = 100
IMAGE_SECONDS = 3.0
NUMBER_MOST = 1e6
REFERENCE_MOST = 1024
_TRACKS = {
    "VideoTracks": "VideoTrackClips",
    "AudioTracks": "AudioTrackClips",
    "ImageTracks": "ImageTrackClips",
}
_LISTS = (*_TRACKS, "SubtitleTracks", "EffectTracks")
ADDRESS_KEYS = frozenset(
    f"{name}{url}" for name in ("Media", "Image", "File", "Subtitle", "MaskVideo", "Font") for url in ("URL", "Url")
)
"""Keys that name a file for the service to fetch, wherever they stand. Editors' own keys (CoverURL) are not read."""


@dataclass(frozen=True)
class Use:
    """One material in one place. `until` is the last second of it that is needed, 0 when all of it is."""

    ref: str
    is_url: bool
    kind: str
    until: float
    where: str


@dataclass(frozen=True)
class Clip:
    """One clip with its track and place."""

    fields: dict[str, Any]
    tracks: str
    where: str
    track: int

    @property
    def kind(self) -> str:
        """What kind of material belongs here."""
        if self.tracks == "AudioTracks":
            return "audio"
        still = self.tracks == "ImageTracks" or self.fields.get("Type") in ("Image", "GlobalImage")
        return "image" if still else "video"

    def number(self, name: str) -> float | None:
        """A time or factor; None when absent."""
        value = self.fields.get(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= NUMBER_MOST:
            raise fault(f"{self.where}.{name}", f"{str(value)[:40]!r} is not a number from 0 to {NUMBER_MOST:g}")
        return float(value)


def fault(where: str, why: str) -> ApiError:
    """InvalidParameter with the place in the timeline."""
    return invalid("Timeline", f"{where}: {why}")


def check(timeline: Mapping[str, Any]) -> list[Use]:
    """Everything that is wrong enough to refuse the submission; returns the materials in use."""
    for name in _LISTS:
        tracks = _tracks(timeline, name)
        if len(tracks) > TRACKS_MOST:
            raise fault(name, f"there are {len(tracks)} tracks, at most {TRACKS_MOST} are allowed")
    if not timeline.get("VideoTracks") and not timeline.get("AudioTracks"):
        raise fault("VideoTracks", "neither VideoTracks nor AudioTracks has a track, there is nothing to produce")
    return [use for clip in clips(timeline) if (use := _use(clip))]


def _tracks(timeline: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    tracks = timeline.get(name) or []
    if not isinstance(tracks, list) or not all(isinstance(track, dict) for track in tracks):
        raise fault(name, "it is not a list of tracks")
    return tracks


def clips(timeline: Mapping[str, Any]) -> Iterator[Clip]:
    """Every clip that may show or sound a material."""
    for tracks, name in _TRACKS.items():
        for i, track in enumerate(_tracks(timeline, tracks)):
            if track.get("Type") in ("Effect", "Subtitle"):
                continue
            found = track.get(name) or []
            where = f"{tracks}[{i}].{name}"
            if not isinstance(found, list) or not all(isinstance(clip, dict) for clip in found):
                raise fault(where, "it is not a list of clips")
            for j, clip in enumerate(found):
                yield Clip(clip, tracks, f"{where}[{j}]", i)


def reference(clip: Clip) -> tuple[str, bool] | None:
    """(id or address, whether it is an address); None for a clip that has neither."""
    given = _references(clip)
    return given[0] if given else None


def _references(clip: Clip) -> list[tuple[str, bool]]:
    names = {"MediaId": False, "ImageId": False, "MediaURL": True, "MediaUrl": True, "ImageURL": True, "ImageUrl": True}
    found = [(clip.fields[name], is_url) for name, is_url in names.items() if clip.fields.get(name)]
    for value, _ in found:
        if not isinstance(value, str) or len(value) > REFERENCE_MOST:
            raise fault(clip.where, f"MediaId or MediaURL is not a text of at most {REFERENCE_MOST} characters")
    return found


def _use(clip: Clip) -> Use | None:
    start, end = clip.number("In") or 0.0, clip.number("Out")
    for name in ("TimelineIn", "TimelineOut", "Duration", "MaxOut", "Speed"):
        clip.number(name)
    if end is not None and end <= start:
        raise fault(f"{clip.where}.Out", f"{end:g} is not later than In ({start:g})")
    found = _references(clip)
    if not found and clip.fields.get("Type") in ("AI_TTS", "Text", "Subtitle"):
        return None
    if len(found) != 1:
        raise fault(clip.where, "exactly one of MediaId and MediaURL is needed")
    until = end if end is not None else (start + 1.0 if start else 0.0)
    return Use(*found[0], clip.kind, until, clip.where)


def addresses(value: Any, where: str = "") -> Iterator[tuple[str, str]]:
    """Every file that the timeline names by an address, with its place."""
    if isinstance(value, dict):
        for key, child in value.items():
            place = f"{where}.{key}" if where else str(key)
            if key in ADDRESS_KEYS and isinstance(child, str) and child:
                yield child, place
            else:
                yield from addresses(child, place)
    elif isinstance(value, list):
        for i, child in enumerate(value):
            yield from addresses(child, f"{where}[{i}]")


def length(timeline: Mapping[str, Any], durations: Mapping[str, float], default: float) -> float:
    """How long the output is, as documented; `durations` by material, `default` for one that is not known."""
    ends: dict[tuple[str, int], float] = {}
    previous: dict[tuple[str, int], tuple[float, float]] = {}
    for clip in clips(timeline):
        if clip.fields.get("Type") == "GlobalImage" or (clip.fields.get("LoopMode") and not clip.number("TimelineOut")):
            continue
        track = (clip.tracks, clip.track)
        end, overlap = previous.get(track, (0.0, 0.0))
        given = clip.number("TimelineIn")
        begin = given if given is not None else max(0.0, end - overlap)
        end = _end(clip, begin, durations, default)
        previous[track] = (end, _transition(clip))
        ends[track] = max(ends.get(track, 0.0), end)
    for (tracks, i), end in ends.items():
        if tracks != "ImageTracks" and timeline[tracks][i].get("MainTrack") is True:
            return round(end, 4)
    return round(max(ends.values(), default=0.0), 4)


def _end(clip: Clip, begin: float, durations: Mapping[str, float], default: float) -> float:
    until, start, out = clip.number("TimelineOut"), clip.number("In"), clip.number("Out")
    if clip.kind == "image":
        return until if until is not None else begin + (clip.number("Duration") or IMAGE_SECONDS)
    if until is not None and (start is not None or out is not None or clip.fields.get("LoopMode")):
        return until
    found = reference(clip)
    whole = durations.get(found[0], default) if found else default
    used = min(out if out is not None else whole, max(whole, 0.0)) - (start or 0.0)
    return begin + max(0.0, used) / min(100.0, max(0.1, clip.number("Speed") or 1.0))


def _transition(clip: Clip) -> float:
    effects = clip.fields.get("Effects")
    for effect in effects if isinstance(effects, list) else []:
        if isinstance(effect, dict) and effect.get("Type") == "Transition":
            seconds = effect.get("Duration", 1.0)
            return float(seconds) if isinstance(seconds, (int, float)) and 0 <= seconds < 3600 else 1.0
    return 0.0
