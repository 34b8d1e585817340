"""One form for what is declared and for what a service answers of it, so that only real differences are left.

A service may write a timeline in its own way: other key order, numbers as text, defaults and computed times filled in,
JSON as text, addresses signed anew at each call, the VOD editor's old spelling, ids that editors keep for themselves.
None of it changes the video. Keys that are not known here are kept: the format is open.

Used to hold the cloud's state against the declared one. Two declarations are compared as they are written
(`models.canonical`): whatever a user changes is sent, also where this module would call it the same.
API: "Timeline configurations" (IMS); AddEditingProject, GetEditingProject (VOD) for the old spelling.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from reelstack.models import canonical
from reelstack.models.production import MARKER
from reelstack.reconcile import placing

TRACKS = {
    "VideoTracks": "VideoTrackClips",
    "AudioTracks": "AudioTrackClips",
    "ImageTracks": "ImageTrackClips",
    "SubtitleTracks": "SubtitleTrackClips",
    "EffectTracks": "EffectTrackItems",
}
IN_SEQUENCE = ("VideoTracks", "AudioTracks", "ImageTracks")

_TIMES = ("In", "Out", "MaxOut", "Duration", "TimelineIn", "TimelineOut", "Speed")
_FRAME = ("X", "Y", "FixedX", "FixedY", "Width", "Height", "Opacity", "Angle", "Radius", "DyncFrames")
_LETTERS = ("FontSize", "FixedFontSize", "FontColorOpacity", "Spacing", "LineSpacing", "Outline", "BorderStyle")
NUMBERS = frozenset((*_TIMES, *_FRAME, *_LETTERS, "TextWidth", "Gain", "SpeechRate", "PitchRate"))
FLAGS = frozenset(("MainTrack", "LoopMode", "Bold", "Italic", "Underline"))
# What editors keep for themselves. ClipId goes too, unless a ReferenceClipId names it.
BOOKKEEPING = {
    "timeline": frozenset((MARKER, "Id", "FECanvas", "AspectRatio")),
    "track": frozenset((MARKER, "Id", "TrackId", "Count")),
    "clip": frozenset((MARKER, "Id", "TrackId", "VirginDuration")),
    "effect": frozenset((MARKER, "Id")),
}
# The old editor of VOD also wrote these; they are the present's words for other things, so they go only from there.
OLD_BOOKKEEPING = {
    "timeline": frozenset(("Title", "CreationTime", "ModifiedTime", "Duration", "CurrentRuler", "CurrentPosition")),
    "clip": frozenset(("Title", "Index", "CutFlag", "TextFlag", "DeWatermarkFlag", "URL", "CoverURL", "SpriteURLs")),
}
_PICTURE = {"Type": "Video", "In": 0, "Speed": 1, "Opacity": 1}
_TEXT = {"FontColorOpacity": 1, "BorderStyle": 1, "Spacing": 0, "Angle": 0, "Outline": 0}
DEFAULTS: Mapping[str, Mapping[str, object]] = {
    "track": {"MainTrack": False},
    "VideoTracks": _PICTURE,
    "AudioTracks": {"In": 0, "Speed": 1, "LoopMode": False},
    "SubtitleTracks": {"TimelineIn": 0, **_TEXT},
    "EffectTracks": {"TimelineIn": 0},
    "Text": _TEXT,
    "Transition": {"Duration": 1},
    "DLTransition": {"Duration": 1},
}
# Only where width and height are given as well: a picture without them is centred.
_FRAMED = {"X": 0, "Y": 0, "AdaptMode": "Fill"}
_SPELLINGS = {"MediaUrl": "MediaURL", "ImageUrl": "ImageURL"}

_NUMBER = re.compile(r"\s*[+-]?\d{1,15}(\.\d{0,15})?([eE][+-]?\d{1,2})?\s*")
_SIGNATURE = re.compile(
    r"expires|ossaccesskeyid|signature|security-token|auth_key|x-oss-(?:signature.*|credential|date|expires"
    r"|additional-headers|security-token)|x-amz-(?:signature|credential|date|expires|algorithm|signedheaders|security-token)",
    re.IGNORECASE,
)


def project(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of an editing project (`models.project`), declared or as the cloud holds them."""
    forms = {"timeline": timeline, "cover_url": url}
    documents = ("clips_param", "material_maps", "business_config")
    found = {key: forms.get(key, document if key in documents else plain)(value) for key, value in fields.items()}
    return {key: value for key, value in found.items() if not _is_empty(value)}


def document(value: object) -> Any:
    """A value that may be written as JSON text; text that is not JSON stays text."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return value
    found = plain(value)
    return {key: item for key, item in found.items() if key != MARKER} if isinstance(found, dict) else found


def plain(value: object) -> Any:
    """Any JSON value: numbers in one form, empty values left out of objects. Idempotent."""
    if isinstance(value, float):
        return canonical.canonical(value) if math.isfinite(value) else str(value)
    if isinstance(value, Mapping):
        return {str(key): held for key, item in value.items() if not _is_empty(held := plain(item))}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value


def url(value: object) -> Any:
    """An address without its signature, which is another at each call; what else its query says stays."""
    if not isinstance(value, str) or "?" not in value:
        return value
    try:
        parts = urlsplit(value)
    except ValueError:
        return value
    said = parse_qsl(parts.query, keep_blank_values=True)
    kept = [(key, held) for key, held in said if not _SIGNATURE.fullmatch(key)]
    return parts._replace(query=urlencode(kept)).geturl() if len(kept) < len(said) else value


def timeline(value: object) -> Any:
    """A native timeline, given as a value or as JSON text. Times that follow from the sequence are left out."""
    found = document(value)
    if not isinstance(found, dict):
        return found
    old = any("VideoId" in clip for clip in _clips(found))
    named = frozenset(str(clip["ReferenceClipId"]) for clip in _clips(found) if "ReferenceClipId" in clip)
    kept = without(found, "timeline", old=old)
    for kind in TRACKS:
        if isinstance(kept.get(kind), list):
            kept[kind] = [_track(track, kind, named, old=old) for track in kept[kind]]
    return kept


def _clips(found: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for kind in TRACKS:
        tracks = found.get(kind)
        for track in tracks if isinstance(tracks, list) else ():
            lists = track.values() if isinstance(track, dict) else ()
            yield from (clip for held in lists if isinstance(held, list) for clip in held if isinstance(clip, dict))


def _track(track: object, kind: str, named: frozenset[str], *, old: bool) -> object:
    if not isinstance(track, dict):
        return track
    kept = track_fields(track, old=old)
    for name, held in track.items():
        if name in TRACKS.values() and isinstance(held, list):
            clips = [clip(one, kind, named, old=old) for one in held]
            kept[name] = _in_sequence(clips, still=kind == "ImageTracks") if kind in IN_SEQUENCE else clips
    return kept


def track_fields(track: Mapping[str, Any], *, old: bool = False) -> dict[str, Any]:
    """A track without its clips."""
    own = {key: held for key, held in track.items() if key not in TRACKS.values()}
    gone = ("Duration",) if old else ()
    return _settled(without({key: held for key, held in own.items() if key not in gone}, "track"), "track")


def clip(value: object, kind: str, named: frozenset[str] = frozenset(), *, old: bool = False) -> Any:
    """A clip of a track of that kind; `named` are the clip ids that other clips refer to. Times stay as they are."""
    if not isinstance(value, Mapping):
        return value
    spelt = without(value, "clip", old=old)
    if str(spelt.get("ClipId", "")) not in named:
        spelt.pop("ClipId", None)
    if "VideoId" in spelt:
        spelt = {"MediaId": spelt.pop("VideoId"), **spelt}
    if isinstance(spelt.get("Effects"), list):
        spelt["Effects"] = [effect(one) for one in spelt["Effects"]]
    found = _settled(spelt, kind)
    if kind == "VideoTracks" and "Width" in found and "Height" in found:
        found = {key: held for key, held in found.items() if not (key in _FRAMED and held == _FRAMED[key])}
    return found


def effect(value: object) -> Any:
    """One effect of a clip."""
    if not isinstance(value, Mapping):
        return value
    return _settled(without(value, "effect"), str(value.get("Type", "")))


def without(value: Mapping[str, Any], part: str, *, old: bool = False) -> dict[str, Any]:
    """A part of a timeline without what editors keep for themselves; `old`: written by the old editor of VOD."""
    gone = BOOKKEEPING[part] | (OLD_BOOKKEEPING.get(part, frozenset()) if old else frozenset())
    return {key: held for key, held in value.items() if key not in gone}


def _settled(value: Mapping[str, Any], part: str) -> dict[str, Any]:
    """Known keys in one spelling, their values in one form, those that say what holds anyway left out."""
    defaults = DEFAULTS.get(part, {})
    found = {}
    for written, item in value.items():
        key = _SPELLINGS.get(written, written)
        held = _held(key, item)
        if not _is_empty(held) and not (key in defaults and defaults[key] == held):
            found[key] = held
    return found


def _held(key: str, value: object) -> Any:
    if isinstance(value, str):
        if key in NUMBERS and _NUMBER.fullmatch(value):
            return plain(float(value))
        if key in FLAGS and value.lower() in ("true", "false"):
            return value.lower() == "true"
        return url(value) if key.endswith(("URL", "Url")) else value
    if isinstance(value, Mapping) and key == "FontFace":
        return {name: held for name, item in value.items() if (held := _held(name, item)) is not False}
    return plain(value)


def _in_sequence(clips: list[Any], *, still: bool) -> list[Any]:
    """The clips of a track without the times that they would have by themselves."""
    spans = placing.sequence(clips, still=still)
    return [
        _unplaced(one, span, still=still) if isinstance(one, dict) else one
        for one, span in zip(clips, spans, strict=True)
    ]


def _unplaced(one: dict[str, Any], span: placing.Span, *, still: bool) -> dict[str, Any]:
    own = None if placing.is_looped(one) else placing.own_length(one, still=still)
    implied = {"TimelineIn": span.implied, "TimelineOut": None if own is None else span.at + own}
    return {key: held for key, held in one.items() if not _near(held, implied.get(key))}


def _near(held: object, time: float | None) -> bool:
    found = None if time is None else placing.number(held)
    return found is not None and time is not None and abs(found - time) <= placing.TOLERANCE


def _is_empty(value: object) -> bool:
    return value is None or (isinstance(value, str | dict | list) and not value)
