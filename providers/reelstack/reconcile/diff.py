"""What differs between two JSON values, place by place. The only module that knows DeepDiff.

Canonical forms are compared first, and nothing else happens when they are equal: that is the common case, and DeepDiff
takes hundreds of times as long to find nothing. Lists are compared place by place. A list whose order tells a story
has a diff of its own: `timeline_diff`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from reelstack.errors import property_path
from reelstack.models import canonical
from reelstack.reconcile.change import Change, Means

_NONE: tuple[object, ...] = (None, "", {}, [])
_Place = tuple[int | str, ...]


def same(old: object, new: object) -> bool:
    """Whether two JSON values mean the same: by canonical form, with an empty value like none."""
    if old in _NONE and new in _NONE:
        return True
    return canonical.text(old) == canonical.text(new)


def fields(old: Mapping[str, object], new: Mapping[str, object]) -> tuple[str, ...]:
    """The names of the fields that differ, sorted; an absent field is like None."""
    return tuple(sorted(key for key in {*old, *new} if not same(old.get(key), new.get(key))))


def compare(
    old: Mapping[str, object],
    new: Mapping[str, object],
    table: Mapping[str, Means] | None = None,
    *,
    otherwise: Means = Means.UPDATE,
) -> tuple[Change, ...]:
    """Every place in which two property mappings differ, ordered by path; `table` says what a field's change means."""
    means = table or {}
    changes = []
    for field in fields(old, new):
        found = sorted(_within(field, old.get(field), new.get(field)), key=lambda one: _order(one[0]))
        changes += [Change(property_path(at), was, now, means.get(field, otherwise)) for at, was, now in found]
    return tuple(changes)


def _within(field: str, old: object, new: object) -> Iterator[tuple[_Place, object, object]]:
    if not (isinstance(old, Mapping | list) and isinstance(new, Mapping | list)):
        yield (field,), old, new
        return
    from deepdiff import DeepDiff  # a sixth of a second to import, and most runs find nothing changed

    left, right = canonical.canonical(old), canonical.canonical(new)
    for kind, found in DeepDiff(left, right, view="tree", zip_ordered_iterables=True).items():
        for one in found:
            was = None if kind.endswith("_added") else one.t1
            now = None if kind.endswith("_removed") else one.t2
            yield (field, *one.path(output_format="list")), was, now


def _order(place: _Place) -> list[tuple[bool, int, str]]:
    """Places in the order of reading: numbers by value, before names."""
    return [(isinstance(part, str), 0, part) if isinstance(part, str) else (False, part, "") for part in place]
