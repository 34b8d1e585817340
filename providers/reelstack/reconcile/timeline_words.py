"""A timeline's differences in words: one line that counts them, and one line for each. Plain text, no colours.

Names and texts are shortened; addresses lose their query. Whoever prints the lines masks what is secret in them.
"""

from __future__ import annotations

import math
import re
from collections import Counter

from reelstack.models import timecode
from reelstack.reconcile import caption_style
from reelstack.reconcile.timeline_change import (
    Added,
    CaptionRestyled,
    CaptionText,
    Change,
    EffectChanged,
    Moved,
    OfClip,
    OtherChanged,
    Range,
    Removed,
    ReplacedMedia,
    Retimed,
    Shifted,
    Spot,
    TimelineDiff,
    TrackAdded,
    TrackMoved,
    TrackRemoved,
    TransitionChanged,
    Trimmed,
    VolumeChanged,
)

NOTHING = "nothing that is seen or heard"
LONGEST = 40
_SEEN = 20

# How many of them, in the order in which they are said.
_LENGTHENED = "lengthened"
_COUNTED: dict[type | str, tuple[str, str]] = {
    Added: ("added", "added"),
    Removed: ("removed", "removed"),
    Moved: ("moved", "moved"),
    _LENGTHENED: ("lengthened", "lengthened"),
    Trimmed: ("trimmed", "trimmed"),
    Retimed: ("retimed", "retimed"),
    Shifted: ("shifted", "shifted"),
    ReplacedMedia: ("material replaced", "materials replaced"),
    CaptionText: ("text changed", "texts changed"),
    CaptionRestyled: ("caption restyled", "captions restyled"),
    TransitionChanged: ("transition changed", "transitions changed"),
    EffectChanged: ("effect changed", "effects changed"),
    VolumeChanged: ("volume changed", "volumes changed"),
    TrackAdded: ("track added", "tracks added"),
    TrackRemoved: ("track removed", "tracks removed"),
    TrackMoved: ("track moved", "tracks moved"),
    OtherChanged: ("other value changed", "other values changed"),
}


def summary(found: TimelineDiff) -> str:
    """All of it in one line: `1 added, 999 shifted by 3 s`."""
    counts = Counter(_counted_as(change) for change in found.changes if not isinstance(change, Shifted))
    shifts: Counter[float] = Counter()
    for change in found.changes:
        if isinstance(change, Shifted):
            shifts[change.by] += change.count
    parts = []
    for kind, (one, many) in _COUNTED.items():
        if kind is Shifted:
            parts += _shifts(shifts)
        elif counts[kind]:
            parts.append(f"{counts[kind]} {one if counts[kind] == 1 else many}")
    return ", ".join(parts) or NOTHING


def _counted_as(change: Change) -> type | str:
    if isinstance(change, Trimmed) and _is_longer(change.old, change.new):
        return _LENGTHENED
    return type(change)


def _is_longer(old: Range, new: Range) -> bool:
    """Whether more of the material is shown: until its end is more than until any second of it."""
    was, now = (math.inf if one[1] is None else one[1] - (one[0] or 0.0) for one in (old, new))
    return now > was + 0.001


def _shifts(shifts: Counter[float]) -> list[str]:
    if len(shifts) > 2:
        return [f"{shifts.total()} shifted"]
    return [f"{count} shifted by {_signed(by)}" for by, count in shifts.items()]


def lines(found: TimelineDiff) -> tuple[str, ...]:
    """Every change in a line of its own, in the order of the output; last, which seconds are others."""
    if not found:
        return ()
    told = [line(change) for change in found.changes]
    return (*told, *spans(found))


def spans(found: TimelineDiff) -> tuple[str, ...]:
    """Which seconds are others, and how long it was and is."""
    told = list[str]()
    affected = ", ".join(f"{_time(begin)}–{_time(end)}" for begin, end in found.affected)
    if affected:
        told.append(f"seconds that change: {affected}" + ("" if found.sure else " (estimated)"))
    if abs(found.new_seconds - found.old_seconds) >= 0.001:
        told.append(f"length: {_seconds(found.old_seconds)} → {_seconds(found.new_seconds)}")
    return tuple(told)


def line(change: Change) -> str:
    """One change: a sign (+ added, − removed, ~ changed, > shifted), which clip, and what of it."""
    match change:
        case Added(clip):
            return f"+ {_who(clip)} at {_time(clip.at)}, {_seconds(clip.until - clip.at)}"
        case Removed(clip):
            return f"- {_who(clip)} at {_time(clip.at)}, {_seconds(clip.until - clip.at)}"
        case Moved(clip, old):
            return f"~ {_who(clip)} moved from {_time(old.at)} to {_time(clip.at)}"
        case Shifted(first, count, by):
            way = f"from {_time(round(first.at - by, 3))} to {_time(first.at)}"
            return f"> {_many(count, first.kind)} shifted by {_signed(by)}, {'the first ' if count > 1 else ''}{way}"
        case TrackAdded(kind, path, clips):
            return f"+ {_track(kind, path)} with {_many(clips, 'clip')}"
        case TrackRemoved(kind, path, clips):
            return f"- {_track(kind, path)} with {_many(clips, 'clip')}"
        case TrackMoved(kind, path, old_path):
            return f"~ {_track(kind, path)} was {_track(kind, old_path)}"
        case OtherChanged(path, old_value, new_value):
            return f"~ {path}: {_value(old_value)} → {_value(new_value)}"
        case _:
            return f"~ {_who(change.clip)} at {_time(change.clip.at)}: {_what(change)}"


def _what(change: OfClip) -> str:
    match change:
        case Trimmed(_, old, new):
            return _trimmed(old, new)
        case Retimed(_, old_speed, new_speed):
            return f"speed {old_speed:g} → {new_speed:g}"
        case ReplacedMedia(_, old_name):
            return f"material replaced, was {material(old_name)}"
        case CaptionText(_, old_text, new_text):
            return "text {} → {}".format(*map(_quoted, _told_apart(old_text, new_text)))
        case CaptionRestyled(_, old_looks, new_looks):
            return ", ".join(_restyled(path, old_looks.get(path), new_looks.get(path)) for path in new_looks)
        case EffectChanged(_, effect, None, _):
            return f"effect {effect or '?'} added"
        case EffectChanged(_, effect, _, None):
            return f"effect {effect or '?'} removed"
        case EffectChanged(_, effect, _, _):
            return f"effect {effect or '?'} changed"
        case TransitionChanged(_, was, now):
            return f"transition {_transition(was)} → {_transition(now)}"
        case VolumeChanged(_, old_gain, new_gain):
            return f"volume {old_gain:g} → {new_gain:g}"


def _restyled(path: str, old: object, new: object) -> str:
    was, now = (material(caption_style.value(path, held)) for held in (old, new))  # a font may be an address
    return f"{caption_style.WORDS.get(path, path)} {was} → {now}"


def _trimmed(old: Range, new: Range) -> str:
    if old[0] is None and new[0] is None:
        return f"lasts {_end(old[1])} → {_end(new[1])}"
    return f"cut {_end(old[0])}–{_end(old[1])} → {_end(new[0])}–{_end(new[1])}"


def _many(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def _end(value: float | None) -> str:
    return "its end" if value is None else _seconds(value)


def _transition(value: tuple[str, float] | None) -> str:
    return "none" if value is None else f"{value[0]} {_seconds(value[1])}"


def _track(kind: str, path: str) -> str:
    """Tracks are counted from one, as people do."""
    place = re.search(r"\[(\d+)\]$", path)
    return f"{kind} track {int(place[1]) + 1}" if place else f"{kind} track"


def _who(clip: Spot) -> str:
    name = _quoted(clip.name) if clip.kind == "caption" else material(clip.name)
    return f"{clip.kind} {name}".strip()


def material(name: str) -> str:
    """A material's id, or the last part of its address."""
    if "://" in name:
        bare = name.split("?", 1)[0]
        name = bare.rsplit("/", 1)[-1] or bare
    return _short(name)


def _quoted(text: str) -> str:
    return f"“{_short(text)}”"


def _told_apart(old: str, new: str) -> tuple[str, str]:
    """Two texts from a little before where they begin to differ, when that is too late to be seen."""
    old, new = " ".join(old.split()), " ".join(new.split())
    pairs = enumerate(zip(old, new, strict=False))
    same = next((at for at, (was, now) in pairs if was != now), min(len(old), len(new)))
    if same < LONGEST - _SEEN:
        return old, new
    begin = max(old.rfind(" ", 0, same) + 1, same - _SEEN)
    return f"…{old[begin:]}", f"…{new[begin:]}"


def _value(value: object) -> str:
    return "none" if value is None else _short(str(value))


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _time(seconds: float) -> str:
    return timecode.spell(max(0.0, seconds))


def _seconds(seconds: float) -> str:
    return f"{round(seconds, 3):.10g} s"


def _signed(seconds: float) -> str:
    return _seconds(seconds) if seconds > 0 else f"−{_seconds(-seconds)}"
