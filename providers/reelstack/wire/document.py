"""Fetches one small JSON object from an address, unsigned: where a machine's own credentials service answers.

Raises `ConfigError`, because the address comes from the user's settings. Nothing of the answer is ever quoted.
"""

from __future__ import annotations

import json

import httpx

from reelstack.errors import ConfigError
from reelstack.wire import connection
from reelstack.wire.connection import Timeouts

_TIMEOUTS = Timeouts(connect=3.0, read=10.0)


def fetch(url: str, *, transport: httpx.BaseTransport | None = None) -> dict[str, object]:
    """GET an address; the answer must be a JSON object."""
    with connection.open_client(url, timeouts=_TIMEOUTS, transport=transport) as client:
        try:
            response = client.get(url)
        except httpx.HTTPError as error:
            raise ConfigError(f"no answer ({type(error).__name__}).") from error
    if not response.is_success:
        raise ConfigError(f"it answers with HTTP status {response.status_code}.")
    try:
        found = json.loads(response.content)
    except (ValueError, RecursionError) as error:
        raise ConfigError("its answer is not JSON.") from error
    if not isinstance(found, dict):
        raise ConfigError("its answer is not a JSON object.")
    return found
