"""The life of a production, the same in every room: Init → Queuing → Processing → Success or Failed.

    rendered    the worker's queue, one at a time, in the order of submission
    immediate   ends inside the submission
    per_look    each look shows the state, then moves it one step (`STEPS`)
    timed       moves with the injected clock

A room gives its production to `submit`, asks with `look`, and is told of the end through `on_end`, inside the same
transaction; what else moves with time in a room is in `on_tick`. Whatever was not finished when the process died is
rendered again, under the same id.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from reelstack.clock import Clock
from reelstack.emulator.facts import Facts, kind_of
from reelstack.emulator.ledger import Bill, Ledger, Order, content_hash
from reelstack.emulator.objects import Name, ObjectNameError, Objects
from reelstack.emulator.settings import Settings
from reelstack.emulator.store import Store, Table

INIT, QUEUING, PROCESSING, SUCCESS, FAILED = "Init", "Queuing", "Processing", "Success", "Failed"
UNFINISHED = (INIT, QUEUING, PROCESSING)
STEPS = ((INIT, 0), (QUEUING, 0), (PROCESSING, 10), (PROCESSING, 60))

# What lies at the output's place when nothing was rendered: an MP4 that says that it is one, and nothing else.
PLACEHOLDER = b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isommp41\x00\x00\x00\x08free"


@dataclass(frozen=True)
class Production:
    """One production. `expected` are the facts to claim when nothing is rendered; `facts` what came out.

    `doom` is the failure decided at submission, as (code, message); empty for a production that may succeed.
    `materials` maps each material, as the timeline writes it, to its object. `form` says what the timeline is: a
    timeline, or the inputs of an editing task (`cuts`). `cover` is the object that gets a picture of the rendered
    video, the one seen at `cover_at` seconds; empty for none.
    """

    id: str
    room: str
    pace: str
    object: str
    timeline: dict[str, Any]
    output: dict[str, Any]
    materials: dict[str, str]
    expected: dict[str, Any]
    created: str
    doom: tuple[str, ...] = ()
    form: str = "timeline"
    cover: str = ""
    cover_at: float = 0.0
    status: str = INIT
    progress: int = 0
    step: int = 0
    code: str = ""
    message: str = ""
    notes: tuple[str, ...] = ()
    facts: dict[str, Any] = field(default_factory=dict)
    modified: str = ""
    completed: str = ""

    @property
    def finished(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.status not in UNFINISHED


class Lifecycle:
    """Moves productions. Safe to call from any thread: every move is a transaction."""

    def __init__(self, store: Store, objects: Objects, clock: Clock) -> None:
        self._store = store
        self._objects = objects
        self._clock = clock
        self._table: Table[Production] = store.table("production", Production)
        self.ledger = Ledger(store)
        self.settings = Settings()
        self.on_tick: list[Callable[[], None]] = []
        self.on_end: dict[str, Callable[[Production], None]] = {}
        self.wake: Callable[[], None] = lambda: None

    def submit(self, production: Production, order: Order) -> None:
        """Begin, and put it on the bill. With pace `immediate` it has ended when this returns."""
        self._put(production)
        self.ledger.add(_bill(production, order))
        if production.pace == "immediate":
            self._end_as_expected(production)
        elif production.pace == "rendered":
            self.wake()

    def get(self, key: str) -> Production | None:
        """The production as it stands; not a look."""
        return self._table.get(key)

    def look(self, key: str) -> Production | None:
        """The production as it stands; with pace `per_look` this moves it on."""
        found = self._table.get(key)
        if found and found.pace == "per_look" and not found.finished:
            self._step(found)
        return found

    def tick(self) -> None:
        """Move what moves with time. Called before every request is answered."""
        for each in self._table.tagged(*(f"timed {status}" for status in UNFINISHED)):
            self._move_with_time(each)
        for each in self._table.tagged(f"rendered {INIT}"):
            self._put(replace(each, status=QUEUING))
        for moved in self.on_tick:
            moved()

    def forget(self, key: str) -> None:
        """Remove the record, whatever its state."""
        self._table.remove(key)

    # ── the worker's side ──

    def take(self) -> Production | None:
        """The next production to render, now Processing; None when there is none."""
        with self._store.transaction():
            waiting = self._table.tagged(*(f"rendered {status}" for status in UNFINISHED), limit=1)
            if not waiting:
                return None
            taken = replace(waiting[0], status=PROCESSING, progress=0)
            self._put(taken)
            return taken

    def report(self, key: str, progress: int) -> bool:
        """Note how far a render is; false when nobody wants it any more."""
        with self._store.transaction():
            found = self._table.get(key)
            if found is None or found.finished:
                return False
            self._put(replace(found, progress=max(found.progress, min(99, progress))))
            return True

    def succeed(self, key: str, facts: Facts, notes: tuple[str, ...], place: Callable[[], object]) -> None:
        """End well. `place` puts the file where it belongs, unless the production is gone."""
        with self._store.transaction():
            found = self._table.get(key)
            if found and not found.finished:
                place()
                self._end(replace(found, status=SUCCESS, progress=100, facts=asdict(facts), notes=notes))

    def fail(self, key: str, code: str, message: str, notes: tuple[str, ...] = ()) -> None:
        """End badly."""
        with self._store.transaction():
            found = self._table.get(key)
            if found and not found.finished:
                self._end(replace(found, status=FAILED, code=code, message=message, notes=notes))

    # ── moves ──

    def _step(self, found: Production) -> None:
        step = found.step + 1
        if step >= len(STEPS):
            self._end_as_expected(found)
        else:
            self._put(replace(found, step=step, status=STEPS[step][0], progress=STEPS[step][1]))

    def _move_with_time(self, found: Production) -> None:
        rules = self.settings
        queue, process = rules.queue_seconds / rules.speed, rules.process_seconds / rules.speed
        age = (self._clock.now() - datetime.fromisoformat(found.created)) / timedelta(seconds=1)
        if age >= queue + process:
            self._end_as_expected(found)
        elif age >= queue:
            progress = int(100 * (age - queue) / process) if process else 0
            self._put(replace(found, status=PROCESSING, progress=min(99, progress)))
        elif found.status == INIT and age > 0:
            self._put(replace(found, status=QUEUING))

    def _end_as_expected(self, found: Production) -> None:
        if found.doom:
            self.fail(found.id, found.doom[0], found.doom[1])
            return
        name = Name.parse(found.object)
        try:
            place = self._objects.prepare(name)
        except ObjectNameError as error:
            self.fail(found.id, "InvalidParameter", str(error))
            return
        facts = Facts(**{"kind": kind_of(name.key) or "video", "size": len(PLACEHOLDER), **found.expected})
        self.succeed(found.id, facts, found.notes, lambda: _write_anew(place, PLACEHOLDER))

    def _end(self, ended: Production) -> None:
        ended = replace(ended, completed=self._clock.now().isoformat())
        self._put(ended)
        self.on_end[ended.room](ended)

    def _put(self, production: Production) -> None:
        stamped = replace(production, modified=self._clock.now().isoformat())
        self._table.put(
            production.id,
            stamped,
            tag="" if production.finished else f"{production.pace} {production.status}",
        )


def _bill(production: Production, order: Order) -> Bill:
    content = content_hash(production.form, production.timeline, production.output)
    return Bill(production.id, production.room, production.created, content, **asdict(order))


def _write_anew(place: Path, content: bytes) -> None:
    # Never into an existing file: it may be a link to one of the user's.
    place.unlink(missing_ok=True)
    place.write_bytes(content)
