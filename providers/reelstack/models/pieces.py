"""The pieces that a cut is made of: clips, pictures laid over them, captions, music, and the forms of their values."""

from __future__ import annotations

import difflib
import re
from contextvars import ContextVar
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema, field_validator, model_validator

from reelstack.models import timecode
from reelstack.models.base import Model
from reelstack.models.transitions import TRANSITIONS

_TIMES = {"anyOf": [{"type": "number", "minimum": 0}, {"type": "string", "pattern": timecode.PATTERN}]}

RATE: ContextVar[float | None] = ContextVar("rate", default=None)
"""Frames a second of the campaign that is being read, for times in frames that name no rate."""


def time(value: Any) -> float:
    """A written time in seconds; frames without a rate of their own count at the campaign's."""
    return timecode.seconds(value, RATE.get())


def none(value: object) -> object:
    """`none` says that there is none, where a brand would give one."""
    return None if value == "none" else value


Time = Annotated[float, BeforeValidator(time), WithJsonSchema(_TIMES)]
Fraction = Annotated[float, Field(ge=0, le=1)]

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


def is_name(value: str) -> bool:
    """Whether it can be the name of a campaign, a source, a project or a video."""
    return _NAME.fullmatch(value) is not None


def _name(value: str) -> str:
    if not is_name(value):
        raise ValueError(f"{value!r} is no name: use letters, digits, '.', '_' and '-', at most 64 of them")
    return value


def colour(value: object) -> object:
    """The value, if it is a colour; raises ValueError, also for what is written and empty."""
    if value is None:
        raise ValueError('is empty: without quotes # begins a comment; write a colour as "#rrggbb", in quotes')
    if not (isinstance(value, str) and _COLOUR.fullmatch(value)):
        raise ValueError(f'{value!r} is no colour; write it in quotes, as "#rrggbb"')
    return value


COLOUR_SCHEMA = WithJsonSchema({"type": "string", "pattern": f"^{_COLOUR.pattern}$"})
Colour = Annotated[str, BeforeValidator(colour), COLOUR_SCHEMA]
Name = Annotated[str, AfterValidator(_name), WithJsonSchema({"type": "string", "pattern": f"^{_NAME.pattern}$"})]


def check_range(begin: float, out: float | None, length: float | None) -> None:
    """Raise ValueError unless it is said once where a piece ends, and that is after its beginning."""
    if (out is None) == (length is None):
        raise ValueError("say where the clip ends: give either out or length")
    if out is not None and out <= begin:
        raise ValueError(f"out must be after in ({timecode.spell(begin)}), not at {timecode.spell(out)}")


class Transition(Model):
    """How a clip gives way to the next. It shortens the total by its duration, as the two overlap."""

    type: str = "fade"
    duration: Time = Field(default=0.5, gt=0)

    @field_validator("type")
    @classmethod
    def _known(cls, value: str) -> str:
        if value not in TRANSITIONS:
            near = difflib.get_close_matches(value, TRANSITIONS, n=1)
            meant = f"did you mean {near[0]!r}?" if near else "see docs/campaigns.md"
            raise ValueError(f"there is no transition {value!r}; {meant}")
        return value


class Frame(Model):
    """A rectangle on the output, as fractions of its width and height, from the top left corner."""

    x: Fraction = 0
    y: Fraction = 0
    width: Fraction = 1
    height: Fraction = 1

    @model_validator(mode="after")
    def _inside(self) -> Self:
        if self.x + self.width > 1.0001 or self.y + self.height > 1.0001:
            raise ValueError("the frame reaches beyond the picture: x + width and y + height are at most 1")
        return self


class Clip(Model):
    """One cut of the main track: a source from `in` to `out`, or a picture for `length`.

    Under what is `spoken` music steps back, when it is told to.
    """

    clip: str
    in_: Time = Field(default=0, alias="in")
    out: Time | None = None
    length: Time | None = Field(default=None, gt=0)
    speed: float = Field(default=1, ge=0.1, le=100)
    volume: float = Field(default=1, ge=0, le=10)
    fit: Literal["cover", "contain", "fill"] = "cover"
    transition: Annotated[Transition | None, BeforeValidator(none)] = None
    spoken: bool = False

    @model_validator(mode="after")
    def _range(self) -> Self:
        check_range(self.in_, self.out, self.length)
        return self

    @property
    def end(self) -> float:
        """The out point in the material, in seconds."""
        return self.out if self.out is not None else self.in_ + (self.length or 0) * self.speed

    @property
    def seconds(self) -> float:
        """How long the clip lasts on the timeline."""
        return (self.end - self.in_) / self.speed


class Inset(Clip):
    """A clip or picture laid over the main track at a time, in a frame."""

    at: Time
    frame: Frame
    opacity: Fraction = 1
    transition: None = None


class Caption(Model):
    """A text on the picture, from `at` for `length`. `size` is the height of its letters in pixels of the output.

    `style` is the name of a brand's style, which says what the caption itself does not.
    """

    text: str = Field(min_length=1)
    at: Time = 0
    length: Time = Field(gt=0)
    place: Literal["top", "centre", "bottom"] = "bottom"
    size: int = Field(default=48, ge=8, le=400)
    margin: Fraction = 0.08
    colour: Colour = "#ffffff"
    outline: int = Field(default=3, ge=0, le=20)
    outline_colour: Colour = "#000000"
    bold: bool = False
    style: str | None = None


class Sound(Model):
    """Something that is heard at a time, such as a voice; it ends with the cut."""

    clip: str
    in_: Time = Field(default=0, alias="in")
    out: Time | None = None
    length: Time | None = Field(default=None, gt=0)
    at: Time = 0
    volume: float = Field(default=1, ge=0, le=10)
    fade_in: Time = 0
    fade_out: Time = 0
    spoken: bool = False

    @model_validator(mode="after")
    def _range(self) -> Self:
        check_range(self.in_, self.out, self.length)
        return self

    @property
    def end(self) -> float:
        """The out point in the material, in seconds."""
        return self.out if self.out is not None else self.in_ + (self.length or 0)

    @property
    def seconds(self) -> float:
        """How long it is heard."""
        return self.end - self.in_


class Music(Model):
    """What plays under the whole cut, looped when it is shorter.

    While somebody speaks its volume is `duck` times as large, with slopes of `duck_fade` before and after.
    """

    clip: str
    in_: Time = Field(default=0, alias="in")
    out: Time | None = None
    volume: float = Field(default=0.5, ge=0, le=10)
    fade_in: Time = 0
    fade_out: Time = 0
    loop: bool = True
    duck: Fraction = 1
    duck_fade: Time = Field(default=0.3, gt=0)

    @model_validator(mode="after")
    def _range(self) -> Self:
        if self.out is not None:
            check_range(self.in_, self.out, None)
        return self
