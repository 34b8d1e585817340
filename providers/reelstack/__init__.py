"""Reelstack: campaign video as code.

The front door: what a Pulumi program imports. `campaigns()` declares a directory of campaign files; the resources
and their arguments are here for programs that declare by hand. The names are loaded when they are first used,
because the local cloud and its renderer import this package too and have no use for Pulumi.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reelstack.campaign.declare import Campaign, campaigns
    from reelstack.errors import CloudError, ConfigError, ProductionError, ReelstackError
    from reelstack.models.output import OutputSettings, VideoSettings
    from reelstack.models.production import CoverConfig, ProduceConfig, ProjectMetadata
    from reelstack.models.project import BusinessConfig, LiveOutput, LiveStream, MaterialMaps
    from reelstack.models.references import KeyReference
    from reelstack.resources.delivery import Delivery, DeliveryArgs
    from reelstack.resources.editing_project import EditingProject, EditingProjectArgs
    from reelstack.resources.produce_job import ProduceJob, ProduceJobArgs
    from reelstack.resources.vod_edit_task import VodEditTask, VodEditTaskArgs

__version__ = "0.1.0"

_HOME = {
    "BusinessConfig": "models.project",
    "Campaign": "campaign.declare",
    "CloudError": "errors",
    "ConfigError": "errors",
    "CoverConfig": "models.production",
    "Delivery": "resources.delivery",
    "DeliveryArgs": "resources.delivery",
    "EditingProject": "resources.editing_project",
    "EditingProjectArgs": "resources.editing_project",
    "KeyReference": "models.references",
    "LiveOutput": "models.project",
    "LiveStream": "models.project",
    "MaterialMaps": "models.project",
    "OutputSettings": "models.output",
    "ProduceConfig": "models.production",
    "ProduceJob": "resources.produce_job",
    "ProduceJobArgs": "resources.produce_job",
    "ProductionError": "errors",
    "ProjectMetadata": "models.production",
    "ReelstackError": "errors",
    "VideoSettings": "models.output",
    "VodEditTask": "resources.vod_edit_task",
    "VodEditTaskArgs": "resources.vod_edit_task",
    "campaigns": "campaign.declare",
}

__all__ = [
    "BusinessConfig",
    "Campaign",
    "CloudError",
    "ConfigError",
    "CoverConfig",
    "Delivery",
    "DeliveryArgs",
    "EditingProject",
    "EditingProjectArgs",
    "KeyReference",
    "LiveOutput",
    "LiveStream",
    "MaterialMaps",
    "OutputSettings",
    "ProduceConfig",
    "ProduceJob",
    "ProduceJobArgs",
    "ProductionError",
    "ProjectMetadata",
    "ReelstackError",
    "VideoSettings",
    "VodEditTask",
    "VodEditTaskArgs",
    "campaigns",
]


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module 'reelstack' has no attribute {name!r}")
    return getattr(importlib.import_module(f"reelstack.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
