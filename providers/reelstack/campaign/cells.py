"""A video with variants becomes a video for each cell, and as few projects as there are different cuts. Pure.

A cell shares its project with the other sizes of its locale and length, unless something that is said of its size
changes the cut; which cells share never depends on what texts say, so that changing one text moves no other cell.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations, product
from typing import Any

from reelstack.campaign import dress, shorten, texts
from reelstack.models import timecode
from reelstack.models.campaign import Campaign, Project, Video
from reelstack.models.pieces import Clip, Sound
from reelstack.models.variants import FULL, Axes, Length, Override

MOST_CELLS = 10_000
_MOST_TOLD = 6
_VIDEO = ("title", "description", "bitrate", "triggers", "adopt_id", "on_delete")
_LISTS = ("video", "insets", "captions", "sounds", "music")

Faults = list[tuple[str, str]]


@dataclass(frozen=True)
class Cell:
    """One choice on every axis; an axis that there is not is empty."""

    locale: str
    size: str
    length: str

    @property
    def suffix(self) -> str:
        """What its name adds to the video's."""
        return "-".join(one for one in (self.locale, self.size, self.length) if one and one != FULL)

    @cached_property
    def keys(self) -> tuple[tuple[str, frozenset[str]], ...]:
        """Under what it may be given something of its own, the widest first, each with the choices that it names."""
        named = [one for one in (self.locale, self.size, self.length) if one]
        chosen = [part for count in range(1, len(named) + 1) for part in combinations(named, count)]
        return tuple(("-".join(part), frozenset(part)) for part in chosen)


def cells_of(axes: Axes) -> Iterator[Cell]:
    """Every cell, in the order of the file."""
    for locale, size, length in product(axes.locale or ("",), axes.size or ("",), axes.length or ("",)):
        yield Cell(locale, size, length)


def count_of(axes: Axes) -> int:
    """How many cells there are."""
    return max(len(axes.locale), 1) * max(len(axes.size), 1) * max(len(axes.length), 1)


@dataclass
class Made:
    """What a video with variants became. Origins are whole paths."""

    projects: dict[str, Project] = field(default_factory=dict)
    videos: dict[str, Video] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    origins: dict[str, dict[str, str]] = field(default_factory=dict)
    """By what was made (`projects.teaser-de`): paths in it, empty for all of it, and where they are written."""
    faults: Faults = field(default_factory=list)
    pilot: str | None = None


def made(name: str, video: Video, campaign: Campaign) -> Made:
    """The cells of one video."""
    assert video.variants is not None
    out = Made()
    cells = list(cells_of(video.variants))
    out.faults += _strays(name, video, cells)
    for cell in cells:
        _Maker(name, video, campaign, cell, out).make()
    if video.pilot in {cell.suffix for cell in cells}:
        out.pilot = f"{name}-{video.pilot}"
    return out


def _strays(name: str, video: Video, cells: list[Cell]) -> Iterator[tuple[str, str]]:
    keys: dict[str, set[frozenset[str]]] = {}
    for key, named in dict.fromkeys(one for cell in cells for one in cell.keys):
        keys.setdefault(key, set()).add(named)
    for key, override in video.cells.items():
        if len(keys.get(key, ())) > 1:
            meant = " and ".join(sorted(" with ".join(sorted(named)) for named in keys[key]))
            yield f"videos.{name}.cells.{key}", f"{key!r} may mean {meant}: give one of these another name"
        elif key not in keys:
            yield f"videos.{name}.cells.{key}", f"there is no cell {key!r}{_near(key, set(keys))}"
        elif override.adopt_id is not None and len(meant_by := [cell for cell in cells if key in dict(cell.keys)]) > 1:
            yield f"videos.{name}.cells.{key}.adopt_id", _single(meant_by)
    suffixes = {cell.suffix for cell in cells}
    if video.pilot is not None and video.pilot not in suffixes:
        yield f"videos.{name}.pilot", f"there is no cell {video.pilot!r}{_near(video.pilot, suffixes)}"


def _single(matched: list[Cell]) -> str:
    """What is said where one cell must be meant; the last of a cell's keys is its whole name."""
    names = [cell.keys[-1][0] for cell in matched[:_MOST_TOLD]]
    more = f" and {len(matched) - len(names)} more" if len(matched) > len(names) else ""
    return f"one job is one video: name a single cell. There are {', '.join(names)}{more}"


def _near(word: str, words: set[str]) -> str:
    near = difflib.get_close_matches(word, sorted(words), n=1)
    return f"; did you mean {near[0]!r}?" if near else f"; there are {', '.join(sorted(words)[:10])}"


@dataclass
class _Maker:
    """Makes one cell."""

    name: str
    video: Video
    campaign: Campaign
    cell: Cell
    out: Made

    @cached_property
    def here(self) -> str:
        return f"videos.{self.name}"

    @cached_property
    def overrides(self) -> list[tuple[str, frozenset[str], Override]]:
        given = self.video.cells
        return [(f"{self.here}.cells.{key}", named, given[key]) for key, named in self.cell.keys if key in given]

    @cached_property
    def length(self) -> Length:
        assert self.video.variants is not None
        return self.video.variants.length.get(self.cell.length, Length())

    @property
    def source(self) -> tuple[str, str]:
        """The project that the cell is cut from, and where it is named."""
        found = self.video.project, f"{self.here}.project"
        if self.length.project is not None:
            found = self.length.project, f"{self.here}.variants.length.{self.cell.length}.project"
        for place, _, override in self.overrides:
            if override.project is not None:
                found = override.project, f"{place}.project"
        return found

    def make(self) -> None:
        named, place = self.source
        if named not in self.campaign.projects:
            there = ", ".join(self.campaign.projects) or "none"
            self.out.faults.append((place, f"there is no project {named!r}; there are {there}"))
            return
        suffix = self.cell.suffix
        self._declare(f"{self.name}-{suffix}" if suffix else self.name, self._project(named))

    def _project(self, named: str) -> str:
        """The name of the cell's project, which is made if no other cell has done so."""
        project = self.campaign.projects[named]
        sized = any(override.cuts and self.cell.size in keys for _, keys, override in self.overrides)
        cuts = sized or any(override.cuts for _, _, override in self.overrides)
        own = cuts or self.cell.locale or self.length.to is not None or asks(project)
        if not own:
            self.out.used.add(named)
            return named
        shared = Cell(self.cell.locale, self.cell.size if sized else "", self.cell.length)
        name = f"{self.name}-{shared.suffix}" if shared.suffix else self.name
        if name not in self.out.projects:
            self.out.projects[name] = self._cut(name, named, project)
        return name

    # ── the cut ──

    def _cut(self, name: str, named: str, project: Project) -> Project:
        """The project with what the cell has of its own, its texts filled in, in the brand, as long as the cell."""
        written = f"projects.{named}"
        origins = self.out.origins[f"projects.{name}"] = {"": written}
        if project.adopt_id is not None:
            said = "variants get projects of their own, and a project that is there is only one: leave it out"
            self.out.faults.append((f"{written}.adopt_id", said))
        changed: dict[str, Any] = {}
        for place, _, override in self.overrides:
            for key in _LISTS:
                if key in override.model_fields_set and (getattr(override, key) is not None or key == "music"):
                    changed[key] = getattr(override, key)
                    origins[key] = f"{place}.{key}"
        project = self._filled(project.model_copy(update=changed), written, origins)
        project = self._styled(project)
        project, given = dress.dressed(project, self.campaign.brand)
        origins |= given
        return self._shortened(project, origins)

    def _shortened(self, project: Project, origins: dict[str, str]) -> Project:
        to, place = self.length.to, f"{self.here}.variants.length.{self.cell.length}"
        if to is None:
            return project
        if project.timeline is not None:
            self.out.faults.append((place, "a native timeline is not cut short: name a project of this length"))
            return project
        if to > project.seconds:
            self.out.faults.append((place, f"the cut lasts only {timecode.spell(project.seconds)}"))
            return project
        project, moved = shorten.shortened(project, to)
        before = dict(origins)
        for now, was in moved.items():
            key = was.partition("[")[0]
            whole = before.get(key, f"{before['']}.{key}") + was[len(key) :]
            origins[now] = before.get(was, whole)
        return project

    def _styled(self, project: Project) -> Project:
        said = {}
        for _, _, override in self.overrides:
            style = override.caption
            said.update({key: getattr(style, key) for key in style.model_fields_set if getattr(style, key) is not None})
        if not said:
            return project
        return project.model_copy(update={"captions": tuple(one.model_copy(update=said) for one in project.captions)})

    def _filled(self, project: Project, written: str, origins: dict[str, str]) -> Project:
        fill = self._filler({"locale": self.cell.locale, "length": self.cell.length})

        def at(path: str) -> str:
            key = path.partition("[")[0].partition(".")[0]
            return f"{origins[key]}{path[len(key) :]}" if key in origins else f"{written}.{path}"

        def clips(key: str, pieces: tuple[Clip | Sound, ...]) -> tuple[Any, ...]:
            named = ((one, fill.fill(one.clip, at(f"{key}[{index}].clip"))) for index, one in enumerate(pieces))
            return tuple(one if one.clip == clip else one.model_copy(update={"clip": clip}) for one, clip in named)

        changed: dict[str, Any] = {
            "title": fill.fill(project.title, at("title")),
            "description": project.description and fill.fill(project.description, at("description")),
            "video": clips("video", project.video),
            "insets": clips("insets", project.insets),
            "sounds": clips("sounds", project.sounds),
            "captions": tuple(
                one.model_copy(update={"text": fill.fill(one.text, at(f"captions[{index}].text"))})
                for index, one in enumerate(project.captions)
            ),
        }
        if project.music:
            clip = fill.fill(project.music.clip, at("music.clip"))
            changed["music"] = project.music.model_copy(update={"clip": clip})
        self.out.faults += fill.lost
        return project.model_copy(update=changed)

    def _filler(self, own: dict[str, str]) -> texts.Filler:
        mine: dict[str, str] = {}
        for _, _, override in self.overrides:
            mine |= override.texts
        tables = ((f"{self.here}.texts", self.video.texts), ("texts", self.campaign.texts))
        return texts.Filler(self.cell.locale, {**{key: value for key, value in own.items() if value}, **mine}, tables)

    # ── the video ──

    def _declare(self, name: str, project: str) -> None:
        origins = self.out.origins[f"videos.{name}"] = {"": self.here}
        changed: dict[str, Any] = {"project": project, "variants": None, "texts": {}, "cells": {}, "pilot": None}
        if self.cell.size and self.video.variants is not None:
            changed["size"] = self.video.variants.size[self.cell.size]
            origins["size"] = f"{self.here}.variants.size.{self.cell.size}"
        for place, _, override in self.overrides:
            for key in _VIDEO:
                if getattr(override, key) is not None:
                    changed[key] = getattr(override, key)
                    origins[key] = f"{place}.{key}"
        cell = self.cell
        fill = self._filler({"locale": cell.locale, "size": cell.size, "length": cell.length})
        for key in ("title", "description"):
            if (text := changed.get(key, getattr(self.video, key))) is not None:
                changed[key] = fill.fill(text, origins.get(key, f"{self.here}.{key}"))
        self.out.faults += fill.lost
        self.out.videos[name] = self.video.model_copy(update=changed)


def asks(project: Project) -> bool:
    """Whether anything in a cut is to be filled in."""
    pieces: tuple[Clip | Sound, ...] = (*project.video, *project.insets, *project.sounds)
    clips = [one.clip for one in pieces]
    clips += [project.music.clip] if project.music else []
    written = [project.title, project.description, *(one.text for one in project.captions)]
    return any(texts.holds_names(one) for one in [*written, *clips])
