"""What a repository needs to be run by its forge: pipelines, a Kubernetes resource, hooks, as texts to be copied.

`files` is called by whoever writes a starter repository. It is data: what the pipelines do is what they say, and the
commands in them are those of `reelstack.cli`. They expect `Pulumi.yaml` and a `requirements.txt` that names Reelstack
at the top of the repository, and `main` as the branch that is deployed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib import resources

from reelstack.errors import ConfigError

_PRE_COMMIT = {".pre-commit-config.yaml": "pre-commit.yml"}
_KITS: Mapping[str, Mapping[str, str]] = {
    "github": {
        ".github/workflows/reelstack-review.yml": "github/review.yml",
        ".github/workflows/reelstack-comment.yml": "github/comment.yml",
        ".github/workflows/reelstack-up.yml": "github/up.yml",
        ".github/workflows/reelstack-drift.yml": "github/drift.yml",
        **_PRE_COMMIT,
    },
    "gitlab": {".gitlab-ci.yml": "gitlab/ci.yml", **_PRE_COMMIT},
    "kubernetes": {"kubernetes/reelstack.yaml": "kubernetes/stack.yml"},
}
FORGES = tuple(_KITS)
"""The forges whose pipelines there are, and `kubernetes`: the operator's resource, which goes with either."""
STACK = "prod"
_MEANT = "the-stack"  # what the texts call the stack


def files(forge: str, *, stack: str = STACK) -> Mapping[str, str]:
    """The texts of a kit by their path in the repository; raises ConfigError for one that there is not."""
    if forge not in _KITS:
        raise ConfigError(f"there is no kit for {forge!r}.", hint=f"There are: {', '.join(_KITS)}.")
    if not re.fullmatch(r"[A-Za-z0-9][\w.-]{0,99}", stack, re.ASCII):
        raise ConfigError(f"{stack!r} is no name of a stack.", hint="Letters, digits, '.', '-' and '_' make one.")
    here = resources.files(__name__)
    texts = {path: here.joinpath(name).read_text(encoding="utf-8") for path, name in _KITS[forge].items()}
    return {path: text.replace(_MEANT, stack) for path, text in texts.items()}
