"""Stand-ins for source media that nobody registered: what is promised when a production is submitted, in any room.

The rooms decide *whether* there is a stand-in; `sources` keeps the promise and the render worker makes the file.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace

from reelstack.emulator.facts import Facts, kind_of
from reelstack.emulator.objects import Name
from reelstack.emulator.settings import Settings
from reelstack.emulator.sources import Source, Sources
from reelstack.emulator.timeline import Use

LONGEST = 3600.0
_BUCKET = "reelstack-local-sources"
_SUFFIX = {"video": "mp4", "audio": "m4a", "image": "png"}


def merged(uses: Iterable[Use]) -> dict[str, Use]:
    """The uses by material. One file serves all places: a picture serves as sound too, and the longest use counts."""
    wanted: dict[str, Use] = {}
    for use in uses:
        known = wanted.get(use.ref, use)
        kind = "video" if "video" in (known.kind, use.kind) else known.kind
        wanted[use.ref] = replace(known, kind=kind, until=max(known.until, use.until))
    return wanted


def name(use: Use) -> Name:
    """Where the stand-in for a media id lies. The id may be anything; its digest is a file name."""
    digest = hashlib.sha256(use.ref.encode()).hexdigest()[:32]
    return Name(_BUCKET, f"{digest}.{_SUFFIX[use.kind]}")


def promise(sources: Sources, rules: Settings, use: Use, place: Name, *, label: str) -> Source:
    """Promise a file at this place, as long as the use needs; it is made before it is rendered."""
    kind = "video" if kind_of(place.key) == "video" else use.kind
    duration = 0.0 if kind == "image" else min(LONGEST, max(rules.source_seconds, use.until))
    size = (0, 0) if kind == "audio" else (rules.source_width, rules.source_height)
    return sources.declare(Source(str(place), kind, label, duration, *size))


def facts(source: Source) -> Facts:
    """What is known of the file before it is made."""
    return Facts(
        kind=source.kind,
        duration=source.duration,
        width=source.width,
        height=source.height,
        fps=25.0 if source.kind == "video" else 0.0,
        has_audio=source.kind != "image",
        format=source.object.rpartition(".")[2],
        codec="h264" if source.kind == "video" else "",
        audio_codec="aac" if source.kind != "image" else "",
    )
