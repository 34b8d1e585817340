"""Which videos with variants have an approved pilot: the setting `reelstack:approved`, as people write it."""

from __future__ import annotations

import json
from collections.abc import Collection


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
