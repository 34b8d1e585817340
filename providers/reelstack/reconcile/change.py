"""The words in which differences are told: one changed value, and what the change asks for. Frozen values only."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Means(Enum):
    """What a changed field asks for."""

    UPDATE = "update"
    REPLACE = "replace"
    IGNORE = "ignore"


@dataclass(frozen=True)
class Change:
    """One value that differs, at a property path such as `output.video.fps`. None: it is not there on that side.

    The values are as they are declared or held: whoever shows them masks secrets and shortens what is long.
    """

    path: str
    old: object
    new: object
    means: Means = Means.UPDATE
