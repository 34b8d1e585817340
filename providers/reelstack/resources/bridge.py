"""Between Pulumi's properties and our values: unknowns, checks, clouds opened at call time, errors made plain.

Every provider stands on this module and adds only what its resource means. Nothing here decides what to do; that
is reconcile's.
"""

from __future__ import annotations

import dataclasses
import functools
import sys
import threading
from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from random import SystemRandom
from typing import Any, TypeVar, cast

from pulumi import Output
from pulumi.dynamic import CheckFailure, ConfigureRequest, ResourceProvider
from pulumi.output import Unknown
from pulumi.runtime import rpc

from reelstack.clock import SystemClock
from reelstack.clouds import local
from reelstack.clouds import open as clouds_open
from reelstack.clouds.base import Cloud, Edits, Jobs, Site
from reelstack.clouds.credentials import stack
from reelstack.errors import ConfigError, NoCredentials, NotFound, ReelstackError
from reelstack.models.base import Model
from reelstack.models.production import Job, Media
from reelstack.models.project import Project
from reelstack.reconcile import budget
from reelstack.reconcile.again import Lost
from reelstack.reconcile.astray import Astray
from reelstack.reconcile.budget import Budget
from reelstack.reconcile.generation import Stash
from reelstack.reconcile.live import Reads, Tally
from reelstack.reconcile.look import look as look_at
from reelstack.reconcile.materials import Materials
from reelstack.reconcile.outcome import Verdict, failure
from reelstack.reconcile.poll import Board, Pace, in_background
from reelstack.reconcile.referee import Turns
from reelstack.reconcile.unmarked import Roster
from reelstack.reconcile.untouched import Untouched
from reelstack.reconcile.wait import Watch
from reelstack.resources import checking, host

PROVIDER_KEY = "__provider"
RENDER_MISSING = "render"  # of the setting `missing`: assets that are gone are rendered anew, however many

# So long at least a service keeps the record of a job.
RECORDS = timedelta(days=30)

PACES = {
    "huawei": Pace(first=10.0, longest=30.0, one_by_one=1, lists_tell_all=True),
    "vod": Pace(one_by_one=1, lists_tell_all=True),
}

CLOCK = SystemClock()
STASH = Stash()
BUDGET = Budget()

_boards: dict[Site, Board] = {}
_turns: dict[Site, Turns] = {}
_reads: dict[Site, Reads[Media]] = {}
_tallies: dict[Site, Tally] = {}
_untouched: dict[Site, Untouched] = {}
_materials: dict[Site, Materials] = {}
_submissions: dict[Site, Reads[Job]] = {}
_lost: dict[Site, Lost] = {}
_astray: dict[Site, Astray] = {}
_rosters: dict[Site, Roster] = {}
_boards_lock = threading.Lock()
_settings: dict[str, str] = {}
_warned: set[str] = set()
_warned_lock = threading.Lock()


Method = TypeVar("Method", bound=Callable[..., Any])
Answer = TypeVar("Answer")


def served(method: Method) -> Method:
    """What every provider's method stands behind.

    Unknown properties arrive as one plain marker. Our errors reach the user as one message: the host prints
    tracebacks, so there must be none to print.
    """

    @functools.wraps(method)
    def guarded(self: Provider, *args: Any) -> Any:
        host.widen_threads()
        try:
            return method(self, *(marked(argument) for argument in args))
        except ReelstackError as error:
            sys.tracebacklimit = 0
            raise error.with_traceback(None) from None

    return cast("Method", guarded)


def marked(value: Any) -> Any:
    """A property with whatever is unknown in it, at any depth, replaced by the engine's marker."""
    if isinstance(value, Unknown):
        return rpc.UNKNOWN
    if isinstance(value, Mapping):
        return {key: marked(item) for key, item in value.items()}
    if isinstance(value, list):
        return [marked(item) for item in value]
    return value


class Provider(ResourceProvider):
    """The base of our providers: no attributes, so that its pickle in users' states is an address and nothing else."""

    serialize_as_secret_always = False

    @served
    def configure(self, req: ConfigureRequest) -> None:
        """Take up the keys and the limits among the stack's settings; they stay in this process's memory."""
        _settings["missing"] = str(req.config.get(f"{stack.NAMESPACE}:missing") or "")
        BUDGET.limit({name: req.config.get(f"{stack.NAMESPACE}:{name}") for name in budget.NAMES})
        stack.tell({key: req.config.get(key) for key in (f"{stack.NAMESPACE}:{name}" for name in stack.NAMES)})


def is_unknown(value: object) -> bool:
    """Whether a marked property is unknown, or holds something unknown at any depth."""
    return _holds(value, lambda item: bool(item == rpc.UNKNOWN))


def holds_output(value: object) -> bool:
    """Whether a program's value is an output, or holds one at any depth."""
    return _holds(value, lambda item: isinstance(item, Output))


def _holds(value: object, wanted: Callable[[object], bool]) -> bool:
    if isinstance(value, Mapping):
        return any(_holds(item, wanted) for item in value.values())
    if isinstance(value, list | tuple):
        return any(_holds(item, wanted) for item in value)
    return wanted(value)


def plain(value: Any) -> Any:
    """A program's value as a property: a model of ours becomes a mapping of what is set in it."""
    return value.model_dump(mode="json", exclude_none=True) if isinstance(value, Model) else value


def known(props: Mapping[str, Any]) -> dict[str, Any]:
    """The properties that are wholly known, without the provider's own."""
    return {key: value for key, value in props.items() if key != PROVIDER_KEY and not is_unknown(value)}


def unknown_keys(props: Mapping[str, Any]) -> frozenset[str]:
    """The names of the properties that are not wholly known yet."""
    return frozenset(key for key, value in props.items() if is_unknown(value))


def check(model: type[Model], props: Mapping[str, Any]) -> list[CheckFailure]:
    """Every fault of the properties, as Pulumi reports them; what is unknown yet is left for the check in `up`."""
    if hasattr(model, "faults"):
        return checking.whole(model, {key: value for key, value in props.items() if key != PROVIDER_KEY})
    return checking.fields(model, known(props), unknown_keys(props))


def site(props: Mapping[str, Any]) -> Site:
    """Where the resource with these properties lives."""
    return Site(
        service=props["service"],
        region=props["region"],
        endpoint=props.get("endpoint") or "",
        account=props.get("account") or "",
    )


def require_same_site(olds: Mapping[str, Any], news: Mapping[str, Any], what: str) -> None:
    """Raise ConfigError when the settings point elsewhere than where the resource was made.

    Looking it up there would find nothing, and making it anew would pay again.
    """
    made, asked = site(olds), site(news)
    if not asked.account:  # the account is found beside the keys then, and keys may be absent
        asked = dataclasses.replace(asked, account=made.account)
    if made != asked:
        raise ConfigError(
            f"{what} was made at {made}, but it is now declared for {asked}. Nothing was submitted.",
            hint="Set reelstack:service, region, endpoint and account back, or the resource's own, or use another "
            "stack for the other place.",
        )


def account(where: Site) -> str:
    """The account that the credentials belong to; empty where it cannot be known. Never raises."""
    return clouds_open.account(where, CLOCK)


def require_same_account(olds: Mapping[str, Any], what: str) -> None:
    """Raise ConfigError when the credentials are of another account than the one where the resource was made."""
    made = olds.get("account_id")
    now = account(site(olds)) if made else ""
    if made and now and made != now:
        raise ConfigError(
            f"{what} was made in account {made}, but these credentials belong to account {now}. "
            "Nothing was submitted or deleted.",
            hint="Use credentials of that account, or another stack for this one.",
        )


def cloud(where: Site) -> Cloud:
    """The client for a site, opened at the first call of this process; credentials are read at call time."""
    return clouds_open.open_cloud(where, CLOCK)


def edits(where: Site) -> Edits:
    """The client for a site of a service that takes editing tasks, opened likewise."""
    return clouds_open.open_edits(where, CLOCK)


def jobs(where: Site) -> Jobs:
    """The client for a site of whatever service, opened likewise."""
    return edits(where) if where.service == "huawei" else cloud(where)


def looked_up(ask: Callable[[], Answer], otherwise: Answer) -> Answer:
    """What a look at the cloud says; where there are no credentials at all, the state's word, with a warning.

    For `diff` only, so that a preview works where nobody may touch the cloud: what then changes something fails.
    """
    try:
        return ask()
    except NoCredentials as error:
        _warn_once(error.message.splitlines()[0])
        return otherwise


def _warn_once(why: str) -> None:
    with _warned_lock:
        if why in _warned:
            return
        _warned.add(why)
    told = "What the state says is taken as it is: whether jobs failed or media are gone was not looked up."
    host.say("", f"{why} {told} `reelstack doctor` says where credentials are looked for.", stays=True, warning=True)


def pace(where: Site) -> Pace:
    """How often to look: the local cloud bears more than a real one.

    Huawei Cloud counts by the minute, a hundred of an operation: there one list call tells of all tasks. On Alibaba
    VOD one call reads twenty videos by their ids.
    """
    usual = PACES.get(where.service, Pace())
    if where.endpoint != local.ENDPOINT:
        return usual
    first, longest = (1.0, 2.0) if where.service == "huawei" else (0.4, 1.0)
    return dataclasses.replace(usual, first=first, longest=longest, grace=0, patience=0)


def board(where: Site) -> Board:
    """What every gate of this process awaits at this site, looked at together."""
    with _boards_lock:
        if where not in _boards:
            _boards[where] = Board(jobs(where), CLOCK, pace(where), SystemRandom(), in_background)
        return _boards[where]


def turns(where: Site) -> Turns:
    """Whose turn it is at this site, for services that cannot tell two productions of a project apart."""
    with _boards_lock:
        return _turns.setdefault(where, Turns())


def look(job_id: str, props: Mapping[str, Any]) -> Verdict:
    """Judge a production at the site where it was submitted; one that stays as it failed is told with its cause.

    Raises ConfigError when it is missing and the account is another, or when so many are that the place is more
    likely wrong.
    """
    where = site(props)
    verdict, job = look_at(
        jobs(where),
        reads(where).get,
        job_id,
        props.get("media_id") or "",
        attempt=int(props.get("attempt", 1)),
        submitted=submitted_at(props),
        now=CLOCK.now(),
        grace=pace(where).grace,
        forgetful=is_forgetful(props),
    )
    if verdict is Verdict.BLOCKED:
        what = f"job {job_id} {failure(job)}. It is submitted anew when the content or a trigger changes."
        host.say(host.urn(), what, stays=True, warning=True)
    if verdict.gone:
        require_same_account(props, f"video {props['name']} (job {job_id})")
    # The local cloud has one account, and losing all at once is what its reset is for.
    if verdict.gone and where.endpoint != local.ENDPOINT and _missing(props) != RENDER_MISSING:
        reads(where).tally.require_plausible(where)
    return verdict


def submitted_at(props: Mapping[str, Any]) -> datetime | None:
    """When a production was submitted, or taken over."""
    text = props.get("submitted_at")
    return datetime.fromisoformat(text) if text else None


def is_forgetful(props: Mapping[str, Any]) -> bool:
    """Whether the cloud may know nothing of a production although it succeeded once.

    Records end some day, and the local cloud forgets all when it is reset.
    """
    submitted = submitted_at(props)
    recorded = submitted is not None and CLOCK.now() - submitted < RECORDS
    return not recorded or props.get("endpoint") == local.ENDPOINT


def _missing(props: Mapping[str, Any]) -> str | None:
    """What many missing things mean: as the stack's settings say now, or as they did when the state was written."""
    return _settings.get("missing") or props.get("missing")


def project_or_none(project_id: str, props: Mapping[str, Any]) -> Project | None:
    """A project as the cloud holds it now; None when it is gone.

    Raises ConfigError when it is gone and the place is more likely wrong, as `look` does.
    """
    where, tally = site(props), _tally(site(props))
    try:
        project = cloud(where).get_project(project_id)
    except NotFound:
        tally.note([project_id], [project_id])
    else:
        tally.note([project_id], [])
        return project
    require_same_account(props, f"project {props['name']} ({project_id})")
    if where.endpoint != local.ENDPOINT and _missing(props) != RENDER_MISSING:
        tally.require_plausible(where)
    return None


def is_as_left(project_id: str, props: Mapping[str, Any]) -> bool:
    """Whether a search shows a project as it was left by the last write, so that it need not be read."""
    where = site(props)
    with _boards_lock:
        if where not in _untouched:
            _untouched[where] = Untouched(cloud(where).projects_from, CLOCK)
        untouched = _untouched[where]
    found = untouched.is_as_left(project_id, props)
    if found:
        _tally(where).note([project_id], [])
    return found


def _tally(where: Site) -> Tally:
    with _boards_lock:
        return _tallies.setdefault(where, Tally(CLOCK.sleep, "projects"))


def lost_projects(where: Site) -> Lost:
    """The projects at this site whose ids may never have reached a state."""
    with _boards_lock:
        if where not in _lost:
            _lost[where] = Lost(cloud(where), CLOCK)
        return _lost[where]


def astray(where: Site) -> Astray:
    """The productions at this site whose ids may never have reached a state."""
    with _boards_lock:
        if where not in _astray:
            _astray[where] = Astray(cloud(where), CLOCK)
        return _astray[where]


def reads(where: Site) -> Reads[Media]:
    """The reads of assets at this site, joined over all threads of this process."""
    with _boards_lock:
        if where not in _reads:
            _reads[where] = Reads(jobs(where).get_media, CLOCK.sleep)
        return _reads[where]


def materials(where: Site) -> Materials:
    """What this run has seen of materials at this site."""
    with _boards_lock:
        if where not in _materials:
            _materials[where] = Materials(cloud(where))
        return _materials[where]


def submissions(where: Site) -> Reads[Job]:
    """Jobs that were submitted just now, as a list shows them; joined over all threads, and a hint only."""
    with _boards_lock:
        if where not in _submissions:
            _submissions[where] = Reads(lambda ids: _lately(where, ids), CLOCK.sleep)
        return _submissions[where]


def _lately(where: Site, job_ids: Collection[str]) -> Mapping[str, Job]:
    if len(job_ids) == 1:
        return {}  # it is looked at by id as cheaply
    return jobs(where).recent_jobs(job_ids, CLOCK.now())


def roster(where: Site) -> Roster:
    """The newest tasks at this site, for services that cannot tell one task from another."""
    newest = board(where)
    with _boards_lock:
        return _rosters.setdefault(where, Roster(newest))


def watch(resource_urn: str, seconds: float) -> Watch:
    """How a provider waits: with its row told of every change, until the deadline or until the host ends."""
    return Watch(
        clock=CLOCK,
        deadline=CLOCK.monotonic() + seconds,
        tell=lambda line: host.say(resource_urn, line),
        given_up=host.is_ending,
        nap=0.5,
    )
