"""Which action of the VOD API is answered by which handler, and the documented requests per second."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from reelstack.emulator.params import Params
from reelstack.emulator.vod import materials, production, projects, search, videos
from reelstack.emulator.vod.state import Desk

VERSION = "2017-03-21"
PRODUCT = "vod"
SUBMIT = production.ACTION

ACTIONS: Mapping[str, Callable[[Desk, Params], dict[str, Any]]] = {
    "AddEditingProject": projects.add,
    "GetEditingProject": projects.read,
    "UpdateEditingProject": projects.update,
    "DeleteEditingProject": projects.delete,
    "SearchEditingProject": projects.search,
    "SetEditingProjectMaterials": materials.replace_all,
    "AddEditingProjectMaterials": materials.add,
    "GetEditingProjectMaterials": materials.read,
    "DeleteEditingProjectMaterials": materials.delete,
    SUBMIT: production.produce,
    "GetVideoInfo": videos.read,
    "GetVideoInfos": videos.batch,
    "DeleteVideo": videos.delete,
    "SearchMedia": search.search,
}

LIMITS: Mapping[str, float] = {"SearchMedia": 50, "DeleteVideo": 30, "DeleteEditingProject": 20}
