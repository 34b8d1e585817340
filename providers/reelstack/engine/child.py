"""Runs the user's program, unchanged, in a process of its own: the child's side of `program`.

Started as a plain file, never imported. Does what Pulumi's language host does for Python, with these differences:
debug messages are dropped before they are sent (one call per registration, half the time), waiting registrations
get many threads, the program yields once before the SDK begins to wait (without that the SDK
wakes over all outputs at every step, which is quadratic), and what the engine may refuse is told as soon as the
program asks for it: the SDK sends nothing before the program's own code is through, so nothing has been changed then.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import runpy
import sys
import traceback
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import grpc
import pulumi
import pulumi.runtime
from pulumi.runtime.proto import callback_pb2, resource_pb2

TOLD = 32  # the exit code that says: the user has been told what is wrong
THREADS = 256  # each costs the engine's process 50 kB; whatever waits for others' outputs needs none
AHEAD = (("reelstack-ahead", "1"),)  # marks a registration that only asks whether it would be refused
DYNAMIC = "pulumi-python:"
ASSET = {"4dabf18193072939515e22adb298388d": "c44067f5952c0a294b673a41bacd8c17"}

# What marks a registration as one with such an option; what exactly it asks for does not matter.
OPTIONS: Mapping[str, Callable[[Any], Any]] = {
    "hooks": lambda request: request.hooks.before_create.append(""),
    "transforms": lambda request: request.transforms.add(),
    "state_migrations": lambda request: request.state_migrations.add(),
    "replacement_trigger": lambda request: request.replacement_trigger.SetInParent(),
    "replace_with": lambda request: request.replace_with.append(""),
}
# Functions of the SDK that ask something of a provider, or change registrations: the call, and what it sends.
FUNCTIONS: Mapping[str, tuple[str, Callable[[str], Any]]] = {
    **dict.fromkeys(
        ("invoke", "invoke_single", "invoke_async", "invoke_output", "invoke_output_single"),
        ("Invoke", lambda token: resource_pb2.ResourceInvokeRequest(tok=token)),
    ),
    **dict.fromkeys(("call", "call_single"), ("Call", lambda token: resource_pb2.ResourceCallRequest(tok=token))),
    "exists_resource": ("ExistsResource", lambda kind: resource_pb2.ExistsResourceRequest(type=kind)),
    **dict.fromkeys(
        ("register_resource_transform", "register_stack_transform", "register_invoke_transform"),
        ("RegisterStackTransform", lambda _: callback_pb2.Callback()),
    ),
}


def _ask(method: str, request: Any) -> None:
    """Ask the engine at once. Raises RunError when it refuses, and with that breaks the run off."""
    try:
        getattr(pulumi.runtime.settings.get_monitor(), method)(request, metadata=AHEAD)
    except grpc.RpcError as error:
        raise pulumi.RunError(str(error)) from error


def _ask_ahead() -> None:
    """Let the program ask for everything that the engine may refuse as soon as it wants it."""
    construct = pulumi.Resource.__init__

    def ask_and_construct(
        self: pulumi.Resource,
        t: str,
        name: str,
        custom: bool,
        props: Any = None,
        opts: pulumi.ResourceOptions | None = None,
        remote: bool = False,
        dependency: bool = False,
        *more: Any,
        **named: Any,
    ) -> None:
        if not dependency:
            _ask_for_resource(str(t), str(name), custom, remote, props, opts)
        construct(self, t, name, custom, props, opts, remote, dependency, *more, **named)

    pulumi.Resource.__init__ = ask_and_construct  # type: ignore[method-assign]
    for name, (method, request) in FUNCTIONS.items():
        setattr(pulumi.runtime, name, _asking(method, request))


def _asking(method: str, request: Callable[[str], Any]) -> Callable[..., None]:
    return lambda token="", *_, **__: _ask(method, request(str(token)))


def _ask_for_resource(
    kind: str, name: str, custom: bool, remote: bool, props: Any, opts: pulumi.ResourceOptions | None
) -> None:
    if opts is not None and opts.urn:
        _ask("Invoke", resource_pb2.ResourceInvokeRequest(tok="pulumi:pulumi:getResource"))
    wanted = [mark for option, mark in OPTIONS.items() if _is_set(getattr(opts, option, None))]
    assets = _holds_asset(props)
    if wanted or assets or remote or (custom and not kind.startswith(DYNAMIC)):
        request = resource_pb2.RegisterResourceRequest(type=kind, name=name, custom=custom, remote=remote)
        for mark in wanted:
            mark(request)
        if assets:
            request.object.update({"asset": ASSET})
        _ask("RegisterResource", request)


def _is_set(option: Any) -> bool:
    if isinstance(option, pulumi.ResourceHookBinding):
        return any(vars(option).values())
    return option is not None and option != []


def _holds_asset(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(map(_holds_asset, value.values()))
    if isinstance(value, list | tuple):
        return any(map(_holds_asset, value))
    return isinstance(value, pulumi.Asset | pulumi.Archive)


def _own_frames(error: BaseException, program: str) -> str:
    """The traceback from the user's first frame on."""
    found = error.__traceback__
    while found is not None and not found.tb_frame.f_code.co_filename.startswith(program):
        found = found.tb_next
    return "".join(traceback.format_exception(type(error), error, found or error.__traceback__))


async def _program(entry: str) -> None:
    runpy.run_path(entry, run_name="__main__")
    await asyncio.sleep(0)


def _no_debug(*_: object, **__: object) -> None:
    """Stand in for the SDK's debug log."""


def main() -> int:
    """Run the program that the arguments name; its exit code."""
    settings = json.loads(sys.argv[1])
    pulumi.runtime.set_all_config(pulumi.runtime.get_config_env(), pulumi.runtime.get_config_secret_keys_env())
    pulumi.runtime.configure(pulumi.runtime.Settings(**settings["runtime"]))
    pulumi.log.debug = _no_debug
    _ask_ahead()
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)  # a failed run abandons futures on purpose
    entry = settings["entry"]
    sys.argv = [entry]
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    threads = ThreadPoolExecutor(THREADS)
    loop.set_default_executor(threads)
    try:
        loop.run_until_complete(pulumi.runtime.run_in_stack(lambda: _program(entry)))
    except pulumi.RunError as error:
        pulumi.log.error(str(error))
        return 1
    except Exception as error:  # noqa: BLE001 - whatever the user's program raises is shown to the user
        where = str(Path(entry).resolve())
        pulumi.log.error("Program failed with an unhandled exception:\n" + _own_frames(error, where))
        return TOLD
    finally:
        threads.shutdown(wait=False, cancel_futures=True)
        sys.stdout.flush()
        sys.stderr.flush()
    return 0


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)  # calls that were never answered must not hold the process
