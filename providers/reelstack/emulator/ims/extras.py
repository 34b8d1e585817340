"""The parts of a submission that say something about the production, not what is in it: EditingProduceConfig,
MediaMetadata, ProjectMetadata, UserData. Checked here; what is accepted without effect is told as a note.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reelstack.emulator.errors import invalid
from reelstack.emulator.params import Params

USER_DATA_MOST = 512
"""Bytes, documented."""
ADDRESSES = ("NotifyAddress", "RegisterMediaNotifyAddress")
_FLAGS = ("AutoRegisterInputVodMedia", "OutputWebmTransparentChannel")
_PLAIN = ("", None, False, "false", "False")


def produce_config(params: Params) -> tuple[str, ...]:
    """Check EditingProduceConfig; returns what is not done here as it is asked for."""
    config = params.json_object("EditingProduceConfig")
    for name in _FLAGS:
        if str(config.get(name) or "false").lower() not in ("true", "false"):
            raise invalid(f"EditingProduceConfig.{name}", f"{config[name]!r} is neither true nor false")
    cover = config.get("CoverConfig")
    if cover is not None and not isinstance(cover, dict):
        raise invalid("EditingProduceConfig.CoverConfig", "it is not an object")
    # All media of VOD are known to this cloud anyway: nothing has to be registered.
    left = [n for n, value in config.items() if n != "AutoRegisterInputVodMedia" and value not in _PLAIN]
    return tuple(f"EditingProduceConfig.{name}: not rendered" for name in left)


def media_metadata(params: Params) -> dict[str, Any]:
    """MediaMetadata, checked."""
    found = params.json_object("MediaMetadata")
    _check_texts("MediaMetadata", found, ("Title", "Description", "Tags"))
    category = found.get("CateId")
    if category is not None and not str(category).isdigit():
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
