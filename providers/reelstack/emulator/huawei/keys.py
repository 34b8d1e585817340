"""Who may enter the Huawei room. Fixed and worthless: they open this program on this machine and nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field

REGION = "cn-north-4"
REGIONS = (REGION, "cn-north-1", "cn-east-2", "ap-southeast-1", "ap-southeast-2", "ap-southeast-3")
"""Each of them has a project by its name; here they are all the same one."""
PROJECT_ID = "0reelstacklocalproject0000000000"


@dataclass(frozen=True)
class Key:
    """An access key (AK) and its secret (SK). With a token it is a temporary one."""

    access: str
    secret: str = field(repr=False)
    security_token: str = field(default="", repr=False)


@dataclass(frozen=True)
class User:
    """An IAM user, who gets a token for a password."""

    name: str
    password: str = field(repr=False)
    domain: str


PERMANENT = Key("REELSTACKLOCALKEY000", "reelstackLocalCloudHuaweiSecretKey000000")
TEMPORARY = Key("REELSTACKLOCALTMP000", "reelstackLocalCloudHuaweiSecretKey000001", "reelstack-local-cloud-session")
KEYS = (PERMANENT, TEMPORARY)
USER = User("reelstack", "reelstack-local-cloud-password", "reelstack-local-cloud")
