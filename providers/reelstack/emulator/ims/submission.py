"""Where a production goes and with which settings; and everything wrong with that."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from reelstack.emulator.errors import invalid, missing
from reelstack.emulator.facts import kind_of
from reelstack.emulator.ims.state import Desk
from reelstack.emulator.journal import redact_json
from reelstack.emulator.objects import Name, ObjectNameError, from_oss_url, oss_url
from reelstack.emulator.params import Params

SIDE_LEAST, SIDE_MOST, SHORT_SIDE_MOST, BITRATE_MOST = 128, 4096, 2160, 5000
_S3_KEYS = ("AccessKeyId", "AccessKeySecret")
_S3_PLACE = ("Endpoint", "Bucket", "ObjectKey")
_DESTINATION = ("MediaURL", "StorageLocation", "FileName", "VodTemplateGroupId", *_S3_PLACE, *_S3_KEYS)


@dataclass(frozen=True)
class Target:
    """Where the output goes: the object, the address that the job shows, the VOD id when it goes there."""

    name: Name
    url: str
    vod_media_id: str = ""
    notes: tuple[str, ...] = ()


def target(desk: Desk, params: Params, config: dict[str, Any]) -> Target:
    """Read the target from OutputMediaTarget and OutputMediaConfig."""
    kind = params.choice("OutputMediaTarget", ("oss-object", "vod-media", "S3"), "oss-object")
    try:
        if kind == "oss-object":
            return _oss(desk, _text(config, "MediaURL"))
        return _vod(desk, config) if kind == "vod-media" else _s3(config)
    except ObjectNameError as error:
        raise invalid("OutputMediaConfig", str(error)) from error


def _oss(desk: Desk, url: str) -> Target:
    if not url.startswith(("http://", "https://")) or "?" in url or "#" in url:
        raise invalid(
            "OutputMediaConfig.MediaURL",
            f"{url[:120]!r} is not https://<bucket>.oss-<region>.aliyuncs.com/<path>.<ext>",
        )
    name = from_oss_url(url, desk.region)
    _check_extension("OutputMediaConfig.MediaURL", name.key)
    return Target(name, url)


def _vod(desk: Desk, config: dict[str, Any]) -> Target:
    storage, file_name = _text(config, "StorageLocation"), _text(config, "FileName")
    if "/" in file_name or "://" in storage:
        raise invalid("OutputMediaConfig.FileName", "StorageLocation has no http://, FileName has no path")
    _check_extension("OutputMediaConfig.FileName", file_name)
    bucket = from_oss_url(f"https://{storage}/x", desk.region).bucket
    vod_media_id = desk.ids.hex32()
    name = Name(bucket, f"{vod_media_id}/{file_name}")
    return Target(name, oss_url(name, desk.region), vod_media_id)


def _s3(config: dict[str, Any]) -> Target:
    endpoint, bucket, key = (_text(config, name) for name in _S3_PLACE)
    for secret in _S3_KEYS:
        if not isinstance(config.get(secret), str) or not config[secret]:
            raise missing(f"OutputMediaConfig.{secret}")
    _check_endpoint(endpoint)
    _check_extension("OutputMediaConfig.ObjectKey", key)
    url = f"{endpoint.rstrip('/')}/{bucket}/{key}"
    return Target(Name(bucket, key), url, notes=("OutputMediaTarget: S3 is not written to, the file is kept here",))


def _check_endpoint(endpoint: str) -> None:
    # With names and passwords in it the address would show them wherever the job is shown.
    try:
        parts = urlsplit(endpoint if "://" in endpoint else f"https://{endpoint}")
    except ValueError as error:
        raise invalid("OutputMediaConfig.Endpoint", "it is not an address") from error
    if (
        parts.scheme not in ("http", "https")
        or not parts.hostname
        or "@" in parts.netloc
        or parts.query
        or parts.fragment
    ):
        raise invalid("OutputMediaConfig.Endpoint", "it is not an address of a host, without user and query")


def _text(config: dict[str, Any], name: str) -> str:
    value = config.get(name)
    if not value:
        raise missing(f"OutputMediaConfig.{name}")
    if not isinstance(value, str):
        raise invalid(f"OutputMediaConfig.{name}", f"{value!r} is not a text")
    return value


def _check_extension(where: str, key: str) -> None:
    if kind_of(key) not in ("video", "audio"):
        raise invalid(where, f"{key.rpartition('/')[2]!r} has no extension of a video or audio file")


def rendered_settings(config: dict[str, Any]) -> dict[str, Any]:
    """The settings that the renderer gets: not where the file goes, and not the keys of that place."""
    settings: dict[str, Any] = redact_json({n: value for n, value in config.items() if n not in _DESTINATION})
    return settings


def output(config: dict[str, Any]) -> dict[str, Any]:
    """The output's settings, checked, sizes as whole numbers."""
    checked = dict(config)
    for name, low, high in (
        ("Width", SIDE_LEAST, SIDE_MOST),
        ("Height", SIDE_LEAST, SIDE_MOST),
        ("Bitrate", 1, BITRATE_MOST),
    ):
        if config.get(name) not in (None, ""):
            checked[name] = _whole(f"OutputMediaConfig.{name}", config[name], low, high)
    sides = [checked[name] for name in ("Width", "Height") if isinstance(checked.get(name), int)]
    if len(sides) == 2 and min(sides) > SHORT_SIDE_MOST:
        raise invalid(
            "OutputMediaConfig.Width",
            f"the shorter side is {min(sides)}, at most {SHORT_SIDE_MOST} is allowed",
        )
    longest = config.get("MaxDuration")
    if longest is not None and not (_is_number(longest) and 0 < longest < 1e6):
        raise invalid("OutputMediaConfig.MaxDuration", f"{longest!r} is not a number above 0")
    for name in ("VodTemplateGroupId", "ProduceTemplateId"):
        if config.get(name) is not None and not isinstance(config[name], str):
            raise invalid(f"OutputMediaConfig.{name}", f"{config[name]!r} is not a text")
    _check_video(config.get("Video"))
    return checked


def _check_video(video: object) -> None:
    if video is None:
        return
    if not isinstance(video, dict):
        raise invalid("OutputMediaConfig.Video", "it is not an object")
    if video.get("Crf") is not None:
        _whole("OutputMediaConfig.Video.Crf", video["Crf"], 0, 51)
    if video.get("Fps") is not None and not (_is_number(video["Fps"]) and 0 < video["Fps"] <= 120):
        raise invalid("OutputMediaConfig.Video.Fps", f"{video['Fps']!r} is not a number above 0 and up to 120")
    for name in ("Codec", "Preset"):
        if video.get(name) is not None and not isinstance(video[name], str):
            raise invalid(f"OutputMediaConfig.Video.{name}", f"{video[name]!r} is not a text")
    for name, allowed in (
        ("Profile", ("baseline", "main", "high")),
        ("Orientation", ("Horizontal", "Vertical")),
    ):
        if video.get(name) is not None and video[name] not in allowed:
            raise invalid(f"OutputMediaConfig.Video.{name}", f"{video[name]!r} is not one of {', '.join(allowed)}")


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _whole(where: str, value: object, low: int, high: int) -> int:
    number = int(value) if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 10 else value
    if isinstance(number, float) and number.is_integer():
        number = int(number)
    if isinstance(number, bool) or not isinstance(number, int) or not low <= number <= high:
        raise invalid(where, f"{value!r} is not a whole number from {low} to {high}")
    return number


def expected(config: dict[str, Any], length: float) -> dict[str, Any]:
    """The facts to claim for an output that is not rendered."""
    video = config.get("Video") or {}
    longest = config.get("MaxDuration")
    return {
        "duration": min(length, longest) if longest else length,
        "width": config.get("Width") or 1280,
        "height": config.get("Height") or 720,
        "fps": float(video.get("Fps") or 25),
        "has_audio": True,
        "bitrate": float(config.get("Bitrate") or 2000),
    }
