"""Names are unique in a stack: its campaigns are held against each other, and who comes second is told where both are.

Asked by the program, by `validate` and by `diff`, once every file by itself is sound. Files are read again for a fault.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from reelstack.campaign.document import Location
from reelstack.campaign.written import gather
from reelstack.errors import ConfigError, Fault, property_path
from reelstack.models.campaign import Campaign


def require_distinct(campaigns: Iterable[tuple[Path, Campaign]], shown: Callable[[Path], str]) -> None:
    """Raise ConfigError when two campaigns of a stack share a name, or two of their videos or projects do.

    `shown` says how messages call a file. Variants that share many names are told by the first.
    """
    seen: dict[Location, Path] = {}
    found: dict[tuple[Location, Path, Path], list[Location]] = {}
    for file, campaign in campaigns:
        names: list[Location] = [("campaign", campaign.campaign)]
        names += [("projects", name) for name in campaign.projects] + [("videos", name) for name in campaign.videos]
        for name in names:
            if name in seen:
                found.setdefault((name[:1], file, seen[name]), []).append(name)
            seen.setdefault(name, file)
    if found:
        raise ConfigError.of([_again(names, file, first, shown) for (_, file, first), names in found.items()])


def _again(names: list[Location], file: Path, first: Path, shown: Callable[[Path], str]) -> Fault:
    kind, name = names[0]
    more = f" (and {len(names) - 1} more)" if len(names) > 1 else ""
    path = names[0] if kind != "campaign" else names[0][:1]
    there = _place(first, shown(first), path)
    what = f"there is a {str(kind).removesuffix('s')} {name!r} in {there} already{more}; names are unique in a stack"
    return Fault(what, property_path(path), _place(file, shown(file), path))


def _place(file: Path, name: str, path: Location) -> str:
    """`file:line:column` of the nearest part that is written; of a file that cannot be read its name alone."""
    try:
        return gather(file, name).where(path)
    except ConfigError:
        return name
