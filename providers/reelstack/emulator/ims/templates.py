"""Templates: kept by the control room, merged with a ClipsParam into a timeline.

A regular template (`Timeline`) is a timeline with placeholders, as the service's page "Config object of a regular
template" describes them:

    "$Name"           the value of Name in ClipsParam, which must be there
    "$Name:0"         likewise, and 0 when it is not there
    "$Name:NULL"      likewise, and the key itself is left out when it is not there
    {"Sys_Type": "ArrayItems", "Sys_ArrayObject": "$Clips", "Sys_Template": {...}}
                      in a list: the template once for each item of Clips; an item that is no object is the value of
                      the template's only placeholder. With "Sys_Type": "Array" it stands for the whole list.

Of an advanced template (`VETemplate`) only the id is known: nothing here can render one.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from reelstack.emulator.errors import invalid
from reelstack.emulator.ims.errors import resource_not_found
from reelstack.emulator.ims.state import Desk, Template
from reelstack.emulator.params import Params

REGULAR, ADVANCED = "Timeline", "VETemplate"
KINDS = (REGULAR, ADVANCED)
MERGED_MOST = 4 * 1024 * 1024
"""Characters of a merged timeline: a guard of ours against templates that multiply, not the service's limit."""

_ARRAYS = ("Array", "ArrayItems")
_TRUTHS = {"true": True, "false": False}
_FLAGS = frozenset(("MainTrack", "LoopMode"))
_TIMES = ("In", "Out", "MaxOut", "TimelineIn", "TimelineOut", "Duration", "DyncFrames", "Speed")
_PLACES = ("X", "Y", "Width", "Height", "Opacity", "Angle", "Radius")
_LETTERS = ("FontSize", "FixedFontSize", "FontColorOpacity", "Outline", "Spacing", "LineSpacing", "BorderStyle")
_SOUNDS = ("Gain", "SpeechRate", "PitchRate")
_NUMBERS = frozenset((*_TIMES, *_PLACES, *_LETTERS, *_SOUNDS))
_LEFT_OUT = object()


def find(desk: Desk, template_id: str) -> Template:
    """The template with this id. Raises the service's error when there is none."""
    found = desk.templates.get(template_id)
    if found is None:
        raise resource_not_found("template", template_id)
    return found


def chosen(desk: Desk, params: Params) -> Template:
    """The template that a request names, which must come with its ClipsParam."""
    params.required("ClipsParam")
    params.json_object("ClipsParam")
    return find(desk, params.required("TemplateId"))


def timeline_of(template: Template, clips_param: str) -> dict[str, Any]:
    """The timeline that the template and this ClipsParam (JSON text) make; empty for an advanced template."""
    return merge(template.config, json.loads(clips_param or "{}")) if template.kind == REGULAR else {}


def merge(config: Mapping[str, Any], clips_param: Mapping[str, Any]) -> dict[str, Any]:
    """Fill a regular template. Raises InvalidParameter, naming the parameter that is missing or of the wrong kind."""
    filled = _Filling()
    return {
        name: value
        for name, each in config.items()
        if (value := filled.value(each, clips_param, name)) is not _LEFT_OUT
    }


@dataclass
class _Filling:
    """Fills one template; `size` is how much was put in so far."""

    size: int = 0

    def value(self, template: Any, names: Mapping[str, Any], key: str = "") -> Any:
        if isinstance(template, str) and template.startswith("$"):
            return self._put_in(_typed(key, _looked_up(template, names)))
        if isinstance(template, list):
            return [each for item in template for each in self._items(item, names)]
        if not isinstance(template, dict):
            return template
        if _is_array(template):
            return list(self._repeated(template, names))
        filled = {name: self.value(each, names, name) for name, each in template.items()}
        return {name: each for name, each in filled.items() if each is not _LEFT_OUT}

    def _items(self, item: Any, names: Mapping[str, Any]) -> Iterator[Any]:
        if _is_array(item):
            yield from self._repeated(item, names)
        elif (filled := self.value(item, names)) is not _LEFT_OUT:
            yield filled

    def _repeated(self, array: dict[str, Any], names: Mapping[str, Any]) -> Iterator[Any]:
        items = self.value(array.get("Sys_ArrayObject"), names)
        if items is _LEFT_OUT:
            return
        if not isinstance(items, list):
            raise invalid("ClipsParam", f"{array.get('Sys_ArrayObject')} is not a list")
        template = array.get("Sys_Template")
        for item in items:
            self._put_in(template)
            yield self.value(template, {**names, **_names_in(item, template)})

    def _put_in(self, value: Any) -> Any:
        if value is not _LEFT_OUT:
            self.size += len(json.dumps(value))
        if self.size > MERGED_MOST:
            raise invalid("ClipsParam", f"the merged timeline is longer than {MERGED_MOST} characters")
        return value


def _is_array(value: Any) -> bool:
    return isinstance(value, dict) and value.get("Sys_Type") in _ARRAYS


def _looked_up(placeholder: str, names: Mapping[str, Any]) -> Any:
    name, has_default, default = placeholder.removeprefix("$").partition(":")
    if name in names:
        return names[name]
    if not has_default:
        raise invalid("ClipsParam", f"{name} is missing, the template needs it")
    return _LEFT_OUT if default == "NULL" else default


def _names_in(item: Any, template: Any) -> Mapping[str, Any]:
    if isinstance(item, dict):
        return item
    wanted = dict.fromkeys(_placeholders(template))
    needed = [name for name in wanted if ":" not in name] or list(wanted)
    if len(needed) != 1:
        raise invalid("ClipsParam", f"{str(item)[:40]!r} is not an object with {', '.join(needed) or 'any name'}")
    return {needed[0].partition(":")[0]: item}


def _placeholders(template: Any) -> Iterator[str]:
    if isinstance(template, str) and template.startswith("$"):
        yield template.removeprefix("$")
    children = template.values() if isinstance(template, dict) else template if isinstance(template, list) else ()
    for child in children:
        yield from _placeholders(child)


def _typed(key: str, value: Any) -> Any:
    """Defaults are text, and callers write numbers as text: where a timeline has a number, it becomes one."""
    if not isinstance(value, str):
        return value
    if key in _FLAGS:
        return _TRUTHS.get(value.lower(), value)
    try:
        number = float(value) if key in _NUMBERS else None
    except ValueError:
        return value
    if number is None or number != number or number in (float("inf"), float("-inf")):
        return value
    return int(number) if number.is_integer() else number


def add(desk: Desk, template_id: str, kind: str, config: dict[str, Any]) -> Template:
    """Keep a template under an id, in the place of one that had it (control room)."""
    if kind not in KINDS:
        raise invalid("type", f"{kind!r} is not one of {', '.join(KINDS)}")
    if kind == REGULAR and not any(isinstance(config.get(name), list) for name in ("VideoTracks", "AudioTracks")):
        raise invalid("config", "it is not a timeline: there are neither VideoTracks nor AudioTracks in it")
    template = Template(id=template_id or desk.ids.hex32(), kind=kind, created=desk.now(), config=config)
    desk.templates.put(template.id, template)
    return template
