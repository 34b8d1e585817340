"""Frames of what changes, before and after, drawn by the local cloud that runs: nothing is submitted or kept there.

Between the rooms: timelines go out over HTTP, pictures come back. A cut of Huawei's has no timeline, and no frames.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from reelstack.emulator import remote
from reelstack.preview import frames, plain
from reelstack.preview.frames import Frame, Shots
from reelstack.preview.plan import Plan, ProjectPlan
from reelstack.preview.side import Side

MOST = 12
_SIZE = (1280, 720)
_SIDES = (128, 4096)
_NAMES = 60

Say = Callable[[str], None]
Size = tuple[int, int]


def take(plan: Plan, before: Side, after: Side, url: str, say: Say) -> dict[str, Shots]:
    """The frames of the first changed cuts, by name; what cannot be drawn is said and left out."""
    found: dict[str, Shots] = {}
    names = {plain.text(name): name for name in {*before.cuts, *after.cuts}}
    for project in plan.projects[:MOST]:
        try:
            shots = _of_project(project, names[project.name], before, after, url)
        except remote.ControlError as error:
            say(f"no frames of {project.name}: {plain.text(error, 300)}")
            continue
        if shots.frames:
            found[project.name] = shots
    if len(plan.projects) > MOST:
        say(f"frames of the first {MOST} of {len(plan.projects)} changed cuts")
    return found


def _of_project(project: ProjectPlan, name: str, before: Side, after: Side, url: str) -> Shots:
    at = frames.instants(project)
    then, now = _sizes(name, before, after)
    old, unknown = _drawn(before, name, then, at, url)
    new, others = _drawn(after, name, now, at, url)
    shown = tuple(Frame(one, old.get(one), new.get(one)) for one in at if one in old or one in new)
    return Shots(shown, tuple(plain.text(one, _NAMES) for one in sorted({*unknown, *others})))


def _drawn(
    side: Side, name: str, size: Size, at: tuple[float, ...], url: str
) -> tuple[Mapping[float, bytes], list[str]]:
    cut = side.cuts.get(name)
    if cut is None or not isinstance(cut.timeline, Mapping) or not at:
        return {}, []
    timeline: Mapping[str, Any] = cut.timeline
    return remote.frames(url, timeline, size, at)


def _sizes(name: str, before: Side, after: Side) -> tuple[Size, Size]:
    """The size of a video that is made of a cut, as letters and places are pixels of it: of the first that both sides
    have, so that what is seen side by side differs in the cut alone.
    """
    old, new = (
        {video: _bounded(one.width, one.height) for video, one in sorted(side.films.items()) if one.cut == name}
        for side in (before, after)
    )
    both = [video for video in old if video in new]
    then, now = (next((films[video] for video in (*both, *films)), _SIZE) for films in (old, new))
    return then, now


def _bounded(width: int, height: int) -> Size:
    if not width:
        return _SIZE
    least, most = _SIDES
    return max(least, min(most, width)), max(least, min(most, height))
