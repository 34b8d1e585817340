"""The values that the renderer speaks in: facts of materials, and the plan of one render.

Everything is frozen and resolved: times on the timeline are whole frames, times in a material exact seconds, places
are pixels. `plan` makes these values; `picture`, `audio`, `text` and `encode` draw them and decide nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

SAMPLE_RATE = 48_000
"""Samples of sound per second, in the plan and in every output."""

FORMAT_ERROR = "ProduceTimelineFormatError"
"""The job failure code for JSON that does not have a timeline's form."""
INVALID = "InvalidParameter"
"""The job failure code for a value that is out of its range."""
BAD_CONTENT = "InvalidParameter.ResourceContentBad"
"""The job failure code for a material that cannot be decoded."""
NOT_FOUND = "InvalidMaterial.NotFound"
"""The job failure code for a material that is not there."""


class TimelineError(Exception):
    """A timeline that cannot be produced. `code` is what the service puts into the failed job's `Code`."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


@dataclass(frozen=True)
class MediaFacts:
    """What `probe` finds out about a file.

    `width` and `height` are those of the picture as shown, after `rotation` (degrees, clockwise) and with square
    pixels. `duration` and `start` (the first timestamp) are seconds, `size` bytes, `bitrate` kbit/s. `matrix` is the
    colour matrix to assume, empty when the file names its own; `demuxer` is the one demuxer that may open it. `codec`
    and `audio_codec` are named as FFmpeg names them.
    """

    kind: Literal["video", "audio", "image"]
    duration: float = 0.0
    width: int = 0
    height: int = 0
    fps: float = 0.0
    has_audio: bool = False
    size: int = 0
    bitrate: int = 0
    format: str = ""
    demuxer: str = ""
    start: float = 0.0
    rotation: int = 0
    matrix: str = ""
    has_alpha: bool = False
    codec: str = ""
    audio_codec: str = ""


@dataclass(frozen=True)
class Placement:
    """Which part of a picture is shown, and where.

    `left`, `top`, `right`, `bottom` are fractions of the source; the part between them is scaled to `width` x `height`
    pixels with its upper left corner at `x`, `y`. It lies inside the output, always.
    """

    x: int
    y: int
    width: int
    height: int
    left: Fraction = Fraction(0)
    top: Fraction = Fraction(0)
    right: Fraction = Fraction(1)
    bottom: Fraction = Fraction(1)


@dataclass(frozen=True)
class Transition:
    """How a clip comes in over the one before it: an xfade transition over the clip's first `frames` frames."""

    name: str
    frames: int


@dataclass(frozen=True)
class Background:
    """What lies behind a picture that does not fill the output: a colour, or the picture itself, blurred."""

    kind: Literal["color", "blur"]
    color: str = "#000000"


@dataclass(frozen=True)
class Clip:
    """A moving or still picture on a track, shown in the frames `start` <= n < `end`.

    `in_point` is the second of the material shown at `start`; `speed` is how many seconds of it pass per second.
    """

    source: str
    start: int
    end: int
    placement: Placement
    in_point: Fraction = Fraction(0)
    speed: Fraction = Fraction(1)
    opacity: float = 1.0
    entry: Transition | None = None
    background: Background | None = None


Track = tuple[Clip, ...]
"""Clips in order of time. Two overlap only while the second one's entry lasts."""


@dataclass(frozen=True)
class Fade:
    """A change of loudness between silence and full over `length` samples from sample `start` of its sound."""

    direction: Literal["in", "out"]
    start: int
    length: int
    curve: str


@dataclass(frozen=True)
class Sound:
    """A sound heard in the samples `start` <= n < `end`; one that loops repeats its first `loop` samples."""

    source: str
    start: int
    end: int
    in_point: Fraction = Fraction(0)
    speed: Fraction = Fraction(1)
    gain: float = 1.0
    fades: tuple[Fade, ...] = ()
    loop: int | None = None


@dataclass(frozen=True)
class TitleStyle:
    """How a title's letters look. Colours are `#rrggbb`; sizes are pixels of the output."""

    size: int
    color: str = "#ffffff"
    opacity: float = 1.0
    bold: bool = False
    italic: bool = False
    underline: bool = False
    outline: int = 0
    outline_color: str = "#000000"
    boxed: bool = False
    spacing: int = 0
    line_spacing: int = 0
    angle: float = 0.0


@dataclass(frozen=True)
class Title:
    """Text shown in the frames `start` <= n < `end`. `x` and `y` are margins from the side that `alignment` names.

    `wrap` is the width in pixels at which lines break, None when only the text's own breaks count. `where` is the
    title's path in the timeline, for notes.
    """

    text: str
    start: int
    end: int
    x: int
    y: int
    alignment: str
    style: TitleStyle
    wrap: int | None = None
    where: str = ""


@dataclass(frozen=True)
class RenderPlan:
    """One render, decided in full. The first track is the bottom; titles lie above all tracks.

    `bitrate` is kbit/s, None for constant quality. A plan without width is sound alone. `notes` tell what is not drawn
    as the service would draw it.
    """

    width: int
    height: int
    fps: Fraction
    frames: int
    tracks: tuple[Track, ...] = ()
    titles: tuple[Title, ...] = ()
    sounds: tuple[Sound, ...] = ()
    bitrate: int | None = None
    container: str = "mp4"
    codec: str = "h264"
    audio_codec: str = "aac"
    notes: tuple[str, ...] = ()

    @property
    def duration(self) -> Fraction:
        """Seconds, exactly."""
        return self.frames / self.fps

    @property
    def samples(self) -> int:
        """Samples of sound."""
        return round(self.duration * SAMPLE_RATE)
