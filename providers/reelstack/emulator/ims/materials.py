"""The materials of an editing project: media, live streams and other projects that are at hand while editing."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any

from reelstack.emulator import timeline
from reelstack.emulator.errors import invalid
from reelstack.emulator.ims import answers
from reelstack.emulator.ims.errors import project_not_found
from reelstack.emulator.ims.state import Desk, Project
from reelstack.emulator.params import Params

Shape = dict[str, Any]

PER_TYPE_MOST = 10
MEDIA_TYPES = ("video", "audio", "image")
_STREAM = ("appName", "domainName", "liveUrl", "streamName")
_DELETABLE = ("video", "image", "audio", "subtitle", "text")


@dataclass(frozen=True)
class Attached:
    """What a MaterialMaps parameter names."""

    pairs: tuple[list[str], ...]
    live: tuple[dict[str, Any], ...]


def parse(maps: dict[str, Any]) -> Attached:
    """Read MaterialMaps."""
    pairs: list[list[str]] = []
    for kind, value in maps.items():
        if kind == "liveStream":
            continue
        if kind not in (*MEDIA_TYPES, "editingProject"):
            raise invalid("MaterialMaps", f"{kind!r} is not a type of material")
        if not isinstance(value, str):
            raise invalid("MaterialMaps", f"{kind} is not a text of ids joined with commas")
        ids = list(dict.fromkeys(part.strip() for part in value.split(",") if part.strip()))
        if len(ids) > PER_TYPE_MOST:
            raise invalid("MaterialMaps", f"{kind} has {len(ids)} ids, at most {PER_TYPE_MOST} are allowed")
        pairs += [[kind, each] for each in ids]
    return Attached(tuple(pairs), _live(maps.get("liveStream")))


def _live(value: object) -> tuple[dict[str, Any], ...]:
    if value is None:
        return ()
    try:
        streams = json.loads(value) if isinstance(value, str) else None
    except (ValueError, RecursionError) as error:
        raise invalid("MaterialMaps", f"liveStream is not JSON ({error})") from error
    if not isinstance(streams, list) or not all(_is_stream(each) for each in streams):
        raise invalid("MaterialMaps", f"liveStream is not a list of objects with {', '.join(_STREAM)}, as JSON in text")
    if len(streams) > PER_TYPE_MOST:
        raise invalid("MaterialMaps", f"liveStream has {len(streams)} entries, at most {PER_TYPE_MOST} are allowed")
    return tuple(streams)


def _is_stream(value: object) -> bool:
    return isinstance(value, dict) and all(isinstance(value.get(name), str) for name in _STREAM)


def add(desk: Desk, params: Params) -> Shape:
    """AddEditingProjectMaterials: adds, never replaces."""
    project = _find(desk, params)
    params.required("MaterialMaps")
    new = parse(params.json_object("MaterialMaps"))
    project = replace(
        project,
        materials=(*project.materials, *(pair for pair in new.pairs if pair not in list(project.materials))),
        live=(*project.live, *(each for each in new.live if each not in project.live)),
        modified=desk.now(),
    )
    desk.put_project(project)
    return _shape(desk, project)


def read(desk: Desk, params: Params) -> Shape:
    """GetEditingProjectMaterials."""
    return _shape(desk, _find(desk, params))


def delete(desk: Desk, params: Params) -> Shape:
    """DeleteEditingProjectMaterials: ids that are not attached are no fault."""
    project = _find(desk, params)
    params.required("MaterialType")
    params.required("MaterialIds")
    kind = params.choice("MaterialType", _DELETABLE)
    gone = [[kind, each] for each in params.ids("MaterialIds", PER_TYPE_MOST)]
    left = tuple(pair for pair in project.materials if pair not in gone)
    desk.put_project(replace(project, materials=left, modified=desk.now()))
    return {}


def attach_used(project: Project) -> Project:
    """Attach the media that the project's timeline uses, as the cloud's front end makes it do."""
    content = json.loads(project.timeline or "{}")
    used = [[c.kind, found[0]] for c in timeline.clips(content) if (found := timeline.reference(c)) and not found[1]]
    new = [pair for i, pair in enumerate(used) if pair not in used[:i] and pair not in list(project.materials)]
    return replace(project, materials=(*project.materials, *new))


def _find(desk: Desk, params: Params) -> Project:
    key = params.required("ProjectId")
    project = desk.projects.get(key)
    if project is None:
        raise project_not_found(key)
    return project


def _shape(desk: Desk, project: Project) -> Shape:
    return {
        "ProjectId": project.id,
        "MediaInfos": [_media(desk, kind, key) for kind, key in project.materials if kind in MEDIA_TYPES],
        "ProjectMaterials": [key for kind, key in project.materials if kind == "editingProject"],
        "LiveMaterials": [_stream(each) for each in project.live],
    }


def _media(desk: Desk, kind: str, key: str) -> Shape:
    media = desk.living_media(key)
    if media is None:  # attached before it is known: reading never makes a media asset up
        return {"MediaId": key, "MediaBasicInfo": {"MediaId": key, "MediaType": kind}, "FileInfoList": []}
    files = answers.media_files(desk, media, seconds=3600, times=False, streams=False)
    return {"MediaId": key, "MediaBasicInfo": answers.media_basic_of_material(desk, media), "FileInfoList": files}


def _stream(given: dict[str, Any]) -> Shape:
    return {name[0].upper() + name[1:]: given[name] for name in _STREAM}
