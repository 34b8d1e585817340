"""The agencies of Huawei Cloud whose temporary keys stand behind a source: by OIDC token, of the machine, of the pod.

Made by the chain. Each is asked for once, however often the chain is walked.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from reelstack.clock import Clock
from reelstack.clouds.credentials import chain
from reelstack.clouds.credentials.chain import Absent, Source
from reelstack.clouds.credentials.renewal import Leases, Obtain
from reelstack.errors import ConfigError
from reelstack.wire import lease, metadata
from reelstack.wire.document import Question, fetch
from reelstack.wire.lease import Lease

STS_ENDPOINT_VARIABLE = "HUAWEICLOUD_SDK_STS_ENDPOINT"
METADATA_ENDPOINT_VARIABLE = "REELSTACK_HUAWEI_METADATA_ENDPOINT"
_STS = "https://sts.cn-north-4.myhuaweicloud.com"
_URNS = ("HUAWEICLOUD_OIDC_PROVIDER_URN", "HUAWEICLOUD_OIDC_AGENCY_URN")
_TOKEN, _TOKEN_FILE = "HUAWEICLOUD_OIDC_ID_TOKEN", "HUAWEICLOUD_OIDC_TOKEN_FILE"
_POD = ("HC_CONTAINER_CREDENTIALS_FULL_URI", "HC_CONTAINER_AUTHORIZATION_TOKEN_FILE")


class Agencies:
    """Makes sources of temporary keys from what the environment names."""

    def __init__(self, environ: Mapping[str, str], clock: Clock) -> None:
        self._environ = environ
        self._leases = Leases(clock)

    def with_oidc(self) -> Source:
        """The agency that an identity provider's token gives; raises `Absent` when none is named."""
        provider, agency = (self._given(name) for name in _URNS)
        if not (provider and agency and (self._given(_TOKEN) or self._given(_TOKEN_FILE))):
            raise Absent(f"{_URNS[0]} and its fellows not set")
        url = (self._given(STS_ENDPOINT_VARIABLE) or _STS).rstrip("/")

        def obtain() -> Lease:
            body = {
                "provider_urn": provider,
                "agency_urn": agency,
                "agency_session_name": self._given("HUAWEICLOUD_OIDC_SESSION_NAME") or "reelstack",
                "id_token": self._given(_TOKEN) or _read(self._given(_TOKEN_FILE)),
                "duration_seconds": int(self._given("HUAWEICLOUD_OIDC_DURATION_SECONDS") or 3600),
                **({"policy": policy} if (policy := self._given("HUAWEICLOUD_OIDC_POLICY")) else {}),
            }
            return lease.read(fetch(Question(f"{url}/v5/agencies/assume-with-oidc", "POST", body=body)))

        return self._leases.of((url, provider, agency), _told("the OIDC agency", obtain))

    def of_machine(self) -> Source:
        """The agency of the virtual machine that we run on; `Absent` when that is none or has none."""
        url = self._given(METADATA_ENDPOINT_VARIABLE).rstrip("/") or metadata.HUAWEI

        def obtain() -> Lease:
            try:
                return metadata.huawei_agency(url)
            except ConfigError as error:
                raise Absent(error.message.rstrip(".")) from error

        return self._leases.of(url, obtain)

    def of_pod(self) -> Source:
        """The identity of the pod that we run in; raises `Absent` when none is named."""
        url, file = (self._given(name) for name in _POD)
        if not (url and file):
            raise Absent(f"{' and '.join(_POD)} not set")

        def obtain() -> Lease:
            headers = (("authorization", _read(file)),)
            return lease.read(fetch(Question(url, "POST", headers, body={})))

        return self._leases.of((url, file), _told("the pod's identity", obtain))

    def _given(self, name: str) -> str:
        return self._environ.get(name, "").strip()


def _told(what: str, obtain: Obtain) -> Obtain:
    """Say of an error what could not be had: the source is named, so that it has nothing is no absence."""

    def telling() -> Lease:
        try:
            return obtain()
        except ConfigError as error:
            raise ConfigError(f"{what}: {error.message}", hint=error.hint) from error

    return telling


def _read(file: str) -> str:
    try:
        return chain.text(Path(file)).strip()
    except Absent as error:
        raise ConfigError(f"the token file {file}: {error}.") from error
