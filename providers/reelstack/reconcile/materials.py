"""Look at the materials of a production before it is submitted: what the cloud knows of them and would refuse.

Only what is read counts. A material that the cloud does not show may be known to it all the same (media of VOD are
registered with IMS when they are first used), and a look that fails stops nobody: the submission itself will tell.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from reelstack.clouds.base import Cloud, Jobs
from reelstack.errors import CloudError, ConfigError, Fault
from reelstack.models import timeline as timelines
from reelstack.models.cut import Cut
from reelstack.models.production import Media
from reelstack.models.status import MediaStatus
from reelstack.models.timeline import Material

# Both services: the materials of a production together, 1 TB.
MAX_BYTES = 2**40

# A word that nobody knows says nothing.
USABLE = (MediaStatus.NORMAL, MediaStatus.UNKNOWN)


class Materials:
    """What this run has seen of materials at one site: hundreds of videos show the same few.

    A material that could be used a moment ago is not looked at again, nor is a project that this run wrote itself.
    """

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud
        self._usable: dict[str, Media] = {}
        self._used: dict[str, tuple[Material, ...]] = {}

    def wrote(self, project_id: str, timeline: Mapping[str, Any] | None) -> None:
        """Remember what a project is made of since this run has written it."""
        self._used[project_id] = _used(timeline)

    def of(self, project_id: str) -> tuple[Material, ...]:
        """The materials that a project uses."""
        known = self._used.get(project_id)
        return _used(self._cloud.get_project(project_id).timeline) if known is None else known

    def media(self, used: Iterable[Material]) -> Mapping[str, Media]:
        """What the cloud knows of these materials."""
        ids = {each.media_id for each in used}
        new = sorted(ids - self._usable.keys())
        found = self._cloud.get_media(new) if new else {}
        self._usable.update({one: media for one, media in found.items() if media.status is MediaStatus.NORMAL})
        return {one: media for one in ids if (media := found.get(one) or self._usable.get(one))}


def require_usable(known: Materials, project_id: str | None, timeline: Mapping[str, Any] | None) -> None:
    """Raise ConfigError that names each clip whose material cannot be produced from; silent when nothing is known."""
    try:
        used = known.of(project_id) if timeline is None and project_id is not None else _used(timeline)
        media = known.media(used)
    except CloudError:
        return
    if found := list(faults(used, media)):
        raise ConfigError.of(found)


def _used(timeline: Mapping[str, Any] | None) -> tuple[Material, ...]:
    return tuple(each for each in timelines.materials(timeline or {}) if each.media_id)


def require_sound(cloud: Jobs, cut: Cut) -> None:
    """Raise ConfigError that names each piece whose asset has failed, likewise silent when nothing is known."""
    try:
        assets = cloud.get_media(sorted({piece.asset_id for piece in cut.inputs}))
    except CloudError:
        return
    broken = {media_id: media.status for media_id, media in assets.items() if media.status.failed}
    found = [
        Fault(f"asset {piece.asset_id} is {broken[piece.asset_id]}; nothing was submitted", f"inputs[{at}].asset_id")
        for at, piece in enumerate(cut.inputs)
        if piece.asset_id in broken
    ]
    if found:
        raise ConfigError.of(found)


def faults(used: Iterable[Material], media: Mapping[str, Media]) -> Iterator[Fault]:
    """What is wrong with these uses of materials, as far as the media are there to be judged."""
    for each in used:
        known = media.get(each.media_id)
        if known is not None and known.status not in USABLE:
            what = "it cannot be used" if known.status.failed else "run again when it is"
            said = f"media {each.media_id} is {known.status}, not Normal: {what}. Nothing was submitted"
            yield Fault(said, path=each.path)
    total = sum(one.size or 0 for one in media.values())
    if total > MAX_BYTES:
        said = f"the materials have {total / 2**40:.2f} TB, but at most 1 TB is taken; nothing was submitted"
        yield Fault(said, path="timeline")
