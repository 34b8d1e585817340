"""What a production is made of: where it goes, which settings, which materials; and everything wrong with that."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any

from reelstack.emulator import stand_ins
from reelstack.emulator.errors import invalid, missing
from reelstack.emulator.facts import kind_of
from reelstack.emulator.ims.state import Desk, Media
from reelstack.emulator.objects import Name, ObjectNameError, from_oss_url, oss_url
from reelstack.emulator.params import Params
from reelstack.emulator.timeline import Use

SIDE_LEAST, SIDE_MOST, SHORT_SIDE_MOST, BITRATE_MOST = 128, 4096, 2160, 5000


@dataclass(frozen=True)
class Target:
    """Where the output goes: the object, the address that the job shows, the VOD id when it goes there."""

    name: Name
    url: str
    vod_media_id: str = ""


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
    endpoint, bucket, key = (_text(config, name) for name in ("Endpoint", "Bucket", "ObjectKey"))
    for secret in ("AccessKeyId", "AccessKeySecret"):
        _text(config, secret)
    _check_extension("OutputMediaConfig.ObjectKey", key)
    return Target(Name(bucket, key), f"{endpoint.rstrip('/')}/{bucket}/{key}")


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


@dataclass(frozen=True)
class Materials:
    """The objects behind the references, their lengths, and what could not be found."""

    objects: dict[str, str]
    durations: dict[str, float]
    missing: tuple[str, ...]


def materials(desk: Desk, uses: list[Use]) -> Materials:
    """Find every material. What was never registered is promised to be synthesised, unless the rules are strict."""
    objects, durations, lost = {}, {}, []
    for ref, use in stand_ins.merged(uses).items():
        name = _object_of_url(desk, use) if use.is_url else _object_of_id(desk, use)
        if name is None:
            lost.append(f"{ref} ({use.where})")
            continue
        objects[ref] = str(name)
        durations[ref] = _duration(desk, name)
    return Materials(objects, durations, tuple(lost))


def _duration(desk: Desk, name: Name) -> float:
    source = desk.sources.get(name)
    if source:
        return source.duration
    media = desk.media_of(name)
    return media.known.duration if media and media.known else desk.settings.source_seconds


def _object_of_url(desk: Desk, use: Use) -> Name | None:
    try:
        name = from_oss_url(use.ref, desk.region)
        desk.objects.path(name)
    except ObjectNameError as error:
        raise invalid("Timeline", f"{use.where}: {error}") from error
    if desk.objects.exists(name) and desk.sources.get(name) is None:
        return name
    if desk.settings.strict or desk.was_deleted(name) or _lost(desk, name):
        return None
    stand_ins.promise(desk.sources, desk.settings, use, name, label=name.key.rpartition("/")[2])
    return name


def _object_of_id(desk: Desk, use: Use) -> Name | None:
    known = desk.media.get(use.ref)
    promised = desk.job_of_media(use.ref) if known is None else None
    if promised:
        production = desk.lifecycle.get(promised.id)
        return Name.parse(promised.object) if production and not production.finished else None
    if known and known.deleted:
        return None
    if known and not known.synthesised and desk.objects.exists(Name.parse(known.object)):
        return Name.parse(known.object)
    name = Name.parse(known.object) if known else stand_ins.name(use)
    if desk.settings.strict or _lost(desk, name):
        return None
    source = stand_ins.promise(desk.sources, desk.settings, use, name, label=use.ref)
    media = known or _synthesised(desk, use, name)
    desk.put_media(replace(media, kind=source.kind, facts=asdict(stand_ins.facts(source))))
    return name


def _lost(desk: Desk, name: Name) -> bool:
    """Whether there was a real file once: what was seen and is gone is not replaced by a test picture."""
    media = desk.media_of(name)
    seen = media is not None and media.known is not None and desk.sources.get(name) is None
    return seen and not desk.objects.exists(name)


def _synthesised(desk: Desk, use: Use, name: Name) -> Media:
    now = desk.now()
    return Media(
        id=use.ref,
        url=oss_url(name, desk.region),
        object=str(name),
        kind=use.kind,
        created=now,
        modified=now,
        ready=now,
        title=use.ref,
        synthesised=True,
    )


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
