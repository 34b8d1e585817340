"""Asks Alibaba Cloud's STS whose keys these are, and for a role's temporary ones: signed, or with an OIDC token.

Raises `CloudError`: keys that may not assume the role are wrong keys. An outcome is never unknown here, because keys
that nobody receives do no harm.
API: GetCallerIdentity, AssumeRole, AssumeRoleWithOIDC (STS, version 2015-04-01).
"""

from __future__ import annotations

import random
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC

import httpx

from reelstack.clock import Clock
from reelstack.errors import ConfigError, OutcomeUnknown, Unavailable
from reelstack.wire import lease, retry
from reelstack.wire.connection import Timeouts
from reelstack.wire.lease import Lease
from reelstack.wire.message import Rpc
from reelstack.wire.signing.acs3 import Acs3
from reelstack.wire.signing.keys import Keys
from reelstack.wire.transport import Transport

CLOUD = "alibaba-sts"
VERSION = "2015-04-01"
_TIMEOUTS = Timeouts(connect=5.0, read=10.0)
# All threads wait for these keys, and keys that still hold are used on when new ones cannot be had.
_LIMITS = retry.Limits(attempts=3, first=0.5, longest=2.0, budget=5.0)


@dataclass(frozen=True)
class Role:
    """Which role to take on, under what name, for how many seconds, and with which narrower policy."""

    arn: str
    session_name: str = "reelstack"
    seconds: str = "3600"
    policy: str = ""
    external_id: str = ""

    def parameters(self) -> dict[str, str]:
        """As the service spells them."""
        given = {"Policy": self.policy, "ExternalId": self.external_id}
        return {
            "RoleArn": self.arn,
            "RoleSessionName": self.session_name,
            "DurationSeconds": self.seconds,
            **{name: value for name, value in given.items() if value},
        }


def account(url: str, keys: Callable[[], Keys], clock: Clock) -> str:
    """The id of the account that the keys belong to; every key may ask that. Empty when the answer does not tell."""
    auth = Acs3(keys, clock, lambda: secrets.token_hex(16))
    return str(_send(url, auth, clock, "GetCallerIdentity", Rpc(VERSION, {})).get("AccountId") or "")


def assume_role(url: str, role: Role, keys: Callable[[], Keys], clock: Clock) -> Lease:
    """The role's keys, asked for with other keys."""
    auth = Acs3(keys, clock, lambda: secrets.token_hex(16))
    return _ask(url, auth, clock, "AssumeRole", Rpc(VERSION, role.parameters()))


def assume_role_with_oidc(url: str, role: Role, provider_arn: str, token: str, clock: Clock) -> Lease:
    """The role's keys, asked for with the token of an identity provider: the pod's own, in Kubernetes."""
    action = "AssumeRoleWithOIDC"
    moment = clock.now().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    query = {"Action": action, "Version": VERSION, "Format": "JSON", "Timestamp": moment}
    form = {**role.parameters(), "OIDCProviderArn": provider_arn, "OIDCToken": token}
    return _ask(url, httpx.Auth(), clock, action, Rpc(VERSION, query, form))


def _ask(url: str, auth: httpx.Auth, clock: Clock, action: str, message: Rpc) -> Lease:
    try:
        return lease.read(_send(url, auth, clock, action, message))
    except ConfigError as error:
        raise _unavailable(action, "NoKeys", error.message.rstrip(".")) from error


def _send(url: str, auth: httpx.Auth, clock: Clock, action: str, message: Rpc) -> dict[str, object]:
    chance = random.SystemRandom()
    with Transport(url, auth, clock=clock, random=chance, timeouts=_TIMEOUTS, limits=_LIMITS) as transport:
        try:
            return transport.send(action, message, cloud=CLOUD, idempotent=True)
        except OutcomeUnknown as error:
            raise _unavailable(action, error.code, error.reason) from error


def _unavailable(action: str, code: str, why: str) -> Unavailable:
    # Status 0, as for what was never sent: nothing was asked of the service that the keys are for.
    return Unavailable(cloud=CLOUD, action=action, code=code, message=why, hint="Run again.")
