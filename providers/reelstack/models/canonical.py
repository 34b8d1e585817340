"""One canonical form for JSON values, and the hash of it: what "the same content" means everywhere.

Key order, white space and the spelling of numbers (5, 5.0) do not matter; times and positions count to four
decimals, which is what the timeline format keeps. A value's hash is stored in users' states: changing the form
here would render every video anew, so tests hold literal hashes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

DECIMALS = 4
HASH_LENGTH = 32


def canonical(value: object) -> object:
    """The value with numbers normalised and mappings ordered by key. Idempotent."""
    if isinstance(value, Mapping):
        return {str(key): canonical(value[key]) for key in sorted(value, key=str)}
    if isinstance(value, list | tuple):
        return [canonical(item) for item in value]
    if isinstance(value, float):
        rounded = round(value, DECIMALS)
        return int(rounded) if rounded.is_integer() else rounded
    return value


def text(value: object) -> str:
    """The canonical JSON text: ordered keys, no white space, characters as they are."""
    return json.dumps(canonical(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def content_hash(value: object) -> str:
    """Thirty-two hexadecimal digits that two values share exactly when they have the same canonical form."""
    return hashlib.sha256(text(value).encode()).hexdigest()[:HASH_LENGTH]
