"""Campaign files in one layout: what `reelstack fmt` writes, and how campaigns are written that a command makes.

Comments, anchors and the choice between `{…}` and lines stay as they are; indentation, quotes, the order of keys and
the spelling of times become uniform. Keys are put in order only where no comment or blank line stands between them,
because nobody can say to which of two keys a comment belongs. A file whose meaning would change is refused.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Annotated, Any, get_args, get_origin

from pydantic import BaseModel
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.emitter import RoundTripEmitter
from ruamel.yaml.error import YAMLError
from ruamel.yaml.representer import RoundTripRepresenter
from ruamel.yaml.scalarstring import PlainScalarString, ScalarString
from ruamel.yaml.tokens import CommentToken

from reelstack.campaign import document
from reelstack.errors import ConfigError, Fault
from reelstack.models import pieces, timecode
from reelstack.models.campaign import Campaign

WIDTH = 120


def formatted(text: str, name: str) -> str:
    """The text of a campaign file in the uniform layout; raises ConfigError where that would change what it says."""
    before = document.parse(text, name).values
    if not isinstance(before, dict):
        raise ConfigError.of([Fault("is no campaign: expected a mapping", where=name)])
    try:
        laid = _laid(text)
        unchanged = _same(before, document.parse(laid, name).values) and _comments(laid) == _comments(text)
    except (YAMLError, ValueError) as error:
        raise ConfigError.of([Fault("cannot be laid out, and is left as it is", where=name)]) from error
    if not unchanged:
        what = "cannot be laid out without changing what it says, and is left as it is"
        raise ConfigError.of([Fault(what, where=name)])
    return laid


def _laid(text: str) -> str:
    node = _yaml().load(text)
    _arrange(node, Campaign)
    return _dumped(node)


def written(values: Mapping[str, Any]) -> str:
    """The text of a campaign that a command has made."""
    node = _commented(values, depth=0)
    _arrange(node, Campaign)
    return _dumped(node)


def _same(before: Any, after: Any) -> bool:
    """Whether two values say the same: a time may be spelled otherwise, and keys may stand in another order."""
    if isinstance(before, dict) and isinstance(after, dict):
        return before.keys() == after.keys() and all(_same(value, after[key]) for key, value in before.items())
    if isinstance(before, list) and isinstance(after, list):
        return len(before) == len(after) and all(map(_same, before, after))
    if type(before) is type(after) and before == after:
        return True
    return isinstance(after, str) and timecode.seconds(before) == timecode.seconds(after)


def _comments(text: str) -> list[str]:
    """The comments of a text, without regard to their places."""
    found: list[str] = []
    stack: list[Any] = [_yaml().load(text)]
    while stack:
        node = stack.pop()
        if isinstance(node, CommentedMap | CommentedSeq):
            stack += [node.ca.comment, *node.ca.items.values(), getattr(node.ca, "end", None)]
            stack += node.values() if isinstance(node, CommentedMap) else node
        elif isinstance(node, CommentToken):
            found += [line.strip() for line in node.value.splitlines() if line.strip()]
        elif isinstance(node, list):
            stack += node
    return sorted(found)


class _Emitter(RoundTripEmitter):
    """Texts that need quotes get double ones."""

    def choose_scalar_style(self) -> Any:
        style = super().choose_scalar_style()
        return '"' if style == "'" else style


class _Representer(RoundTripRepresenter):
    """Nothing is written as `null`, which says so also between braces."""

    def represent_none(self, _: None) -> Any:
        return self.represent_scalar("tag:yaml.org,2002:null", "null")


_Representer.add_representer(type(None), _Representer.represent_none)


def _yaml() -> YAML:
    yaml = YAML(typ="rt", pure=True)
    yaml.width = WIDTH
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.allow_unicode = True
    yaml.Emitter = _Emitter
    yaml.Representer = _Representer
    return yaml


def _dumped(node: CommentedMap) -> str:
    stream = io.StringIO()
    _yaml().dump(node, stream)
    return stream.getvalue().rstrip("\n") + "\n"


def _arrange(node: Any, annotation: Any) -> None:
    """Put the keys of a value in the order of its model and spell its times, in place."""
    for part in _parts(annotation):
        if isinstance(part, type) and issubclass(part, BaseModel) and isinstance(node, CommentedMap):
            _arrange_model(node, part)
        elif get_origin(part) is dict and isinstance(node, CommentedMap):
            _arrange_each(node, list(node), get_args(part)[1])
        elif get_origin(part) in (tuple, list) and isinstance(node, CommentedSeq):
            _arrange_each(node, range(len(node)), get_args(part)[0])


def _arrange_model(node: CommentedMap, model: type[BaseModel]) -> None:
    fields = {field.alias or name: field for name, field in model.model_fields.items()}
    for key, field in fields.items():
        if key in node:
            _arrange_each(node, [key], Annotated[field.annotation, *field.metadata, None])
    order = [key for key in fields if key in node]
    if list(node) != order and set(node) == set(order) and _may_move(node, order):
        for key in order:
            node.move_to_end(key)


def _arrange_each(node: CommentedMap | CommentedSeq, keys: Any, annotation: Any) -> None:
    is_time = any(_reads_times(part) for part in _parts(annotation))
    for key in keys:
        if is_time:
            node[key] = _spelled(node[key])
        else:
            _arrange(node[key], annotation)


def _may_move(node: CommentedMap, order: list[str]) -> bool:
    """Whether no comment of a mapping would come to stand somewhere else."""
    commented = set(node.ca.items)
    return not node.merge and (not commented or (commented == {list(node)[-1]} and order[-1] in commented))


def _parts(annotation: Any) -> list[Any]:
    """The alternatives of an annotation; what is annotated stays so beside its bare self."""
    if get_origin(annotation) is Annotated:
        return [annotation, *_parts(get_args(annotation)[0])]
    if get_origin(annotation) in (dict, tuple, list) or not get_args(annotation):
        return [annotation]
    return [part for one in get_args(annotation) for part in _parts(one)]


def _reads_times(part: Any) -> bool:
    return get_origin(part) is Annotated and any(
        getattr(one, "func", None) is pieces.time for one in get_args(part)[1:]
    )


def _spelled(value: Any) -> Any:
    """A time in seconds; one that counts frames stays as it is, because they are what was meant."""
    if isinstance(value, bool) or not isinstance(value, str | int | float) or "f" in str(value):
        return value
    text = timecode.written(timecode.seconds(value))
    return value if str(value) == text and not isinstance(value, ScalarString) else PlainScalarString(text)


def _commented(value: Any, depth: int) -> Any:
    """Plain values as a document: lists and what is named in lines, small mappings in braces."""
    if isinstance(value, Mapping):
        node = CommentedMap({key: _commented(inner, depth + 1) for key, inner in value.items()})
        if depth > 3 and not any(isinstance(inner, Mapping | list) for inner in value.values()):
            node.fa.set_flow_style()
        return node
    if isinstance(value, list):
        return CommentedSeq([_commented(inner, depth + 1) for inner in value])
    return value
