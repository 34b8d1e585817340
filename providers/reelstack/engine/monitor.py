"""The engine's two gRPC services: ResourceMonitor for the program, Engine for the program and the provider host.

Translates between the wire and `registrar`; decides nothing. A registration that the run refuses is aborted with
UNAVAILABLE, which the SDK takes as "the engine is going away" and ends on.
"""

# ruff: noqa: N802, ARG002 - the names and arguments are the protocol's

from __future__ import annotations

import traceback
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from threading import Event as Flag
from typing import Any, NoReturn, TypeVar

import grpc
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc, resource_pb2, resource_pb2_grpc

from reelstack.engine import faults, goal, values
from reelstack.engine.acts import Setting
from reelstack.engine.events import Diagnostic, Severity
from reelstack.engine.executor import Executor, Refused
from reelstack.engine.plugin import OPTIONS
from reelstack.engine.program import Addresses
from reelstack.engine.project import Setting as ConfigSetting
from reelstack.engine.registrar import Answer, Registrar
from reelstack.errors import EngineError

T = TypeVar("T")

THREADS = 384  # above what the program uses at once: a registration holds a thread until its step is done
AHEAD = "reelstack-ahead"  # the mark of a registration that only asks whether it would be refused
GOING_AWAY = "Resource monitor has terminated, shutting down"  # how the SDK reports a refused registration

_FEATURES = (
    resource_pb2.RESOURCE_MONITOR_FEATURE_SECRETS,
    resource_pb2.RESOURCE_MONITOR_FEATURE_RESOURCE_REFERENCES,
    resource_pb2.RESOURCE_MONITOR_FEATURE_ALIAS_SPECS,
    resource_pb2.RESOURCE_MONITOR_FEATURE_DELETED_WITH,
    # Known, to be refused in plain words: the SDK would else say that the Pulumi CLI is too old.
    resource_pb2.RESOURCE_MONITOR_FEATURE_TRANSFORMS,
    resource_pb2.RESOURCE_MONITOR_FEATURE_INVOKE_TRANSFORMS,
    resource_pb2.RESOURCE_MONITOR_FEATURE_RESOURCE_HOOKS,
    resource_pb2.RESOURCE_MONITOR_FEATURE_ERROR_HOOKS,
)


# To the SDK, what failed and what was left out because of it are the same: their outputs are unknown.
_RESULTS = {Answer.FAILED: resource_pb2.Result.FAIL, Answer.SKIPPED: resource_pb2.Result.FAIL}


class Monitor(resource_pb2_grpc.ResourceMonitorServicer):
    """What the program talks to."""

    def __init__(
        self,
        setting: Setting,
        config: Mapping[str, ConfigSetting],
        parallel: int,
        executor: Executor,
        registrar: Registrar,
    ) -> None:
        self._setting = setting
        self._config = config
        self._parallel = parallel
        self._executor = executor
        self._registrar = registrar
        self.program_done = Flag()
        self.released = Flag()

    def GetDeploymentInfo(self, request: Empty, context: grpc.ServicerContext) -> resource_pb2.DeploymentInfo:
        """Answer what the SDK wants to know before it begins."""
        return resource_pb2.DeploymentInfo(
            project=self._setting.project,
            stack=self._setting.stack,
            organization="organization",
            config={key: one.value for key, one in self._config.items()},
            configSecretKeys=[key for key, one in self._config.items() if one.secret],
            dryRun=self._setting.preview,
            parallel=self._parallel,
            supportedFeatures=_FEATURES,
        )

    def RegisterResource(
        self, request: resource_pb2.RegisterResourceRequest, context: grpc.ServicerContext
    ) -> resource_pb2.RegisterResourceResponse:
        """Bring a resource to what the program wants; or say, ahead of that, whether it would be refused."""
        if (AHEAD, "1") in context.invocation_metadata():
            self._guarded(context, lambda: goal.of_registration(request))
            return resource_pb2.RegisterResourceResponse()
        made, answer = self._guarded(context, lambda: self._registrar.register(goal.of_registration(request)))
        return resource_pb2.RegisterResourceResponse(
            urn=made.urn,
            id=made.id,
            object=values.to_struct(made.outputs if made.custom else {}, secrets=True),
            unknown=answer is Answer.NOT_TARGETED,
            result=_RESULTS.get(answer, resource_pb2.Result.SUCCESS),
        )

    def ReadResource(
        self, request: resource_pb2.ReadResourceRequest, context: grpc.ServicerContext
    ) -> resource_pb2.ReadResourceResponse:
        """Look up a resource that somebody else owns."""
        found, answer = self._guarded(context, lambda: self._registrar.read(goal.of_read(request)))
        return resource_pb2.ReadResourceResponse(
            urn=found.urn,
            properties=values.to_struct(found.outputs, secrets=True),
            result=_RESULTS.get(answer, resource_pb2.Result.SUCCESS),
        )

    def RegisterResourceOutputs(
        self, request: resource_pb2.RegisterResourceOutputsRequest, context: grpc.ServicerContext
    ) -> Empty:
        """Attach outputs to a component or to the stack."""
        self._guarded(context, lambda: self._registrar.complete(request.urn, values.from_struct(request.outputs)))
        return Empty()

    def SignalAndWaitForShutdown(self, request: Empty, context: grpc.ServicerContext) -> Empty:
        """The program has nothing more to register; it ends when the run does."""
        self.program_done.set()
        self.released.wait()
        return Empty()

    def Invoke(self, request: resource_pb2.ResourceInvokeRequest, context: grpc.ServicerContext) -> NoReturn:
        """Refuse: functions belong to providers that this engine does not run."""
        self._unsupported(context, f"The program calls {request.tok}, which the embedded engine does not do.")

    def Call(self, request: resource_pb2.ResourceCallRequest, context: grpc.ServicerContext) -> NoReturn:
        """Refuse, as above."""
        self._unsupported(context, f"The program calls {request.tok}, which the embedded engine does not do.")

    def RegisterPackage(self, request: resource_pb2.RegisterPackageRequest, context: grpc.ServicerContext) -> NoReturn:
        """Refuse, as above."""
        self._unsupported(context, f"The program uses the package {request.name!r}.")

    def ExistsResource(self, request: resource_pb2.ExistsResourceRequest, context: grpc.ServicerContext) -> NoReturn:
        """Refuse, as above."""
        self._unsupported(context, f"The program asks whether a {request.type} exists, which this engine cannot tell.")

    def RegisterResourceHook(self, request: Any, context: grpc.ServicerContext) -> Empty:
        """Take note: a hook does nothing by itself, and a resource that uses it is refused."""
        return Empty()

    RegisterErrorHook = RegisterResourceHook

    def RegisterStackTransform(self, request: Any, context: grpc.ServicerContext) -> NoReturn:
        """Refuse, as above."""
        self._unsupported(context, "The program transforms the stack's resources, which the embedded engine does not.")

    RegisterStackInvokeTransform = RegisterStackTransform

    def _unsupported(self, context: grpc.ServicerContext, message: str) -> NoReturn:
        self._executor.break_off(EngineError(message, hint=values.NEEDS_CLI))
        context.abort(grpc.StatusCode.UNAVAILABLE, GOING_AWAY)
        raise AssertionError

    def _guarded(self, context: grpc.ServicerContext, work: Callable[[], T]) -> T:
        """Let no exception of ours go to the program: the run is told, the program sees the engine go away."""
        try:
            return work()
        except Refused:
            pass
        except EngineError as error:
            self._executor.break_off(error)
        except Exception as error:  # noqa: BLE001 - a servicer is the last one who can turn a fault into an ended run
            self._executor.break_off(EngineError(f"The engine failed: {error!r}\n{traceback.format_exc()}"))
        context.abort(grpc.StatusCode.UNAVAILABLE, GOING_AWAY)
        raise AssertionError


_SEVERITIES: Mapping[int, Severity] = {
    engine_pb2.INFO: "info",
    engine_pb2.WARNING: "warning",
    engine_pb2.ERROR: "error",
}


class Log(engine_pb2_grpc.EngineServicer):
    """Where program and providers say things."""

    def __init__(self, executor: Executor) -> None:
        self._executor = executor
        self._root = ""

    def Log(self, request: engine_pb2.LogRequest, context: grpc.ServicerContext) -> Empty:
        """Hand a message on. Debug messages are dropped, and so is the SDK's echo of our own refusal."""
        severity = _SEVERITIES.get(request.severity)
        echo = not self._executor.open and GOING_AWAY in request.message
        if severity and not echo:
            said = faults.told(request.message.rstrip())
            self._executor.tell(Diagnostic(severity, request.urn, said, request.ephemeral))
        return Empty()

    def GetRootResource(self, request: Any, context: grpc.ServicerContext) -> engine_pb2.GetRootResourceResponse:
        """Tell older SDKs the stack's URN."""
        return engine_pb2.GetRootResourceResponse(urn=self._root)

    def SetRootResource(self, request: Any, context: grpc.ServicerContext) -> engine_pb2.SetRootResourceResponse:
        """Learn the stack's URN from older SDKs."""
        self._root = request.urn
        return engine_pb2.SetRootResourceResponse()

    def RequirePulumiVersion(
        self,
        request: Any,
        context: grpc.ServicerContext,
    ) -> engine_pb2.RequirePulumiVersionResponse:
        """Any version will do: there is no CLI to be too old."""
        return engine_pb2.RequirePulumiVersionResponse()


class Server:
    """Both services on loopback ports of their own choosing."""

    def __init__(self) -> None:
        self._server = grpc.server(ThreadPoolExecutor(THREADS), options=OPTIONS)
        port = self._server.add_insecure_port("127.0.0.1:0")
        self.addresses = Addresses(monitor=f"127.0.0.1:{port}", engine=f"127.0.0.1:{port}")

    def serve_log(self, log: Log) -> None:
        """Take in what is said."""
        engine_pb2_grpc.add_EngineServicer_to_server(log, self._server)

    def serve_monitor(self, monitor: Monitor) -> None:
        """Take registrations."""
        resource_pb2_grpc.add_ResourceMonitorServicer_to_server(monitor, self._server)

    def start(self) -> None:
        """Begin; services must have been added by now."""
        self._server.start()

    def stop(self) -> None:
        """Drop all connections."""
        self._server.stop(0).wait()
