"""One clip inserted at the head of a long cut: the timeline diff beside DeepDiff alone. Processor time."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from deepdiff import DeepDiff

from reelstack.reconcile import timeline_diff, timeline_words

COUNTS = (1_000, 10_000)
LINEAR = 1.5  # with room for a memory that is less at hand
AIM = 0.02  # seconds, at the fewer
# DeepDiff alone takes longer than it is worth waiting for beyond this.
DEEPDIFF_MOST = 1_000


def main() -> None:
    took = {}
    for count in COUNTS:
        old, new = timeline(count), timeline(count)
        clips(new).insert(0, clip(count, 3))
        place(old)
        place(new)
        found = timeline_diff.compare(old, new)
        assert timeline_words.summary(found) == f"1 added, {count} shifted by 3 s"
        took[count] = best(partial(timeline_diff.compare, old, new))
        row(f"timeline diff, ripple through {count:,} clips", took[count], AIM if count == COUNTS[0] else None)
        if count <= DEEPDIFF_MOST:
            row(
                f"DeepDiff alone, {values(old, new):,} changed values",
                best(partial(DeepDiff, old, new), 1),
            )
    few, many = COUNTS
    grown = took[many] / took[few] / (many / few)
    missed = "" if grown <= LINEAR else "  MISSED"
    print(f"{'  growth / that of the clips':<72}{grown:>10.2f}  aim ≤ {LINEAR}{missed}", flush=True)


def timeline(count: int) -> dict[str, Any]:
    return {"VideoTracks": [{"MainTrack": True, "VideoTrackClips": [clip(index, 4) for index in range(count)]}]}


def clips(one: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = one["VideoTracks"][0]["VideoTrackClips"]
    return found


def clip(index: int, seconds: float) -> dict[str, Any]:
    effects = [{"Type": "Volume", "Gain": 0.5}]
    return {"MediaId": f"m{index:05}", "In": 0, "Out": seconds, "Width": 1, "Height": 1, "Effects": effects}


def place(one: dict[str, Any]) -> None:
    """Write down where each clip lies, as an editor does: so each of them changes."""
    end = 0.0
    for each in clips(one):
        each |= {"TimelineIn": end, "TimelineOut": end + each["Out"]}
        end = each["TimelineOut"]


def values(old: dict[str, Any], new: dict[str, Any]) -> int:
    return len(DeepDiff(json.loads(json.dumps(old)), new).get("values_changed", {}))


def best(work: Callable[[], object], times: int = 5) -> float:
    spent = []
    for _ in range(times):
        begin = time.process_time()
        work()
        spent.append(time.process_time() - begin)
    return min(spent)


def row(what: str, seconds: float, aim: float | None = None) -> None:
    told = "" if aim is None else f"  aim ≤ {aim * 1000:g} ms{'' if seconds <= aim else '  MISSED'}"
    print(f"{what:<72}{seconds * 1000:>7.1f} ms{told}", flush=True)


if __name__ == "__main__":
    main()
