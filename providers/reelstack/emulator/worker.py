"""The render worker: a thread that takes productions one at a time and has a child process render each.

The child is `python -m reelstack.emulator.render JOB.json`, at low priority; it answers in JSON lines. It renders to
a temporary file that is moved to its place when the job is done, so a killed process leaves no half video behind.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reelstack.emulator import sources
from reelstack.emulator.facts import Facts, kind_of
from reelstack.emulator.lifecycle import Lifecycle, Production
from reelstack.emulator.objects import Name, ObjectNameError, Objects

log = logging.getLogger(__name__)

NICENESS = 10
LONGEST_SECONDS = 3600.0
PLAYLIST = ".m3u8"
_GRACE_SECONDS = 5.0
_COVER = "cover.jpg"


@dataclass(frozen=True)
class Programs:
    """The commands of the child processes; each gets the path of its job as the last argument.

    -P: the folder in which the user happens to stand must not shadow the standard library.
    """

    render: tuple[str, ...] = (sys.executable, "-P", "-m", "reelstack.emulator.render")
    synthesise: tuple[str, ...] = (sys.executable, "-P", "-m", "reelstack.emulator.sources")


class RenderError(Exception):
    """A render that ended badly, with the cloud's code for it."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class Worker:
    """One render at a time. `wake` starts the thread when there is work; `stop` ends it and its child."""

    def __init__(
        self, lifecycle: Lifecycle, made: sources.Sources, objects: Objects, scratch: Path, programs: Programs
    ) -> None:
        self._lifecycle = lifecycle
        self._sources = made
        self._objects = objects
        self._scratch = scratch
        self._programs = programs
        self._lock = threading.Condition()
        self._work = False
        self._idle = True
        self._stopping = False
        self._thread: threading.Thread | None = None
        self._child: subprocess.Popen[str] | None = None
        shutil.rmtree(scratch, ignore_errors=True)  # what a killed process left
        scratch.mkdir(parents=True)

    def wake(self) -> None:
        """There may be something to render."""
        with self._lock:
            self._work, self._idle = True, False
            self._lock.notify_all()
            if self._thread is None and not self._stopping:
                self._thread = threading.Thread(target=self._run, name="render", daemon=True)
                self._thread.start()

    def abandon(self) -> None:
        """End the render in hand; its production is gone."""
        with self._lock:
            if self._child:
                self._child.terminate()

    def stop(self) -> None:
        """End the render in hand and the thread. What was not finished is rendered at the next start."""
        with self._lock:
            self._stopping = True
            self._lock.notify_all()
            thread, child = self._thread, self._child
        if child:
            child.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(_GRACE_SECONDS)
            child.kill()
        if thread:
            thread.join()

    def _run(self) -> None:
        while self._wait():
            while not self._stopping and (production := self._lifecycle.take()):
                self._render(production)

    def wait_until_idle(self, seconds: float) -> bool:
        """Wait until there is nothing left to render; false when that takes longer."""
        with self._lock:
            return self._lock.wait_for(lambda: self._idle, seconds)

    def _wait(self) -> bool:
        with self._lock:
            self._idle = not self._work
            self._lock.notify_all()
            self._lock.wait_for(lambda: self._work or self._stopping)
            self._work = False
            return not self._stopping

    def _render(self, production: Production) -> None:
        notes = list(production.notes)
        try:
            with tempfile.TemporaryDirectory(dir=self._scratch, prefix=production.id[:8]) as folder:
                self._produce(production, Path(folder), notes)
        except RenderError as failure:
            if not self._stopping:  # a render that we ended ourselves has not failed
                self._lifecycle.fail(production.id, failure.code, failure.message, tuple(notes))
        except Exception as error:  # the thread must outlive any single job
            log.exception("rendering %s", production.id)
            self._lifecycle.fail(production.id, "InternalError", f"The local cloud failed: {error}", tuple(notes))

    def _produce(self, production: Production, folder: Path, notes: list[str]) -> None:
        if production.doom:
            raise RenderError(*production.doom[:2])
        name = Name.parse(production.object)
        try:
            place = self._objects.prepare(name)
        except ObjectNameError as error:
            raise RenderError("InvalidParameter", str(error)) from error
        output = folder / "output"
        output.mkdir()
        target = output / place.name
        notes += [f"{ref} was never registered: a stand-in is seen or heard" for ref in self._stand_ins(production)]
        job = {
            "form": production.form,
            "timeline": production.timeline,
            "output": production.output,
            "materials": {
                ref: str(self._material(ref, Name.parse(o), folder)) for ref, o in production.materials.items()
            },
            "target": str(target),
            "preset": self._lifecycle.settings.preset,
            "cover": {"target": str(folder / _COVER), "at": production.cover_at} if production.cover else None,
        }
        result = self._converse(production, _written(folder / "job.json", json.dumps(job)), notes)
        if not target.is_file():
            raise RenderError("InternalError", "The renderer ended well but left no file.")
        facts = Facts(
            kind="audio" if result.get("width") == 0 else kind_of(name.key) or "video",
            duration=float(result["duration"]),
            width=int(result.get("width") or 0),
            height=int(result.get("height") or 0),
            fps=float(result.get("fps") or 0),
            has_audio=bool(result.get("has_audio", True)),
            size=int(result.get("size") or target.stat().st_size),
            bitrate=float(result.get("bitrate") or 0),
            format=place.suffix.removeprefix("."),
            codec=str(result.get("codec") or ""),
            audio_codec=str(result.get("audio_codec") or ""),
        )
        self._lifecycle.succeed(
            production.id, facts, tuple(notes), lambda: self._place(production, target, folder / _COVER)
        )

    def _place(self, production: Production, target: Path, cover: Path) -> None:
        _move(target, self._objects.path(Name.parse(production.object)))
        if cover.is_file():
            cover.replace(self._objects.prepare(Name.parse(production.cover)))

    def _stand_ins(self, production: Production) -> list[str]:
        return [ref for ref, o in production.materials.items() if self._sources.get(Name.parse(o))]

    def _material(self, ref: str, name: Name, folder: Path) -> Path:
        path = self._objects.path(name)
        if path.suffix == PLAYLIST:
            path = _joined(path, folder / f"{path.parent.name}.ts")
        source = self._sources.to_make(name)
        if source:
            fresh = folder / f"source{path.suffix}"
            recipe = _written(folder / "recipe.json", sources.recipe(source, fresh))
            with contextlib.closing(self._lines(self._programs.synthesise, recipe)) as lines:
                for _ in lines:
                    pass
            fresh.replace(self._objects.prepare(name))
            self._sources.made(source)
        if not path.is_file():
            raise RenderError("InvalidMaterial.NotFound", f"The material {ref} is not found: there is no file for it.")
        return path

    def _converse(self, production: Production, job: Path, notes: list[str]) -> dict[str, Any]:
        result: dict[str, Any] | None = None
        with contextlib.closing(self._lines(self._programs.render, job)) as lines:
            for line in lines:
                if "error" in line:
                    raise RenderError(str(line["error"]["code"]), str(line["error"]["message"]))
                if "note" in line:
                    notes.append(str(line["note"]))
                if "progress" in line and not self._lifecycle.report(production.id, int(line["progress"])):
                    raise RenderError("InternalError", "nobody waits for this render")
                result = line.get("result", result)
        if result is None:
            raise RenderError("InternalError", "The renderer said nothing of a result.")
        return result

    def _lines(self, program: tuple[str, ...], argument: Path) -> Generator[dict[str, Any]]:
        """What the child says, line by line. `RenderError` when it ends badly without saying why."""
        errors = argument.with_suffix(".err")
        with errors.open("w") as stderr:
            child = self._start([*program, str(argument)], stderr)
        watchdog = threading.Timer(LONGEST_SECONDS, child.kill)
        watchdog.start()
        try:
            assert child.stdout is not None
            for text in child.stdout:
                if text.startswith("{"):
                    yield json.loads(text)
            code = child.wait()
        finally:
            watchdog.cancel()
            self._end(child)
        if code:
            said = errors.read_text(errors="replace").strip()
            log.error("%s ended with %s: %s", " ".join(program), code, said)
            last = said.splitlines()[-1] if said else "it said nothing"
            raise RenderError("InternalError", f"{Path(program[-1]).name} ended with {code}: {last}")

    def _start(self, command: list[str], stderr: Any) -> subprocess.Popen[str]:
        with self._lock:
            if self._stopping:
                raise RenderError("InternalError", "the local cloud is stopping")
            child = subprocess.Popen(  # noqa: S603 - our own module, in our own interpreter
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=stderr,
                text=True,
                start_new_session=True,  # a Ctrl+C in the terminal is for us; we end the child ourselves
            )
            self._child = child
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, child.pid, NICENESS)
        return child

    def _end(self, child: subprocess.Popen[str]) -> None:
        with self._lock:
            self._child = None
        if child.poll() is None:
            child.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(_GRACE_SECONDS)
            child.kill()
            child.wait()
        if child.stdout:
            child.stdout.close()


def _move(target: Path, place: Path) -> None:
    """The output to its place, and before it the segments that it names."""
    for segment in list(target.parent.iterdir()):
        if segment != target:
            segment.replace(place.with_name(segment.name))
    target.replace(place)


def _joined(playlist: Path, target: Path) -> Path:
    """The segments of a playlist of ours as one file, which transport streams allow."""
    written = playlist.read_text(encoding="utf-8", errors="replace") if playlist.is_file() else ""
    if not written.startswith("#EXTM3U"):
        return playlist
    with target.open("wb") as whole:
        for line in written.splitlines():
            segment = playlist.with_name(Path(line).name) if line and not line.startswith("#") else None
            if segment and segment.is_file():
                whole.write(segment.read_bytes())
    return target


def _written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path
