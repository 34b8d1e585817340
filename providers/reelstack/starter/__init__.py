"""A new repository of campaigns, as texts to be written: what `reelstack init` makes.

It is data beside a few names that are filled in. It works as it is on the local cloud; an account of one's own is a
settings file more. Pipelines for a forge come from `reelstack.kit`.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import resources

LOCAL = "local"
ACCOUNT = "prod"
SCHEMA = "campaign.schema.json"
ACCOUNT_FILE = f"stacks/Pulumi.{ACCOUNT}.yaml"
EXAMPLE = ".example"
_TEXTS = {
    "Pulumi.yaml": "project.yml",
    "README.md": "readme.md",
    ".gitignore": "gitignore.txt",
    "requirements.txt": "requirements.txt",
    "stacks/__main__.py": "program.txt",
    f"stacks/Pulumi.{LOCAL}.yaml": "local.yml",
    "stacks/campaigns/first.yaml": "campaign.yml",
}


def files(name: str, version: str, *, has_account: bool) -> Mapping[str, str]:
    """The texts of a repository by their path. The settings of an account are an example unless `has_account`."""
    account = ACCOUNT_FILE + ("" if has_account else EXAMPLE)
    here = resources.files(__name__)
    texts = {path: here.joinpath(file).read_text(encoding="utf-8") for path, file in _TEXTS.items()}
    texts[account] = here.joinpath("account.yml").read_text(encoding="utf-8")
    return {path: text.replace("the-name", name).replace("the-version", version) for path, text in texts.items()}
