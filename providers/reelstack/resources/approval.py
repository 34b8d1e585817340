"""`Approval`: how many cells of a video with variants wait until their pilot is approved. Declared by campaigns.

A program cannot read the state: it leaves out the cells that wait, and what is left out is deleted. This resource keeps
in the state that all of them were let through, so that taking the approval away is refused and destroys nothing.
The path of this module and the name of its provider class are in users' states: they never change.
"""

from __future__ import annotations

from typing import Any

import pulumi
from pulumi.dynamic import CheckFailure, CheckResult, CreateResult, DiffResult, Resource, UpdateResult

from reelstack.resources import bridge


class ApprovalProvider(bridge.Provider):
    """Keeps a number in the state, and refuses to hold back what was let through."""

    @bridge.served
    def check(self, olds: dict[str, Any], news: dict[str, Any]) -> CheckResult:
        """Refuse to take an approval away: every video but the pilot would be deleted."""
        if not olds or olds.get("waiting") or not news.get("waiting"):
            return CheckResult(news, [])
        name, count = news["name"], int(news["waiting"])
        said = (
            f"all cells of {name} were let through, and now {count} would wait for their pilot: they would be deleted. "
            f"Nothing was changed. Name {name} in reelstack:approved, or take `pilot` out of the file; what is to be "
            "deleted is taken out of `variants`."
        )
        return CheckResult(news, [CheckFailure("", said)])

    def diff(self, _id: str, olds: dict[str, Any], news: dict[str, Any]) -> DiffResult:
        """Whether cells are let through, or others wait."""
        return DiffResult(changes=any(olds.get(key) != news.get(key) for key in ("pilot", "waiting")))

    def create(self, props: dict[str, Any]) -> CreateResult:
        """Nothing is made in any cloud."""
        return CreateResult(props["name"], props)

    def update(self, _id: str, _olds: dict[str, Any], news: dict[str, Any]) -> UpdateResult:
        """Keep the new number."""
        return UpdateResult(news)


class Approval(Resource, module="reelstack", name="Approval"):
    """Of the video `name`, `waiting` cells wait for the `pilot`; 0 when it is approved, or when there is no pilot."""

    def __init__(
        self, name: str, *, pilot: str | None, waiting: int, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__(ApprovalProvider(), name, {"name": name, "pilot": pilot or "", "waiting": waiting}, opts)
