"""The objects behind the materials of a timeline, and everything wrong with them: not there, not ready, too much,
not of this cloud.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any

from reelstack.emulator import stand_ins, timeline
from reelstack.emulator.errors import invalid
from reelstack.emulator.ims import answers
from reelstack.emulator.ims.state import Desk, Media
from reelstack.emulator.objects import Name, ObjectNameError, from_oss_url, oss_url
from reelstack.emulator.timeline import Use

MATERIALS_MOST = 2**40
"""Bytes of all materials together, documented as 1 TB."""


@dataclass(frozen=True)
class Materials:
    """The objects behind the references, their lengths; and why nothing can be made of them, as (code, message)."""

    objects: dict[str, str]
    durations: dict[str, float]
    doom: tuple[str, ...] = ()


def materials(desk: Desk, uses: list[Use]) -> Materials:
    """Find every material. What was never registered is promised to be synthesised, unless the rules are strict."""
    objects, durations, lost, unready, size = {}, {}, [], [], 0
    for ref, use in stand_ins.merged(uses).items():
        name = _object_of_url(desk, use) if use.is_url else _object_of_id(desk, use)
        if name is None:
            lost.append(f"{ref} ({use.where})")
            continue
        objects[ref] = str(name)
        durations[ref] = _duration(desk, name)
        size += _size(desk, name)
        media = desk.living_media(ref)
        if media and (status := answers.media_status(desk, media)) != "Normal":
            unready.append(f"{ref} ({use.where}) is {status}")
    if size > MATERIALS_MOST:
        raise invalid("Timeline", f"its materials have {size} bytes in total, at most {MATERIALS_MOST} are allowed")
    return Materials(objects, durations, _doom(lost, unready))


def _doom(lost: list[str], unready: list[str]) -> tuple[str, ...]:
    if lost:
        return ("InvalidMaterial.NotFound", f"The specified material is not found: {', '.join(lost)}.")
    if unready:
        return ("QueryMaterialFailed", f"A material must be Normal: {', '.join(unready)}.")
    return ()


def _size(desk: Desk, name: Name) -> int:
    media = desk.media_of(name)
    if media and media.known and media.known.size:
        return media.known.size
    return desk.objects.path(name).stat().st_size if desk.objects.exists(name) else 0


def check_addresses(desk: Desk, content: dict[str, Any]) -> None:
    """Refuse a timeline that names files of this machine, of other hosts or of other regions."""
    for url, where in timeline.addresses(content):
        try:
            desk.objects.path(from_oss_url(url, desk.region))
        except ObjectNameError as error:
            raise invalid("Timeline", f"{where}: {error}") from error


def _duration(desk: Desk, name: Name) -> float:
    source = desk.sources.get(name)
    if source:
        return source.duration
    media = desk.media_of(name)
    return media.known.duration if media and media.known else desk.settings.source_seconds


def _object_of_url(desk: Desk, use: Use) -> Name | None:
    try:
        name = from_oss_url(use.ref, desk.region)
        desk.objects.path(name)
    except ObjectNameError as error:
        raise invalid("Timeline", f"{use.where}: {error}") from error
    if desk.objects.exists(name) and desk.sources.get(name) is None:
        return name
    if desk.settings.strict or desk.was_deleted(name) or _lost(desk, name):
        return None
    stand_ins.promise(desk.sources, desk.settings, use, name, label=name.key.rpartition("/")[2])
    return name


def _object_of_id(desk: Desk, use: Use) -> Name | None:
    known = desk.media.get(use.ref)
    promised = desk.job_of_media(use.ref) if known is None else None
    if promised:
        production = desk.lifecycle.get(promised.id)
        return Name.parse(promised.object) if production and not production.finished else None
    if known and known.deleted:
        return None
    if known and not known.synthesised and desk.objects.exists(Name.parse(known.object)):
        return Name.parse(known.object)
    name = Name.parse(known.object) if known else stand_ins.name(use)
    if desk.settings.strict or _lost(desk, name):
        return None
    source = stand_ins.promise(desk.sources, desk.settings, use, name, label=use.ref)
    media = known or _synthesised(desk, use, name)
    desk.put_media(replace(media, kind=source.kind, facts=asdict(stand_ins.facts(source))))
    return name


def _lost(desk: Desk, name: Name) -> bool:
    """Whether there was a real file once: what was seen and is gone is not replaced by a test picture."""
    media = desk.media_of(name)
    seen = media is not None and media.known is not None and desk.sources.get(name) is None
    return seen and not desk.objects.exists(name)


def _synthesised(desk: Desk, use: Use, name: Name) -> Media:
    now = desk.now()
    return Media(
        id=use.ref,
        url=oss_url(name, desk.region),
        object=str(name),
        kind=use.kind,
        created=now,
        modified=now,
        ready=now,
        title=use.ref,
        synthesised=True,
    )
