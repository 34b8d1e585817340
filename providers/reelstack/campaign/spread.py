"""A campaign as it is written becomes one that says everything itself: cuts that wear the brand. Pure.

Every rule is held against what comes out, and every fault is told once, where its cause is written.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from reelstack.campaign import dress
from reelstack.models.campaign import Campaign

MOST_NAMED = 2


@dataclass(frozen=True)
class Origin:
    """Where a part is written, and what it was written for."""

    path: str
    made: str


@dataclass(frozen=True)
class Spread:
    """A campaign of plain projects and videos, and the origins of the parts that are written elsewhere, by path."""

    campaign: Campaign
    origins: dict[str, Origin] = field(default_factory=dict)

    def written(self, faults: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
        """Faults of what comes out, each once, at the path that caused it."""
        found: dict[tuple[str, str], list[str]] = {}
        for path, message in faults:
            origin, rest = self._origin(path)
            made = found.setdefault((origin.path + rest if origin else path, message), [])
            if origin and origin.made not in made:
                made.append(origin.made)
        for (path, message), made in found.items():
            yield path, f"{message} (in {_named(made)})" if made else message

    def _origin(self, path: str) -> tuple[Origin | None, str]:
        head = path
        while head:
            if head in self.origins:
                return self.origins[head], path[len(head) :]
            head = head[: max(head.rfind("."), head.rfind("["), 0)]
        return None, ""


def spread(campaign: Campaign) -> Spread:
    """Resolve a checked campaign."""
    projects = {}
    origins: dict[str, Origin] = {}
    for name, project in campaign.projects.items():
        projects[name], given = dress.dressed(project, campaign.brand)
        here = f"projects.{name}"
        origins |= {f"{here}.{path}": Origin(written, here) for path, written in given.items()}
    return Spread(campaign.model_copy(update={"projects": projects}), origins)


def _named(made: list[str]) -> str:
    rest = len(made) - MOST_NAMED
    return f"{', '.join(made[:MOST_NAMED])} and {rest} more" if rest > 0 else ", ".join(made)
