"""What a change of each declared field means: update in place, replace, or nothing. Tables, one per resource.

What a field means that is not in a table, its resource says (`otherwise`). Nothing here knows Pulumi or a cloud.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reelstack.reconcile import diff
from reelstack.reconcile.change import Means

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
    """Compare two property mappings by content and read the table for each field that changed.

    Where in a field the change lies does not matter to what is done; `diff.compare` says it to whoever shows it.
    """
    changed = diff.fields(old, new)
    meaning = {key: table.get(key, otherwise) for key in changed}
    return Decision(
        update=tuple(key for key in changed if meaning[key] is Means.UPDATE),
        replace=tuple(key for key in changed if meaning[key] is Means.REPLACE),
    )
