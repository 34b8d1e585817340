"""What an engine does with a small stack of videos, step by step, in this process: for runs that end at any moment.

A stack is a project, a submission and a gate per video, beside the identity that they share. The order of calls is
that of Pulumi's engine: a successor is created first, and what is replaced goes when all has succeeded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from pulumi.dynamic import ResourceProvider

from reelstack.errors import ReelstackError
from reelstack.resources import bridge, edit_inputs, produce_job
from reelstack.resources.delivery import DeliveryProvider
from reelstack.resources.editing_project import EditingProjectProvider
from reelstack.resources.identity import StackIdentityProvider
from reelstack.resources.intent import SUBJECT, SubmissionIntentProvider
from reelstack.resources.produce_job import ProduceJobProvider
from reelstack.resources.vod_edit_task import VodEditTaskProvider

Props = dict[str, Any]
Write = Callable[[Mapping[str, Any]], None]

REGIONS = {"ims": "cn-shanghai", "vod": "cn-shanghai", "huawei": "cn-north-4"}
PROVIDERS: dict[str, ResourceProvider] = {
    "identity": StackIdentityProvider(),
    "project": EditingProjectProvider(),
    "intent": SubmissionIntentProvider(),
    "job": ProduceJobProvider(),
    "task": VodEditTaskProvider(),
    "gate": DeliveryProvider(),
}
IDENTITY = "identity/stack"
IDS = ("service", "region", "endpoint", "job_id", "media_id", "vod_media_id", "spec_hash")
GATE_SECONDS = 60.0  # nothing is waited for at the pace of these stacks, but for clouds that throttle


@dataclass(frozen=True)
class Held:
    """What the state has of a resource."""

    id: str
    inputs: Props
    outputs: Props


@dataclass(frozen=True)
class Request:
    """Stands where the host has the engine's message: `host.urn` finds it."""

    urn: str


def call(verb: str, name: str, *args: Any) -> Any:
    request = Request(f"urn:pulumi:local::reelstack::pulumi-python:dynamic/reelstack:Any::{name}")
    assert request.urn
    return getattr(PROVIDERS[name.partition("/")[0]], verb)(*args)


@dataclass
class Run:
    """One run over a state. Every step that is done is written down at once."""

    service: str
    state: dict[str, Held]
    old: list[tuple[str, Held]]
    write: Write
    failed: set[str] = field(default_factory=set)

    def up(self, videos: Mapping[str, Props], targets: list[str], replaced: list[str]) -> None:
        """Bring about what is declared. A failure stops what depends on it, and every delete."""
        declared = [IDENTITY, *names(self.service, videos)]
        for name in declared:
            if targets and name not in targets:
                continue
            try:
                self._bring_about(name, videos, name in replaced)
            except ReelstackError as error:
                self._fail(name, error)
            except KeyError as missing:  # what it needs is not there: it failed, or is no target
                self.failed.add(f"{name} for want of {missing}")
        if self.failed:
            return
        for name, held in self.old:
            if not targets or name in targets:
                self._delete(name, held, "buried")
        for name in [one for one in reversed(self.state) if one not in declared and not targets]:
            self._delete(name, self.state[name], "dropped")

    def refresh(self) -> None:
        """Read what there is, and forget what is gone."""
        for name, held in list(self.state.items()):
            if name.startswith(("project/", "job/", "task/")):
                try:
                    read = call("read", name, held.id, held.outputs)
                except ReelstackError as error:
                    self._fail(name, error)
                    continue
                if not read.id:
                    self.write({"dropped": name})
                else:
                    self._keep(name, Held(held.id, read.inputs or held.inputs, dict(read.outs)))

    def destroy(self) -> None:
        """Take everything away."""
        for name, held in self.old:
            self._delete(name, held, "buried")
        for name, held in reversed(list(self.state.items())):
            self._delete(name, held, "dropped")

    def _fail(self, name: str, error: ReelstackError) -> None:
        self.failed.add(name)
        self.write({"failed": name, "error": str(error)})

    def _delete(self, name: str, held: Held, word: str) -> None:
        try:
            call("delete", name, held.id, held.outputs)
        except ReelstackError as error:
            self._fail(name, error)
            return
        self.write({word: name, "id": held.id})

    def _bring_about(self, name: str, videos: Mapping[str, Props], forced: bool) -> None:
        news = self._props(name, videos)
        held = self.state.get(name)
        if held is None or forced:
            self._create(name, news, held)
            return
        checked = self._check(name, held.inputs, news)
        found = call("diff", name, held.id, held.outputs, checked)
        if found.replaces:
            self._create(name, news, held)
        elif found.changes:
            outs = dict(call("update", name, held.id, held.outputs, checked).outs)
            self.write({"changed": name})
            self._keep(name, Held(held.id, checked, outs))

    def _create(self, name: str, news: Props, held: Held | None) -> None:
        self.write({"changed": name})
        checked = self._check(name, {}, news)
        made = call("create", name, dict(checked))
        if held is not None:
            self.old.append((name, held))
        self._keep(name, Held(made.id, checked, dict(made.outs)), instead=held)

    def _check(self, name: str, olds: Props, news: Props) -> Props:
        result = call("check", name, dict(olds), dict(news))
        assert not result.failures, [(fault.property, fault.reason) for fault in result.failures]
        return dict(result.inputs)

    def _keep(self, name: str, held: Held, instead: Held | None = None) -> None:
        self.state[name] = held
        self.write({"keep": name, "held": asdict(held), "instead": asdict(instead) if instead else None})

    def _props(self, name: str, videos: Mapping[str, Props]) -> Props:
        kind, _, video = name.partition("/")
        if kind == "identity":
            return {"stack_id": None}
        place = {"service": self.service, "region": REGIONS[self.service], "endpoint": "local"}
        if kind == "gate":
            made = self.state[f"{submission(self.service)}/{video}"].outputs
            ids = {key: made[key] for key in IDS if made.get(key) is not None}
            made_here = {**place, **ids, "project_id": made.get("produced_from") or ""}
            return {"productions": {video: made_here}, "timeout": GATE_SECONDS}
        common = {"name": video, "stack_id": self.state[IDENTITY].outputs["stack_id"], **place}
        spec = videos[video]
        if kind == "project":
            return {
                **common,
                "title": spec["title"],
                "timeline": timeline(video, spec),
                "content": f"c{spec['content']}",
            }
        props = {**common, **self._submitted(video, spec)}
        if kind == "intent":
            hashed = edit_inputs.spec_hash if self.service == "huawei" else produce_job.spec_hash
            subject = {**props, "spec_hash": hashed(props)}
            return {key: subject[key] for key in (*SUBJECT, *common)}
        return props

    def _submitted(self, video: str, spec: Props) -> Props:
        intent = self.state.get(f"intent/{video}")
        known = {"intent": intent.outputs["intent"]} if intent else {}
        triggers = [str(spec["trigger"])] if spec["trigger"] else []
        if self.service == "huawei":
            adopt = {"adopt_id": spec["adopt"]} if spec.get("adopt") else {}
            pieces = [{"asset_id": f"source-{video}", "start": "0", "end": str(2 + spec["content"])}]
            return {
                "inputs": pieces,
                "settings": {"format": "MP4"},
                "triggers": triggers,
                "on_delete": "delete",
                **known,
                **adopt,
            }
        place = {"location": "https://films.oss-cn-shanghai.aliyuncs.com/spring"} if self.service == "ims" else {}
        return {
            "project_id": self.state[f"project/{video}"].outputs["project_id"],
            "content": f"{video} c{spec['content']}",
            "output": {"width": 640, "height": 360},
            "title": spec["title"],
            "triggers": triggers,
            **known,
            **place,
        }


def submission(service: str) -> str:
    return "task" if service == "huawei" else "job"


def names(service: str, videos: Mapping[str, Props]) -> Iterator[str]:
    """The resources of the videos, what is needed before what needs it; gates come last."""
    kinds = {"ims": ("project", "job"), "vod": ("project", "intent", "job"), "huawei": ("intent", "task")}[service]
    for kind in (*kinds, "gate"):
        yield from (f"{kind}/{video}" for video in videos)


def timeline(video: str, spec: Props) -> Props:
    clip = {"MediaId": f"source-{video}", "In": 0, "Out": 2 + spec["content"]}
    return {"VideoTracks": [{"VideoTrackClips": [clip]}]}


def carry_out(job: Props, write: Write) -> None:
    """What `forked` lets a child do: a run, or something that somebody does in the service's console."""
    service = job["service"]
    if job["do"] == "console":
        where = bridge.site({"service": service, "region": REGIONS[service], "endpoint": "local"})
        client = bridge.jobs(where) if job["method"] == "delete_media" else bridge.cloud(where)
        getattr(client, job["method"])(*job["arguments"])
        return
    state = {name: Held(**held) for name, held in job["state"].items()}
    run = Run(service, state, [(name, Held(**held)) for name, held in job["old"]], write)
    if job["do"] == "up":
        run.up(job["videos"], job["targets"], job["replaced"])
    else:
        getattr(run, job["do"])()
