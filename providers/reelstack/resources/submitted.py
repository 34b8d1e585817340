"""What resources that submit videos have in common: when what was submitted is replaced, and when it is gone.

`ProduceJob` and `VodEditTask` stand on it. Nothing here submits.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from pulumi.dynamic import CheckFailure, DiffResult, ReadResult, UpdateResult

from reelstack.clouds.base import Site
from reelstack.errors import ConfigError, NotFound, ReelstackError, TimedOut
from reelstack.models.production import Submitted
from reelstack.reconcile import policy
from reelstack.reconcile.budget import Render
from reelstack.reconcile.change import Means
from reelstack.reconcile.generation import FIRST, Lineage
from reelstack.reconcile.look import SETTLED
from reelstack.reconcile.outcome import Verdict, failure, finished_lately
from reelstack.reconcile.submit import submitted_by
from reelstack.resources import accounts, adoption, bridge, host, settings

SUBMIT_SECONDS = 1800
DELETE_SECONDS = 1800
STATE_SCHEMA = 1

MOST_ANCESTORS = 10

# Why a video is made anew, in words.
BECAUSE = {
    "spec_hash": "its content changed",
    "triggers": "a trigger changed",
    "location": "its location changed",
    Verdict.RETRY.value: "its job failed",
    Verdict.LOST.value: "its asset is gone",
    Verdict.VANISHED.value: "its asset is gone, and its job is not known any more",
}


class Inputs(Protocol):
    """What the inputs of both have of an adoption."""

    @property
    def adopt_id(self) -> str | None:
        """The id of a job that is there already."""

    @property
    def generation(self) -> int:
        """Which submission of the resource it is."""


def resource(props: Mapping[str, Any]) -> str:
    """What tells this resource from every other of the stack: its URN, or its name where the host gives none."""
    return host.urn() or str(props["name"])


def lineage(olds: Mapping[str, Any], news: Mapping[str, Any]) -> dict[str, int | str]:
    """The generation, the attempt and the reason of what is checked: carried on, or those of a successor."""
    line = _carried(olds) if olds else bridge.STASH.successor(resource(news))
    why = {"because": line.because} if line.because else {}
    return {"generation": line.generation, "attempt": line.attempt, **why}


def require_schema(props: Mapping[str, Any], what: str) -> None:
    """Raise ConfigError for what another version kept in another form: guessing at it could pay or delete wrongly."""
    found = props.get("schema")
    if found == STATE_SCHEMA:
        return
    newer = isinstance(found, int | float) and found > STATE_SCHEMA
    raise ConfigError(
        f"{what} was written into the state by {'a newer' if newer else 'an older'} version of reelstack "
        f"(schema {found or 'none'}; this one knows {STATE_SCHEMA}). Nothing was submitted, and nothing was deleted.",
        hint="Upgrade reelstack to at least that version."
        if newer
        else "Go on with the version that wrote it, or take the video over: remove it from the state and give its job "
        "as adopt_id.",
    )


def is_to_render(olds: Mapping[str, Any], news: Mapping[str, Any]) -> bool:
    """Whether what is checked is about to be created, and no job is taken over for it."""
    return not olds and not (news.get("adopt_id") and news["generation"] == FIRST.generation)


def over_budget(olds: Mapping[str, Any], news: Mapping[str, Any], seconds: float | None) -> list[CheckFailure]:
    """What is wrong with rendering this video in this run, when the engine is about to create it."""
    if not is_to_render(olds, news):
        return []
    because = news.get("because") or "it is new"
    said = bridge.BUDGET.plan(resource(news), Render(str(news["name"]), seconds, because))
    return [CheckFailure("", said)] if said else []


def _carried(olds: Mapping[str, Any]) -> Lineage:
    return Lineage(
        int(olds.get("generation", FIRST.generation)),
        int(olds.get("attempt", FIRST.attempt)),
        olds.get("because") or "",
    )


def diff(id_: str, olds: Mapping[str, Any], news: Mapping[str, Any], what: str) -> DiffResult:
    """Replace when the content, a trigger or the location changed, or when what was made failed or is gone."""
    require_schema(olds, what)
    accounts.note(olds, what)
    bridge.require_same_site(olds, news, what)
    key = resource(news)
    bridge.STASH.keep(key, id_)
    adoption.require_sole(id_, olds, what)
    bridge.STASH.claim(olds.get("predecessors") or ())
    replace = list(policy.decide(olds, news, policy.PRODUCTION, otherwise=Means.IGNORE).replace)
    attempt = 1
    if not replace:
        # How many may be missing is this run's to say, not that of the run which submitted.
        there = {**olds, "missing": news.get("missing")}
        verdict = bridge.looked_up(lambda: _verdict(id_, there, news), Verdict.UNSETTLED)
        bridge.STASH.keep(key, id_, done=verdict is Verdict.DONE)
        if verdict is Verdict.RETRY or verdict.gone:
            replace = [verdict.value]
            attempt = _attempt(verdict, olds)
        if verdict.gone:
            gone = f"asset {olds.get('media_id') or 'of ' + what} is gone: the video is made again"
            host.say(host.urn(), gone, stays=True, warning=True)
    if not replace:
        return DiffResult(changes=adoption.kept_otherwise(olds, news))
    bridge.require_same_account(olds, what)
    because = ", ".join(BECAUSE.get(reason, reason) for reason in replace)
    generation = int(olds["submitted_generation"]) + 1
    bridge.STASH.replace(key, Lineage(generation, attempt, because, **_ancestry(id_, olds)))
    return DiffResult(changes=True, replaces=replace)


def _verdict(id_: str, olds: Mapping[str, Any], news: Mapping[str, Any]) -> Verdict:
    """What has become of a submission; one of some days is taken at the state's word where the user says so.

    The state does not know whether it succeeded: only its gate does. By then it has, or its gate fails every run.
    """
    submitted = bridge.submitted_at(olds) or bridge.CLOCK.now()
    if news.get("drift") == settings.BY_STATE and bridge.CLOCK.now() - submitted >= SETTLED:
        return Verdict.UNSETTLED
    return bridge.look(id_, olds)


def _ancestry(id_: str, olds: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """What a successor remembers of all that came before it, as far back as may still matter."""
    nonce = (olds.get("intent") or {}).get("nonce")
    return {
        "predecessors": (id_, *(olds.get("predecessors") or ()))[:MOST_ANCESTORS],
        "settled": (*([nonce] if nonce else ()), *(olds.get("settled") or ()))[:MOST_ANCESTORS],
    }


def _attempt(verdict: Verdict, olds: Mapping[str, Any]) -> int:
    """Which attempt at the same content the next submission is. What was made and lost later was no failure.

    What nothing is known of may have failed each time, where a service keeps no record of that: it counts while the
    success of it would be known.
    """
    counts = verdict is Verdict.RETRY or (verdict is Verdict.VANISHED and not bridge.is_forgetful(olds))
    return int(olds["attempt"]) + 1 if counts else 1


def tell_astray(search: Callable[[], str]) -> None:
    """Warn of what a search finds that was paid for and is in no state; one that cannot be made forbids nothing.

    Raises TimedOut when the run was interrupted meanwhile: nothing is to be paid for any more then.
    """
    try:
        found = search()
    except TimedOut:
        raise
    except ReelstackError:
        return
    if found:
        host.say(host.urn(), found, stays=True, warning=True)


def update(olds: Mapping[str, Any], news: Mapping[str, Any]) -> UpdateResult:
    """Take over what changes nothing in the cloud: whether the video is kept in the end."""
    kept = {key: value for key, value in bridge.known(olds).items() if key != "on_delete"}
    return UpdateResult({**kept, **{key: news[key] for key in ("on_delete",) if news.get(key) is not None}})


def adopted(inputs: Inputs) -> str | None:
    """The id of the job that is taken for this video, whatever it is of; the successors of that one are our own."""
    return inputs.adopt_id if inputs.generation == FIRST.generation else None


def facts(made: Submitted, generation: int, inputs: Inputs, line: Lineage) -> dict[str, Any]:
    """What the state keeps of every submission. A job that was named by its id counts as adopted."""
    before = {"predecessors": list(line.predecessors), "settled": list(line.settled)}
    return {
        "job_id": made.job_id,
        "media_id": made.media_id,
        "submitted_generation": generation,
        "submitted_at": bridge.CLOCK.now().isoformat(timespec="seconds"),
        "schema": STATE_SCHEMA,
        **{key: held for key, held in before.items() if held},
        **adoption.fact(made.job_id == inputs.adopt_id),
    }


def adoption_faults(olds: Mapping[str, Any], news: Mapping[str, Any]) -> list[CheckFailure]:
    """Say what is taken over before it is; that there is no such job is a fault."""
    given = bridge.known(news)
    if olds or not given.get("adopt_id") or given.get("generation") != FIRST.generation:
        return []
    id_ = str(given["adopt_id"])
    if found := adoption.faults(id_):
        return found
    try:
        job = bridge.looked_up(lambda: bridge.jobs(bridge.site(news)).get_job(id_), None)
    except NotFound:
        return [CheckFailure("adopt_id", f"there is no job {id_} at {bridge.site(news)}")]
    if job is not None:
        asset = f"asset {job.media_id}" if job.media_id else "its asset is not told"
        said = f"takes over job {id_} ({asset}, {job.status.name.lower()}): nothing is rendered"
        host.say(host.urn(), said, stays=True)
    return []


def adopt(where: Site, id_: str) -> Submitted:
    """The ids of a job that is there already; raises ConfigError when it is of no use or another's."""
    adoption.require_free(id_)
    cloud = bridge.jobs(where)
    try:
        job = cloud.get_job(id_)
    except NotFound as error:
        raise ConfigError(f"adopt_id: there is no job {id_} at {where}.", hint="Check the id and the place.") from error
    hint = "Give the id of one that succeeded or runs."
    if job.status.failed:
        raise ConfigError(f"adopt_id: job {id_} {failure(job)}.", hint=hint)
    late = job.status.succeeded and not finished_lately(job, bridge.CLOCK.now(), bridge.pace(where).grace)
    if late and job.media_id and job.media_id not in cloud.get_media([job.media_id]):
        raise ConfigError(f"adopt_id: asset {job.media_id} of job {id_} is gone.", hint=hint)
    return submitted_by(job)


def read(id_: str, props: Mapping[str, Any]) -> ReadResult:
    """A production is there while its job lives or its asset exists."""
    require_schema(props, f"video {props.get('name')} ({id_})")
    if bridge.look(id_, props).gone:
        return ReadResult(None, {})
    return ReadResult(id_, bridge.known(props))
