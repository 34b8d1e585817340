"""Read a campaign file: every fault at once, each with file, line, column and path. The only module that knows YAML.

YAML is read without tags and with limits on size and depth, because a campaign may come from a stranger's fork.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.constructor import ConstructorError
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from reelstack.errors import ConfigError, Fault, property_path
from reelstack.models.campaign import Campaign, misfits
from reelstack.models.fields import meant

MAX_BYTES = 1_000_000
MAX_NODES = 100_000

Refused = Callable[[Campaign], list[tuple[str, str]]]

_TWICE = re.compile(r'found duplicate key "(.*?)"')
_INDEX = re.compile(r"\[(\d+)\]")


def load(file: Path, *, shown_as: str | None = None, refused: Refused = lambda _: []) -> Campaign:
    """Read and check one campaign file; raises ConfigError that holds every fault.

    `refused` says, with paths, what the service that it is for cannot do.
    """
    name = shown_as or str(file)
    text = _read(file, name)
    try:
        campaign = Campaign.model_validate(_values(text, name))
    except ValidationError as error:
        document = parse(text, name)
        faults = [_fault(item, document, name) for item in _distinct(error.errors())]
        faults += [Fault(what, property_path(at), _where(at, document, name)) for at, what in _strangers(document)]
        raise ConfigError.of(faults) from error
    found = [*misfits(campaign), *refused(campaign)]
    if found:
        document = parse(text, name)
        raise ConfigError.of([Fault(what, path, _where(split_path(path), document, name)) for path, what in found])
    return campaign


_known: dict[str, Any] = {}
_KNOWN_MOST = 256


def _values(text: str, name: str) -> Any:
    """The plain values of a text, which is parsed once: two versions of a stack share most of their files."""
    if text not in _known:
        values = _plain(parse(text, name))
        if len(_known) >= _KNOWN_MOST:
            _known.clear()
        _known[text] = values
    return _known[text]


def parse(text: str, name: str) -> CommentedMap:
    """Parse YAML text into a mapping that remembers where its parts stand; raises ConfigError."""
    yaml = YAML(typ="rt", pure=True)
    yaml.allow_duplicate_keys = False
    try:
        document = yaml.load(text)
    except MarkedYAMLError as error:
        raise ConfigError.of([_yaml_fault(error, name)]) from error
    except (YAMLError, ValueError, RecursionError) as error:
        raise ConfigError.of([Fault(f"cannot be read as YAML: {str(error).splitlines()[0]}", where=name)]) from error
    if not isinstance(document, CommentedMap):
        raise ConfigError.of([Fault("expected a mapping with campaign, sources, projects and videos", where=name)])
    if sum(1 for _ in _nodes(document)) > MAX_NODES:
        raise ConfigError.of([Fault(f"more than {MAX_NODES:,} values; split the campaign", where=name)])
    return document


def _read(file: Path, name: str) -> str:
    try:
        data = file.read_bytes()
    except OSError as error:
        raise ConfigError.of([Fault(f"cannot be read: {error.strerror}", where=name)]) from error
    if len(data) > MAX_BYTES:
        raise ConfigError.of([Fault(f"is larger than {MAX_BYTES:,} bytes; split the campaign", where=name)])
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise ConfigError.of([Fault("is not UTF-8 text", where=name)]) from error


def _nodes(value: object, left: int = MAX_NODES) -> Iterator[object]:
    """Every value of a document, aliases as often as they are used, up to one more than the limit."""
    stack = [value]
    while stack and left >= 0:
        node = stack.pop()
        left -= 1
        yield node
        if isinstance(node, Mapping):
            stack.extend(node.values())
        elif isinstance(node, list):
            stack.extend(node)


def _plain(value: object) -> Any:
    """The document in plain Python values: what the models are checked against."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    for kind in (bool, int, float, str):
        if isinstance(value, kind):
            return kind(value)
    return value


def _yaml_fault(error: MarkedYAMLError, name: str) -> Fault:
    mark = error.problem_mark
    where = f"{name}:{mark.line + 1}:{mark.column + 1}" if mark else name
    if isinstance(error, ConstructorError):
        return Fault("a tag or a repeated key is not allowed here", where=where)
    problem = (error.problem or "syntax error").splitlines()[0]
    twice = _TWICE.match(problem)
    return Fault(f"the key {twice[1]!r} is there twice" if twice else f"is not YAML: {problem}", where=where)


def _strangers(document: Mapping[str, Any]) -> Iterator[tuple[tuple[int | str, ...], str]]:
    """Names of sources and projects that there are not, also in a file that has other faults."""
    sources, projects, videos = (_mapping(document.get(key)) for key in ("sources", "projects", "videos"))
    for name, project in projects.items():
        for track in ("video", "insets"):
            clips = _mapping(project).get(track)
            for at, clip in enumerate(clips if isinstance(clips, list) else ()):
                named = _mapping(clip).get("clip")
                if isinstance(named, str) and named not in sources:
                    there = f"there is no source {str(named)!r}; there are {', '.join(map(str, sources))}"
                    yield ("projects", name, track, at, "clip"), there
    for name, video in videos.items():
        named = _mapping(video).get("project")
        if isinstance(named, str) and named not in projects:
            there = f"there is no project {str(named)!r}; there are {', '.join(map(str, projects))}"
            yield ("videos", name, "project"), there


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _distinct(items: Sequence[Any]) -> list[Any]:
    """The faults without those that are only another's echo: a list is not too short because its one item is wrong."""
    places = [tuple(item["loc"]) for item in items]
    inside = {place[:length] for place in places for length in range(len(place))}
    return [item for item in items if item["type"] != "too_short" or tuple(item["loc"]) not in inside]


def _fault(item: Any, document: CommentedMap, name: str) -> Fault:
    location: tuple[int | str, ...] = tuple(item["loc"])
    message = item["msg"].removeprefix("Value error, ")
    # A rule of a whole object names the part at fault in front of its message: `video[0].transition: …`.
    head, colon, rest = message.partition(": ")
    if item["type"] == "value_error" and colon and " " not in head and not head[0].isdigit():
        location, message = (*location, *split_path(head)), rest
    if item["type"] == "extra_forbidden":
        message = f"unknown key{meant(Campaign, location)}"
    elif item["type"] == "missing":
        message = "is missing"
    elif item["type"] not in ("value_error", "extra_forbidden") and isinstance(item.get("input"), str | int | float):
        message = f"{message[:1].lower()}{message[1:]}, not {item['input']!r}"
    return Fault(message, path=property_path(location), where=_where(location, document, name))


def split_path(path: str) -> tuple[int | str, ...]:
    """`projects.spring.video[0]` as its parts."""
    parts: list[int | str] = []
    for piece in path.split("."):
        name, *_ = piece.split("[", 1)
        parts += [name] if name else []
        parts += [int(index) for index in _INDEX.findall(piece)]
    return tuple(parts)


def _where(location: tuple[int | str, ...], document: CommentedMap, name: str) -> str:
    """`file:line:column` of the deepest part of the path that stands in the file."""
    node: object = document
    line, column = 0, 0
    for part in location:
        try:
            if isinstance(node, CommentedMap):
                line, column = node.lc.key(part)
            elif isinstance(node, CommentedSeq):
                line, column = node.lc.item(part)
            else:
                break
            node = node[part]
        except (KeyError, IndexError, TypeError):
            break
    return f"{name}:{line + 1}:{column + 1}"
