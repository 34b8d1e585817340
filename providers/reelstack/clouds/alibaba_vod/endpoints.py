"""Where the service answers, by region. The settings may name another endpoint; that is decided by who opens it."""

from __future__ import annotations

# Regions that the service has no house of its own in, by the vendor's own table.
_ELSEWHERE = {"cn-hangzhou": "vod.cn-shanghai.aliyuncs.com"}
_CENTRAL = frozenset(
    {
        *("ap-southeast-2", "ap-southeast-3", "cn-chengdu", "cn-huhehaote", "cn-qingdao", "cn-wulanchabu"),
        *("us-east-1", "me-east-1"),
    }
)


def endpoint(region: str) -> str:
    """The address for a region. One that we do not know is taken at its word."""
    central = "vod.aliyuncs.com" if region in _CENTRAL else f"vod.{region}.aliyuncs.com"
    return f"https://{_ELSEWHERE.get(region, central)}"
