"""What the cloud has now of what a stack's state holds, as a `Side`: read by the ids in the state, nothing changed.

Assets are read in batches; a project is a read of its own, and a production whose asset is not in order is looked at by
its id. Differences that only the service's own spelling makes are none. Keys are those of the environment and the
profiles (`docs/credentials.md`): those among a stack's settings belong to the engine.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from typing import Any

from reelstack.cli import held_side
from reelstack.clock import Clock
from reelstack.clouds import local
from reelstack.clouds import open as clouds_open
from reelstack.clouds.base import Jobs, Site
from reelstack.errors import ConfigError, NotFound
from reelstack.models.production import Media
from reelstack.preview.side import Cut, Side
from reelstack.reconcile import drift
from reelstack.reconcile.live import Tally
from reelstack.reconcile.look import look
from reelstack.reconcile.outcome import Verdict
from reelstack.resources import bridge

_AT_ONCE = 8  # the sites' own rate limits hold beside it
_THERE = (Verdict.DONE, Verdict.UNSETTLED)

Held = Mapping[str, Any]


def of(resources: Iterable[Held], label: str, clock: Clock) -> Side:
    """What there is; what is gone, or failed, is not in it.

    Raises ConfigError when the keys are another account's, or so much is missing that they may be.
    """
    found = list(resources)
    side = held_side.deployed(found, label)
    cuts, lost = dict(side.cuts), set[str]()
    for site, held in _by_site(held_side.ours(found)).items():
        _require_same_account(site, held, clock)
        productions = _of_kind(held, "ProduceJob", "VodEditTask")
        media = _media(site, productions, clock)
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            for name, cut in pool.map(partial(_project, cuts, clock), _of_kind(held, "EditingProject")):
                _put(cuts, name, cut)
            gone = [name for name, there in pool.map(partial(_video, media, clock), productions) if not there]
        _require_plausible(site, productions, gone, clock)
        lost |= set(gone)
    films = {name: film for name, film in side.films.items() if name not in lost}
    return replace(side, cuts=cuts, films=films, lost=frozenset(lost))


def _put(cuts: dict[str, Cut], name: str, cut: Cut | None) -> None:
    if cut is None:
        cuts.pop(name, None)
    else:
        cuts[name] = cut


def _by_site(resources: Iterable[Held]) -> Mapping[Site, list[Held]]:
    found: defaultdict[Site, list[Held]] = defaultdict(list)
    for one in resources:
        found[_site(one)].append(one)
    return found


def _site(one: Held) -> Site:
    given = one["inputs"]
    return Site(*(str(given.get(key) or "") for key in ("service", "region", "endpoint", "account")))


def _of_kind(resources: Iterable[Held], *kinds: str) -> list[Held]:
    return [one for one in resources if held_side.kind_of(one) in kinds]


def _jobs(site: Site, clock: Clock) -> Jobs:
    return clouds_open.open_edits(site, clock) if site.service == "huawei" else clouds_open.open_cloud(site, clock)


def _project(cuts: Mapping[str, Cut], clock: Clock, one: Held) -> tuple[str, Cut | None]:
    """A project as the cloud holds it: as declared, but for what somebody changed there; None when it is gone."""
    name = held_side.name_of(one)
    try:
        live = clouds_open.open_cloud(_site(one), clock).get_project(str(one["outputs"].get("project_id")))
    except NotFound:
        return name, None
    changed = drift.drifted(one["inputs"], live, one["outputs"].get("echo") or {})
    shown = {key: value for key, value in changed.items() if key in ("timeline", "title", "description")}
    return name, replace(cuts[name], **shown)


def _media(site: Site, productions: Iterable[Held], clock: Clock) -> Mapping[str, Media]:
    ids = {str(one["outputs"].get("media_id") or "") for one in productions} - {""}
    return _jobs(site, clock).get_media(sorted(ids)) if ids else {}


def _video(media: Mapping[str, Media], clock: Clock, one: Held) -> tuple[str, bool]:
    """Whether a video is there, or will be."""
    site, facts = _site(one), one["outputs"]
    cloud = _jobs(site, clock)
    verdict, _ = look(
        cloud,
        lambda id_: media.get(id_) or cloud.get_media([id_]).get(id_),
        str(facts.get("job_id") or ""),
        str(facts.get("media_id") or ""),
        attempt=int(facts.get("attempt") or 1),
        submitted=bridge.submitted_at(facts),
        now=clock.now(),
        grace=bridge.pace(site).grace,
    )
    return held_side.name_of(one), verdict in _THERE


def _require_same_account(site: Site, held: Iterable[Held], clock: Clock) -> None:
    made = {str(account) for one in held if (account := one["outputs"].get("account_id"))}
    now = clouds_open.account(site, clock) if made else ""
    if now and made and now not in made:
        raise ConfigError(
            f"the stack was deployed in account {', '.join(sorted(made))}, but these credentials belong to {now}.",
            hint="Use credentials of that account.",
        )


def _require_plausible(site: Site, productions: list[Held], gone: list[str], clock: Clock) -> None:
    """Losing all at once is what the local cloud's reset is for; elsewhere it is most often the wrong account."""
    if site.endpoint != local.ENDPOINT:
        tally = Tally(clock.sleep, "videos")
        tally.note([held_side.name_of(one) for one in productions], gone)
        tally.require_plausible(site)
