"""What a change of each declared field means: update in place, replace, or nothing. Tables, one per resource.

What a field means that is not in a table, its resource says (`otherwise`). Nothing here knows Pulumi or a cloud.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from reelstack.models import canonical


class Means(Enum):
    """What a changed field asks for."""

    UPDATE = "update"
    REPLACE = "replace"
    IGNORE = "ignore"


PROJECT: Mapping[str, Means] = {
    # UpdateEditingProject has no parameter for these five (IMS and VOD, UpdateEditingProject).
    "project_type": Means.REPLACE,
    "template_type": Means.REPLACE,
    "material_maps": Means.REPLACE,
    "business_config": Means.REPLACE,
    "division": Means.REPLACE,
}

PRODUCTION: Mapping[str, Means] = {
    # The content of the video, the triggers, and where it is written: a new video.
    "spec_hash": Means.REPLACE,
    "triggers": Means.REPLACE,
    "location": Means.REPLACE,
}


@dataclass(frozen=True)
class Decision:
    """The fields that changed, by what they ask for, each sorted."""

    update: tuple[str, ...] = ()
    replace: tuple[str, ...] = ()

    @property
    def changes(self) -> bool:
        """Whether anything is to be done."""
        return bool(self.update or self.replace)


def decide(
    old: Mapping[str, Any],
    new: Mapping[str, Any],
    table: Mapping[str, Means],
    *,
    otherwise: Means = Means.UPDATE,
) -> Decision:
    """Compare two property mappings by canonical value, absent and None alike, and read the table for each change."""
    changed = sorted(key for key in {*old, *new} if not same(old.get(key), new.get(key)))
    meaning = {key: table.get(key, otherwise) for key in changed}
    return Decision(
        update=tuple(key for key in changed if meaning[key] is Means.UPDATE),
        replace=tuple(key for key in changed if meaning[key] is Means.REPLACE),
    )


def same(old: object, new: object) -> bool:
    """Whether two JSON values mean the same: by canonical form, with an empty value like none."""
    if old in (None, "", {}, []) and new in (None, "", {}, []):
        return True
    return canonical.text(old) == canonical.text(new)
