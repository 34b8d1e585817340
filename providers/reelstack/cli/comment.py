"""`comment`: put a review on a pull request, where the one that is there already is edited in place."""

from __future__ import annotations

import os
import random
import re
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from reelstack.clock import SystemClock
from reelstack.errors import ConfigError
from reelstack.wire import forge

MARKER = re.compile(r"<!-- reelstack:review project=\S* stack=\S* -->")
MOST_BYTES = 4_000_000


class Name(StrEnum):
    """The forges that are known."""

    GITHUB = "github"
    GITLAB = "gitlab"


Repo = Annotated[str, typer.Option("--repo", help="OWNER/NAME.")]
Pull = Annotated[int, typer.Option("--pull", min=1, help="The number of the pull or merge request.")]
File = Annotated[Path, typer.Option("--file", help="What `diff --format markdown` wrote.")]
ForgeName = Annotated[Name, typer.Option("--forge", help="Where the repository lies.")]
Api = Annotated[str | None, typer.Option("--api", help="The address of the forge's REST API, for one of your own.")]


def comment(repo: Repo, pull: Pull, file: File, forge_name: ForgeName = Name.GITHUB, api: Api = None) -> None:
    """Write the review as a comment, or edit the one of the same project and stack. The token comes from the
    environment: GITHUB_TOKEN or GITLAB_TOKEN.
    """
    name: forge.Name = forge_name.value
    body = _body(file)
    token = os.environ.get(forge.TOKENS[name], "")
    if not token:
        raise ConfigError(f"{forge.TOKENS[name]} is not set.", hint="It holds the token that writes the comment.")
    if not re.fullmatch(r"[\w.-]+(/[\w.-]+)+", repo, re.ASCII) or ".." in repo:
        raise ConfigError(f"{repo!r} is no repository.", hint="Write it as OWNER/NAME.")
    words = forge.GitHub(repo, pull, token) if forge_name is Name.GITHUB else forge.GitLab(repo, pull, token)
    there = forge.Forge(
        name,
        api or forge.APIS[name],
        words,
        clock=SystemClock(),
        random=random.Random(),  # noqa: S311 - jitter
    )
    try:
        typer.echo(_post(there, body))
    finally:
        there.close()


def _post(there: forge.Forge, body: str) -> str:
    """What was done: the comment with the same first line, if it is ours, is edited, and else a new one written."""
    author = there.me() or forge.BOT
    marker = body.splitlines()[0]
    for found in there.comments():
        # Anyone can copy a marker; a comment of somebody else's would stay theirs to rewrite.
        if found.author == author and found.body.splitlines()[:1] == [marker]:
            if found.body.replace("\r\n", "\n").rstrip() == body.rstrip():
                return f"comment {found.comment_id} says so already"
            return f"edited comment {there.edit(found.comment_id, body).comment_id}"
    return f"wrote comment {there.create(body).comment_id}"


def _body(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            body = opened.read(MOST_BYTES + 1).decode()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file} cannot be read as text.", hint="Write it with `reelstack diff`.") from error
    if len(body) > MOST_BYTES or not body or not MARKER.fullmatch(body.splitlines()[0]):
        raise ConfigError(
            f"{file} is no review: its first line is not our marker.",
            hint="Write it with `reelstack diff --format markdown -o FILE`.",
        )
    return body
