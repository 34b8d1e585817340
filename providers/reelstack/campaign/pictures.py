"""What a still picture has not: a place in its material, and a speed. Pure; `load` asks it of what is written.

It is asked before cuts are made for variants: a cut that ends early gives its last piece an out point of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from reelstack.models.campaign import Campaign, Source
from reelstack.models.pieces import Clip

_NAMED = re.compile(r"\\\{.*?\\\}")
_NOT_THEIRS = {"in_": "in", "out": "out", "speed": "speed"}


def faults(campaign: Campaign) -> Iterator[tuple[str, str]]:
    """The keys of pictures that say what only a moving picture has, each with its path."""
    for path, clips in _all_clips(campaign):
        for at, clip in enumerate(clips):
            if _is_picture(clip.clip, campaign.sources):
                for field, key in _NOT_THEIRS.items():
                    if getattr(clip, field) != Clip.model_fields[field].default:
                        yield f"{path}[{at}].{key}", f"{clip.clip!r} is a picture, which takes only length"


def _is_picture(named: str, sources: Mapping[str, Source]) -> bool:
    """Whether whatever `{names}` in it stand for, a picture is meant."""
    pattern = re.compile(_NAMED.sub(".*", re.escape(named)))
    kinds = {source.kind for name, source in sources.items() if pattern.fullmatch(name)}
    return kinds == {"image"}


def _all_clips(campaign: Campaign) -> Iterator[tuple[str, tuple[Clip, ...]]]:
    for name, project in campaign.projects.items():
        yield f"projects.{name}.video", project.video
        yield f"projects.{name}.insets", project.insets
    for name, video in campaign.videos.items():
        for key, cell in video.cells.items():
            yield f"videos.{name}.cells.{key}.video", cell.video or ()
            yield f"videos.{name}.cells.{key}.insets", cell.insets or ()
