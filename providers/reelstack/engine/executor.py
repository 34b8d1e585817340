"""Carries steps out: how many at once, what is told about them, and when no more may begin.

After the first failure, or a Ctrl-C, no step begins; what runs is finished and written down. A run that is told to
go on after errors begins whatever does not depend on what failed. Only provider calls
that change something take one of the `parallel` slots, so a registration that needs no such call never waits.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import takewhile
from threading import Condition, Lock, Semaphore
from typing import TypeVar

from reelstack.engine import urn as names
from reelstack.engine.discretion import Discretion
from reelstack.engine.events import Diagnostic, Event, StepFinished, StepStarted
from reelstack.engine.plugin import HostLost, ProviderError
from reelstack.errors import EngineError

T = TypeVar("T")

# Parts of a replacement: told, but only the `replace` they belong to is counted.
_PARTS = frozenset(
    {"create-replacement", "delete-replaced", "read-replacement", "remove-pending-replace", "discard-replaced"}
)


class Refused(Exception):
    """The run takes no more work: something failed, or somebody stopped it."""


class StepFailed(Refused):
    """The step failed and the run goes on without it."""


class Executor:
    """The steps of one run. `lost` are the URNs that failed, or were left out because of one that did."""

    def __init__(self, on_event: Callable[[Event], None], parallel: int, *, keep_going: bool = False) -> None:
        self._on_event = on_event
        self._keep_going = keep_going
        self._slots = Semaphore(parallel)
        self._telling = Lock()
        self._change = Condition()
        self._running = 0
        self._undecided: dict[str, None] = {}  # URNs whose step has not begun, as they were registered
        self.discretion = Discretion()
        self.counts: Counter[str] = Counter()
        self.finished: list[StepFinished] = []
        self.errors: list[str] = []
        self.failed = False
        self.step_failed = False
        self.stopped = False
        self.refused = False
        self.interrupted = False
        self.lost: set[str] = set()
        self.fatal: EngineError | None = None

    @property
    def open(self) -> bool:
        """Whether steps may still begin."""
        return not (self.stopped or self.interrupted)

    @property
    def well(self) -> bool:
        """Whether nothing has failed so far and nobody stopped the run."""
        return self.open and not self.failed

    def check_open(self) -> None:
        """Raise Refused when steps may not begin any more."""
        if not self.open:
            raise Refused

    def tell(self, event: Event) -> None:
        """Hand an event on; one at a time, whatever thread it comes from."""
        event = self._discreet(event)
        with self._telling:
            if isinstance(event, StepFinished):
                self.finished.append(event)
                if event.outcome and not names.is_default_provider(event.urn):
                    self.counts[event.outcome] += 1
            if isinstance(event, Diagnostic) and event.severity == "error":
                self.errors.append(event.message)
            self._on_event(event)

    def _discreet(self, event: Event) -> Event:
        """The event without the secrets that a provider or a program may have quoted."""
        match event:
            case Diagnostic():
                return replace(event, message=self.discretion.text(event.message))
            case StepFinished(error=str(error)) if error:
                return replace(event, error=self.discretion.text(error))
        return event

    def fail(self, urn: str, message: str) -> None:
        """Something is wrong with what was asked for: say so, and begin nothing new."""
        self.refused = True
        self.stop(failed=True)
        self.tell(Diagnostic("error", urn, message))

    def break_off(self, error: EngineError) -> None:
        """The run cannot go on at all: `error` is what it ends with."""
        self.fatal = self.fatal or error
        self.stop(failed=True)

    def stop(self, *, failed: bool = False, interrupted: bool = False) -> None:
        """Begin nothing new."""
        with self._change:
            self.failed |= failed
            self.stopped |= failed
            self.interrupted |= interrupted
            self._change.notify_all()

    @contextmanager
    def busy(self) -> Iterator[None]:
        """Something is going on that the run has to wait for."""
        with self._change:
            self._running += 1
        try:
            yield
        finally:
            with self._change:
                self._running -= 1
                self._change.notify_all()

    def undecided(self, urn: str) -> None:
        """What becomes of this registration is being found out: until its step begins, or `decided` says so."""
        with self._change:
            self._undecided[urn] = None

    def decided(self, urn: str) -> None:
        """Nobody has to wait for this registration's step to begin any more."""
        with self._change:
            self._undecided.pop(urn, None)
            self._change.notify_all()

    def wait_turn(self, urn: str = "") -> None:
        """Return when whatever was registered before `urn`, or before now, has begun its step, or none begins any more.

        For a registration that is about to be refused: that ends the run for those after it, not for those before.
        """
        with self._change:
            earlier = set(takewhile(lambda other: other != urn, self._undecided))
            self._change.wait_for(lambda: not self.open or earlier.isdisjoint(self._undecided))

    def wait_idle(self, timeout: float | None = None) -> bool:
        """Return when nothing goes on any more, or after so many seconds; whether nothing does."""
        with self._change:
            return self._change.wait_for(lambda: not self._running, timeout)

    def perform(
        self,
        step: StepStarted,
        work: Callable[[], T],
        *,
        count: Callable[[T], str] | None = None,
        lenient: bool = False,
    ) -> T:
        """Carry a step out in a slot of its own; `count` gives the word it counts under, its `op` if not given.

        After the failure of a `lenient` one others still begin. Raises Refused when the step was not begun, or failed,
        which has been told by then: StepFailed when the run goes on.
        """
        if not self._slots.acquire(blocking=False):
            self.decided(step.urn)  # it may wait long for its slot, and nobody should for it
            self._slots.acquire()
        try:
            with self.busy():
                return self.at_once(step, work, count=count, lenient=lenient)
        finally:
            self._slots.release()

    def at_once(
        self,
        step: StepStarted,
        work: Callable[[], T],
        *,
        count: Callable[[T], str] | None = None,
        lenient: bool = False,
    ) -> T:
        """Carry out a step that needs no slot."""
        self.check_open()
        self.decided(step.urn)
        self.tell(step)
        try:
            result = work()
        except (ProviderError, HostLost) as error:
            self.tell(step.ended(ok=False, error=str(error)))
            raise self._step_failed(step.urn, error, lenient=lenient) from error
        except EngineError as error:
            self.tell(step.ended(ok=False, error=str(error)))
            self.break_off(error)
            raise Refused from error
        counted = "" if step.op in _PARTS else step.op
        self.tell(step.ended(outcome=count(result) if count else counted))
        return result

    def _step_failed(self, urn: str, error: Exception, *, lenient: bool) -> Refused:
        """Note the failure; what to raise for it. A lost host, unlike a refused call, leaves nobody to go on with."""
        self.step_failed = True
        goes_on = isinstance(error, ProviderError) and (lenient or self._keep_going)
        if goes_on:
            self.failed = True
            self.lost.add(urn)
        else:
            self.stop(failed=True)
        self.tell(Diagnostic("error", urn, str(error)))
        return StepFailed() if goes_on else Refused()
