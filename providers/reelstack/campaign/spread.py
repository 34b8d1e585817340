"""A campaign as it is written becomes one that says everything itself: plain videos, cuts that wear the brand. Pure.

Every rule is held against what comes out, and every fault is told once, where its cause is written.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from reelstack.campaign import cells, dress
from reelstack.models.campaign import Campaign, Video, Whole
from reelstack.models.pieces import is_name
from reelstack.models.variants import Matrix

MOST_NAMED = 2


@dataclass(frozen=True)
class Origin:
    """Where a part is written, and what it was written for."""

    path: str
    made: str


@dataclass(frozen=True)
class Spread:
    """A campaign of plain projects and videos, and the origins of the parts that are written elsewhere, by path."""

    campaign: Whole
    origins: dict[str, Origin] = field(default_factory=dict)
    faults: list[tuple[str, str]] = field(default_factory=list)
    """What is wrong with how it is spread, at the paths where it is written."""

    def note(self, made: str, given: Mapping[str, str]) -> None:
        """Remember where the parts of something are written; the empty path is all of it."""
        for path, written in given.items():
            self.origins[f"{made}.{path}" if path else made] = Origin(written, made)

    def add(self, kind: str, parts: Mapping[str, Any], to: dict[str, Any], video: str) -> None:
        """Take in what the cells of a video became; two of one name are a fault."""
        for name, part in parts.items():
            if name in to:
                self.faults.append(
                    (f"videos.{video}", f"there are two {kind}s {name!r}; cells are named by their video and variants")
                )
            elif not is_name(name):
                self.faults.append((f"videos.{video}", f"the cell {name!r} has too long a name: at most 64 characters"))
            to.setdefault(name, part)

    def written(self, faults: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
        """Faults of what comes out, each once, at the path that caused it."""
        found: dict[tuple[str, str], list[str]] = {}
        for path, message in faults:
            origin, rest = self._origin(path)
            made = found.setdefault((origin.path + rest if origin else path, message), [])
            if origin and origin.made not in made:
                made.append(origin.made)
        for (path, message), made in found.items():
            yield path, f"{message} (in {_named(made)})" if made else message

    def _origin(self, path: str) -> tuple[Origin | None, str]:
        head = path
        while head:
            if head in self.origins:
                return self.origins[head], path[len(head) :]
            head = head[: max(head.rfind("."), head.rfind("["), 0)]
        return None, ""


def spread(campaign: Campaign) -> Spread:
    """Resolve a checked campaign."""
    plain = {name: video for name, video in campaign.videos.items() if video.variants is None}
    whole = Spread(Whole.model_construct(**dict(campaign)), faults=list(_too_many(campaign)))
    made = (
        {}
        if whole.faults
        else {name: cells.made(name, video, campaign) for name, video in campaign.videos.items() if name not in plain}
    )
    templates = {name for name, video in campaign.videos.items() if video.variants for name in _cut_from(video)}
    shared = {video.project for video in plain.values()} | {name for one in made.values() for name in one.used}
    projects = {}
    for name, project in campaign.projects.items():
        if name not in templates or name in shared:
            projects[name], given = dress.dressed(project, campaign.brand)
            whole.note(f"projects.{name}", given)
    whole.faults.extend(_unfilled(campaign, plain, templates))
    videos: dict[str, Video] = {}
    for name, video in campaign.videos.items():
        one = made.get(name) or cells.Made(videos={name: video} if name in plain else {})
        whole.add("project", one.projects, projects, name)
        whole.add("video", one.videos, videos, name)
        whole.faults.extend(one.faults)
        for part, given in one.origins.items():
            whole.note(part, given)
    matrices = tuple(Matrix(name=name, cells=tuple(one.videos), pilot=one.pilot) for name, one in made.items())
    update = {"projects": projects, "videos": videos, "matrices": matrices}
    return replace(whole, campaign=whole.campaign.model_copy(update=update))


def _too_many(campaign: Campaign) -> Iterator[tuple[str, str]]:
    count = 0
    for name, video in campaign.videos.items():
        count += cells.count_of(video.variants) if video.variants else 0
        if count > cells.MOST_CELLS:
            yield f"videos.{name}.variants", f"more than {cells.MOST_CELLS:,} cells; split the campaign"
            return


def _unfilled(campaign: Campaign, plain: Mapping[str, Video], templates: set[str]) -> Iterator[tuple[str, str]]:
    """Plain videos of cuts that are made to be filled in."""
    for name, video in plain.items():
        if video.project in templates & campaign.projects.keys() and cells.asks(campaign.projects[video.project]):
            yield f"videos.{name}.project", "the cut holds {names}, and only variants fill them in"


def _cut_from(video: Video) -> Iterator[str]:
    """The projects that the cells of a video may be cut from."""
    yield video.project
    given = [*(video.variants.length.values() if video.variants else ()), *video.cells.values()]
    yield from (one.project for one in given if one.project is not None)


def _named(made: list[str]) -> str:
    rest = len(made) - MOST_NAMED
    return f"{', '.join(made[:MOST_NAMED])} and {rest} more" if rest > 0 else ", ".join(made)
