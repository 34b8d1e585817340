"""`VodEditTask`: one video cut together from stored assets on Huawei Cloud VOD, submitted and not waited for.

The path of this module and the name of its provider class are in users' states: they never change.
API: CreateAssetEditTask, ListAssetEditTask, DeleteAssetEditTask, ShowAssetMeta, DeleteAssets (VOD, version 1).
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pulumi
from pulumi.dynamic import CheckResult, CreateResult, DiffResult, ReadResult, Resource, UpdateResult

from reelstack.clouds import local
from reelstack.clouds.base import Site
from reelstack.clouds.credentials import huawei as huawei_credentials
from reelstack.errors import ConfigError
from reelstack.models.cut import CutSettings
from reelstack.models.production import Submitted
from reelstack.reconcile import astray, layout, unmarked
from reelstack.reconcile.generation import Lineage
from reelstack.reconcile.materials import require_sound
from reelstack.reconcile.retire import retire
from reelstack.reconcile.unmarked import Claims, submit_unmarked
from reelstack.resources import adoption, bridge, edit_inputs, host, identity, intent, settings, submitted
from reelstack.resources.edit_inputs import VodEditTaskInputs

SERVICE = "huawei"


class VodEditTaskProvider(bridge.Provider):
    """Submits editing tasks, sees whether they live, and takes away what is replaced."""

    @bridge.served
    def check(self, olds: dict[str, Any], news: dict[str, Any]) -> CheckResult:
        """Hash the content, carry the generation on, and find every fault before any call."""
        news = {**news, **submitted.lineage(olds, news), "spec_hash": edit_inputs.spec_hash(news)}
        failures = edit_inputs.failures(news)
        failures = failures or submitted.adoption_faults(olds, news)
        seconds = layout.known_seconds(bridge.known(news).get("inputs"))
        return CheckResult(news, failures or submitted.over_budget(olds, news, seconds))

    @bridge.served
    def diff(self, id_: str, olds: dict[str, Any], news: dict[str, Any]) -> DiffResult:
        """Replace when the content or a trigger changed, or what was made failed or is gone."""
        return submitted.diff(id_, olds, news, f"video {olds['name']} (task {id_})")

    @bridge.served
    def create(self, props: dict[str, Any]) -> CreateResult:
        """Submit once for this intent and return the ids; nothing is waited for."""
        inputs = VodEditTaskInputs.model_validate(bridge.known(props))
        where = bridge.site(props)
        adopts = submitted.adopted(inputs)
        line = bridge.STASH.successor(submitted.resource(props))
        made = submitted.adopt(where, adopts) if adopts else _submit(inputs, where, line)
        bridge.STASH.made(submitted.resource(props), made.job_id)
        facts = submitted.facts(made, inputs.generation, inputs, line)
        return CreateResult(made.job_id, {**bridge.known(props), **facts})

    @bridge.served
    def update(self, _id: str, olds: dict[str, Any], news: dict[str, Any]) -> UpdateResult:
        """Nothing of a submitted task can be updated but whether its video is kept."""
        return submitted.update(olds, news)

    @bridge.served
    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        """A video is there while its task lives or its asset exists."""
        return submitted.read(id_, props)

    @bridge.served
    def delete(self, id_: str, props: dict[str, Any]) -> None:
        """Cancel the task if it still waits and delete its asset, unless it is to be kept or the task still in use."""
        what = f"video {props['name']} (task {id_})"
        submitted.require_schema(props, what)
        if bridge.STASH.is_in_use(id_) or adoption.is_kept(props, what):
            return
        where = bridge.site(props)
        watch = bridge.watch(host.urn(), submitted.DELETE_SECONDS)
        successor = bridge.STASH.awaited(submitted.resource(props))
        retire(bridge.jobs(where), bridge.board(where), id_, props.get("media_id") or "", successor, watch)


def _submit(inputs: VodEditTaskInputs, where: Site, line: Lineage) -> Submitted:
    """Submit once for this intent; `adopt_id` names the one of an earlier run where a person had to decide."""
    cloud, board = bridge.edits(where), bridge.board(where)
    claims = Claims(bridge.STASH.is_fresh(inputs.intent.nonce), bridge.STASH.is_claimed, inputs.adopt_id)
    if claims.fresh:  # else an earlier run may have paid for the video, and looking for it comes first
        require_sound(cloud, inputs.cut)
    watch = bridge.watch(host.urn(), submitted.SUBMIT_SECONDS)
    if earlier := inputs.intent.unsettled(line.settled, bridge.CLOCK.now() - astray.WINDOW):
        submitted.tell_astray(lambda: unmarked.astray(cloud, board, inputs.name, earlier, claims, watch))
    return submit_unmarked(cloud, board, inputs.name, inputs.cut, inputs.intent, claims, watch)


@dataclass(frozen=True)
class VodEditTaskArgs:
    """What a video is cut from: `inputs`, joined in order, each `{asset_id, start, end}` with times in seconds.

    `settings` are those of `CutSettings`: format, width, height, codec (`h264`, `h265`), reference,
    resolution_adaptation, resolution_upsample. `triggers` are texts: a changed one makes the video anew. `adopt_id`
    is the id of a task whose video is taken for this one, so that nothing is submitted, also of one whose answer was
    lost when a run has stopped and asked; it is kept when it is no longer declared. `on_delete` is `delete` or
    `retain`. `account` is the id of the Huawei Cloud project.
    """

    inputs: Sequence[Mapping[str, Any]]
    settings: CutSettings | Mapping[str, Any] = field(default_factory=dict)
    triggers: Sequence[pulumi.Input[str]] = ()
    adopt_id: str | None = None
    on_delete: str | None = None
    region: str | None = None
    endpoint: str | None = None
    account: str | None = None


class VodEditTask(Resource, module="reelstack", name="VodEditTask"):
    """One video, submitted. Its outputs are what is fixed at submission; take the finished asset from a `Delivery`.

    `job_id` is the id of the task, `media_id` that of the asset to be.
    """

    job_id: pulumi.Output[str]
    media_id: pulumi.Output[str]
    spec_hash: pulumi.Output[str]
    service: pulumi.Output[str]
    region: pulumi.Output[str]
    endpoint: pulumi.Output[str]
    account: pulumi.Output[str]

    def __init__(self, name: str, args: VodEditTaskArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        self.video_name = name
        props = _props(name, args)
        seconds = None if bridge.holds_output(props["inputs"]) else layout.known_seconds(props["inputs"])
        self._seconds = {} if seconds is None else {"expected_seconds": seconds}
        subject = {**props, "spec_hash": _declared_hash(props)}
        props["intent"] = intent.declare(name, subject, opts).intent
        super().__init__(VodEditTaskProvider(), name, props, opts)

    @property
    def production(self) -> dict[str, pulumi.Input[Any]]:
        """The ids that are known at submission, as `Delivery` takes them."""
        return {
            "service": self.service,
            "region": self.region,
            "endpoint": self.endpoint,
            "account": self.account,
            "job_id": self.job_id,
            "media_id": self.media_id,
            "spec_hash": self.spec_hash,
            **self._seconds,
        }


FACTS = ("job_id", "media_id", "spec_hash")


def _props(name: str, args: VodEditTaskArgs) -> dict[str, Any]:
    place = settings.read()
    given = args.settings
    props: dict[str, Any] = {
        "inputs": [dict(piece) for piece in args.inputs],
        "settings": given.model_dump(exclude_none=True) if isinstance(given, CutSettings) else dict(given),
        "triggers": list(args.triggers),
        "name": name,
        "stack_id": identity.of_stack().stack_id,
        "service": SERVICE,
        "region": args.region or _region(place),
        "endpoint": _endpoint(args, place),
        **place.looks(),
        **adoption.props(args),
    }
    props["account"] = args.account or place.account or _found_account(props["endpoint"])
    return {**{key: value for key, value in props.items() if value is not None}, **dict.fromkeys(FACTS)}


def _region(place: settings.Settings) -> str:
    """The stack's region, when that is one of this cloud."""
    if place.service != SERVICE:
        raise ConfigError(
            f"the region of a VodEditTask is not known: this stack is for the service {place.service!r}.",
            hint=f"Give region, such as cn-north-4, or set reelstack:service to {SERVICE}.",
        )
    return place.region


def _endpoint(args: VodEditTaskArgs, place: settings.Settings) -> str:
    """The stack's endpoint, when that is one of this cloud; the local cloud is one of all clouds."""
    if args.endpoint is not None:
        return args.endpoint
    return place.endpoint if place.service == SERVICE or place.endpoint == local.ENDPOINT else ""


def _found_account(endpoint: str) -> str:
    """The project that is named beside the keys; empty without keys, and at the local cloud, which has but one."""
    if endpoint == local.ENDPOINT:
        return ""
    try:
        return huawei_credentials.named_project(os.environ, Path.home())
    except ConfigError:
        return ""  # a preview needs no keys; whoever does says that there are none


def _declared_hash(props: Mapping[str, Any]) -> pulumi.Input[str]:
    """The content's hash in the program, where parts of it may be outputs of other resources."""
    parts = {key: props[key] for key in ("inputs", "settings")}
    if bridge.holds_output(parts):
        return pulumi.Output.from_input(parts).apply(edit_inputs.spec_hash)
    return edit_inputs.spec_hash(parts)
