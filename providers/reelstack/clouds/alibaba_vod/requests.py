"""What the service wants to hear, from our spelling to its own. `production` holds the one that has rules.

A field that is None is not sent; an empty text is. Parameters that the service takes as JSON inside a text are given
as Python values. The service takes all parameters from the query, the timeline too; one that is too long for an
address goes in the form, where the gateway reads parameters as well.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from reelstack.wire import encoding, parameters
from reelstack.wire.parameters import Json

# Gateways commonly refuse addresses beyond 8 KiB; the other parameters and the host need some of it.
LONGEST_IN_QUERY = 6000


@dataclass(frozen=True, kw_only=True)
class Parameters(parameters.Parameters):
    """The base: the timeline is in the query like all else, as long as it fits there."""

    def query(self) -> dict[str, str]:
        """The parameters of the query."""
        return self._texts() if self._short() else super().query()

    def form(self) -> dict[str, str] | None:
        """The parameters of the form body: a timeline that is too long for an address."""
        return None if self._short() else super().form()

    def _short(self) -> bool:
        return len(encoding.percent(self._texts().get("Timeline", ""))) <= LONGEST_IN_QUERY


@dataclass(frozen=True, kw_only=True)
class NewProject(Parameters):
    """AddEditingProject. Without a timeline it is empty; the cover is then the first material's thumbnail."""

    title: str
    description: str | None = None
    timeline: Json | None = field(default=None, repr=False)
    cover_url: str | None = None
    division: str | None = None


@dataclass(frozen=True, kw_only=True)
class ProjectChange(Parameters):
    """UpdateEditingProject: overwrites the given fields. The division cannot be changed."""

    title: str | None = None
    description: str | None = None
    timeline: Json | None = field(default=None, repr=False)
    cover_url: str | None = None


@dataclass(frozen=True, kw_only=True)
class ProjectSearch(Parameters):
    """SearchEditingProject, by the time of creation. `status` may name several, `sort_by` is desc or asc."""

    title: str | None = None
    start_time: datetime | None = None
    end_time: datetime | None = None
    status: tuple[str, ...] | None = None
    sort_by: str | None = None
    page_size: int = 100


@dataclass(frozen=True, kw_only=True)
class VideoLook(Parameters):
    """GetVideoInfo: by exactly one of the two."""

    video_id: str | None = None
    reference_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class MediaSearch(Parameters):
    """SearchMedia. `search_type`: video, audio, image or attached. `fields` names what else the answer shall hold.

    `match` is an expression such as `Status in ('Normal') and MediaSource = 'editing'`; `sort_by` is
    CreationTime:Desc or CreationTime:Asc. `quoted` makes a text fit for `match`.
    """

    search_type: str | None = None
    fields: tuple[str, ...] | None = None
    match: str | None = None
    sort_by: str | None = None
    page_size: int = 100


def quoted(text: str) -> str:
    """A text as a value of a search expression. The service knows no escapes, so a quote cannot be searched for."""
    if "'" in text or "\\" in text:
        raise ValueError(f"{text!r} holds a quote or a backslash, which cannot be searched for")
    return f"'{text}'"
