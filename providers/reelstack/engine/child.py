"""Runs the user's program, unchanged, in a process of its own: the child's side of `program`.

Started as a plain file, never imported. Does what Pulumi's language host does for Python, with three differences:
debug messages are dropped before they are sent (one call per registration, half the time), waiting registrations
get as many threads as they need, and the program yields once before the SDK begins to wait (without that the SDK
wakes over all outputs at every step, which is quadratic).
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import runpy
import sys
import traceback
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pulumi
import pulumi.runtime

TOLD = 32  # the exit code that says: the user has been told what is wrong
THREADS = 512


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
