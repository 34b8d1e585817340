"""How a forge spells it: addresses, headers and fields of comments, issues and pull requests.

GitHub (REST, version 2022-11-28: "Issue comments", "Issues", "Pull requests") and GitLab (REST v4: "Notes", "Issues").
`forge` speaks with them; nothing is sent from here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote


@dataclass(frozen=True)
class GitHub:
    """Comments of a pull request are those of its issue; what is listed as an issue may be a pull request."""

    repo: str
    token: str
    edit_method: str = "PATCH"
    author_field: str = "login"
    body_field: str = "body"
    number_field: str = "number"
    open_state: str = "open"

    @property
    def headers(self) -> Mapping[str, str]:
        """As "Getting started with the REST API" asks for them."""
        return {
            "authorization": f"Bearer {self.token}",
            "accept": "application/vnd.github+json",
            "x-github-api-version": "2022-11-28",
        }

    @property
    def issues(self) -> str:
        """Where issues are listed and made."""
        return f"/repos/{self.repo}/issues"

    @property
    def pulls(self) -> str:
        """Where pull requests are listed."""
        return f"/repos/{self.repo}/pulls"

    @property
    def closing(self) -> Mapping[str, str]:
        """What closes an issue."""
        return {"state": "closed", "state_reason": "completed"}

    def listing(self, pull: int) -> str:
        """Where a pull request's comments are listed and made."""
        return f"{self.issues}/{pull}/comments"

    def comment_path(self, pull: int, comment_id: int) -> str:  # noqa: ARG002 - GitLab's needs the pull request
        """The path of one comment."""
        return f"{self.issues}/comments/{comment_id}"

    def is_issue(self, found: Mapping[str, Any]) -> bool:
        """Whether it is an issue and no pull request."""
        return "pull_request" not in found


@dataclass(frozen=True)
class GitLab:
    """Comments of a merge request are its notes."""

    repo: str
    token: str
    edit_method: str = "PUT"
    author_field: str = "username"
    body_field: str = "description"
    number_field: str = "iid"
    open_state: str = "opened"

    @property
    def headers(self) -> Mapping[str, str]:
        """A project's or a person's access token."""
        return {"private-token": self.token, "accept": "application/json"}

    @property
    def issues(self) -> str:
        """Where issues are listed and made."""
        return f"/projects/{quote(self.repo, safe='')}/issues"

    @property
    def closing(self) -> Mapping[str, str]:
        """What closes an issue."""
        return {"state_event": "close"}

    def listing(self, pull: int) -> str:
        """Where notes are listed and made."""
        return f"/projects/{quote(self.repo, safe='')}/merge_requests/{pull}/notes"

    def comment_path(self, pull: int, comment_id: int) -> str:
        """The path of one note."""
        return f"{self.listing(pull)}/{comment_id}"

    def is_issue(self, found: Mapping[str, Any]) -> bool:
        """Whether it is an issue; nothing else is listed among them."""
        return bool(found)


Words = GitHub | GitLab
