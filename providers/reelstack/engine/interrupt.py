"""Ctrl-C during a run: the first asks for an orderly end, the second for an end now.

The children are in process groups of their own, so a terminal's Ctrl-C reaches only the engine. Steps that wait
learn of it in two ways: the file named by REELSTACK_INTERRUPT_FILE in their environment comes into being, and a few
seconds later, so that short calls have ended and nothing they made is lost, the provider host gets the SIGINT that
ends it.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

from reelstack.engine.events import Diagnostic

VARIABLE = "REELSTACK_INTERRUPT_FILE"
# Ephemeral: it is news only for as long as the run has not ended.
STOPPING = Diagnostic("info", "", "stopping: what runs is finished; press Ctrl-C again to end it now", ephemeral=True)
_SIGNALS = (signal.SIGINT, signal.SIGTERM)


def announce(flag: Path) -> None:
    """Let steps that wait know. Where the flag's place is gone the run has ended meanwhile."""
    with suppress(FileNotFoundError):
        flag.touch()


@contextmanager
def handled(first: Callable[[], None], second: Callable[[], None]) -> Iterator[None]:
    """Call these on the first and on further signals. Does nothing outside the main thread, where Python cannot."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    seen = 0

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        nonlocal seen
        seen += 1
        # The work takes locks that the interrupted code may hold: it is done elsewhere.
        threading.Thread(target=first if seen == 1 else second, daemon=True).start()

    before = {number: signal.signal(number, on_signal) for number in _SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
