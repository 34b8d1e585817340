"""A campaign file as a value: sources, projects cut from them, and videos produced from the projects.

This is the portable timeline: it says what is seen and heard and when, in seconds, and knows no cloud. Times may be
written as `3s`, `250ms`, `00:01:02.5`, `75f@25` or a plain number of seconds; positions and sizes of pictures are
fractions of the output (0 to 1), so that one cut serves several shapes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, ModelWrapValidatorHandler, WithJsonSchema, field_validator, model_validator

from reelstack.models import timecode
from reelstack.models.base import Model
from reelstack.models.brand import Brand
from reelstack.models.output import MAX_BITRATE
from reelstack.models.pieces import RATE, Caption, Clip, Frame, Inset, Music, Name, Sound, Transition, none
from reelstack.models.variants import TEXT, Axes, Matrix, Override, Size, Texts

__all__ = [
    "Brand",
    "Campaign",
    "Caption",
    "Clip",
    "Frame",
    "Inset",
    "Music",
    "Name",
    "Project",
    "Source",
    "Transition",
    "Video",
    "Whole",
    "misfits",
    "overhangs",
    "used",
]

UNSIZED = (0, 0)
UNMISSED = 0.05
"""Seconds that nobody misses at the end: a frame of the slowest usual rate, and what rounding adds."""


def _native(value: object) -> object:
    if value is not None and not isinstance(value, dict):
        raise ValueError("expected a native timeline: a mapping with VideoTracks, or the name of a JSON file")
    try:
        json.dumps(value, allow_nan=False)
    except (ValueError, TypeError) as error:
        raise ValueError("not JSON: infinite numbers and what is no number cannot be sent") from error
    return value


_NATIVE = {
    "anyOf": [{"type": "object"}, {"type": "string", "pattern": r"\.json$"}],
    "description": "A native timeline of IMS and VOD, or the JSON file that holds it, relative to this one.",
}


def _table(value: object) -> object:
    if not isinstance(value, dict):
        raise ValueError("expected texts by name, or the name of a file of them (.csv, .yaml)")  # noqa: TRY004
    return value


_TABLE = {
    "anyOf": [
        {"type": "object", "additionalProperties": TEXT},
        {"type": "string", "pattern": r"\.(csv|yaml|yml)$"},
    ],
    "description": "Texts by name and locale, or the CSV or YAML file that holds them, relative to this one.",
}


class Source(Model):
    """One piece of material: the id under which the cloud's media library holds it, and what kind of thing it is."""

    media: str = Field(min_length=1)
    kind: Literal["video", "audio", "image"] = "video"
    credit: str | None = None


class Project(Model):
    """One cut: the main track, what lies over it, and what plays under it; or a native timeline instead of all that.

    `timeline` is kept as it is: the format is open. A campaign file may name a JSON file that holds it. `adopt_id` is
    the id of an editing project that is there already and is taken over; `on_delete` says whether it is kept in the
    end.
    """

    title: str = Field(min_length=1)
    description: str | None = None
    timeline: Annotated[dict[str, Any] | None, BeforeValidator(_native), WithJsonSchema(_NATIVE)] = None
    video: tuple[Clip, ...] = ()
    insets: tuple[Inset, ...] = ()
    captions: tuple[Caption, ...] = ()
    sounds: tuple[Sound, ...] = ()
    music: Annotated[Music | None, BeforeValidator(none)] = None
    logo: Literal["none"] | None = None
    adopt_id: str | None = Field(default=None, min_length=1)
    on_delete: Literal["delete", "retain"] | None = None

    @property
    def seconds(self) -> float:
        """How long the clips last, less what transitions overlap; of a native timeline it is not known here."""
        overlaps = sum(clip.transition.duration for clip in self.video[:-1] if clip.transition)
        return round(sum(clip.seconds for clip in self.video) - overlaps, timecode.DECIMALS)

    @model_validator(mode="after")
    def _one_cut(self) -> Self:
        if self.timeline is None and not self.video:
            raise ValueError("video: is missing: list the clips, or give a native timeline")
        beside = [key for key in ("video", "insets", "captions", "sounds", "music") if getattr(self, key)]
        if self.timeline is not None and beside:
            raise ValueError(f"{beside[0]}: a native timeline holds it already; give one of both")
        return self


class Video(Model):
    """One file to be produced from a project: its size in pixels, and what is told of it; or all `variants` of it.

    `adopt_id` is the id of a job that is there already and is taken for this video; `on_delete` says whether the video
    is kept when it leaves the file. `texts` stand for `{names}` in the captions, clips and titles of variants, `cells`
    have something of their own, and the `pilot` is rendered before all others.
    """

    project: str
    size: Size = UNSIZED
    title: str | None = None
    description: str | None = None
    bitrate: int | None = Field(default=None, gt=0, le=MAX_BITRATE)
    triggers: tuple[str, ...] = ()
    adopt_id: str | None = Field(default=None, min_length=1)
    on_delete: Literal["delete", "retain"] | None = None
    variants: Axes | None = None
    texts: Annotated[Texts, BeforeValidator(_table), WithJsonSchema(_TABLE)] = Field(default_factory=dict)
    cells: dict[str, Override] = Field(default_factory=dict)
    pilot: str | None = None

    @model_validator(mode="after")
    def _sized(self) -> Self:
        sized = self.size != UNSIZED
        if self.variants is None:
            if not sized:
                raise ValueError("size: is missing")
            alone = [key for key in ("texts", "cells", "pilot") if key in self.model_fields_set]
            if alone:
                raise ValueError(f"{alone[0]}: only a video with variants has this")
            return self
        if sized == bool(self.variants.size):
            raise ValueError("size: give it here or as an axis of variants, one of both")
        if self.adopt_id is not None:
            raise ValueError("adopt_id: it is one cell's: give it under cells")
        return self


class Campaign(Model):
    """A whole campaign file.

    `include` names files of `sources`, `brand` and `texts`, which are those of all variants; `rate` is what times in
    frames are counted in.
    """

    campaign: Name
    include: tuple[str, ...] = ()
    rate: Annotated[float | None, Field(ge=1, le=timecode.MAX_RATE)] = None
    brand: Brand = Brand()
    texts: Texts = Field(default_factory=dict)
    sources: dict[Name, Source] = Field(default_factory=dict)
    projects: dict[Name, Project] = Field(min_length=1)
    videos: dict[Name, Video] = Field(min_length=1)

    @model_validator(mode="wrap")
    @classmethod
    def _counted(cls, value: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        """Read times in frames at the campaign's rate."""
        rate = value.get("rate") if isinstance(value, Mapping) else None
        token = RATE.set(rate if isinstance(rate, int | float) and not isinstance(rate, bool) else None)
        try:
            return handler(value)
        finally:
            RATE.reset(token)

    @field_validator("sources", mode="before")
    @classmethod
    def _short_sources(cls, value: object) -> object:
        """A source may be written as its media id alone."""
        if not isinstance(value, dict):
            return value
        return {name: {"media": source} if isinstance(source, str) else source for name, source in value.items()}


class Whole(Campaign):
    """A campaign after its variants were made: plain projects and videos, and which of these are cells.

    `remarks` are what is to be said of it though nothing is wrong, each with its place.
    """

    matrices: tuple[Matrix, ...] = ()
    remarks: tuple[str, ...] = ()


def misfits(campaign: Campaign, written: Campaign) -> list[tuple[str, str]]:
    """What does not fit together in a campaign whose parts are sound: each fault with its path.

    `written` is the campaign before its variants were made: its projects are those that a person can name.
    """
    found = []
    for name, project in campaign.projects.items():
        found += [(f"projects.{name}.{path}", message) for path, message in _project_misfits(project, campaign.sources)]
    for name, video in campaign.videos.items():
        if video.project not in campaign.projects:
            there = _listed(written.projects)
            found.append((f"videos.{name}.project", f"there is no project {video.project!r}; there are {there}"))
    return found


def _project_misfits(project: Project, sources: dict[str, Source]) -> list[tuple[str, str]]:
    if project.timeline is not None:
        return []
    found = list(_joins(project))
    for path, source in used(project):
        kinds = ("audio", "video") if path.startswith(("music", "sounds")) else ("video", "image")
        if source not in sources:
            found.append((path, f"there is no source {source!r}; there are {_listed(sources)}"))
        elif sources[source].kind not in kinds:
            found.append((path, f"source {source!r} is {sources[source].kind}; this needs {' or '.join(kinds)}"))
    timed = [(f"captions[{index}].at", caption.at) for index, caption in enumerate(project.captions)]
    timed += [(f"sounds[{index}].at", sound.at) for index, sound in enumerate(project.sounds)]
    timed += [(f"insets[{index}].at", inset.at) for index, inset in enumerate(project.insets)]
    late = f"the cut is over by then: it lasts {timecode.spell(project.seconds)}"
    return found + [(path, late) for path, at in timed if at >= project.seconds]


def overhangs(campaign: Campaign) -> Iterator[tuple[str, str]]:
    """The captions and insets that go on after their cut, each with its path, and how much of it is lost.

    It is no fault: a cut may be meant to end so. Where a variant's length cuts it short, its pieces end with it.
    """
    for name, project in campaign.projects.items():
        ends = [(f"captions[{index}]", one.at + one.length) for index, one in enumerate(project.captions)]
        ends += [(f"insets[{index}]", one.at + one.seconds) for index, one in enumerate(project.insets)]
        for path, end in ends:
            if (lost := end - project.seconds) > UNMISSED:
                said = f"ends at {timecode.spell(end)}, {timecode.spell(lost)} after the cut: that part is not seen"
                yield f"projects.{name}.{path}", said


def _joins(project: Project) -> Iterator[tuple[str, str]]:
    for index, (clip, following) in enumerate(pairwise(project.video)):
        shortest = min(clip.seconds, following.seconds)
        if clip.transition and clip.transition.duration >= shortest:
            lasts = timecode.spell(clip.transition.duration)
            yield (
                f"video[{index}].transition",
                f"{lasts} is longer than a clip that it joins ({timecode.spell(shortest)})",
            )


def _listed(names: Mapping[str, object]) -> str:
    return ", ".join(names) or "none"


def used(project: Project) -> list[tuple[str, str]]:
    """The sources that a project uses, each with the path where it is named."""
    uses = [(f"video[{index}].clip", clip.clip) for index, clip in enumerate(project.video)]
    uses += [(f"sounds[{index}].clip", sound.clip) for index, sound in enumerate(project.sounds)]
    uses += [(f"insets[{index}].clip", clip.clip) for index, clip in enumerate(project.insets)]
    return uses + ([("music.clip", project.music.clip)] if project.music else [])
