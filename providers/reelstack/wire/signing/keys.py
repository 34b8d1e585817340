"""What signers need of credentials, wherever those come from."""

from __future__ import annotations

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
