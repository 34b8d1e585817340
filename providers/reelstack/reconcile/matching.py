"""Which item of one list is which of another: by content first, then by ever weaker likeness, then by position.

Pure and general: it knows lists and keys. `align` keeps the order and costs O(n log n): it cuts off what both lists
begin and end with, gives every remaining key its number of occurrence, and takes the longest run of common ones that
rises in both lists (patience).
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Item = TypeVar("Item")
Key = Callable[[Item], Hashable]
Same = Callable[[Item, Item], bool]
Pair = tuple[int, int]
Pairs = list[Pair]


@dataclass(frozen=True)
class Matching(Generic[Item]):
    """`kept` in the same order in both lists, `moved` out of it, and what is in one list only."""

    kept: tuple[tuple[Item, Item], ...]
    moved: tuple[tuple[Item, Item], ...]
    removed: tuple[Item, ...]
    added: tuple[Item, ...]


def match(
    old: Sequence[Item],
    new: Sequence[Item],
    *,
    alike: Sequence[Key[Item]],
    akin: Sequence[Key[Item]] = (),
    same: Same[Item] | None = None,
) -> Matching[Item]:
    """Match two lists. `alike`: keys from the strictest on; `akin`: weaker ones, tried after what has moved is known.

    What is left between two neighbours, as many in one list as in the other, is matched by position. `same`: as for
    `align`.
    """
    kept: Pairs = align(old, new, alike[0], unique=True, same=same)
    for key in alike:
        kept = _refined(kept, old, new, key)
    moved = _across(kept, old, new, alike)
    for key in akin:
        kept = _refined(kept, old, new, key, moved)
    kept = sorted(kept + [pair for gap in _gaps(kept, old, new, moved) for pair in _by_position(*gap)])
    paired_old = {i for i, _ in kept + moved}
    paired_new = {j for _, j in kept + moved}
    return Matching(
        tuple((old[i], new[j]) for i, j in kept),
        tuple((old[i], new[j]) for i, j in sorted(moved, key=lambda pair: pair[1])),
        tuple(item for i, item in enumerate(old) if i not in paired_old),
        tuple(item for j, item in enumerate(new) if j not in paired_new),
    )


def align(
    old: Sequence[Item], new: Sequence[Item], key: Key[Item], *, unique: bool = False, same: Same[Item] | None = None
) -> Pairs:
    """Pairs of places with equal keys, rising in both lists; `unique`: only of keys that stand once in each.

    `same` says of two items whether they are equal, where that costs less than their keys.
    """
    equal = same or (lambda left, right: key(left) == key(right))
    most = min(len(old), len(new))
    head = next((i for i in range(most) if not equal(old[i], new[i])), most)
    most -= head
    tail = next((i for i in range(most) if not equal(old[-1 - i], new[-1 - i])), most)
    left = [key(item) for item in old[head : len(old) - tail]]
    right = [key(item) for item in new[head : len(new) - tail]]
    found = [(head + i, head + j) for i, j in _rising(left, right, unique=unique)]
    ends = [(len(old) - i, len(new) - i) for i in range(tail, 0, -1)]
    return [(i, i) for i in range(head)] + found + ends


def _rising(left: Sequence[Hashable], right: Sequence[Hashable], *, unique: bool) -> Pairs:
    if unique:
        once = {key for key, count in Counter(left).items() if count == 1}
        once &= {key for key, count in Counter(right).items() if count == 1}
        places: dict[Hashable, int] = {key: i for i, key in enumerate(left) if key in once}
        return longest_rise([(places[key], j) for j, key in enumerate(right) if key in places])
    numbered = {key: i for i, key in enumerate(_numbered(left))}
    return longest_rise([(numbered[key], j) for j, key in enumerate(_numbered(right)) if key in numbered])


def _numbered(keys: Sequence[Hashable]) -> Iterator[tuple[Hashable, int]]:
    seen: Counter[Hashable] = Counter()
    for key in keys:
        seen[key] += 1
        yield key, seen[key]


def longest_rise(pairs: Pairs) -> Pairs:
    """The longest run of pairs whose first numbers rise; the second ones do already."""
    tops: list[int] = []
    top_pairs: list[int] = []
    before: list[int] = []
    for place, (i, _) in enumerate(pairs):
        pile = bisect_left(tops, i)
        before.append(top_pairs[pile - 1] if pile else -1)
        if pile == len(tops):
            tops.append(i)
            top_pairs.append(place)
        else:
            tops[pile], top_pairs[pile] = i, place
    run, place = [], top_pairs[-1] if top_pairs else -1
    while place >= 0:
        run.append(pairs[place])
        place = before[place]
    return run[::-1]


def _refined(
    kept: Pairs, old: Sequence[Item], new: Sequence[Item], key: Key[Item], moved: Sequence[Pair] = ()
) -> Pairs:
    """The pairs, and those that a key finds between them."""
    found = list(kept)
    for left, right in _gaps(kept, old, new, moved):
        pairs = align([old[i] for i in left], [new[j] for j in right], key)
        found += [(left[i], right[j]) for i, j in pairs]
    return sorted(found)


def _gaps(
    kept: Pairs, old: Sequence[Item], new: Sequence[Item], moved: Sequence[Pair]
) -> Iterator[tuple[list[int], list[int]]]:
    """What is unmatched on both sides between two neighbouring pairs."""
    gone, come = {i for i, _ in moved}, {j for _, j in moved}
    last_i = last_j = -1
    for i, j in [*kept, (len(old), len(new))]:
        if i - last_i > 1 and j - last_j > 1:
            left = [k for k in range(last_i + 1, i) if k not in gone]
            right = [k for k in range(last_j + 1, j) if k not in come]
            if left and right:
                yield left, right
        last_i, last_j = i, j


def _by_position(left: list[int], right: list[int]) -> Pairs:
    return list(zip(left, right, strict=True)) if len(left) == len(right) else []


def _across(kept: Pairs, old: Sequence[Item], new: Sequence[Item], keys: Sequence[Key[Item]]) -> Pairs:
    """Pairs with equal keys among what is unmatched, wherever it lies."""
    paired_old, paired_new = {i for i, _ in kept}, {j for _, j in kept}
    left = [i for i in range(len(old)) if i not in paired_old]
    right = [j for j in range(len(new)) if j not in paired_new]
    moved: Pairs = []
    for key in keys:
        places: defaultdict[Hashable, list[int]] = defaultdict(list)
        for i in reversed(left):
            places[key(old[i])].append(i)
        found = [(places[held].pop(), j) for j in right if places.get(held := key(new[j]))]
        moved += found
        gone, come = {pair[0] for pair in found}, {pair[1] for pair in found}
        left = [i for i in left if i not in gone]
        right = [j for j in right if j not in come]
    return moved
