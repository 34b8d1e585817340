"""The plan as lines of text, each with the style in which a terminal may show it."""

from __future__ import annotations

from collections.abc import Iterator

from reelstack.preview import words
from reelstack.preview.plan import SIGNS, Fate, Plan, VideoPlan

COLOURS = {
    Fate.NEW: "green",
    Fate.ANEW: "yellow",
    Fate.CHANGED: "yellow",
    Fate.REMOVED: "red",
    Fate.ADOPTED: "cyan",
    Fate.KEPT: "cyan",
    Fate.SAME: "dim",
}
_LINES = {"+": "green", "-": "red", "~": "yellow", ">": "cyan"}

Line = tuple[str, str]


def render(plan: Plan) -> list[Line]:
    """Lines without line ends, each with the name of a Rich style."""
    where = f"{plan.before} → {plan.after}" + (f", stack {plan.stack}" if plan.stack else "")
    if not plan:
        return [(f"{where}: no changes", ""), *_drift(plan)]
    found: list[Line] = [(f"{where}: {words.headline(plan)}", "bold")]
    found += [] if plan.is_untold else [(words.bill(plan.bill), "")]
    found += [(f"warning: {one}", "yellow") for one in plan.warnings]
    found += [("", "")] if plan.videos else []
    width = max((len(video.name) for video in plan.videos), default=0)
    lengths = max((len(words.length(video)) for video in plan.videos), default=0)
    found += [(_video(video, width, lengths), COLOURS[video.fate]) for video in plan.videos]
    for project in plan.projects:
        found += [("", ""), (f"{SIGNS[project.fate]} {project.name}: {project.summary or project.fate.value}", "bold")]
        found += [(f"  {line}", _LINES.get(line[:1], "")) for line in project.words]
    return [*found, *_drift(plan)]


def _video(video: VideoPlan, width: int, lengths: int) -> str:
    sign, name, length = SIGNS[video.fate], video.name.ljust(width), words.length(video).rjust(lengths)
    return f"{sign} {name}  {words.size(video):>9}  {length}  {video.fate.value}: {words.why(video)}"


def _drift(plan: Plan) -> Iterator[Line]:
    if plan.drift:
        yield "", ""
        yield f"Apart from this change, what is deployed is not what {plan.before} declares:", "bold"
        yield from ((f"  {line}", "") for line in plan.drift)
