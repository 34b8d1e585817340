"""What is taken over, written down: a campaign file, or a Pulumi program in Python. Pure: text out, nothing read."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from reelstack.cli.takeover import Cut, Film, Taken
from reelstack.errors import ConfigError
from reelstack.models.output import check_size

UNKNOWN_SIZE = (1280, 720)
WIDTH = 100
HEAD = (
    "Taken over by `reelstack adopt` from {site}: what is there is adopted, and nothing is rendered.",
    "What is adopted is kept in the end, unless `on_delete` is `delete`.",
)
_BARE = re.compile(r"[a-z][a-z0-9-]*")
_WORDS = ("true", "false", "null", "yes", "no", "on", "off")
_UNPRINTED = {code: f"\\u{code:04x}" for code in (*range(0x7F, 0xA0), 0x2028, 0x2029, 0xFEFF)}


@dataclass(frozen=True)
class Written:
    """A file's text, and what stands in other files beside it, by their names."""

    text: str
    beside: Mapping[str, str]


def campaign(taken: Taken, name: str, stem: str | None) -> Written:
    """A campaign file. With a `stem` timelines are JSON files of that name beside it, else they stand in place.

    Raises ConfigError for what no campaign can say.
    """
    _require_sayable(taken)
    beside: dict[str, str] = {}
    lines = [*(f"# {line.format(site=taken.site)}" for line in HEAD), f"campaign: {_text(name)}"]
    sources = {cut.name: cut.asset[0] for cut in taken.cuts if cut.asset}
    lines += ["sources:" if sources else "sources: {}"]
    lines += [f"  {_key(source)}: {{media: {_text(asset)}}}" for source, asset in sources.items()]
    lines += ["projects:"]
    for cut in taken.cuts:
        lines += _project(cut, stem, beside, without_projects=taken.site.service == "huawei")
    lines += ["videos:"]
    for film in taken.films:
        lines += _video(film, without_titles=taken.site.service == "huawei")
    return Written("\n".join(lines) + "\n", beside)


def _require_sayable(taken: Taken) -> None:
    other = "Write it as a program: --format python."
    made = {film.cut for film in taken.films}
    for cut in taken.cuts:
        if cut.template:
            raise ConfigError(
                f"project {cut.adopt_id} is made from a template, which a campaign cannot say.", hint=other
            )
        if cut.name not in made:
            raise ConfigError(
                f"of project {cut.adopt_id} no video is adopted, and a campaign would render one.",
                hint=f"Give the id of a video of it as well. {other}",
            )
    for film in taken.films:
        if film.size is None:
            continue
        try:
            check_size(*film.size)
        except ValueError as error:
            raise ConfigError(f"video {film.adopt_id}: {error}: a campaign cannot say it.", hint=other) from error
        if any(side % 2 for side in film.size):
            raise ConfigError(f"video {film.adopt_id} has an odd size, which a campaign cannot say.", hint=other)


def _project(cut: Cut, stem: str | None, beside: dict[str, str], *, without_projects: bool) -> Iterator[str]:
    yield from (f"  # {remark}" for remark in cut.remarks if remark)
    yield f"  {_key(cut.name)}:"
    yield f"    title: {_text(cut.title)}"
    if cut.description:
        yield f"    description: {_text(cut.description)}"
    if cut.asset:
        yield f"    video: [{{clip: {_key(cut.name)}, in: 0, out: {cut.asset[1]:g}}}]"
    elif stem is None:
        yield f"    timeline: {json.dumps(cut.timeline, ensure_ascii=False).translate(_UNPRINTED)}"
    else:
        file = f"{stem}-{cut.name}.json"
        beside[file] = json.dumps(cut.timeline, ensure_ascii=False, indent=2) + "\n"
        yield f"    timeline: {_text(file)}"
    if cut.adopt_id and not without_projects:
        yield f"    adopt_id: {_text(cut.adopt_id)}"


def _video(film: Film, *, without_titles: bool) -> Iterator[str]:
    width, height = film.size or UNKNOWN_SIZE
    yield from (f"  # {remark}" for remark in film.remarks)
    yield f"  {_key(film.name)}:"
    yield f"    project: {_key(film.cut)}"
    yield f"    size: {width}x{height}"
    if not without_titles:
        yield f"    title: {_text(film.title)}"
    yield f"    adopt_id: {_text(film.adopt_id)}"


def _key(name: str) -> str:
    """A name as YAML reads it back: bare, unless it could be taken for a number or a truth."""
    return name if _BARE.fullmatch(name) and name not in _WORDS else _text(name)


def _text(value: str) -> str:
    """A text as YAML reads it back, whatever is in it."""
    return json.dumps(value, ensure_ascii=False).translate(_UNPRINTED)


def program(taken: Taken) -> Written:
    """A Pulumi program in Python."""
    used = _imports(taken)
    first, second = (line.format(site=taken.site) for line in HEAD)
    lines = [f'"""{first}', "", second, '"""']
    lines += ["", "import pulumi", f"from reelstack import {', '.join(used)}"] if taken.films else []
    lines += [] if taken.films else ["", f"from reelstack import {', '.join(used)}"]
    variables = {cut.name: f"cut_{number}" for number, cut in enumerate(taken.cuts, 1)}
    huawei = taken.site.service == "huawei"
    for cut in taken.cuts if not huawei else ():
        lines += [
            "",
            *_remarks(cut.remarks),
            f"{variables[cut.name]} = {_call('EditingProject', cut.name, _facts(cut))}",
        ]
    for number, film in enumerate(taken.films, 1):
        cut = next(one for one in taken.cuts if one.name == film.cut)
        remarks = (*(cut.remarks if huawei else ()), *film.remarks)
        lines += ["", *_remarks(remarks)]
        lines += [f"video_{number} = {_task(film, cut) if huawei else _job(film, variables[cut.name])}"]
    if taken.films:
        videos = ", ".join(f"{film.name!r}: video_{number}" for number, film in enumerate(taken.films, 1))
        lines += ["", f"ready = Delivery({'adopted'!r}, DeliveryArgs({{{videos}}}))"]
        lines += ['pulumi.export("videos", ready.videos)']
    return Written("\n".join(lines) + "\n", {})


def _imports(taken: Taken) -> list[str]:
    made = ["VodEditTask"] if taken.site.service == "huawei" else ["EditingProject", "ProduceJob"]
    made = made if taken.films else ["EditingProject"]
    made += ["Delivery"] if taken.films else []
    return sorted(name for one in made for name in (one, f"{one}Args"))


def _remarks(remarks: tuple[str, ...]) -> list[str]:
    return [f"# {remark}" for remark in remarks if remark]


def _facts(cut: Cut) -> dict[str, Any]:
    facts: dict[str, Any] = {"title": cut.title}
    if cut.description:
        facts["description"] = cut.description
    if cut.asset:
        clip = {"MediaId": cut.asset[0], "In": 0, "Out": cut.asset[1]}
        facts["timeline"] = {"VideoTracks": [{"VideoTrackClips": [clip]}]}
    else:
        facts |= cut.template or {"timeline": cut.timeline}
    return facts | ({"adopt_id": cut.adopt_id} if cut.adopt_id else {})


def _job(film: Film, project: str) -> str:
    facts: dict[str, Any] = {"project": _Name(project)}
    if film.size:
        facts["output"] = dict(zip(("width", "height"), film.size, strict=True))
    return _call("ProduceJob", film.name, {**facts, "title": film.title, "adopt_id": film.adopt_id})


def _task(film: Film, cut: Cut) -> str:
    asset, seconds = cut.asset or ("", 1.0)
    width, height = film.size or UNKNOWN_SIZE
    facts = {
        "inputs": [{"asset_id": asset, "start": 0, "end": seconds}],
        "settings": {"format": "MP4", "width": width, "height": height, "codec": "h264"},
        "adopt_id": film.adopt_id,
    }
    return _call("VodEditTask", film.name, facts)


class _Name(str):
    """A variable's name, which is printed bare."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


def _call(kind: str, name: str, facts: Mapping[str, Any]) -> str:
    given = "".join(f"        {key}={_literal(value, 8)},\n" for key, value in facts.items())
    return f"{kind}(\n    {name!r},\n    {kind}Args(\n{given}    ),\n)"


def _literal(value: Any, indent: int) -> str:
    """A JSON value as Python writes it: on one line where it fits, else an entry a line."""
    whole = repr(value)
    if len(whole) + indent <= WIDTH or not isinstance(value, Mapping | list):
        return whole
    inner = " " * (indent + 4)
    if isinstance(value, Mapping):
        entries = [f"{key!r}: {_literal(held, indent + 4)}" for key, held in value.items()]
    else:
        entries = [_literal(held, indent + 4) for held in value]
    opening, closing = "{}" if isinstance(value, Mapping) else "[]"
    return "\n".join([opening, *(f"{inner}{entry}," for entry in entries), " " * indent + closing])
