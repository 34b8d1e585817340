"""The settings of a stack, read in the program: `reelstack:service`, `region`, `endpoint` and `output`.

They become inputs of the resources, so that the state says where each thing lives.
"""

from __future__ import annotations

from dataclasses import dataclass

import pulumi

DEFAULT_SERVICE = "ims"
DEFAULT_REGION = "cn-shanghai"


@dataclass(frozen=True)
class Settings:
    """Where the resources of a stack live, unless their arguments say otherwise.

    `endpoint` is `local` for the local cloud, a URL, or empty for the region's own. `output` is the OSS location
    below which videos are written, such as https://my-bucket.oss-cn-shanghai.aliyuncs.com/campaigns.
    """

    service: str
    region: str
    endpoint: str
    output: str


def read() -> Settings:
    """Read the settings of the running program's stack."""
    config = pulumi.Config("reelstack")
    return Settings(
        service=config.get("service") or DEFAULT_SERVICE,
        region=config.get("region") or DEFAULT_REGION,
        endpoint=config.get("endpoint") or "",
        output=(config.get("output") or "").rstrip("/"),
    )
