"""What changed in the effects of one clip, and which of its seconds look or sound different for it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Any

from reelstack.errors import property_path
from reelstack.models import canonical
from reelstack.reconcile import placing
from reelstack.reconcile.layout import Piece
from reelstack.reconcile.timeline_change import (
    CaptionText,
    Change,
    EffectChanged,
    OtherChanged,
    Spot,
    TransitionChanged,
    Trimmed,
    VolumeChanged,
)

Effect = Mapping[str, Any]
Interval = tuple[float, float]
TRANSITIONS = ("Transition", "DLTransition")
FADE = "AFade"
_QUIET = frozenset(("Volume",))
"""Effects that are the same at every second of a clip, so that its end may move without changing the rest."""


def compare(old: Piece, new: Piece, clip: Spot) -> Iterator[Change]:
    """Effects are matched by what they are: the first text with the first text, a transition with a transition."""
    before, after = _effects(old), _effects(new)
    if before is None or after is None or before == after:
        return
    left, right = _by_kind(before), _by_kind(after)
    found = False
    for kind in dict.fromkeys((*left, *right)):
        for was, now in zip_longest(left.get(kind, ()), right.get(kind, ())):
            if not _same(was, now):
                found = True
                yield from _changed(kind, was, now, clip)
    if not found:
        yield OtherChanged(property_path((*new.path, "Effects")), _order(before), _order(after))


def is_listed(piece: Piece) -> bool:
    """Whether the clip's effects can be compared one by one; what is no list of objects is compared as it is."""
    return _effects(piece) is not None


def affected(old: Piece, new: Piece, told: Sequence[Change]) -> list[Interval]:
    """The seconds that differ when this is all that changed: of a new end or transition only the last ones."""
    ends = old.until, new.until
    if told and all(isinstance(change, TransitionChanged) for change in told):
        begins = (old.until - placing.transition(old.fields), new.until - placing.transition(new.fields))
        return [(min(begins), max(ends))]
    if told and all(isinstance(change, Trimmed) for change in told) and _ends_only(old, new):
        return [(max(new.at, min(ends) - _tail(new)), max(ends))]
    return [(old.at, old.until), (new.at, new.until)]


def _ends_only(old: Piece, new: Piece) -> bool:
    kinds = {effect.get("Type") for piece in (old, new) for effect in _effects(piece) or ()}
    begins_alike = old.at == new.at and old.range[0] == new.range[0]
    return (
        kinds <= {*_QUIET, FADE, "Transition"} and begins_alike and _fades(new, "In") <= min(old.seconds, new.seconds)
    )


def _tail(piece: Piece) -> float:
    """How many seconds before its end a clip already looks or sounds different when that end moves."""
    return max(_fades(piece, "Out"), placing.transition(piece.fields))


def _fades(piece: Piece, way: str) -> float:
    """The longest fade of a clip that goes this way; one that does not say where it lies may lie at either end."""
    fades = [effect for effect in _effects(piece) or () if effect.get("Type") == FADE]
    lengths = [placing.number(one.get("Duration")) for one in fades if one.get("SubType") in (way, None, "")]
    return max((placing.TRANSITION if length is None else length for length in lengths), default=0.0)


def _effects(piece: Piece) -> list[Effect] | None:
    held = piece.look.get("Effects", [])
    return held if isinstance(held, list) and all(isinstance(one, Mapping) for one in held) else None


def _by_kind(effects: list[Effect]) -> dict[str, list[Effect]]:
    kinds: defaultdict[str, list[Effect]] = defaultdict(list)
    for effect in effects:
        kind = str(effect.get("Type", ""))
        kinds["Transition" if kind in TRANSITIONS else kind].append(effect)
    return kinds


def _order(effects: list[Effect]) -> tuple[str, ...]:
    return tuple(str(effect.get("Type", "")) for effect in effects)


def _same(was: Effect | None, now: Effect | None) -> bool:
    return was is not None and now is not None and canonical.text(was) == canonical.text(now)


def _changed(kind: str, was: Effect | None, now: Effect | None, clip: Spot) -> Iterator[Change]:
    """What is told of one effect, and the effect itself when that is not all that differs in it."""
    told: TransitionChanged | VolumeChanged | CaptionText
    if kind == "Transition":
        told, keys = TransitionChanged(clip, _transition(was), _transition(now)), {"Type", "SubType", "Duration"}
    elif kind == "Volume":
        told, keys = VolumeChanged(clip, _gain(was), _gain(now)), {"Gain"}
    elif kind == "Text":
        told, keys = CaptionText(clip, _content(was), _content(now)), {"Content"}
    else:
        yield EffectChanged(clip, kind, was, now)
        return
    is_told = told.old != told.new
    if is_told:
        yield told
    if not is_told or not (was is None or now is None or _same(_less(was, keys), _less(now, keys))):
        yield EffectChanged(clip, kind, was, now)


def _less(effect: Effect, keys: set[str]) -> Effect:
    return {key: held for key, held in effect.items() if key not in keys}


def _transition(effect: Effect | None) -> tuple[str, float] | None:
    if effect is None:
        return None
    seconds = placing.number(effect.get("Duration"))
    name = str(effect.get("SubType", "")) or "fade"
    kept_length = " (keeps the length)" if effect.get("Type") == "DLTransition" else ""
    return name + kept_length, placing.TRANSITION if seconds is None else seconds


def _gain(effect: Effect | None) -> float:
    gain = placing.number(effect.get("Gain")) if effect is not None else None
    return 1.0 if gain is None else gain


def _content(effect: Effect | None) -> str:
    return str(effect.get("Content", "")) if effect is not None else ""
