"""From a site to its client: the only module that imports the services. Opened once per process and site.

A site with the endpoint `local` is the local cloud of this directory or of one above it: its address and its test
keys are read from the file that it writes, so that a restart on another port is no change to anything, and real
keys never reach it.
"""

from __future__ import annotations

import functools
import json
import os
import random
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from reelstack.clock import Clock
from reelstack.clouds import credentials
from reelstack.clouds.alibaba_ims.adapter import ImsCloud
from reelstack.clouds.alibaba_ims.client import ImsClient
from reelstack.clouds.base import Cloud, Site
from reelstack.errors import ConfigError
from reelstack.wire.signing.acs3 import Acs3
from reelstack.wire.transport import Transport

LOCAL = "local"
LOCAL_DIRECTORY = Path(".reelstack") / "cloud"
LOCAL_FILE = "cloud.json"
LOCAL_DIRECTORY_VARIABLE = "REELSTACK_CLOUD_DIR"


@dataclass(frozen=True)
class Access:
    """Where a service answers and with whose keys."""

    url: str
    keys: credentials.Source


@functools.lru_cache(maxsize=32)
def open_cloud(site: Site, clock: Clock) -> Cloud:
    """Open the client for a site; raises ConfigError when the service, the local cloud or the keys are missing."""
    if site.service != "ims":
        raise ConfigError(f"there is no service {site.service!r}.", hint="Set reelstack:service to ims.")
    access = local_access(Path.cwd(), os.environ) if site.endpoint == LOCAL else real_access(site)
    auth = Acs3(access.keys, clock, lambda: secrets.token_hex(16))
    return ImsCloud(ImsClient(Transport(access.url, auth, clock=clock, random=random.SystemRandom())))


def real_access(site: Site) -> Access:
    """The service's own endpoint, or the one that the settings give, with the user's credentials."""
    url = site.endpoint or f"https://ice.{site.region}.aliyuncs.com"
    return Access(url if "://" in url else f"https://{url}", credentials.default_chain())


def local_access(start: Path, environ: Mapping[str, str]) -> Access:
    """The local cloud that belongs to a directory: the one that the environment names, or the nearest above."""
    named = environ.get(LOCAL_DIRECTORY_VARIABLE)
    candidates = [Path(named)] if named else [place / LOCAL_DIRECTORY for place in (start, *start.parents)]
    for directory in candidates:
        file = directory / LOCAL_FILE
        if file.is_file():
            said = json.loads(file.read_text())
            return Access(said["url"], _fixed(said["access_key_id"], said["access_key_secret"]))
    raise ConfigError("the local cloud is not running.", hint="Start it with `reelstack cloud start`.")


def _fixed(access_key_id: str, access_key_secret: str) -> credentials.Source:
    keys = credentials.Credentials(access_key_id, access_key_secret)
    return lambda: keys
