"""`comment`: put a review on a pull request, or drift into an issue; what is there already is edited in place."""

from __future__ import annotations

import os
import random
import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated
from urllib.parse import unquote

import typer

from reelstack.cli import occasion
from reelstack.clock import SystemClock
from reelstack.errors import ConfigError
from reelstack.preview import comment as review
from reelstack.preview import document, plain
from reelstack.wire import forge, forge_words

MARKER = re.compile(r"<!-- reelstack:review project=(\S*) stack=(\S*) -->")
MOST_BYTES = 4_000_000


class Name(StrEnum):
    """The forges that are known."""

    GITHUB = "github"
    GITLAB = "gitlab"


@dataclass(frozen=True)
class Told:
    """What is to be written: its text, which begins with the marker, and whether it says that nothing changes."""

    body: str
    nothing: bool

    @property
    def marker(self) -> str:
        """The first line, by which it is found again."""
        return self.body.splitlines()[0]

    @property
    def named(self) -> tuple[str, str]:
        """The project and the stack that it is about."""
        found = MARKER.fullmatch(self.marker)
        return (unquote(found[1]), unquote(found[2])) if found else ("", "")

    @property
    def title(self) -> str:
        """The title of an issue."""
        return plain.text(f"Reelstack: drift in {'/'.join(part for part in self.named if part)}", 200)


File = Annotated[Path, typer.Option("--file", help="What `diff` wrote, as JSON or Markdown. A stranger's: as JSON.")]
Repo = Annotated[str, typer.Option("--repo", help="OWNER/NAME.")]
Pull = Annotated[int | None, typer.Option("--pull", min=1, help="The number of the pull or merge request.")]
Event = Annotated[Path | None, typer.Option("--event", help="Instead: the workflow_run event that this job runs for.")]
Issue = Annotated[bool, typer.Option("--issue", help="Instead: an issue, opened, edited, and closed when it is over.")]
Stack = Annotated[str | None, typer.Option("-s", "--stack", help="Refuse what is about another stack.")]
ForgeName = Annotated[Name, typer.Option("--forge", help="Where the repository lies.")]
Api = Annotated[str | None, typer.Option("--api", help="The address of the forge's REST API, for one of your own.")]


def comment(
    file: File,
    repo: Repo = "",
    pull: Pull = None,
    event: Event = None,
    issue: Issue = False,
    stack: Stack = None,
    forge_name: ForgeName = Name.GITHUB,
    api: Api = None,
) -> None:
    """Write the review as a comment, or edit the one of the same project and stack. The token comes from the
    environment: GITHUB_TOKEN or GITLAB_TOKEN.
    """
    if (pull is not None) + (event is not None) + issue != 1:
        raise ConfigError("where shall it stand?", hint="Say one of --pull NUMBER, --event FILE and --issue.")
    told = _told(file)
    if stack is not None and told.named[1] != stack:
        raise ConfigError(f"{file} is about the stack {plain.text(told.named[1])!r}, not {stack!r}.")
    run = occasion.read(event) if event else None
    there = _open(forge_name, run.repo if run else repo, api)
    try:
        if issue:
            typer.echo(_keep_issue(there, told))
            return
        number = occasion.pull(run, there) if run else pull
        if number is None:
            typer.echo("no open pull request ends with this commit (any more): nothing is written")
            return
        typer.echo(_post(there, number, told))
    finally:
        there.close()


def _open(name: Name, repo: str, api: str | None) -> forge.Forge:
    kind: forge.Name = name.value
    token = os.environ.get(forge.TOKENS[kind], "")
    if not token:
        raise ConfigError(f"{forge.TOKENS[kind]} is not set.", hint="It holds the token that writes the comment.")
    if not repo:
        raise ConfigError("which repository is it in?", hint="Say --repo OWNER/NAME.")
    if not re.fullmatch(r"[\w.-]+(/[\w.-]+)+", repo, re.ASCII) or ".." in repo:
        raise ConfigError(f"{repo!r} is no repository.", hint="Write it as OWNER/NAME.")
    words = forge_words.GitHub(repo, token) if name is Name.GITHUB else forge_words.GitLab(repo, token)
    dice = random.Random()  # noqa: S311 - jitter
    return forge.Forge(kind, api or forge.APIS[kind], words, clock=SystemClock(), random=dice)


def _post(there: forge.Forge, pull: int, told: Told) -> str:
    """What was done: the comment with the same first line, if it is ours, is edited, and else a new one written."""
    author = there.me() or forge.BOT
    for found in there.comments(pull):
        # Anyone can copy a marker; a comment of somebody else's would stay theirs to rewrite.
        if found.author == author and _is_same(found.body, told):
            if _is_said(found.body, told):
                return f"comment {found.comment_id} says so already"
            return f"edited comment {there.edit(pull, found.comment_id, told.body).comment_id}"
    return f"wrote comment {there.create(pull, told.body).comment_id}"


def _keep_issue(there: forge.Forge, told: Told) -> str:
    """What was done: one open issue while there is something to tell, none when there is not."""
    author = there.me() or forge.BOT
    ours = (one for one in there.issues() if one.author == author and _is_same(one.body, told))
    if told.nothing:
        closed = [there.close_issue(one.number).number for one in ours]
        return f"closed issue {', '.join(map(str, closed))}" if closed else "nothing to tell, and no issue is open"
    found = next(ours, None)
    if found is None:
        return f"opened issue {there.open_issue(told.title, told.body).number}"
    if _is_said(found.body, told):
        return f"issue {found.number} says so already"
    return f"edited issue {there.edit_issue(found.number, told.body).number}"


def _is_same(body: str, told: Told) -> bool:
    return body.splitlines()[:1] == [told.marker]


def _is_said(body: str, told: Told) -> bool:
    return body.replace("\r\n", "\n").rstrip() == told.body.rstrip()


def _told(file: Path) -> Told:
    """What a file says: JSON is rendered here, from its facts alone; Markdown is taken as it is."""
    try:
        with file.open("rb") as opened:
            text = opened.read(MOST_BYTES + 1).decode()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file} cannot be read as text.", hint="Write it with `reelstack diff`.") from error
    if len(text.encode()) > MOST_BYTES:
        raise ConfigError(f"{file} has more than {MOST_BYTES // 1_000_000} MB: it is no review.")
    if text.lstrip()[:1] == "{":
        plan = document.read(text)
        return Told(review.render(plan), nothing=not plan and not plan.drift)
    if not text or not MARKER.fullmatch(text.splitlines()[0]):
        raise ConfigError(
            f"{file} is no review: its first line is not our marker.",
            hint="Write it with `reelstack diff --format json -o FILE`, or as markdown.",
        )
    return Told(text, nothing=len(text.splitlines()) == review.NOTHING_LINES)
