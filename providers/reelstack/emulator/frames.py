"""Pictures of a timeline at given seconds, for the control room: nothing is submitted, kept or changed.

The timeline may be a stranger's. Only media that were registered are opened, by their id or their address in the local
cloud's own store; in place of all others stands a labelled test picture that exists for this one look. The child that
draws gets a folder of its own and a minute.
"""

from __future__ import annotations

import base64
import json
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from reelstack.emulator import stand_ins, timeline
from reelstack.emulator.ims import supply
from reelstack.emulator.ims.state import Desk
from reelstack.emulator.objects import Name, ObjectNameError, from_oss_url
from reelstack.emulator.timeline import Use
from reelstack.emulator.worker import PLAYLIST, Programs

MOST = 8
LATEST = 300.0
SECONDS = 60.0
_STAND_IN = (640, 360)
_SIDES = range(128, 4097)


class FramesError(ValueError):
    """What was asked for cannot be drawn; the message says why."""


@dataclass(frozen=True)
class Order:
    """What the child draws: a whole JOB.json but for the folder."""

    timeline: dict[str, Any]
    output: dict[str, Any]
    at: tuple[float, ...]
    materials: dict[str, str]
    stand_ins: dict[str, dict[str, Any]]


def order(desk: Desk, given: Mapping[str, Any]) -> Order:
    """What is asked for, with the files that may be opened. Raises FramesError, and ApiError for a bad timeline."""
    content = given.get("timeline")
    if not isinstance(content, dict):
        raise FramesError("timeline: an object is needed")
    # Sound is not seen, and nothing of it need be opened.
    seen = {key: value for key, value in content.items() if key != "AudioTracks"}
    uses = stand_ins.merged(timeline.check(seen))
    supply.check_addresses(desk, seen)
    files = {ref: path for ref, use in uses.items() if (path := _registered(desk, use)) is not None}
    missing = {ref: _recipe(use) for ref, use in uses.items() if ref not in files}
    return Order(seen, _output(given), _at(given), files, missing)


def draw(wanted: Order, programs: Programs | None = None) -> dict[str, Any]:
    """The pictures, as JPEG in base64 by second, and the materials that are stand-ins. Raises FramesError."""
    with tempfile.TemporaryDirectory(prefix="reelstack-frames-") as folder:
        job = Path(folder) / "job.json"
        job.write_text(json.dumps({"form": "frames", **asdict(wanted), "target": folder}), encoding="utf-8")
        said = _last_line([*(programs or Programs()).render, str(job)])
        if "error" in said:
            raise FramesError(str(said["error"]["message"]))
        pictures = {second: Path(folder, name).read_bytes() for second, name in said["result"].items()}
    shown = {second: base64.b64encode(picture).decode() for second, picture in pictures.items()}
    return {"frames": shown, "stand_ins": sorted(wanted.stand_ins)}


def _last_line(command: list[str]) -> dict[str, Any]:
    try:
        done = subprocess.run(  # noqa: S603 - our own module, in our own interpreter
            command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise FramesError(f"drawing took longer than {SECONDS:g} s") from error
    lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
    if not lines:
        raise FramesError(f"the renderer ended with {done.returncode}")
    return dict(json.loads(lines[-1]))


def _registered(desk: Desk, use: Use) -> str | None:
    """The file behind a material that somebody registered; None for everything else."""
    if use.is_url:
        try:
            name = from_oss_url(use.ref, desk.region)
        except ObjectNameError:
            return None
        is_ours = desk.objects.exists(name) and desk.sources.get(name) is None
    else:
        known = desk.media.get(use.ref)
        if known is None or known.deleted or known.synthesised:
            return None
        name, is_ours = Name.parse(known.object), True
    path = desk.objects.path(name)
    return str(path) if is_ours and path.is_file() and path.suffix != PLAYLIST else None


def _recipe(use: Use) -> dict[str, Any]:
    width, height = _STAND_IN
    duration = min(LATEST, max(10.0, use.until))
    return {"kind": use.kind, "label": use.ref, "duration": duration, "width": width, "height": height}


def _output(given: Mapping[str, Any]) -> dict[str, Any]:
    sides = {name: given.get(name) for name in ("width", "height")}
    if not all(isinstance(side, int) and side in _SIDES for side in sides.values()):
        raise FramesError(f"width and height: {_SIDES.start} to {_SIDES.stop - 1} pixels are needed")
    return {"Width": sides["width"], "Height": sides["height"]}


def _at(given: Mapping[str, Any]) -> tuple[float, ...]:
    found = given.get("at")
    if not isinstance(found, list) or not 0 < len(found) <= MOST:
        raise FramesError(f"at: 1 to {MOST} seconds are needed")
    for second in found:
        if isinstance(second, bool) or not isinstance(second, int | float) or not 0 <= second <= LATEST:
            raise FramesError(f"at: {str(second)[:40]} is no second from 0 to {LATEST:g}")
    return tuple(float(second) for second in found)
