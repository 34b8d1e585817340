"""The local cloud of this directory or of one above it: its address and its test keys, from the file that it writes.

They are read when a client is opened, so that a restart on another port is no change to anything, and real keys
never reach it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from reelstack.errors import ConfigError

ENDPOINT = "local"
DIRECTORY = Path(".reelstack") / "cloud"
FILE = "cloud.json"
DIRECTORY_VARIABLE = "REELSTACK_CLOUD_DIR"


@dataclass(frozen=True)
class LocalCloud:
    """Where it answers, and the keys that it takes. `huawei_*` are empty when it does not serve that service."""

    url: str
    access_key_id: str
    access_key_secret: str = field(repr=False)
    huawei_access_key: str = ""
    huawei_secret_key: str = field(default="", repr=False)
    huawei_project_id: str = ""


def find(start: Path, environ: Mapping[str, str]) -> LocalCloud:
    """The local cloud that belongs to a directory: the one that the environment names, or the nearest above.

    Raises ConfigError when none runs.
    """
    named = environ.get(DIRECTORY_VARIABLE)
    candidates = [Path(named)] if named else [place / DIRECTORY for place in (start, *start.parents)]
    for directory in candidates:
        file = directory / FILE
        if file.is_file():
            return _read(file)
    raise ConfigError("the local cloud is not running.", hint="Start it with `reelstack cloud start`.")


def _read(file: Path) -> LocalCloud:
    hint = "Stop it and start it again: `reelstack cloud stop`, `reelstack cloud start`."
    try:
        said = json.loads(file.read_text(encoding="utf-8"))
        known = {name: str(said[name]) for name in LocalCloud.__dataclass_fields__ if name in said}
        return LocalCloud(**known)
    except (OSError, ValueError, TypeError) as error:
        raise ConfigError(f"{file.name} of the local cloud cannot be read.", hint=hint) from error
