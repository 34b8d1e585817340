"""Which id of the media library a file of the editor's stands for, and which source of the campaign.

The table is the user's: names of files (with or without their ending), of clips, or whole URLs, each with a media id.
It serves both directions. A file that nothing was said of is taken under its own name, and is listed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import PurePosixPath
from typing import Any, Literal, get_args
from urllib.parse import unquote, urlsplit

from reelstack.errors import ConfigError
from reelstack.models import timecode

Kind = Literal["video", "audio", "image"]
AUDIO = {"wav", "mp3", "aac", "m4a", "aif", "aiff", "flac", "ogg", "opus", "ac3", "wma"}
IMAGES = {"png", "jpg", "jpeg", "tif", "tiff", "bmp", "gif", "webp", "tga", "exr", "psd", "dpx"}
MAX_NAME = 64


@dataclass(frozen=True)
class Material:
    """A piece of material as the cut names it.

    `names` are what a table may call it by, the best first; `media` is set where the cut itself says the id, as cuts
    do that were written by us, with `source` the name it had in the campaign.
    """

    names: tuple[str, ...]
    kind: Kind = "video"
    media: str = ""
    source: str = ""
    credit: str = ""

    @property
    def key(self) -> str:
        """What makes two mentions the same material."""
        return self.media or self.names[0]


@dataclass(frozen=True)
class Entry:
    """What the user says of a file: its media id, what it is, and the timecode that its first frame bears."""

    media: str
    kind: Kind | None = None
    start: Fraction = Fraction(0)


@dataclass(frozen=True)
class Table:
    """The user's table of materials."""

    entries: Mapping[str, Entry] = field(default_factory=dict)

    @classmethod
    def of(cls, written: Mapping[str, Any]) -> Table:
        """The table of a mapping: each name to an id, or to `media`, `kind` and `start`; raises ConfigError."""
        return cls({str(name).casefold(): _entry(str(name), value) for name, value in written.items()})

    def find(self, material: Material) -> Entry | None:
        """What is said of a material by one of its names, or by one of them without its ending."""
        for name in (*material.names, *(PurePosixPath(name).stem for name in material.names)):
            if name.casefold() in self.entries:
                return self.entries[name.casefold()]
        return None

    def file_of(self, media: str) -> str | None:
        """The name under which an editor has a media id."""
        return next((name for name, entry in self.entries.items() if entry.media == media), None)


def _entry(name: str, value: Any) -> Entry:
    given: Any = {"media": value} if isinstance(value, str | int) and not isinstance(value, bool) else value
    keys = {"media", "kind", "start"}
    if not isinstance(given, Mapping) or not given.get("media") or set(given) - keys:
        raise ConfigError(
            f"the table of media says nothing usable of {name!r}.", hint="Give an id, or media, kind and start."
        )
    if given.get("kind") not in (None, *get_args(Kind)):
        raise ConfigError(f"{name!r} in the table of media: a kind is {', '.join(get_args(Kind))}.")
    return Entry(str(given["media"]), given.get("kind"), _start(name, given.get("start", 0)))


def _start(name: str, value: Any) -> Fraction:
    try:
        return Fraction(str(timecode.seconds(value)))
    except ValueError as error:
        raise ConfigError(f"{name!r} in the table of media: start: {error}.") from error


def file_name(url: str) -> str:
    """The last part of a URL or a path, on whichever system it was written."""
    path = unquote(urlsplit(url).path if "://" in url else url)
    return path.replace("\\", "/").rstrip("/").rpartition("/")[2]


def kind_of(name: str, *, heard_only: bool = False) -> Kind:
    """What a file is, by its ending, and by how it is used where the ending does not say."""
    ending = name.rpartition(".")[2].casefold()
    if ending in IMAGES:
        return "image"
    return "audio" if ending in AUDIO or heard_only else "video"


def slug(text: str, otherwise: str) -> str:
    """A name that campaigns allow, made of any text."""
    plain = re.sub(r"[^A-Za-z0-9]+", "-", text).strip("-").lower()[:MAX_NAME].rstrip("-")
    return plain or otherwise


def distinct(name: str, taken: Iterable[str]) -> str:
    """A name that is not taken yet: with a number behind it, if need be."""
    there = set(taken)
    if name not in there:
        return name
    numbered = (f"{name[: MAX_NAME - 6]}-{number}" for number in range(2, len(there) + 3))
    return next(one for one in numbered if one not in there)
