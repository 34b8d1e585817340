"""Files that a campaign names: beside it, inside the project, of a known kind, and no larger than a campaign may be.

A campaign may be a stranger's: nothing outside of its project is opened, whatever it is called and wherever links lead.
"""

from __future__ import annotations

import stat
from pathlib import Path

from reelstack.errors import ConfigError

MAX_BYTES = 1_000_000
PROJECT_FILES = ("Pulumi.yaml", "Pulumi.yml")


def text(file: Path) -> str:
    """The text of a file; raises ConfigError that says what is wrong with it."""
    try:
        if not stat.S_ISREG(file.stat().st_mode):  # a named pipe would keep its reader waiting for ever
            raise ConfigError("is no regular file")
        with file.open("rb") as opened:
            data = opened.read(MAX_BYTES + 1)
    except OSError as error:
        raise ConfigError(f"cannot be read: {error.strerror}") from error
    if len(data) > MAX_BYTES:
        raise ConfigError(f"is larger than {MAX_BYTES:,} bytes; split the campaign")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConfigError("is not UTF-8 text") from error


def named(path: str, beside: Path, endings: tuple[str, ...]) -> Path:
    """The file that a campaign file names by a path relative to itself; raises ConfigError that says what is wrong."""
    if not path.endswith(endings):
        raise ConfigError(f"{path!r} is none of the files that are read here: name one that ends in {_or(endings)}")
    if path.startswith(("/", "~")) or "\\" in path or ":" in path.split("/")[0]:
        raise ConfigError(f"{path!r}: write the path relative to this file, with slashes")
    try:
        found = (beside.parent / path).resolve()
        inside = found.is_relative_to(project_of(beside))
        there = found.exists() and not found.is_dir()
    except (OSError, ValueError, RuntimeError) as error:
        raise ConfigError(f"{path!r} is no path that can be read") from error
    if not inside:
        raise ConfigError(f"{path!r} lies outside of the project; only files inside it are read")
    if not there:
        raise ConfigError(f"there is no file {path!r}")
    return found


def project_of(file: Path) -> Path:
    """The directory of the project that a campaign file belongs to; without a project its own."""
    places = file.resolve().parents
    return next((one for one in places if any((one / name).is_file() for name in PROJECT_FILES)), places[0])


def _or(endings: tuple[str, ...]) -> str:
    return endings[0] if len(endings) == 1 else f"{', '.join(endings[:-1])} or {endings[-1]}"
