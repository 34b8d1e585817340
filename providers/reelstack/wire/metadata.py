"""Asks the virtual machine that we run on for its role's temporary keys: Alibaba Cloud's ECS, Huawei Cloud's ECS.

The first question is a probe of less than a second, because mostly there is no such machine; what follows is asked
of somebody who has answered. Raises `ConfigError`. Never through a proxy.
API: https://help.aliyun.com/document_detail/108460.html, https://support.huaweicloud.com/usermanual-ecs/ecs_03_0166.html
"""

from __future__ import annotations

from urllib.parse import quote

from reelstack.wire import document, lease
from reelstack.wire.connection import Timeouts
from reelstack.wire.document import Question
from reelstack.wire.lease import Lease

ALIBABA = "http://100.100.100.200"
HUAWEI = "http://169.254.169.254"

PROBE = Timeouts(connect=0.4, read=0.5, whole=0.5)
_PATIENT = Timeouts(connect=1.0, read=5.0, whole=5.0)
_SECONDS = "21600"
_KEYS = "latest/meta-data/ram/security-credentials/"


def alibaba_role(url: str, role: str = "", *, without_token: bool = True) -> Lease:
    """The keys of the machine's role. `without_token`: go on as in the service's first version if it has no tokens."""
    headers = _token(f"{url}/latest/api/token", "x-aliyun-ecs-metadata-token", required=not without_token)
    name = role or document.ask(_question(f"{url}/{_KEYS}", headers)).require_success().line()
    return lease.read(document.fetch(_question(f"{url}/{_KEYS}{quote(name, safe='')}", headers)))


def huawei_agency(url: str) -> Lease:
    """The keys of the machine's agency. A service without tokens is asked without."""
    headers = _token(f"{url}/meta-data/latest/api/token", "x-metadata-token", required=False)
    return lease.read(document.fetch(_question(f"{url}/openstack/latest/securitykey", headers)))


def _token(url: str, header: str, *, required: bool) -> tuple[tuple[str, str], ...]:
    wanted = ((f"{header}-ttl-seconds", _SECONDS),)
    reply = document.ask(Question(url, "PUT", wanted, timeouts=PROBE, direct=True))
    if reply.status >= 400 and not required:
        return ()
    return ((header, reply.require_success().line()),)


def _question(url: str, headers: tuple[tuple[str, str], ...]) -> Question:
    return Question(url, headers=headers, timeouts=_PATIENT, direct=True)
