"""Whether a failed request is sent again, and when. Pure: the transport sleeps and sends.

Only what is safe to repeat is repeated: a request that the cloud turned away before doing anything (throttled), one
that never left (status 0, no connection), and, when the operation is idempotent, one that failed in any other
passing way. Credentials and wrong requests do not get better by repeating.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from reelstack.errors import CloudError, OutcomeUnknown, Throttled, Unavailable

# Nothing changes by itself while we wait a few seconds: a person must act.
HOPELESS = frozenset({"LocalCloudNotRunning", "CertificateNotTrusted"})


class Random(Protocol):
    """What we need of randomness; `random.Random` has it."""

    def random(self) -> float:
        """A number from 0 up to, not including, 1."""


@dataclass(frozen=True)
class Limits:
    """How long to go on. `first` and `longest` bound a single pause, `budget` all pauses of one request together.

    All in seconds. A cloud that asks for a longer pause than the budget has left is not asked again.
    """

    attempts: int = 6
    first: float = 0.5
    longest: float = 10.0
    budget: float = 40.0


LIMITS = Limits()
# Where limits count by the minute, a throttle is over after one; patience must be longer than that.
PER_MINUTE = Limits(attempts=7, first=2.0, longest=30.0, budget=150.0)


def decide(
    error: CloudError,
    attempt: int,
    *,
    idempotent: bool,
    random: Random,
    waited: float = 0.0,
    limits: Limits = LIMITS,
) -> float | None:
    """Seconds to pause before the next attempt, or None to give up.

    `attempt` counts from 1, `waited` is what was paused before. Back-off doubles, with full jitter: any pause from
    zero to the bound, so that threads that failed together do not come back together. A throttle's own pause is
    kept to, and the jitter comes on top.
    """
    if attempt >= limits.attempts or not may_repeat(error, idempotent=idempotent):
        return None
    jitter = random.random() * min(limits.longest, limits.first * 2.0 ** (attempt - 1))
    asked = error.retry_after or 0.0 if isinstance(error, Throttled) else 0.0
    delay = asked + jitter
    return None if waited + delay > limits.budget else delay


def may_repeat(error: CloudError, *, idempotent: bool) -> bool:
    """Whether sending the request again can do no harm and may help."""
    if error.code in HOPELESS:
        return False
    if isinstance(error, Throttled):
        return True
    if not isinstance(error, Unavailable):
        return False
    never_sent = error.status == 0 and not isinstance(error, OutcomeUnknown)
    return idempotent or never_sent
