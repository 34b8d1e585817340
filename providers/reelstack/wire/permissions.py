"""What a cloud's administrator must allow for an operation: its action in the words of the cloud's policies.

Alibaba Cloud names actions after the operations. Huawei Cloud has names of its own, for its identity policies.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

_PREFIXES = {"alibaba-ims": "ice", "alibaba-vod": "vod", "alibaba-sts": "sts"}

# From the "Authorization Information" of each operation's page; that of ShowAssetDetail could not be confirmed.
HUAWEI_VOD: Mapping[str, str] = MappingProxyType(
    {
        "CreateAssetEditTask": "vod:asset:createEditTask",
        "ListAssetEditTask": "vod:asset:listEditTask",
        "DeleteAssetEditTask": "vod:asset:deleteEditTask",
        "ShowAssetDetail": "vod:asset:getDetails",
        "ShowAssetMeta": "vod:asset:getInfo",
        "ListAssetList": "vod:asset:list",
        "DeleteAssets": "vod:asset:delete",
    }
)


def of(cloud: str, action: str) -> str:
    """The action to allow for an operation of a service; the operation itself where the names are not known."""
    if cloud == "huawei-vod":
        return HUAWEI_VOD.get(action, action)
    return f"{_PREFIXES[cloud]}:{action}" if cloud in _PREFIXES else action
