"""Which account the resources of a stack were made in, as far as this run has seen, so that nothing new goes elsewhere.

What is looked up or replaced is compared with its own account (`bridge.require_same_account`). What is new has none:
it is compared with those of the stack that were looked at before it. The keys are one for all of a cloud.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

from reelstack.errors import ConfigError

_lock = threading.Lock()
_seen: dict[str, str] = {}


def note(olds: Mapping[str, Any], what: str) -> None:
    """Remember the account that a resource of the state was made in, where that is known."""
    if account := olds.get("account_id"):
        with _lock:
            _seen.setdefault(str(account), what)


def require_known(account: str, what: str) -> None:
    """Raise ConfigError when everything that was seen of the stack was made in other accounts than this one."""
    with _lock:
        seen = dict(_seen)
    if account and seen and account not in seen:
        elsewhere, other = next(iter(seen.items()))
        raise ConfigError(
            f"{what} would be made in account {account}, but {other} of this stack was made in account {elsewhere}. "
            "Nothing was submitted.",
            hint="Use credentials of that account, or another stack for this one.",
        )
