"""The roles of Alibaba Cloud whose temporary keys stand behind a source: assumed, by OIDC token, of the machine.

Made by the chain and its profiles. Each role is asked for once, however often the chain is walked.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from reelstack.clock import Clock
from reelstack.clouds.credentials import chain
from reelstack.clouds.credentials.chain import Absent, Source
from reelstack.clouds.credentials.renewal import Leases
from reelstack.errors import ConfigError
from reelstack.wire import lease, metadata, sts
from reelstack.wire.document import fetch
from reelstack.wire.lease import Lease
from reelstack.wire.sts import Role

STS_ENDPOINT_VARIABLE = "REELSTACK_STS_ENDPOINT"
METADATA_ENDPOINT_VARIABLE = "REELSTACK_ECS_METADATA_ENDPOINT"


class Roles:
    """Makes sources of temporary keys. The environment says where STS and the machine's metadata answer."""

    def __init__(self, environ: Mapping[str, str], clock: Clock) -> None:
        self._environ = environ
        self._clock = clock
        self._leases = Leases(clock)

    def assumed(self, role: Role, keys: Source, *, region: str = "", vpc: bool = False) -> Source:
        """A role that other keys may assume; other keys make it another source, so that rotated ones are taken up."""
        url = sts_endpoint(self._environ, region, vpc=vpc)
        return self._leases.of((role, keys, url), lambda: sts.assume_role(url, role, keys, self._clock))

    def with_oidc(
        self, role: Role, provider_arn: str, token_file: Path, *, region: str = "", vpc: bool = False
    ) -> Source:
        """A role that the token in a file gives; the file is read each time, because it is replaced often."""
        url = sts_endpoint(self._environ, region, vpc=vpc)

        def obtain() -> Lease:
            try:
                token = chain.text(token_file).strip()
            except Absent as error:
                raise ConfigError(f"the OIDC token file {token_file}: {error}.") from error
            return sts.assume_role_with_oidc(url, role, provider_arn, token, self._clock)

        return self._leases.of((role, provider_arn, token_file, url), obtain)

    def of_machine(self, name: str = "") -> Source:
        """The role of the virtual machine that we run on; raises `Absent` when that is none or has none."""
        url = self._environ.get(METADATA_ENDPOINT_VARIABLE, "").rstrip("/") or metadata.ALIBABA
        old = self._environ.get("ALIBABA_CLOUD_IMDSV1_DISABLED", "").lower() != "true"

        def obtain() -> Lease:
            try:
                return metadata.alibaba_role(url, name, without_token=old)
            except ConfigError as error:
                raise Absent(error.message.rstrip(".")) from error

        return self._leases.of((url, name, old), obtain)

    def at_address(self, url: str) -> Source:
        """Keys that a local address hands out; one that is named and has none is an error."""

        def obtain() -> Lease:
            try:
                return lease.read(fetch(url))
            except ConfigError as error:
                raise ConfigError(f"ALIBABA_CLOUD_CREDENTIALS_URI: {error.message}") from error

        return self._leases.of(url, obtain)


def sts_endpoint(environ: Mapping[str, str], region: str = "", *, vpc: bool = False) -> str:
    """The address of STS: named by the environment, or that of a region, or the central one."""
    if named := environ.get(STS_ENDPOINT_VARIABLE, "").strip():
        return named if "://" in named else f"https://{named}"
    inside = vpc or environ.get("ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED", "").lower() == "true"
    region = region or environ.get("ALIBABA_CLOUD_STS_REGION", "")
    prefix = "sts-vpc" if inside else "sts"
    return f"https://{prefix}.{region}.aliyuncs.com" if region else "https://sts.aliyuncs.com"
