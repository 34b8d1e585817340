"""The campaign files of a git revision, put into a directory of their own: read by git, never checked out.

Nothing of the repository runs: no hook, no filter, no program. Only YAML, CSV and JSON files are taken, regular ones,
as many and as large as a campaign can need: a revision may be a stranger's.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from reelstack.errors import ConfigError

ENDINGS = (".yaml", ".yml", ".csv", ".json")
MOST_FILES = 5_000
MOST_BYTES = 64_000_000
CUT = 1_000_001
"""Bytes that are kept of a file: one more than a campaign may have, so that whoever reads it refuses it."""
_REGULAR = ("100644", "100755")
_SECONDS = 60


@dataclass(frozen=True)
class Revision:
    """A commit of the repository in which a project lies, by its full hash. `prefix` is the project's place in it."""

    asked: str
    commit: str
    prefix: str

    @property
    def label(self) -> str:
        """`HEAD (81c08c4)`."""
        return self.asked if self.commit.startswith(self.asked) else f"{self.asked} ({self.commit[:7]})"


def find(project: Path, asked: str) -> Revision:
    """The commit that a revision names; raises ConfigError when there is none, or no git."""
    prefix = _git(project, "rev-parse", "--show-prefix").decode(errors="replace").rstrip("\n")
    try:
        commit = _git(project, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{asked}^{{commit}}")
    except ConfigError as error:
        if not _git(project, "rev-list", "--all", "--max-count=1"):
            raise ConfigError("there is no commit in this repository yet.", hint="Commit first.") from error
        raise ConfigError(
            f"there is no revision {asked!r} in this repository.",
            hint="Fetch it first (in CI: the whole history, or both sides of the pull request).",
        ) from error
    return Revision(asked, commit.decode().strip(), prefix)


def extract(project: Path, revision: Revision, into: Path) -> None:
    """Write the files of the project as they were in a revision below `into`; raises ConfigError."""
    listed = _git(project, "ls-tree", "-r", "-z", "-l", "--full-tree", revision.commit, "--", revision.prefix or ".")
    wanted = list(_wanted(listed, revision.prefix))
    if len(wanted) > MOST_FILES or sum(min(size, CUT) for _, size, _ in wanted) > MOST_BYTES:
        raise ConfigError(
            f"{revision.label} holds more than {MOST_FILES:,} files of YAML, CSV and JSON, or more than "
            f"{MOST_BYTES // 1_000_000} MB of them, below the project.",
            hint="Give the campaigns a project of their own.",
        )
    contents = _contents(project, [blob for blob, _, _ in wanted])
    for (_, _, path), content in zip(wanted, contents, strict=True):
        file = into.joinpath(*PurePosixPath(path).parts)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content[:CUT])


def _wanted(listed: bytes, prefix: str) -> Iterator[tuple[str, int, str]]:
    """Blob, size and path below the project of each file that is taken."""
    for line in listed.decode(errors="surrogateescape").split("\0")[:-1]:
        facts, _, path = line.partition("\t")
        mode, *rest = facts.split()
        below = path.removeprefix(prefix)
        if mode not in _REGULAR or not below.endswith(ENDINGS) or ".." in PurePosixPath(below).parts:
            continue
        yield rest[1], int(rest[2]), below


def _contents(project: Path, blobs: Sequence[str]) -> Iterator[bytes]:
    """What the blobs hold, in their order."""
    answer = memoryview(_git(project, "cat-file", "--batch", given="\n".join(blobs).encode()) if blobs else b"")
    at = 0
    for blob in blobs:
        end = at + bytes(answer[at : at + 200]).index(b"\n")
        header = bytes(answer[at:end]).split()
        if len(header) != 3:
            raise ConfigError(f"git does not have the object {blob}.", hint="Fetch the whole history.")
        size = int(header[2])
        yield bytes(answer[end + 1 : end + 1 + min(size, CUT)])
        at = end + 1 + size + 1


def _git(project: Path, *arguments: str, given: bytes = b"") -> bytes:
    # Partial clones would fetch what they lack: this is offline.
    quiet = {"GIT_NO_LAZY_FETCH": "1", "GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"}
    try:
        done = subprocess.run(  # noqa: S603 - git with arguments of ours; what users name comes after --end-of-options
            ["git", "-C", str(project), *arguments],  # noqa: S607 - whichever git the user has
            env=os.environ | quiet,
            input=given,
            capture_output=True,
            timeout=_SECONDS,
            check=True,
        )
    except FileNotFoundError as error:
        raise ConfigError("git is not installed.", hint="Compare with `state`, or install git.") from error
    except subprocess.TimeoutExpired as error:
        raise ConfigError(f"git {arguments[0]} did not end within {_SECONDS} s.") from error
    except subprocess.CalledProcessError as error:
        said = error.stderr.decode(errors="replace").strip().splitlines()
        told = said[0].removeprefix("fatal: ") if said else f"exit code {error.returncode}"
        raise ConfigError(f"git cannot read {project}: {told}.", hint="Run in a git repository.") from error
    return done.stdout
