"""From a site to its client: the only module that imports the services. Opened once per process and site.

Where a site answers and with whose keys is `reach`'s; here the clients are put together.
"""

from __future__ import annotations

import functools
import os
import random
import secrets
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from reelstack.clock import Clock
from reelstack.clouds import reach
from reelstack.clouds.alibaba_ims.adapter import ImsCloud
from reelstack.clouds.alibaba_ims.client import ImsClient
from reelstack.clouds.alibaba_vod.adapter import VodCloud
from reelstack.clouds.alibaba_vod.client import VodClient
from reelstack.clouds.base import Cloud, Edits, Inventory, Site
from reelstack.clouds.credentials.alibaba_roles import sts_endpoint
from reelstack.clouds.huawei_vod.adapter import HuaweiCloud
from reelstack.clouds.huawei_vod.client import HuaweiVodClient
from reelstack.errors import ConfigError, ReelstackError
from reelstack.wire import rate, retry, sts
from reelstack.wire.signing.acs3 import Acs3
from reelstack.wire.transport import Transport

Opened = TypeVar("Opened")


def _once(opener: Callable[[Site, Clock], Opened]) -> Callable[[Site, Clock], Opened]:
    """Open once per site, also when several threads ask at once: they must share one rate limit."""
    kept: dict[tuple[Site, Clock], Opened] = {}
    lock = threading.Lock()

    @functools.wraps(opener)
    def opened(site: Site, clock: Clock) -> Opened:
        with lock:
            if (site, clock) not in kept:
                kept[site, clock] = opener(site, clock)
            return kept[site, clock]

    return opened


@_once
def open_cloud(site: Site, clock: Clock) -> Cloud:
    """Open the client for a site; raises ConfigError when the service, the local cloud or the keys are missing."""
    if site.service == "ims":
        return ImsCloud(ims_client(site, clock))
    if site.service == "vod":
        return VodCloud(vod_client(site, clock))
    raise ConfigError(
        f"there are no projects and productions at the service {site.service!r}.",
        hint="Set reelstack:service to ims or vod; what huawei has is `VodEditTask`.",
    )


@_once
def open_edits(site: Site, clock: Clock) -> Edits:
    """Open the client for a site of a service of editing tasks; raises ConfigError likewise."""
    return HuaweiCloud(huawei_client(site, clock))


def open_inventory(site: Site, clock: Clock) -> Inventory:
    """Open the client for a site of whatever service, to see what is in the account; raises ConfigError likewise."""
    if site.service == "huawei":
        return HuaweiCloud(huawei_client(site, clock))
    return open_cloud(site, clock)


@_once
def account(site: Site, clock: Clock) -> str:
    """The account that the credentials for a site belong to, asked for once; empty where that cannot be known.

    A site at another address than the region's own may stand for anything: its account is asked of nobody.
    """
    if site.account or site.endpoint:
        return site.account
    keys = reach.alibaba(site, clock, os.environ, Path.cwd()).keys
    try:
        return sts.account(sts_endpoint(os.environ), keys, clock)
    except ReelstackError:
        return ""  # not knowing it forbids nothing: the service itself says whether the keys are good


@_once
def ims_client(site: Site, clock: Clock) -> ImsClient:
    """The client of Alibaba Cloud IMS for a site; raises ConfigError. Keys are read at call time."""
    return ImsClient(_alibaba(site, clock, rate.Limiter(clock)))


@_once
def vod_client(site: Site, clock: Clock) -> VodClient:
    """The client of Alibaba Cloud VOD for a site; raises ConfigError. Keys are read at call time."""
    return VodClient(_alibaba(site, clock, rate.Limiter(clock, rate.ALIBABA_VOD)), site.region)


@_once
def huawei_client(site: Site, clock: Clock) -> HuaweiVodClient:
    """The client of Huawei Cloud VOD for a site; raises ConfigError. Keys or tokens are read at call time.

    The project is the site's account, or the one that is found beside the keys.
    """
    access = reach.huawei(site, clock, os.environ, Path.cwd())
    transport = Transport(
        access.url,
        access.auth,
        clock=clock,
        random=random.SystemRandom(),
        limiter=rate.huawei_vod(clock),
        limits=retry.PER_MINUTE,
    )
    return HuaweiVodClient(transport, access.project_id)


def _alibaba(site: Site, clock: Clock, limiter: rate.Limiter) -> Transport:
    access = reach.alibaba(site, clock, os.environ, Path.cwd())
    auth = Acs3(access.keys, clock, lambda: secrets.token_hex(16))
    return Transport(access.url, auth, clock=clock, random=random.SystemRandom(), limiter=limiter)
