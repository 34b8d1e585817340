"""What the dynamic provider host gives beyond its interface: the URN at hand, rows of the display, more threads.

The host calls a provider with plain properties. The gRPC request two frames up knows the resource's URN; the
engine's address is the host's first argument; and the pool that serves us has four threads, too few for gates that
wait beside submissions. All three are reached through what is not promised, so each is guarded: without it the
product still works, with a plainer display and less overlap. Tests hold them against the SDK in use.
"""

from __future__ import annotations

import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import FrameType

import grpc
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc

THREADS = 64
INTERRUPT_VARIABLE = "REELSTACK_INTERRUPT_FILE"
_MESSAGE_LIMIT = 400 * 1024 * 1024

_PARENT = os.getppid()

_channel_lock = threading.Lock()
_engine: engine_pb2_grpc.EngineStub | None = None


def urn() -> str:
    """The URN of the resource that the current call is about; empty outside the host."""
    return str(getattr(_local("request"), "urn", ""))


def name_of(resource_urn: str) -> str:
    """The last part of a URN: the resource's name."""
    return resource_urn.rsplit("::", 1)[-1]


def widen_threads() -> None:
    """Let the pool that serves this call grow, so that gates which wait do not hold up submissions."""
    reference = _local("executor_reference")
    executor = reference() if callable(reference) else None
    if isinstance(executor, ThreadPoolExecutor) and getattr(executor, "_max_workers", THREADS) < THREADS:
        executor._max_workers = THREADS  # noqa: SLF001 - guarded, tested per version
        for _ in range(executor._work_queue.qsize()):  # noqa: SLF001 - as above
            executor.submit(int)  # a pool grows only when it is given something: calls may be queued already


def say(resource_urn: str, message: str, *, stays: bool = False, warning: bool = False) -> None:
    """Put a message on a resource's row in the engine's display; it `stays` as a diagnostic or is replaced by the next.

    Outside the host, or when the engine is gone, nothing happens: a message is never worth a failure.
    """
    engine = _connect()
    if engine is None:
        return
    severity = engine_pb2.WARNING if warning else engine_pb2.INFO
    # The CLI ends in a panic on what is no URN; without one the message goes to the stack's row.
    known = resource_urn if resource_urn.startswith("urn:pulumi:") else ""
    request = engine_pb2.LogRequest(severity=severity, message=message, urn=known, ephemeral=not stays)
    try:
        engine.Log(request, timeout=5)
    except grpc.RpcError:
        return


def is_ending() -> bool:
    """Whether nobody wants the answer any more: the engine that started this process is gone, or was interrupted.

    The embedded engine says the latter by a file, so that a waiting gate can end in good order before the host does.
    The CLI gives its hosts no signal at all: there a second Ctrl-C ends it, and then the gates.
    """
    interrupted = os.environ.get(INTERRUPT_VARIABLE)
    return os.getppid() != _PARENT or bool(interrupted and Path(interrupted).exists())


def _connect() -> engine_pb2_grpc.EngineStub | None:
    global _engine
    with _channel_lock:
        if _engine is None and len(sys.argv) > 1 and _is_address(sys.argv[1]):
            options = [("grpc.max_receive_message_length", _MESSAGE_LIMIT)]
            _engine = engine_pb2_grpc.EngineStub(grpc.insecure_channel(sys.argv[1], options=options))
        return _engine


def _is_address(argument: str) -> bool:
    host, _, port = argument.rpartition(":")
    return host in ("127.0.0.1", "localhost", "[::1]") and port.isdigit()


def _local(variable: str) -> object:
    """The value of a local variable in the nearest frame that has one of that name and is not ours."""
    frame: FrameType | None = sys._getframe(1)  # noqa: SLF001 - there is no other way to the request
    while frame is not None:
        if frame.f_globals.get("__name__", "").partition(".")[0] != "reelstack" and variable in frame.f_locals:
            return frame.f_locals[variable]
        frame = frame.f_back
    return None
