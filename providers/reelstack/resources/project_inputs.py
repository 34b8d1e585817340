"""The inputs of an editing project and the rules over them: what is wrong is found here, before any call.

`editing_project` acts on them. The rules are those of CreateEditingProject (IMS) and AddEditingProject (VOD).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from reelstack.errors import Fault
from reelstack.models import fields, project, timeline
from reelstack.models.fields import Pending, ours
from reelstack.models.project import ProjectSpec


class EditingProjectInputs(ProjectSpec):
    """The inputs of an editing project, as they are checked and kept in the state."""

    name: str
    stack_id: str
    service: Literal["ims", "vod"]
    region: str
    endpoint: str = ""
    adopt_id: Annotated[str | None, ours("only when it is created; removed later, it changes nothing")] = None
    on_delete: Annotated[Literal["delete", "retain"] | None, ours("`delete`; what was adopted: `retain`")] = None
    drift: Annotated[Literal["live", "state"] | None, ours("set by `reelstack:drift`")] = None
    missing: Annotated[Literal["stop", "render"] | None, ours("set by `reelstack:missing`")] = None
    content: Annotated[str | None, ours("names what the project's videos show")] = None

    def faults(self, pending: Pending) -> Iterator[Fault]:
        """Everything that is wrong with the whole, each with its path."""
        region = "" if pending.covers("region") else self.region
        yield from fields.foreign(self, self.service)
        yield from project.faults(self, self.service, region, pending)
        if self.timeline is not None:
            yield from timeline.faults(self.timeline, self.service, region)
