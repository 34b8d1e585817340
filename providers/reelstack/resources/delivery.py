"""`Delivery`: the gate. It waits until its productions are ready, fails when one failed, and holds the final facts.

The path of this module and the name of its provider class are in users' states: they never change.
API: GetMediaProducingJob, ListMediaProducingJobs, BatchGetMediaInfos (IMS, version 2020-11-09);
GetVideoInfos (VOD, version 2017-03-21); ListAssetEditTask, ShowAssetMeta (Huawei Cloud VOD, version 1).
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Annotated, Any

import pulumi
from pulumi.dynamic import CheckResult, CreateResult, DiffResult, Resource, UpdateResult
from pydantic import Field

from reelstack.errors import ConfigError, ProductionFailed, ReelstackError
from reelstack.models.base import Model
from reelstack.models.fields import ours
from reelstack.reconcile import diff
from reelstack.reconcile.deliver import Production, ProductionIds, WaitFor, deliver
from reelstack.resources import bridge, host
from reelstack.resources.produce_job import ProduceJob
from reelstack.resources.vod_edit_task import VodEditTask

DEFAULT_TIMEOUT = 3600.0


class DeliveryInputs(Model):
    """The inputs of a gate, as they are checked and kept in the state. `timeout` is in seconds."""

    productions: Annotated[dict[str, ProductionIds], ours("by the name of the video")] = Field(min_length=1)
    wait_for: WaitFor = WaitFor.READY
    timeout: Annotated[float, ours(unit="s")] = Field(default=DEFAULT_TIMEOUT, gt=0)


class DeliveryProvider(bridge.Provider):
    """Waits. Nothing in a cloud is made or taken away."""

    @bridge.served
    def check(self, _olds: dict[str, Any], news: dict[str, Any]) -> CheckResult:
        """Find every fault before any call."""
        return CheckResult(news, bridge.check(DeliveryInputs, news))

    @bridge.served
    def diff(self, _id: str, olds: dict[str, Any], news: dict[str, Any]) -> DiffResult:
        """Wait again when a production is another than the one that was waited for, or when more is asked."""
        jobs = _jobs(olds) != _jobs(news)
        more = not diff.same(olds.get("wait_for"), news.get("wait_for"))
        return DiffResult(changes=jobs or more)

    @bridge.served
    def create(self, props: dict[str, Any]) -> CreateResult:
        """Wait and return the facts; what was submitted is in the state already, so nothing is lost by a failure."""
        return CreateResult(host.name_of(host.urn()) or "delivery", _delivered(props))

    @bridge.served
    def update(self, _id: str, _olds: dict[str, Any], news: dict[str, Any]) -> UpdateResult:
        """Wait for the new productions."""
        return UpdateResult(_delivered(news))


def _jobs(props: Mapping[str, Any]) -> dict[str, str]:
    return {name: production.get("job_id", "") for name, production in props["productions"].items()}


def _delivered(props: Mapping[str, Any]) -> dict[str, Any]:
    """Wait for all productions of one gate together; the failures are raised when all are settled."""
    inputs = DeliveryInputs.model_validate(bridge.known(props))
    productions = [Production(name=name, **ids.model_dump()) for name, ids in inputs.productions.items()]
    resource_urn = host.urn()
    with ThreadPoolExecutor(max_workers=len(productions)) as pool:
        waits = [pool.submit(_wait, production, inputs, resource_urn) for production in productions]
    errors = [error for wait in waits if (error := wait.exception()) is not None]
    ours = [error for error in errors if isinstance(error, ReelstackError)]
    if len(ours) > 1 and len(ours) == len(errors):
        raise ProductionFailed("\n".join(str(error) for error in ours))
    if errors:
        raise errors[0]
    videos = {production.name: wait.result() for production, wait in zip(productions, waits, strict=True)}
    return {**bridge.known(props), "videos": videos}


def _wait(production: Production, inputs: DeliveryInputs, resource_urn: str) -> dict[str, Any]:
    where = bridge.site(production.model_dump())
    watch = bridge.watch(resource_urn, inputs.timeout)
    return deliver(
        bridge.board(where),
        production,
        inputs.wait_for,
        watch,
        remark=lambda line: host.say(resource_urn, line, stays=True, warning=True),
    )


@dataclass(frozen=True)
class DeliveryArgs:
    """What a gate waits for: `ProduceJob`s, `VodEditTask`s or their ids by the name of the video, and how far.

    `wait_for` is `produced`, `uploaded` or `ready`; `timeout` is in seconds from the moment the gate begins to wait.
    """

    productions: Mapping[str, ProduceJob | VodEditTask | Mapping[str, pulumi.Input[Any]]]
    wait_for: str = WaitFor.READY.value
    timeout: float = DEFAULT_TIMEOUT


class Delivery(Resource, module="reelstack", name="Delivery"):
    """A gate over one or more productions. `videos` maps each name to the facts of the finished asset.

    It holds a slot of the engine while it waits: of many gates each should depend on all that is submitted without one.
    """

    videos: pulumi.Output[dict[str, dict[str, Any]]]

    def __init__(self, name: str, args: DeliveryArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        productions = {
            video: job.production if isinstance(job, ProduceJob | VodEditTask) else dict(job)
            for video, job in args.productions.items()
        }
        self._names = tuple(productions)
        props = {
            "productions": productions,
            "wait_for": args.wait_for,
            "timeout": args.timeout,
            "videos": None,
        }
        super().__init__(DeliveryProvider(), name, props, opts)

    def video(self, name: str) -> pulumi.Output[dict[str, Any]]:
        """The facts of one of its videos; raises ConfigError for a name that it does not wait for."""
        if name not in self._names:
            raise ConfigError(f"this delivery has no video {name!r}.", hint=f"It waits for: {', '.join(self._names)}.")
        return self.videos.apply(lambda videos: videos[name])
