"""Addresses in OSS: object URLs, storage locations, the regions that they lie in.

What a service may write to and read from must lie in its own region, behind OSS's own endpoint: no acceleration, no
CDN, no other host (SubmitMediaProducingJob, ProduceEditingProjectVideo).
"""

from __future__ import annotations

from urllib.parse import urlsplit

EXAMPLE = "https://BUCKET.oss-REGION.aliyuncs.com/PATH.mp4"


def check_object_url(url: str) -> None:
    """Raise ValueError unless the URL is one that a production may write to: an OSS object, no CDN, no query."""
    if not is_oss_url(url):
        raise ValueError(f"{url!r} is not an OSS object URL; write {EXAMPLE}")
    parts = urlsplit(url)
    if region_of(url).startswith("accelerate"):
        raise ValueError(f"{url!r}: acceleration endpoints cannot be written to; use the region's endpoint")
    if parts.query or not parts.path.strip("/") or "." not in parts.path.rsplit("/", 1)[-1]:
        raise ValueError(f"{url!r} must end in a file name with an extension and carry no query")


def is_oss_url(url: str) -> bool:
    """Whether it is the http(s) URL of something in an OSS bucket, behind OSS's own endpoint."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and ".oss-" in host and host.endswith(".aliyuncs.com")


def region_of(url: str) -> str:
    """The region of an OSS URL: `cn-shanghai` in https://bucket.oss-cn-shanghai.aliyuncs.com/a.mp4."""
    return region_of_location(urlsplit(url).hostname or "")


def region_of_location(location: str) -> str:
    """The region in a bucket's address, `bucket.oss-cn-beijing.aliyuncs.com/path`; empty when it names none."""
    host = location.removeprefix("https://").removeprefix("http://").partition("/")[0]
    _, dot, rest = host.partition(".oss-")
    return rest.partition(".")[0].removesuffix("-internal") if dot else ""


def material_fault(url: str, region: str) -> str:
    """What is wrong with a URL as a material of a production in this region, empty when nothing is.

    A region that is empty is not known yet.
    """
    if not is_oss_url(url) or region_of(url).startswith("accelerate"):
        return (
            f"{url!r} is not an OSS object URL, and the service takes no external and no CDN address; register it as "
            "media and give its id, or write https://BUCKET.oss-REGION.aliyuncs.com/PATH"
        )
    lies = region_of(url)
    return f"{url!r} lies in {lies}, but the service runs in {region}" if region and lies != region else ""


def location_fault(location: str, region: str) -> str:
    """What is wrong with a storage location (`BUCKET.oss-REGION.aliyuncs.com`) in this region; empty when nothing is.

    A location that names no region is left to the service; a region that is empty is not known yet.
    """
    if "://" in location:
        return f"{location!r}: write the storage location without http://"
    lies = region_of_location(location)
    elsewhere = region and lies not in ("", region)
    return f"{location!r} lies in {lies}, but the service runs in {region}" if elsewhere else ""
