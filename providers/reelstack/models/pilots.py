"""Which videos with variants have an approved pilot: the setting `reelstack:approved`, as people write it."""

from __future__ import annotations

import difflib
import json
from collections.abc import Collection, Iterator

_MOST_TOLD = 10


def approved(written: str) -> tuple[str, ...]:
    """The names in a setting: between commas or blanks, or as a list."""
    text = written.strip()
    if text.startswith("["):
        try:
            listed = json.loads(text)
        except ValueError:
            listed = text.strip("[]").split(",")
        return tuple(str(one).strip() for one in listed)
    return tuple(text.replace(",", " ").split())


def is_approved(campaign: str, video: str, names: Collection[str]) -> bool:
    """Whether a video is named, by itself or with its campaign: `teaser`, `spring/teaser`."""
    return video in names or f"{campaign}/{video}" in names


def strangers(names: Collection[str], videos: Collection[str]) -> Iterator[str]:
    """What is to be said of each name that is no video's; `videos` are those with variants, as `spring/teaser`.

    It is a warning and no fault: an approval of what has left the campaigns must not stop what is left.
    """
    known = {*videos, *(one.partition("/")[2] for one in videos)}
    for name in names:
        if name not in known:
            near = difflib.get_close_matches(name, sorted(known), n=1)
            there = f"there are {', '.join(sorted(videos)[:_MOST_TOLD])}" if videos else "there are none"
            meant = f"did you mean {near[0]}?" if near else there
            yield f"reelstack:approved names {name!r}, which is no video with variants, so it approves nothing; {meant}"
