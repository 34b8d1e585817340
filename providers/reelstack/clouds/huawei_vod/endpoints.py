"""Where the service and the identity service answer, by region; the vendor's own variables come first."""

from __future__ import annotations

from collections.abc import Mapping


def endpoint(region: str, environ: Mapping[str, str]) -> str:
    """VOD's address in a region."""
    return _named("VOD", region, environ) or f"https://vod.{region}.myhuaweicloud.com"


def iam_endpoint(region: str, environ: Mapping[str, str]) -> str:
    """The identity service's address for a region."""
    return _named("IAM", region, environ) or f"https://iam.{region}.myhuaweicloud.com"


def _named(service: str, region: str, environ: Mapping[str, str]) -> str:
    """What the environment names; the first where it names several."""
    value = environ.get(f"HUAWEICLOUD_SDK_REGION_{service}_{region.upper().replace('-', '_')}", "")
    first = value.split(",")[0].strip().rstrip("/")
    return first if not first or "://" in first else f"https://{first}"
