"""The smallest policies with which everything works, one per service, as the clouds' consoles take them.

Printed by `reelstack doctor --policy` and in docs/credentials.md. The services read and write buckets in roles of
their own, so that no permission for storage is needed here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import MappingProxyType

from reelstack.wire import permissions

# The operations that the resources use; the tests hold them against the code.
OPERATIONS: Mapping[str, tuple[str, tuple[str, ...]]] = MappingProxyType(
    {
        "ims": (
            "alibaba-ims",
            (
                *("CreateEditingProject", "GetEditingProject", "UpdateEditingProject", "DeleteEditingProjects"),
                "SearchEditingProject",
                *("SubmitMediaProducingJob", "GetMediaProducingJob", "ListMediaProducingJobs"),
                *("BatchGetMediaInfos", "DeleteMediaInfos"),
            ),
        ),
        "vod": (
            "alibaba-vod",
            (
                *("AddEditingProject", "GetEditingProject", "UpdateEditingProject", "DeleteEditingProject"),
                *("SearchEditingProject", "SetEditingProjectMaterials", "ProduceEditingProjectVideo"),
                *("GetVideoInfos", "DeleteVideo", "SearchMedia"),
            ),
        ),
        "huawei": (
            "huawei-vod",
            (
                *("CreateAssetEditTask", "ListAssetEditTask", "DeleteAssetEditTask"),
                *("ShowAssetDetail", "ShowAssetMeta", "DeleteAssets"),
            ),
        ),
    }
)


def document(service: str) -> str:
    """A service's policy: Alibaba Cloud's for RAM, Huawei Cloud's an identity policy of IAM."""
    cloud, operations = OPERATIONS[service]
    statement = {
        "Effect": "Allow",
        "Action": sorted(permissions.of(cloud, operation) for operation in operations),
        "Resource": ["*"],
    }
    version = "5.0" if service == "huawei" else "1"
    return json.dumps({"Version": version, "Statement": [statement]}, indent=2)
