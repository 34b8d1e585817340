"""Keys that must not be written down: a reference says where a key is found when it is needed.

The reference may stand in programs and states; the key itself is read by the client at the moment of the call.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Self

from pydantic import Field, model_validator

from reelstack.models.base import Model
from reelstack.models.fields import ours

REFERENCE = "give the key as {env: NAME} or {file: PATH}, never the key itself"


class KeyReference(Model):
    """Where a key is read from: the environment variable `env`, or the first line of the file `file`."""

    env: Annotated[str | None, ours("one of env and file")] = Field(default=None, min_length=1)
    file: Annotated[str | None, ours("one of env and file")] = Field(default=None, min_length=1)

    @model_validator(mode="before")
    @classmethod
    def _reference(cls, value: object) -> object:
        if isinstance(value, Mapping | cls):
            return value
        raise ValueError(REFERENCE)

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.env is None) == (self.file is None):
            raise ValueError(REFERENCE)
        return self
