"""The settings of a stack, read in the program: `reelstack:service`, `region`, `endpoint` and so on.

They become inputs of the resources, so that the state says where each thing lives. Keys are settings too, which are
never read here: the host is told them (`bridge.Provider.configure`).
"""

from __future__ import annotations

import difflib
import functools
import json
import os
from collections.abc import Iterable
from dataclasses import dataclass, fields
from pathlib import Path

import pulumi

from reelstack.clouds import credentials, local
from reelstack.clouds.credentials import huawei, stack
from reelstack.errors import ConfigError, NoCredentials
from reelstack.models import pilots
from reelstack.models.oss import check_object_url, region_of
from reelstack.reconcile import budget

NAMESPACE = stack.NAMESPACE
DEFAULT_CAMPAIGNS = "campaigns"
# The services that there are, the usual one first, each with the region that is meant when none is named.
REGIONS = {"ims": "cn-shanghai", "vod": "cn-shanghai", "huawei": "cn-north-4"}

# How resources are looked at: the words of each setting, the usual one first.
BY_STATE = "state"
LOOKS = {"missing": ("stop", "render"), "drift": ("live", BY_STATE)}


@dataclass(frozen=True)
class Settings:
    """Where the resources of a stack live, unless their arguments say otherwise.

    `endpoint` is `local` for the local cloud, a URL, or empty for the region's own. `output` is the OSS location
    below which videos are written, such as https://my-bucket.oss-cn-shanghai.aliyuncs.com/campaigns. `missing` says
    what many missing assets at once mean: `stop` (it is taken for the wrong account) or `render`; `drift` whether
    projects are compared with what the cloud holds (`live`) or with the state alone (`state`). `account` is the id of
    the Huawei Cloud project; empty is the one that is named beside the keys. `campaigns` is the directory of the
    stack's campaign files, seen from its program, and `approved` are the videos with variants whose pilot is approved.
    """

    service: str
    region: str
    endpoint: str
    output: str
    missing: str
    drift: str
    account: str
    campaigns: str
    approved: tuple[str, ...] = ()

    def looks(self) -> dict[str, str]:
        """What of them says how a resource is looked at, where it is not the usual: an input of the resource."""
        unusual = {"missing": self.missing, "drift": self.drift}
        return {key: value for key, value in unusual.items() if value != LOOKS[key][0]}


def read() -> Settings:
    """Read the settings of the running program's stack; raises ConfigError for what cannot be meant."""
    _check_keys(os.environ.get("PULUMI_CONFIG") or "{}", os.environ.get("PULUMI_CONFIG_SECRET_KEYS") or "[]")
    config = pulumi.Config(NAMESPACE)
    service = config.get("service") or next(iter(REGIONS))
    require_service(service)
    settings = Settings(
        service=service,
        region=config.get("region") or REGIONS[service],
        endpoint=config.get("endpoint") or "",
        output=(config.get("output") or "").rstrip("/"),
        missing=config.get("missing") or LOOKS["missing"][0],
        drift=config.get("drift") or LOOKS["drift"][0],
        account=config.get("account") or "",
        campaigns=config.get("campaigns") or DEFAULT_CAMPAIGNS,
        approved=pilots.approved(config.get("approved") or ""),
    )
    _require_usable(settings, Path.cwd())
    return settings


@functools.cache  # every resource of a program reads the same settings
def _require_usable(settings: Settings, directory: Path) -> None:
    for key, words in LOOKS.items():
        if getattr(settings, key) not in words:
            raise ConfigError(f"{NAMESPACE}:{key} is {' or '.join(words)}, not {getattr(settings, key)!r}.")
    _require_one_region(settings)
    _require_address(settings.endpoint)
    if settings.endpoint == local.ENDPOINT:
        local.find(directory, os.environ)  # raises when it does not run: before anything is declared
    elif not settings.endpoint:
        _require_keys(settings.service)


def _require_keys(service: str) -> None:
    """Raise before anything is declared when there are no keys; a preview goes on from the state and says so."""
    given = _ours(json.loads(os.environ.get("PULUMI_CONFIG") or "{}"))
    if set(given) & set(stack.NAMES):
        return  # the host has them
    try:
        if service != "huawei":
            credentials.find(os.environ, Path.home())
        elif huawei.sign_in(os.environ) is None:
            huawei.find(os.environ, Path.home())
    except NoCredentials as error:
        if not pulumi.runtime.is_dry_run():
            raise
        said = error.message.splitlines()[0]
        pulumi.warn(f"{said} This preview knows only the state, and `up` would stop here. See `reelstack doctor`.")


def _require_address(endpoint: str) -> None:
    """A word alone is no host of a cloud's; a misspelt `local` must not become a look-up in the network."""
    bare = "://" not in endpoint and not any(mark in endpoint for mark in ".:")
    if endpoint and bare and endpoint not in (local.ENDPOINT, "localhost"):
        hint = f"Write {local.ENDPOINT}, or a URL such as https://host."
        raise ConfigError(f"{NAMESPACE}:endpoint {endpoint!r} is neither the local cloud nor an address.", hint=hint)


def require_service(service: str) -> None:
    """Raise ConfigError for a service that there is not, with the one that was most likely meant."""
    if service not in REGIONS:
        near = difflib.get_close_matches(service, REGIONS, n=1)
        meant = f"Did you mean {near[0]}?" if near else f"There are: {', '.join(REGIONS)}."
        raise ConfigError(f"{NAMESPACE}:service: there is no service {service!r}.", hint=meant)


@functools.cache
def _check_keys(config: str, secret_keys: str) -> None:
    given = _ours(json.loads(config))
    _refuse_unknown(given)
    stack.require_whole(given)
    stack.require_secret(given, _ours(json.loads(secret_keys)))


def _ours(keys: Iterable[str]) -> list[str]:
    split = (full.partition(":") for full in keys)
    return [key for namespace, _, key in split if namespace == NAMESPACE]


def _refuse_unknown(given: Iterable[str]) -> None:
    places = [*(field.name for field in fields(Settings)), *budget.NAMES]
    for key in given:
        if key not in (*places, *stack.NAMES):
            near = difflib.get_close_matches(key, (*places, *stack.NAMES), n=1)
            meant = f"Did you mean {NAMESPACE}:{near[0]}?" if near else f"There are: {', '.join(places)}."
            raise ConfigError(f"there is no setting {NAMESPACE}:{key}.", hint=meant)


def _require_one_region(settings: Settings) -> None:
    if not settings.output:
        return
    if settings.service == "huawei":
        raise ConfigError(
            f"{NAMESPACE}:output has no meaning for Huawei Cloud VOD: its videos are assets of its own.",
            hint=f"Take {NAMESPACE}:output out of the settings of this stack.",
        )
    try:
        check_object_url(f"{settings.output}/video.mp4")
    except ValueError:
        hint = "Write it as https://BUCKET.oss-REGION.aliyuncs.com/PATH."
        raise ConfigError(f"{NAMESPACE}:output {settings.output!r} is not an OSS location.", hint=hint) from None
    lies = region_of(settings.output)
    if lies != settings.region:
        raise ConfigError(
            f"{NAMESPACE}:output lies in {lies}, but {NAMESPACE}:region is {settings.region}.",
            hint="The service writes only to buckets of its own region: set both to the same.",
        )
