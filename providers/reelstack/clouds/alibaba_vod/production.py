"""ProduceEditingProjectVideo: the request, what it does to the project, and what is wrong with it before it is sent.

The rules are those of the operation's page; most are the models' own. Paths in the faults are our field names, then
the keys as the service spells them. What only the service knows (whether a material is there and in order, its size)
is not checked here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum

from reelstack.clouds.alibaba_vod.requests import Parameters
from reelstack.errors import Fault
from reelstack.models import oss, output, timeline
from reelstack.models.production import user_data_faults
from reelstack.wire.parameters import Json

SERVICE = "vod"

_OVERWRITES = ("timeline", "title", "description", "cover_url")


class Effect(Enum):
    """What a production does, by which of project and timeline it gives."""

    NOTHING = "neither project nor timeline: it cannot be produced"
    CREATES = "a project is created of the timeline, and the video produced"
    PRODUCES = "the project's last saved timeline is produced"
    OVERWRITES = "the timeline is produced, and the project overwritten with it"


@dataclass(frozen=True, kw_only=True)
class NewProduction(Parameters):
    """ProduceEditingProjectVideo. At least one of `project_id` and `timeline`; `effect` says what comes of it.

    `title`, `description` and `cover_url` are the project's; the video's own are in `media_metadata`. There is no
    client token: repeating it makes, and bills, another video.
    """

    project_id: str | None = None
    timeline: Json | None = field(default=None, repr=False)
    title: str | None = None
    description: str | None = None
    cover_url: str | None = None
    media_metadata: Json | None = None
    produce_config: Json | None = None
    user_data: Json | None = field(default=None, repr=False)
    app_id: str | None = None

    @property
    def effect(self) -> Effect:
        """What the service does with this combination. A timeline without tracks is one, too: it would be saved."""
        if self.timeline is not None:
            return Effect.OVERWRITES if self.project_id else Effect.CREATES
        return Effect.PRODUCES if self.project_id else Effect.NOTHING

    @property
    def overwrites(self) -> tuple[str, ...]:
        """The fields of the given project that it would overwrite; a project that somebody manages allows none."""
        if not self.project_id:
            return ()
        return tuple(name for name in _OVERWRITES if getattr(self, name) is not None)

    def faults(self, region: str) -> list[Fault]:
        """All that the service would refuse, found without asking it. `region`: where it is sent to."""
        return [
            *([_fault("project_id", "give a project, a timeline or both")] if self.effect is Effect.NOTHING else []),
            *(timeline.production_faults(self.timeline, SERVICE, region) if self.timeline is not None else []),
            *(user_data_faults(self.user_data, SERVICE) if self.user_data is not None else []),
            *_config_faults(self.produce_config or {}, region),
        ]


def _fault(path: str, message: str) -> Fault:
    return Fault(message, path=path)


def _config_faults(config: Json, region: str) -> Iterator[Fault]:
    path = "produce_config"
    sides = {name: _side(config.get(name)) for name in ("Width", "Height")}
    for name, side in sides.items():
        if side is not None and not output.MIN_SIDE <= side <= output.MAX_SIDE:
            yield _fault(f"{path}.{name}", f"between {output.MIN_SIDE} and {output.MAX_SIDE} pixels, not {side:g}")
    yield from output.size_faults(sides["Width"], sides["Height"], path)
    location = str(config.get("StorageLocation") or "")
    if not location and region != output.HOME_REGION:
        yield _fault(f"{path}.StorageLocation", output.storage_needed(region))
    elif said := oss.location_fault(location, region):
        yield _fault(f"{path}.StorageLocation", said)


def _side(value: object) -> float | None:
    """A width or height as a number; None when it is not given. What is no number is out of every range."""
    if value is None:
        return None
    try:
        return float(str(value))
    except ValueError:
        return 0.0
