"""Keys from the environment, from the stack's settings and from nowhere: what works, and what the state then holds."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kit.repository import Repository
from reelstack.engine.secrets import Keyring

OUTPUT = "https://reelstack-local.oss-cn-shanghai.aliyuncs.com/campaigns"


def keys_of(repository: Repository) -> tuple[str, str]:
    said = json.loads((repository.root / ".reelstack" / "cloud" / "cloud.json").read_text())
    return said["access_key_id"], said["access_key_secret"]


def by_address(repository: Repository, **more: object) -> None:
    """Let the stack reach the local cloud by its address, as a foreign cloud whose keys it must be given."""
    assert repository.cloud is not None
    config = {"reelstack:endpoint": repository.cloud.url, "reelstack:region": "cn-shanghai", "reelstack:output": OUTPUT}
    settings: dict[str, object] = {"config": config | more}
    if any(isinstance(value, dict) for value in more.values()):
        settings["encryptionsalt"] = KEYRING.salt
    (repository.root / "stacks" / "Pulumi.local.yaml").write_text(json.dumps(settings))  # JSON is YAML


KEYRING = Keyring.new("")


def sealed(value: str) -> dict[str, str]:
    return {"secure": KEYRING.encrypt_text(value)}


def files_of_the_state(repository: Repository) -> list[Path]:
    return [file for file in (repository.root / ".reelstack" / "state").rglob("*") if file.is_file()]


def resources(repository: Repository) -> list[dict[str, object]]:
    (file,) = (repository.root / ".reelstack" / "state" / ".pulumi" / "stacks").rglob("local.json")
    found: list[dict[str, object]] = json.loads(file.read_text())["checkpoint"]["latest"]["resources"]
    return found


def test_keys_among_the_settings_are_used_and_no_resource_holds_them(repository: Repository) -> None:
    key, secret = keys_of(repository)
    by_address(repository, **{"reelstack:accessKeyId": key, "reelstack:accessKeySecret": sealed(secret)})
    repository.up()
    assert repository.held()["jobs"] > 0
    assert "unchanged" in repository.run("preview", "--expect-no-changes")
    for file in files_of_the_state(repository):
        assert secret not in file.read_text(errors="replace"), file
    for resource in resources(repository):
        if resource["type"] != "pulumi:providers:pulumi-python":  # where Pulumi itself keeps all settings
            assert key not in json.dumps(resource)
            assert "accessKey" not in json.dumps(resource)
    repository.run("refresh", "--yes")
    repository.run("destroy", "--yes")
    assert repository.held()["projects"] == 0


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({"reelstack:accessKeyId": "a", "reelstack:accessKeySecret": "hush"}, "accessKeySecret is in the stack's"),
        ({"reelstack:accessKeyId": "a"}, "reelstack:accessKeySecret is not"),
        ({"reelstack:acessKeyId": "a"}, "Did you mean reelstack:accessKeyId?"),
    ],
    ids=["plain", "half", "misspelt"],
)
def test_keys_that_cannot_be_meant_so_are_refused_before_anything_is_made(
    repository: Repository, keys: dict[str, str], said: str
) -> None:
    by_address(repository, **keys)
    printed = repository.up(code=1)
    assert said in printed
    assert "hush" not in printed
    assert repository.held()["projects"] == 0
    assert "hush" not in json.dumps(resources(repository))


def test_a_preview_without_any_keys_goes_on_from_the_state_and_says_so(repository: Repository) -> None:
    key, secret = keys_of(repository)
    by_address(repository)
    repository.env = {"ALIBABA_CLOUD_ACCESS_KEY_ID": key, "ALIBABA_CLOUD_ACCESS_KEY_SECRET": secret}
    repository.up()
    before = repository.held()
    repository.env = {"HOME": str(repository.root)}
    printed = repository.run("preview")
    assert printed.count("no Alibaba Cloud credentials were found") == 1
    assert "was not looked up" in printed
    assert repository.held() == before


def test_a_preview_with_wrong_keys_is_an_error(repository: Repository) -> None:
    key, secret = keys_of(repository)
    by_address(repository)
    repository.env = {"ALIBABA_CLOUD_ACCESS_KEY_ID": key, "ALIBABA_CLOUD_ACCESS_KEY_SECRET": secret}
    repository.up()
    repository.env = {"ALIBABA_CLOUD_ACCESS_KEY_ID": key, "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "wrong"}
    assert "SignatureDoesNotMatch" in repository.run("preview", code=1)
