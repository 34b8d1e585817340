"""What carries our mark and is in no state: made by this stack and lost, or another stack's.

Only what bears this stack's identity is an orphan for sure. Huawei Cloud VOD keeps no mark: there only an intent that
was never settled tells that a task may be ours, and nothing tells it from others' tasks of that time.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from reelstack.cli import holdings, inventory
from reelstack.cli.holdings import Holdings, Resource
from reelstack.cli.inventory import Asked, Item
from reelstack.clouds.base import Cloud, Inventory, Site
from reelstack.models import marks
from reelstack.models.marks import Mark
from reelstack.models.production import Listed
from reelstack.reconcile import again, astray, policy, unmarked
from reelstack.reconcile.change import Means
from reelstack.reconcile.referee import Meant

Thing = TypeVar("Thing")

UNKNOWN_STACK = "a stack that its mark does not name"


@dataclass(frozen=True)
class Found:
    """What one site has of it. `others` counts, by stack, what bears the marks of others and is in no state.

    `doubtful` are tasks that may be ours, and `whose` the videos that they may be. `more`: there was more than
    was looked at.
    """

    site: Site
    orphans: tuple[Item, ...] = ()
    others: Mapping[str, int] = field(default_factory=dict)
    doubtful: tuple[Item, ...] = ()
    whose: tuple[str, ...] = ()
    more: bool = False

    def document(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "site": str(self.site),
            "orphans": [one.document() for one in self.orphans],
            "others": dict(self.others),
            "doubtful": [one.document() for one in self.doubtful],
            "whose": list(self.whose),
            "more": self.more,
        }


def of_marks(site: Site, cloud: Cloud, held: Holdings, stack: str, asked: Asked) -> Found:
    """The orphans at a site of a service that keeps our marks."""
    mine = held.identity(stack)
    tokens = project_tokens(held)
    others: Counter[str] = Counter()
    projects, videos = [], []
    recent, more_projects = _bounded(cloud.recent_projects(asked.since))
    for project in recent:
        mark = marks.read(project.description)
        if mark is None or project.project_id in held.holder:
            continue
        whose = _stack_of(mark, held, tokens)
        if whose == stack:
            projects.append(inventory.of_project(project, {}))
        else:
            others[whose or mark.stack or UNKNOWN_STACK] += 1
    listed, more_videos = _bounded(cloud.listed(asked.since, asked.until))
    for one in listed:
        known = one.job.job_id in held.holder or one.job.media_id in held.holder
        if one.mark is None or known or one.job.status.failed:
            continue
        if one.mark.is_of(mine):
            videos.append(one)
        else:
            others[held.stack_of(one.mark.stack) or one.mark.stack or UNKNOWN_STACK] += 1
    more = more_projects or more_videos
    return Found(site, (*projects, *_items(cloud, astray.alive(cloud, videos))), dict(others), more=more)


def _bounded(items: Iterable[Thing]) -> tuple[list[Thing], bool]:
    """As many as are looked at, and whether there are more."""
    found = list(itertools.islice(items, inventory.MOST + 1))
    return found[: inventory.MOST], len(found) > inventory.MOST


def _stack_of(mark: Mark, held: Holdings, tokens: Mapping[str, str]) -> str:
    """The stack of this project that a project is of: by the identity in its mark, or by the token of an older one."""
    return held.stack_of(mark.stack) or tokens.get(mark.token, "")


def project_tokens(held: Holdings) -> dict[str, str]:
    """The tokens that the projects of each stack are marked with, so far as the stack still has them."""
    return {
        again.token(held.identity(stack), str(one["urn"]), _fixed(one)): stack
        for stack in held.stacks
        for one in held.of_kind(stack, "EditingProject")
    }


def _fixed(one: Resource) -> dict[str, Any]:
    given = one.get("inputs") or {}
    replaces = [key for key, means in policy.PROJECT.items() if means is Means.REPLACE]
    return {key: given[key] for key in replaces if given.get(key) is not None}


def of_intents(site: Site, cloud: Inventory, held: Holdings, stack: str, asked: Asked) -> Found:
    """What may be an orphan at a site of a service that keeps no marks: created since an intent that never settled."""
    lost = dict(unsettled(held, stack, site))
    if not lost:
        return Found(site)
    first = min(lost.values(), key=lambda meant: meant.since)
    known = set(first.known) | set(held.holder)
    listed, more = _bounded(cloud.listed(first.since - unmarked.SKEW, asked.until))
    left = [one for one in listed if one.job.job_id not in known and one.job.media_id not in held.holder]
    found = tuple(_items(cloud, astray.alive(cloud, left)))
    return Found(site, doubtful=found, whose=tuple(sorted(lost)), more=more)


def unsettled(held: Holdings, stack: str, site: Site) -> Iterator[tuple[str, Meant]]:
    """The first of each video's intents that never came to a task in the state."""
    tasks = {holdings.name(one): holdings.outputs(one) for one in held.of_kind(stack, "VodEditTask")}
    for one in held.of_kind(stack, "SubmissionIntent"):
        facts = holdings.outputs(one)
        if holdings.site(one) != site or not facts.get("intent"):
            continue
        name = holdings.name(one)
        settled = _settled(tasks.get(name) or {})
        if settled is None:
            continue
        meant = [Meant.model_validate(_bare(one)) for one in [*(facts.get("past") or {}).values(), facts["intent"]]]
        left = sorted((one for one in meant if one.nonce not in settled), key=lambda one: one.since)
        if left:
            yield name, left[0]


def _settled(task: Mapping[str, Any]) -> frozenset[str] | None:
    """The nonces that came to be tasks; None where the state is of a version that did not keep them all."""
    nonce = (task.get("intent") or {}).get("nonce")
    told = task.get("settled")
    if nonce and told is None and int(task.get("submitted_generation") or 1) > 1:
        return None
    return frozenset((*([nonce] if nonce else ()), *(told or ())))


def _bare(intent: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in intent.items() if key != "earlier"}


def _items(cloud: Inventory, alive: list[Listed]) -> Iterator[Item]:
    media_ids = sorted({one.job.media_id for one in alive if one.job.media_id})
    media = cloud.get_media(media_ids) if media_ids else {}
    return (inventory.of_production(one, media.get(one.job.media_id), {}) for one in alive)


def delete(cloud: Cloud, item: Item) -> str:
    """Delete an orphan and say so; what still runs is left, and said to be."""
    if item.kind == inventory.PROJECT:
        cloud.delete_project(item.id)
        return f"project {item.id} is deleted"
    job = cloud.get_job(item.id)
    if not job.status.terminal:
        return f"job {item.id} still runs, and its asset would come after it is deleted: run this again when it is done"
    if media_id := job.media_id or item.media_id:
        cloud.delete_media([media_id])
    return f"video {item.id} (asset {media_id or 'none'}) is deleted with its files"
