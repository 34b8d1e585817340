"""Read a campaign file: every fault at once, each with file, line, column and path.

What is sound beside what is faulty is held to all rules as well, so that one mistake hides no other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import takewhile
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from reelstack import redact
from reelstack.campaign import dress, native, pictures
from reelstack.campaign.compile import ducking
from reelstack.campaign.spread import Spread, spread
from reelstack.campaign.written import Written, gather
from reelstack.errors import ConfigError, Fault, ReelstackError, property_path
from reelstack.models.campaign import Campaign, Name, Project, Video, Whole, misfits, overhangs
from reelstack.models.fields import meant

Refused = Callable[[Campaign], list[tuple[str, str]]]
Location = tuple[int | str, ...]

# What is expected, in the words of those who write campaigns, by what the library calls the fault.
_EXPECTED = {
    **dict.fromkeys(("dict_type", "model_type", "model_attributes_type"), "expected a mapping"),
    **dict.fromkeys(("tuple_type", "list_type"), "expected a list"),
    **dict.fromkeys(("bool_type", "bool_parsing"), "expected true or false"),
    **dict.fromkeys(("int_type", "int_parsing", "int_from_float"), "expected a whole number"),
    **dict.fromkeys(("float_type", "float_parsing"), "expected a number"),
    "string_type": "expected a text",
    "string_too_short": "is empty",
    "too_short": "is empty: at least one is needed",
    "none_required": "is not possible here",
}
_INDEX = re.compile(r"\[(\d+)\]")
_LONGEST = 40


def _unducked(campaign: Campaign) -> Iterator[tuple[str, str]]:
    for name, project in campaign.projects.items():
        yield from ((f"projects.{name}.{path}", message) for path, message in ducking.faults(project))


class _Part(Campaign):
    """The sound part of a campaign, of which nothing may be left."""

    projects: dict[Name, Project]
    videos: dict[Name, Video]


def load(file: Path, *, shown_as: str | None = None, refused: Refused = lambda _: []) -> Whole:
    """Read and check one campaign file, and make its variants; raises ConfigError that holds every fault.

    `refused` says, with paths, what the service that it is for cannot do.
    """
    written = gather(file, shown_as or str(file))
    campaign, faults = _checked(written)
    if campaign is not None:
        whole = spread(campaign)
        said = [*misfits(whole.campaign, campaign), *native.faults(whole.campaign), *_unducked(whole.campaign)]
        said += refused(whole.campaign)
        found = [*dress.faults(campaign), *pictures.faults(campaign), *whole.faults, *whole.written(said)]
        faults += [Fault(what, path, written.where(located(path, written.values))) for path, what in found]
    if faults:
        raise ConfigError.of(list(dict.fromkeys(faults)))
    return whole.campaign.model_copy(update={"remarks": tuple(_remarks(whole, written))})


def _remarks(whole: Spread, written: Written) -> Iterator[str]:
    """What is to be said of a sound campaign, by the names that it has in the file: `{cta}`, not each locale's text."""
    for path, said in whole.written(overhangs(whole.campaign)):
        location = located(path, written.values)
        piece: Any = written.values
        for part in location:
            piece = piece[part]
        name = redact.text(" ".join((piece.get("text") or piece["clip"]).split()))
        short = name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…"
        yield str(Fault(f"“{short}” {said}", path, written.where(location)))


def load_all(
    files: Iterable[Path], shown: Callable[[Path], str], refused: Refused = lambda _: []
) -> tuple[list[tuple[Path, Whole]], list[Fault]]:
    """The campaigns that can be read, and every fault of the others; `shown` says how messages call a file."""
    loaded, faults = [], list[Fault]()
    for file in files:
        try:
            loaded.append((file, load(file, shown_as=shown(file), refused=refused)))
        except ReelstackError as error:
            told = error.faults if isinstance(error, ConfigError) else ()
            faults += told or [Fault(str(error), where=shown(file))]
    return loaded, faults


def _checked(written: Written) -> tuple[Campaign | None, list[Fault]]:
    """The campaign, without its faulty parts when there are any, and what is wrong with those."""
    items: list[Any] = []
    try:
        campaign = Campaign.model_validate(written.values)
        if not written.faults:
            return campaign, []
    except ValidationError as error:
        items = _distinct(error.errors())
    faulty = {tuple(item["loc"]) for item in items} | written.broken
    faults = [*written.faults, *(_fault(item, written) for item in items if not _covered(item["loc"], written.broken))]
    if written.lacks:
        return None, faults
    faults += [Fault(what, property_path(at), written.where(at)) for at, what in _strangers(written.values)]
    try:
        return _Part.model_validate(_sound(written.values, faulty)), faults
    except ValidationError:
        return None, faults


def _covered(location: Location, broken: Iterable[Location]) -> bool:
    return any(tuple(location[: len(one)]) == one for one in broken)


def _sound(values: Mapping[str, Any], faulty: Iterable[Location]) -> dict[str, Any]:
    """The campaign without the sources, projects and videos that are faulty, and without what is made of those."""
    kept: dict[str, Any] = {key: dict(_mapping(values.get(key))) for key in ("sources", "projects", "videos")}
    for location in faulty:
        if len(location) > 1 and location[0] in kept:
            kept[str(location[0])].pop(location[1], None)
    lost = {key: set(_mapping(values.get(key))) - set(kept[key]) for key in kept}
    for name, project in list(kept["projects"].items()):
        if any(source in lost["sources"] for _, source in _named(project)):
            del kept["projects"][name]
    for name, video in list(kept["videos"].items()):
        named = {one.get("project") for one in _cut_from(video)} - {None}
        if _mapping(video).get("project") not in kept["projects"] or named & lost["projects"]:
            del kept["videos"][name]
    return {**values, **kept}


def _cut_from(video: object) -> Iterator[Mapping[str, Any]]:
    """What names projects in a video: itself, its lengths, its cells."""
    given = _mapping(video)
    yield given
    for parts in (_mapping(given.get("variants")).get("length"), given.get("cells")):
        yield from (_mapping(one) for one in _mapping(parts).values())


def _strangers(values: Mapping[str, Any]) -> Iterator[tuple[tuple[int | str, ...], str]]:
    """Names of sources and projects that there are not, also in a file that has other faults."""
    sources, projects, videos = (_mapping(values.get(key)) for key in ("sources", "projects", "videos"))
    for name, project in projects.items():
        for location, source in _named(project):
            if source not in sources and "{" not in source:
                there = f"there is no source {source!r}; there are {', '.join(map(str, sources)) or 'none'}"
                yield ("projects", name, *location), there
    for name, video in videos.items():
        named = _mapping(video).get("project")
        if isinstance(named, str) and named not in projects:
            there = f"there is no project {str(named)!r}; there are {', '.join(map(str, projects))}"
            yield ("videos", name, "project"), there


def _named(project: object) -> Iterator[tuple[Location, str]]:
    """The sources that a project names, which may be faulty otherwise."""
    for track in ("video", "insets", "sounds"):
        clips = _mapping(project).get(track)
        for at, clip in enumerate(clips if isinstance(clips, list) else ()):
            source = _mapping(clip).get("clip")
            if isinstance(source, str):
                yield (track, at, "clip"), source
    music = _mapping(_mapping(project).get("music")).get("clip")
    if isinstance(music, str):
        yield ("music", "clip"), music


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _distinct(items: Sequence[Any]) -> list[Any]:
    """The faults without those that are only another's echo: a list is not too short because its one item is wrong."""
    places = [tuple(item["loc"]) for item in items]
    inside = {place[:length] for place in places for length in range(len(place))}
    return [item for item in items if item["type"] != "too_short" or tuple(item["loc"]) not in inside]


def _fault(item: Any, written: Written) -> Fault:
    location: Location = tuple(item["loc"])
    message = _EXPECTED.get(item["type"]) or item["msg"].removeprefix("Value error, ")
    # A rule of a whole object names the part at fault in front of its message: `video[0].transition: …`.
    head, colon, rest = message.partition(": ")
    if item["type"] == "value_error" and colon and " " not in head and head[0].isalpha():
        location, message = (*location, *_split(head)), rest
    if item["type"] == "extra_forbidden":
        message = f"unknown key{meant(Campaign, location)}"
    elif item["type"] == "missing":
        message = "is missing"
        if location == ("campaign",):
            message += " (a file that campaigns include belongs into a folder of its own)"
    elif item["type"] != "value_error" and not message.startswith("is ") and _is_word(item.get("input")):
        message = f"{message[:1].lower()}{message[1:]}, not {item['input']!r}"
        message += ": put it in quotes" if item["type"] == "string_type" else ""
    return Fault(message, path=property_path(location), where=written.where(location))


def _is_word(value: object) -> bool:
    return isinstance(value, str | int | float)


def located(path: str, values: object) -> Location:
    """The parts of a path such as `projects.spring.video[0]` in these values: names may hold dots themselves."""
    found: list[int | str] = []
    parts = _split(path)
    while parts:
        taken = _taken(parts, values)
        part = parts[0] if taken == 1 else ".".join(map(str, parts[:taken]))
        found.append(part)
        parts = parts[taken:]
        if isinstance(values, list):
            values = values[part] if isinstance(part, int) and part < len(values) else None
        else:
            values = _mapping(values).get(str(part))
    return tuple(found)


def _taken(parts: Sequence[int | str], values: object) -> int:
    """How many of the parts are one name here: the most that are."""
    known = _mapping(values)
    names = list(takewhile(lambda part: isinstance(part, str), parts))
    return next((count for count in range(len(names), 1, -1) if ".".join(map(str, names[:count])) in known), 1)


def _split(path: str) -> list[int | str]:
    parts: list[int | str] = []
    for piece in path.split("."):
        name, *_ = piece.split("[", 1)
        parts += [name] if name else []
        parts += [int(index) for index in _INDEX.findall(piece)]
    return parts
