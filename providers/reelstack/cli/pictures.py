"""The pictures of a review as files, for a Markdown that names them: timelines as SVG or PNG, frames as JPEG.

A file is named after what it shows, so that another picture has another address: forges keep copies of what they have
shown.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from reelstack.errors import ConfigError
from reelstack.preview import comment, frames, picture, raster
from reelstack.preview.plan import Plan, ProjectPlan


class Form(StrEnum):
    """What a timeline is drawn as."""

    SVG = "svg"
    PNG = "png"


@dataclass(frozen=True)
class Place:
    """Where pictures are written, and where they will be found: there, unless another address is told."""

    directory: Path
    url: str | None = None

    @property
    def base(self) -> str:
        """The beginning of every address; raises ConfigError for one that cannot stand in a link."""
        base = (self.url if self.url is not None else str(self.directory)).rstrip("/")
        if self.url is not None and re.search(r"[\s()<>\"'\\|]", base):
            raise ConfigError(f"{self.url!r} cannot stand in a link.", hint="Write it percent-encoded.")
        return re.sub(r"[\s()<>\"'\\|]", lambda found: f"%{ord(found[0]):02X}", base)


def put(plan: Plan, taken: frames.Taken, place: Place, form: Form) -> dict[str, comment.Pictures]:
    """Write the pictures of every project; their addresses by its name."""
    base = place.base
    found = {}
    for project in plan.projects:
        timeline = None
        if project.before.rows or project.after.rows:
            drawing = picture.draw(project)
            content = raster.png(drawing) if form is Form.PNG else drawing.encode()
            timeline = f"{base}/{_write(place.directory, project, content, form.value)}"
        shots = taken[project.name].frames if project.name in taken else ()
        found[project.name] = comment.Pictures(timeline, tuple(_shot(place, base, project, one) for one in shots))
    return found


def _shot(place: Place, base: str, project: ProjectPlan, one: frames.Frame) -> tuple[float, str | None, str | None]:
    before, after = (
        f"{base}/{_write(place.directory, project, content, 'jpg')}" if content else None
        for content in (one.before, one.after)
    )
    return one.at, before, after


def _write(directory: Path, project: ProjectPlan, content: bytes, ending: str) -> str:
    """Write one picture under a name that is safe everywhere."""
    kept = re.sub(r"[^A-Za-z0-9]+", "-", project.name).strip("-")[:60]
    mark = hashlib.sha256(project.name.encode() + content).hexdigest()[:10]
    name = f"{kept or 'project'}-{mark}.{ending}"
    write(directory / name, content)
    return name


def write(file: Path, content: bytes) -> None:
    """Write a file, and the directories above it; raises ConfigError."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    except OSError as error:
        raise ConfigError(f"{file} cannot be written: {error.strerror}.") from error
