"""What a project in the cloud holds otherwise than declared, because somebody edited it elsewhere.

What the service only writes in another way is none: the service's own echo of what we wrote last is kept as hashes,
and a field that still has that hash was touched by nobody, whatever it looks like.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reelstack.models import canonical, marks
from reelstack.models.project import Project
from reelstack.reconcile import diff, normalize, timeline_diff, timeline_words

HASH_LENGTH = 16


def held(live: Project) -> dict[str, Any]:
    """What can be compared of a project in the cloud, without our mark and without an address's signature."""
    return {
        "title": live.title,
        "description": marks.unmarked(live.description),
        "timeline": live.timeline,
        "cover_url": normalize.url(live.cover_url),
    }


def echo(live: Project) -> dict[str, str]:
    """The hashes of what the service answers to a read, taken right after a write."""
    return {key: _hash(value) for key, value in normalize.project(held(live)).items()}


def left(live: Project) -> dict[str, Any]:
    """What the state keeps of a project right after a write, to tell later whether anybody has touched it since."""
    return {"echo": echo(live), **_times(live)}


def is_as_left(shown: Project, last: Mapping[str, Any]) -> bool:
    """Whether a search shows a project as it was left: by its content, or by its times where that is not shown."""
    known, found, times = last.get("echo") or {}, echo(shown), _times(shown)
    if shown.timeline is None:
        found.pop("timeline", None)
        if "modified" not in times or times != {key: last.get(key) for key in times}:
            return False
    return bool(known) and all(known.get(key) == hashed for key, hashed in found.items())


def _times(live: Project) -> dict[str, str]:
    times = {"created": live.created, "modified": live.modified}
    return {key: time.isoformat() for key, time in times.items() if time is not None}


def drifted(declared: Mapping[str, Any], live: Project, last_echo: Mapping[str, str]) -> dict[str, Any]:
    """The declared fields that somebody else has changed, with the values that the cloud holds."""
    there = held(live)
    asked, found = normalize.project(declared), normalize.project(there)
    differing = [key for key in diff.fields(asked, found) if key in there and key in declared]
    return {key: there[key] for key in differing if last_echo.get(key) != _hash(found.get(key))}


def words(old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
    """What of the old values gives way to the new ones: `title: 'Spring' → 'Sommer', timeline: 1 removed`."""
    return ", ".join(f"{key}: {_becomes(key, old.get(key), value)}" for key, value in new.items())


def _becomes(key: str, old: Any, new: Any) -> str:
    if key == "timeline":
        return timeline_words.summary(timeline_diff.compare(old or {}, new or {})) or "changed"
    return f"{old!r} → {new!r}"


def _hash(value: object) -> str:
    return canonical.content_hash(value)[:HASH_LENGTH]
