"""The parts of a submission that say something about the production, not what is in it: EditingProduceConfig,
MediaMetadata, ProjectMetadata, UserData. Checked here; what is accepted without effect is told as a note.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from reelstack.emulator.errors import invalid
from reelstack.emulator.params import Params
from reelstack.emulator.timeline import NUMBER_MOST

USER_DATA_MOST = 512
"""Bytes, documented."""
ADDRESSES = ("NotifyAddress", "RegisterMediaNotifyAddress")
_FLAGS = ("AutoRegisterInputVodMedia", "OutputWebmTransparentChannel")
_PLAIN = ("", None, False, "false", "False")


@dataclass(frozen=True)
class ProduceConfig:
    """What EditingProduceConfig asks for: the cover's second or address; and what is not done here as it is asked."""

    cover_at: float = 0.0
    cover_url: str = ""
    notes: tuple[str, ...] = ()


def produce_config(params: Params) -> ProduceConfig:
    """Read EditingProduceConfig. Without a cover in it the first frame is the cover."""
    config = params.json_object("EditingProduceConfig")
    for name in _FLAGS:
        if str(config.get(name) or "false").lower() not in ("true", "false"):
            raise invalid(f"EditingProduceConfig.{name}", f"{config[name]!r} is neither true nor false")
    cover = config.get("CoverConfig") or {}
    if not isinstance(cover, dict):
        raise invalid("EditingProduceConfig.CoverConfig", "it is not an object")
    url = cover.get("CoverUrl") or ""
    if not isinstance(url, str):
        raise invalid("EditingProduceConfig.CoverConfig.CoverUrl", f"{url!r} is not a text")
    return ProduceConfig(_second(cover.get("StartTime")), url, tuple(_without_effect(config, cover)))


def _second(value: object) -> float:
    found = 0.0 if value is None else value
    if isinstance(found, bool) or not isinstance(found, (int, float)) or not 0 <= found <= NUMBER_MOST:
        raise invalid("EditingProduceConfig.CoverConfig.StartTime", f"{str(value)[:40]!r} is not a number of seconds")
    return float(found)


def _without_effect(config: Mapping[str, Any], cover: Mapping[str, Any]) -> Iterator[str]:
    # All media of VOD are known to this cloud anyway: nothing has to be registered.
    for name, value in config.items():
        if name not in ("AutoRegisterInputVodMedia", "CoverConfig") and value not in _PLAIN:
            yield f"EditingProduceConfig.{name}: not rendered"
    for name in cover:
        if name not in ("StartTime", "CoverUrl"):
            yield f"EditingProduceConfig.CoverConfig.{name}: not rendered"


def media_metadata(params: Params) -> dict[str, Any]:
    """MediaMetadata, checked."""
    found = params.json_object("MediaMetadata")
    _check_texts("MediaMetadata", found, ("Title", "Description", "Tags"))
    category = found.get("CateId")
    if category is not None and not re.fullmatch("[0-9]{1,18}", str(category)):
        raise invalid("MediaMetadata.CateId", f"{category!r} is not a whole number")
    return found


def project_metadata(params: Params) -> dict[str, Any]:
    """ProjectMetadata, checked."""
    found = params.json_object("ProjectMetadata")
    _check_texts("ProjectMetadata", found, ("Title", "Description"))
    return found


def user_data(params: Params) -> dict[str, Any]:
    """UserData, checked."""
    found = params.json_object("UserData", most=USER_DATA_MOST)
    _check_texts("UserData", found, ADDRESSES)
    return found


def _check_texts(parameter: str, found: Mapping[str, Any], names: tuple[str, ...]) -> None:
    for name in names:
        if found.get(name) is not None and not isinstance(found[name], str):
            raise invalid(f"{parameter}.{name}", f"{found[name]!r} is not a text")
