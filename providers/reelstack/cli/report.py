"""What is printed after a run: the videos with their ids and files, outputs, and JSON for programs."""

from __future__ import annotations

import dataclasses
import json
import math
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from reelstack import engine
from reelstack.cli import changes, local_cloud
from reelstack.engine.events import Diagnostic, Event, OutputsKnown, Result, StepFinished, StepStarted
from reelstack.reconcile import timeline_words

KILO = 1000
_NUMBERS = ("duration", "width", "height", "size")


def deployed(published: Mapping[str, Any], project: Path, console: Console) -> None:
    """What a run has brought: the videos where there are such, else whatever the program exports."""
    finished = published.get("videos")
    if isinstance(finished, Mapping) and finished and all(map(_is_video, finished.values())):
        videos(finished, project, console)
    elif published:
        console.print()
        outputs(published, console)


def _is_video(facts: object) -> bool:
    """Whether these can be a video's facts: any program may export what it calls `videos`."""
    return isinstance(facts, Mapping) and all(isinstance(facts.get(key, 0), int | float) for key in _NUMBERS)


def videos(finished: Mapping[str, Any], project: Path, console: Console) -> None:
    """Each finished video: its ids, duration, shape, size, and where it can be seen."""
    local = local_cloud.files(project, {name: facts.get("media_id", "") for name, facts in finished.items()})
    console.print()
    for name, facts in sorted(finished.items()):
        console.print(Text.assemble((name, "bold"), f"  {shape(facts)}"))
        where = local.get(name) or facts.get("url", "")
        rows = (("project", "project_id"), ("job", "job_id"), ("media", "media_id"))
        for label, key in rows:
            if key in facts:  # Huawei Cloud has no projects
                console.print(f"  {label:<8}{facts[key]}", highlight=False, markup=False, soft_wrap=True)
        console.print(f"  {'file':<8}{where}", highlight=False, markup=False, soft_wrap=True)


def shape(facts: Mapping[str, Any]) -> str:
    """`6.9 s  1280x720  1.4 MB`, as far as it is known."""
    parts = []
    if "duration" in facts:
        parts.append(f"{facts['duration']:.2f} s")
    if "width" in facts and "height" in facts:
        parts.append(f"{facts['width']:.0f}x{facts['height']:.0f}")
    if "size" in facts:
        parts.append(size(facts["size"]))
    return "  ".join(parts)


def size(count: float) -> str:
    """A number of bytes for a person."""
    for unit in ("bytes", "kB", "MB"):
        if count < KILO:
            return f"{count:.0f} {unit}" if unit == "bytes" else f"{count:.1f} {unit}"
        count /= KILO
    return f"{count:.1f} GB"


def outputs(values: object, console: Console) -> None:
    """Outputs for a person: one line per value, nested ones below their name."""
    if not isinstance(values, Mapping):
        console.print(values, markup=False, highlight=False, soft_wrap=True)
        return
    leaves = _leaves(values)
    width = max((len(path) for path, _ in leaves), default=0)
    for path, value in leaves:
        console.print(f"{path:<{width}}  {value}", markup=False, highlight=False, soft_wrap=True)
    if not leaves:
        console.print("The stack has no outputs.")


def _leaves(values: Mapping[str, Any], prefix: str = "") -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for key, value in values.items():
        path = f"{prefix}.{key}" if prefix else key
        found += _leaves(value, path) if isinstance(value, Mapping) and value else [(path, value)]
    return found


def _cut(step: StepFinished) -> dict[str, object]:
    """What changes in a timeline, in words, and which seconds of the video."""
    found = changes.of_timeline(step)
    if found is None:
        return {}
    told = {
        "summary": timeline_words.summary(found),
        "changes": [timeline_words.line(change) for change in found.changes],
    }
    return {"timeline": {**told, "seconds": found.affected, "sure": found.sure}}


def json_text(value: Any, indent: int | None = None) -> str:
    """A value as JSON. A program may export what JSON has no number for: that is told by its name, `"NaN"` say."""
    return json.dumps(_with_numbers_named(value), indent=indent, ensure_ascii=False, allow_nan=False)


def _with_numbers_named(value: Any) -> Any:
    match value:
        case Mapping():
            return {key: _with_numbers_named(one) for key, one in value.items()}
        case list() | tuple():
            return [_with_numbers_named(one) for one in value]
        case float() if not math.isfinite(value):
            return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
        case _:
            return value


def as_json(request: engine.Request, result: Result) -> None:
    """The whole result as one JSON document on standard output."""
    sys.stdout.write(json_text(_document(request, result), indent=2) + "\n")


def event_line(event: Event) -> None:
    """One event as a line of JSON, at once."""
    words = {StepFinished: "finished", StepStarted: "started", Diagnostic: "diagnostic", OutputsKnown: "outputs"}
    found = {key: value for key, value in dataclasses.asdict(event).items() if value not in ("", (), {})}
    _line({"event": words[type(event)], **found})


def result_line(request: engine.Request, result: Result) -> None:
    """The result as the last line."""
    _line({"event": "result", **_document(request, result)})


def _line(document: Mapping[str, Any]) -> None:
    sys.stdout.write(json_text(document) + "\n")
    sys.stdout.flush()


def _document(request: engine.Request, result: Result) -> dict[str, Any]:
    steps = [
        {
            "op": step.op,
            "urn": step.urn,
            "ok": step.ok,
            **({"diff": list(step.diff_keys)} if step.diff_keys else {}),
            **({"replace": list(step.replace_keys)} if step.replace_keys else {}),
            **_cut(step),
            **({"apart": apart} if (apart := changes.apart(step)) else {}),
            **({"error": step.error} if step.error else {}),
        }
        for step in result.steps
    ]
    return {
        "operation": request.operation,
        "stack": request.stack,
        "exit_code": result.exit_code,
        "summary": result.summary,
        "steps": steps,
        "errors": list(result.errors),
        "outputs": result.outputs,
        "seconds": round(result.duration, 3),
    }
