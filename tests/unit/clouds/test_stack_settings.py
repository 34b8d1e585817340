"""Keys among a stack's settings: they come first, whole or not at all, and secret."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pulumi.dynamic import Config, ConfigureRequest

from reelstack.clouds import credentials
from reelstack.clouds.credentials import huawei, stack
from reelstack.errors import ConfigError
from reelstack.resources.bridge import Provider

ALIBABA = {"reelstack:accessKeyId": "stack-id", "reelstack:accessKeySecret": "hush"}
HUAWEI = {"reelstack:huaweiAccessKey": "stack-ak", "reelstack:huaweiSecretKey": "hush"}
USER = {"reelstack:huaweiUser": "u", "reelstack:huaweiPassword": "hush", "reelstack:huaweiDomain": "d"}
ENVIRONMENT = {
    "ALIBABA_CLOUD_ACCESS_KEY_ID": "env-id",
    "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "s",
    "HUAWEICLOUD_SDK_AK": "env-ak",
    "HUAWEICLOUD_SDK_SK": "s",
}


@pytest.fixture(autouse=True)
def forgotten() -> Iterator[None]:
    yield
    stack.tell({})


def configured(settings: dict[str, str]) -> None:
    """What the host does with a provider before its first call."""
    Provider().configure(ConfigureRequest(Config(settings, "project")))


def test_the_host_tells_a_provider_and_its_keys_come_before_the_environment(tmp_path: Path) -> None:
    configured(ALIBABA | HUAWEI | {"reelstack:region": "r", "other:accessKeyId": "x"})
    assert credentials.find(ENVIRONMENT, tmp_path).provider().access_key_id == "stack-id"
    found = huawei.find(ENVIRONMENT, tmp_path)
    assert (found.source_name, found.provider().access_key_id) == ("stack settings", "stack-ak")


def test_without_keys_among_the_settings_the_environment_counts(tmp_path: Path) -> None:
    configured(ALIBABA)
    configured({"reelstack:region": "r"})
    assert credentials.find(ENVIRONMENT, tmp_path).provider().access_key_id == "env-id"


def test_a_provider_that_was_told_keys_is_pickled_without_them() -> None:
    configured(ALIBABA)
    assert vars(Provider()) == {}


@pytest.mark.parametrize("settings", [ALIBABA, HUAWEI, USER])
def test_a_part_of_them_is_an_error_and_no_reason_to_look_elsewhere(settings: dict[str, str], tmp_path: Path) -> None:
    configured(dict([next(iter(settings.items()))]))
    with pytest.raises(ConfigError, match=r"is set, but reelstack:.* is not"):
        huawei.sign_in(ENVIRONMENT)
    with pytest.raises(ConfigError, match=r"is set, but reelstack:.* is not"):
        credentials.find(ENVIRONMENT, tmp_path)


def test_a_user_among_the_settings_comes_before_keys_and_tokens_of_the_environment() -> None:
    configured(USER)
    found = huawei.sign_in({**ENVIRONMENT, "REELSTACK_HUAWEI_TOKEN": "t"})
    assert found is not None
    assert (found.source_name, found.user, found.token) == ("stack settings", "u", "")
    assert "hush" not in repr(found)


def test_keys_among_the_settings_come_before_a_token_of_the_environment() -> None:
    configured(HUAWEI)
    assert huawei.sign_in({"REELSTACK_HUAWEI_TOKEN": "t"}) is None


@pytest.mark.parametrize("name", stack.SECRET)
def test_a_secret_in_plain_text_is_refused_by_name(name: str) -> None:
    with pytest.raises(ConfigError, match=f"reelstack:{name} is in the stack's settings in plain text"):
        stack.require_secret([name, "region"], ["region"])
    stack.require_secret([name, "region"], [name])
