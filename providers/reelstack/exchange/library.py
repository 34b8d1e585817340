"""Files of editors' tools as timelines of OpenTimelineIO, and back. The only module that loads its adapters.

A cut may come from a stranger: its size and, where it is JSON, its depth are looked at before the library reads it,
which would crash on the worst of them.
"""

from __future__ import annotations

import os
import re
import stat
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path

import opentimelineio as otio

from reelstack.errors import ConfigError

# The adapter of each ending, and the package that brings it.
FORMATS = {
    ".otio": ("otio_json", "opentimelineio"),
    ".edl": ("cmx_3600", "otio-cmx3600-adapter"),
    ".xml": ("fcp_xml", "otio-fcp-adapter"),
    ".fcpxml": ("fcpx_xml", "otio-fcpx-xml-adapter"),
    ".aaf": ("AAF", "otio-aaf-adapter"),
}
# AAF describes the media themselves, which a campaign knows nothing of.
READ_ONLY = {".aaf"}
WITHOUT_RATE = {".edl"}
# How every AAF begins: it is a compound file. Its reader leaves files open that are none.
AAF_BEGINS = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MAX_BYTES = 32_000_000
MAX_DEPTH = 200

_TEXT = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)
_BRACKETS = re.compile(rb"[\[{]|[\]}]")


def read(file: Path, rate: float | None = None) -> list[otio.schema.Timeline]:
    """Every timeline that a file holds; an EDL does not say its rate, and needs one. Raises ConfigError."""
    adapter = _adapter(file)
    _inspect(file)
    more = {}
    if file.suffix.lower() in WITHOUT_RATE:
        if rate is None:
            raise ConfigError(f"{file} does not say how many frames a second has.", hint="Say it: --rate 25.")
        more["rate"] = rate
    try:
        with _quiet():
            found = otio.adapters.read_from_file(os.fspath(file), adapter_name=adapter, **more)
    except Exception as error:  # adapters raise whatever their parsers do, for files that are not what they say
        raise ConfigError(f"{file} cannot be read as {file.suffix[1:]}: {_reason(error)}.") from error
    timelines = list(_timelines(found))
    if not timelines:
        raise ConfigError(f"{file} holds no timeline.", hint="Export the sequence itself from the editor's tool.")
    return timelines


def write(timeline: otio.schema.Timeline, file: Path) -> None:
    """Write a timeline in the format that the file's ending names, whole or not at all; raises ConfigError."""
    adapter = _adapter(file)
    if file.suffix.lower() in READ_ONLY:
        raise ConfigError(f"{file.suffix[1:]} can be read and not written.", hint="Write .otio, .xml or .fcpxml.")
    with tempfile.TemporaryDirectory() as scratch:
        whole = Path(scratch) / f"cut{file.suffix}"
        try:
            with _quiet():
                otio.adapters.write_to_file(timeline, os.fspath(whole), adapter_name=adapter)
        except Exception as error:  # as above
            reason = _reason(error)
            hint = "Write it as .otio, which holds everything."
            raise ConfigError(f"this cut cannot be written as {file.suffix[1:]}: {reason}.", hint=hint) from error
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(whole.read_bytes())
        except OSError as error:
            raise ConfigError(f"{file} cannot be written: {error.strerror}.") from error


def _adapter(file: Path) -> str:
    ending = file.suffix.lower()
    if ending not in FORMATS:
        raise ConfigError(f"{file.name}: no such format is known; there are {', '.join(FORMATS)}.")
    adapter, package = FORMATS[ending]
    if adapter not in otio.adapters.available_adapter_names():
        raise ConfigError(
            f"{ending} needs the package {package}.",
            hint="Install it: pip install 'reelstack[otio]', in a clone pip install '.[cloud,otio]'.",
        )
    return adapter


def _inspect(file: Path) -> None:
    try:
        found = file.stat()
        if not stat.S_ISREG(found.st_mode):
            raise ConfigError(f"{file} is no regular file.", hint="Export the sequence to a file.")
        if found.st_size > MAX_BYTES:
            raise ConfigError(
                f"{file} is larger than {MAX_BYTES // 1_000_000} MB.",
                hint="Export the sequence alone, without its media.",
            )
        data = file.read_bytes()
    except OSError as error:
        raise ConfigError(f"{file} cannot be read: {error.strerror}.") from error
    if not data.strip():
        raise ConfigError(f"{file} is empty.")
    if file.suffix.lower() == ".aaf" and not data.startswith(AAF_BEGINS):
        raise ConfigError(f"{file} is no AAF.")
    if file.suffix.lower() == ".otio" and _depth(data) > MAX_DEPTH:
        raise ConfigError(f"{file} is nested more than {MAX_DEPTH} deep, which no cut is.")


def _depth(data: bytes) -> int:
    """How deep a text of JSON is nested."""
    deepest = depth = 0
    for bracket in _BRACKETS.finditer(_TEXT.sub(b"", data)):
        depth += 1 if bracket[0] in b"[{" else -1
        deepest = max(deepest, depth)
    return deepest


def _timelines(found: object) -> Iterator[otio.schema.Timeline]:
    if isinstance(found, otio.schema.Timeline):
        yield found
    elif isinstance(found, otio.schema.SerializableCollection):
        for one in found:
            yield from _timelines(one)
    elif isinstance(found, otio.core.Composition):
        alone = otio.schema.Timeline(name=found.name)
        alone.tracks = found if isinstance(found, otio.schema.Stack) else otio.schema.Stack(children=[found])
        yield alone


def _quiet() -> warnings.catch_warnings[None]:
    """What adapters warn of is theirs: deprecated calls, mostly."""
    return warnings.catch_warnings(action="ignore")


def _reason(error: Exception) -> str:
    said = str(error).strip().splitlines()
    return (said[0] if said else type(error).__name__).rstrip(".")
