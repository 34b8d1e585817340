"""Sides of a review in a few words."""

from __future__ import annotations

from typing import Any

from reelstack.models import canonical
from reelstack.preview import compare
from reelstack.preview.plan import Plan
from reelstack.preview.side import Cut, Film, Side


def timeline(*names: str, captions: tuple[str, ...] = (), seconds: float = 2) -> dict[str, Any]:
    """A main track of clips that last so long each, and captions over the first second."""
    clips = [{"MediaId": name, "In": 0, "Out": seconds} for name in names]
    texts = [{"Type": "Text", "Content": text, "TimelineIn": 0, "TimelineOut": 1} for text in captions]
    found: dict[str, Any] = {"VideoTracks": [{"MainTrack": True, "VideoTrackClips": clips}]}
    return {**found, "SubtitleTracks": [{"SubtitleTrackClips": [text]} for text in texts]} if texts else found


def side(cuts: dict[str, Any], films: dict[str, tuple[str, int, int]] | None = None, **more: Any) -> Side:
    """`cuts` maps names to timelines, `films` names to cut, width and height; without them one film a cut, at 720p."""
    wanted = {name: (name, 1280, 720) for name in cuts} if films is None else films
    label = more.pop("label", "side")
    settings = more.pop("settings", {"service": "ims"})
    made = {}
    for name, (cut, width, height) in wanted.items():
        content = canonical.content_hash(repr(cuts.get(cut)))  # of hostile ones too, which hold numbers without end
        output = {"width": width, "height": height}
        spec = canonical.content_hash([content, output])
        made[name] = Film(name, cut, spec, content, output, width=width, height=height, **more)
    return Side(label, {name: Cut(name, cut, title=name) for name, cut in cuts.items()}, made, settings)


def plan(before: Side, after: Side) -> Plan:
    return compare.compare(before, after, project="films", stack="prod")
