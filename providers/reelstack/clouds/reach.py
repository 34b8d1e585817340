"""Where a site answers, and with whose keys: decided by the site, the environment and the local cloud's file.

The site comes first: it is what the state says, and a thing must be looked for where it was made. Then the
environment, which may name another way to the same service; then the region's own address. A site with the endpoint
`local` is the local cloud and nothing else: real keys never reach it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from reelstack.clock import Clock
from reelstack.clouds import credentials, local
from reelstack.clouds.alibaba_ims import endpoints as ims_endpoints
from reelstack.clouds.alibaba_vod import endpoints as vod_endpoints
from reelstack.clouds.base import Site
from reelstack.clouds.credentials import huawei as huawei_credentials
from reelstack.clouds.huawei_vod import endpoints as huawei_endpoints
from reelstack.errors import ConfigError
from reelstack.wire import iam
from reelstack.wire.signing.huawei import SdkHmac
from reelstack.wire.signing.token import Given, TokenAuth

ENDPOINT_VARIABLES = {
    "ims": "REELSTACK_IMS_ENDPOINT",
    "vod": "REELSTACK_VOD_ENDPOINT",
    "huawei": "REELSTACK_HUAWEI_ENDPOINT",
}
IAM_ENDPOINT_VARIABLE = "HUAWEICLOUD_SDK_IAM_ENDPOINT"  # the vendor's own name


@dataclass(frozen=True)
class AlibabaAccess:
    """Where a service of Alibaba Cloud answers and with whose keys."""

    url: str
    keys: credentials.Source


@dataclass(frozen=True)
class HuaweiAccess:
    """Where Huawei Cloud VOD answers, what signs, and for which project."""

    url: str
    auth: SdkHmac | TokenAuth
    project_id: str


def alibaba(site: Site, clock: Clock, environ: Mapping[str, str], start: Path) -> AlibabaAccess:
    """How to reach a service of Alibaba Cloud. `start` is where the local cloud is looked for, upward."""
    if site.endpoint == local.ENDPOINT:
        cloud = local.find(start, environ)
        keys = credentials.Credentials(cloud.access_key_id, cloud.access_key_secret)
        return AlibabaAccess(cloud.url, lambda: keys)
    return AlibabaAccess(endpoint(site, environ), credentials.default_chain(clock))


def huawei(site: Site, clock: Clock, environ: Mapping[str, str], start: Path) -> HuaweiAccess:
    """How to reach Huawei Cloud VOD. `start` is where the local cloud is looked for, upward."""
    if site.endpoint == local.ENDPOINT:
        return _local_huawei(local.find(start, environ), site, clock)
    url, sign_in = endpoint(site, environ), huawei_credentials.sign_in(environ)
    if sign_in is None:
        keys = huawei_credentials.default_chain(clock)
        project_id = site.account or huawei_credentials.project_id(environ, keys)
        return HuaweiAccess(url, SdkHmac(keys, clock, project_id), project_id)
    named = site.account or environ.get(huawei_credentials.PROJECT_VARIABLE, "").strip()
    project_id = huawei_credentials.require_project(named)
    if sign_in.token:
        return HuaweiAccess(url, TokenAuth(Given(sign_in.token)), project_id)
    user = iam.User(sign_in.user, sign_in.password, sign_in.domain, project=site.region, project_id=project_id)
    return HuaweiAccess(url, TokenAuth(iam.IamTokens(iam_endpoint(site, environ), lambda: user, clock)), project_id)


def endpoint(site: Site, environ: Mapping[str, str]) -> str:
    """The address of a site that is not the local cloud."""
    named = site.endpoint or environ.get(ENDPOINT_VARIABLES[site.service], "").strip()
    return _address(named) if named else _regional(site, environ)


def iam_endpoint(site: Site, environ: Mapping[str, str]) -> str:
    """The address of the identity service beside a Huawei Cloud site."""
    named = environ.get(IAM_ENDPOINT_VARIABLE, "").strip()
    return _address(named) if named else huawei_endpoints.iam_endpoint(site.region, environ)


def _regional(site: Site, environ: Mapping[str, str]) -> str:
    if site.service == "huawei":
        return huawei_endpoints.endpoint(site.region, environ)
    if site.service == "vod":
        return vod_endpoints.endpoint(site.region)
    return ims_endpoints.endpoint(site.region)


def _address(named: str) -> str:
    return named if "://" in named else f"https://{named}"


def _local_huawei(cloud: local.LocalCloud, site: Site, clock: Clock) -> HuaweiAccess:
    if not cloud.huawei_access_key:
        raise ConfigError(
            "the local cloud that runs here does not serve Huawei Cloud VOD.",
            hint="Start it again with this version: `reelstack cloud stop`, `reelstack cloud start`.",
        )
    keys = credentials.Credentials(cloud.huawei_access_key, cloud.huawei_secret_key)
    project_id = site.account or cloud.huawei_project_id
    return HuaweiAccess(cloud.url, SdkHmac(lambda: keys, clock, project_id), project_id)
