"""How a family of services words its errors: the fields, the codes, the headers. Tables only; `decode` applies them.

Three questions decide an error's class. Can repeating help? Whose turn is it? May the request have been carried out?
A code decides whatever the HTTP status is: throttling comes as 400, 403, 429 and 503, an unknown key as 404, and on
Huawei Cloud "does not exist" and even internal errors are 403.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from reelstack.errors import CloudError, Denied, NotFound, OutcomeUnknown, Rejected, Throttled, Unavailable

Kinds = Mapping[str, type[CloudError]]


@dataclass(frozen=True)
class Dialect:
    """One family's way of refusing.

    `code`, `message` and `request_id` are the names of those fields, the usual one first; `nested`: they may lie one
    object deeper. `kinds` is by code in lower case, the whole or what stands before its first dot; `statuses` is for
    what it does not know. `pauses` are headers that ask for a pause, with the seconds of their unit; the one in
    `waits` makes a refusal a throttle, and `pause` is for throttles that ask for none. `clock` are the codes that
    blame the time, `locks_out` those after which the same keys must not be shown again (in lower case).
    """

    code: tuple[str, ...]
    message: tuple[str, ...]
    request_id: tuple[str, ...]
    request_id_header: str
    kinds: Kinds
    statuses: Mapping[int, type[CloudError]]
    pauses: tuple[tuple[str, float], ...]
    waits: str = ""
    pause: float | None = None
    clock: tuple[str, ...] = ()
    locks_out: tuple[str, ...] = ()
    nested: bool = False

    def kind(self, code: str) -> type[CloudError] | None:
        """The class of a code; None when only the status can tell."""
        word = code.lower()
        found = self.kinds.get(word) or self.kinds.get(_family(word))
        return found or (NotFound if word.endswith("notfound") else None)

    def blames_clock(self, code: str) -> bool:
        """Whether the code says that the two clocks are too far apart."""
        return code.lower() in self.clock or _family(code.lower()) in self.clock


def _family(word: str) -> str:
    return word.partition(".")[0]


ALIBABA = Dialect(
    # Some gateways begin their keys with a lower-case letter.
    code=("Code", "code"),
    message=("Message", "message"),
    request_id=("RequestId", "requestId"),
    request_id_header="x-acs-request-id",
    kinds={
        # Our nonces are never used twice: something on the way sent the request twice, and the first may have passed.
        "signaturenonceused": OutcomeUnknown,
        "signaturedoesnotmatch": Denied,
        "incompletesignature": Denied,
        "invalidaccesskeyid": Denied,
        "missingaccesskeyid": Denied,
        "invalidtimestamp": Denied,
        "illegaltimestamp": Denied,
        "invalidsecuritytoken": Denied,
        "missingsecuritytoken": Denied,
        "forbidden": Denied,
        "nopermission": Denied,
        "operationdenied": Denied,
        "throttling": Throttled,
        "requeststoofrequent": Throttled,
        "serviceunavailable": Unavailable,
        "internalerror": OutcomeUnknown,
        "invalidaction": Rejected,
        "invalidapi": Rejected,
        "invalidversion": Rejected,
        "invalidproduct": Rejected,
    },
    statuses={401: Denied, 403: Denied, 404: NotFound, 408: Unavailable, 429: Throttled},
    # The service's own header counts milliseconds, HTTP's counts seconds.
    pauses=(("x-acs-retry-after", 0.001), ("retry-after", 1.0)),
    waits="x-acs-retry-after",
    clock=("invalidtimestamp", "illegaltimestamp"),
)

HUAWEI = Dialect(
    code=("error_code", "errorCode", "code"),
    message=("error_msg", "errorMsg", "message"),
    request_id=("request_id", "requestId"),
    request_id_header="x-request-id",
    kinds={
        "vod.10051": OutcomeUnknown,
        "vod.10052": OutcomeUnknown,
        "vod.10053": Rejected,
        "vod.10054": Denied,
        "vod.10055": Denied,
        "vod.10062": NotFound,
        "vod.10081": Rejected,
        "vod.10083": Rejected,
        "vst.10001": Rejected,
        "vst.10002": OutcomeUnknown,
        "vst.10004": Denied,
        "apigw.0101": Rejected,
        "apigw.0201": Rejected,
        "apigw.0301": Denied,
        "apigw.0302": Denied,
        "apigw.0303": Denied,
        "apigw.0305": Denied,
        "apigw.0308": Throttled,
    },
    # A 403 says nothing here, and a 404 only that the address is wrong.
    statuses={401: Denied, 408: Unavailable, 429: Throttled},
    pauses=(("retry-after", 1.0),),
    pause=15.0,  # limits count by the minute: a few of these lead out of it
    clock=("apigw.0303",),
    locks_out=("apigw.0301",),
    nested=True,
)

# Huawei Cloud's identity service: its codes are HTTP statuses once more.
HUAWEI_IAM = replace(
    HUAWEI,
    kinds={},
    statuses={401: Denied, 403: Denied, 408: Unavailable, 429: Throttled},
    locks_out=("401", "http401"),
)
