"""Variants of one video: the axes that it varies along, what single cells have of their own, and tables of texts.

A cell is one choice on every axis. Its name is made of the video's and of the choices', in the order locale, size,
length, whatever order they are written in; the length `full` adds nothing to a name.
"""

from __future__ import annotations

import re
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from reelstack.models.base import Model
from reelstack.models.brand import CaptionStyle
from reelstack.models.output import MAX_BITRATE, check_size
from reelstack.models.pieces import Caption, Clip, Inset, Music, Name, Sound, Time, none

ANY = "*"
"""The locale of a text that is the same in all of them."""
FULL = "full"
_CUTS = {"project", "texts", "caption", "video", "insets", "sounds", "captions", "music"}

_SIZE = re.compile(r"(\d+)\s*[x×]\s*(\d+)")


def read_size(value: object) -> object:
    """`1280x720` as pixels; raises ValueError for what cannot be produced."""
    match = _SIZE.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        raise ValueError("write the size as WIDTHxHEIGHT in pixels, such as 1280x720")
    width, height = int(match[1]), int(match[2])
    check_size(width, height)
    if width % 2 or height % 2:
        raise ValueError(f"{width}x{height}: H.264 needs even numbers of pixels")
    return width, height


Size = Annotated[
    tuple[int, int],
    BeforeValidator(read_size),
    WithJsonSchema({"type": "string", "pattern": r"^\s*\d+\s*[x×]\s*\d+\s*$", "examples": ["1280x720"]}),
]


def _text(value: object) -> object:
    return {ANY: value} if isinstance(value, str) else value


TEXT = {"anyOf": [{"type": "string"}, {"type": "object", "additionalProperties": {"type": "string"}}]}
Text = Annotated[dict[str, str], BeforeValidator(_text), WithJsonSchema(TEXT)]
Texts = dict[str, Text]
"""Texts by name, each by locale, or the same in every locale."""


class Length(Model):
    """One length: the whole cut, the cut up to a time (`to`), or another project."""

    project: str | None = None
    to: Time | None = Field(default=None, gt=0)

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: object) -> object:
        """A length may be written as its time alone; nothing is the whole cut."""
        return {} if value is None else {"to": value} if isinstance(value, str | int | float) else value


class Axes(Model):
    """What a video varies along: at least one axis."""

    locale: tuple[Name, ...] = ()
    size: dict[Name, Size] = Field(default_factory=dict)
    length: dict[Name, Length] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _distinct(self) -> Self:
        if not (self.locale or self.size or self.length):
            raise ValueError("name at least one of locale, size and length")
        seen: dict[str, str] = {}
        for axis, names in (("locale", self.locale), ("size", self.size), ("length", self.length)):
            for name in names:
                if name in seen:
                    again = "there twice" if seen[name] == axis else f"a {seen[name]} already"
                    raise ValueError(f"{axis}: {name!r} is {again}; cells are named by it")
                seen[name] = axis
        return self


class Override(Model):
    """What some cells have of their own. Lists are replaced as a whole; `caption` goes over how all captions look."""

    project: str | None = None
    title: str | None = None
    description: str | None = None
    bitrate: int | None = Field(default=None, gt=0, le=MAX_BITRATE)
    triggers: tuple[str, ...] | None = None
    adopt_id: str | None = Field(default=None, min_length=1)
    on_delete: Literal["delete", "retain"] | None = None
    texts: dict[str, str] = Field(default_factory=dict)
    caption: CaptionStyle = CaptionStyle()
    video: tuple[Clip, ...] | None = Field(default=None, min_length=1)
    insets: tuple[Inset, ...] | None = None
    sounds: tuple[Sound, ...] | None = None
    captions: tuple[Caption, ...] | None = None
    music: Annotated[Music | None, BeforeValidator(none)] = None

    @property
    def cuts(self) -> bool:
        """Whether it changes what is seen or heard."""
        return bool(self.model_fields_set & _CUTS)


class Matrix(Model):
    """A video with variants, after they were made: the videos that its cells became, and which of them is the pilot."""

    name: str
    cells: tuple[str, ...]
    pilot: str | None = None
