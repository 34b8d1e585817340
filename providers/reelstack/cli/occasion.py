"""Which pull request a run of GitHub Actions is about, from the event that GitHub wrote for it.

A job that follows another (`workflow_run`) may not believe what that one left behind: its pull request's number is
found by the branch and the commit that the event names. For a fork the event itself lists no pull request.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reelstack.errors import ConfigError
from reelstack.wire.forge import Forge

MOST_BYTES = 4_000_000


@dataclass(frozen=True)
class Occasion:
    """A run for a pull request: the repository, the branch as `OWNER:BRANCH`, and the commit that was looked at."""

    repo: str
    head: str
    commit: str


def read(file: Path) -> Occasion:
    """The occasion that an event file tells of; raises ConfigError for any other event."""
    try:
        with file.open("rb") as opened:
            event = json.loads(opened.read(MOST_BYTES))
    except (OSError, ValueError, RecursionError) as error:
        raise ConfigError(f"{file} cannot be read as an event.", hint="Give $GITHUB_EVENT_PATH.") from error
    try:
        run, repo = event["workflow_run"], event["repository"]["full_name"]
        owner = run["head_repository"]["owner"]["login"]
        kind, branch, commit = run["event"], run["head_branch"], run["head_sha"]
    except (KeyError, TypeError) as error:
        raise ConfigError(
            f"{file} tells of no run for a pull request (a workflow_run event).",
            hint="Elsewhere name the pull request with --repo and --pull.",
        ) from error
    _require_texts(file, repo, owner, branch, commit)
    if kind != "pull_request":
        raise ConfigError(f"the run was for {kind!r}, not for a pull request.", hint="Ask for that in the job's `if`.")
    return Occasion(repo, f"{owner}:{branch}", commit)


def pull(occasion: Occasion, there: Forge) -> int | None:
    """The open pull request that ends with the commit that was looked at; None when none does (any more).

    Raises ConfigError when several do: what one of them would change, another may not.
    """
    found = [one.number for one in there.pulls(occasion.head) if one.head == occasion.commit]
    if len(found) > 1:
        several = ", ".join(f"#{number}" for number in found)
        raise ConfigError(f"the pull requests {several} end with the same commit.", hint="Close all but one.")
    return found[0] if found else None


def _require_texts(file: Path, *found: Any) -> None:
    if not all(isinstance(one, str) and one for one in found):
        raise ConfigError(f"{file} is no event of GitHub Actions.", hint="Give $GITHUB_EVENT_PATH.")
