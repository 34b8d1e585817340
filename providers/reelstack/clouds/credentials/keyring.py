"""Reads keys that settings refer to, at the moment of the call. They are kept nowhere."""

from __future__ import annotations

import os
from pathlib import Path

from reelstack.errors import ConfigError
from reelstack.models.references import KeyReference


def read(reference: KeyReference) -> str:
    """The key that a reference names; raises ConfigError, which says where was looked and never what was found."""
    key = _of_variable(reference.env) if reference.env is not None else _of_file(reference.file or "")
    if not key:
        where = f"the environment variable {reference.env}" if reference.env else f"the file {reference.file}"
        raise ConfigError(
            f"there is no key in {where}, to which the output settings refer. Nothing was submitted.",
            hint="Set it where this runs, then run again.",
        )
    return key


def _of_variable(name: str) -> str:
    return os.environ.get(name, "").strip()


def _of_file(name: str) -> str:
    try:
        lines = Path(name).expanduser().read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"the key in {name}, to which the output settings refer, cannot be read: {type(error).__name__}.",
            hint="Put the key alone on the file's first line.",
        ) from error
    return lines[0].strip() if lines else ""
