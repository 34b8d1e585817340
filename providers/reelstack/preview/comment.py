"""The plan as Markdown for a pull request: a marker, one line of counts, the bill, what is lost, tables, cuts in folds.

Two laws. Text of users stands only inside `<code>`, every character of it that means something to Markdown, HTML or a
forge written as a number, or inside a fence that it cannot close: so it mentions nobody, links nothing, closes
nothing. And the comment is never longer than asked: whole sections are left out from the end, the summary stays, and
what is left out is said.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from reelstack.preview import words
from reelstack.preview.plan import SIGNS, Fate, Plan, ProjectPlan, VideoPlan

LIMIT = 65_536
"""Characters of a comment on GitHub, the smallest of the forges."""
LEAST = 16_000
"""The shortest limit in which the summary always has room."""
NOTHING_LINES = 2
"""How many lines a comment has that says that nothing changes: the marker and one."""
MOST_NAMED = 12
_NAMES = 1_500  # characters for the names of what is lost
_SPARE = 600  # for what is said of what is left out
_PLAIN = re.compile(r"[^A-Za-z0-9 (),/\u00a1-\U0010ffff-]")
_DIFF = {"~": "!", ">": " "}


@dataclass(frozen=True)
class Pictures:
    """Where the pictures of a cut are found: of its timeline, and of its frames as (second, before, after)."""

    timeline: str | None = None
    frames: tuple[tuple[float, str | None, str | None], ...] = ()


Picture = Callable[[ProjectPlan], Pictures]


def marker(project: str, stack: str) -> str:
    """The hidden first line by which the comment of this project and stack is found again."""
    names = (quote(name, safe="").replace("-", "%2D") for name in (project, stack))
    return "<!-- reelstack:review project={} stack={} -->".format(*names)


def render(plan: Plan, *, limit: int = LIMIT, picture: Picture = lambda _: Pictures()) -> str:
    """The comment. `picture` gives the addresses of a project's pictures, where there are some."""
    limit = max(limit, LEAST)
    head = [marker(plan.project, plan.stack)]
    if not plan and not plan.drift:
        return f"{head[0]}\n**Reelstack{_in_stack(plan)}**: no changes\n"
    head += [f"### Reelstack{_in_stack(plan)}: {words.headline(plan)}", ""]
    head += [f"**If this is deployed:** {words.bill(plan.bill)}.", ""] if plan and not plan.is_untold else []
    head += _lost(plan)
    head += [f"> ⚠️ {code(one)}\n" for one in plan.warnings]
    foot = _foot(plan)
    whole = _Whole("\n".join(head), foot, limit - _SPARE)
    if plan.drift:
        whole.add([_drift(plan)], "the drift")
    whole.table(_TABLE, [_row(video) for video in plan.videos])
    whole.add([_section(one, picture(one)) for one in plan.projects], "{} of the cuts")
    return whole.text()


def code(text: str) -> str:
    """User text that shows as it is and means nothing to Markdown, HTML or the forge."""
    return f"<code>{escape(text)}</code>"


def escape(text: str) -> str:
    """Everything that may mean something as a number: all but letters, digits, spaces and a few that are harmless."""
    return _PLAIN.sub(lambda found: f"&#{ord(found[0])};", text)


class _Whole:
    """A comment that grows section by section while there is room."""

    def __init__(self, head: str, foot: str, room: int) -> None:
        self._parts = [head]
        self._foot = foot
        self._left_out: list[str] = []
        self._room = room - _length(head) - _length(foot)

    def table(self, heading: str, rows: Sequence[str]) -> None:
        """Add as many rows as there is room for; at most half of what is left, when cuts are to follow."""
        if not rows:
            return
        kept, room = [heading], self._room * 2 // 3 - _length(heading)
        for row in rows:
            room -= _length(row) + 1
            if room < 0:
                break
            kept.append(row)
        if len(kept) - 1 < len(rows):
            self._left_out.append(f"{len(rows) - len(kept) + 1} of the {len(rows)} videos in the table")
        self._put("\n".join(kept) + "\n")

    def add(self, sections: Sequence[str], what: str) -> None:
        """Add whole sections, in order, each that fits; count the others."""
        missing = 0
        for section in sections:
            if _length(section) + 2 <= self._room:
                self._put(section)
            else:
                missing += 1
        if missing:
            self._left_out.append(what.format(f"{missing}"))

    def text(self) -> str:
        """All of it, with what is left out before the foot."""
        cut = (
            f"⚠️ Left out, as a comment has no room for it: {' and '.join(self._left_out)}. `reelstack diff` shows all."
        )
        return "\n".join([*self._parts, *([cut, ""] if self._left_out else []), self._foot]) + "\n"

    def _put(self, part: str) -> None:
        self._parts.append(part)
        self._room -= _length(part) + 1


_TABLE = "| | Video | Size | Length | Why |\n|---|---|---|---|---|"


def _row(video: VideoPlan) -> str:
    size = words.size(video) + (f" ({video.resolution})" if video.width and video.height else "")
    lost = "no longer declared: **its file is deleted**"
    why = lost if video.fate is Fate.REMOVED else escape(words.why(video))
    fate = f"{SIGNS[video.fate]}&nbsp;{video.fate.value.replace(' ', '&nbsp;')}"
    return f"| {fate} | {code(video.name)} | {size} | {words.length(video)} | {why} |"


def _lost(plan: Plan) -> list[str]:
    """What is destroyed or replaced, where nobody can overlook it."""
    told = (
        (Fate.REMOVED, "🗑️ **Destroyed:** the files of"),
        (Fate.ANEW, "♻️ **Replaced** when the new file is ready: the files of"),
    )
    lines = []
    for fate, what in told:
        videos = plan.of(fate)
        if videos:
            lines += [f"{what} {_named(videos)}", ""]
    return lines


def _named(videos: Sequence[VideoPlan]) -> str:
    """As many names as there is room for, and how many more there are."""
    named, room = [code(videos[0].name)], _NAMES
    for video in videos[1:MOST_NAMED]:
        room -= len(named[-1])
        if room < len(code(video.name)):
            break
        named.append(code(video.name))
    rest = len(videos) - len(named)
    return ", ".join(named) + (f" and {rest} more" if rest else "")


def _section(project: ProjectPlan, pictures: Pictures) -> str:
    """One cut, folded: the picture, and the changes in words."""
    fate = "" if project.fate is Fate.CHANGED else f" ({project.fate.value})"
    summary = f"{code(project.name)}{fate}: {project.summary or 'no clips'}"
    drawn = f"![the timeline before and after]({pictures.timeline})\n\n" if pictures.timeline else ""
    shots = _shots(pictures) if pictures.frames else ""
    return f"<details><summary>{summary}</summary>\n\n{drawn}{shots}{_fence(project.words)}\n</details>\n"


def _shots(pictures: Pictures) -> str:
    """The frames as a table: a column a second, before above after."""
    head = "".join(f" {words.seconds(at)} |" for at, _, _ in pictures.frames)
    rows = [
        f"| {name} |" + "".join(f" ![{name}]({one})" + " |" if one else " |" for one in found)
        for name, found in (
            ("before", [before for _, before, _ in pictures.frames]),
            ("after", [after for _, _, after in pictures.frames]),
        )
        if any(found)
    ]
    return "\n".join([f"| |{head}", "|---|" + "---|" * len(pictures.frames), *rows]) + "\n\n"


def _fence(lines: Iterable[str]) -> str:
    """Lines in the colours of a diff, between fences longer than any run of backticks in them."""
    told = [_DIFF.get(line[:1], line[:1]) + line[1:] if line[:1] in "+-~>" else f"  {line}" for line in lines]
    longest = max((len(run) for line in told for run in re.findall("`+", line)), default=0)
    ticks = "`" * max(3, longest + 1)
    return "\n".join([f"{ticks}diff", *told, ticks])


def _drift(plan: Plan) -> str:
    """What is deployed and not declared, apart from the change."""
    rest = len(plan.drift) - MOST_NAMED
    lines = [*plan.drift[:MOST_NAMED], *([f"… and {rest} more"] if rest > 0 else [])]
    listed = "\n".join(f"- {code(line)}" for line in lines)
    return (
        f"**Drift, apart from this change:** what is deployed is not what {code(plan.before)} declares.\n\n{listed}\n"
    )


def _foot(plan: Plan) -> str:
    service = f" · service {code(plan.service)}" if plan.service else ""
    sides = f"{code(plan.before)} → {code(plan.after)}"
    return f"<sub>{sides}{service} · {plan.unchanged} unchanged · {words.NOT_A_PRICE}</sub>"


def _in_stack(plan: Plan) -> str:
    return f" {code(f'{plan.project}/{plan.stack}' if plan.stack else plan.project)}"


def _length(text: str) -> int:
    """Characters as a forge counts them at worst: those beyond the first plane as two."""
    return len(text.encode("utf-16-le")) // 2
