"""`make crash`: the example campaign on every service, killed at every boundary of every request, once each.

    make crash                                                    all of it
    make crash AT=ims/first/committed:SubmitMediaProducingJob:2   one boundary

Prints what was met, and of each boundary where a law did not hold the command that meets it again.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from kit.boundaries import Boundary
from kit.crashes import SERVICES, STORIES, Crashing, Verdict, crashing

CHUNK = 6
# How many polls a run makes is a matter of moments: where it ended before it came to a boundary it is told again.
TRIES = 3


@dataclass(frozen=True)
class Chunk:
    """Some boundaries of one story on one service."""

    service: str
    story: str
    boundaries: tuple[Boundary, ...]


@dataclass(frozen=True)
class Met:
    """A boundary, and what came of it."""

    chunk: Chunk
    boundary: Boundary
    verdict: Verdict

    @property
    def name(self) -> str:
        return f"{self.chunk.service}/{self.chunk.story}/{self.boundary}"


def record(service: str, story: str) -> list[Chunk]:
    """All boundaries of a story, as an undisturbed run meets them."""
    with tempfile.TemporaryDirectory() as scratch, crashing(Path(scratch).resolve(), service) as crash:
        found = crash.record(story)
    return [Chunk(service, story, tuple(found[at : at + CHUNK])) for at in range(0, len(found), CHUNK)]


def meet(chunk: Chunk) -> list[Met]:
    """Die at each boundary of the chunk."""
    with tempfile.TemporaryDirectory() as scratch, crashing(Path(scratch).resolve(), chunk.service) as crash:
        return [Met(chunk, boundary, _met(crash, chunk.story, boundary)) for boundary in chunk.boundaries]


def _met(crash: Crashing, story: str, boundary: Boundary) -> Verdict:
    for _ in range(TRIES):
        try:
            verdict = crash.meet(story, boundary)
        except Exception as error:  # noqa: BLE001 - one proof that could not be made does not keep the others from it
            crash.edits = 0
            return Verdict(reached=False, faults=(repr(error),))
        if verdict.reached or verdict.faults:
            break
    return verdict


def chosen(at: str) -> Chunk:
    service, story, boundary = at.split("/", 2)
    return Chunk(service, story, (Boundary.parse(boundary),))


def main(arguments: Sequence[str] | None = None) -> int:
    """Meet them; the exit code says whether the laws held."""
    asked = parsed(arguments)
    began = time.monotonic()
    workers = ProcessPoolExecutor(asked.workers, mp_context=get_context("spawn"))
    with workers:
        chunks = [chosen(at) for at in asked.at]
        if not chunks:
            recorded = [workers.submit(record, service, story) for story in asked.story for service in asked.service]
            chunks = [chunk for one in recorded for chunk in one.result()]
        all_of_them = sum(len(chunk.boundaries) for chunk in chunks)
        met: list[Met] = []
        for done in as_completed([workers.submit(meet, chunk) for chunk in chunks]):
            met += done.result()
            for one in done.result():
                print(line(one), file=sys.stderr, flush=True)
            minutes = (time.monotonic() - began) / 60
            print(f"{len(met)} of {all_of_them} boundaries, {minutes:.1f} minutes", file=sys.stderr, flush=True)
    return report(met)


def parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make crash")
    parser.add_argument("--at", action="append", default=[], metavar="SERVICE/STORY/PHASE:ACTION:N")
    parser.add_argument("--service", action="append", choices=tuple(SERVICES))
    parser.add_argument("--story", action="append", choices=STORIES)
    parser.add_argument("--workers", type=int, default=max(2, os.cpu_count() or 1))
    asked = parser.parse_args(arguments)
    asked.service, asked.story = asked.service or list(SERVICES), asked.story or list(STORIES)
    return asked


def line(met: Met) -> str:
    verdict = met.verdict
    said = "held" if not verdict.faults else "BROKEN"
    extra = [
        *([] if verdict.reached else ["not reached"]),
        *(["a person was asked"] if verdict.asked else []),
    ]
    told = f"{said:<7} {met.name}{' (' + ', '.join(extra) + ')' if extra else ''}"
    return "\n  ".join([told, *verdict.faults])


def report(met: Iterable[Met]) -> int:
    """Print the table, and what broke with the command that repeats it."""
    met = list(met)
    columns = ("boundaries", "reached", "held", "asked")
    print(f"{'killed at':<16}{''.join(f'{column:>12}' for column in columns)}")
    for chunk in sorted({(one.chunk.service, one.chunk.story) for one in met}):
        verdicts = [one.verdict for one in met if (one.chunk.service, one.chunk.story) == chunk]
        counts = (
            len(verdicts),
            sum(one.reached for one in verdicts),
            sum(not one.faults for one in verdicts),
            sum(one.asked for one in verdicts),
        )
        print(f"{'/'.join(chunk):<16}{''.join(f'{count:>12}' for count in counts)}")
    broken = [one for one in met if one.verdict.faults]
    for one in broken:
        print(f"broken; again: make crash AT={one.name}")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
