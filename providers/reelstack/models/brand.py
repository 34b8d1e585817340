"""A brand: what holds in every cut of a campaign where the cut itself says nothing. Shared by including its file."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from reelstack.models.base import Model
from reelstack.models.pieces import COLOUR_SCHEMA, Colour, Fraction, Frame, Name, Time, Transition, colour

# What is written and empty is a colour that a comment took away.
_Written = Annotated[Colour | None, BeforeValidator(colour), COLOUR_SCHEMA]


class CaptionStyle(Model):
    """How captions look, as far as it is said."""

    place: Literal["top", "centre", "bottom"] | None = None
    size: Annotated[int | None, Field(ge=8, le=400)] = None
    margin: Fraction | None = None
    colour: _Written = None
    outline: Annotated[int | None, Field(ge=0, le=20)] = None
    outline_colour: _Written = None
    bold: bool | None = None


class BrandMusic(Model):
    """How music is mixed, as far as it is said; with a `clip` also which plays where a cut names none."""

    clip: str | None = None
    in_: Time | None = Field(default=None, alias="in")
    out: Time | None = None
    volume: Annotated[float | None, Field(ge=0, le=10)] = None
    fade_in: Time | None = None
    fade_out: Time | None = None
    loop: bool | None = None
    duck: Fraction | None = None
    duck_fade: Annotated[Time | None, Field(gt=0)] = None


class Logo(Model):
    """A picture in a frame, over the whole length of every cut."""

    clip: str
    frame: Frame
    opacity: Fraction = 1
    fit: Literal["cover", "contain", "fill"] = "contain"


class Brand(Model):
    """The defaults of a campaign's cuts. A native timeline gets none of them."""

    captions: CaptionStyle = CaptionStyle()
    styles: dict[Name, CaptionStyle] = Field(default_factory=dict)
    transition: Transition | None = None
    music: BrandMusic = BrandMusic()
    logo: Logo | None = None
