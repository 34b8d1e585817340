"""The child process that renders one job: `python -m reelstack.emulator.render JOB.json`.

Started by the worker, one at a time; it lowers its own priority. It speaks JSON lines on its output: progress, notes,
and at last the result (exit status 0) or the error with the service's failure code (exit status 1). Ending it with
SIGTERM leaves no half-written file.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from reelstack.emulator.render import cover, cuts, plan, stills, synthesise
from reelstack.emulator.render.encode import Result, encode
from reelstack.emulator.render.model import MediaFacts, RenderPlan, TimelineError
from reelstack.emulator.render.picture import Material
from reelstack.emulator.render.probe import probe

Say = Callable[[dict[str, object]], None]
NICENESS = 10
TERMINATED = 128 + signal.SIGTERM


def render(job: dict[str, Any], say: Say) -> Result:
    """Render one job, the content of a JOB.json. Raises TimelineError."""
    materials = {name: _material(Path(path)) for name, path in job.get("materials", {}).items()}
    facts = {name: material.facts for name, material in materials.items()}
    made = _plan(job, facts)
    for note in made.notes:
        say({"note": note})
    progress = _whole_percents(say)
    result = encode(
        made,
        materials,
        Path(job["target"]),
        preset=job.get("preset") or "veryfast",
        progress=progress,
        note=lambda note: say({"note": note}),
    )
    if job.get("cover"):
        cover.write(Path(job["target"]), Path(job["cover"]["target"]), at=job["cover"]["at"])
    return result


def frames(job: dict[str, Any]) -> dict[str, str]:
    """Draw single pictures, the files by second. Stand-ins are made for this one time, beside the job."""
    folder = Path(job["target"])
    files = {name: Path(path) for name, path in job["materials"].items()}
    for index, (name, recipe) in enumerate(job["stand_ins"].items()):
        files[name] = folder / f"stand-in-{index}.{'png' if recipe['kind'] == 'image' else 'mp4'}"
        synthesise.synthesise(files[name], **recipe)
    materials = {name: _material(path) for name, path in files.items()}
    output = {**job["output"], "Video": {"Fps": float(stills.PER_SECOND)}}
    made = plan.make(job["timeline"], output, {name: material.facts for name, material in materials.items()})
    names: dict[str, str] = {}
    for second, picture in stills.draw(made, materials, job["at"]).items():
        names[f"{second:g}"] = f"{len(names)}.jpg"
        (folder / names[f"{second:g}"]).write_bytes(picture)
    return names


def _plan(job: dict[str, Any], facts: dict[str, MediaFacts]) -> RenderPlan:
    if job.get("form") == "cuts":
        return cuts.make(job["timeline"]["inputs"], job["output"], facts)
    made = plan.make(job["timeline"], job.get("output") or {}, facts)
    return plan.named(made, Path(job["target"]).suffix)


def _material(path: Path) -> Material:
    return Material(path, probe(path))


def _whole_percents(say: Say) -> Callable[[int], None]:
    """Pass progress on when it changes."""
    last = -1

    def progress(percent: int) -> None:
        nonlocal last
        if percent != last:
            last = percent
            say({"progress": percent})

    return progress


def _print(line: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def _fail(code: str, message: str) -> int:
    _print({"error": {"code": code, "message": message}})
    return 1


def main(arguments: list[str]) -> int:
    """Run the job file named by the only argument; return the exit status."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(TERMINATED))
    os.nice(NICENESS)
    try:
        job = json.loads(Path(arguments[0]).read_text(encoding="utf-8"))
        result = frames(job) if job.get("form") == "frames" else asdict(render(job, _print))
    except TimelineError as error:
        return _fail(error.code, error.message)
    except Exception as error:  # noqa: BLE001 - whatever happens, the parent gets its last line
        return _fail("InternalError", f"the renderer failed: {type(error).__name__}: {error}")
    _print({"result": result})
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
