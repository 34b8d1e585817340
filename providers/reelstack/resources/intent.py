"""`SubmissionIntent`: that a video is about to be submitted, in the state before it is.

For services that know no client token. Programs do not declare it: `ProduceJob` and `VodEditTask` do, where they
need one. The engine writes it down before the submission begins, on every backend; a later run that finds the intent
and not the submission knows that an answer may have been lost, and since when (`reconcile.referee`).
The path of this module and the name of its provider class are in users' states: they never change.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

import pulumi
from pulumi.dynamic import CreateResult, DiffResult, Resource, UpdateResult

from reelstack.models import canonical
from reelstack.reconcile import diff
from reelstack.reconcile.referee import Intent
from reelstack.reconcile.token import fingerprints
from reelstack.resources import bridge

# What makes another submission of it. Whatever else changes, the same submission is meant.
SUBJECT = ("spec_hash", "triggers")

MOST_PAST = 20  # what was meant longer ago than so many changes is forgotten
MOST_EARLIER = 3  # and of so much it is looked for whether its answer was lost

# Services whose tasks cannot be told apart.
WITHOUT_MARKS = ("huawei",)


class SubmissionIntentProvider(bridge.Provider):
    """Draws a new intent whenever there is something new to submit."""

    @bridge.served
    def diff(self, _id: str, olds: dict[str, Any], news: dict[str, Any]) -> DiffResult:
        """A new intent for new content or triggers, as the submission itself decides."""
        return DiffResult(changes=any(not diff.same(olds.get(key), news.get(key)) for key in SUBJECT))

    @bridge.served
    def create(self, props: dict[str, Any]) -> CreateResult:
        """Note that from now on a submission may have happened."""
        intent = draw(props, {})
        return CreateResult(intent["nonce"], {**bridge.known(props), "intent": intent, "past": {}})

    @bridge.served
    def update(self, _id: str, olds: dict[str, Any], news: dict[str, Any]) -> UpdateResult:
        """Note the same for the new content, unless it was meant before: its answer may have been lost then."""
        past = {**(olds.get("past") or {}), subject(olds): without_past(olds["intent"])}
        kept = dict(list(past.items())[-MOST_PAST:])
        return UpdateResult({**bridge.known(news), "intent": draw(news, past), "past": kept})


def subject(props: Mapping[str, Any]) -> str:
    """What an intent is about, in short."""
    return canonical.content_hash([props.get(key) for key in SUBJECT])[:16]


def without_past(intent: Mapping[str, Any]) -> dict[str, Any]:
    """An intent without what was meant before it."""
    return {key: held for key, held in intent.items() if key != "earlier"}


def draw(props: Mapping[str, Any], past: Mapping[str, Any]) -> dict[str, Any]:
    """A new intent, remembered as made by this run; where tasks carry no mark, with those that are there already.

    What was meant before keeps its old intent, which proves nothing: it is looked for before it is submitted.
    """
    before = past.get(subject(props))
    others = (without_past(one) for key, one in past.items() if key != subject(props) and one.get("spec_hash"))
    earlier = sorted(others, key=lambda one: str(one["since"]))[-MOST_EARLIER:]
    if before is not None:
        return {**before, "earlier": earlier}
    nonce, since = secrets.token_hex(8), bridge.CLOCK.now()
    where = bridge.site(props)
    known = bridge.roster(where).known(bridge.edits(where)) if where.service in WITHOUT_MARKS else ()
    what = {"spec_hash": props.get("spec_hash") or "", "triggers": fingerprints(props.get("triggers") or ())}
    intent = Intent.model_validate({"nonce": nonce, "since": since, "known": known, "earlier": earlier, **what})
    bridge.STASH.intend(nonce)
    return intent.model_dump(mode="json")


class SubmissionIntent(Resource, module="reelstack", name="SubmissionIntent"):
    """The intent to submit one video. `intent` is what the submission takes as its input."""

    intent: pulumi.Output[dict[str, Any]]

    def __init__(self, name: str, props: Mapping[str, Any], opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(SubmissionIntentProvider(), name, {**props, "intent": None}, opts)


def declare(name: str, props: Mapping[str, Any], opts: pulumi.ResourceOptions | None) -> SubmissionIntent:
    """Declare the intent of a submission, beside it and before it; `props` are the submission's own."""
    kept = (*SUBJECT, "name", "stack_id", "service", "region", "endpoint", "account")
    beside = pulumi.ResourceOptions(parent=opts.parent if opts else None)
    return SubmissionIntent(name, {key: props[key] for key in kept if props.get(key) is not None}, beside)
