"""Which action of the IMS API is answered by which handler. Nothing else is intercepted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from reelstack.emulator.ims import jobs, materials, media, projects
from reelstack.emulator.ims.state import Desk
from reelstack.emulator.params import Params

VERSION = "2020-11-09"
PRODUCT = "ICE"
SUBMIT = "SubmitMediaProducingJob"

ACTIONS: Mapping[str, Callable[[Desk, Params], dict[str, Any]]] = {
    "CreateEditingProject": projects.create,
    "GetEditingProject": projects.read,
    "UpdateEditingProject": projects.update,
    "DeleteEditingProjects": projects.delete,
    "ListEditingProjects": projects.list_all,
    "SearchEditingProject": projects.search,
    "AddEditingProjectMaterials": materials.add,
    "GetEditingProjectMaterials": materials.read,
    "DeleteEditingProjectMaterials": materials.delete,
    SUBMIT: jobs.submit,
    "GetMediaProducingJob": jobs.read,
    "ListMediaProducingJobs": jobs.list_all,
    "RegisterMediaInfo": media.register,
    "GetMediaInfo": media.read,
    "BatchGetMediaInfos": media.batch,
    "ListMediaBasicInfos": media.list_all,
    "DeleteMediaInfos": media.delete,
}
