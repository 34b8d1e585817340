"""What is in the account of a stack: projects and productions, newest first, and which stack holds each.

Lists and batches only: nothing costs a read of its own. How far a list is walked is bounded, however much there is.
"""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from reelstack import engine
from reelstack.clock import Clock
from reelstack.clouds import open as clouds_open
from reelstack.clouds.base import Cloud, Inventory, Projects, Site
from reelstack.clouds.credentials import stack as keys
from reelstack.models import marks
from reelstack.models.production import Job, Listed, Media
from reelstack.models.project import Project
from reelstack.resources import settings

MOST = 2000  # of each kind that are looked at, whatever is found among them
BATCH = 100
PROJECT, VIDEO = "project", "video"


@dataclass(frozen=True)
class Item:
    """One thing of the account. `id` is what an adoption takes; `seconds`, `width` and `height` where they are told.

    `held_by` is the stack and the resource that hold it, `made_by` the beginning of the identity of the stack in its
    mark.
    """

    kind: str
    id: str
    title: str
    status: str
    created: datetime | None = None
    media_id: str = ""
    seconds: float | None = None
    width: int | None = None
    height: int | None = None
    held_by: str = ""
    made_by: str = ""

    def document(self) -> dict[str, Any]:
        """As JSON: what is not known is absent."""
        values = {**vars(self), "created": self.created.isoformat() if self.created else None}
        return {key: value for key, value in values.items() if value not in (None, "")}


@dataclass(frozen=True)
class Asked:
    """What is to be listed: created since when, with which text, and how many of each kind."""

    since: datetime
    until: datetime
    text: str = ""
    limit: int = 50

    def wants(self, *texts: str) -> bool:
        """Whether any of the texts holds the one that is asked for, in any case of letters."""
        return any(self.text.casefold() in text.casefold() for text in texts)


def site(project: Path, stack: str) -> Site:
    """Where a stack's settings say that its resources live."""
    given = _settings(project, stack)
    service = given.get("service") or next(iter(settings.REGIONS))
    settings.require_service(service)
    region = given.get("region") or settings.REGIONS[service]
    return Site(service, region, given.get("endpoint") or "", given.get("account") or "")


def _settings(project: Path, stack: str) -> dict[str, str]:
    """A stack's settings; its secrets are decrypted only when keys are among them, which are then told."""
    with contextlib.chdir(project):
        names = {f"{keys.NAMESPACE}:{name}" for name in keys.NAMES}
        has_keys = bool(names & engine.setting_names(project, stack))
        found = engine.settings(project, stack) if has_keys else engine.plain_settings(project, stack)
    if has_keys:
        keys.tell(found)
    prefix = f"{keys.NAMESPACE}:"
    return {key.removeprefix(prefix): value for key, value in found.items() if key.startswith(prefix)}


def opened(where: Site, clock: Clock) -> Inventory:
    """The client for a site; raises ConfigError when the local cloud or the keys are missing."""
    return clouds_open.open_inventory(where, clock)


def with_projects(where: Site, clock: Clock) -> Cloud | None:
    """The same where the service has editing projects; None where it has none."""
    return None if where.service == "huawei" else clouds_open.open_cloud(where, clock)


def projects(cloud: Projects, asked: Asked, holder: Mapping[str, str]) -> Iterator[Item]:
    """The editing projects, newest first."""
    for one in itertools.islice(cloud.recent_projects(asked.since), MOST):
        if asked.wants(one.project_id, one.title, marks.unmarked(one.description)):
            yield of_project(one, holder)


def videos(cloud: Inventory, asked: Asked, holder: Mapping[str, str]) -> Iterator[Item]:
    """The productions, newest first, with what their assets tell, which are read in batches."""
    listed = itertools.islice(cloud.listed(asked.since, asked.until), MOST)
    while some := list(itertools.islice(listed, min(BATCH, max(asked.limit, 20)))):
        done = {one.job.media_id for one in some if one.job.status.succeeded and one.job.media_id}
        media = cloud.get_media(sorted(done)) if done else {}
        for one in some:
            item = of_production(one, media.get(one.job.media_id), holder)
            if asked.wants(item.id, item.title, item.media_id, one.name):
                yield item


def of_project(one: Project, holder: Mapping[str, str]) -> Item:
    """A project as an item."""
    mark = marks.read(one.description)
    return Item(
        PROJECT,
        one.project_id,
        one.title,
        one.status.name.lower(),
        one.created,
        held_by=holder.get(one.project_id, ""),
        made_by=mark.stack if mark else "",
    )


def of_production(one: Listed, media: Media | None, holder: Mapping[str, str]) -> Item:
    """A production as an item."""
    job = one.job
    return Item(
        VIDEO,
        job.job_id,
        (media.title if media else "") or one.title or one.name,
        status(job, media),
        job.created,
        job.media_id,
        (media.duration if media else None) or job.duration,
        media.width if media else None,
        media.height if media else None,
        holder.get(job.job_id) or holder.get(job.media_id, ""),
        one.mark.stack if one.mark else "",
    )


def status(job: Job, media: Media | None) -> str:
    """What became of a production, in a word."""
    gone = job.status.succeeded and bool(job.media_id) and media is None
    return "deleted" if gone else job.status.name.lower()


def moment(text: str, now: datetime) -> datetime | None:
    """A time such as `7d`, `36h` or `2026-01-31`; None for what is none."""
    number, unit = text[:-1], text[-1:]
    units = {"d": "days", "h": "hours", "w": "weeks"}
    with contextlib.suppress(ValueError, OverflowError):
        if unit in units and number:
            return now - timedelta(**{units[unit]: float(number)})
        found = datetime.fromisoformat(text)
        return found if found.tzinfo else found.replace(tzinfo=now.tzinfo)
    return None
