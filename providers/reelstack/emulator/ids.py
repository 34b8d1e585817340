"""Identifiers in the clouds' looks, from one source of chance that a test can seed."""

from __future__ import annotations

import random
import uuid


class Ids:
    """Makes ids. Without a seed they are unpredictable; with one, the same run gives the same ids."""

    def __init__(self, seed: str | None = None) -> None:
        self.seed(seed)

    def seed(self, seed: str | None) -> None:
        """Begin anew from this seed; None: unpredictable."""
        self._random: random.Random = random.SystemRandom() if seed is None else random.Random(seed)  # noqa: S311

    def hex32(self) -> str:
        """32 hexadecimal digits: projects, jobs, media."""
        return f"{self._random.getrandbits(128):032x}"

    def request_id(self) -> str:
        """Upper-case UUID, as in every answer."""
        return str(uuid.UUID(int=self._random.getrandbits(128), version=4)).upper()

    def signature(self) -> str:
        """What a signed address carries: different each time, worth nothing."""
        return f"{self._random.getrandbits(160):040x}"
