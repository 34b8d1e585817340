"""The unchanged host of dynamic providers as a process of its own, and an engine's ear for what it says."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import grpc
from google.protobuf.empty_pb2 import Empty
from google.protobuf.struct_pb2 import Struct
from pulumi.dynamic import ResourceProvider
from pulumi.dynamic.dynamic import serialize_provider
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc, provider_pb2, provider_pb2_grpc

Said = list[engine_pb2.LogRequest]


class Ear(engine_pb2_grpc.EngineServicer):
    """The engine's side of messages: keeps them, and lets tests wait for them."""

    def __init__(self) -> None:
        self.said: Said = []
        self._arrived = threading.Condition()

    def Log(self, request: engine_pb2.LogRequest, context: grpc.ServicerContext) -> Empty:  # noqa: N802 - gRPC's name
        with self._arrived:
            self.said.append(request)
            self._arrived.notify_all()
        return Empty()

    def hears(self, wanted: Callable[[Said], bool], seconds: float = 30) -> bool:
        """Wait until what was said is what is wanted; false when it is not in time."""
        with self._arrived:
            return self._arrived.wait_for(lambda: wanted(self.said), seconds)


@contextmanager
def listening() -> Iterator[tuple[Ear, str]]:
    """An engine on a loopback port that hears messages, and its address."""
    ear, server = Ear(), grpc.server(ThreadPoolExecutor(4))
    engine_pb2_grpc.add_EngineServicer_to_server(ear, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        yield ear, f"127.0.0.1:{port}"
    finally:
        server.stop(0).wait()


@dataclass
class Hosted:
    """A running host. Calls go over gRPC, as the engine's do."""

    stub: Any
    ear: Ear
    pickles: dict[type, str] = field(default_factory=dict)

    def properties(self, provider: ResourceProvider, props: Mapping[str, Any]) -> Struct:
        kind = type(provider)
        if kind not in self.pickles:
            self.pickles[kind] = str(serialize_provider(provider))
        struct = Struct()
        struct.update({key: value for key, value in props.items() if value is not None})
        struct.update({"__provider": self.pickles[kind]})
        return struct

    def check(self, urn: str, provider: ResourceProvider, props: Mapping[str, Any]) -> Any:
        request = provider_pb2.CheckRequest(urn=urn, news=self.properties(provider, props))
        return self.stub.Check(request, timeout=60)

    def create(self, urn: str, provider: ResourceProvider, props: Mapping[str, Any]) -> Any:
        request = provider_pb2.CreateRequest(urn=urn, properties=self.properties(provider, props))
        return self.stub.Create(request, timeout=60)

    def diff(
        self, urn: str, id_: str, provider: ResourceProvider, olds: Mapping[str, Any], news: Mapping[str, Any]
    ) -> Any:
        old, new = self.properties(provider, olds), self.properties(provider, news)
        return self.stub.Diff(provider_pb2.DiffRequest(id=id_, urn=urn, olds=old, news=new), timeout=60)

    def read(self, urn: str, id_: str, provider: ResourceProvider, props: Mapping[str, Any]) -> Any:
        request = provider_pb2.ReadRequest(id=id_, urn=urn, properties=self.properties(provider, props))
        return self.stub.Read(request, timeout=60)

    def delete(self, urn: str, id_: str, provider: ResourceProvider, props: Mapping[str, Any]) -> Any:
        request = provider_pb2.DeleteRequest(id=id_, urn=urn, properties=self.properties(provider, props))
        return self.stub.Delete(request, timeout=60)


def _struct(values: Mapping[str, str]) -> Struct:
    struct = Struct()
    struct.update(values)
    return struct


@contextmanager
def hosting(cloud_directory: Path, settings: Mapping[str, str] | None = None) -> Iterator[Hosted]:
    """Start `python -m pulumi.dynamic` as the engine does, with its own address as the only argument.

    `settings` are those of the stack, by their full names.
    """
    with listening() as (ear, address):
        env = os.environ | {"REELSTACK_CLOUD_DIR": str(cloud_directory)}
        command = [sys.executable, "-u", "-m", "pulumi.dynamic", address]
        with subprocess.Popen(command, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            port = int(process.stdout.readline())
            channel = grpc.insecure_channel(f"127.0.0.1:{port}")
            try:
                stub = provider_pb2_grpc.ResourceProviderStub(channel)
                stub.Configure(provider_pb2.ConfigureRequest(args=_struct(settings or {})), timeout=30)
                yield Hosted(stub, ear)
            finally:
                channel.close()
                process.kill()
