"""The embedded engine on a program that is data, in one forked process: program and provider are threads of it.

All calls go over the real protocols, so a run costs some milliseconds instead of three interpreters. What the threads
stand in for, the SDK and its provider host, is under test with the recorded scenarios and `make crash`. A run can kill
itself: at the nth event, or the nth time that a provider is entered or left. The caller must not have used gRPC, which
does not survive a fork.
"""

from __future__ import annotations

import faulthandler
import json
import os
import select
import signal
import traceback
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from threading import Lock, Timer
from typing import Any

import grpc
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import alias_pb2, provider_pb2, provider_pb2_grpc, resource_pb2, resource_pb2_grpc

from engine.fuzzing.wanted import COMPONENT, STACK, THING, Program, Wanted
from engine.playground import Playground
from engine.scenarios.things import ThingProvider
from reelstack.clock import SystemClock
from reelstack.engine import plugin, program, urn, values
from reelstack.engine.deployment import Deployment, Request
from reelstack.engine.processes import Child
from reelstack.errors import EngineError

PATIENCE = 60.0  # seconds after which a run is said to hang; far more than any takes


@dataclass(frozen=True)
class Mood:
    """What goes wrong in a run: which calls fail (`verb key`), and when it is killed."""

    failing: frozenset[str] = frozenset()
    killed_at_event: int | None = None
    killed_at_call: int | None = None  # counted as the provider is entered and left
    killed_after: float | None = None  # seconds


@dataclass(frozen=True)
class Outcome:
    """How a run ended. All is empty when it was killed."""

    killed: bool = False
    exit_code: int = -1
    summary: Mapping[str, int] | None = None
    errors: tuple[str, ...] = ()
    fault: str = ""  # the run could not be carried out at all


def run(play: Playground, wanted: Program, mood: Mood, operation: Any, **options: Any) -> Outcome:
    """Run the engine on a playground in a process of its own."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)
        try:
            _in_child(play, wanted, mood, Request(operation, play.root, "dev", **options), writing)
        finally:
            os._exit(1)
    os.close(writing)
    with os.fdopen(reading) as answer:
        hangs = not select.select([answer], [], [], PATIENCE)[0]
        if hangs:
            os.kill(child, signal.SIGABRT)  # says where every thread is
        said = answer.read()
    os.waitpid(child, 0)
    if hangs:
        return Outcome(fault="the run hangs")
    return Outcome(**json.loads(said)) if said else Outcome(killed=True)


def _in_child(play: Playground, wanted: Program, mood: Mood, request: Request, answer: int) -> None:
    faulthandler.enable()
    points = _Points(mood.killed_at_call)
    if mood.killed_after is not None:
        Timer(mood.killed_after, points.kill).start()
    os.environ["THINGS_FILE"] = str(play.cloud_file)
    try:
        result = _Inside(request, wanted, mood, points).run()
        said = {"exit_code": result.exit_code, "summary": dict(result.summary), "errors": result.errors}
    except EngineError as error:
        said = {"fault": f"{error.message} {error.hint}"}
    except BaseException:  # noqa: BLE001 - nobody else could tell of it
        said = {"fault": traceback.format_exc()}
    os.write(answer, json.dumps(said).encode())


class _Points:
    """Counts the points at which the run may be killed, and kills it at one."""

    def __init__(self, last: int | None) -> None:
        self._left = last
        self._lock = Lock()

    def reach(self) -> None:
        """One more."""
        with self._lock:
            if self._left is not None:
                self._left -= 1
                if self._left <= 0:
                    self.kill()

    @staticmethod
    def kill() -> None:
        """Kill the run."""
        os.kill(os.getpid(), signal.SIGKILL)


class _Thread(Child):
    """What looks like a child process and is not."""

    def __init__(self, work: Future[int] | None = None) -> None:
        self._work = work

    def wait(self, timeout: float | None = None) -> int | None:
        assert self._work is not None
        try:
            return self._work.result(timeout)
        except TimeoutError:
            return None

    def send(self, number: signal.Signals) -> None:
        pass

    def end(self) -> None:
        pass


class _Inside(Deployment):
    """A run whose program and provider host are threads."""

    def __init__(self, request: Request, wanted: Program, mood: Mood, points: _Points) -> None:
        events = _Points(mood.killed_at_event)
        super().__init__(request, lambda _: events.reach(), SystemClock())
        self._wanted = wanted
        self._mood = mood
        self._points = points

    def _start_program(self, addresses: program.Addresses, env: Mapping[str, str]) -> Child:
        work = _Script(self._wanted, addresses.monitor).run
        return _Thread(ThreadPoolExecutor(1).submit(work))

    def _start_host(self, addresses: program.Addresses, env: Mapping[str, str], config: Mapping[str, Any]) -> None:
        self._server = server = grpc.server(ThreadPoolExecutor(64))  # it stops when nobody holds it
        port = server.add_insecure_port("127.0.0.1:0")
        provider = _Provider(self._mood.failing, self._points)
        provider_pb2_grpc.add_ResourceProviderServicer_to_server(provider, server)
        server.start()
        self._host.set_result(plugin.Host(_Thread(), port, config))


class _Provider(provider_pb2_grpc.ResourceProviderServicer):
    """The provider of things, behind the wire. It fails as it is told to, by keys: labels begin with them."""

    def __init__(self, failing: frozenset[str], points: _Points) -> None:
        self._failing = failing
        self._points = points
        self._things = ThingProvider()

    def Configure(self, request: Any, context: Any) -> Any:  # noqa: N802 - the protocol's name, as below
        return provider_pb2.ConfigureResponse()

    def Check(self, request: Any, context: Any) -> Any:  # noqa: N802
        news = values.from_struct(request.news)
        if f"check {_key(news)}" in self._failing:
            failure = provider_pb2.CheckFailure(property="label", reason="not today")
            return provider_pb2.CheckResponse(inputs=request.news, failures=[failure])
        return provider_pb2.CheckResponse(inputs=request.news)

    def Diff(self, request: Any, context: Any) -> Any:  # noqa: N802
        self._enter("diff", request.news, context)
        found = self._things.diff(request.id, values.from_struct(request.olds), values.from_struct(request.news))
        some = provider_pb2.DiffResponse.DIFF_SOME if found.changes else provider_pb2.DiffResponse.DIFF_NONE
        first = bool(found.delete_before_replace)
        return provider_pb2.DiffResponse(changes=some, replaces=found.replaces, deleteBeforeReplace=first)

    def Create(self, request: Any, context: Any) -> Any:  # noqa: N802
        self._enter("create", request.properties, context)
        made = self._things.create(values.from_struct(request.properties))
        self._points.reach()
        return provider_pb2.CreateResponse(id=made.id, properties=_struct(made.outs))

    def Read(self, request: Any, context: Any) -> Any:  # noqa: N802
        self._enter("read", request.properties, context)
        found = self._things.read(request.id, {})
        return provider_pb2.ReadResponse(
            id=found.id or "", properties=_struct(found.outs), inputs=_struct(found.inputs)
        )

    def Update(self, request: Any, context: Any) -> Any:  # noqa: N802
        self._enter("update", request.news, context)
        made = self._things.update(request.id, {}, values.from_struct(request.news))
        self._points.reach()
        return provider_pb2.UpdateResponse(properties=_struct(made.outs))

    def Delete(self, request: Any, context: Any) -> Any:  # noqa: N802
        self._enter("delete", request.properties, context)
        self._things.delete(request.id, values.from_struct(request.properties))
        self._points.reach()
        return Empty()

    def _enter(self, verb: str, properties: Any, context: Any) -> None:
        self._points.reach()
        key = _key(values.from_struct(properties))
        if f"{verb} {key}" in self._failing:
            context.abort(grpc.StatusCode.UNKNOWN, f"the cloud refuses to {verb} {key}")


def _key(properties: Mapping[str, Any]) -> str:
    return str(properties.get("label")).split()[0]


def _struct(properties: Mapping[str, Any] | None) -> Any:
    return values.to_struct(properties or {}, secrets=False)


class _Script:
    """Registers what a program wants, each resource as soon as what it refers to is there, as the SDK does."""

    def __init__(self, wanted: Program, monitor: str) -> None:
        self._wanted = wanted
        self._stub = resource_pb2_grpc.ResourceMonitorStub(grpc.insecure_channel(monitor))
        self._made: dict[str, Future[Any]] = {}

    def run(self) -> int:
        """Run the program; its exit code."""
        try:
            self._register(type=urn.STACK_TYPE, name="scenarios-dev")
            with ThreadPoolExecutor(max(1, len(self._wanted.resources))) as threads:
                for number, one in enumerate(self._wanted.resources):
                    if number == self._wanted.fails_at:
                        break
                    self._made[one.key] = threads.submit(self._bring, one)
            for made in self._made.values():
                made.result()
            if self._wanted.fails_at is not None:
                return 1
            self._complete(STACK, {"count": len(self._made)})
            self._stub.SignalAndWaitForShutdown(Empty())
        except grpc.RpcError:
            return 1  # the engine went away
        return 0

    def _bring(self, one: Wanted) -> Any:
        made = {key: self._made[key].result() for key in one.references()}
        links = {"note": one.note_of, "kind": one.kind_of}
        inputs = {} if one.component else {"label": one.label, "size": one.version, "kind": one.kind}
        inputs |= {name: _address(made[key]) for name, key in links.items() if key}
        uses = {name: [made[key].urn] for name, key in links.items() if key}
        answer = self._register(
            type=COMPONENT if one.component else THING,
            name=one.name,
            custom=not one.component,
            parent=made[one.parent].urn if one.parent else STACK,
            object=values.to_struct(inputs, secrets=True),
            dependencies=self._depended(one, [*one.needs, *filter(None, links.values())]),
            propertyDependencies={
                name: resource_pb2.RegisterResourceRequest.PropertyDependencies(urns=urns)
                for name, urns in uses.items()
            },
            protect=one.protect,
            retainOnDelete=one.retain,
            deletedWith=made[one.deleted_with].urn if one.deleted_with else "",
            deleteBeforeReplace=bool(one.delete_first),
            deleteBeforeReplaceDefined=one.delete_first is not None,
            replaceOnChanges=["label"] if one.replace_on_changes else [],
            aliases=[_named(name) for name in one.old_names] + [_whole(old) for old in one.old_urns],
        )
        if one.component and answer.result == resource_pb2.Result.SUCCESS:
            self._complete(answer.urn, {"label": one.label})
        return answer

    def _depended(self, one: Wanted, keys: list[str]) -> list[str]:
        """The URNs that keys stand for: a component's are its things, as far as they come before."""
        found: set[str] = set()
        for key in keys:
            wanted = self._wanted.get(key)
            if wanted is None or not wanted.component:
                found.add(self._made[key].result().urn)
                continue
            earlier = self._wanted.resources[: self._wanted.resources.index(one)]
            found.update(self._depended(one, [inner.key for inner in earlier if inner.parent == key]))
        return sorted(found)

    def _register(self, **more: Any) -> Any:
        return self._stub.RegisterResource(resource_pb2.RegisterResourceRequest(acceptSecrets=True, **more))

    def _complete(self, of: str, outputs: Mapping[str, Any]) -> None:
        request = resource_pb2.RegisterResourceOutputsRequest(urn=of, outputs=_struct(outputs))
        self._stub.RegisterResourceOutputs(request)


def _address(answer: Any) -> Any:
    known = answer.result == resource_pb2.Result.SUCCESS and not answer.unknown
    return values.from_struct(answer.object).get("address", values.UNKNOWN) if known else values.UNKNOWN


def _named(name: str) -> Any:
    return alias_pb2.Alias(spec=alias_pb2.Alias.Spec(name=name))


def _whole(old: str) -> Any:
    return alias_pb2.Alias(urn=old)
