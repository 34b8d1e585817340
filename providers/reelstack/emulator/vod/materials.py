"""The materials of an editing project: ids of the library. They are taken as given; reading makes none of them up."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from reelstack.emulator import timeline
from reelstack.emulator.errors import invalid
from reelstack.emulator.params import Params
from reelstack.emulator.vod import answers, content, projects
from reelstack.emulator.vod.state import Desk, Project

Shape = dict[str, Any]

TYPES = ("video", "audio", "image")


def replace_all(desk: Desk, params: Params) -> Shape:
    """SetEditingProjectMaterials: these instead of those that it had."""
    project = projects.find(desk, params)
    _keep(desk, project, _given(params))
    return {}


def add(desk: Desk, params: Params) -> Shape:
    """AddEditingProjectMaterials: these too. The list in the answer is bare."""
    params.choice("MaterialType", TYPES)
    project = projects.find(desk, params)
    given = _given(params)
    _keep(desk, project, tuple(dict.fromkeys((*project.materials, *given))))
    return {"MaterialList": [_shape(desk, project, key) for key in given]}


def delete(desk: Desk, params: Params) -> Shape:
    """DeleteEditingProjectMaterials: ids that are none of the project's are no fault."""
    params.choice("MaterialType", TYPES)
    project = projects.find(desk, params)
    gone = _given(params)
    _keep(desk, project, tuple(key for key in project.materials if key not in gone))
    return {}


def read(desk: Desk, params: Params) -> Shape:
    """GetEditingProjectMaterials, all or those of one type. The list is wrapped."""
    project = projects.find(desk, params)
    kind = params.choice("MaterialType", TYPES) or params.choice("Type", TYPES)
    shapes = [_shape(desk, project, key) for key in project.materials]
    return {"MaterialList": {"Material": [shape for shape in shapes if kind in ("", shape["MaterialType"])]}}


def _given(params: Params) -> tuple[str, ...]:
    params.required("MaterialIds")
    return tuple(params.ids("MaterialIds", content.MATERIALS_MOST))


def _keep(desk: Desk, project: Project, keys: tuple[str, ...]) -> None:
    if len(keys) > content.MATERIALS_MOST:
        raise invalid(
            "MaterialIds", f"the project would have {len(keys)}, at most {content.MATERIALS_MOST} are allowed"
        )
    desk.put_project(replace(project, materials=keys, modified=desk.now()))


def _shape(desk: Desk, project: Project, key: str) -> Shape:
    media = desk.living(key)
    if media:
        return answers.material(desk, media)
    return {"MaterialId": key, "MaterialType": _kind(project, key)}


def _kind(project: Project, key: str) -> str:
    """What a material that nobody knows is used as."""
    clips = timeline.clips(content.parsed(project.timeline))
    return next((clip.kind for clip in clips if timeline.reference(clip) == (key, False)), "video")
