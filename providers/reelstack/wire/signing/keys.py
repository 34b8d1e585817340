"""What signers need of credentials, wherever those come from."""

from __future__ import annotations

import hashlib
import hmac
from typing import Protocol


class Keys(Protocol):
    """What a signer needs of credentials. The token is empty for permanent keys."""

    @property
    def access_key_id(self) -> str:
        """Who signs."""

    @property
    def access_key_secret(self) -> str:
        """What signs."""

    @property
    def security_token(self) -> str:
        """What makes temporary keys valid."""


def signature(keys: Keys, text: str) -> str:
    """HMAC-SHA256 of a text under the secret, in lower-case hexadecimal digits."""
    return hmac.new(keys.access_key_secret.encode(), text.encode(), hashlib.sha256).hexdigest()
